"""The scripts that show an opened number: the library of the grid is the one looked at, and no page names it."""

import hashlib
import re

from dashboard import frame
from dashboard.drawing.course import DAYS, days_done
from dashboard.pages.board import picture
from tests.dashboard import boards

ASSETS = frame.assets()
LIBRARY = "ag-grid-community-36.2.0.min.noStyle.js"


def test_the_grids_library_is_the_released_one_with_its_licence() -> None:
    digest = hashlib.sha256((ASSETS / "vendor" / LIBRARY).read_bytes()).hexdigest()
    assert digest == "3b05777f78aa10b6d7fd020bc2076936b889e5a0ff9c1a764fdbe6aa19456993"
    assert "The MIT License" in (ASSETS / "vendor" / "ag-grid-LICENSE.txt").read_text()


def test_the_grids_library_is_named_by_the_script_that_fetches_it_and_by_no_page() -> None:
    named = [path.name for path in ASSETS.glob("*.js") if "vendor/ag-grid" in path.read_text()]
    assert named == ["grid.js"]
    assert f'"/assets/vendor/{LIBRARY}"' in (ASSETS / "grid.js").read_text()
    assert [path.name for path in (ASSETS / "vendor").glob("ag-grid*.js")] == [LIBRARY]


def test_a_figure_names_the_number_of_every_day_behind_it_and_of_no_day_to_come() -> None:
    board = boards.usual()
    for side, course in (("marketing", board.marketing), ("sales", board.sales)):
        names = picture(board)["figures"][side]["layout"]["meta"]["days"]
        assert names == days_done(course, side)  # type: ignore[arg-type]
        assert names[0] == f"{DAYS[side]}.{course.days[0]}"  # type: ignore[index]
        assert names[-1].endswith("2026-11-20")


def test_the_panel_colours_nothing_by_itself() -> None:
    for name in ("opening.css", "rows.css", "travel.css"):
        text = re.sub(r"rgb\(0 0 0 / \d+%\)", "", (ASSETS / name).read_text())
        assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(", text), name
