"""Follow-up: the leads given to reps, and every human attempt to reach them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Subquery, and_, case, false, func, or_, select

from queries.columns import Instant
from queries.moments import Range, learned_at
from queries.tables import activities, deals, leads


class Assigned(NamedTuple):
    """One lead given to a rep, with what happened to it by ``as_of``; what happened later is None."""

    lead_id: str
    source: str
    owner_id: str | None
    ready_at: datetime | None
    assigned_at: datetime
    rejected_at: datetime | None
    deal_at: datetime | None
    """When the first deal was opened from it: it was accepted into a deal."""


class Attempt(NamedTuple):
    """One human attempt to reach one lead."""

    lead_id: str
    happened_at: datetime


def assigned(connection: Connection, stretch: Range, as_of: datetime) -> list[Assigned]:
    """Leads given to a rep in the period, duplicates left out, each with when it was settled.

    Source: ``leads.assigned_at``, ``rejected_at``, ``deals.created_at``.
    """
    opened = _first_deals(stretch, as_of)
    query = (
        select(
            leads.c.lead_id,
            leads.c.source,
            leads.c.owner_id,
            _by(leads.c.ready_at, as_of),
            leads.c.assigned_at,
            _by(leads.c.rejected_at, as_of),
            opened.c.deal_at,
        )
        .select_from(leads.outerjoin(opened, opened.c.lead_id == leads.c.lead_id))
        .where(_population(stretch, as_of), leads.c.duplicate_of.is_(None))
        .order_by(leads.c.assigned_at, leads.c.lead_id)
    )
    return [Assigned(*row) for row in connection.execute(query)]


def left_out(connection: Connection, stretch: Range, as_of: datetime) -> int:
    """Return how many leads given to a rep in the period are left out because they repeat another lead."""
    query = select(func.count()).where(_population(stretch, as_of), leads.c.duplicate_of.is_not(None))
    return int(connection.execute(query).scalar_one())


def attempts(connection: Connection, stretch: Range, as_of: datetime) -> list[Attempt]:
    """Attempts by people, not machines, to reach the leads given to a rep in the period, at or after they were given.

    In order of lead and time, through every change of owner. Source: ``activities.happened_at``, ``automated``.
    """
    human = or_(activities.c.automated.is_(None), activities.c.automated == false())
    query = (
        select(activities.c.lead_id, activities.c.happened_at)
        .select_from(leads.join(activities, activities.c.lead_id == leads.c.lead_id))
        .where(
            _population(stretch, as_of),
            leads.c.duplicate_of.is_(None),
            activities.c.happened_at >= leads.c.assigned_at,
            activities.c.happened_at < as_of,
            learned_at(activities, "activities") < as_of,
            human,
        )
        .order_by(activities.c.lead_id, activities.c.happened_at)
    )
    return [Attempt(*row) for row in connection.execute(query)]


def any_assigned(connection: Connection, as_of: datetime) -> bool:
    """Return whether this warehouse records when leads are given to reps: any such lead by ``as_of``."""
    query = select(leads.c.lead_id).where(leads.c.assigned_at < as_of, learned_at(leads, "leads") < as_of).limit(1)
    return connection.execute(query).first() is not None


def any_attempt(connection: Connection, as_of: datetime) -> bool:
    """Return whether this warehouse records attempts to reach leads: any by ``as_of``."""
    query = select(activities.c.activity_id).where(
        activities.c.happened_at < as_of, learned_at(activities, "activities") < as_of
    )
    return connection.execute(query.limit(1)).first() is not None


def _population(stretch: Range, as_of: datetime) -> ColumnElement[bool]:
    return and_(
        leads.c.assigned_at >= stretch.start,
        leads.c.assigned_at < stretch.end,
        learned_at(leads, "leads") < as_of,
    )


def _by(instant: ColumnElement[datetime | None], as_of: datetime) -> ColumnElement[datetime | None]:
    """Return ``instant`` where it had come by ``as_of``, else NULL."""
    return case((instant < as_of, instant))


def _first_deals(stretch: Range, as_of: datetime) -> Subquery:
    """Return a derived table: the leads of the stretch with a deal, and when the first was opened."""
    return (
        select(deals.c.lead_id, func.min(deals.c.created_at, type_=Instant()).label("deal_at"))
        .select_from(deals.join(leads, leads.c.lead_id == deals.c.lead_id))
        .where(_population(stretch, as_of), deals.c.created_at < as_of, learned_at(deals, "deals") < as_of)
        .group_by(deals.c.lead_id)
        .subquery("opened")
    )
