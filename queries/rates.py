"""The two rates by which leads are worked backwards from a goal, measured on what has already ripened."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, DateTime, and_, case, distinct, exists, func, select, type_coerce

from queries.candidates import COUNTED, Candidates
from queries.deals import won_deals
from queries.knowledge import PINNED
from queries.leads import Lowest, below
from queries.moments import Range, learned_at
from queries.tables import deals, leads

RIPE_TENTHS = 9
"""A cohort is ripe once it is older than the time within which so many tenths of past wins came."""
LOOK_BACK = timedelta(days=365)


class Size(NamedTuple):
    """What won deals were worth: how many had a usable amount, and their sum."""

    deals: int
    amount: Decimal


def deal_size(connection: Connection, until: datetime) -> Size:
    """Average amount of the deals won in the 365 days before the period began, those without an amount left out.

    Term: average deal, measured (Shared goal, money).
    Variant: the mean, not the median, so that deals times average gives back the revenue; frozen for the month.
    Source: ``deals.won_at``, ``amount``.
    Since 0.1.0.
    """
    candidates = won_deals(until, "money")
    query = select(func.count(), candidates.amount)
    query = query.where(candidates.between(until - LOOK_BACK, until), candidates.reason == COUNTED)
    count, amount = connection.execute(query, execution_options=PINNED).one()
    return Size(int(count), amount)


class Cohort(NamedTuple):
    """Of the leads of some ripe months, how many became customers, and after how long a cohort counts as ripe."""

    leads: int
    customers: int
    ripe_after: timedelta


def lead_to_customer(connection: Connection, until: datetime, lowest: Lowest) -> Cohort | None:
    """Share of the sales-ready leads of a ripe year that became customers, measured before the period began.

    A lead is ripe once it is older than the time within which nine of ten past wins came. None without a past win.
    Where the agreement names a lowest fit or interest, leads below it, or without it, are left out too.

    Term: lead-to-customer rate, measured (Shared goal, share).
    Variant: a cohort rate: of the leads of some months how many became customers; not the customers of a month over the
    leads of the same month. Sales-ready is what the agreement that judges the month calls so, whatever was
    agreed when the leads came.
    Source: ``leads.ready_at``, ``deals.won_at``.
    Since 0.4.0.
    """
    ripe_after = ripening(connection, until)
    if ripe_after is None:
        return None
    cohort = ripe(until, ripe_after)
    of = cohort, until, lowest
    return Cohort(handed_over(connection, *of), customers(connection, *of), ripe_after)


def ripe(until: datetime, ripe_after: timedelta) -> Range:
    """Return the last year whose leads are all ripe."""
    return Range(until - ripe_after - LOOK_BACK, until - ripe_after)


def handed_over(connection: Connection, cohort: Range, until: datetime, lowest: Lowest) -> int:
    """Return how many leads became sales-ready in the cohort, duplicates and those below ``lowest`` left out."""
    return int(connection.execute(select(func.count()).where(_of(cohort, until, lowest))).scalar_one())


def customers(connection: Connection, cohort: Range, until: datetime, lowest: Lowest) -> int:
    """Return how many of those leads have a won deal."""
    # asked from the deals, which are few: the outer join and the case keep an engine from beginning with the leads
    own = func.count(distinct(case((_of(cohort, until, lowest), deals.c.lead_id))))
    query = (
        select(own)
        .select_from(deals.outerjoin(leads, leads.c.lead_id == deals.c.lead_id))
        .where(deals.c.won_at < until, deals.c.lead_id.is_not(None), learned_at(deals, "deals") < until)
    )
    return int(connection.execute(query).scalar_one())


def cohort_leads(until: datetime, lowest: Lowest) -> Candidates:
    """Return the leads of a cohort, of which those count that became customers."""
    won = exists(
        select(deals.c.deal_id).where(
            deals.c.lead_id == leads.c.lead_id, deals.c.won_at < until, learned_at(deals, "deals") < until
        )
    )
    reason = case(
        (learned_at(leads, "leads") >= until, "loaded later"),
        (leads.c.duplicate_of.is_not(None), "duplicate"),
        *below(lowest),
        (won, COUNTED),
        else_="no customer",
    )
    return Candidates(leads, leads.c.ready_at, reason)


def _of(cohort: Range, until: datetime, lowest: Lowest) -> ColumnElement[bool]:
    return and_(
        leads.c.ready_at >= cohort.start,
        leads.c.ready_at < cohort.end,
        leads.c.duplicate_of.is_(None),
        learned_at(leads, "leads") < until,
        *(~short for short, _ in below(lowest)),
    )


def ripening(connection: Connection, until: datetime) -> timedelta | None:
    """Return the time from sales-ready to won within which nine of ten wins of the last year came."""
    query = (
        select(type_coerce(leads.c.ready_at, DateTime()), type_coerce(deals.c.won_at, DateTime()))
        .select_from(deals.join(leads, leads.c.lead_id == deals.c.lead_id))
        .where(
            and_(deals.c.won_at >= until - LOOK_BACK, deals.c.won_at < until),
            leads.c.ready_at.is_not(None),
            learned_at(deals, "deals") < until,
        )
    )
    waits = sorted(max(won - ready, timedelta()) for ready, won in connection.execute(query))
    return waits[-(-len(waits) * RIPE_TENTHS // 10) - 1] if waits else None
