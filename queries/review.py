"""Lead review: on which leads something was settled in a week, and the story of a few of them.

A story names no person: not who sold, and nothing by which a lead can be reached.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from sqlalchemy import Connection, Select, Table, and_, false, func, or_, select

from queries.candidates import COUNTED
from queries.deals import won_deals
from queries.knowledge import known_by
from queries.leads import handed_leads
from queries.moments import Range, learned_at
from queries.tables import activities, campaigns, deals, leads, touches

Outcome = Literal["accepted", "rejected", "won", "lost"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class Settled(NamedTuple):
    """One lead on which something was settled: what, when, where the lead came from, and whose it was."""

    lead_id: str
    outcome: Outcome
    at: datetime
    source: str
    rep_id: str | None
    """Only for drawing a fair sample: it is shown nowhere."""


def settled(connection: Connection, week: Range, as_of: datetime) -> list[Settled]:
    """Leads on which something was settled in the week: sales said yes or no, or a deal of theirs was won or lost.

    In the order in which it happened; a lead stands here once for each thing that was settled.
    """
    found = [
        *accepted(connection, week, as_of),
        *rejected(connection, week, as_of),
        *won(connection, week, as_of),
        *lost(connection, week, as_of),
    ]
    return sorted(found, key=lambda one: (one.at, one.lead_id, one.outcome))


def accepted(connection: Connection, week: Range, as_of: datetime) -> list[Settled]:
    """Leads handed over that sales accepted in the week, duplicates left out.

    Term: accepted in the week (Lead review, leads).
    Variant: by the day of the yes, whenever the lead was handed over; the earlier of two decisions stands.
    Source: ``leads.accepted_at``, ``rejected_at``, ``ready_at``.
    Since 0.3.0.
    """
    return _decided(connection, "accepted", week, as_of)


def rejected(connection: Connection, week: Range, as_of: datetime) -> list[Settled]:
    """Leads handed over that sales rejected in the week, duplicates left out.

    Term: rejected in the week (Lead review, leads).
    Variant: by the day of the no, whenever the lead was handed over; the earlier of two decisions stands.
    Source: ``leads.rejected_at``, ``accepted_at``, ``ready_at``.
    Since 0.3.0.
    """
    return _decided(connection, "rejected", week, as_of)


def _decided(
    connection: Connection, decision: Literal["accepted", "rejected"], week: Range, as_of: datetime
) -> list[Settled]:
    candidates, at = handed_leads(as_of, decision), leads.c[f"{decision}_at"]
    query = select(leads.c.lead_id, at, leads.c.source, leads.c.owner_id).where(
        at >= week.start, at < week.end, at < as_of, leads.c.ready_at < as_of, candidates.reason == COUNTED
    )
    return [Settled(row[0], decision, *row[1:]) for row in connection.execute(query)]


def won(connection: Connection, week: Range, as_of: datetime) -> list[Settled]:
    """Deals with new customers won in the week that grew from a lead, duplicates left out.

    Term: won in the week, from leads (Lead review, deals).
    Variant: by the day it was won; a further deal of a customer already won is left out, as are deals without a lead.
    Source: ``deals.won_at``, ``lead_id``, ``customer_id``.
    Since 0.3.0.
    """
    counted = won_deals(as_of, "customers").reason == COUNTED
    query = _of_deals(deals.c.won_at, week, as_of).where(counted)
    return [Settled(row[0], "won", *row[1:]) for row in connection.execute(query)]


def lost(connection: Connection, week: Range, as_of: datetime) -> list[Settled]:
    """Deals lost in the week that grew from a lead, duplicates left out.

    Term: lost in the week, from leads (Lead review, deals).
    Variant: by the day it was lost; a deal that was won before is not lost, and deals without a lead are left out.
    Source: ``deals.lost_at``, ``won_at``, ``lead_id``.
    Since 0.3.0.
    """
    never_won = or_(deals.c.won_at.is_(None), deals.c.won_at >= as_of, deals.c.won_at > deals.c.lost_at)
    query = _of_deals(deals.c.lost_at, week, as_of).where(never_won)
    return [Settled(row[0], "lost", *row[1:]) for row in connection.execute(query)]


def _of_deals(at: Any, week: Range, as_of: datetime) -> Select[Any]:
    known = (learned_at(deals, "deals") < known_by(as_of), learned_at(leads, "leads") < known_by(as_of))
    return (
        select(leads.c.lead_id, at, leads.c.source, deals.c.rep_id)
        .select_from(deals.join(leads, leads.c.lead_id == deals.c.lead_id))
        .where(at >= week.start, at < week.end, at < as_of, leads.c.duplicate_of.is_(None), *known)
    )


class Touch(NamedTuple):
    """One thing marketing did that reached a lead: when, how, and as part of which campaign."""

    lead_id: str
    at: datetime
    kind: str | None
    campaign: str | None


class Attempt(NamedTuple):
    """One attempt of a person to reach a lead: when, how, and what came of it."""

    lead_id: str
    at: datetime
    kind: str
    outcome: str | None


class Deal(NamedTuple):
    """One deal that grew from a lead, and how it ended by then."""

    lead_id: str
    opened_at: datetime
    won_at: datetime | None
    lost_at: datetime | None
    lost_reason: str | None


class Lead(NamedTuple):
    """What the warehouse knew of one lead by then."""

    lead_id: str
    label: str | None
    url: str | None
    source: str
    campaign: str | None
    """The campaign's name; its id where no campaign of that id is listed."""
    persona: str | None
    fit: str | None
    interest: str | None
    missing: str | None
    created_at: datetime
    ready_at: datetime | None
    assigned_at: datetime | None
    accepted_at: datetime | None
    rejected_at: datetime | None
    rejection_reason: str | None
    rating: int | None


class Story(NamedTuple):
    """One lead with everything both sides did for it, each in the order in which it happened."""

    lead: Lead
    touches: tuple[Touch, ...]
    attempts: tuple[Attempt, ...]
    deals: tuple[Deal, ...]


def stories(connection: Connection, lead_ids: Sequence[str], as_of: datetime, there: frozenset[str]) -> list[Story]:
    """Return the stories of some leads as they were known by then, in the order asked for.

    ``there`` are the tables that this warehouse has; without ``touches`` nobody knows of any.
    """
    if not lead_ids:
        return []
    known = {one.lead_id: one for one in _leads(connection, lead_ids, as_of)}
    touched = _by_lead(_touches(connection, lead_ids, as_of)) if "touches" in there else {}
    tried = _by_lead(_attempts(connection, lead_ids, as_of))
    dealt = _by_lead(_deals(connection, lead_ids, as_of))
    return [
        Story(known[one], touched.get(one, ()), tried.get(one, ()), dealt.get(one, ()))
        for one in lead_ids
        if one in known
    ]


def _leads(connection: Connection, lead_ids: Sequence[str], as_of: datetime) -> list[Lead]:
    columns = (
        *(leads.c[name] for name in ("lead_id", "label", "url", "source")),
        func.coalesce(campaigns.c.name, leads.c.campaign_id),
        *(leads.c[name] for name in Lead._fields[5:]),
    )
    query = select(*columns).select_from(leads.outerjoin(campaigns, campaigns.c.campaign_id == leads.c.campaign_id))
    query = query.where(leads.c.lead_id.in_(lead_ids), learned_at(leads, "leads") < known_by(as_of))
    return [_unforeseen(Lead(*row), as_of) for row in connection.execute(query)]


def _unforeseen(lead: Lead, as_of: datetime) -> Lead:
    """Return a lead without what had not happened by then: a rating and a reason go with the decision."""
    instants = ("ready_at", "assigned_at", "accepted_at", "rejected_at")
    early: dict[str, Any] = {name: None for name in instants if (at := getattr(lead, name)) and at >= as_of}
    if "rejected_at" in early:
        early["rejection_reason"] = None
    if early.keys() & {"accepted_at", "rejected_at"}:
        early["rating"] = None
    return lead._replace(**early)


def _touches(connection: Connection, lead_ids: Sequence[str], as_of: datetime) -> list[Touch]:
    name = func.coalesce(campaigns.c.name, touches.c.campaign_id)
    query = select(touches.c.lead_id, touches.c.happened_at, touches.c.kind, name).select_from(
        touches.outerjoin(campaigns, campaigns.c.campaign_id == touches.c.campaign_id)
    )
    query = query.where(touches.c.lead_id.in_(lead_ids), touches.c.happened_at < as_of)
    return [Touch(*row) for row in connection.execute(query.order_by(touches.c.happened_at, touches.c.touch_id))]


def _attempts(connection: Connection, lead_ids: Sequence[str], as_of: datetime) -> list[Attempt]:
    by_people = or_(activities.c.automated.is_(None), activities.c.automated == false())
    columns = (activities.c.lead_id, activities.c.happened_at, activities.c.kind, activities.c.outcome)
    query = select(*columns).where(_happened(activities, "activities", "happened_at", lead_ids, as_of), by_people)
    ordered = query.order_by(activities.c.happened_at, activities.c.activity_id)
    return [Attempt(*row) for row in connection.execute(ordered)]


def _deals(connection: Connection, lead_ids: Sequence[str], as_of: datetime) -> list[Deal]:
    columns = (deals.c.lead_id, deals.c.created_at, deals.c.won_at, deals.c.lost_at, deals.c.lost_reason)
    query = select(*columns).where(_happened(deals, "deals", "created_at", lead_ids, as_of))
    found = (Deal(*row) for row in connection.execute(query.order_by(deals.c.created_at, deals.c.deal_id)))
    return [_not_yet(one, as_of) for one in found]


def _not_yet(deal: Deal, as_of: datetime) -> Deal:
    won_at = deal.won_at if deal.won_at and deal.won_at < as_of else None
    lost_at = deal.lost_at if deal.lost_at and deal.lost_at < as_of else None
    return deal._replace(won_at=won_at, lost_at=lost_at, lost_reason=deal.lost_reason if lost_at else None)


def _happened(table: Table, name: str, instant: str, lead_ids: Sequence[str], as_of: datetime) -> Any:
    return and_(table.c.lead_id.in_(lead_ids), table.c[instant] < as_of, learned_at(table, name) < known_by(as_of))


Told = TypeVar("Told", Touch, Attempt, Deal)


def _by_lead(rows: Sequence[Told]) -> dict[str, tuple[Told, ...]]:
    found: dict[str, list[Told]] = {}
    for row in rows:
        found.setdefault(row.lead_id, []).append(row)
    return {lead_id: tuple(some) for lead_id, some in found.items()}


def knows_ratings(connection: Connection, week: Range, as_of: datetime) -> bool:
    """Return whether sales rated any lead that was created in the year before the week's end."""
    query = select(leads.c.lead_id).where(
        leads.c.created_at >= week.end.replace(year=week.end.year - 1, day=1),
        leads.c.created_at < as_of,
        learned_at(leads, "leads") < known_by(as_of),
        leads.c.rating.is_not(None),
    )
    return connection.execute(query.limit(1)).first() is not None


def any_lost(connection: Connection, as_of: datetime) -> bool:
    """Return whether this warehouse records at all that deals were lost: any of them by ``as_of``."""
    query = select(deals.c.deal_id).where(deals.c.lost_at < as_of, learned_at(deals, "deals") < known_by(as_of))
    return connection.execute(query.limit(1)).first() is not None
