"""Follow-up in columns says of every lead what the same promise says of it alone."""

import random
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest

from dashboard import followed, followup
from dashboard.calendar import Calendar
from dashboard.followed import FIRSTS, KEPT, Events, Given
from tests.dashboard.company import company

BERLIN = company(time_zone="Europe/Berlin").calendar
APIA = company(time_zone="Pacific/Apia", hours={"saturday": "22:00-23:30", "monday": "08:00-12:00"}).calendar
AS_OF = datetime(2026, 4, 9, 10, 30, tzinfo=UTC)
AROUND = [0, 1, 599, 600, 601, 3600, 86_400]
"""Seconds between two attempts: around the ten minutes within which they count once."""


def leads(chance: random.Random, count: int) -> list[followup.Given]:
    """Made-up leads of the weeks before, over the night in which the clocks change."""
    found = []
    for number in range(count):
        assigned = AS_OF - timedelta(seconds=chance.randrange(40 * 86_400))
        tries, at = [], assigned + timedelta(hours=chance.expovariate(1 / 20))
        while len(tries) < chance.choice([0, 1, 4, 9]) and at < AS_OF:
            tries.append(at)
            at += timedelta(seconds=chance.choice(AROUND), microseconds=chance.choice([0, 1]))
        settled = assigned + timedelta(days=chance.uniform(0, 30))
        known = settled if settled < AS_OF and chance.random() < 0.4 else None
        found.append(followup.Given(f"l{number}", assigned, known, tries))
    return found


def in_columns(some: list[followup.Given], promise: followup.Promise, calendar: Calendar) -> followed.Followed:
    """The same leads by column, on two days, rejected or opened at random, among attempts to reach others."""
    halves = [list(range(0, len(some), 2)), list(range(1, len(some), 2))]
    given = [day(some, half, promise, calendar) for half in halves]
    tries = [(number, at) for number, one in enumerate(some) for at in one.tries]
    strangers = [(len(some) + 7, AS_OF - timedelta(days=1)), (0, some[0].assigned_at - timedelta(seconds=1))]
    attempts = [events(tries[1::2] + strangers), events(tries[::2])]
    opened = [events([(n, at) for n, one in enumerate(some) if n % 3 == 0 and (at := one.settled_at)])]
    return followed.follow(given, attempts, opened, promise, calendar, AS_OF)


def day(some: list[followup.Given], places: list[int], promise: followup.Promise, calendar: Calendar) -> Given:
    mine = [some[place] for place in places]
    assigned = followed.instants(one.assigned_at for one in mine)
    rejected = followed.instants(one.settled_at if place % 3 else None for place, one in zip(places, mine, strict=True))
    never = np.full(len(mine), followed.NEVER)
    ends = followed.ends(assigned, promise.within_days, calendar)
    return Given(np.array(places, dtype=np.int64), assigned, rejected, never, ends, never, {"duplicate": 1})


def events(some: list[tuple[int, datetime]]) -> Events:
    return Events(np.array([lead for lead, _ in some], dtype=np.int64), followed.instants(at for _, at in some))


@pytest.mark.parametrize("calendar", [BERLIN, APIA], ids=["Berlin", "Apia"])
@pytest.mark.parametrize("clock", ["working", "wall"])
@pytest.mark.parametrize("hours", [Fraction(4), Fraction(1, 3), Fraction(5000)])
def test_every_lead_is_judged_as_it_is_alone(calendar: Calendar, clock: str, hours: Fraction) -> None:
    chance = random.Random(7)
    promise = followup.Promise(hours, "wall" if clock == "wall" else "working", 4, 14)
    some = leads(chance, 300)
    alone = followup.follow(some, promise, calendar, AS_OF)
    order = [*range(0, len(some), 2), *range(1, len(some), 2)]
    found = in_columns(some, promise, calendar)
    assert len(found) == len(some)
    assert found.left_out == {"duplicate": 2}
    for place, number in enumerate(order):
        one = alone[number]
        told = (FIRSTS[found.first[place]], KEPT[found.kept[place]], int(found.attempts[place]))
        assert told == (one.first, one.kept, one.attempts), some[number]
        assert found.wall_hours[place] == pytest.approx(one.wall_hours, abs=1e-9)
        assert found.working_hours[place] == pytest.approx(one.working_hours, abs=1e-9)
        assert abs(found.due_at[place] - followed.instants([one.due_at])[0]) <= 1


def test_of_no_lead_nothing_is_said() -> None:
    promise = followup.Promise(Fraction(4), "working", 4, 14)
    nobody = followed.follow([], [], [], promise, BERLIN, AS_OF)
    assert len(nobody) == len(followed.nobody()) == 0
    assert nobody.firsts("overdue") == nobody.states("kept") == nobody.due_by(AS_OF) == 0
