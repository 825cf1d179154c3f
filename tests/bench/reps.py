"""Two hundred reps, each with her own day, over a million leads: ``python -m tests.bench.reps``.

Before the Procfile's own server. Every rep listens to her own part; the demo's player writes a few seconds of the
company's life again and again. Measured is when each rep has the new picture whole, how long a refresh took, and that
no worker holds a connection to the warehouse: what a refresh asks does not depend on who looks.
"""

import argparse
import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.engine import URL

from queries.demo.make import make, write_papers
from queries.demo.plan import Plan
from queries.demo.player import Player
from queries.tables import leads, reps
from queries.warehouse import writer
from tests.bench.freshness import workers
from tests.bench.machine import as_words, machine, note
from tests.bench.viewers import Crowd, Listener, crowd, many_files
from tests.dashboard.live import Live, living

SEED, GOAL = 2026, 2.0
LATELY = timedelta(days=60)


class RepListener(Listener):
    """One rep's stream."""

    def __init__(self, port: int, rep_id: str) -> None:
        super().__init__(port)
        self.rep_id = rep_id

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        words = f"GET /stream/today?rep={self.rep_id} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n"
        self.transport.write(words.encode())


def staffed(engine: Engine, folder: Path, size: int, count: int, until: datetime) -> list[str]:
    """Make the demo's company as of now, and share its leads of the last weeks out among so many reps."""
    write_papers(folder, make(engine, Plan(SEED, until, size), lambda *_: None))
    ids, chance = [f"b{number:03}" for number in range(count)], random.Random(SEED)
    told = [{"rep_id": one, "name": f"Rep {one}", "team": f"Team {number % 8}"} for number, one in enumerate(ids)]
    with engine.begin() as connection:
        connection.execute(insert(reps), told)
        late = connection.execute(select(leads.c.lead_id).where(leads.c.assigned_at >= until - LATELY)).scalars().all()
        for one in ids:
            mine = chance.sample(late, len(late) // count)
            for begin in range(0, len(mine), 400):
                some = leads.c.lead_id.in_(mine[begin : begin + 400])
                connection.execute(update(leads).where(some).values(owner_id=one))
    return ids


def measured(live: Live, beside: Crowd, ids: list[str], player: Player, times: int) -> dict[str, Any]:
    """Return the seconds from a commit to each of these reps' screens, and what a refresh took."""
    listeners = [beside.run(beside._come(lambda one=one: RepListener(beside.port, one), 1))[0] for one in ids]
    took, refreshes, days = [], [], []
    time.sleep(5)
    for _ in range(times):
        # some seconds of the company's life may hold nothing: more of them, then
        while not sum(player.step(datetime.now(UTC)).values()):
            time.sleep(1)
        at = time.monotonic()
        while time.monotonic() < at + 20 and not all(one.got_at > at for one in listeners):
            time.sleep(0.02)
        took += [one.got_at - at if one.got_at > at else 20.0 for one in listeners]
        time.sleep(2.5)
        refreshes.append(live.metric("refresh_seconds"))
        days.append(live.metric("days_seconds"))
    beside.leave(listeners)
    ordered = sorted(took)
    return {
        "reps": len(ids),
        "commits": times,
        "lost": sum(one > 19 for one in took),
        "median": round(statistics.median(ordered), 3),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 3),
        "refresh": round(statistics.median(refreshes), 3),
        "days": round(statistics.median(days), 3),
    }


def connections(live: Live, database: Path) -> int:
    """Return how many open files of the workers are the warehouse."""
    held = 0
    for one in workers(live):
        for file in Path(f"/proc/{one.pid}/fd").iterdir():
            held += str(file.resolve()).startswith(str(database))
    return held


def main(told: argparse.Namespace) -> None:
    """Measure one rep and all of them, and write it down."""
    many_files(told.reps)
    until = datetime.now(UTC).replace(microsecond=0)
    with TemporaryDirectory() as scratch, living(Path(scratch), refresh_seconds=60) as live:
        folder = Path(scratch) / "big"
        folder.mkdir()
        engine = writer(URL.create("sqlite", database=str(folder / "warehouse.db")))
        ids = staffed(engine, folder, told.leads, told.reps, until)
        live.start(
            WAREHOUSE_URL=f"sqlite:///{folder / 'warehouse.db'}",
            SMARKETING_CONFIG=str(folder / "smarketing.toml"),
            SMARKETING_AGREEMENT=str(folder / "agreement.toml"),
        )
        ends = time.monotonic() + 300
        while live.answer("/api/today/reps")[0] != 200 and time.monotonic() < ends:
            time.sleep(1)
        player = Player(engine, told.leads, SEED, until)
        with crowd(live.port) as beside:
            found = [measured(live, beside, some, player, told.commits) for some in (ids[:1], ids)]
        held = connections(live, folder / "warehouse.db")
    result = {"machine": machine(), "seed": SEED, "leads": told.leads, "held": held, "found": found}
    Console().print(_words(result))
    Console().print(f"written to {note('reps', _words(result), result)}")


def _words(result: dict[str, Any]) -> str:
    names = ("reps", "commits", "lost", "median", "p95", "refresh", "days")
    rows = [f"| {' | '.join(str(one[name]) for name in names)} |" for one in result["found"]]
    return "\n".join(
        [
            "# Every rep's own day",
            "",
            f"`python -m tests.bench.reps`; {result['leads']:,} leads on SQLite, seconds. "
            f"{as_words(result['machine'])}. Seed {result['seed']}. Goal: p95 under {GOAL} s with 200 reps.",
            "",
            "| reps | commits | not received | received, median | p95 | the board, median | all days after, median |",
            "|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            f"Connections to the warehouse that the workers held at the end: {result['held']}.",
            "",
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Two hundred reps, each with her own day.")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--reps", type=int, default=200)
    parser.add_argument("--commits", type=int, default=12)
    main(parser.parse_args())
