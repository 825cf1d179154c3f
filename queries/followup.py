"""Follow-up: the leads given to reps, and every human attempt to reach them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    FromClause,
    and_,
    case,
    false,
    func,
    or_,
    select,
    type_coerce,
)

from queries.candidates import COUNTED, Candidates
from queries.knowledge import known_by, seen
from queries.moments import Range, bounds, by_then, learned_at, ranges
from queries.tables import activities, deals, leads


class Given(NamedTuple):
    """Leads given to a rep, by column; instants are naive and in UTC, and may lie in the future."""

    stretch: Sequence[int]
    lead_id: Sequence[str]
    assigned_at: Sequence[datetime]
    rejected_at: Sequence[datetime | None]
    opened_at: Sequence[datetime | None]
    """When the first of its deals that are older than the stretch was opened."""
    owner_id: Sequence[str | None]
    """Who has it now."""
    reason: Sequence[str]
    """Empty when it is judged, else why it is judged nowhere."""


class Attempts(NamedTuple):
    """Human attempts to reach leads, by column; instants are naive and in UTC."""

    stretch: Sequence[int]
    lead_id: Sequence[str]
    happened_at: Sequence[datetime]
    outcome: Sequence[str | None]


class Opened(NamedTuple):
    """Deals that were opened from leads, by column; instants are naive and in UTC."""

    stretch: Sequence[int]
    lead_id: Sequence[str]
    created_at: Sequence[datetime]


def given(connection: Connection, stretches: Sequence[Range], as_of: datetime) -> Given:
    """Leads given to a rep in the period, each with when it was rejected and with its deals of before.

    Source: ``leads.assigned_at``, ``rejected_at``, ``duplicate_of``, ``deals.created_at``.
    """
    stretch, candidates = ranges(stretches), given_leads(as_of)
    query = select(
        stretch.c.number,
        leads.c.lead_id,
        _plain(leads.c.assigned_at),
        _plain(leads.c.rejected_at),
        _opened_before(stretch.c.starts_at, as_of),
        leads.c.owner_id,
        candidates.reason,
    ).select_from(stretch.join(leads, candidates.between(stretch.c.starts_at, stretch.c.ends_at)))
    rows = seen(connection, connection.execute(query, bounds(stretches)).all(), lambda row: str(row[-1]))
    return Given(*columns(rows, len(Given._fields)))


def given_leads(as_of: datetime) -> Candidates:
    """Return the leads given to a rep, of which all count that are no duplicates: those are judged one by one."""
    reason = case(
        (leads.c.assigned_at >= as_of, "not yet happened"),
        (learned_at(leads, "leads") >= known_by(as_of), "loaded later"),
        (leads.c.duplicate_of.is_not(None), "duplicate"),
        else_=COUNTED,
    )
    return Candidates(leads, leads.c.assigned_at, reason)


def _opened_before(starts_at: ColumnElement[datetime], as_of: datetime) -> ColumnElement[datetime | None]:
    first = (
        select(func.min(deals.c.created_at))
        .where(deals.c.lead_id == leads.c.lead_id, deals.c.created_at < starts_at)
        .where(learned_at(deals, "deals") < known_by(as_of))
    )
    return type_coerce(first.scalar_subquery(), DateTime())


def attempts(connection: Connection, stretches: Sequence[Range], as_of: datetime) -> Attempts:
    """Attempts by people, not machines, to reach a lead in the period. Source: ``activities``, ``automated``."""
    human = or_(activities.c.automated.is_(None), activities.c.automated == false())
    stretches = by_then(stretches, as_of)
    stretch = ranges(stretches)
    query = (
        select(stretch.c.number, activities.c.lead_id, _plain(activities.c.happened_at), activities.c.outcome)
        .select_from(stretch.join(activities, _within(activities.c.happened_at, stretch)))
        .where(learned_at(activities, "activities") < known_by(as_of), human)
    )
    return Attempts(*columns(connection.execute(query, bounds(stretches)).all(), len(Attempts._fields)))


def opened(connection: Connection, stretches: Sequence[Range], as_of: datetime) -> Opened:
    """Deals opened from a lead in the period: it was accepted into one. Source: ``deals.created_at``, ``lead_id``."""
    stretches = by_then(stretches, as_of)
    stretch = ranges(stretches)
    query = (
        select(stretch.c.number, deals.c.lead_id, _plain(deals.c.created_at))
        .select_from(stretch.join(deals, _within(deals.c.created_at, stretch)))
        .where(deals.c.lead_id.is_not(None), learned_at(deals, "deals") < known_by(as_of))
    )
    return Opened(*columns(connection.execute(query, bounds(stretches)).all(), len(Opened._fields)))


def columns(rows: Sequence[Sequence[Any]], width: int) -> Sequence[Sequence[Any]]:
    """Return rows as ``width`` columns: of ten thousand rows that is a fraction of a name for every cell.

    >>> columns([("L1", 3), ("L2", 4)], 2)
    [('L1', 'L2'), (3, 4)]
    >>> columns([], 2)
    [(), ()]
    """
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _within(instant: ColumnElement[datetime], stretch: FromClause) -> ColumnElement[bool]:
    return and_(instant >= stretch.c.starts_at, instant < stretch.c.ends_at)


def _plain(instant: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return ``instant`` as the driver gives it: so many rows cost more to be made aware than to be read."""
    return type_coerce(instant, DateTime())


def any_assigned(connection: Connection, as_of: datetime) -> bool:
    """Return whether this warehouse records when leads are given to reps: any such lead by ``as_of``."""
    query = (
        select(leads.c.lead_id)
        .where(leads.c.assigned_at < as_of, learned_at(leads, "leads") < known_by(as_of))
        .limit(1)
    )
    return connection.execute(query).first() is not None


def any_attempt(connection: Connection, as_of: datetime) -> bool:
    """Return whether this warehouse records attempts to reach leads: any by ``as_of``."""
    query = select(activities.c.activity_id).where(
        activities.c.happened_at < as_of, learned_at(activities, "activities") < known_by(as_of)
    )
    return connection.execute(query.limit(1)).first() is not None
