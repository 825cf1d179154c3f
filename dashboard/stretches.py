"""Stretches of time in pieces that can be kept: the company's whole days, and the hours of a day that is cut."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from dashboard.calendar import Calendar
from dashboard.kept import Piece
from queries.moments import Range

HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)


def pieces(calendar: Calendar, stretch: Range, as_of: datetime) -> list[Piece]:
    """Return ``stretch`` in pieces, in order: whole days that are over, whole hours of a day that it cuts."""
    if stretch.start >= stretch.end:
        return [Piece(stretch, False)]
    first, last = calendar.day(stretch.start), calendar.day(stretch.end)
    found: list[Piece] = []
    for day in days_of(calendar, first, last + ONE_DAY):
        part = Range(max(day.start, stretch.start), min(day.end, stretch.end))
        if part.start < part.end:
            found += _of_day(day, part, as_of)
    return found


def _of_day(day: Range, part: Range, as_of: datetime) -> list[Piece]:
    """Return a part of a day as it is when that is a whole day that is over, else by its hours."""
    if part == day and day.end <= as_of:
        return [Piece(part, True)]
    return list(_hours(day, part))


def _hours(day: Range, part: Range) -> Iterator[Piece]:
    """Yield ``part`` of a ``day`` by the hours of that day; those that are whole are worth keeping."""
    begins = day.start
    while begins < part.end:
        ends = min(begins + HOUR, day.end)
        if ends > part.start:
            piece = Range(max(begins, part.start), min(ends, part.end))
            yield Piece(piece, piece == (begins, ends))
        begins = ends


def days_of(calendar: Calendar, first: date, after: date) -> list[Range]:
    """Return the company's days from ``first`` up to ``after``, each as the stretch of time that it is."""
    starts = [_start(_Zoned(calendar), first + timedelta(n)) for n in range((after - first).days + 1)]
    return [Range(*pair) for pair in pairwise(starts)]


class _Zoned:
    """A calendar, known by its zone alone: that is all a day's first instant depends on."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Zoned) and self.calendar.zone is other.calendar.zone

    def __hash__(self) -> int:
        return hash(self.calendar.zone)


@lru_cache(maxsize=4096)
def _start(zoned: _Zoned, day: date) -> datetime:
    return zoned.calendar.start(day)
