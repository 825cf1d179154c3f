"""What each campaign cost and brought, day by day, and the touches that led to each lead, as arrays."""

from typing import NamedTuple

import numpy as np

from queries.demo import facts
from queries.demo.clock import DAY, NEVER, Ints
from queries.demo.leads import Leads, campaign_days_of
from queries.demo.plan import Plan


class Days(NamedTuple):
    """One row a campaign and day; money in cents."""

    day: Ints
    source: Ints
    campaign: Ints
    cost: Ints
    impressions: Ints
    visits: Ints


class Touches(NamedTuple):
    """Marketing's touches of leads; ``lead`` is a lead's number."""

    lead: Ints
    happened: Ints
    campaign: Ints
    kind: Ints


def days_of(plan: Plan) -> Days:
    """Return cost, impressions and visits of every campaign on every day up to yesterday.

    They follow the leads that were planned, not those that came: while the form was broken, money and visits went on.
    """
    random = plan.random(6)
    days = plan.days[:-1]
    parts = []
    for place, one in enumerate(facts.CAMPAIGNS):
        began, ended = campaign_days_of(plan, place)
        running = days[(days >= began) & (days <= ended)]
        source = facts.SOURCES[one.source]
        usual = plan.promised * source.share / source.ready / 21.5 * one.weight / _weight(plan, running, one.source)
        planned = usual * plan.rhythm(running) * random.uniform(0.8, 1.2, len(running))
        visits = np.rint(planned * source.visits).astype(np.int64)
        cost = np.rint(planned * source.cost * 100 * random.uniform(0.92, 1.08, len(running))).astype(np.int64)
        shown = (visits * random.integers(18, 42, len(running))).astype(np.int64)
        fixed = np.full((2, len(running)), [[one.source], [place]], dtype=np.int64)
        parts.append(np.vstack([running, fixed, cost, shown, visits]))
    return Days(*np.hstack(parts))


def _weight(plan: Plan, days: Ints, source: int) -> np.ndarray:
    """Return the weight of all campaigns of a source that run on each of ``days``."""
    total = np.zeros(len(days))
    for place, one in enumerate(facts.CAMPAIGNS):
        began, ended = campaign_days_of(plan, place)
        total += one.weight * ((one.source == source) & (days >= began) & (days <= ended))
    return total


def touches_of(plan: Plan, leads: Leads, place: int) -> Touches:
    """Return the touches of the leads that are loaded: what brought them, the form they filled in, what came after."""
    random = plan.random(7, place)
    amount = len(leads)
    form = leads.created - 5
    visit = np.where(random.random(amount) < 0.6, form - random.integers(30, 20 * DAY, amount), NEVER)
    mail = np.where(random.random(amount) < 0.25, leads.created + random.integers(DAY, 30 * DAY, amount), NEVER)
    each = np.column_stack([visit, form, mail])
    lead, column = np.nonzero((each < plan.now) & (leads.loaded < NEVER)[:, None])
    kind = np.where(column == 1, 1, np.where(column == 2, 2, random.choice([0, 0, 3, 4], len(lead))))
    newsletter = next(n for n, one in enumerate(facts.CAMPAIGNS) if one.name == "Newsletter")
    campaign = np.where(column == 2, newsletter, leads.campaign[lead])
    return Touches(leads.number[lead], each[lead, column], campaign, kind.astype(np.int64))
