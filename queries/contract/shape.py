"""What a warehouse holds of the contract, as its catalog says it: tables or views, columns and their types."""

import os
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from sqlalchemy import Column, Connection, Inspector, Table, func, inspect, select
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SAWarning
from sqlalchemy.types import TypeEngine

from queries.tables import key, metadata


class Held(NamedTuple):
    """One column as the catalog tells it: its type, and whether the engine itself keeps it from being empty."""

    type: TypeEngine[Any]
    never_empty: bool


@dataclass(frozen=True)
class Shape:
    """One table or view that is there: its columns by name, and whether the engine itself keeps its ids unique."""

    columns: Mapping[str, Held]
    unique: bool


@dataclass(frozen=True)
class Warehouse:
    """What a warehouse holds of the contract at one moment, and what the rules may ask about.

    ``unreadable`` says of a table that is there why it cannot be read. ``unsound`` are the columns already reported as
    holding something else than promised: no further rule is asked about them.
    """

    engine: str
    as_of: datetime
    shapes: Mapping[str, Shape]
    unreadable: Mapping[str, str]
    writable: tuple[str, ...]
    unsound: frozenset[tuple[str, str]] = frozenset()
    known_by: datetime | None = None
    """Nothing that the warehouse learned of, or that happened, at this moment or later is looked at; None: all is."""

    def tables(self) -> Iterator[Table]:
        """Yield the contract's tables that are there and can be read."""
        return (table for table in metadata.sorted_tables if table.name in self.shapes)

    def held(self, column: Column[Any]) -> Held | None:
        """Return what the catalog says of a column of the contract; None when it is not there."""
        shape = self.shapes.get(column.table.name)
        return shape.columns.get(column.name) if shape else None

    def sound(self, *columns: Column[Any]) -> bool:
        """Return whether all of ``columns`` are there and hold what the contract says, as far as is known."""
        return all(
            self.held(one) is not None and not self.unsound & {(one.table.name, one.name), (one.table.name, "")}
            for one in columns
        )

    def columns(self, *kinds: type[TypeEngine[Any]]) -> Iterator[Column[Any]]:
        """Yield the sound columns that the contract gives one of ``kinds`` (every kind when none is named)."""
        for table in self.tables():
            for one in table.columns:
                if self.sound(one) and (not kinds or isinstance(one.type, kinds)):
                    yield one

    def ids(self, table: Table) -> list[Column[Any]]:
        """Return those columns of the key of ``table`` that are there."""
        return [table.c[name] for name in key(table) if self.held(table.c[name])]

    def without(self, columns: frozenset[tuple[str, str]]) -> "Warehouse":
        """Return the same warehouse with ``columns`` (table, column) counted as unsound as well."""
        return replace(self, unsound=self.unsound | columns)


def observe(connection: Connection, as_of: datetime, known_by: datetime | None = None) -> Warehouse:
    """Return what the warehouse behind ``connection`` holds, read from its catalog alone; no row is touched."""
    inspector = inspect(connection)
    shapes: dict[str, Shape] = {}
    unreadable: dict[str, str] = {}
    for table in metadata.sorted_tables:
        try:
            with connection.begin_nested():
                shapes[table.name] = _shape(inspector, table)
                refusal = _refusal(connection, table)
        except NoSuchTableError:
            continue
        except DBAPIError as broken:
            refusal = reason(broken)
        if refusal:
            unreadable[table.name] = refusal
            shapes.pop(table.name, None)
    writable = _writable(connection, shapes)
    return Warehouse(connection.dialect.name, as_of, shapes, unreadable, writable, known_by=known_by)


def reason(failed: DBAPIError) -> str:
    """Return the first line of what the engine said about the data or the tables.

    Re-raises what is about the engine itself: a deadline, a lock or a lost connection is no fault of the contract.
    """
    said = str(failed.orig).strip().split("\n")[0]
    about_the_data = ("no such", "Could not decode", "view ", "malformed JSON", "integer overflow")
    if failed.connection_invalidated or type(failed).__name__ == "InterfaceError":
        raise failed
    if type(failed).__name__ in ("OperationalError", "DatabaseError") and not said.startswith(about_the_data):
        raise failed
    return said


def _shape(inspector: Inspector, table: Table) -> Shape:
    """Return the columns of a table or view by name, and whether its key is declared unique."""
    with warnings.catch_warnings():
        # a type that SQLAlchemy does not know is a finding where it matters, not a warning
        warnings.simplefilter("ignore", SAWarning)
        columns = {one["name"]: Held(one["type"], not one["nullable"]) for one in inspector.get_columns(table.name)}
    primary = inspector.get_pk_constraint(table.name)["constrained_columns"]
    return Shape(columns, unique=bool(primary) and set(primary) == set(key(table)))


def _refusal(connection: Connection, table: Table) -> str:
    """Return why this role may not read ``table``; empty when it may, or when the engine cannot say."""
    if connection.dialect.name != "postgresql" or _privilege(connection, table.name, "SELECT"):
        return ""
    return f"this role may not read it: GRANT SELECT ON {table.name} to it"


def _privilege(connection: Connection, name: str, privileges: str) -> bool:
    return bool(connection.scalar(select(func.has_table_privilege(name, privileges))))


def _writable(connection: Connection, shapes: Mapping[str, Shape]) -> tuple[str, ...]:
    """Return what this role could change if its connection let it: tables, or the name of an SQLite file."""
    if connection.dialect.name == "postgresql":
        return tuple(name for name in shapes if _privilege(connection, name, "INSERT, UPDATE, DELETE, TRUNCATE"))
    if connection.dialect.name == "sqlite":
        path = Path(unquote(str(connection.engine.url.database).removeprefix("file:")))
        return (path.name,) if os.access(path, os.W_OK) else ()
    return ()
