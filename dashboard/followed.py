"""Follow-up of many leads at once: the same verdicts as ``dashboard.followup`` gives lead by lead, column by column.

A company of a million leads has fifty thousand under judgement at any moment. Lead by lead that takes seconds, in
columns some milliseconds; a test holds the two against each other.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from dashboard.calendar import Calendar
from dashboard.followup import SAME_ATTEMPT, First, Promise
from dashboard.pace import percentile

Instants = NDArray[np.int64]
"""Microseconds since 1970 in UTC; ``NEVER`` where there is none."""
Hours = NDArray[np.float64]
"""Hours, one a lead, in no order."""
NEVER = np.int64(2**62)
NOBODY = -1
SECOND = 1_000_000
FIRSTS: tuple[First, ...] = get_args(First)
KEPT = ("kept", "short", "open")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE_EPOCH = EPOCH.replace(tzinfo=None)
MICROSECOND = timedelta(microseconds=1)


def instants(values: Iterable[datetime | None]) -> Instants:
    """Return instants as numbers; naive ones are in UTC.

    >>> instants([datetime(1970, 1, 1, 0, 0, 1), None]).tolist() == [1_000_000, NEVER]
    True
    """
    # a difference and a division: numpy's own way takes four times as long
    found = [NEVER if one is None else (one - (EPOCH if one.tzinfo else NAIVE_EPOCH)) // MICROSECOND for one in values]
    return np.array(found, dtype=np.int64)


def moment(number: int) -> datetime:
    """Return the instant that a number stands for, in UTC."""
    return EPOCH + timedelta(microseconds=number)


def number(instant: datetime) -> int:
    """Return one aware instant as a number."""
    return (instant - EPOCH) // MICROSECOND


class Given(NamedTuple):
    """Leads given to reps on one day, by column; those ``left_out`` were given too and are judged nowhere."""

    lead: NDArray[np.int64]
    assigned_at: Instants
    rejected_at: Instants
    opened_at: Instants
    """When the first deal was opened from it, of the deals older than that day."""
    ends_at: Instants
    """When the promised days are over."""
    owner: NDArray[np.int64]
    """The number of the rep who has it; ``NOBODY`` where none does."""
    left_out: Mapping[str, int]
    """How many, by reason."""


class Events(NamedTuple):
    """What happened to leads on one day: attempts, or deals opened."""

    lead: NDArray[np.int64]
    at: Instants
    outcome: NDArray[np.int64] | None = None
    """The number of the word for what came of each, ``NOBODY`` where none is known; None where nothing can."""


def ends(assigned_at: Instants, days: int, calendar: Calendar) -> Instants:
    """Return when the promised days of each lead are over: at the same time by the company's clocks."""
    if not len(assigned_at):
        return assigned_at
    around = (assigned_at.min() - 2 * 86_400 * SECOND, assigned_at.max() + (days + 2) * 86_400 * SECOND)
    first, after = (calendar.day(EPOCH + timedelta(microseconds=int(one))) for one in around)
    if _same_offset(calendar, first, after):
        return np.asarray(assigned_at + days * 86_400 * SECOND)
    moments = (EPOCH + timedelta(microseconds=one) for one in assigned_at.tolist())
    return np.array([number(calendar.same_clock(one, days)) for one in moments], dtype=np.int64)


def _same_offset(calendar: Calendar, first: date, after: date) -> bool:
    """Return whether the company's clocks are never changed between two days."""
    days = (calendar.start(first + timedelta(n)) for n in range((after - first).days + 1))
    return len({one.astimezone(calendar.zone).utcoffset() for one in days}) == 1


@dataclass(frozen=True)
class Followed:
    """How many leads were followed up, by column, in no order."""

    lead: NDArray[np.int64]
    """The number by which each lead is known."""
    first: NDArray[np.int8]
    """Places in ``FIRSTS``."""
    kept: NDArray[np.int8]
    """Places in ``KEPT``."""
    due_at: Instants
    wall_hours: NDArray[np.float64]
    working_hours: NDArray[np.float64]
    attempts: NDArray[np.int64]
    left_out: Mapping[str, int]
    """How many were given too and are judged nowhere, by reason."""
    owner: NDArray[np.int64]
    assigned_at: Instants
    ends_at: Instants
    last_at: Instants
    """The last attempt; ``NEVER`` where there is none."""
    outcome: NDArray[np.int64]
    """The number of the word for what came of the last attempt."""
    clock: "WorkingClock | None" = None
    """The company's working clock over these leads' days."""

    def __len__(self) -> int:
        return len(self.first)

    def firsts(self, word: First) -> int:
        """Return how many leads' first attempt is such."""
        return int(np.count_nonzero(self.first == FIRSTS.index(word)))

    def states(self, word: str) -> int:
        """Return of how many leads the attempts are kept, short or open."""
        return int(np.count_nonzero(self.kept == KEPT.index(word)))

    def hours(self, clock: str) -> NDArray[np.float64]:
        """Return the hours to the first attempt, or so far, by the wall or by working time."""
        return self.wall_hours if clock == "wall" else self.working_hours

    def untried(self, clock: str, most: float) -> int:
        """Return how many of the leads that have waited at most so many hours nobody has tried yet."""
        tried = (self.first == FIRSTS.index("in time")) | (self.first == FIRSTS.index("late"))
        return int(np.count_nonzero(~tried & (self.hours(clock) <= most)))

    def again(self, wanted: int) -> NDArray[np.bool_]:
        """Return which leads were tried, are not settled, and still lack some of the attempts within their days."""
        tried = (self.first == FIRSTS.index("in time")) | (self.first == FIRSTS.index("late"))
        return np.asarray(tried & (self.kept == KEPT.index("open")) & (self.attempts < wanted))

    def due_by(self, instant: datetime) -> int:
        """Return how many untried leads come due by ``instant``."""
        return int(np.count_nonzero((self.first == FIRSTS.index("due")) & (self.due_at <= number(instant))))


def below(values: Hours, share: Fraction) -> float:
    """Return the value below which ``share`` of some values lie, as ``dashboard.pace.percentile`` says of them ordered.

    Only the two neighbours of that place are put in order: of fifty thousand that is a tenth of the work.

    >>> below(np.array([4.0, 1.0, 2.0]), Fraction(3, 4))
    3.0
    """
    first = int(share * (len(values) - 1))
    ordered: Any = np.partition(values, [first, min(first + 1, len(values) - 1)])
    return float(percentile(ordered, share))


def nobody() -> Followed:
    """Return that no lead was followed up."""
    nothing, hours = _NONE.astype(np.int8), _NONE.astype(np.float64)
    return Followed(_NONE, nothing, nothing, _NONE, hours, hours, _NONE, {}, _NONE, _NONE, _NONE, _NONE, _NONE)


def follow(
    given: Sequence[Given],
    attempts: Sequence[Events],
    opened: Sequence[Events],
    promise: Promise,
    calendar: Calendar,
    as_of: datetime,
) -> Followed:
    """Return how all leads given were followed up by ``as_of``; events of other leads are passed over."""
    leads, now = _joined(given), number(as_of)
    row = _rows(leads.lead, [one.lead for one in (*attempts, *opened)])
    settled = _settled(leads, opened, row, now)
    tries = _tries(leads, attempts, row)
    tried, counted = tries.first, tries.counted
    clock = WorkingClock(calendar, leads.assigned_at, as_of)
    due = clock.due(leads.assigned_at, promise)
    until = np.where(tried < NEVER, tried, now)
    worked = clock.reading(until) - clock.reading(leads.assigned_at)
    return Followed(
        leads.lead,
        _first(tried, due, settled, now),
        _kept(counted, promise, leads.ends_at, settled, now),
        due,
        (until - leads.assigned_at) / SECOND / 3600,
        np.maximum(worked, 0.0) / 3600,
        counted,
        leads.left_out,
        leads.owner,
        leads.assigned_at,
        leads.ends_at,
        tries.last,
        tries.outcome,
        clock,
    )


def _joined(given: Sequence[Given]) -> Given:
    def column(name: str) -> NDArray[np.int64]:
        return np.concatenate([_NONE, *(getattr(one, name) for one in given)])

    names = ("lead", "assigned_at", "rejected_at", "opened_at", "ends_at", "owner")
    left_out = sum((Counter(one.left_out) for one in given), Counter[str]())
    lead, assigned_at, rejected_at, opened_at, ends_at, owner = (column(name) for name in names)
    return Given(lead, assigned_at, rejected_at, opened_at, ends_at, owner, dict(left_out))


_NONE = np.empty(0, dtype=np.int64)


def _rows(lead: NDArray[np.int64], others: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return the row of each lead by its number, -1 where it was not given."""
    highest = max((int(one.max()) for one in (lead, *others) if len(one)), default=-1)
    row = np.full(highest + 1, -1, dtype=np.int64)
    row[lead] = np.arange(len(lead))
    return row


def _settled(leads: Given, opened: Sequence[Events], row: NDArray[np.int64], now: int) -> Instants:
    """Return when each lead was settled: rejected, or accepted into a deal, whichever came first."""
    settled = np.minimum(np.where(leads.rejected_at < now, leads.rejected_at, NEVER), leads.opened_at)
    for one in opened:
        of = row[one.lead]
        np.minimum.at(settled, of[of >= 0], one.at[of >= 0])
    return settled


class _Tries(NamedTuple):
    """The attempts to reach each lead: the first, the last, what came of that, and how many count."""

    first: Instants
    last: Instants
    outcome: NDArray[np.int64]
    counted: NDArray[np.int64]


def _tries(leads: Given, attempts: Sequence[Events], row: NDArray[np.int64]) -> _Tries:
    """Return what the attempts say of each lead; in the promised days, close ones are counted once."""
    of = row[np.concatenate([_NONE, *(one.lead for one in attempts)])]
    at = np.concatenate([_NONE, *(one.at for one in attempts)])
    came = np.concatenate([_NONE, *map(_outcome, attempts)])
    here = (of >= 0) & (at >= leads.assigned_at[of] if len(leads.lead) else of >= 0)
    of, at, came = of[here], at[here], came[here]
    order = np.lexsort((at, of))
    of, at, came = of[order], at[order], came[order]
    begins = np.ones(len(of), dtype=bool)
    begins[1:] = of[1:] != of[:-1]
    ends = np.roll(begins, -1)
    apart = begins.copy()
    apart[1:] |= np.diff(at) >= SAME_ATTEMPT // timedelta(microseconds=1)
    first, last, outcome = (np.full(len(leads.lead), one) for one in (NEVER, NEVER, NOBODY))
    first[of[begins]], last[of[ends]], outcome[of[ends]] = at[begins], at[ends], came[ends]
    counted = apart & (at < leads.ends_at[of])
    return _Tries(first, last, outcome, np.bincount(of[counted], minlength=len(leads.lead)))


def _outcome(one: Events) -> NDArray[np.int64]:
    return np.full(len(one.at), NOBODY) if one.outcome is None else one.outcome


def _first(tried: Instants, due: Instants, settled: Instants, now: int) -> NDArray[np.int8]:
    over, closed = now >= due, settled < NEVER
    cases = {
        "in time": (tried < NEVER) & (tried < due),
        "late": tried < NEVER,
        "overdue": over & ~closed,
        "given up": over,
        "due": ~closed,
    }
    settled_place = FIRSTS.index("settled")
    found = np.select(list(cases.values()), [FIRSTS.index(word) for word in cases], settled_place)
    return found.astype(np.int8)


def _kept(
    attempts: NDArray[np.int64], promise: Promise, ends_at: Instants, settled: Instants, now: int
) -> NDArray[np.int8]:
    still_open = (settled == NEVER) & (now < ends_at)
    enough = (settled < ends_at) | (attempts >= promise.attempts)
    return np.select([still_open, enough], [KEPT.index("open"), KEPT.index("kept")], KEPT.index("short")).astype(
        np.int8
    )


class WorkingClock:
    """The company's working clock, for many instants at once."""

    def __init__(self, calendar: Calendar, assigned_at: Instants, as_of: datetime) -> None:
        first = EPOCH + timedelta(microseconds=int(assigned_at.min())) if len(assigned_at) else as_of
        clock = calendar.clock(calendar.day(first), calendar.day(as_of) + timedelta(days=60))
        self._begins, self._before = np.array(clock.begins), np.array(clock.before)

    def reading(self, at: Instants) -> NDArray[np.float64]:
        """Return the seconds worked from the clock's first day up to each instant."""
        if not len(self._begins):
            return np.zeros(len(at))
        moment = at / SECOND
        span = np.searchsorted(self._begins, moment, "right") - 1
        worked = self._before[span] + moment - self._begins[span]
        return np.where(span < 0, 0.0, np.minimum(worked, self._before[span + 1]))

    def due(self, assigned_at: Instants, promise: Promise) -> Instants:
        """Return when each first attempt is due; ``NEVER`` beyond the calendar's reach."""
        seconds = float(promise.hours * 3600)
        if promise.clock == "wall":
            return np.asarray(assigned_at + round(seconds * SECOND))
        if not len(self._begins):
            return np.full(len(assigned_at), NEVER)
        goal = self.reading(assigned_at) + seconds
        span = np.maximum(np.searchsorted(self._before, goal - 1e-9, "right") - 1, 0)
        inside = np.minimum(span, len(self._begins) - 1)
        due = np.rint((self._begins[inside] + goal - self._before[inside]) * SECOND).astype(np.int64)
        return np.where(span < len(self._begins), due, NEVER)
