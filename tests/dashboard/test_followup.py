"""The follow-up promise, lead by lead."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from dashboard.calendar import Calendar
from dashboard.followup import Followed, Given, Promise, distinct, follow

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar(BERLIN, 0, {weekday: ((time(9), time(18)),) for weekday in range(5)}, frozenset())
WORKING = Promise(Fraction(4), "working", 2, 14)
WALL = WORKING._replace(clock="wall")
FRIDAY_FIVE = datetime(2026, 11, 20, 17, tzinfo=BERLIN)
LATER = FRIDAY_FIVE + timedelta(days=30)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


def followed(
    tries: Sequence[datetime] = (),
    as_of: datetime = LATER,
    settled: datetime | None = None,
    promise: Promise = WORKING,
    given: datetime = FRIDAY_FIVE,
) -> Followed:
    return follow([Given("L1", given, settled, tries)], promise, OFFICE, as_of)[0]


def test_working_hours_stand_still_over_the_weekend() -> None:
    assert followed().due_at == at(23, 12)
    assert followed(promise=WALL).due_at == at(20, 21)


@pytest.mark.parametrize(("tried", "word"), [(at(23, 11, 59), "in time"), (at(23, 12), "late")])
def test_an_attempt_at_the_very_end_of_the_promised_hours_is_late(tried: datetime, word: str) -> None:
    assert followed([tried]).first == word


@pytest.mark.parametrize(("as_of", "word"), [(at(23, 11, 59), "due"), (at(23, 12), "overdue")])
def test_an_untried_lead_is_due_until_its_time_is_up(as_of: datetime, word: str) -> None:
    assert followed(as_of=as_of).first == word


def test_an_untried_lead_that_was_settled_is_not_a_debt() -> None:
    assert followed(as_of=at(21, 9), settled=at(20, 18)).first == "settled"
    assert followed(as_of=at(24, 9), settled=at(20, 18)).first == "given up"


def test_an_untried_lead_has_waited_as_long_as_it_is_old() -> None:
    one = followed(as_of=at(23, 10))
    assert (one.wall_hours, one.working_hours) == (65, 2)


def test_a_wait_through_the_night_of_changing_clocks_is_counted_in_true_hours() -> None:
    evening = datetime(2026, 10, 24, 20, tzinfo=BERLIN)
    one = followed([datetime(2026, 10, 25, 20, tzinfo=BERLIN)], given=evening, promise=WALL)
    assert one.wall_hours == 25


@pytest.mark.parametrize(
    ("minutes", "attempts"),
    [([], 0), ([0], 1), ([0, 9], 1), ([0, 10], 2), ([0, 9, 18, 28], 2), ([0, 0, 0], 1), ([0, 10, 20], 3)],
)
def test_attempts_closer_together_than_ten_minutes_count_once(minutes: list[int], attempts: int) -> None:
    assert distinct([datetime(2026, 11, 20, 9, tzinfo=UTC) + timedelta(minutes=one) for one in minutes]) == attempts


def test_enough_attempts_within_the_days_keep_the_promise() -> None:
    assert followed([at(23, 9), at(24, 9)]).kept == "kept"
    assert followed([at(23, 9), at(23, 9, 9)]).kept == "short"


def test_the_days_end_when_the_clocks_show_the_same_again() -> None:
    ends = datetime(2026, 12, 4, 17, tzinfo=BERLIN)
    assert followed([at(23, 9), ends - timedelta(minutes=1)]).kept == "kept"
    assert followed([at(23, 9), ends]).kept == "short"


def test_a_lead_is_open_until_its_days_are_over_or_it_is_settled() -> None:
    ends = datetime(2026, 12, 4, 17, tzinfo=BERLIN)
    assert followed([at(23, 9), at(24, 9)], as_of=ends - timedelta(minutes=1)).kept == "open"
    assert followed([], as_of=ends).kept == "short"
    assert followed([], as_of=at(24, 9), settled=at(23, 9)).kept == "kept"


def test_a_lead_settled_after_its_days_was_not_settled_in_time() -> None:
    assert followed([], settled=datetime(2026, 12, 4, 17, tzinfo=BERLIN)).kept == "short"


def test_nobody_given_nobody_followed() -> None:
    assert follow([], WORKING, OFFICE, LATER) == []
