"""The week that is looked at: its name, when it begins and ends, and the hour at which it is kept for good. Pure."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from dashboard.calendar import Calendar, Hour, Period
from queries.faults import Refused

NAMED = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
TICK = timedelta(microseconds=1)
FIRST, LAST = 1995, 2060


class Week(NamedTuple):
    """One week of the company, and the two cuts by which it is kept."""

    name: str
    """2026-W46"""
    period: Period
    starts_at: datetime
    """Its first instant, in UTC."""
    ends_at: datetime
    """The first instant after it, in UTC."""
    frozen_at: datetime
    """The hour at which it is kept, in UTC: what the warehouse learned from then on is no part of it."""

    @property
    def as_of(self) -> datetime:
        """Its last instant: what happened from then on is no part of it."""
        return self.ends_at - TICK


def week(name: str, calendar: Calendar, hour: Hour) -> Week:
    """Return the week of that name; raise ``Refused`` for what names none.

    >>> from datetime import time
    >>> from zoneinfo import ZoneInfo
    >>> office = Calendar(ZoneInfo("Europe/Berlin"), 0, {}, frozenset())
    >>> found = week("2026-W53", office, Hour(0, time(7)))
    >>> found.period.first.isoformat(), found.frozen_at.isoformat()
    ('2026-12-28', '2027-01-04T06:00:00+00:00')
    """
    found = NAMED.fullmatch(name.strip())
    try:
        year, number = (int(part) for part in found.groups()) if found else (0, 0)
        if not FIRST <= year <= LAST:
            raise ValueError
        thursday = date.fromisocalendar(year, number, 4)
    except ValueError:
        raise Refused(f"{name[:40]!r} names no week; write it like 2026-W46") from None
    return week_of(thursday, calendar, hour)


def week_of(day: date, calendar: Calendar, hour: Hour) -> Week:
    """Return the week in which ``day`` lies."""
    period = calendar.week(day)
    starts_at, ends_at = calendar.bounds(period)
    return Week(period.name, period, starts_at, ends_at, _first(hour, period.after, ends_at, calendar))


def _first(hour: Hour, day: date, since: datetime, calendar: Calendar) -> datetime:
    """Return the first instant from ``since`` on, the beginning of ``day``, at which the clocks show that hour."""
    day += timedelta(days=(hour.weekday - day.weekday()) % 7)
    # where midnight is skipped, an hour inside the gap comes before the day's first instant
    return max(since, datetime.combine(day, hour.at, calendar.zone).astimezone(UTC))


def newest(now: datetime, calendar: Calendar, hour: Hour) -> Week:
    """Return the last week whose hour has come."""
    found = week_of(calendar.day(now), calendar, hour)
    while found.frozen_at > now:
        found = week_of(found.period.first - timedelta(days=1), calendar, hour)
    return found


def beside(one: Week, weeks: int, calendar: Calendar, hour: Hour) -> Week:
    """Return the week so many weeks after ``one``, or before it."""
    return week_of(one.period.first + timedelta(weeks=weeks), calendar, hour)
