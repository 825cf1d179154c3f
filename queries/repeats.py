"""Rows that are there twice: a load ran twice, or a view joins what it should not."""

from datetime import datetime

from sqlalchemy import Connection, Table, distinct, func, inspect, select

from queries.ages import EVENTS
from queries.faults import DataRefused
from queries.tables import key


def refuse(connection: Connection, since: datetime, as_of: datetime) -> None:
    """Raise ``DataRefused`` when a table holds one id more than once among what happened between the two instants.

    A table whose key the engine itself keeps is not looked at; a view, or a table without a key, is.
    """
    for table, instants in EVENTS.values():
        if not _kept_by_the_engine(connection, table):
            _refuse(connection, table, instants[0], since, as_of)


def _kept_by_the_engine(connection: Connection, table: Table) -> bool:
    found = inspect(connection).get_pk_constraint(table.name)
    return set(found["constrained_columns"]) == set(key(table))


def _refuse(connection: Connection, table: Table, instant: str, since: datetime, as_of: datetime) -> None:
    (name,) = key(table)
    query = select(func.count(), func.count(distinct(table.c[name]))).where(
        table.c[instant] >= since, table.c[instant] < as_of
    )
    rows, ids = connection.execute(query).one()
    if rows != ids:
        raise DataRefused(
            f"{table.name} holds {rows:,} rows of {ids:,} {name}s since {since:%d %b %Y}, so some are there twice: "
            "did a load run twice, or does the view join too much?"
        )
