"""Beside each worker one refresher is kept alive: started again when it ends, and never left behind."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from dashboard import keeper as keepers
from dashboard.keeper import Keeper
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


def soon(true: Callable[[], object], seconds: float = 40) -> None:
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
