"""What the demo's meetings look back on: its last weeks, each kept at its hour, and what was decided and said."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import NAMESPACE_URL, uuid5

from dashboard.meeting import freezer
from dashboard.meeting.decided import SPOKEN_FOR
from dashboard.meeting.week import Week, beside, newest
from dashboard.number import Number
from dashboard.settings import Settings
from dashboard.store import door
from dashboard.store.door import Store
from dashboard.words import figure
from queries.demo.meetings import ACTIONS, KEPT, SPEAKERS, Decided
from queries.faults import Refused

WEEKS = 4
FEWER = ((1_000_000, 0), (200_000, 1), (60_000, 2), (30_000, 3))
"""So many weeks of a company of more leads than this are kept at the start: each takes as long as its rows are many."""
MEETS_AFTER = timedelta(hours=3)
"""From the hour at which a week is kept to the meeting on it."""
BETWEEN = timedelta(minutes=6)

Told = Callable[[int, int], None]
"""Hears how many weeks are kept, and how many there will be."""
Numbers = Mapping[str, Number]


def weeks_for(leads: int) -> int:
    """Return how many weeks of a company of so many leads are kept at the start.

    >>> [weeks_for(leads) for leads in (300, 40_000, 100_000, 10_000_000)]
    [4, 3, 2, 0]
    """
    return next((weeks for more_than, weeks in FEWER if leads > more_than), WEEKS)


def remember(
    told: Settings,
    at: datetime,
    weeks: int,
    hear: Told = lambda *_: None,
    is_enough: Callable[[], bool] = lambda: False,
) -> int:
    """Keep the last ``weeks`` weeks and what was decided in them, as of ``at``; return how many were kept.

    No week more is begun once ``is_enough`` says so. Where anything was decided or said in this store, it is left so.
    """
    store = door.opened(told.store)
    try:
        kept = dict(_kept(told, store, at, weeks, hear, is_enough))
        if kept and not store.actions.all() and not store.promises.all():
            _decided(told, store, kept, at)
        return len(kept)
    finally:
        store.close()


def _kept(
    told: Settings, store: Store, at: datetime, weeks: int, hear: Told, is_enough: Callable[[], bool]
) -> Iterator[tuple[Week, Numbers]]:
    """Yield the last weeks with their numbers, the newest first, each kept at its own hour, while they can be kept."""
    last = newest(at, told.company.calendar, told.company.meeting.freeze)
    for ago in range(weeks):
        if is_enough():
            return
        one = beside(last, -ago, told.company.calendar, told.company.meeting.freeze)
        try:
            kept = freezer.keep(told, store, one.name, one.frozen_at)
        except Refused:
            # a company too young or too small for this week has no older ones either
            return
        hear(ago + 1, weeks)
        yield one, kept.frozen.numbers


def _decided(told: Settings, store: Store, kept: Mapping[Week, Numbers], at: datetime) -> None:
    """Write what the meetings on these weeks decided, and what was said before each, up to ``at``."""
    for ago, (week, numbers) in enumerate(kept.items()):
        before = beside(week, -1, told.company.calendar, told.company.meeting.freeze)
        for side, holds in zip(SPOKEN_FOR, KEPT[-1 - ago], strict=True):
            _say(store, week, side, _near(numbers, side, holds), before.frozen_at + MEETS_AFTER)
        mine = [one for one in ACTIONS if one.weeks_ago == ago and one.number in numbers]
        for place, one in enumerate(mine):
            _add(store, week, one, numbers, week.frozen_at + MEETS_AFTER + place * BETWEEN, at)
    week, numbers = next(iter(kept.items()))
    meeting = week.frozen_at + MEETS_AFTER
    if meeting <= at:
        coming = beside(week, 1, told.company.calendar, told.company.meeting.freeze)
        for side in SPOKEN_FOR:
            _say(store, coming, side, _promised(numbers, side), meeting)


def _add(store: Store, week: Week, one: Decided, numbers: Numbers, written_at: datetime, at: datetime) -> None:
    """Write one action of the meeting on ``week``, done by ``at`` or not; nothing where that meeting is yet to come."""
    if written_at > at:
        return
    value = numbers[one.number].value
    due_on = (written_at + timedelta(days=one.due)).date()
    name, exact = _id(week, one.text), None if value is None else str(value)
    store.actions.add(name, week.name, one.side, one.text, one.owner, due_on, written_at, one.number, exact)
    if one.done is not None and (done_at := written_at + timedelta(days=one.done, hours=5)) <= at:
        store.actions.done(name, done_at, one.outcome)


def _say(store: Store, week: Week, side: str, value: Fraction | None, said_at: datetime) -> None:
    """Write one side's word on ``week``; nothing where there is no figure to give it in."""
    if value is None:
        return
    number, text = SPOKEN_FOR[side], f"{figure(value, 'money')} in {week.name}"
    store.promises.say(_id(week, side), week.name, side, number, str(value), text, said_at, SPEAKERS[side])


def _near(numbers: Numbers, side: str, holds: bool) -> Fraction | None:
    """Return a round figure that a week reached, or one that it did not; what was promised where nothing came."""
    found = numbers.get(SPOKEN_FOR[side])
    if found is None or found.value is None:
        return None
    return near(found.value, holds) if found.value else _promised(numbers, side)


def near(came: Fraction, holds: bool) -> Fraction:
    """Return a round figure a little below what came, or a little above it; at least one step.

    >>> near(Fraction(518), True), near(Fraction(518), False), near(Fraction(95881), True), near(Fraction(0), True)
    (Fraction(500, 1), Fraction(535, 1), Fraction(93000, 1), Fraction(1, 1))
    """
    step = _step(came)
    steps = came * 97 / 100 // step if holds else came * 103 / 100 // step + 1
    return Fraction(max(1, steps) * step)


def _promised(numbers: Numbers, side: str) -> Fraction | None:
    """Return what was promised for a week, to a round figure."""
    found = numbers.get(SPOKEN_FOR[side].replace(".done", ".target"))
    if found is None or found.value is None:
        return None
    step = _step(found.value)
    return max(Fraction(step), Fraction(round(found.value / step) * step))


def _step(about: Fraction) -> int:
    """Return in what steps people say a figure of that size: 5 in hundreds, 500 in ten thousands, 1 in tens."""
    digits = len(str(int(about)))
    return int(5 * 10 ** (digits - 3)) if digits > 2 else 1


def _id(week: Week, text: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{week.name} {text}"))
