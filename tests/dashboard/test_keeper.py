"""Beside each worker one refresher is kept alive: started again when it ends, and never left behind."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

from dashboard import keeper as keepers
from dashboard.keeper import OUT_OF_MEMORY, Keeper
from dashboard.leader import BEAT
from dashboard.snapshot import FILE, latest
from tests.dashboard.company import filled
from tests.faults.papers import AGREEMENT, COMPANY


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: URL, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the snapshot, and an environment that names a warehouse and a company."""
    filled(sqlite_url, ready=40).dispose()
    for name, text in (("smarketing.toml", COMPANY), ("agreement.toml", AGREEMENT)):
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("WAREHOUSE_URL", f"sqlite:///{sqlite_url.database}")
    monkeypatch.setenv("SMARKETING_CONFIG", str(tmp_path / "smarketing.toml"))
    monkeypatch.setenv("SMARKETING_AGREEMENT", str(tmp_path / "agreement.toml"))
    monkeypatch.setenv("SMARKETING_REFRESH_SECONDS", "0.5")
    monkeypatch.setattr(keepers, "AGAIN", 0.1)
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


@pytest.fixture
def keeper(folder: Path) -> Iterator[Keeper]:
    found = Keeper(folder).start()
    yield found
    found.stop()


def soon(true: Callable[[], object], seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.05)


def leader(folder: Path) -> int:
    soon((folder / BEAT).exists)
    return int(json.loads((folder / BEAT).read_text())["pid"])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def number(folder: Path) -> int:
    found = latest(folder)
    return found.number if found else 0


def test_a_killed_refresher_is_started_again_and_goes_on_counting(keeper: Keeper, folder: Path) -> None:
    soon((folder / FILE).exists)
    before, first = number(folder), leader(folder)
    os.kill(first, signal.SIGKILL)
    soon(lambda: leader(folder) != first and number(folder) > before + 1)


def test_one_that_ends_again_and_again_is_started_ever_more_seldom_and_told_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = folder / "begun"
    script = (
        f"import sys; file = {str(begun)!r}; open(file, 'a').write('x'); "
        f"sys.exit({OUT_OF_MEMORY} if len(open(file).read()) < 5 else sys.stdin.read())"
    )
    monkeypatch.setattr(keepers, "LASTED", 0.5)
    keeper = Keeper(folder)
    keeper._words = [sys.executable, "-c", script]
    with capture_logs() as logged:
        started = time.monotonic()
        keeper.start()
        soon(lambda: begun.exists() and len(begun.read_text()) == 5)
        # a tenth, then twice as long each time: 0.1 + 0.2 + 0.4 + 0.8 seconds
        assert time.monotonic() - started > 1.5
        soon(lambda: [line["event"] for line in logged] == ["refresher_ended", "refresher_lives"])
    assert logged[0]["why"] == "out of memory"
    keeper.stop()


def test_a_refresher_that_is_told_something_wrong_says_so_once_and_waits(
    keeper: Keeper, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    soon((folder / FILE).exists)
    right = (folder.parent / "smarketing.toml").read_text()
    (folder.parent / "smarketing.toml").write_text(f"colour = 'red'\n{right}")
    os.kill(leader(folder), signal.SIGKILL)
    said: list[str] = []
    soon(lambda: said.append(capfd.readouterr().err) or "settings_refused" in "".join(said))
    # time enough to say it again, and again
    time.sleep(5)
    before = number(folder)
    (folder.parent / "smarketing.toml").write_text(right)
    soon(lambda: number(folder) > before)
    assert "".join([*said, capfd.readouterr().err]).count("settings_refused") == 1


def test_a_stopped_keeper_leaves_no_refresher_behind(folder: Path) -> None:
    keeper = Keeper(folder).start()
    pid = leader(folder)
    keeper.stop()
    assert not alive(pid)


def test_of_two_keepers_one_leads_and_the_other_takes_over_without_a_start_of_its_own(folder: Path) -> None:
    first, second = Keeper(folder).start(), Keeper(folder).start()
    try:
        soon((folder / FILE).exists)
        time.sleep(3)
        pid, before = leader(folder), number(folder)
        os.kill(pid, signal.SIGKILL)
        soon(lambda: number(folder) > before + 1)
        assert leader(folder) != pid
    finally:
        first.stop()
        second.stop()


def test_a_machine_that_cannot_start_anything_for_a_while_does_not_end_the_keeper(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [OSError(24, "Too many open files"), OSError(12, "Cannot allocate memory")]
    start = keepers.subprocess.Popen

    def starts(*words: Any, **more: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return start(*words, **more)

    monkeypatch.setattr(keepers.subprocess, "Popen", starts)
    found = Keeper(folder).start()
    try:
        assert alive(leader(folder))
        assert refusals == []
    finally:
        found.stop()
