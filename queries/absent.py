"""Columns that a warehouse lacks: a required one is refused by name, an optional one is read as unknown."""

from typing import Any

from sqlalchemy import Column, Connection, Engine, cast, event, null, select, text
from sqlalchemy.sql import visitors
from sqlalchemy.sql.visitors import replacement_traverse

from queries.faults import ContractBroken
from queries.tables import metadata, required

ABSENT = "absent columns"


def note(connection: Connection, there: frozenset[str]) -> frozenset[str]:
    """Have the optional columns that the tables ``there`` lack read as NULL on this connection; return their names.

    Raises ``ContractBroken`` when a required column is missing, naming it.
    """
    connection.info.pop(ABSENT, None)
    lacking = [one for name in sorted(there) for one in _lacking(connection, name)]
    broken = [str(one) for one in lacking if required(one)]
    if broken:
        raise ContractBroken(f"{', '.join(broken)} is missing; 'smarketing check' says what the board needs")
    connection.info[ABSENT] = frozenset(lacking)
    return frozenset(map(str, lacking))


def _lacking(connection: Connection, name: str) -> list[Column[Any]]:
    """Return the contract's columns that the table ``name`` of this warehouse does not have."""
    table = metadata.tables[name]
    nothing = connection.execute(select(text("*")).select_from(table).limit(0))
    found = {one.lower() for one in nothing.keys()}  # noqa: SIM118 - the result's columns; iterating it gives rows
    return [one for one in table.columns if one.name not in found]


def forgive(engine: Engine) -> Engine:
    """Return ``engine``, which from now on reads noted columns as NULL."""

    @event.listens_for(engine, "before_execute", retval=True)
    def _replaced(connection: Connection, clause: Any, many: Any, params: Any, _options: Any) -> tuple[Any, Any, Any]:
        absent = connection.info.get(ABSENT)
        # to rewrite a query over a hundred stretches takes a tenth of a second, to look through it a thousandth
        if absent and _mentions(clause, absent):
            traverse: Any = replacement_traverse
            rewritten = traverse(clause, {}, lambda part, **_: _unknown(part, absent))
            return rewritten, many, params
        return clause, many, params

    return engine


def _mentions(clause: Any, absent: frozenset[Column[Any]]) -> bool:
    """Return whether a statement speaks of any absent column, also under another name of its table."""
    names = {one.name for one in absent}
    return any(
        isinstance(part, Column) and part.name in names and _unknown(part, absent) is not None
        for part in visitors.iterate(clause)
    )


def _unknown(part: Any, absent: frozenset[Column[Any]]) -> Any:
    """Return NULL of the column's type in the place of an absent column, also under another name of its table."""
    if isinstance(part, Column) and any(part is one or one in part.proxy_set for one in absent):
        return cast(null(), part.type)
    return None
