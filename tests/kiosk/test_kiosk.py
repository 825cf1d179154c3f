"""A screen that nobody touches: crashed, killed, hung or without a server, it shows the board again by itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Playwright

from tests.dashboard.live import Live, living
from tests.kiosk.kiosk import MAIN, Kiosk, crash

BACK = 60.0
"""Seconds within which the board must be shown again."""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with living(tmp_path_factory.mktemp("board")) as one:
        one.start()
        yield one


@pytest.fixture
def kiosk(
    playwright: Playwright, browser_type_launch_args: dict[str, Any], tmp_path: Path, live: Live
) -> Iterator[Kiosk]:
    found = Kiosk(playwright.chromium, browser_type_launch_args["executable_path"], tmp_path, f"{live.url}/?wall=Hall")
    yield found
    if found.process.poll() is None:
        found.end()


def until(true: Callable[[], Any], kiosk: Kiosk, seconds: float = BACK) -> float:
    """Wait until something is true; the seconds it took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds, kiosk.events()
        time.sleep(0.3)
    return time.monotonic() - begun


def test_a_page_whose_process_crashes_is_loaded_again_in_the_same_browser(kiosk: Kiosk) -> None:
    until(lambda: "board_shown" in kiosk.events(), kiosk)
    kiosk.at_page(crash)
    until(lambda: kiosk.events() == ["kiosk_started", "board_shown", "page_crashed", "board_shown"], kiosk)
    until(lambda: kiosk.shows() == "live", kiosk)


def test_a_browser_that_is_killed_or_hangs_is_started_again(kiosk: Kiosk) -> None:
    until(lambda: kiosk.shows() == "live", kiosk)
    browser = kiosk.processes()[0].pid
    os.kill(browser, signal.SIGKILL)
    until(lambda: "browser_gone" in kiosk.events(), kiosk)
    until(lambda: kiosk.shows() == "live", kiosk)
    again = kiosk.processes()[0].pid
    for one in kiosk.processes():
        # Chromium writes its words into one
        if "--type=renderer" in " ".join(one.cmdline()):
            one.suspend()
    until(lambda: "browser_hangs" in kiosk.events(), kiosk)
    until(lambda: kiosk.shows() == "live", kiosk)
    assert len({browser, again, kiosk.processes()[0].pid}) == 3


def test_it_waits_for_a_server_that_is_not_there_and_ends_with_all_its_processes(kiosk: Kiosk, live: Live) -> None:
    until(lambda: kiosk.shows() == "live", kiosk)
    live.kill()
    kiosk.at_page(lambda page: page.goto("about:blank"))
    until(lambda: "not_the_board" in kiosk.events(), kiosk)
    live.start()
    until(lambda: kiosk.shows() == "live", kiosk)
    family = kiosk.processes()
    assert family
    assert kiosk.end() == 0
    assert psutil.wait_procs(family, 10)[1] == []


def test_without_a_browser_it_says_what_to_do(tmp_path: Path) -> None:
    bare = {**os.environ, "PATH": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", MAIN, "kiosk", "http://127.0.0.1:1/"], env=bare, capture_output=True, text=True
    )
    assert said.returncode == 2
    assert "Chromium or Chrome is not installed" in said.stderr
