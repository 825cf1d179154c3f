"""How old each table is: its newest event, its last good load, and how the newest load ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, select

from queries.ages import EVENTS
from queries.moments import BORN, learned_at
from queries.tables import loads, metadata, touches

DATED = {name: (table, instants) for name, (table, instants) in EVENTS.items()} | {
    touches.name: (touches, ("happened_at",))
}
"""The tables whose events age, and the instants that tell it."""


class TableAge(NamedTuple):
    """How recent one table is; None where nothing tells."""

    table: str
    newest_event: datetime | None
    last_load: datetime | None
    """The newest load that ended well."""
    newest_load: datetime | None
    status: str | None
    """How the newest load ended: ok, failed, running."""


def table_ages(connection: Connection, as_of: datetime, there: frozenset[str]) -> Sequence[TableAge]:
    """Return a row a table of the contract that is there, as of a moment; the log of loads itself is left out."""
    names = [name for name in metadata.tables if name in there and name != loads.name]
    return [_age(connection, name, as_of, loads.name in there) for name in names]


def _age(connection: Connection, name: str, as_of: datetime, logged: bool) -> TableAge:
    newest = connection.execute(_loads(name, as_of).limit(1)).first() if logged else None
    good = connection.execute(_loads(name, as_of).where(loads.c.status == "ok").limit(1)).first() if logged else None
    return TableAge(
        name,
        _newest_event(connection, name, as_of),
        good.loaded_at if good else None,
        newest.loaded_at if newest else None,
        newest.status if newest else None,
    )


def _loads(name: str, as_of: datetime) -> Any:
    query = select(loads.c.loaded_at, loads.c.status).where(loads.c.table_name == name, loads.c.loaded_at < as_of)
    return query.order_by(loads.c.loaded_at.desc(), loads.c.load_id.desc())


def _newest_event(connection: Connection, name: str, as_of: datetime) -> datetime | None:
    if name not in DATED:
        return None
    table, instants = DATED[name]
    found = [_newest(connection, table, table.c[instant], as_of) for instant in instants]
    return max((one for one in found if one is not None), default=None)


def _newest(connection: Connection, table: Table, instant: Any, as_of: datetime) -> datetime | None:
    query = select(instant).where(instant < as_of).order_by(instant.desc()).limit(1)
    if table.name in BORN:
        query = query.where(learned_at(table, table.name) < as_of)
    found: datetime | None = connection.execute(query).scalar()
    return found
