"""Quotas: a week's or a month's, of reps, teams or everybody, in proportion to the days worked."""

from collections.abc import Callable
from datetime import date, time
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashboard.calendar import Calendar, month
from dashboard.quota import Seller, target, targets

OFFICE = {weekday: ((time(9), time(18)),) for weekday in range(5)}


class Stated(NamedTuple):
    amount: Fraction
    period: str = "week"
    rep: str | None = None
    team: str | None = None


def calendar(*off: date) -> Calendar:
    return Calendar(ZoneInfo("Europe/Berlin"), 0, OFFICE, frozenset(off))


def always(day: date) -> bool:
    return True


def rep(name: str, team: str | None = None, active_on: Callable[[date], bool] = always) -> Seller:
    return Seller(name, team, active_on)


SEPTEMBER_OFF = (date(2026, 9, 1), date(2026, 9, 2))
"""Leave 20 working days; October 2026 begins on a Thursday and has 22."""


def test_a_weeks_part_of_a_monthly_quota_is_the_sum_of_its_days_shares_of_their_own_months() -> None:
    of = calendar(*SEPTEMBER_OFF)
    across = of.week(date(2026, 9, 30))
    assert [of.working_days(month(date(2026, one, 1))) for one in (9, 10)] == [20, 22]
    assert target(Stated(Fraction(22_000), "month"), across, of) == 5_300


def test_the_weeks_of_a_month_and_the_days_around_it_add_up_to_the_months_quota() -> None:
    of, quota = calendar(), Stated(Fraction(9_999), "month")
    assert target(quota, month(date(2026, 11, 1)), of) == 9_999


def test_a_weekly_quota_is_asked_whole_of_a_week_with_a_holiday() -> None:
    of = calendar(date(2026, 11, 18))
    assert target(Stated(Fraction(500)), of.week(date(2026, 11, 18)), of) == 500


def test_a_week_without_work_asks_for_nothing() -> None:
    off = [date(2026, 11, day) for day in range(16, 21)]
    of = calendar(*off)
    assert target(Stated(Fraction(500)), of.week(date(2026, 11, 18)), of) == 0


def test_a_rep_who_comes_on_thursday_owes_two_days_of_five() -> None:
    of = calendar()
    found = targets(
        [Stated(Fraction(500), rep="r1")],
        [rep("r1", None, lambda day: day >= date(2026, 11, 19))],
        of.week(date(2026, 11, 18)),
        of,
    )
    assert found == (200, {}, {"r1": 200}, 200)


def test_a_rep_who_has_left_carries_nothing_and_is_not_named() -> None:
    of = calendar()
    found = targets(
        [Stated(Fraction(500), rep="r1")], [rep("r1", "North", lambda day: False)], of.week(date(2026, 11, 18)), of
    )
    assert found == (None, {}, {}, None)


def test_a_team_without_a_quota_owes_what_its_reps_owe_and_a_stated_one_stands() -> None:
    of = calendar()
    quotas = [Stated(Fraction(300), rep="r1"), Stated(Fraction(200), rep="r2"), Stated(Fraction(50), rep="r3")]
    sellers = [rep("r1", "North"), rep("r2", "North"), rep("r3")]
    week = of.week(date(2026, 11, 18))
    assert targets(quotas, sellers, week, of) == (550, {"North": 500}, {"r1": 300, "r2": 200, "r3": 50}, 50)
    stated = [*quotas, Stated(Fraction(400), team="North")]
    assert targets(stated, sellers, week, of) == (450, {"North": 400}, {"r1": 300, "r2": 200, "r3": 50}, 50)


def test_everybodys_own_quota_stands_before_the_sum() -> None:
    of = calendar()
    quotas = [Stated(Fraction(1_000)), Stated(Fraction(300), rep="r1")]
    assert targets(quotas, [rep("r1")], of.week(date(2026, 11, 18)), of).total == 1_000


def test_without_any_quota_nobody_owes_anything() -> None:
    of = calendar()
    assert targets([], [rep("r1", "North")], of.week(date(2026, 11, 18)), of) == (None, {}, {}, None)
