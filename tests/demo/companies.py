"""Made-up companies for the tests, made once and kept for the run."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import URL

from queries import tables, warehouse
from queries.demo.make import Made, make
from queries.demo.plan import Plan

MOMENTS = {
    "a Wednesday at noon": datetime(2026, 11, 18, 12, 32, 10, tzinfo=UTC),
    "a Sunday morning": datetime(2026, 11, 22, 6, 1, tzinfo=UTC),
    "a Monday after the clocks went forward": datetime(2027, 3, 29, 9, 15, tzinfo=UTC),
    "within the hour that comes twice": datetime(2026, 10, 25, 0, 40, tzinfo=UTC),
    "just after the hour that does not exist": datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    "a holiday, first of the year": datetime(2026, 1, 1, 11, 0, tzinfo=UTC),
    "the last second of a month": datetime(2026, 8, 31, 21, 59, 59, tzinfo=UTC),
    "the first second of a month": datetime(2026, 8, 31, 22, 0, 0, tzinfo=UTC),
}

Rows = dict[str, list[dict[str, Any]]]


def made(url: URL, plan: Plan) -> Made:
    """Make the company of ``plan`` in the warehouse at ``url``."""
    engine = warehouse.writer(url)
    try:
        return make(engine, plan, lambda *_: None)
    finally:
        engine.dispose()


def rows_at(url: URL) -> Rows:
    """Every row of every table, as the types read it, read-only."""
    engine = warehouse.reader(url, 60)
    try:
        with warehouse.reading(engine) as connection:
            return {
                name: [dict(row._mapping) for row in connection.execute(select(table))]
                for name, table in tables.metadata.tables.items()
            }
    finally:
        engine.dispose()


@lru_cache(maxsize=16)
def company(folder: Path, moment: str, leads: int = 2500, seed: int = 1) -> tuple[Made, Rows, Plan]:
    """A company on SQLite, with its rows."""
    plan = Plan(seed, MOMENTS[moment], leads)
    url = URL.create("sqlite", database=str(folder / f"{plan.now}-{leads}-{seed}.db"))
    return made(url, plan), rows_at(url), plan
