"""What the player knows of the company: the leads that can be worked on, and the deals that are open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, case, false, func, select

from queries.tables import activities, campaigns, deals, leads, loads, reps

WORKED_DAYS = 14
DEAL_DAYS = 90
MOST = 5000
"""Leads and deals that are kept in mind, the newest."""


@dataclass
class OpenLead:
    """A lead that a rep has and that is not settled."""

    lead_id: str
    created_at: datetime
    assigned_at: datetime
    rep_id: str
    label: str | None
    attempts: int
    accepted: bool


@dataclass
class OpenDeal:
    """A deal that is neither won nor lost."""

    deal_id: str
    created_at: datetime


@dataclass
class Memory:
    """Everything the player needs to go on."""

    leads: list[OpenLead]
    deals: list[OpenDeal]
    reps: list[str]
    campaigns: list[tuple[str, str]]
    """Ids of the campaigns that run, with their sources."""
    numbers: dict[str, int]
    """The highest number that an id of each kind bears."""


def recalled(connection: Connection, now: datetime) -> Memory:
    """Return what the warehouse says the company is in the middle of."""
    return Memory(
        _leads(connection, now), _deals(connection, now), _reps(connection, now), _campaigns(connection, now),
        _numbers(connection),
    )  # fmt: skip


def _leads(connection: Connection, now: datetime) -> list[OpenLead]:
    by_hand = func.coalesce(func.sum(case((activities.c.automated == false(), 1), else_=0)), 0)
    accepted = func.max(case((leads.c.accepted_at.is_not(None), 1), else_=0))
    named = (leads.c.lead_id, leads.c.created_at, leads.c.assigned_at, leads.c.owner_id, leads.c.label)
    asked = (
        select(*named, by_hand, accepted)
        .select_from(
            leads.outerjoin(activities, activities.c.lead_id == leads.c.lead_id).outerjoin(
                deals, deals.c.lead_id == leads.c.lead_id
            )
        )
        .where(leads.c.assigned_at >= now - timedelta(days=WORKED_DAYS), leads.c.assigned_at < now)
        .where(leads.c.rejected_at.is_(None), leads.c.duplicate_of.is_(None), leads.c.owner_id.is_not(None))
        .where(deals.c.deal_id.is_(None))
        .group_by(*named)
        .order_by(leads.c.assigned_at.desc(), leads.c.lead_id)
        .limit(MOST)
    )
    return [OpenLead(*row[:5], int(row[5]), bool(row[6])) for row in connection.execute(asked)]


def _deals(connection: Connection, now: datetime) -> list[OpenDeal]:
    asked = (
        select(deals.c.deal_id, deals.c.created_at)
        .where(deals.c.created_at >= now - timedelta(days=DEAL_DAYS), deals.c.created_at < now)
        .where(and_(deals.c.won_at.is_(None), deals.c.lost_at.is_(None)))
        .order_by(deals.c.created_at.desc(), deals.c.deal_id)
        .limit(MOST)
    )
    return [OpenDeal(*row) for row in connection.execute(asked)]


def _reps(connection: Connection, now: datetime) -> list[str]:
    today = now.date()
    rows = connection.execute(select(reps.c.rep_id, reps.c.active_from, reps.c.active_to).order_by(reps.c.rep_id))
    return [one for one, since, until in rows if (since is None or since <= today) and (until is None or today < until)]


def _campaigns(connection: Connection, now: datetime) -> list[tuple[str, str]]:
    today = now.date()
    named = (campaigns.c.campaign_id, campaigns.c.source)
    asked = select(*named, campaigns.c.starts_on, campaigns.c.ends_on).order_by(campaigns.c.campaign_id)
    return [
        (one, source)
        for one, source, begins, ends in connection.execute(asked)
        if (begins is None or begins <= today) and (ends is None or ends >= today)
    ]


def _numbers(connection: Connection) -> dict[str, int]:
    keys = {"L": leads.c.lead_id, "A": activities.c.activity_id, "D": deals.c.deal_id}
    highest = {letter: connection.execute(select(func.max(key))).scalar() for letter, key in keys.items()}
    found = {letter: int(text[1:]) if text else 0 for letter, text in highest.items()}
    found["load"] = connection.execute(select(func.max(loads.c.load_id))).scalar() or 0
    return found
