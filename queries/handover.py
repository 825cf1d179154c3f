"""The handover: when leads became sales-ready, when they were given to a rep, and when sales said yes or no."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, DateTime, case, func, select, type_coerce

from queries.candidates import COUNTED
from queries.followup import given_leads
from queries.knowledge import known_by, seen
from queries.leads import handed_leads
from queries.moments import Range, bounds, learned_at, ranges
from queries.tables import deals, leads


class Handed(NamedTuple):
    """One lead handed over in one stretch; its instants are naive and in UTC, and may lie in the future."""

    stretch: int
    ready_at: datetime
    assigned_at: datetime | None
    accepted_at: datetime | None
    rejected_at: datetime | None


def handed(connection: Connection, stretches: Sequence[Range], as_of: datetime) -> list[Handed]:
    """Return the leads handed over in each stretch, those left out that nobody has to decide on.

    Source: ``leads.ready_at``, ``assigned_at``, ``accepted_at``, ``rejected_at``.
    """
    stretch, candidates = ranges(stretches), handed_leads(as_of, "undecided")
    instants = (leads.c.ready_at, leads.c.assigned_at, leads.c.accepted_at, leads.c.rejected_at)
    query = (
        select(stretch.c.number, *(_plain(one) for one in instants))
        .select_from(stretch.join(leads, candidates.between(stretch.c.starts_at, stretch.c.ends_at)))
        .where(candidates.reason.not_in(("duplicate", "loaded later")))
    )
    return [Handed(*row) for row in connection.execute(query, bounds(stretches)).all()]


def _plain(instant: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(instant, DateTime())


class Received(NamedTuple):
    """How many leads of one source and cell a rep was given in one stretch, and what sales has said of them."""

    stretch: int
    owner_id: str | None
    source: str
    fit: str | None
    interest: str | None
    decision: str
    """accepted, rejected or undecided; or why they do not count."""
    reason: str | None
    """Why they were rejected."""
    leads: int


def received(connection: Connection, stretches: Sequence[Range], as_of: datetime) -> list[Received]:
    """Leads given to reps in the period, each once and to whoever has it now, duplicates left out.

    Term: leads given (Marketing's promise, leads).
    Variant: by when a lead was first given to a rep; with another owner it goes over to that rep.
    Source: ``leads.assigned_at``, ``owner_id``, ``source``, ``accepted_at``, ``rejected_at``.
    Since 0.2.0.
    """
    stretch, candidates = ranges(stretches), given_leads(as_of)
    accepted, rejected = handed_leads(as_of, "accepted").reason, handed_leads(as_of, "rejected").reason
    said = case((accepted == COUNTED, "accepted"), (rejected == COUNTED, "rejected"), else_="undecided")
    decision = case((candidates.reason == COUNTED, said), else_=candidates.reason).label("decision")
    why = case((decision == "rejected", leads.c.rejection_reason)).label("why")
    grouped = (stretch.c.number, leads.c.owner_id, leads.c.source, leads.c.fit, leads.c.interest, decision, why)
    query = (
        select(*grouped, func.count())
        .select_from(stretch.join(leads, candidates.between(stretch.c.starts_at, stretch.c.ends_at)))
        .group_by(*grouped)
    )
    return seen(
        connection, (Received(*row) for row in connection.execute(query, bounds(stretches))), lambda one: one.decision
    )


class Became(NamedTuple):
    """How many leads of one source that a rep was given became customers."""

    owner_id: str | None
    source: str
    leads: int


def became(connection: Connection, stretch: Range, as_of: datetime) -> list[Became]:
    """Leads given to reps in the period of which a deal was won in it, by whoever has them now.

    Apart from what else is said of those leads: a deal is won long after the day on which its lead was given.
    Source: ``leads.assigned_at``, ``owner_id``, ``source``, ``deals.won_at``, ``lead_id``.
    """
    candidates, by = given_leads(as_of), (leads.c.owner_id, leads.c.source)
    query = (
        select(*by, func.count(leads.c.lead_id.distinct()))
        .select_from(deals.join(leads, leads.c.lead_id == deals.c.lead_id))
        .where(deals.c.won_at >= stretch.start, deals.c.won_at < min(stretch.end, as_of))
        .where(learned_at(deals, "deals") < known_by(as_of))
        .where(candidates.between(stretch.start, stretch.end), candidates.reason == COUNTED)
        .group_by(*by)
    )
    return [Became(*row) for row in connection.execute(query)]


class Detail(NamedTuple):
    """What a rep needs to know of a lead to act on it."""

    lead_id: str
    label: str | None
    url: str | None
    source: str
    persona: str | None
    fit: str | None
    interest: str | None
    email: str | None = None
    phone: str | None = None


def details(connection: Connection, lead_ids: Sequence[str], contacts: bool) -> list[Detail]:
    """Return what there is to know of some leads; how to reach them only where the company allows it."""
    plain = (leads.c[name] for name in ("lead_id", "label", "url", "source", "persona", "fit", "interest"))
    reach = (leads.c.email, leads.c.phone) if contacts else ()
    query = select(*plain, *reach).where(leads.c.lead_id.in_(lead_ids))
    return [Detail(*row) for row in connection.execute(query)]


class Worth(NamedTuple):
    """Of the leads of a ripe year, of one source and cell: how many there were, and how many became customers."""

    source: str
    fit: str | None
    interest: str | None
    leads: int
    customers: int


def worth(connection: Connection, cohort: Range, until: datetime) -> list[Worth]:
    """Return the leads and the customers of a ripe cohort by source, fit and interest, as known ``until`` then.

    Those below the agreed fit or interest too: reps are given these as well, and such a lead is worth what leads like
    it brought, not what an average one did.
    """
    won = (
        select(deals.c.lead_id)
        .where(deals.c.won_at < until, deals.c.lead_id.is_not(None), learned_at(deals, "deals") < until)
        .distinct()
        .subquery("won")
    )
    grouped = (leads.c.source, leads.c.fit, leads.c.interest)
    query = (
        select(*grouped, func.count(), func.count(won.c.lead_id))
        .select_from(leads.outerjoin(won, won.c.lead_id == leads.c.lead_id))
        .where(leads.c.ready_at >= cohort.start, leads.c.ready_at < cohort.end, leads.c.duplicate_of.is_(None))
        .where(learned_at(leads, "leads") < until)
        .group_by(*grouped)
    )
    return [Worth(*row) for row in connection.execute(query)]
