"""What is drawn from a board: every number opens, what is missing says why, and names stay words."""

import hashlib
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import plotly.offline
import pytest

from dashboard import app, frame, theme
from dashboard.board import Board, State
from dashboard.drawing.course import course
from dashboard.drawing.tree import tree
from dashboard.pages import pages
from dashboard.pages.board import BLOCKS, picture, waiting
from tests.dashboard import boards
from tests.dashboard.boards import BOARDS

ASSETS = frame.assets()


def components(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every component of a tree."""
    if isinstance(node, list):
        for one in node:
            yield from components(one)
    elif isinstance(node, dict):
        yield node
        yield from components(node["props"].get("children"))


def words(node: Any) -> str:
    """Return the text of a tree."""
    if isinstance(node, list):
        return "".join(words(one) for one in node)
    if isinstance(node, dict):
        return words(node["props"].get("children")) + " "
    return "" if node is None else str(node)


def block(board: Board, name: str) -> str:
    return " ".join(words(picture(board)["blocks"][name]).split())


@pytest.mark.parametrize("name", BOARDS)
def test_a_picture_is_json_and_every_button_in_it_opens_a_number_it_carries(name: str) -> None:
    told = json.loads(json.dumps(picture(BOARDS[name]())))
    buttons = [one["props"] for one in components(list(told["blocks"].values())) if one["type"] == "Button"]
    assert len(buttons) > 20
    assert {one["data-number"] for one in buttons if "data-open" not in one} <= set(told["numbers"])


@pytest.mark.parametrize("name", BOARDS)
def test_every_number_that_is_missing_shows_a_dash_and_its_reason_when_opened(name: str) -> None:
    for number in picture(BOARDS[name]())["numbers"].values():
        assert (number["shown"] == "—") == bool(number["reason"])
        assert number["definition"]


def test_the_board_says_the_figures_of_a_usual_day() -> None:
    told = block(boards.usual(), "marketing")
    for said in (
        "1,734 of 2,500",
        "1,810 owed by now",
        "76 behind",
        "96 % pace",
        "slightly behind",
        "64 of 83",
        "19 to go",
    ):
        assert said in told
    assert "61,240 of 100,000 owed 66,100 4,860 behind" in block(boards.usual(), "goal")
    assert "last Friday by now 3,900" in block(boards.usual(), "sales")
    assert "reasons for a no: no fit 118, no budget 71, wrong person 40" in block(boards.usual(), "owing")


def test_what_the_warehouse_cannot_tell_is_said_in_words_and_never_zero() -> None:
    told = picture(boards.nothing_known())
    for said in ("no quota was promised for this week", "no deal has an amount"):
        assert said in words(told["blocks"]["sales"])
    assert "the warehouse does not say when leads were given to reps" in words(told["blocks"]["owing"])
    assert told["numbers"]["followup.first_attempt.in_time"]["shown"] == "—"


def test_a_calm_board_says_that_nothing_needs_a_hand() -> None:
    calm = "What needs a hand now Nothing needs a hand right now. At 14:32 nothing was known to need a hand."
    assert block(boards.good(), "hands") == calm


def test_more_hands_than_fit_are_counted() -> None:
    many = boards.board(hands=boards.HANDS * 3)
    assert block(many, "hands").endswith("and 8 more")


def test_data_too_old_for_a_verdict_keeps_its_numbers_and_loses_its_judgements() -> None:
    told = picture(boards.stale())
    said = words(told["blocks"]["marketing"])
    assert "1,734" in said
    assert "−76" in said
    assert "behind" not in said.replace("ahead or behind", "")
    assert {one["status"] for one in told["numbers"].values()} == {None, "no verdict"}


def test_a_name_is_text_wherever_it_stands() -> None:
    told = picture(boards.long_names())
    hostile = "<b>paid</b> %{x} & <script>alert('search')</script> campaigns"
    assert hostile in words(told["blocks"]["marketing"])
    assert hostile not in json.dumps(told["figures"])


def test_two_pictures_have_one_id_exactly_when_they_look_the_same() -> None:
    assert picture(boards.usual())["id"] == picture(boards.usual())["id"]
    assert picture(boards.usual())["id"] != picture(boards.good())["id"]


def test_a_board_with_nothing_to_show_says_what_it_waits_for() -> None:
    told = waiting(State("waiting", "waiting for first data: no table leads"))
    assert told["blocks"] == {}
    assert told["state"]["words"] == "waiting for first data: no table leads"


def test_twelve_parts_stand_side_by_side_and_thirteen_are_counted() -> None:
    crowd = {f"rep {n}": (1_000.0, 900.0) for n in range(13)}
    assert "and 2 others" in block(boards.board(sellers=crowd, kind="rep"), "sales")
    assert "others" not in block(boards.twelve_reps(), "sales")


def test_a_course_ends_at_this_moment_and_is_dashed_to_its_likely_end() -> None:
    figure = course(boards.usual().marketing, "marketing", "last month by now")
    lines = {trace["name"]: trace for trace in figure["data"]}
    assert lines["done"]["x"][-1] == pytest.approx(19.55)
    assert lines["done"]["y"][-1] == 1734
    assert lines["likely"]["x"] == [pytest.approx(19.55), 30]
    assert lines["owed"]["y"][-1] == 2500
    assert lines["spread"]["y"] == [pytest.approx(0.95 * 1734 / 0.71), pytest.approx(1.06 * 1734 / 0.71)]
    shaded = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]
    assert len(shaded) == sum(not worked for worked in boards.usual().marketing.worked)


def test_a_day_without_work_adds_nothing_to_what_is_owed() -> None:
    one = boards.usual().marketing
    owed = next(trace for trace in course(one, "marketing", "")["data"] if trace["name"] == "owed")["y"][1:]
    steps = [after - before for before, after in pairwise([0, *owed])]
    assert [step > 0 for step in steps] == list(one.worked)


def test_a_course_of_which_nothing_is_known_is_drawn_empty() -> None:
    figure = course(boards.nothing_known().sales, "sales", "last week by now")
    assert figure["data"] == []
    assert figure["layout"].get("annotations", []) == []


def test_every_colour_of_a_figure_is_a_role_that_both_themes_know() -> None:
    text = (ASSETS / "theme.css").read_text()
    light, dark = (set(palette) for palette in palettes(text))
    used = set(re.findall(r"var\(--([\w-]+)\)", json.dumps(picture(boards.usual())["figures"])))
    assert used
    assert used <= light & dark
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(", json.dumps(picture(boards.usual())["figures"]))


def palettes(text: str) -> list[dict[str, str]]:
    """Return the colours of the light and of the dark theme by role."""
    parts = re.findall(r":root(?:\[data-theme=\"dark\"\])? \{(.*?)\}", text, re.DOTALL)[:2]
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in parts]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme_number", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "card", 7), ("quiet", "card", 7), ("loud", "card", 7), ("ink", "page", 7), ("quiet", "page", 7),
        ("marketing", "card", 4.5), ("sales", "card", 4.5), ("ink", "track", 7), ("marketing", "marketing-wash", 4.5),
        ("quiet", "shade", 4.5), ("page", "ink", 7),
    ],
)  # fmt: skip
def test_words_stand_out_from_their_ground(theme_number: int, ink: str, ground: str, least: float) -> None:
    colours = palettes((ASSETS / "theme.css").read_text())[theme_number]
    assert contrast(colours[ink], colours[ground]) >= least


def test_every_judgement_has_a_shape_of_its_own() -> None:
    assert len(set(theme.SHAPES.values())) == len(theme.SHAPES)
    css = (ASSETS / "board.css").read_text()
    for shape in theme.SHAPES.values():
        assert shape == "square" or f".shape.{shape} " in css


def test_the_figures_library_is_the_one_that_plotly_was_written_for() -> None:
    script = ASSETS / frame.PLOTLY
    assert f"plotly-basic-{plotly.offline.get_plotlyjs_version()}.min.js" == script.name
    digest = hashlib.sha256(script.read_bytes()).hexdigest()
    assert digest == "99784e3abfb07b142a15e521a439e6d9addceadb3f79553fd24c72774f0649ba"
    assert "MIT License" in (script.parent / "plotly-LICENSE.txt").read_text()
    assert "SIL Open Font License" in (ASSETS / "fonts" / "inter-OFL.txt").read_text()


def test_the_frame_has_an_empty_place_for_every_block() -> None:
    layout = tree(pages()["/"].layout())
    places = {one["props"].get("id"): one["props"].get("children") for one in components(layout)}
    assert all(places[name] is None for name in BLOCKS)


def test_an_address_without_a_page_answers_404_in_words() -> None:
    client = app.shell(10).server.test_client()
    assert client.get("/").status_code == 200
    assert client.get("/nowhere").status_code == 404
    assert "There is no page at this address." in words(tree(app.shown(None)))


def test_the_shell_speaks_english_loads_nothing_from_elsewhere_and_allows_no_foreign_script() -> None:
    answer = app.shell(7).server.test_client().get("/")
    page = answer.get_data(as_text=True)
    assert '<html lang="en" data-refresh-seconds="7"' in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    policy = answer.headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split(";") if "script-src" in part)
    assert "unsafe" not in scripts


def test_every_script_is_plain_enough_for_a_strict_policy() -> None:
    for script in ASSETS.glob("*.js"):
        text = script.read_text()
        assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write|setTimeout\(\"", text)


def test_gaps_close_to_nothing_are_as_owed() -> None:
    level = boards.board(month=(2_500, 1_810.01))
    assert "as owed" in block(level, "marketing")
    assert Fraction(level.numbers["marketing.month.gap"].value or 0) > 0
