"""What a check of a past moment may see: rows the warehouse had learned of by then, and what had happened by then."""

from datetime import UTC
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    FromClause,
    Table,
    bindparam,
    case,
    func,
    literal,
    true,
)
from sqlalchemy.sql.visitors import replacement_traverse

from queries.columns import Instant
from queries.contract.shape import Warehouse
from queries.moments import BORN
from queries.tables import campaign_days, loads, touches

Expression = TypeVar("Expression", bound=ColumnElement[Any])

COMES_TO_BE = BORN | {touches.name: "happened_at", loads.name: "loaded_at", campaign_days.name: "day"}
"""The column that says when a row of a table came to be; who sells and which campaigns there are is not dated."""


def came_to_be(table: Table, here: Warehouse) -> Column[Any] | None:
    """Return the column that says when a row of ``table`` came to be; None where nothing sound tells."""
    name = COMES_TO_BE.get(table.name)
    return table.c[name] if name and here.sound(table.c[name]) else None


def rows_known(table: Table, here: Warehouse, source: FromClause | None = None) -> ColumnElement[bool]:
    """Return whether the warehouse had learned of a row of ``table`` by the moment that is asked about.

    ``source`` is the table under another name. Without such a moment, or where nothing dates a row, it always had.
    """
    born, of = came_to_be(table, here), table if source is None else source
    if here.known_by is None or born is None:
        return true()
    if isinstance(born.type, Date):
        return of.c[born.name] <= literal(here.known_by.astimezone(UTC).date(), Date)
    learned: ColumnElement[Any] = of.c[born.name]
    if "loaded_at" in table.c and born.name != "loaded_at" and here.sound(table.c.loaded_at):
        learned = func.coalesce(of.c.loaded_at, learned, type_=Instant())
    return learned < _moment(here)


def known(expression: Expression, here: Warehouse) -> Expression:
    """Return ``expression`` with every event that had not happened by the moment asked about taken for empty."""
    if here.known_by is None:
        return expression
    traverse: Any = replacement_traverse
    found: Expression = traverse(expression, {}, lambda part, **_: _as_known(part, here))
    return found


def _as_known(part: Any, here: Warehouse) -> ColumnElement[Any] | None:
    """Return an instant that may be empty as it was known; None for whatever else stands in an expression."""
    if isinstance(part, Column) and isinstance(part.type, Instant) and part.nullable and part.name != "loaded_at":
        return case((part < _moment(here), part))
    return None


def _moment(here: Warehouse) -> ColumnElement[Any]:
    return bindparam("known_by", here.known_by, Instant(), unique=True)
