"""Candidates: the rows that could count towards a number, and for each the one reason why it does not, or none.

A number is counted and its rows are listed from one and the same definition, so that the two cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, literal, select

from queries.columns import Money
from queries.knowledge import seen
from queries.moments import Range, bounds, ranges

Bound = datetime | date | ColumnElement[Any]
COUNTED = ""
"""The reason of a row that is not left out."""


@dataclass(frozen=True)
class Candidates:
    """Rows of one table that one column places in time, with why each does not count and what it adds if it does."""

    table: Table
    at: ColumnElement[Any]
    """The instant, or the day, by which a row belongs to a period."""
    reason: ColumnElement[str]
    """Empty for a row that counts."""
    adds: ColumnElement[Decimal] | None = None
    """What a row that counts adds; None where each adds one."""

    def between(self, first: Bound, after: Bound) -> ColumnElement[bool]:
        """Return whether a row belongs to the stretch that begins with ``first`` and ends before ``after``."""
        return and_(self.at >= first, self.at < after)

    @property
    def amount(self) -> ColumnElement[Any]:
        """The sum of what rows add, nothing where there are none."""
        if self.adds is None:
            return literal(0)
        return func.coalesce(func.sum(self.adds, type_=Money()), 0, type_=Money())


def counted(
    connection: Connection, candidates: Candidates, stretches: Sequence[Range], *by: ColumnElement[Any]
) -> Sequence[Any]:
    """Return the candidates of many stretches in one query: (stretch, *by, reason, rows, amount), grouped by these."""
    stretch, reason = ranges(stretches), candidates.reason.label("reason")
    grouped = (stretch.c.number, *by, reason)
    within = candidates.between(stretch.c.starts_at, stretch.c.ends_at)
    query: Select[Any] = select(*grouped, func.count(), candidates.amount)
    found = connection.execute(
        query.select_from(stretch.join(candidates.table, within)).group_by(*grouped), bounds(stretches)
    )
    return seen(connection, found, lambda row: str(row.reason))
