"""How old the data is: the newest event and the last load of each table, and which tables there are at all."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, inspect, select

from queries.faults import ContractBroken
from queries.knowledge import known_by
from queries.moments import learned_at
from queries.tables import activities, deals, leads, loads, metadata

EVENTS = {
    "leads": (leads, ("created_at", "ready_at")),
    "activities": (activities, ("happened_at",)),
    "deals": (deals, ("won_at", "created_at")),
}
"""The tables whose events age, and the instants that tell it."""


class Age(NamedTuple):
    """How recent one table is; None where nothing tells."""

    table: str
    newest_event: datetime | None
    last_load: datetime | None


def present(connection: Connection) -> frozenset[str]:
    """Return the contract's tables (or views) that this warehouse has."""
    found = inspect(connection)
    names = set(found.get_table_names()) | set(found.get_view_names())
    return frozenset(names & set(metadata.tables))


def demand(there: frozenset[str]) -> None:
    """Raise ``ContractBroken`` when a table is missing that the contract does not call optional."""
    missing = [name for name, table in metadata.tables.items() if not table.info.get("optional") and name not in there]
    if missing:
        raise ContractBroken(
            f"the warehouse has no table or view {', '.join(missing)}; 'smarketing check' says what the board needs"
        )


def ages(connection: Connection, as_of: datetime, there: frozenset[str]) -> list[Age]:
    """Return a row a table: its newest event and its last good load by ``as_of``. Source: the events, ``loads``."""
    loaded = _last_loads(connection, as_of) if "loads" in there else {}
    return [Age(name, _newest(connection, name, as_of), loaded.get(name)) for name in EVENTS]


def _newest(connection: Connection, name: str, as_of: datetime) -> datetime | None:
    table, instants = EVENTS[name]
    found = [
        connection.execute(
            select(table.c[instant])
            .where(table.c[instant] < as_of, learned_at(table, name) < known_by(as_of))
            .order_by(table.c[instant].desc())
            .limit(1)
        ).scalar()
        for instant in instants
    ]
    return max((one for one in found if one is not None), default=None)


def _last_loads(connection: Connection, as_of: datetime) -> dict[str, datetime]:
    """Return the last good load of each table; asked table by table, so that an index answers, however long the log."""
    found = {name: connection.execute(_last_load(name, as_of)).scalar() for name in EVENTS}
    return {name: at for name, at in found.items() if at is not None}


def _last_load(name: str, as_of: datetime) -> Any:
    good = (loads.c.table_name == name, loads.c.status == "ok", loads.c.loaded_at < known_by(as_of))
    return select(loads.c.loaded_at).where(*good).order_by(loads.c.loaded_at.desc()).limit(1)


class Running(NamedTuple):
    """A load that has begun and not ended."""

    table: str
    since: datetime


def running(connection: Connection, as_of: datetime, there: frozenset[str]) -> list[Running]:
    """Return the loads that have begun and not ended: the newest of their table says running. Source: ``loads``."""
    if "loads" not in there:
        return []
    newest = [_newest_load(connection, name, as_of) for name in metadata.tables]
    found = [Running(row.table_name, row.loaded_at) for row in newest if row and row.status == "running"]
    return sorted(found, key=lambda one: one.since)


def _newest_load(connection: Connection, name: str, as_of: datetime) -> Any:
    """Return the newest load of a table by ``as_of``; mostly it is the newest of all, which an index gives at once."""
    query = select(loads.c.table_name, loads.c.loaded_at, loads.c.status).where(loads.c.table_name == name)
    newest_first = query.order_by(loads.c.load_id.desc()).limit(1)
    found = connection.execute(newest_first).first()
    if found and found.loaded_at >= as_of:
        return connection.execute(newest_first.where(loads.c.loaded_at < as_of)).first()
    return found


def rows(
    connection: Connection, since: datetime, until: datetime, as_of: datetime, settled: frozenset[str] = frozenset()
) -> dict[str, int]:
    """Return how many rows of each table happened between two instants, of those the warehouse had learned of by then.

    Of the tables that are ``settled`` all was learned by ``as_of``: to ask row by row would cost as much as to count.
    """
    return {name: _rows(connection, name, since, until, None if name in settled else as_of) for name in EVENTS}


def _rows(connection: Connection, name: str, since: datetime, until: datetime, as_of: datetime | None) -> int:
    table, instants = EVENTS[name]
    query = select(func.count()).where(table.c[instants[0]] >= since, table.c[instants[0]] < until)
    if as_of is not None:
        query = query.where(learned_at(table, name) < as_of)
    return int(connection.execute(query).scalar_one())


def complete_since(connection: Connection, since: datetime, as_of: datetime, there: frozenset[str]) -> frozenset[str]:
    """Return the tables of which a load since ``since`` says that it was good and complete. Source: ``loads``."""
    if "loads" not in there:
        return frozenset()
    query = select(loads.c.table_name).where(
        loads.c.table_name.in_(EVENTS),
        loads.c.status == "ok",
        loads.c.complete_through.is_not(None),
        loads.c.loaded_at >= since,
        loads.c.loaded_at < as_of,
    )
    return frozenset(connection.execute(query).scalars())
