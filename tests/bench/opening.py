"""How long it takes to open a number: ``python -m tests.bench.opening``.

The demo's company at each size, on SQLite or PostgreSQL. Every number that was counted is opened as of a moment: how
many rows there are for each reason, and the first hundred of them; then the last hundred, and the first hundred by
another order. The first opening of follow-up judges every lead anew and is told apart. Medians over the numbers.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import Engine

from dashboard import signed
from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.look import Looker
from dashboard.number import Number
from dashboard.opened import Opened, Opener
from dashboard.settings import Settings
from queries.listing import Asked
from queries.warehouse import reader
from tests.bench.machine import as_words, machine, note
from tests.bench.refresh import AS_OF, SEED, warehouse

GOAL = 300
HUNDRED = 100


def measured(engine: Engine, folder: Path, runs: int) -> list[dict[str, Any]]:
    """Return, for every number that is counted, its rows and the milliseconds of each way of opening it."""
    papers = (signed.read(Company, folder / "smarketing.toml"), signed.read(Agreement, folder / "agreement.toml"))
    told = Settings(engine.url, *papers, 10, 600)
    board = Looker(told).at(AS_OF, AS_OF)
    rows = reader(engine.url, 600)
    opener, found = Opener(told, rows), []
    for one in board.numbers.values():
        if one.rows is not None and one.value is not None and not one.parts:
            found.append(_opened(opener, one, runs))
    rows.dispose()
    return found


def _opened(opener: Opener, one: Number, runs: int) -> dict[str, Any]:
    first = _milliseconds(opener, one, lambda rows: _front(rows, ()))
    rows = 0

    def count(opened: Opened) -> None:
        nonlocal rows
        rows = sum(group.rows for group in opened.groups())

    _milliseconds(opener, one, count)
    again = [_milliseconds(opener, one, lambda rows: _front(rows, ())) for _ in range(runs)]
    last = [_milliseconds(opener, one, lambda opened: opened.page(Asked(max(rows - HUNDRED, 0)))) for _ in range(3)]
    ordered = [_milliseconds(opener, one, lambda opened: _front(opened, [("label", True)])) for _ in range(3)]
    took = {"again": again, "last": last, "ordered": ordered}
    return {"name": one.name, "rows": rows, "first": first} | {
        name: round(statistics.median(some), 1) for name, some in took.items()
    }


def _front(opened: Opened, order: Any) -> None:
    opened.groups()
    opened.page(Asked(0, HUNDRED, order))


def _milliseconds(opener: Opener, one: Number, look: Callable[[Opened], object]) -> float:
    began = time.perf_counter()
    assert one.rows is not None
    with opener.opened(AS_OF + timedelta(), one.rows) as opened:
        look(opened)
    return round(1000 * (time.perf_counter() - began), 1)


WAYS = ("first", "again", "last", "ordered")


def _words(result: dict[str, Any]) -> str:
    lines = [
        "# Opening a number",
        "",
        f"`python -m tests.bench.opening`. {as_words(result['machine'])}. Seed {result['seed']}, as of "
        f"{result['as_of']}. Milliseconds by the wall, of the rows by reason and a hundred of them; *first* is the "
        f"very first, *again* the median of {result['runs']} more, *last* the last hundred, *ordered* the first "
        f"hundred by name. Goal: a median of {GOAL} ms.",
        "",
        "| engine | leads | numbers | " + " | ".join(f"{way}, median (worst)" for way in WAYS) + " | worst number |",
        "|---|---:|---:|" + "---:|" * len(WAYS) + "---|",
    ]
    for one in result["found"]:
        cells = [f"{_median(one, way):,.0f} ({max(row[way] for row in one['numbers']):,.0f})" for way in WAYS]
        worst = max(one["numbers"], key=lambda row: row["again"])
        told = f"{worst['name']}, {worst['rows']:,} rows, {worst['again']:,.0f} ms"
        lines.append(f"| {one['engine']} | {one['leads']:,} | {len(one['numbers'])} | {' | '.join(cells)} | {told} |")
    return "\n".join([*lines, ""])


def _median(one: dict[str, Any], way: str) -> float:
    return statistics.median(row[way] for row in one["numbers"])


def main(told: argparse.Namespace) -> None:
    """Measure what was asked for, and write it down."""
    found = []
    for kind in told.engine:
        with warehouse(kind, told.leads, 1, told.keep) as (engine, folder):
            found.append({"engine": kind, "leads": told.leads, "numbers": measured(engine, folder, told.runs)})
            engine.dispose()
    result = {
        "machine": machine(), "seed": SEED, "as_of": AS_OF.isoformat(), "runs": told.runs, "found": found,
    }  # fmt: skip
    Console().print(_words(result))
    Console().print(f"written to {note('opening', _words(result), result)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How long it takes to open a number.")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--engine", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="folder in which warehouses are kept from run to run")
    main(parser.parse_args())
