"""Deals of the made-up company, as arrays: what grew from leads, what customers came back for, what was won."""

from dataclasses import dataclass, fields

import numpy as np

from queries.demo import facts
from queries.demo.clock import DAY, HOUR, NEVER, Ints, day_number
from queries.demo.followup import Decisions
from queries.demo.leads import Leads
from queries.demo.loads import Loads
from queries.demo.plan import Plan

AVERAGE = 240_000
"""Cents of an average deal."""


@dataclass
class Deals:
    """Deals; money in cents, -1 where there is none; ``lead`` and ``customer`` are numbers, -1 for none."""

    created: Ints
    rep: Ints
    lead: Ints
    customer: Ints
    name: Ints
    amount: Ints
    margin: Ints
    monthly: Ints
    closes: Ints
    """The day on which it is expected to close."""
    won: Ints
    lost: Ints
    reason: Ints
    loaded: Ints

    def __len__(self) -> int:
        return len(self.created)

    def only(self, chosen: Ints) -> "Deals":
        """Return the chosen deals."""
        return Deals(*(getattr(self, one.name)[chosen] for one in fields(self)))


def together(some: list[Deals]) -> Deals:
    """Return several batches of deals as one, in their order."""
    return Deals(*(np.concatenate([getattr(batch, one.name) for batch in some]) for one in fields(Deals)))


def deals_of(plan: Plan, loads: Loads, leads: Leads, decided: Decisions, place: int) -> Deals:
    """Return the deals that grew from ``leads`` and what their customers came back for, as far as it is loaded."""
    random = plan.random(5, place)
    lead = np.nonzero((decided.deal < plan.now) & (leads.loaded < NEVER))[0]
    number, created = leads.number[lead], decided.deal[lead]
    likely = 0.17 + 0.10 * (leads.fit[lead] == 0) + 0.05 * (leads.source[lead] == 4)
    won, lost = _ends(plan, random, created, likely, 70)
    first = _filled(plan, random, created, number, number, leads.name[lead], won, lost)
    first.rep = _carrier(plan, leads.rep[lead], leads.owner[lead], leads.changed[lead], np.minimum(won, lost))
    again = np.nonzero((won < NEVER) & (random.random(len(won)) < 0.22))[0]
    back = plan.clock.later(won[again], random.integers(150, 1300, len(again)) * HOUR)
    chance = np.full(len(again), 0.7)
    second_won, second_lost = _ends(plan, random, back, chance, 25)
    none = np.full(len(again), -1, dtype=np.int64)
    second = _filled(plan, random, back, none, number[again], leads.name[lead][again], second_won, second_lost)
    second.rep = leads.owner[lead][again]
    second.rep = np.where(second.rep == facts.LEFT, 0, second.rep)
    both = together([first, second])
    known_from = np.concatenate([leads.loaded[lead], np.zeros(len(again), dtype=np.int64)])
    both.loaded = loads.after(np.maximum(both.created, known_from))
    return both.only(np.nonzero((both.created < plan.now) & (both.loaded < NEVER))[0])


def _ends(
    plan: Plan, random: np.random.Generator, created: Ints, likely: np.ndarray, hours: float
) -> tuple[Ints, Ints]:
    """Return when each deal is won and when it is lost, one of them or neither; wins take ``hours`` of work or so."""
    takes = np.minimum(random.lognormal(np.log(hours), 0.6, len(created)), 900) * HOUR
    takes_lost = np.minimum(random.lognormal(np.log(hours * 1.6), 0.6, len(created)), 1100) * HOUR
    win = random.random(len(created)) < likely
    won = np.where(win, plan.clock.later(created, takes.astype(np.int64) + 1), NEVER)
    lost = np.where(~win, plan.clock.later(created, takes_lost.astype(np.int64) + 1), NEVER)
    return np.where(won < plan.now, won, NEVER), np.where(lost < plan.now, lost, NEVER)


def _filled(
    plan: Plan,
    random: np.random.Generator,
    created: Ints,
    lead: Ints,
    customer: Ints,
    name: Ints,
    won: Ints,
    lost: Ints,
) -> Deals:
    """Return the deals with their money, their expected day and their words."""
    amount = np.rint(random.lognormal(np.log(AVERAGE) - 0.2, 0.62, len(created)) / 1000).astype(np.int64) * 1000
    odd = random.random(len(created)) < 0.2
    amount = np.maximum(amount, 15_000) + np.where(odd, random.integers(1, 1000, len(created)), 0)
    margin = (amount * random.integers(32, 58, len(created))) // 100
    amount = np.where(random.random(len(created)) < 0.025, -1, amount)
    monthly = np.where(random.random(len(created)) < 0.15, random.integers(19, 190, len(created)) * 100, -1)
    closes = plan.clock.days(np.minimum(created, plan.now)) + random.integers(4, 60, len(created))
    near = (won < NEVER) & (random.random(len(created)) < 0.8)
    on_time = plan.clock.days(np.where(near, won, 0)) + random.integers(-4, 5, len(created))
    closes = np.where(near, on_time, closes)
    return Deals(
        created,
        np.zeros(len(created), dtype=np.int64),
        lead,
        customer,
        name,
        amount,
        np.where(amount < 0, -1, np.where(random.random(len(created)) < 0.1, -1, margin)),
        monthly,
        np.where(random.random(len(created)) < 0.06, -1, closes),
        won,
        lost,
        random.integers(0, len(facts.LOST_REASONS), len(created)),
        np.full(len(created), NEVER),
    )


def _carrier(plan: Plan, rep: Ints, owner: Ints, changed: Ints, ended: Ints) -> Ints:
    """Return whose deal it is: the rep who had the lead when it ended, or who has it now."""
    return np.where(np.minimum(ended, plan.now) < changed, rep, owner)


def weekly_wins(plan: Plan, deals: Deals, weeks: int) -> Ints:
    """Return the cents won in each of the last ``weeks`` whole weeks, the latest last."""
    monday = day_number(plan.today) - plan.today.weekday()
    ends = plan.clock.to_utc((monday + 7 * np.arange(-weeks, 1, dtype=np.int64)) * DAY)
    counted = (deals.won < NEVER) & (deals.amount >= 0)
    place = np.searchsorted(ends, deals.won[counted], "right") - 1
    inside = (place >= 0) & (place < weeks)
    sums = np.zeros(weeks, dtype=np.int64)
    np.add.at(sums, place[inside], deals.amount[counted][inside])
    return sums
