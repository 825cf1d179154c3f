"""What sales did with the leads: attempts to reach them, yes or no, and the deals that began, as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from queries.demo import facts
from queries.demo.clock import DAY, HOUR, NEVER, Ints
from queries.demo.leads import Leads
from queries.demo.loads import Loads
from queries.demo.plan import Plan

MOST = 10
"""Attempts planned for one lead at most, bursts not counted."""
REJECTED, DEAL, KEPT, WAITING = range(4)
"""What becomes of a lead in the end: a no, a deal, a yes that leads nowhere (yet), no answer."""


@dataclass
class Decisions:
    """What became of each lead: when sales said yes or no and why, what it thought of it, when a deal began."""

    path: Ints
    planned: Ints
    """Attempts planned."""
    tried: Ints
    """Instants of the planned attempts, one row a lead, ``NEVER`` beyond its number."""
    accepted: Ints
    rejected: Ints
    reason: Ints
    rating: Ints
    deal: Ints


@dataclass
class Attempts:
    """Activities in the order in which they happened; ``lead`` is the place of the lead in its stretch."""

    lead: Ints
    happened: Ints
    kind: Ints
    outcome: Ints
    automated: NDArray[np.bool_]
    rep: Ints
    loaded: Ints

    def __len__(self) -> int:
        return len(self.lead)


def decisions_on(plan: Plan, leads: Leads, place: int) -> Decisions:
    """Return what sales decided on each lead, and when it tried to reach it."""
    random = plan.random(3, place)
    path = _paths(random, leads)
    planned = _planned(random, path)
    tried = _tried(plan, random, leads, planned)
    last = np.take_along_axis(tried, np.maximum(planned - 1, 0)[:, None], axis=1)[:, 0]
    last = np.where(planned == 0, plan.clock.later(leads.assigned, random.integers(HOUR, 9 * HOUR, len(path))), last)
    early = np.where(planned > 1, np.where(random.random(len(path)) < 0.6, tried[:, 0], tried[:, 1]), last)
    yes = plan.clock.later(early, random.integers(300, 5 * HOUR, len(path)))
    no = plan.clock.later(last, random.integers(300, 8 * HOUR, len(path)))
    deal = plan.clock.later(np.maximum(last, yes), random.integers(HOUR, 30 * HOUR, len(path)))
    accepted = np.where((path == DEAL) | (path == KEPT), yes, NEVER)
    regretted = (path == KEPT) & (random.random(len(path)) < 0.02)
    after = plan.clock.later(accepted, random.integers(9 * HOUR, 60 * HOUR, len(path)))
    rejected = np.where(path == REJECTED, no, np.where(regretted, after, NEVER))
    tried = np.where(tried > rejected[:, None], NEVER, tried)
    reason = random.choice(len(facts.REASONS), len(path), p=facts.REASON_WEIGHTS)
    stars = np.clip(np.rint(random.normal(3.6 - 1.4 * (path == REJECTED) - 0.4 * leads.fit, 0.9)), 1, 5)
    rated = (random.random(len(path)) < 0.45) & (np.minimum(accepted, rejected) < plan.now)
    rating = np.where(rated, stars, -1).astype(np.int64)
    return Decisions(path, planned, tried, accepted, rejected, reason, rating, np.where(path == DEAL, deal, NEVER))


def _paths(random: np.random.Generator, leads: Leads) -> Ints:
    """Return what becomes of each lead: better fit and better sources are accepted more often."""
    liked = np.array([one.accepted for one in facts.SOURCES])[leads.source]
    yes = np.clip(0.68 * liked * np.array([1.12, 1.0, 0.84, 0.9])[leads.fit], 0, 0.9)
    draw = random.random(len(leads))
    path = np.where(draw < 0.94, REJECTED, WAITING)
    path = np.where(draw < yes, KEPT, path)
    path = np.where(draw < yes * 0.46, DEAL, path)
    return np.where((leads.assigned < NEVER) & (leads.duplicate_of < 0), path, WAITING)


def _planned(random: np.random.Generator, path: Ints) -> Ints:
    """Return how many attempts each lead gets: until it is settled, six and more, or too few."""
    many = random.integers(6, MOST, len(path))
    few = random.integers(1, 6, len(path))
    short = np.minimum(random.geometric(0.52, len(path)), MOST)
    none = random.random(len(path)) < 0.015
    enough = random.random(len(path))
    planned = np.where(path == DEAL, np.minimum(short + 1, MOST), short)
    planned = np.where(path == KEPT, np.where(enough < 0.36, many, few), planned)
    planned = np.where(path == WAITING, np.where(enough < 0.3, many, few), planned)
    return np.where(none, 0, planned)


def _tried(plan: Plan, random: np.random.Generator, leads: Leads, planned: Ints) -> Ints:
    """Return the instants of the planned attempts: the first by the promise or late, the others a day or so apart."""
    late = np.array([one.late for one in facts.REPS])[leads.rep]
    first = np.minimum(random.lognormal(np.log(0.8 * HOUR), 0.85, len(leads)), 3.97 * HOUR)
    slow = random.uniform(4.05, 26, len(leads)) * HOUR
    first = np.where(random.random(len(leads)) < late, slow, first)
    gaps = 0.6 * HOUR + random.gamma(1.7, 4.1, (len(leads), MOST)) * HOUR
    gaps[:, 0] = first
    begun = plan.clock.reading(np.minimum(leads.assigned, NEVER // 4))
    tried = plan.clock.at_reading(begun[:, None] + np.cumsum(gaps, axis=1).astype(np.int64) + 1)
    beyond = np.arange(MOST) >= planned[:, None]
    return np.where(beyond | (leads.assigned >= NEVER)[:, None], NEVER, tried)


def attempts_on(plan: Plan, loads: Loads, leads: Leads, decided: Decisions, place: int) -> Attempts:
    """Return the activities that have happened and are loaded: attempts, bursts within minutes, machines' mails."""
    random = plan.random(4, place)
    bursts = random.random(decided.tried.shape) < 0.13
    after = np.where(bursts & (decided.tried < NEVER), decided.tried + random.integers(45, 840, bursts.shape), NEVER)
    after = np.where(after > decided.rejected[:, None], NEVER, after)
    mailed = leads.assigned < NEVER
    mails = [
        np.where(mailed & (random.random(len(leads)) < 0.55), leads.assigned + 60, NEVER),
        np.where(mailed & (random.random(len(leads)) < 0.20), leads.assigned + 3 * DAY, NEVER),
    ]
    early = np.where(mailed & (random.random(len(leads)) < 0.012), (leads.created + leads.assigned) // 2, NEVER)
    each = np.column_stack([decided.tried, after, early, *mails])
    lead, column = np.nonzero(each < plan.now)
    happened = each[lead, column]
    automated = column >= each.shape[1] - len(mails)
    loaded = loads.after(np.maximum(happened, leads.loaded[lead]))
    return _described(random, leads, lead, happened, automated, loaded)


def _described(
    random: np.random.Generator, leads: Leads, lead: Ints, happened: Ints, automated: NDArray[np.bool_], loaded: Ints
) -> Attempts:
    order = np.argsort(happened, kind="stable")
    order = order[loaded[order] < NEVER]
    lead, happened, automated, loaded = lead[order], happened[order], automated[order], loaded[order]
    kind = random.choice(4, len(lead), p=[0.56, 0.28, 0.06, 0.10])
    call = random.choice(5, len(lead), p=[0.34, 0.46, 0.0, 0.0, 0.20])
    mail = random.choice(5, len(lead), p=[0.12, 0.0, 0.05, 0.83, 0.0])
    outcome = np.where(kind == 0, call, np.where(kind == 2, 0, mail))
    kind, outcome = np.where(automated, 1, kind), np.where(automated, 3, outcome)
    rep = np.where(happened < leads.changed[lead], leads.rep[lead], leads.owner[lead])
    return Attempts(lead, happened, kind, outcome, automated, np.where(automated, -1, rep), loaded)
