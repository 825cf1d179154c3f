"""One demo: its seed, its instant and its size, and every date and rate that follows from them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from queries.demo import facts
from queries.demo.clock import DAY, HOUR, Clock, Ints, day_number, day_of, weekday
from queries.faults import Refused

MOST_LEADS = 10_000_000
DUPLICATES = 0.022
DUPLICATES_READY = 0.4
PROMISED = (0.80, 0.90, 1.0, 1.0)
"""What each version of the agreement promises, as a share of the latest."""
LATE_ROWS = 0.015


def month_start(day: date, later: int = 0) -> date:
    """Return the first day of the month ``later`` months after that of ``day``.

    >>> month_start(date(2026, 1, 31), -1)
    datetime.date(2025, 12, 1)
    """
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True)
class Plan:
    """What is to be made up: the same plan always makes the same company, to the last row."""

    seed: int
    as_of: datetime
    """The instant up to which the company has lived; whole seconds."""
    leads: int

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None or self.as_of.microsecond:
            raise ValueError(f"as_of must be aware and of whole seconds: {self.as_of!r}")
        if not 1 <= self.leads <= MOST_LEADS:
            raise Refused(f"--leads {self.leads}: a demo has 1 to {MOST_LEADS:,} leads; give a number in between")

    @property
    def now(self) -> int:
        """The plan's instant in seconds since 1970."""
        return int(self.as_of.timestamp())

    @cached_property
    def today(self) -> date:
        """The company's day of the plan's instant."""
        return self.as_of.astimezone(ZoneInfo(facts.ZONE)).date()

    def coming(self, weeks: int) -> date:
        """Return the Monday so many weeks after the first one that is five days away or more."""
        return self.today + timedelta(days=5 + (2 - self.today.weekday()) % 7 + 7 * weeks)

    @cached_property
    def first_day(self) -> date:
        """The first day with leads: fourteen months back."""
        return month_start(self.today, -facts.MONTHS).replace(day=min(self.today.day, 28))

    @cached_property
    def clock(self) -> Clock:
        """The company's clocks, from before the first day to well after the last."""
        first, after = self.first_day - timedelta(days=31), self.today + timedelta(days=92)
        zone = ZoneInfo(facts.ZONE)
        return Clock(zone, first, after, facts.OPENS, facts.CLOSES, facts.COUNTRY, facts.REGION)

    @cached_property
    def joined(self) -> date:
        """First day of the rep who joined in mid-quarter: a Monday, at least a week ago."""
        quarter = month_start(self.today, -((self.today.month - 1) % 3))
        week_ago = self.today - timedelta(days=7)
        return next(one for one in (_middle(quarter), _middle(month_start(quarter, -3))) if one <= week_ago)

    @cached_property
    def left(self) -> date:
        """First day without the rep who left, about five months ago."""
        return month_start(self.today, -5).replace(day=15)

    @cached_property
    def broken(self) -> tuple[date, date]:
        """First day, and day after the last, of the two weeks of last month in which one source all but failed."""
        last = month_start(self.today, -1) + timedelta(days=7)
        monday = last + timedelta(days=-last.weekday() % 7)
        return monday, monday + timedelta(days=14)

    @cached_property
    def versions(self) -> tuple[date, ...]:
        """First day of each version of the agreement; the last one begins when the new rep does."""
        quarter = month_start(self.joined, -((self.joined.month - 1) % 3))
        return month_start(self.first_day, -1), month_start(quarter, -6), quarter, self.joined

    def version(self, day: date) -> int:
        """Return the place in ``versions`` of the one in force on ``day``."""
        return max(n for n, since in enumerate(self.versions) if since <= day or n == 0)

    def random(self, *place: int) -> np.random.Generator:
        """Return the random numbers of one place of the plan, always the same ones."""
        return np.random.default_rng([self.seed, *place])

    # how many leads come, and when

    @cached_property
    def days(self) -> Ints:
        """Every day with leads, as numbers."""
        return np.arange(day_number(self.first_day), day_number(self.today) + 1, dtype=np.int64)

    @cached_property
    def day_shape(self) -> NDArray[np.float64]:
        """Share of a day's leads that have come by each full hour of that day, 25 values."""
        return np.concatenate([[0.0], np.cumsum(facts.HOURS_OF_A_DAY)]) / sum(facts.HOURS_OF_A_DAY)

    @cached_property
    def today_gone(self) -> float:
        """Share of today's leads that have come by the plan's instant."""
        wall = int(self.clock.to_wall(np.array([self.now]))[0]) % DAY
        return float(np.interp(wall / HOUR, np.arange(25), self.day_shape))

    def rhythm(self, days: Ints) -> NDArray[np.float64]:
        """Return how many leads come on each of ``days``, against a usual working day."""
        usual = np.array(facts.DAYS_OF_A_WEEK)[weekday(days)]
        holiday = (weekday(days) < 5) & ~self.clock.is_working(days)
        return np.where(holiday, facts.HOLIDAY, usual)

    @cached_property
    def _shape(self) -> NDArray[np.float64]:
        """Leads by day and source when the promise is one sales-ready lead a month: what the plan means to happen."""
        months = sorted({month_start(day_of(one)) for one in self.days})
        mood = self.random(1).uniform(0.96, 1.05, (len(months), len(facts.SOURCES)))
        shape = np.zeros((len(self.days), len(facts.SOURCES)))
        for place, first in enumerate(months):
            whole = np.arange(day_number(first), day_number(month_start(first, 1)), dtype=np.int64)
            inside = np.isin(self.days, whole)
            part = self.rhythm(self.days[inside]) / self.rhythm(whole).sum()
            kept = np.array([one.this_month for one in facts.SOURCES]) if place == len(months) - 1 else mood[place]
            shape[inside] = part[:, None] * kept * PROMISED[self.version(first)] * self._leads_a_ready_one
        stopped = (self.days >= day_number(self.broken[0])) & (self.days < day_number(self.broken[1]))
        shape[stopped, facts.BROKEN] *= facts.BROKEN_KEEPS
        shape[-1] *= self.today_gone
        return shape

    @property
    def _leads_a_ready_one(self) -> NDArray[np.float64]:
        """Leads of each source that must come for its share of one sales-ready lead."""
        share = np.array([one.share for one in facts.SOURCES])
        ready = np.array([one.ready for one in facts.SOURCES])
        return share / (ready * (1 - DUPLICATES))

    @cached_property
    def promised(self) -> int:
        """Sales-ready leads a month that marketing promises now: a round number."""
        exact = self.leads / max(float(self._shape.sum()), 1e-9)
        step = max(1, int(10 ** (len(str(int(exact))) - 2)) // 2)
        return max(1, round(exact / step) * step)

    def promised_by(self, version: int) -> int:
        """Return the sales-ready leads a month promised in one version of the agreement."""
        return max(1, int(round(self.promised * PROMISED[version], -1 if self.promised >= 100 else 0)))

    @cached_property
    def arrivals(self) -> Ints:
        """Leads by day and source, rounded so that all of them are as many as asked for."""
        this_month = self.days >= day_number(month_start(self.today))
        exact = self._shape * self.promised
        rest = max(exact[~this_month].sum(), 1e-9)
        exact[~this_month] *= max(0.0, self.leads - exact[this_month].sum()) / rest
        upto = np.floor(np.cumsum(exact, axis=0) + 1e-6).astype(np.int64)
        upto[:, 0] += self.leads - int(upto[-1].sum())
        return np.diff(upto, axis=0, prepend=0)


def _middle(quarter: date) -> date:
    """Return the first Monday after the fifth week of a quarter.

    >>> _middle(date(2026, 10, 1))
    datetime.date(2026, 11, 9)
    """
    fifth = quarter + timedelta(days=35)
    return fifth + timedelta(days=-fifth.weekday() % 7)


def instant(seconds: int) -> datetime:
    """Return the aware instant ``seconds`` after 1970 began.

    >>> instant(0)
    datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    return datetime.fromtimestamp(int(seconds), UTC)
