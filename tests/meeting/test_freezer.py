"""A week is kept for good once its hour has come: by the server itself, or by a command."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

from dashboard.meeting import form, freezer
from dashboard.meeting.freezer import Freezer, Kept, NotYet, due, keep, once
from dashboard.settings import Settings
from dashboard.store import door
from dashboard.store.door import Store
from queries.faults import StillLoading
from queries.tables import deals, leads, loads
from tests.dashboard.company import deal, filled, lead, settings

HOUR = datetime(2026, 11, 23, 7, tzinfo=UTC)
LATER = HOUR + timedelta(minutes=5)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = filled(URL.create("sqlite", database=str(tmp_path / "warehouse.db")))
    yield made
    made.dispose()


@pytest.fixture
def told(engine: Engine) -> Settings:
    return settings(engine.url)


@pytest.fixture
def store(told: Settings) -> Iterator[Store]:
    made = door.opened(told.store)
    yield made
    made.close()


def test_a_week_is_kept_once_and_never_again(told: Settings, store: Store, engine: Engine) -> None:
    first = keep(told, store, "2026-W47", LATER)
    with engine.begin() as connection:
        connection.execute(insert(deals), [deal("d2", HOUR - timedelta(days=3), Decimal(900))])
    again = keep(told, store, "2026-W47", LATER + timedelta(days=30))
    assert (first.fresh, again.fresh) == (True, False)
    assert again.frozen.numbers["sales.week.done"].value == 500
    assert store.packs.weeks() == ["2026-W47"]


def test_what_is_kept_says_when_and_by_which_hour_it_was_known(told: Settings, store: Store) -> None:
    keep(told, store, "2026-W47", LATER + timedelta(days=2))
    pack = store.packs.of("2026-W47")
    assert pack is not None
    assert (pack.frozen_at, pack.kept_at) == (HOUR, LATER + timedelta(days=2))
    assert form.opened(pack.body).known_at == HOUR


def test_a_week_is_refused_before_its_hour_in_words(told: Settings, store: Store) -> None:
    with pytest.raises(NotYet, match=r"2026-W47 is kept from 07:00 on, not before"):
        keep(told, store, "2026-W47", HOUR - timedelta(seconds=1))


def test_a_week_waits_for_a_load_that_runs(told: Settings, store: Store, engine: Engine) -> None:
    with engine.begin() as connection:
        running = {"load_id": 1, "table_name": "leads", "loaded_at": HOUR - timedelta(minutes=1), "status": "running"}
        connection.execute(insert(loads), [running])
    with pytest.raises(StillLoading, match="2026-W47 waits: a load of leads has been running since Mon 06:59 UTC"):
        keep(told, store, "2026-W47", LATER)
    assert store.packs.weeks() == []


def test_weeks_that_were_missed_are_kept_at_the_next_start_as_they_were_known(
    told: Settings, store: Store, engine: Engine
) -> None:
    keep(told, store, "2026-W47", LATER)
    back = LATER + timedelta(days=15)
    assert [one.name for one in due(told, store.packs.weeks(), back)] == ["2026-W48", "2026-W49"]
    known, late = HOUR + timedelta(days=2), HOUR + timedelta(days=8)
    with engine.begin() as connection:
        rows = [lead(7, known) | {"loaded_at": known}, lead(8, known) | {"loaded_at": late}]
        connection.execute(insert(leads), rows)
    assert once(told, lambda: back)
    pack = store.packs.of("2026-W48")
    assert pack is not None
    assert form.opened(pack.body).numbers["marketing.week.done"].value == 1


@pytest.mark.parametrize(
    ("kept", "missed"),
    [
        ([], ["2026-W47"]),
        (["2026-W47"], []),
        (["2026-W45", "2026-W47"], ["2026-W46"]),
        (["2026-W44", "2026-W46"], ["2026-W45", "2026-W47"]),
        (["2020-W01", "2026-W47"], [f"2026-W{number}" for number in range(40, 47)]),
    ],
)
def test_a_week_that_was_missed_is_due_though_a_later_one_is_kept_and_none_before_the_first(
    told: Settings, kept: list[str], missed: list[str]
) -> None:
    assert [one.name for one in due(told, kept, LATER)] == missed


def test_the_first_of_two_weeks_that_could_not_be_kept_is_kept_at_the_next_try(
    told: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(told, store, "2026-W47", LATER)
    real, back = freezer.keep, LATER + timedelta(days=15)

    def failing(told: Settings, store: Store, name: str, at: datetime) -> Kept:
        if name == "2026-W48":
            raise StillLoading("2026-W48 waits")
        return real(told, store, name, at)

    monkeypatch.setattr(freezer, "keep", failing)
    assert not once(told, lambda: back)
    assert store.packs.weeks() == ["2026-W47", "2026-W49"]
    monkeypatch.setattr(freezer, "keep", real)
    assert once(told, lambda: back)
    assert store.packs.weeks() == ["2026-W47", "2026-W48", "2026-W49"]


def test_an_empty_warehouse_keeps_nothing_and_is_asked_again(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "empty.db"))
    filled(url, ready=1, until=LATER + timedelta(days=9)).dispose()
    with capture_logs() as said:
        assert not once(settings(url), lambda: LATER)
    assert [one["why"] for one in said] == ["2026-W47 cannot be kept: the warehouse held no data by then"]


class Clock:
    """A clock that is set by hand."""

    def __init__(self, at: datetime) -> None:
        self.at, self.seconds = at, 0.0

    def now(self) -> datetime:
        """Return this moment."""
        return self.at + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        """Return the seconds gone by."""
        return self.seconds


def turned(made: Freezer) -> int | None:
    """Have a keeping looked after until it has ended; return its process's id, if one ran."""
    child = made._child
    if child is not None:
        child.wait(60)
    made.turn()
    return child.pid if child else None


def test_the_leader_keeps_a_week_when_its_hour_comes_and_then_rests(told: Settings) -> None:
    clock = Clock(HOUR)
    made = Freezer(told, clock.now, clock.monotonic, ("true",))
    made.turn()
    assert turned(made) is not None
    clock.seconds = 6 * 86400
    made.turn()
    assert turned(made) is None
    clock.seconds = 7 * 86400
    made.turn()
    assert turned(made) is not None
    made.close()


def test_nothing_is_started_while_the_warehouse_is_in_trouble(told: Settings) -> None:
    made = Freezer(told, Clock(HOUR).now, Clock(HOUR).monotonic, ("true",))
    made.turn(may_start=False)
    assert made._child is None
    made.turn()
    assert made._child is not None
    made.close()


def test_a_keeping_that_fails_is_tried_again_ever_more_seldom(told: Settings) -> None:
    clock = Clock(LATER)
    made = Freezer(told, clock.now, clock.monotonic, ("false",))
    tries = []
    for second in range(0, 600, 10):
        clock.seconds = float(second)
        made.turn()
        if turned(made) is not None:
            tries.append(second)
    assert tries == [0, 120, 360]
    made.close()


def test_a_keeping_that_takes_too_long_is_ended(told: Settings) -> None:
    clock = Clock(LATER)
    made = Freezer(told, clock.now, clock.monotonic, ("sleep", "600"), longest=5)
    made.turn()
    child = made._child
    assert child is not None
    clock.seconds = 6
    made.turn()
    assert child.returncode == -9
    assert made._child is None


PAPERS = Path(__file__).parents[1] / "olist"


def test_the_process_that_the_leader_starts_keeps_the_last_week_and_ends_well(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    filled(URL.create("sqlite", database=str(tmp_path / "warehouse.db")), until=now - timedelta(days=8)).dispose()
    told = {
        "WAREHOUSE_URL": str(tmp_path / "warehouse.db"),
        "SMARKETING_CONFIG": str(PAPERS / "smarketing.toml"),
        "SMARKETING_AGREEMENT": str(PAPERS / "agreement.toml"),
    }
    words = [sys.executable, "-m", "dashboard.meeting.freezer"]
    # the other end of its stdin is held, as the leader holds it
    with subprocess.Popen(words, stdin=subprocess.PIPE, env=os.environ | told, stderr=subprocess.PIPE) as child:
        assert child.stderr is not None
        said = child.stderr.read().decode()
        assert child.wait(60) == 0, said
    store = door.opened(URL.create("sqlite", database=str(tmp_path / "smarketing-store.db")))
    (name,) = store.packs.weeks()
    store.close()
    assert f'"week": "{name}"' in said
    assert '"event": "week_kept"' in said
