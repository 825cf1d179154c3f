"""C2: working and wall time across the nights in which clocks change; the share f(t) and the same point."""

import random
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.calendar import Calendar, Period, month
from dashboard.followup import Promise, due
from tests.calendar.oracle import DAY, HOUR, MINUTE

NIGHTS = {
    "Europe/Berlin": [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)],
    "America/New_York": [datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)],
    "Australia/Lord_Howe": [datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)],
}
OPEN_AT_NIGHT = {weekday: ((time(0), time(4)), (time(9), time(23, 59))) for weekday in range(7)}
OFFICE = {weekday: ((time(9), time(12, 30)), (time(13, 30), time(18))) for weekday in range(5)}
HOURS = {"open at night": OPEN_AT_NIGHT, "office": OFFICE}
PAIRS = 10_000


def works(of: Calendar, moment: datetime) -> bool:
    """Whether somebody works at a moment, as the clock on the wall shows it."""
    shown = moment.astimezone(of.zone)
    return any(begins <= shown.time() < ends for begins, ends in of.hours.get(shown.weekday(), ()))


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("zone", NIGHTS)
@pytest.mark.parametrize("night", [0, 1])
def test_working_and_wall_minutes_across_a_night_of_changing_clocks_are_those_counted_one_by_one(
    zone: str, night: int, hours: str
) -> None:
    of = Calendar(ZoneInfo(zone), 0, HOURS[hours], frozenset())
    first = NIGHTS[zone][night] - 3 * DAY
    counted = [0]
    for n in range(6 * 24 * 60):
        counted.append(counted[-1] + works(of, first + n * MINUTE))
    clock, chance = of.clock(of.day(first) - DAY, of.day(first) + 8 * DAY), random.Random(f"{zone} {night}")
    for _ in range(PAIRS // 12 + 1):
        one, other = sorted(chance.sample(range(6 * 24 * 60), 2))
        since, until = first + one * MINUTE, first + other * MINUTE
        assert clock.worked(since, until) == 60 * (counted[other] - counted[one])
        local = [moment.astimezone(of.zone) for moment in (since, until)]
        assert due(local[0], Promise(Fraction(other - one, 60), "wall", 1, 1), clock) == until
        reached = clock.after(since, 60.0 * (counted[other] - counted[one]))
        if works(of, until - MINUTE):
            assert reached == until


def test_a_day_has_23_25_or_24_hours() -> None:
    of = Calendar(ZoneInfo("Europe/Berlin"), 0, OFFICE, frozenset())
    days = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 20)]
    assert [of.start(day + DAY) - of.start(day) for day in days] == [23 * HOUR, 25 * HOUR, 24 * HOUR]


def test_the_same_clock_of_another_day_may_be_an_hour_more_or_less_away() -> None:
    of = Calendar(ZoneInfo("Europe/Berlin"), 0, OFFICE, frozenset())
    noon = datetime(2026, 3, 30, 12, tzinfo=of.zone).astimezone(UTC)
    assert noon - of.same_clock(noon, -7) == 7 * DAY - HOUR
    assert of.same_clock(noon, -7).astimezone(of.zone).hour == 12
    twice = datetime(2026, 11, 1, 2, 30, tzinfo=of.zone).astimezone(UTC)
    assert of.same_clock(twice, -7) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(("day", "worked"), [(date(2026, 3, 29), 3), (date(2026, 10, 25), 5), (date(2026, 10, 26), 4)])
def test_a_shift_through_the_night_is_an_hour_shorter_or_longer_when_the_clocks_change(day: date, worked: int) -> None:
    of = Calendar(ZoneInfo("Europe/Berlin"), 0, OPEN_AT_NIGHT, frozenset())
    begins, ends = of.spans(day)[0]
    assert ends - begins == worked * HOUR


# f(t) and the same point of another period

CALENDARS = [
    Calendar(ZoneInfo(zone), starts, hours, frozenset(off))
    for zone, starts, hours, off in (
        ("Europe/Berlin", 0, OFFICE, [date(2026, 10, 28), date(2026, 12, 25)]),
        ("America/New_York", 6, OPEN_AT_NIGHT, []),
        ("Australia/Lord_Howe", 0, {2: ((time(9), time(9, 20)), (time(15), time(16)))}, []),
        ("Asia/Kolkata", 5, OFFICE, [date(2026, 11, 9) + n * DAY for n in range(5)]),
    )
]


def periods(of: Calendar) -> st.SearchStrategy[Period]:
    days = st.dates(date(2026, 2, 1), date(2027, 2, 1))
    return days.map(of.week) | days.map(month)


@st.composite
def moments(draw: st.DrawFn, count: int) -> tuple[Calendar, Period, list[datetime]]:
    """A calendar, a period of it, and some moments within that, in order, on whole seconds or in between."""
    of = draw(st.sampled_from(CALENDARS))
    period = draw(periods(of))
    start, end = of.bounds(period)
    ticks = st.integers(0, (end - start) // timedelta(microseconds=1))
    offs = draw(st.lists(ticks | ticks.map(lambda one: one // 60_000_000 * 60_000_000), min_size=count, max_size=count))
    return of, period, sorted(start + timedelta(microseconds=off) for off in offs)


EVERY_COMMIT = settings(max_examples=300, deadline=None, derandomize=True, database=None)


@EVERY_COMMIT
@given(moments(2))
def test_the_share_never_falls_and_runs_from_nothing_to_all(made: tuple[Calendar, Period, list[datetime]]) -> None:
    of, period, (earlier, later) = made
    start, end = of.bounds(period)
    assert 0 <= of.share(period, earlier) <= of.share(period, later) <= 1
    assert (of.share(period, start), of.share(period, end)) == (0, 1)
    assert (of.share(period, start - DAY), of.share(period, end + DAY)) == (0, 1)


@EVERY_COMMIT
@given(moments(1))
def test_the_days_of_a_period_gone_by_are_the_sum_of_its_days_own(
    made: tuple[Calendar, Period, list[datetime]],
) -> None:
    of, period, (moment,) = made
    days = [Period("day", day, day + DAY) for day in period.days]
    own = [of.share(day, moment) for day in days if of.is_working(day.first)]
    assert of.days_gone(period, moment) == sum(own, Fraction(0))
    if own:
        assert of.share(period, moment) == Fraction(sum(own)) / len(own)


@EVERY_COMMIT
@given(moments(1), st.integers(1, 8))
def test_the_same_point_of_another_period_has_the_same_share(
    made: tuple[Calendar, Period, list[datetime]], back: int
) -> None:
    of, period, (moment,) = made
    other = of.week(period.first - back * 7 * DAY) if period.kind == "week" else month(period.first, -back)
    if not of.working_days(period) or not of.working_days(other):
        return
    point = of.same_point(period, moment, other)
    start, end = of.bounds(other)
    assert start <= point <= end
    # a point has whole microseconds: as much of a day of the shortest hours, and no more, may it be off
    assert abs(of.share(other, point) - of.share(period, moment)) <= Fraction(1, 2 * 80 * 60 * 1_000_000)


@EVERY_COMMIT
@given(moments(2), st.integers(1, 8))
def test_a_later_moment_has_no_earlier_point(made: tuple[Calendar, Period, list[datetime]], back: int) -> None:
    of, period, (earlier, later) = made
    other = of.week(period.first - back * 7 * DAY) if period.kind == "week" else month(period.first, -back)
    if of.working_days(period) and of.working_days(other):
        assert of.same_point(period, earlier, other) <= of.same_point(period, later, other)


@EVERY_COMMIT
@given(moments(1))
def test_the_same_point_of_the_period_itself_is_the_moment(made: tuple[Calendar, Period, list[datetime]]) -> None:
    of, period, (moment,) = made
    assert abs(of.same_point(period, moment, period) - moment) <= timedelta(microseconds=1)


def test_a_night_is_compared_with_the_same_part_of_a_night() -> None:
    of = CALENDARS[0]
    week, before = of.week(date(2026, 11, 18)), of.week(date(2026, 11, 11))
    night = datetime(2026, 11, 18, 2, 30, tzinfo=of.zone)
    assert of.same_point(week, night, before) == night - 7 * DAY


def test_a_lunch_break_is_compared_with_the_same_part_of_a_lunch_break() -> None:
    of = CALENDARS[0]
    week, before = of.week(date(2026, 11, 18)), of.week(date(2026, 11, 11))
    noon = datetime(2026, 11, 18, 12, 50, tzinfo=of.zone)
    assert of.same_point(week, noon, before) == noon - 7 * DAY


def test_a_week_with_a_holiday_is_cut_at_the_same_share_not_at_the_same_weekday() -> None:
    of = CALENDARS[0]
    week, short = of.week(date(2026, 11, 4)), of.week(date(2026, 10, 28))
    wednesday_evening = datetime(2026, 11, 4, 18, tzinfo=of.zone)
    # 3 of 5 days here are 2.4 of the 4 days there: 40 % into Thursday, 3.2 of its 8 hours after nine
    assert of.same_point(week, wednesday_evening, short) == datetime(2026, 10, 29, 12, 12, tzinfo=of.zone)
