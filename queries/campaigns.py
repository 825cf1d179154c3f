"""Campaigns: what each brought in a week, what runs, what is coming, and what sales should know of it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from sqlalchemy import Connection, case, func, or_, select

from queries.candidates import COUNTED
from queries.columns import MOST_MONEY, Money
from queries.deals import won_deals
from queries.knowledge import known_by, seen
from queries.leads import Lowest, ready_leads
from queries.moments import Range, learned_at
from queries.tables import campaign_days, campaigns, deals, leads


class Campaign(NamedTuple):
    """One campaign as it is planned: its days, and what sales should know and do."""

    campaign_id: str
    name: str
    source: str
    starts_on: date | None
    ends_on: date | None
    brief: str | None


def listed(connection: Connection, campaign_ids: Sequence[str]) -> list[Campaign]:
    """Return the campaigns with these ids, by name."""
    query = select(*campaigns.c).where(campaigns.c.campaign_id.in_(campaign_ids))
    return [Campaign(*row) for row in connection.execute(query.order_by(campaigns.c.name, campaigns.c.campaign_id))]


def any_listed(connection: Connection) -> bool:
    """Return whether this warehouse lists any campaign."""
    return connection.execute(select(campaigns.c.campaign_id).limit(1)).first() is not None


def running(connection: Connection, day: date) -> list[Campaign]:
    """Return the campaigns that run on ``day``, those that end first at the front; open ends last."""
    open_end = campaigns.c.ends_on.is_(None)
    query = select(*campaigns.c).where(campaigns.c.starts_on <= day, or_(open_end, campaigns.c.ends_on >= day))
    order = (open_end, campaigns.c.ends_on, campaigns.c.name, campaigns.c.campaign_id)
    return [Campaign(*row) for row in connection.execute(query.order_by(*order))]


def coming(connection: Connection, day: date, within: timedelta = timedelta(days=28)) -> list[Campaign]:
    """Return the campaigns that begin after ``day`` and within so many days, the next at the front."""
    query = select(*campaigns.c).where(campaigns.c.starts_on > day, campaigns.c.starts_on <= day + within)
    order = (campaigns.c.starts_on, campaigns.c.name, campaigns.c.campaign_id)
    return [Campaign(*row) for row in connection.execute(query.order_by(*order))]


class Brought(NamedTuple):
    """What one campaign brought: how many sales-ready leads, counted or left out for one reason."""

    campaign_id: str | None
    """None: leads that no campaign brought."""
    reason: str
    leads: int


def ready(connection: Connection, week: Range, as_of: datetime, lowest: Lowest) -> list[Brought]:
    """Return the sales-ready leads of the week by campaign and reason, as marketing's promise counts them."""
    candidates = ready_leads(as_of, lowest)
    by = (leads.c.campaign_id, candidates.reason.label("reason"))
    query = select(*by, func.count()).where(candidates.between(week.start, week.end)).group_by(*by)
    found = seen(connection, connection.execute(query), lambda row: str(row.reason))
    return [Brought(*row) for row in found]


class Won(NamedTuple):
    """One deal won in the week that grew from a lead of a campaign, and what it adds."""

    campaign_id: str
    lead_id: str
    amount: Decimal


def won(
    connection: Connection, week: Range, as_of: datetime, unit: Literal["money", "customers"] = "customers"
) -> list[Won]:
    """New customers won in the week whose lead came from the campaign, whenever that lead came.

    Term: customers by campaign (Campaigns, customers).
    Variant: by the day of the win and the one campaign that the lead bears, not by touches; what a campaign brings
    this week may be won months later, so a young campaign's count is no verdict on it.
    Source: ``deals.won_at``, ``lead_id``, ``customer_id``, ``leads.campaign_id``.
    Since 0.3.0.
    """
    candidates = won_deals(as_of, unit)
    query = (
        select(leads.c.campaign_id, leads.c.lead_id, func.coalesce(candidates.adds, 0, type_=Money()))
        .select_from(deals.join(leads, leads.c.lead_id == deals.c.lead_id))
        .where(candidates.between(week.start, week.end), candidates.reason == COUNTED)
        .where(leads.c.campaign_id.is_not(None), leads.c.duplicate_of.is_(None))
        .where(learned_at(leads, "leads") < known_by(as_of))
    )
    return [Won(*row) for row in connection.execute(query.order_by(leads.c.campaign_id, deals.c.deal_id))]


class Traffic(NamedTuple):
    """What one campaign was seen, visited and paid for in the week; None where nobody recorded it."""

    campaign_id: str
    visits: int | None
    cost: Decimal | None


def traffic(connection: Connection, first: date, after: date) -> list[Traffic]:
    """Visits that the campaign brought on the days of the week, and what was spent on it.

    Term: visits by campaign (Campaigns, visits).
    Variant: as the campaign's own records count them; one person may visit more than once.
    Source: ``campaign_days.visits``, ``cost``, ``day``.
    Since 0.3.0.
    """
    spent = campaign_days.c.cost
    cost = func.sum(case((spent.between(-MOST_MONEY, MOST_MONEY), spent)), type_=Money())
    query = (
        select(campaign_days.c.campaign_id, func.sum(campaign_days.c.visits), cost)
        .where(campaign_days.c.day >= first, campaign_days.c.day < after, campaign_days.c.campaign_id.is_not(None))
        .group_by(campaign_days.c.campaign_id)
    )
    return [
        Traffic(one, None if visits is None else int(visits), cost) for one, visits, cost in connection.execute(query)
    ]
