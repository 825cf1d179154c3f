"""The made-up company's clocks, on whole arrays: its days, and a clock that runs only in working hours.

Instants are int64 seconds since 1970 in UTC, days are int64 days since 1970 by the company's own clocks. Written
apart from the board's calendar, so that the answers planted in the demo do not share its mistakes.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
DAY = 86_400
HOUR = 3_600
EPOCH = date(1970, 1, 1)
NEVER = np.int64(2**62)
"""Stands for an instant that does not come."""


def day_number(day: date) -> int:
    """Return the days from 1970 to ``day``.

    >>> day_number(date(1970, 1, 5))
    4
    """
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """Return the day that is ``number`` days after 1 January 1970."""
    return EPOCH + timedelta(days=int(number))


def weekday(days: Ints) -> Ints:
    """Return the weekdays of ``days``, Monday 0 to Sunday 6; 1 January 1970 was a Thursday."""
    return (days + 3) % 7


class Clock:
    """The company's clocks between two days: wall time to UTC and back, working hours, and days off."""

    def __init__(self, zone: ZoneInfo, first: date, after: date, opens: int, closes: int, country: str, region: str):
        self.zone, self.first, self.after = zone, first, after
        self.opens, self.closes = opens, closes
        years = range(first.year, after.year + 1)
        self.off = frozenset(holidays.country_holidays(country, subdiv=region, years=years))
        jumps = self._jumps()
        self._offset = np.array([self._at(first)] + [offset for _, offset in jumps], dtype=np.int64)
        self._jump = np.array([instant for instant, _ in jumps], dtype=np.int64)
        # a wall time that comes twice means its first coming, one that is skipped is read by the clock before the jump
        self._jump_on_wall = self._jump + np.maximum(self._offset[:-1], self._offset[1:])
        self._spans()

    def _at(self, day: date) -> int:
        return self._offset_at(int(datetime.combine(day, time(), UTC).timestamp()))

    def _offset_at(self, instant: int) -> int:
        offset = datetime.fromtimestamp(instant, self.zone).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0

    def _jumps(self) -> list[tuple[int, int]]:
        """Return every instant at which the clocks jump, with the offset from UTC after it."""
        found = []
        starts = range(day_number(self.first) * DAY, day_number(self.after) * DAY, DAY)
        for start in starts:
            if self._offset_at(start) != self._offset_at(start + DAY):
                hours = range(start, start + DAY + 1, 900)
                instant = next(one for one in hours if self._offset_at(one) != self._offset_at(start))
                found.append((instant, self._offset_at(instant)))
        return found

    def _spans(self) -> None:
        days = np.arange(day_number(self.first), day_number(self.after), dtype=np.int64)
        worked = days[self.is_working(days)]
        self._begins = self.to_utc(worked * DAY + self.opens * HOUR)
        lengths = self.to_utc(worked * DAY + self.closes * HOUR) - self._begins
        self._before = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)

    def to_utc(self, wall: Ints) -> Ints:
        """Return the instants at which the company's clocks show ``wall`` (seconds since 1970, as if it were UTC)."""
        return wall - self._offset[np.searchsorted(self._jump_on_wall, wall, "right")]

    def to_wall(self, instants: Ints) -> Ints:
        """Return what the company's clocks show at ``instants``, in seconds since 1970 as if it were UTC."""
        return instants + self._offset[np.searchsorted(self._jump, instants, "right")]

    def days(self, instants: Ints) -> Ints:
        """Return the company's days on which ``instants`` lie."""
        return self.to_wall(instants) // DAY

    def day(self, instant: int) -> int:
        """Return the company's day on which one instant lies."""
        return int(self.days(np.array([instant], dtype=np.int64))[0])

    def start(self, day: int) -> int:
        """Return the first instant of one of the company's days."""
        return int(self.to_utc(np.array([day * DAY], dtype=np.int64))[0])

    def jumps(self, days: Ints) -> list[int]:
        """Return the instants on ``days`` at which the clocks jump."""
        return [int(one) for one, day in zip(self._jump, self.days(self._jump), strict=True) if day in days]

    def same_clock(self, instants: Ints, days: int) -> Ints:
        """Return the instants at which the company's clocks show the same time, ``days`` days later."""
        return self.to_utc(self.to_wall(instants) + days * DAY)

    def is_working(self, days: Ints) -> NDArray[np.bool_]:
        """Return which of ``days`` are worked: Monday to Friday, holidays out."""
        off = np.array([day_number(one) for one in sorted(self.off)], dtype=np.int64)
        return (weekday(days) < 5) & ~np.isin(days, off)

    def reading(self, instants: Ints) -> Ints:
        """Return the seconds worked from the clock's first day up to each instant."""
        span = np.searchsorted(self._begins, instants, "right") - 1
        inside = np.minimum(self._before[span] + instants - self._begins[span], self._before[span + 1])
        return np.where(span < 0, 0, inside)

    def at_reading(self, readings: Ints) -> Ints:
        """Return the first instant at which so many seconds have been worked; beyond the clock it never comes."""
        span = np.maximum(np.searchsorted(self._before, readings, "left") - 1, 0)
        known = span < len(self._begins)
        inside = np.minimum(span, len(self._begins) - 1)
        return np.where(known, self._begins[inside] + readings - self._before[inside], NEVER)

    def later(self, instants: Ints, seconds: Ints) -> Ints:
        """Return the first instants at which ``seconds`` more have been worked; what never comes stays so."""
        moved = self.at_reading(self.reading(np.minimum(instants, NEVER // 4)) + np.asarray(seconds, dtype=np.int64))
        return np.where(instants >= NEVER, NEVER, moved)

    def share(self, first: int, after: int, instant: int) -> float:
        """Return the share of the working days from ``first`` up to ``after`` that has gone by at ``instant``."""
        period = np.arange(first, after, dtype=np.int64)
        working = self.is_working(period)
        begins = self.to_utc(period * DAY + self.opens * HOUR)
        gone = np.clip((instant - begins) / ((self.closes - self.opens) * HOUR), 0.0, 1.0)
        return float((gone * working).sum() / max(1, working.sum()))
