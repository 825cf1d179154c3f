"""One moment of one company under its agreement: its day, week and month, and where a promise stands. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property

from dashboard.agreement import Agreement, Unit, Version
from dashboard.calendar import Calendar, Period, month
from dashboard.company import Company
from dashboard.pace import Standing
from queries.moments import Range

PAST_PERIODS = 12
"""How many past weeks or months the likely end is compared with."""
LATER = timedelta(days=1)


@dataclass(frozen=True)
class Moment:
    """A moment as a company sees it: its own calendar, and the version of the agreement that judges it."""

    as_of: datetime
    company: Company
    agreement: Agreement

    @property
    def calendar(self) -> Calendar:
        """The company's calendar."""
        return self.company.calendar

    @cached_property
    def today(self) -> Period:
        """The company's day of this moment."""
        return self.calendar.today(self.as_of)

    @cached_property
    def week(self) -> Period:
        """The company's week of this moment."""
        return self.calendar.week(self.today.first)

    @cached_property
    def month(self) -> Period:
        """The company's month of this moment."""
        return month(self.today.first)

    @cached_property
    def month_version(self) -> Version | None:
        """The version of the agreement that judges this month."""
        return self.agreement.in_force(self.month.first)

    @cached_property
    def week_version(self) -> Version | None:
        """The version of the agreement that judges this week."""
        return self.agreement.in_force(self.week.first)

    @property
    def unit(self) -> Unit:
        """What quotas count: money or customers."""
        return self.week_version.unit if self.week_version else "money"

    @property
    def goal_unit(self) -> Unit:
        """What the shared goal counts: money or customers."""
        return self.month_version.goal.unit if self.month_version else self.unit

    def standing(self, period: Period, target: Fraction, done: Fraction) -> Standing:
        """Return where a promise of ``target`` for ``period`` stands with ``done``."""
        gone = self.calendar.days_gone(period, self.as_of)
        days = self.calendar.working_days(period)
        return Standing(target, done, self.calendar.share(period, self.as_of), days - gone)

    def to_now(self, period: Period) -> Range:
        """Return the part of ``period`` that has gone by."""
        start, end = self.calendar.bounds(period)
        return Range(start, max(start, min(end, self.as_of)))

    def past(self, period: Period) -> list[Period]:
        """Return the comparable periods before ``period``, newest first."""
        if period.kind == "month":
            return [month(period.first, -n) for n in range(1, PAST_PERIODS + 1)]
        return [self.calendar.week(period.first - timedelta(weeks=n)) for n in range(1, PAST_PERIODS + 1)]

    def days_to_now(self, period: Period) -> list[Range]:
        """Return the days of ``period`` that have begun, the last one cut at this moment."""
        begun = [day for day in period.days if day <= self.today.first]
        return [self.to_now(Period("day", day, day + LATER)) for day in begun]
