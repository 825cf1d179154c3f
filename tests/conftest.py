"""What every test may ask for: an empty warehouse on each engine, and the real data where it lies at hand."""

import gc
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage
from playwright.sync_api import expect
from sqlalchemy.engine import URL

from tests import browsers
from tests import postgres as postgres_server

ROOT = Path(__file__).parent.parent
OLIST = ROOT.parent / "shared" / "data" / "olist"
SCREENS = ("tests/browser/", "tests/attack/test_screen.py", "tests/soak/test_wall.py")
"""Where a browser looks at pages, and waits for what it is told to see however long that takes."""
UNCOVERED = (
    "tests/attack/test_server.py",
    "tests/calendar/",
    "tests/dashboard/test_asked.py",
    "tests/dashboard/test_kept.py",
    "tests/fuzz/",
    "tests/meeting/test_ledger.py",
    "tests/openings/",
    "tests/reps/test_histories.py",
    "tests/soak/",
    "tests/twin/",
)
"""What runs the same lines a thousand times over; others show that they are run, and tracing costs as much again."""
SERVED = (
    "tests/dashboard/test_keeper.py",
    "tests/dashboard/test_serving.py",
    "tests/demo/test_command.py",
)
"""Where processes are started, and waited for however long that takes."""
ALONE = ("tests/browser/test_live.py", "tests/dashboard/test_leader.py", "tests/faults/test_faults.py")
"""Where it counts how long something takes."""
LONGEST = ("tests/twin/", "tests/soak/", "tests/browser/test_board.py")
"""What begins first, so that of two processes none waits long for the other in the end."""
PATIENCE = 20_000
"""Milliseconds in which a page must show what is expected of it: two refreshes of a second and 15 s, and a little."""


def pytest_configure() -> None:
    """Give pages on a busy machine their time; a page that is quick is not waited for any longer."""
    expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what looks at screens or at a server, and what must not stand beside all that, since it is timed."""
    for item in items:
        drives = "browser" in getattr(item, "fixturenames", ())
        is_served = hasattr(getattr(item, "module", None), "Live")
        if item.nodeid.startswith(UNCOVERED):
            item.add_marker("no_cover")
        if item.nodeid.startswith(ALONE):
            item.add_marker("alone")
        elif drives or is_served or item.nodeid.startswith((*SCREENS, *SERVED)):
            item.add_marker("served")
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Trace nothing of a test marked so: beneath what pytest-cov pauses, a worker of pytest-xdist has one more."""
    beneath = Coverage.current() if item.get_closest_marker("no_cover") else None
    if beneath is None:
        return (yield)
    beneath.stop()
    try:
        return (yield)
    finally:
        beneath.start()


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of garbage collection: walking through it took a quarter of a board's time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """A real PostgreSQL server for the whole run; ``postgres.empty()`` gives one empty database after another."""
    with postgres_server.running() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> URL:
    """The address of an SQLite warehouse that does not exist yet."""
    return URL.create("sqlite", database=str(tmp_path / "warehouse.db"))


@pytest.fixture
def postgresql_url(postgres: postgres_server.Server) -> Iterator[URL]:
    """The address of an empty PostgreSQL database of this test's own."""
    with postgres.empty() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def warehouse_url(request: pytest.FixtureRequest) -> URL:
    """The address of an empty warehouse; the test runs once on each engine."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def olist() -> Path:
    """The folder of the Olist files; tests that need it are skipped where it is not at hand."""
    if not OLIST.is_dir():
        pytest.skip("the Olist data is not at hand (../shared/data/olist)")
    return OLIST


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How pytest-playwright starts the browser: the one that is installed here, never one of its own."""
    found = browsers.chromium()
    if found is None:
        lacking = f"no Chromium or Chrome here; {browsers.remedy()}"
        pytest.fail(lacking) if browsers.required() else pytest.skip(lacking)
    # a container's /dev/shm is often too small for a 4K screen
    return {**browser_type_launch_args, "executable_path": found, "args": ["--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def base_url() -> None:
    """No address of its own: a browser test names the one it asks for, or its folder's conftest gives it one.

    pytest-playwright's own fixture of this name is deprecated by pytest 9.2, and warnings are errors here.
    """
