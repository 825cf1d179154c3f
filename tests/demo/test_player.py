"""The player moves the company on, keeps the contract, and neither a lock nor a signal hurts it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from queries import tables, warehouse
from queries.contract import Level, findings, holds
from queries.demo.make import make
from queries.demo.plan import Plan
from queries.demo.player import Player
from queries.demo.rhythm import KINDS, Rhythm, usual
from tests.demo.companies import MOMENTS, Rows, rows_at
from tests.demo.slowly import answers

BEGUN = MOMENTS["a Wednesday at noon"]
LEADS = 1000
CLOCK = Plan(1, BEGUN, LEADS).clock


@pytest.fixture
def engine(warehouse_url: URL) -> Iterator[Engine]:
    found = warehouse.writer(warehouse_url)
    make(found, Plan(1, BEGUN, LEADS), lambda *_: None)
    yield found
    found.dispose()


def played(engine: Engine, begun: datetime, steps: int, seconds: float = 30) -> Player:
    player = Player(engine, LEADS, 1, begun)
    for number in range(1, steps + 1):
        player.step(begun + timedelta(seconds=number * seconds))
    return player


def test_half_an_hour_moves_every_table_and_keeps_causes_before_effects(engine: Engine, warehouse_url: URL) -> None:
    before = rows_at(warehouse_url)
    played(engine, BEGUN, 60)
    after = rows_at(warehouse_url)
    for name in ("leads", "activities", "deals", "loads"):
        assert len(after[name]) > len(before[name])
    assert new_values(before, after, "leads", "accepted_at")
    assert new_values(before, after, "leads", "rejected_at")
    assert new_values(before, after, "deals", "won_at")
    leads = {row["lead_id"]: row for row in after["leads"]}
    deals = [row for row in after["deals"] if row["loaded_at"] > BEGUN]
    for row in (row for row in after["activities"] if row["loaded_at"] > BEGUN):
        assert leads[row["lead_id"]]["assigned_at"] < row["happened_at"]
        assert row["rep_id"] in {one["rep_id"] for one in after["reps"]}
    for deal in deals:
        assert leads[deal["lead_id"]]["accepted_at"] <= deal["created_at"]
        assert not deal["won_at"] or deal["created_at"] < deal["won_at"]
    for lead in leads.values():
        for name in ("accepted_at", "rejected_at"):
            assert not lead[name] or lead["assigned_at"] < lead[name]


def new_values(before: Rows, after: Rows, table: str, column: str) -> int:
    return sum(row[column] is not None for row in after[table]) - sum(row[column] is not None for row in before[table])


def test_what_was_known_before_stays_true_as_of_then(engine: Engine, warehouse_url: URL) -> None:
    known = answers(rows_at(warehouse_url), BEGUN)
    played(engine, BEGUN, 40)
    assert answers(rows_at(warehouse_url), BEGUN) == known


def test_no_id_is_given_twice_even_after_a_restart(engine: Engine, warehouse_url: URL) -> None:
    played(engine, BEGUN, 10)
    played(engine, BEGUN + timedelta(minutes=10), 10)
    for name, rows in rows_at(warehouse_url).items():
        keys = [tuple(row[key] for key in tables.key(tables.metadata.tables[name])) for row in rows]
        assert len(keys) == len(set(keys)), name


def test_the_contract_holds_after_the_player_has_played(engine: Engine, warehouse_url: URL) -> None:
    played(engine, BEGUN, 40)
    reader = warehouse.reader(warehouse_url, 60)
    with warehouse.reading(reader) as connection:
        found = findings(connection, BEGUN + timedelta(hours=1))
    reader.dispose()
    assert holds(found), [one for one in found if one.level is Level.FAULT]


def test_every_step_says_in_the_log_what_it_wrote(engine: Engine, warehouse_url: URL) -> None:
    player = Player(engine, LEADS, 1, BEGUN)
    happened = player.step(BEGUN + timedelta(seconds=200))
    rows = rows_at(warehouse_url)
    at = BEGUN + timedelta(seconds=200)
    log = {row["table_name"]: row["rows"] for row in rows["loads"] if row["loaded_at"] == at}
    assert log["leads"] == happened["lead"] + happened.get("decision", 0) > 0
    assert log["activities"] == happened["attempt"] > 0
    new = [row for row in rows["leads"] if row["loaded_at"] == at]
    assert len(new) == happened["lead"]


def test_a_step_that_fails_leaves_nothing_behind_and_the_next_one_goes_on(sqlite_url: URL) -> None:
    engine = warehouse.writer(sqlite_url)
    make(engine, Plan(1, BEGUN, LEADS), lambda *_: None)
    player = Player(engine, LEADS, 1, BEGUN)
    player.step(BEGUN + timedelta(seconds=10))
    engine.dispose()
    other = sqlite3.connect(str(sqlite_url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    player.engine = impatient(sqlite_url)
    with pytest.raises(OperationalError, match="locked"):
        player.step(BEGUN + timedelta(seconds=250))
    other.execute("ROLLBACK")
    other.close()
    with player.engine.connect() as connection:
        before = connection.execute(select(func.count()).select_from(tables.activities)).scalar_one()
    happened = player.step(BEGUN + timedelta(seconds=251))
    with player.engine.connect() as connection:
        after = connection.execute(select(func.count()).select_from(tables.activities)).scalar_one()
    player.engine.dispose()
    assert after == before + happened["attempt"] > before


def impatient(url: URL) -> Engine:
    from queries.demo.__main__ import _engine

    return _engine(url.render_as_string())


def test_on_a_sunday_night_something_still_moves_and_soon_after_the_start_within_seconds() -> None:
    clock = CLOCK
    sunday = datetime(2026, 11, 22, 2, 0, tzinfo=UTC).timestamp()
    rhythm = Rhythm(40_000, clock, sunday, np.random.default_rng(1))
    first = [sum(rhythm.happen(sunday + n, sunday + n + 5).values()) for n in range(0, 300, 5)]
    assert sum(first) > 30
    late = sunday + 4 * 3600
    night = [sum(rhythm.happen(late + n, late + n + 60).values()) for n in range(0, 3600, 60)]
    assert 10 < sum(night) < 90


def test_a_day_at_work_brings_about_as_many_leads_as_the_history_has() -> None:
    clock = CLOCK
    begin = datetime(2026, 11, 18, 23, 0, tzinfo=UTC).timestamp()
    usual_day = sum(usual("lead", 40_000, clock, begin + n * 60) * 60 for n in range(24 * 60))
    assert 100 < usual_day < 160
    assert usual("attempt", 40_000, clock, begin) == 0
    rhythm = Rhythm(40_000, clock, begin - 86_400, np.random.default_rng(1))
    counts = dict.fromkeys(KINDS, 0)
    for n in range(24 * 60):
        for kind, happened in rhythm.happen(begin + n * 60, begin + n * 60 + 60).items():
            counts[kind] += happened
    assert 0.75 * usual_day < counts["lead"] < 1.25 * usual_day
    assert counts["attempt"] > 2 * counts["lead"]


def start(url: URL, **more: Any) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "queries.demo", url.render_as_string(hide_password=False), "--leads", "1000"]
    return subprocess.Popen(words, stderr=subprocess.PIPE, text=True, **more)


def activities_in(path: str) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("SELECT count(*) FROM activities").fetchone()[0])
    finally:
        connection.close()


def wait_for(reached: Any, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if reached():
            return True
        time.sleep(0.2)
    return False


@pytest.fixture
def living(sqlite_url: URL) -> URL:
    """A company made this very minute."""
    engine = warehouse.writer(sqlite_url)
    make(engine, Plan(1, datetime.now(UTC).replace(microsecond=0), LEADS), lambda *_: None)
    engine.dispose()
    return sqlite_url


@pytest.mark.served
def test_the_process_survives_a_lock_moves_on_and_stops_at_once_when_told(living: URL) -> None:
    path = str(living.database)
    process = start(living)
    try:
        locker = sqlite3.connect(path, isolation_level=None, timeout=10)
        locker.execute("BEGIN IMMEDIATE")
        time.sleep(6)
        locker.execute("ROLLBACK")
        locker.close()
        before = activities_in(path)
        assert process.poll() is None
        assert wait_for(lambda: activities_in(path) > before, 60)
        told = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=10)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert time.monotonic() - told < 5
    assert "Traceback" not in said
    assert said.count("waits for the warehouse") <= 1


@pytest.mark.served
def test_the_process_stops_when_the_one_that_started_it_has_gone(living: URL, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = (
        "import os, subprocess, sys, pathlib, time\n"
        f"words = [sys.executable, '-m', 'queries.demo', {living.render_as_string()!r}, '--parent', str(os.getpid())]\n"
        "child = subprocess.Popen(words)\n"
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid))\n"
        "time.sleep(2)\n"
    )
    subprocess.run([sys.executable, "-c", script], timeout=120, check=True)
    assert wait_for(lambda: not alive(int(note.read_text())), 60)


def alive(pid: int) -> bool:
    """Whether a process still runs; one that has ended and waits for its parent to notice does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat")
        return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
