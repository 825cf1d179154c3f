"""What one refresh costs, by the size of the warehouse: ``python -m tests.bench.refresh``.

The demo's company at each size, on SQLite or PostgreSQL. Three readings are timed: the first, which reads everything;
one for which nothing has moved but the clock; and one after ten seconds of the company's life at that size, logged by
the demo's own player. ``--history 10`` adds nine times as much of the past, with the same recent volume: a refresh must
not cost more for it. Wall and processor time, medians; the result is written to ``tests/results``.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, func, select, text
from sqlalchemy.engine import URL

from dashboard import signed
from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.look import Looked, Looker
from dashboard.pages import board as page
from dashboard.refresher import settle
from dashboard.settings import Settings
from queries.demo.make import make, write_papers
from queries.demo.plan import Plan
from queries.demo.player import Player
from queries.tables import activities, deals, leads, loads
from queries.warehouse import writer
from queries.watermark import watermark
from tests import postgres
from tests.bench.machine import as_words, machine, note

SEED = 2026
AS_OF = datetime(2026, 11, 18, 13, 30, tzinfo=UTC)
APART = timedelta(seconds=10)
SPAN = 430
"""Days by which each copy of the history lies before the last: the demo's company is fourteen months old."""
GOAL = 150


class Took(NamedTuple):
    """Milliseconds by the wall and of the processor, medians of so many runs."""

    wall: float
    cpu: float
    runs: int


class Timed:
    """One company's warehouse, read again and again."""

    def __init__(self, engine: Engine, folder: Path, size: int) -> None:
        papers = (signed.read(Company, folder / "smarketing.toml"), signed.read(Agreement, folder / "agreement.toml"))
        self.looker = Looker(Settings(engine.url, *papers, 10, 600))
        self.mark = watermark(engine.url, self.looker.engine)
        self.now, self.last = _after_all(engine), None
        self.player = Player(engine, size, SEED, self.now)

    def once(self) -> tuple[float, float]:
        """Return how long one reading took, by the wall and the processor, in milliseconds."""
        began, worked = time.perf_counter(), time.process_time()
        self.last: Looked | None = self.looker.fresh(self.now, self.last, self.mark.mark)
        return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)

    def first(self, runs: int) -> Took:
        """Return what a reading costs that reads everything."""
        found = []
        for _ in range(runs):
            self.looker.close()
            self.looker = Looker(self.looker.settings)
            found.append(self.once())
        return _median(found)

    def still(self, runs: int) -> Took:
        """Return what a reading costs when only the clock has moved."""
        found = []
        for _ in range(runs):
            self.now += APART
            found.append(self.once())
        return _median(found)

    def moved(self, runs: int) -> Took:
        """Return what a reading costs after ten seconds of the company's life."""
        found = []
        for _ in range(runs):
            before = self.now
            self.now += APART
            while not sum(self.player.step(before + APART / 2).values()):
                before, self.now = before + APART, self.now + APART
            found.append(self.once())
        return _median(found)

    def picture(self, runs: int) -> Took:
        """Return what it costs to draw the board."""
        assert self.last
        found = []
        for _ in range(runs):
            began, worked = time.perf_counter(), time.process_time()
            page.picture(self.last.board)
            found.append((1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)))
        return _median(found)


def _after_all(engine: Engine) -> datetime:
    """Return a moment at which nothing is to come: a warehouse that was kept from an earlier run has lived on in it."""
    with engine.connect() as connection:
        newest = connection.execute(select(func.max(loads.c.loaded_at))).scalar()
    return max(AS_OF, newest + APART) if newest else AS_OF


def _median(found: list[tuple[float, float]]) -> Took:
    wall, cpu = (statistics.median(one) for one in zip(*found, strict=True))
    return Took(round(wall, 1), round(cpu, 1), len(found))


def measured(engine: Engine, folder: Path, size: int, runs: int) -> dict[str, Any]:
    """Return the rows of a warehouse and what each kind of reading costs."""
    one = Timed(engine, folder, size)
    with engine.connect() as connection:
        rows = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (leads, activities, deals)
        }
    found = {"first": one.first(3)}
    # as the server's own process does behind its first reading
    settle()
    found |= {"still": one.still(runs), "moved": one.moved(runs), "picture": one.picture(runs)}
    one.mark.close()
    one.looker.close()
    return {"rows": rows} | {name: took._asdict() for name, took in found.items()}


def older(engine: Engine, copies: int) -> None:
    """Copy the whole history of an SQLite warehouse so many times into the past."""
    with engine.begin() as connection:
        for copy in range(1, copies + 1):
            for table, instants, names in COPIED:
                columns = [one.name for one in table.columns]
                asked = ", ".join(_copied(one, instants, names, copy) for one in columns)
                into = f"INSERT INTO {table.name} ({', '.join(columns)})"
                connection.execute(text(f"{into} SELECT {asked} FROM {table.name} WHERE {names[0]} NOT LIKE '%-%'"))


COPIED = (
    (
        leads,
        ("created_at", "ready_at", "assigned_at", "accepted_at", "rejected_at", "loaded_at"),
        ("lead_id", "duplicate_of"),
    ),
    (activities, ("happened_at", "loaded_at"), ("activity_id", "lead_id")),
    (deals, ("created_at", "won_at", "lost_at", "loaded_at"), ("deal_id", "lead_id", "customer_id")),
)  # fmt: skip
"""The tables of history: their instants, and their ids, the table's own first."""


def _copied(column: str, instants: tuple[str, ...], names: tuple[str, ...], copy: int) -> str:
    if column in instants:
        return f"strftime('%Y-%m-%d %H:%M:%f000', {column}, '-{copy * SPAN} days')"
    if column == "expected_close_on":
        return f"date({column}, '-{copy * SPAN} days')"
    # before every id of the last copy, so that the player finds the highest of these
    return f"substr({column}, 1, 1) || '-{copy}-' || substr({column}, 2)" if column in names else column


@contextmanager
def warehouse(kind: str, size: int, history: int, kept: Path | None) -> Iterator[tuple[Engine, Path]]:
    """Yield a warehouse of the demo's company at one size, and the folder of its papers."""
    with TemporaryDirectory() as scratch:
        folder = (kept or Path(scratch)) / f"{kind}-{size}-{history}"
        folder.mkdir(parents=True, exist_ok=True)
        if kind == "postgresql":
            with postgres.running() as server, server.empty() as url:
                yield _filled(url, folder, size, 1), folder
        else:
            yield _filled(URL.create("sqlite", database=str(folder / "warehouse.db")), folder, size, history), folder


def _filled(url: URL, folder: Path, size: int, history: int) -> Engine:
    engine = writer(url)
    if not (folder / "agreement.toml").exists():
        made = make(engine, Plan(SEED, AS_OF, size), lambda *_: None)
        older(engine, history - 1)
        if url.get_backend_name() == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        write_papers(folder, made)
    return engine


def main(told: argparse.Namespace) -> None:
    """Measure every size that was asked for, and write it down."""
    found = []
    for asked in told.sizes:
        size, _, history = asked.partition("x")
        kind = told.engine
        with warehouse(kind, int(size), int(history or 1), told.keep) as (engine, folder):
            found.append({"engine": kind, "recent": int(size)} | measured(engine, folder, int(size), told.runs))
            engine.dispose()
        Console().print(_table(found))
    result = {"machine": machine(), "seed": SEED, "as_of": AS_OF.isoformat(), "goal_ms": GOAL, "found": found}
    Console().print(f"written to {note(told.name, _words(result), result)}")


COLUMNS = ("engine", "recent size", "leads", "attempts", "everything", "clock only", "10 s of life", "drawing")


def _cells(one: dict[str, Any]) -> list[str]:
    took = (f"{one[name]['wall']:,.0f} ({one[name]['cpu']:,.0f})" for name in ("first", "still", "moved", "picture"))
    return [one["engine"], f"{one['recent']:,}", f"{one['rows']['leads']:,}", f"{one['rows']['activities']:,}", *took]


def _table(found: list[dict[str, Any]]) -> Table:
    table = Table(*COLUMNS, title="a refresh, ms by the wall (of the processor), medians")
    for one in found:
        table.add_row(*_cells(one))
    return table


def _words(result: dict[str, Any]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (COLUMNS, ["---"] * len(COLUMNS), *map(_cells, result["found"]))]
    runs = result["found"][0]["still"]["runs"]
    return "\n".join(
        [
            "# What a refresh costs",
            "",
            "`python -m tests.bench.refresh`; milliseconds by the wall (of the reading process's processor time), "
            f"medians of {runs} runs, of 3 for *everything*. {as_words(result['machine'])}. "
            f"Seed {result['seed']}, as of {result['as_of']}. Goal: {result['goal_ms']} ms at a million leads.",
            "",
            *lines,
            "",
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What a refresh costs, by the size of the warehouse.")
    sizes = ["10000", "100000", "1000000"]
    parser.add_argument("sizes", nargs="*", default=sizes, help="leads; 100000x10 for ten times the history")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--keep", type=Path, help="folder in which warehouses are kept from run to run")
    parser.add_argument("--name", default="refresh", help="how the result is called")
    main(parser.parse_args())
