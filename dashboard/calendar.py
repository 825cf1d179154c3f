"""The company's calendar: its days, weeks and months, its working days, and the share of working time gone by.

Pure: a calendar is a value, every instant is an argument. Instants are aware; days are dates of the company's own
time zone; every stretch of time is half-open.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

Span = tuple[time, time]
ONE_DAY = timedelta(days=1)


class Hour(NamedTuple):
    """An hour of the week by the company's clocks: Monday at seven."""

    weekday: int
    """0 is Monday."""
    at: time


class Period(NamedTuple):
    """A day, week, month or quarter of the company: ``first`` belongs to it, ``after`` does not."""

    kind: Literal["day", "week", "month", "quarter"]
    first: date
    after: date

    @property
    def days(self) -> list[date]:
        """Return every day of the period, in order."""
        return [self.first + timedelta(days=n) for n in range((self.after - self.first).days)]

    @property
    def name(self) -> str:
        """Return the period's short name.

        A week is named by the ISO week of its fourth day, so that a week that begins on a Sunday has one name too.

        >>> Period("week", date(2026, 12, 28), date(2027, 1, 4)).name
        '2026-W53'
        >>> Period("month", date(2026, 11, 1), date(2026, 12, 1)).name
        '2026-11'
        """
        if self.kind == "week":
            year, week, _ = (self.first + timedelta(days=3)).isocalendar()
            return f"{year}-W{week:02}"
        if self.kind == "quarter":
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return self.first.isoformat()[: 7 if self.kind == "month" else 10]


@dataclass(frozen=True)
class Calendar:
    """A company's time zone, first day of the week (0 = Monday), working hours by weekday, and days off."""

    zone: ZoneInfo
    week_starts: int
    hours: Mapping[int, tuple[Span, ...]]
    days_off: frozenset[date]

    def __hash__(self) -> int:
        """Return a hash by identity's parts, so that results can be kept per calendar."""
        return hash((self.zone.key, self.week_starts, tuple(sorted(self.hours.items())), self.days_off))

    # days and periods

    def day(self, instant: datetime) -> date:
        """Return the company's day on which ``instant`` lies."""
        return instant.astimezone(self.zone).date()

    def start(self, day: date) -> datetime:
        """Return the first instant of ``day``, in UTC.

        Where the clocks jump over midnight the day begins at the jump; where midnight comes twice, at the first.
        """
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def bounds(self, period: Period) -> tuple[datetime, datetime]:
        """Return the period's first instant and the first instant after it, in UTC."""
        return self.start(period.first), self.start(period.after)

    def today(self, instant: datetime) -> Period:
        """Return the day of ``instant`` as a period."""
        day = self.day(instant)
        return Period("day", day, day + ONE_DAY)

    def week(self, day: date) -> Period:
        """Return the week of ``day``: always seven days, beginning on the company's first day of the week."""
        first = day - timedelta(days=(day.weekday() - self.week_starts) % 7)
        return Period("week", first, first + timedelta(days=7))

    def same_clock(self, instant: datetime, days: int) -> datetime:
        """Return the instant at which the company's clocks show the same time, ``days`` days later (or earlier)."""
        return (instant.astimezone(self.zone) + timedelta(days=days)).astimezone(UTC)

    # working days

    def is_working(self, day: date) -> bool:
        """Return whether anybody is expected to work on ``day``."""
        return bool(self.hours.get(day.weekday())) and day not in self.days_off

    def working_days(self, period: Period) -> int:
        """Return the number of working days in ``period``."""
        return _working_days(self, period.first, period.after)

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the stretches of ``day`` that are worked, in UTC, earliest first."""
        if not self.is_working(day):
            return []
        return [(self._at(day, begins), self._at(day, ends)) for begins, ends in self.hours[day.weekday()]]

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def share_of_day(self, day: date, instant: datetime) -> Fraction:
        """Return the share of the working hours of ``day`` that has gone by at ``instant``, between 0 and 1."""
        spans = self.spans(day)
        whole = sum((ends - begins for begins, ends in spans), timedelta())
        gone = sum((min(max(instant, begins), ends) - begins for begins, ends in spans), timedelta())
        return _ratio(gone, whole) if whole else Fraction(0)

    def days_gone(self, period: Period, instant: datetime) -> Fraction:
        """Return the working days of ``period`` gone by at ``instant``: whole ones, and today's share by its hours."""
        today = min(max(self.day(instant), period.first), period.after)
        whole = _working_days(self, period.first, today)
        return whole + (self.share_of_day(today, instant) if today < period.after else Fraction(0))

    def share(self, period: Period, instant: datetime) -> Fraction:
        """Share of a period's working time gone by at a moment: whole working days before, and that day by its hours.

        Between 0 and 1. A period without a working day has gone by when its last day has.

        Term: working time gone by (Pace, share).
        Variant: by the company's own working days and hours, where others count the days of the calendar.
        Since 0.1.0.
        """
        whole = self.working_days(period)
        if not whole:
            return Fraction(int(instant >= self.start(period.after)))
        return self.days_gone(period, instant) / whole

    def same_point(self, period: Period, instant: datetime, other: Period) -> datetime:
        """Return the instant of ``other`` at the same share of its working time as ``instant`` is of ``period``'s.

        During a night, a weekend or a holiday the share stands still; then it is the same part of that rest: 40 %
        through the night here is 40 % through the night there.
        """
        share = self.share(period, instant)
        here, there = self._rest(period, share), self._rest(other, share)
        if here[0] == here[1]:
            return there[0]
        part = _ratio(min(max(instant, here[0]), here[1]) - here[0], here[1] - here[0])
        return there[0] + timedelta(microseconds=int((there[1] - there[0]) // timedelta(microseconds=1) * part))

    def _rest(self, period: Period, share: Fraction) -> tuple[datetime, datetime]:
        """Return the first and the last instant of ``period`` at which exactly ``share`` of its work is done."""
        start, end = self.bounds(period)
        if not self.working_days(period):
            return (start, end)
        days, part = divmod(share * self.working_days(period), 1)
        worked = [day for day in period.days if self.is_working(day)]
        if part:
            point = self._point(worked[int(days)], part)
            return _around(self.spans(worked[int(days)]), point)
        first = self.spans(worked[int(days) - 1])[-1][1] if days else start
        last = self.spans(worked[int(days)])[0][0] if days < len(worked) else end
        return first, last

    def _point(self, day: date, part: Fraction) -> datetime:
        """Return the instant at which ``part`` of the working hours of ``day`` has gone by."""
        spans = self.spans(day)
        left = sum((ends - begins for begins, ends in spans), timedelta()) // timedelta(microseconds=1) * part
        for begins, ends in spans:
            length = Fraction((ends - begins) // timedelta(microseconds=1))
            if left <= length:
                return begins + timedelta(microseconds=round(left))
            left -= length
        return spans[-1][1]

    # the working clock

    def clock(self, first: date, after: date) -> "WorkClock":
        """Return the clock that runs only in working hours, from ``first`` up to ``after``."""
        return _clock(self, first, after)


class WorkClock:
    """A clock that stands still outside working hours: instants to worked seconds, and back."""

    def __init__(self, spans: list[tuple[datetime, datetime]]) -> None:
        self.begins = [begins.timestamp() for begins, _ in spans]
        """When each worked stretch begins, in seconds since 1970."""
        self.before = [0.0]
        """The seconds worked before each of them, and at the end."""
        for begins, ends in spans:
            self.before.append(self.before[-1] + (ends - begins).total_seconds())

    def reading(self, instant: datetime) -> float:
        """Return the seconds worked from the clock's first day up to ``instant``."""
        moment = instant.timestamp()
        span = bisect_right(self.begins, moment) - 1
        if span < 0:
            return 0.0
        return min(self.before[span] + moment - self.begins[span], self.before[span + 1])

    def worked(self, since: datetime, until: datetime) -> float:
        """Return the working seconds between two instants; never negative."""
        return max(0.0, self.reading(until) - self.reading(since))

    def after(self, since: datetime, seconds: float) -> datetime | None:
        """Return the first instant at which ``seconds`` have been worked since ``since``; None beyond the clock."""
        goal = self.reading(since) + seconds
        span = bisect_right(self.before, goal - 1e-9) - 1
        if span >= len(self.begins) or not self.begins:
            return None
        return datetime.fromtimestamp(self.begins[max(span, 0)] + goal - self.before[max(span, 0)], UTC)


def month(day: date, later: int = 0) -> Period:
    """Return the month of ``day``, or the one ``later`` months after it.

    >>> month(date(2024, 1, 31), -1).first
    datetime.date(2023, 12, 1)
    """
    first, after = (_month_start(day, later + step) for step in (0, 1))
    return Period("month", first, after)


def quarter(day: date) -> Period:
    """Return the calendar quarter of ``day``.

    >>> quarter(date(2026, 11, 22)).name
    '2026-Q4'
    """
    first = _month_start(day, -((day.month - 1) % 3))
    return Period("quarter", first, _month_start(first, 3))


def _month_start(day: date, later: int) -> date:
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)


def _ratio(part: timedelta, whole: timedelta) -> Fraction:
    return Fraction(part // timedelta(microseconds=1), whole // timedelta(microseconds=1))


def _around(spans: list[tuple[datetime, datetime]], point: datetime) -> tuple[datetime, datetime]:
    """Return ``point`` twice, or the break that it opens, as (end of one span, begin of the next)."""
    for (_, ends), (begins, _) in pairwise(spans):
        if abs(point - ends) <= timedelta(microseconds=1):
            return ends, begins
    return point, point


@lru_cache(maxsize=4096)
def _working_days(calendar: Calendar, first: date, after: date) -> int:
    return sum(calendar.is_working(first + timedelta(days=n)) for n in range((after - first).days))


@lru_cache(maxsize=16)
def _clock(calendar: Calendar, first: date, after: date) -> WorkClock:
    days = (first + timedelta(days=n) for n in range((after - first).days))
    return WorkClock([span for day in days for span in calendar.spans(day)])
