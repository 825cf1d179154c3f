"""What ``as_of`` means to a row, and ranges of time as a small table that any engine can join."""

from collections.abc import Sequence
from datetime import datetime
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


BORN = {"leads": "created_at", "activities": "happened_at", "deals": "created_at"}
"""The instant at which the warehouse is taken to have learned of a row whose ``loaded_at`` is empty."""


def learned_at(table: Table | FromClause, name: str) -> ColumnElement[datetime]:
    """Return the expression for when the warehouse learned of a row of the contract's table ``name``."""
    return func.coalesce(table.c.loaded_at, table.c[BORN[name]], type_=Instant())


def ranges(stretches: Sequence[Range], name: str = "stretch") -> FromClause:
    """Return a derived table (``number``, ``starts_at``, ``ends_at``), one row a range, numbered from 0.

    Joined on an indexed instant, it counts many days or months in one query that touches each row once.
    """
    rows = [
        select(
            literal(number, INTEGER).label("number"),
            bindparam(f"{name}_{number}_from", one.start, INSTANT, unique=False).label("starts_at"),
            bindparam(f"{name}_{number}_to", one.end, INSTANT, unique=False).label("ends_at"),
        )
        for number, one in enumerate(stretches)
    ]
    return union_all(*rows).subquery(name)


def to_come(connection: Connection, table: Table, as_of: datetime) -> bool:
    """Return whether ``table`` holds a row that the warehouse says it will learn of only at or after ``as_of``."""
    born = table.c[BORN[table.name]]
    late = (table.c.loaded_at >= as_of, and_(table.c.loaded_at.is_(None), born >= as_of))
    return any(connection.execute(select(born).where(one).limit(1)).first() for one in late)
