"""Leads of the made-up company, as arrays: where they come from, when they are ready, who gets them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from queries.demo import facts
from queries.demo.clock import DAY, HOUR, NEVER, Ints, day_number
from queries.demo.loads import Loads
from queries.demo.plan import DUPLICATES, DUPLICATES_READY, LATE_ROWS, Plan, month_start

NAMES = len(facts.company_names())
OPEN_END = 3650
"""Days from today after which a campaign without an end is taken to end."""


@dataclass
class Leads:
    """Leads of one stretch of days; instants in seconds, choices as places in the lists of ``facts``, -1 for none."""

    number: Ints
    created: Ints
    source: Ints
    campaign: Ints
    persona: Ints
    fit: Ints
    interest: Ints
    missing: Ints
    name: Ints
    duplicate_of: Ints
    ready: Ints
    assigned: Ints
    rep: Ints
    """Who got it first."""
    owner: Ints
    """Who has it now."""
    changed: Ints
    """When it went from ``rep`` to ``owner``."""
    loaded: Ints
    late: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.number)


def stretches(plan: Plan, most: int) -> list[tuple[int, int]]:
    """Return stretches of days (first and after, as places in ``plan.days``) with about ``most`` leads each."""
    upto = np.cumsum(plan.arrivals.sum(axis=1))
    found, first = [], 0
    while first < len(plan.days):
        begun = int(upto[first - 1]) if first else 0
        after = max(first + 1, int(np.searchsorted(upto, begun + most, "right")))
        found.append((first, after))
        first = after
    return found


def leads_of(plan: Plan, loads: Loads, first: int, after: int) -> Leads:
    """Return the leads of the days from place ``first`` up to ``after``, in the order in which they came."""
    random = plan.random(2, first)
    counts = plan.arrivals[first:after]
    day, source = (np.repeat(place, counts.ravel()) for place in np.indices(counts.shape).reshape(2, -1))
    created = _created(plan, random, plan.days[first:after][day])
    order = np.argsort(created, kind="stable")
    created, source = created[order], source[order].astype(np.int64)
    number = 1 + int(plan.arrivals[:first].sum()) + np.arange(len(created), dtype=np.int64)
    duplicate_of = _duplicates(random, number)
    ready = _ready(random, created, source, duplicate_of >= 0)
    assigned = _assigned(plan, random, ready)
    rep = reps_on(plan, random, assigned)
    owner, changed = _owners(plan, random, assigned, rep)
    late = random.random(len(created)) < LATE_ROWS
    delay = np.where(late, random.integers(DAY // 2, 3 * DAY - 2 * HOUR, len(created)), 0)
    fit, interest = _levels(random, ready < NEVER, source)
    return Leads(
        number,
        created,
        source,
        _campaigns(plan, random, created, source),
        random.integers(0, len(facts.PERSONAS), len(created)),
        fit,
        interest,
        np.where(random.random(len(created)) < 0.09, random.integers(0, len(facts.MISSING), len(created)), -1),
        random.integers(0, NAMES, len(created)),
        duplicate_of,
        ready,
        assigned,
        rep,
        owner,
        changed,
        loads.after(created + delay),
        late,
    )


def _created(plan: Plan, random: np.random.Generator, days: Ints) -> Ints:
    """Return an instant on each of ``days``, by the rhythm of the hours, before the plan's instant."""
    share = random.random(len(days)) * np.where(days == plan.days[-1], plan.today_gone, 1.0)
    seconds = np.interp(share, plan.day_shape, np.arange(25) * HOUR).astype(np.int64)
    made = plan.clock.to_utc(days * DAY + np.minimum(seconds, DAY - 1))
    return np.minimum(made, plan.now - 1)


def _duplicates(random: np.random.Generator, number: Ints) -> Ints:
    """Return the number of the lead that each one repeats, one of the two hundred before it, or -1."""
    place = np.arange(len(number))
    back = random.integers(1, 200, len(number))
    chosen = (random.random(len(number)) < DUPLICATES * 1.01) & (back <= place)
    original = np.where(chosen, number - back, -1)
    # a lead never repeats one that is itself a repetition
    repeats = chosen[np.maximum(place - back, 0)]
    return np.where(chosen & ~repeats, original, -1)


def _systematic(random: np.random.Generator, chance: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return a choice with the given chances whose count strays from its mean by less than one."""
    upto: NDArray[np.float64] = np.floor(np.cumsum(chance) + random.random())
    return np.diff(upto, prepend=0.0) > 0


def _ready(random: np.random.Generator, created: Ints, source: Ints, duplicate: NDArray[np.bool_]) -> Ints:
    """Return when each lead became sales-ready: most within minutes, one in seven after days, some never."""
    chance = np.array([one.ready for one in facts.SOURCES])[source]
    chosen = np.zeros(len(created), dtype=bool)
    for place in range(len(facts.SOURCES)):
        mine = (source == place) & ~duplicate
        chosen[mine] = _systematic(random, chance[mine])
    chosen |= duplicate & (random.random(len(created)) < DUPLICATES_READY)
    soon = 20 + random.lognormal(np.log(300), 0.9, len(created))
    nurtured = random.uniform(0.5, 9, len(created)) * DAY
    delay = np.where(random.random(len(created)) < 0.14, nurtured, np.minimum(soon, 6 * HOUR)).astype(np.int64)
    return np.where(chosen, created + delay, NEVER)


def _assigned(plan: Plan, random: np.random.Generator, ready: Ints) -> Ints:
    """Return when each ready lead was given to a rep: mostly at once, sometimes after hours of work, rarely never."""
    soon = np.where(ready < NEVER, ready + 15 + random.exponential(180, len(ready)).astype(np.int64), NEVER)
    stuck = plan.clock.later(ready, random.integers(HOUR, 9 * HOUR, len(ready)))
    fate = random.random(len(ready))
    return np.where(fate < 0.94, soon, np.where(fate < 0.993, stuck, NEVER))


def reps_on(plan: Plan, random: np.random.Generator, instants: Ints) -> Ints:
    """Return a rep for each instant, among those who were there on that day, by the leads each one carries."""
    days = plan.clock.days(np.minimum(instants, plan.now))
    weight = np.tile([one.weight for one in facts.REPS], (len(days), 1))
    weight[days >= day_number(plan.left), facts.LEFT] = 0
    weight[days < day_number(plan.joined), facts.JOINED] = 0
    upto = np.cumsum(weight, axis=1)
    drawn: Ints = np.argmax(upto > (random.random(len(days)) * upto[:, -1])[:, None], axis=1).astype(np.int64)
    return drawn


def _owners(plan: Plan, random: np.random.Generator, assigned: Ints, rep: Ints) -> tuple[Ints, Ints]:
    """Return who has each lead now and since when: some went to a colleague, and all of the one who left."""
    left = plan.clock.start(day_number(plan.left))
    moved = random.random(len(rep)) < 0.035
    changed = np.where(moved, assigned + random.integers(DAY, 6 * DAY, len(rep)), NEVER)
    changed = np.where(rep == facts.LEFT, np.minimum(changed, left), changed)
    changed = np.where((assigned < NEVER) & (changed < plan.now), changed, NEVER)
    heir = random.integers(0, facts.LEFT, len(rep))
    heir = np.where(heir == rep, (heir + 1) % facts.LEFT, heir)
    return np.where(changed < NEVER, heir, rep), changed


def _campaigns(plan: Plan, random: np.random.Generator, created: Ints, source: Ints) -> Ints:
    """Return the campaign each lead came from, among those of its source that ran on that day; one in ten from none."""
    days = plan.clock.days(created)
    found = np.full(len(created), -1, dtype=np.int64)
    best = np.zeros(len(created))
    for place, one in enumerate(facts.CAMPAIGNS):
        if one.coming is not None:
            continue
        began, ended = campaign_days_of(plan, place)
        running = (source == one.source) & (days >= began) & (days <= ended)
        # the smallest of exponential draws falls to each campaign by its weight
        draw = np.where(running, random.random(len(created)) ** (1 / one.weight), 0.0)
        found, best = np.where(draw > best, place, found), np.maximum(draw, best)
    return np.where(random.random(len(created)) < 0.1, -1, found)


def campaign_days_of(plan: Plan, place: int) -> tuple[int, int]:
    """Return the first and the last day of a campaign, as numbers."""
    one, today = facts.CAMPAIGNS[place], day_number(plan.today)
    if one.coming is not None:
        began = day_number(plan.coming(one.coming))
        return began, began + 7 * one.lasts - 3 if one.lasts else today + OPEN_END
    began = day_number(month_start(plan.today, -one.began))
    return began, today + OPEN_END if one.ended is None else day_number(month_start(plan.today, -one.ended)) - 1


def _levels(random: np.random.Generator, ready: NDArray[np.bool_], source: Ints) -> tuple[Ints, Ints]:
    """Return fit and interest: better for ready leads and for referrals, unknown for a few of the others."""
    better = 0.16 * ready + 0.10 * (source == 4) - 0.06 * (source == 2)
    pair = []
    for high, medium in ((0.28, 0.42), (0.24, 0.40)):
        draw = random.random(len(source)) - better
        level = np.where(draw < high, 0, np.where(draw < high + medium, 1, 2))
        pair.append(np.where(~ready & (random.random(len(source)) < 0.25), -1, level).astype(np.int64))
    return pair[0], pair[1]
