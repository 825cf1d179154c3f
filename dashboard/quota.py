"""What is to be sold in a week or a month: quotas of reps, teams or everybody, in proportion to working days. Pure."""

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple, Protocol

from dashboard.calendar import Calendar, Period, month


class Quota(Protocol):
    """One quota of the agreement."""

    @property
    def rep(self) -> str | None:
        """The rep who carries it."""

    @property
    def team(self) -> str | None:
        """The team that carries it; with neither, everybody does."""

    @property
    def period(self) -> str:
        """The stretch it is stated for: week or month."""

    @property
    def amount(self) -> Fraction:
        """What it asks for, in money or customers."""


class Seller(NamedTuple):
    """One rep: id, team, and the days on which the rep carries a quota."""

    rep_id: str
    team: str | None
    active_on: Callable[[date], bool]


def target(
    quota: Quota, period: Period, calendar: Calendar, active_on: Callable[[date], bool] | None = None
) -> Fraction:
    """What a quota asks for in a period: each working day's share of the week or month that the quota is stated for.

    So a week's part of a monthly quota is the sum of its days' shares of their own months, and a rep who came or left
    in the middle owes the days worked. Days are those of the company's calendar.

    Term: quota of a period (Sales' promise, money or customers).
    Variant: by working days; a week of a monthly quota is never a quarter of a month.
    Since 0.1.0.
    """
    days = [day for day in period.days if calendar.is_working(day) and (active_on is None or active_on(day))]
    return sum((quota.amount / _working_days(quota, day, calendar) for day in days), Fraction(0))


def _working_days(quota: Quota, day: date, calendar: Calendar) -> int:
    return calendar.working_days(month(day) if quota.period == "month" else calendar.week(day))


class Targets(NamedTuple):
    """What everybody, each team and each rep is to bring in one period; a rep or team without a quota is not named."""

    total: Fraction | None
    teams: dict[str, Fraction]
    reps: dict[str, Fraction]
    teamless: Fraction | None
    """What the reps without a team are to bring together."""


def targets(quotas: Sequence[Quota], sellers: Sequence[Seller], period: Period, calendar: Calendar) -> Targets:
    """Return the targets of a period.

    A team without a quota of its own owes the sum of its reps'. Everybody owes the quota stated for everybody; where
    none is, the teams' and the teamless reps' together.
    """
    reps = {
        one.rep_id: target(quota, period, calendar, one.active_on)
        for quota in quotas
        for one in sellers
        if quota.rep == one.rep_id and any(one.active_on(day) for day in period.days)
    }
    stated = {quota.team: target(quota, period, calendar) for quota in quotas if quota.team}
    summed: dict[str, Fraction] = {}
    for one in sellers:
        if one.team and one.team not in stated and one.rep_id in reps:
            summed[one.team] = summed.get(one.team, Fraction(0)) + reps[one.rep_id]
    teams = stated | summed
    alone = [reps[one.rep_id] for one in sellers if not one.team and one.rep_id in reps]
    teamless = sum(alone, Fraction(0)) if alone else None
    everybody = [target(quota, period, calendar) for quota in quotas if not quota.rep and not quota.team]
    if everybody:
        return Targets(everybody[0], teams, reps, teamless)
    total = sum([*teams.values(), *alone], Fraction(0)) if teams or alone else None
    return Targets(total, teams, reps, teamless)
