"""C1: of every hour, its day, week, month and quarter begin and end where the oracle says; C3: every week once."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard.calendar import Calendar, Period, month, quarter
from tests.calendar.oracle import (
    DAY,
    ZONES,
    dawns,
    first_of_iso_week,
    first_of_month,
    first_of_quarter,
    hours,
    next_first,
)

OFFICE = {weekday: ((time(9), time(18)),) for weekday in range(5)}
EVERY_HOUR = 78_912
"""Hours from 2024 to 2032: times twelve zones, 946,944 checks."""
SAMPLE = 89
"""Of so many hours one; a prime, so that every hour of the day and every day of the week comes."""


def calendar(zone: str, week_starts: int = 0) -> Calendar:
    return Calendar(ZoneInfo(zone), week_starts, OFFICE, frozenset())


def oracle(zone: str, moment: datetime) -> list[tuple[datetime, datetime]]:
    """Bounds of the day, ISO week, month and quarter of a moment."""
    day, begins = moment.astimezone(ZoneInfo(zone)).date(), dawns(zone)
    week, whole, three = first_of_iso_week(day), first_of_month(day), first_of_quarter(day)
    spans = [
        (day, day + DAY),
        (week, week + 7 * DAY),
        (whole, next_first(whole, 28, first_of_month)),
        (three, next_first(three, 90, first_of_quarter)),
    ]
    return [(begins[first], begins[after]) for first, after in spans]


def shown(of: Calendar, moment: datetime) -> list[tuple[datetime, datetime]]:
    """The same as the company's calendar has it."""
    day = of.day(moment)
    return [of.bounds(one) for one in (of.today(moment), of.week(day), month(day), quarter(day))]


def differing(zone: str, moments: Iterable[datetime]) -> tuple[int, list[datetime]]:
    """How many moments were checked, and those at which the two say something else."""
    of, count, wrong = calendar(zone), 0, []
    for moment in moments:
        count += 1
        if shown(of, moment) != oracle(zone, moment):
            wrong.append(moment)
    return count, wrong


@pytest.mark.parametrize("zone", ZONES)
def test_day_week_month_and_quarter_of_a_sample_of_hours_are_the_oracles(zone: str) -> None:
    count, wrong = differing(zone, hours(SAMPLE))
    assert (count, wrong) == (887, [])


@pytest.mark.parametrize("zone", ZONES)
def test_the_days_on_which_clocks_change_are_the_oracles_hour_by_hour(zone: str) -> None:
    begins = dawns(zone)
    odd = [day for day in sorted(begins) if day + DAY in begins and begins[day + DAY] - begins[day] != DAY]
    odd = [day for day in odd if 2024 <= day.year <= 2032]
    moments = [begins[day] + n * timedelta(minutes=30) for day in odd for n in range(-2, 54)]
    count, wrong = differing(zone, moments)
    changes = {"UTC": 0, "Asia/Kolkata": 0, "Asia/Tehran": 0, "America/Sao_Paulo": 0, "Pacific/Apia": 0}
    # two nights a year for nine years; in Casablanca the night falls twice into one year's Ramadan
    assert len(odd) == changes.get(zone, len(odd) if zone == "Africa/Casablanca" else 18)
    assert (count, wrong) == (56 * len(odd), [])


@pytest.mark.campaign
@pytest.mark.parametrize("zone", ZONES)
def test_day_week_month_and_quarter_of_every_hour_are_the_oracles(zone: str) -> None:
    count, wrong = differing(zone, hours())
    assert (count, wrong) == (EVERY_HOUR, [])


@pytest.mark.parametrize("moment_of", [lambda one: one, lambda one: one - timedelta(microseconds=1)])
@pytest.mark.parametrize("zone", ZONES)
def test_the_first_instant_of_a_day_is_in_it_and_the_one_before_is_not(
    zone: str, moment_of: Callable[[datetime], datetime]
) -> None:
    of, begins = calendar(zone), dawns(zone)
    days = [day for day in sorted(begins) if 2024 <= day.year <= 2032][::7]
    before = moment_of(begins[days[0]]) < begins[days[0]]
    assert [of.day(moment_of(of.start(day))) for day in days] == [day - before * DAY for day in days]


@pytest.mark.parametrize("week_starts", [0, 6, 5])
def test_no_week_of_nine_years_comes_twice_or_not_at_all(week_starts: int) -> None:
    of = calendar("Europe/Berlin", week_starts)
    days = [date(2024, 1, 1) + n * DAY for n in range(365 * 9 + 3)]
    weeks = sorted({of.week(day) for day in days})
    assert [later.first for later in weeks[1:]] == [one.after for one in weeks[:-1]]
    assert {(one.after - one.first).days for one in weeks} == {7}
    assert all(one.first.weekday() == week_starts for one in weeks)
    assert len({one.name for one in weeks}) == len(weeks)


def test_weeks_are_named_as_iso_names_them() -> None:
    of = calendar("UTC")
    for day in (date(2024, 1, 1) + n * DAY for n in range(365 * 9 + 3)):
        year, week, _ = day.isocalendar()
        assert of.week(day).name == f"{year}-W{week:02}"


def test_the_years_2026_and_2032_have_a_week_53_and_the_others_none() -> None:
    of = calendar("UTC")
    names = {of.week(date(2024, 1, 1) + n * DAY).name for n in range(365 * 9 + 3)}
    assert {name for name in names if name.endswith("W53")} == {"2026-W53", "2032-W53"}


def test_a_week_53_has_a_quota_and_working_days_like_any_other() -> None:
    week = calendar("Europe/Berlin").week(date(2027, 1, 1))
    assert week == Period("week", date(2026, 12, 28), date(2027, 1, 4))
    assert calendar("Europe/Berlin").working_days(week) == 5


def test_where_the_clocks_skip_midnight_the_day_begins_at_the_jump() -> None:
    of = calendar("America/Sao_Paulo")
    assert of.start(date(2018, 11, 4)) == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert of.start(date(2018, 11, 4)).astimezone(of.zone).time() == time(1)


def test_where_midnight_comes_twice_the_day_begins_at_the_first() -> None:
    of = calendar("America/Havana")
    assert of.start(date(2026, 11, 1)) == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert of.day(datetime(2026, 11, 1, 5, tzinfo=UTC)) == date(2026, 11, 1)
