"""A few of the faults with every run, the ones that cost most trust; ``python -m tests.faults`` does all of them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.faults import of_the_clock, of_the_data, of_the_file, of_the_screen, of_the_server, of_the_warehouse
from tests.faults.campaign import Fault, inflict
from tests.faults.judge import FEWEST
from tests.faults.scene import Scene, scene

ALL = [
    *of_the_warehouse.FAULTS,
    *of_the_data.FAULTS,
    *of_the_file.FAULTS,
    *of_the_server.FAULTS,
    *of_the_screen.FAULTS,
    *of_the_clock.FAULTS,
]
CHOSEN = {
    "sqlite": ("leads emptied", "half a load", "file cut in half"),
    "postgresql": ("warehouse hung", "deals loaded twice"),
}


@pytest.fixture(scope="module", params=sorted(CHOSEN))
def stage(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Scene]:
    with scene(browser, request.param) as found:
        yield found


def chosen(engine: str) -> list[Fault]:
    found = [one for one in ALL if one.title in CHOSEN[engine]]
    assert len(found) == len(CHOSEN[engine])
    return found


def test_the_wall_tells_no_lie_is_never_blank_and_heals_by_itself(stage: Scene) -> None:
    broken = {one.title: inflict(stage, one, patience=3).broken for one in chosen(stage.engine)}
    assert {title: said for title, said in broken.items() if said} == {}
    assert stage.judge.compared >= FEWEST
