"""The week that is looked at, and its two cuts, wherever clocks, years and weeks turn."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard.calendar import Calendar, Hour
from dashboard.meeting.week import Week, beside, newest, week, week_of
from queries.faults import Refused
from tests.dashboard.company import company

MONDAY = Hour(0, time(7))


def calendar(zone: str, starts: int = 0) -> Calendar:
    return Calendar(ZoneInfo(zone), starts, {}, frozenset())


BERLIN = calendar("Europe/Berlin")


def told(one: Week) -> tuple[str, str, str]:
    """Return when a week begins, ends and is kept, in UTC."""
    return tuple(f"{at:%Y-%m-%dT%H:%M}" for at in (one.starts_at, one.ends_at, one.frozen_at))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("name", "cuts"),
    [
        ("2026-W46", ("2026-11-08T23:00", "2026-11-15T23:00", "2026-11-16T06:00")),
        ("2026-W52", ("2026-12-20T23:00", "2026-12-27T23:00", "2026-12-28T06:00")),
        ("2026-W53", ("2026-12-27T23:00", "2027-01-03T23:00", "2027-01-04T06:00")),
        ("2027-W01", ("2027-01-03T23:00", "2027-01-10T23:00", "2027-01-11T06:00")),
        ("2026-W13", ("2026-03-22T23:00", "2026-03-29T22:00", "2026-03-30T05:00")),
        ("2026-W43", ("2026-10-18T22:00", "2026-10-25T23:00", "2026-10-26T06:00")),
    ],
)
def test_a_week_begins_and_ends_by_the_companys_clocks(name: str, cuts: tuple[str, str, str]) -> None:
    found = week(name, BERLIN, MONDAY)
    assert (found.name, told(found)) == (name, cuts)


def test_a_week_that_begins_on_a_sunday_has_one_name_and_is_kept_after_its_own_end() -> None:
    found = week("2026-W46", calendar("America/New_York", 6), Hour(6, time(9)))
    assert found.period.first == date(2026, 11, 8)
    assert told(found) == ("2026-11-08T05:00", "2026-11-15T05:00", "2026-11-15T14:00")


def test_every_week_of_six_years_has_one_name_whatever_its_first_day() -> None:
    for starts in range(7):
        office = calendar("UTC", starts)
        for number in range(320):
            one = week_of(date(2024, 1, 1) + timedelta(weeks=number), office, MONDAY)
            assert week(one.name, office, MONDAY) == one
            assert one.ends_at <= one.frozen_at < one.ends_at + timedelta(days=7)


def test_an_hour_that_the_clocks_skip_is_kept_right_after_it() -> None:
    # in Santiago, midnight of 6 September 2026 is skipped
    found = week("2026-W36", calendar("America/Santiago", 6), Hour(6, time(0, 30)))
    assert found.frozen_at >= found.ends_at


def test_the_newest_week_is_the_one_whose_hour_has_come() -> None:
    hour = datetime(2027, 1, 4, 6, tzinfo=UTC)
    assert newest(hour, BERLIN, MONDAY).name == "2026-W53"
    assert newest(hour - timedelta(microseconds=1), BERLIN, MONDAY).name == "2026-W52"


def test_the_weeks_beside_the_turn_of_a_year() -> None:
    last = week("2026-W53", BERLIN, MONDAY)
    assert [beside(last, n, BERLIN, MONDAY).name for n in (-1, 1)] == ["2026-W52", "2027-W01"]


@pytest.mark.parametrize("name", ["2027-W53", "2026-W00", "2026-46", "W46", "", "2026-W46-1", "9999-W01", "٢٠٢٦-W46"])
def test_what_names_no_week_is_refused_with_how_to_write_one(name: str) -> None:
    with pytest.raises(Refused, match="names no week; write it like 2026-W46"):
        week(name, BERLIN, MONDAY)


@pytest.mark.parametrize(
    ("meeting", "said"),
    [
        ({"freeze": "Monday"}, 'write a day and an hour like "Mon 07:00"'),
        ({"freeze": "Mon 25:00"}, 'write a day and an hour like "Mon 07:00"'),
        ({"freeze": "Moonday 07:00"}, 'write a day and an hour like "Mon 07:00"'),
        ({"freeze": 7}, 'write a day and an hour like "Mon 07:00"'),
        ({"mail_to": ["ann"]}, "'ann' is no e-mail address; write it like ann@example.com"),
        ({"mail_to": ["a@b.c", "A@b.c"]}, "an address stands there twice"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
    ],
)
def test_a_meeting_that_cannot_be_meant_is_refused_in_words(meeting: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        company(meeting=meeting)


def test_the_meetings_hour_is_read_by_its_day_and_its_clock() -> None:
    assert company().meeting.freeze == MONDAY
    assert company(meeting={"freeze": "sunday 18:30"}).meeting.freeze == Hour(6, time(18, 30))
