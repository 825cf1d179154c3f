"""What ``as_of`` means to a row, and ranges of time as a small table that any engine can join."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Table,
    and_,
    bindparam,
    func,
    literal,
    select,
    union_all,
)

from queries.columns import Instant

INTEGER, INSTANT = Integer(), Instant()
"""Made once: a query over many stretches has hundreds of values, and types of their own cost a third of its time."""


class Range(NamedTuple):
    """A half-open stretch of time: ``start`` belongs to it, ``end`` does not. Both are aware instants."""

    start: datetime
    end: datetime


SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 150)
"""How many ranges a query has: every size is a statement of its own, compiled once and kept. With any size at all a
server of the demo grew by 28 MB in its first 400 refreshes, and went on growing; with these by 8."""
NEVER = Range(*[datetime(2200, 1, 1, tzinfo=UTC)] * 2)
BORN = {"leads": "created_at", "activities": "happened_at", "deals": "created_at"}
"""The instant at which the warehouse is taken to have learned of a row whose ``loaded_at`` is empty."""


def learned_at(table: Table | FromClause, name: str) -> ColumnElement[datetime]:
    """Return the expression for when the warehouse learned of a row of the contract's table ``name``."""
    return func.coalesce(table.c.loaded_at, table.c[BORN[name]], type_=Instant())


def ranges(stretches: Sequence[Range]) -> FromClause:
    """Return a derived table (``number``, ``starts_at``, ``ends_at``), one row a range, numbered from 0.

    Joined on an indexed instant, it counts many days or months in one query that touches each row once. Executed with
    the ``bounds`` of the same stretches.
    """
    return _ranges(_size(stretches))


@lru_cache(maxsize=64)
def _ranges(size: int) -> FromClause:
    rows = [
        select(
            literal(number, INTEGER).label("number"),
            bindparam(f"stretch_{number}_from", type_=INSTANT).label("starts_at"),
            bindparam(f"stretch_{number}_to", type_=INSTANT).label("ends_at"),
        )
        for number in range(size)
    ]
    return union_all(*rows).subquery("stretch")


def bounds(stretches: Sequence[Range]) -> dict[str, datetime]:
    """Return the values of a query over ``ranges``; behind the last stretch stand some in which nothing happens."""
    padded = enumerate([*stretches, *repeat(NEVER, _size(stretches) - len(stretches))])
    return {
        name: at for n, one in padded for name, at in zip((f"stretch_{n}_from", f"stretch_{n}_to"), one, strict=True)
    }


def _size(stretches: Sequence[Range]) -> int:
    return next((one for one in SIZES if one >= len(stretches)), len(stretches))


def by_then(stretches: Sequence[Range], as_of: datetime) -> list[Range]:
    """Return the stretches as far as they had gone by at ``as_of``.

    One end for each: of two that a query names, SQLite's index took the later and read on to this day.
    """
    return [Range(one.start, min(one.end, as_of)) for one in stretches]


INSTANTS = {
    "leads": ("created_at", "ready_at", "assigned_at", "accepted_at", "rejected_at"),
    "activities": ("happened_at",),
    "deals": ("created_at", "won_at", "lost_at"),
}
"""All instants by which a row may fall into a stretch of time."""


def to_come(connection: Connection, table: Table, as_of: datetime) -> datetime | None:
    """Return the earliest instant of any row that the warehouse says it will learn of only at or after ``as_of``.

    None where there is no such row. What ended before that instant is not changed when they are learned of.
    """
    born = table.c[BORN[table.name]]
    return earliest(connection, table, (table.c.loaded_at >= as_of, and_(table.c.loaded_at.is_(None), born >= as_of)))


def earliest(connection: Connection, table: Table, conditions: Sequence[ColumnElement[bool]]) -> datetime | None:
    """Return the earliest instant of the rows for which any of ``conditions`` holds; None where it holds for none.

    Each is a question of its own, so that an index answers it; and for rows, since the least of all is looked up in
    another index, from its beginning. Of more than ``MOST_TO_COME`` rows it is long ago.
    """
    columns = [table.c[name] for name in INSTANTS[table.name]]
    found = [connection.execute(select(*columns).where(one).limit(MOST_TO_COME + 1)).all() for one in conditions]
    if any(len(rows) > MOST_TO_COME for rows in found):
        return LONG_AGO
    return min((one for rows in found for row in rows for one in row if one is not None), default=None)


MOST_TO_COME = 1000
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
