"""The follow-up promise, lead by lead: when its first attempt was due, how many attempts it got, and what it lacks.

Pure: instants in, verdicts out.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Literal, NamedTuple

from dashboard.calendar import Calendar, WorkClock

SAME_ATTEMPT = timedelta(minutes=10)
"""Attempts closer together than this count once."""


First = Literal["in time", "late", "overdue", "given up", "due", "settled"]
"""Tried in time, or late; untried and over time, open or settled; untried and inside its time, open or settled."""


class Promise(NamedTuple):
    """What sales promised for every lead it is given."""

    hours: Fraction
    clock: Literal["working", "wall"]
    attempts: int
    within_days: int


class Given(NamedTuple):
    """One lead as it was given to a rep: when, when it was settled (None: not yet), and every attempt in order."""

    lead_id: str
    assigned_at: datetime
    settled_at: datetime | None
    tries: Sequence[datetime]


class Followed(NamedTuple):
    """How one lead was followed up."""

    lead_id: str
    first: First
    due_at: datetime | None
    """When the first attempt is due; None beyond the calendar's reach."""
    wall_hours: float
    """Hours by the wall to the first attempt, or so far."""
    working_hours: float
    """The same by working hours."""
    attempts: int
    """Attempts within the promised days, those closer than ten minutes counted once."""
    kept: Literal["kept", "short", "open"]
    """Enough attempts or settled within the promised days; too few; or still open and those days not over."""

    @property
    def tried(self) -> bool:
        """Whether anybody has tried to reach it."""
        return self.first in ("in time", "late")


def follow(given: Sequence[Given], promise: Promise, calendar: Calendar, as_of: datetime) -> list[Followed]:
    """Return how each lead was followed up by ``as_of``, in the order given."""
    if not given:
        return []
    first = calendar.day(min(one.assigned_at for one in given))
    clock = calendar.clock(first, calendar.day(as_of) + timedelta(days=60))
    return [_followed(_in_utc(one), promise, calendar, clock, as_of.astimezone(UTC)) for one in given]


def _in_utc(one: Given) -> Given:
    """Return a lead with its instants in UTC: between two of one local zone Python subtracts what the clocks show."""
    return one._replace(assigned_at=one.assigned_at.astimezone(UTC), tries=[at.astimezone(UTC) for at in one.tries])


def _followed(one: Given, promise: Promise, calendar: Calendar, clock: WorkClock, as_of: datetime) -> Followed:
    tried_at = one.tries[0] if one.tries else None
    until = tried_at or as_of
    due_at = due(one.assigned_at, promise, clock)
    window_ends = calendar.same_clock(one.assigned_at, promise.within_days)
    attempts = distinct([at for at in one.tries if at < window_ends])
    return Followed(
        one.lead_id,
        _first(tried_at, due_at, one.settled_at, as_of),
        due_at,
        (until - one.assigned_at).total_seconds() / 3600,
        clock.worked(one.assigned_at, until) / 3600,
        attempts,
        _kept(attempts, promise, window_ends, one.settled_at, as_of),
    )


def due(assigned_at: datetime, promise: Promise, clock: WorkClock) -> datetime | None:
    """Return when the first attempt is due: the promised hours after assignment, by the promised clock."""
    seconds = float(promise.hours * 3600)
    if promise.clock == "wall":
        return assigned_at.astimezone(UTC) + timedelta(seconds=seconds)
    return clock.after(assigned_at, seconds)


def _first(tried_at: datetime | None, due_at: datetime | None, settled_at: datetime | None, as_of: datetime) -> First:
    if tried_at:
        return "in time" if due_at is None or tried_at < due_at else "late"
    if due_at is None or as_of < due_at:
        return "due" if settled_at is None else "settled"
    return "overdue" if settled_at is None else "given up"


def _kept(
    attempts: int, promise: Promise, window_ends: datetime, settled_at: datetime | None, as_of: datetime
) -> Literal["kept", "short", "open"]:
    if settled_at is None and as_of < window_ends:
        return "open"
    settled_within = settled_at is not None and settled_at < window_ends
    return "kept" if settled_within or attempts >= promise.attempts else "short"


def distinct(tries: Sequence[datetime]) -> int:
    """Return how many attempts there were, one that follows another within ten minutes being part of it.

    >>> at = datetime(2026, 11, 20, 9)
    >>> distinct([at, at + timedelta(minutes=9), at + timedelta(minutes=18), at + timedelta(minutes=28)])
    2
    """
    return sum(1 for n, at in enumerate(tries) if n == 0 or at - tries[n - 1] >= SAME_ATTEMPT)
