"""What the catalog alone says: what is missing, what is of another type, and what this role could change."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Boolean, Column, Date, Enum, Float, Integer, Numeric, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.types import DateTime, NullType, String, TypeEngine

from queries.columns import Instant, Money
from queries.contract.finding import Example, Finding, Level
from queries.contract.question import cannot_be_read
from queries.contract.ruling import Stage, rule
from queries.contract.screens import of_columns, of_table
from queries.contract.shape import Warehouse
from queries.tables import metadata, required

FITS: dict[type[TypeEngine[Any]], tuple[type[TypeEngine[Any]], ...]] = {
    Text: (String,),
    Instant: (DateTime,),
    Date: (Date,),
    Money: (Numeric, Float, Integer),
    Integer: (Integer,),
    Boolean: (Boolean,),
}
"""The types that an engine's column may have, by the kind the contract gives it."""
MEANT = {
    Text: "text",
    Instant: "timestamp (UTC)",
    Date: "date",
    Money: "numeric",
    Integer: "integer",
    Boolean: "boolean",
}


def kind(column: Column[Any]) -> type[TypeEngine[Any]]:
    """Return which of the contract's six kinds ``column`` is.

    >>> from queries.tables import leads
    >>> kind(leads.c.rating).__name__, kind(leads.c.ready_at).__name__
    ('Integer', 'Instant')
    """
    return next(one for one in FITS if isinstance(column.type, one))


@rule(Stage.CATALOG)
def missing_table(here: Warehouse) -> Iterator[Finding]:
    """A table of the contract is not there; of the optional ones only some screens need it."""
    for table in metadata.sorted_tables:
        if table.name in here.shapes or table.name in here.unreadable:
            continue
        optional = table.info.get("optional")
        yield _about(
            table,
            Level.REMARK if optional else Level.FAULT,
            f"{table.name} is not there" + (" (it is optional)" if optional else "") + f": {table.comment}",
            f"create a table or a view called {table.name}, or load it with 'smarketing load'",
        )


@rule(Stage.CATALOG)
def unreadable(here: Warehouse) -> Iterator[Finding]:
    """A table or view of the contract is there and cannot be read."""
    for name, why in here.unreadable.items():
        yield cannot_be_read(metadata.tables[name], why)


@rule(Stage.CATALOG)
def missing_column(here: Warehouse) -> Iterator[Finding]:
    """A column of the contract is not there; one that is not required takes down only what is told from it."""
    for table in here.tables():
        for one in (one for one in table.columns if here.held(one) is None):
            need = "and every row needs it" if required(one) else "(it is optional)"
            yield _about(
                one,
                Level.FAULT if required(one) else Level.REMARK,
                f"{one} is not there {need}: {one.comment}",
                f"add {one.name} ({MEANT[kind(one)]}) to {table.name}"
                + ("" if required(one) else "; NULL when unknown"),
            )


@rule(Stage.CATALOG)
def wrong_type(here: Warehouse) -> Iterator[Finding]:
    """A column has another type than the contract gives it, so that comparing it fails or says something else."""
    # SQLite lets any column hold anything, and a view's column has no type at all: there the values are judged
    for one in here.columns() if here.engine != "sqlite" else ():
        found = _type(here, one)
        if not isinstance(found, FITS[kind(one)]) or isinstance(found, Enum | Uuid):
            name = "of a type of the engine's own" if isinstance(found, NullType) else str(found)
            yield _about(
                one,
                Level.FAULT,
                f"{one} is {name}, not {MEANT[kind(one)]}",
                f"give {one.name} the type {MEANT[kind(one)]}, or cast it in a view",
            )


@rule(Stage.CATALOG)
def inexact_money(here: Warehouse) -> Iterator[Finding]:
    """Money stands in a floating type, whose sums are not exact to the cent."""
    for one in here.columns(Money) if here.engine != "sqlite" else ():
        if isinstance(found := _type(here, one), Float):
            yield _about(
                one, Level.REMARK, f"{one} is {found}: sums of it are not exact", f"give {one.name} the type numeric"
            )


@rule(Stage.CATALOG)
def may_write(here: Warehouse) -> Iterator[Finding]:
    """Whoever runs this could change the warehouse; the board opens it read-only and never needs to."""
    if not here.writable:
        return
    if here.engine == "sqlite":
        says = "the file may be written by whoever runs this; the board itself opens it read-only"
        remedy = "leave it so where the same user also loads; elsewhere give the board's user read access only"
    else:
        says = "this role may change the tables; the board itself only opens read-only transactions"
        remedy = "give the board a role of its own with SELECT alone"
    shown = tuple(Example(name, None) for name in here.writable[:3])
    yield Finding("may-write", Level.REMARK, "", "", 0, shown, says, remedy, ())


def _about(what: Table | Column[Any], level: Level, sentence: str, remedy: str) -> Finding:
    """Return a finding about a table or column as a whole; the rule's id is filled in by whoever asked the rule."""
    if isinstance(what, Table):
        return Finding("", level, what.name, "", 0, (), sentence, remedy, of_table(what.name))
    return Finding("", level, what.table.name, what.name, 0, (), sentence, remedy, of_columns([what]))


def _type(here: Warehouse, column: Column[Any]) -> TypeEngine[Any] | None:
    """Return the type of a column that is there; of a domain, the type under it."""
    held = here.held(column)
    found = held.type if held else None
    while isinstance(found, DOMAIN):
        found = found.data_type
    return found
