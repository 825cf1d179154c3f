"""Stretches of time in pieces that can be kept: the company's whole days, and the hours of a day that is cut."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count, pairwise, takewhile

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
        if stretch.start <= day.start and day.end <= stretch.end and day.end <= as_of:
            found.append(Piece(day, True))
        elif day.start < stretch.end:
            found += _cut(day, stretch)
    return found


def _cut(day: Range, stretch: Range) -> Iterator[Piece]:
    """Yield what ``stretch`` has of a ``day`` by the hours of that day; those that are whole are worth keeping."""
    for hour in _hours(day):
        piece = Range(max(hour.start, stretch.start), min(hour.end, stretch.end))
        if piece.start < piece.end:
            yield Piece(piece, piece == hour)


@lru_cache(maxsize=1024)
def _hours(day: Range) -> list[Range]:
    """Return the hours of a day, the last one cut where the day ends."""
    starts = [*takewhile(lambda one: one < day.end, (day.start + n * HOUR for n in count())), day.end]
    return [Range(*pair) for pair in pairwise(starts)]


def days_of(calendar: Calendar, first: date, after: date) -> list[Range]:
    """Return the company's days from ``first`` up to ``after``, each as the stretch of time that it is."""
    return list(_days(_Zoned(calendar), first, after))


class _Zoned:
    """A calendar, known by its zone alone: that is all a day's first instant depends on."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Zoned) and self.calendar.zone is other.calendar.zone

    def __hash__(self) -> int:
        return hash(self.calendar.zone)


@lru_cache(maxsize=512)
def _days(zoned: _Zoned, first: date, after: date) -> list[Range]:
    starts = [zoned.calendar.start(first + timedelta(n)) for n in range((after - first).days + 1)]
    return [Range(*pair) for pair in pairwise(starts)]
