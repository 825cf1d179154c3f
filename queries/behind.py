"""Every row behind a number, for good: what it says of itself, why it does not count, and what it adds when it does."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, cast, null, select

from queries.candidates import Candidates
from queries.columns import Money
from queries.knowledge import LOADED_LATER, PINNED
from queries.tables import deals, leads

COLUMNS: Mapping[str, Sequence[str]] = {
    leads.name: (
        *("label", "url", "source", "campaign_id", "owner_id", "fit", "interest", "created_at", "ready_at"),
        *("assigned_at", "accepted_at", "rejected_at", "rejection_reason", "missing", "duplicate_of", "loaded_at"),
    ),
    deals.name: (
        *("label", "url", "rep_id", "lead_id", "customer_id", "created_at", "amount", "expected_close_on"),
        *("won_at", "lost_at", "loaded_at"),
    ),
}
"""What is kept of a row, by table."""
TABLES: Mapping[str, Table] = {leads.name: leads, deals.name: deals}
AT_ONCE = 500


class Behind(NamedTuple):
    """One candidate: its id, what it says of itself, and how it stands in the number."""

    id: str
    reason: str
    adds: Decimal | None
    """What it adds where candidates add different amounts."""
    facts: Mapping[str, Any]
    """Its columns by name; none where only ids were asked for."""


def every(
    connection: Connection,
    candidates: Candidates,
    first: datetime | date,
    after: datetime | date,
    *,
    ids_alone: bool = False,
    of_its_own: bool = False,
) -> Iterator[Behind]:
    """Yield the candidates of one stretch of time, but those of which nobody knew.

    ``of_its_own``: the candidates are those of a moment of their own, whatever the connection knows.
    """
    table = candidates.table
    (key,) = table.primary_key
    columns = () if ids_alone else [table.c[name] for name in COLUMNS[table.name]]
    adds = cast(null(), Money()) if candidates.adds is None else candidates.adds
    query = select(key, candidates.reason.label("reason"), adds.label("adds"), *columns)
    options: dict[str, Any] = {"yield_per": 5000} | (dict(PINNED) if of_its_own else {})
    for row in connection.execute(query.where(candidates.between(first, after)), execution_options=options):
        if row.reason != LOADED_LATER:
            yield Behind(row[0], row.reason, row.adds, dict(zip(COLUMNS[table.name], row[3:], strict=False)))


def facts(connection: Connection, table: str, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Return what the rows with these ids say of themselves now, by id; those that are gone are not among them."""
    (key,) = TABLES[table].primary_key
    query = select(key, *(TABLES[table].c[name] for name in COLUMNS[table]))
    found: dict[str, Mapping[str, Any]] = {}
    for begin in range(0, len(ids), AT_ONCE):
        rows = connection.execute(query.where(key.in_(ids[begin : begin + AT_ONCE])))
        found |= {row[0]: dict(zip(COLUMNS[table], row[1:], strict=True)) for row in rows}
    return found
