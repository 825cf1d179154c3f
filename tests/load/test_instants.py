"""A local date or time and the instant it means, on every day and in every zone, against a slow and obvious twin."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.load.instants import instant, parsed, start_of_day
from queries.load.values import NotSo, number

ZONES = (
    "America/Sao_Paulo",
    "Europe/Berlin",
    "America/Havana",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)
days = st.dates(date(1999, 1, 1), date(2030, 12, 31))
zones = st.sampled_from(ZONES).map(ZoneInfo)


def first_instant_at_or_after(local: datetime, zone: ZoneInfo) -> datetime:
    """Walk through the minutes of three days and return the first whose clock shows ``local``, or else more."""
    minutes = [local.replace(tzinfo=UTC) + timedelta(minutes=one) for one in range(-36 * 60, 36 * 60)]
    shown = [one.astimezone(zone).replace(tzinfo=None) for one in minutes]
    if local in shown:
        return minutes[shown.index(local)]
    return next(minute for minute, clock in zip(minutes, shown, strict=True) if clock > local)


@given(days, zones)
def test_a_day_begins_at_the_first_instant_its_zone_shows_of_it(day: date, zone: ZoneInfo) -> None:
    expected = first_instant_at_or_after(datetime(day.year, day.month, day.day), zone)
    assert start_of_day(day, zone) == expected


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("America/Sao_Paulo", "2017-10-15T00:00", "2017-10-15T03:00"),
        ("America/Sao_Paulo", "2018-02-17T23:30", "2018-02-18T01:30"),
        ("Europe/Berlin", "2024-03-31T02:30", "2024-03-31T01:00"),
        ("Europe/Berlin", "2024-10-27T02:30", "2024-10-27T00:30"),
        ("America/Havana", "2024-11-03T00:00", "2024-11-03T04:00"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),
        ("America/Toronto", "1919-03-31T00:00", "1919-03-31T04:30"),
    ],
)
def test_a_time_skipped_is_the_end_of_the_gap_and_a_time_shown_twice_is_the_earlier(
    zone: str, local: str, utc: str
) -> None:
    assert instant(datetime.fromisoformat(local), ZoneInfo(zone)).isoformat() == f"{utc}:00+00:00"


@given(
    st.datetimes(datetime(1999, 1, 1), datetime(2030, 12, 31)).map(lambda one: one.replace(second=0, microsecond=0)),
    zones,
)
def test_a_time_is_the_first_instant_at_which_its_zone_shows_it(local: datetime, zone: ZoneInfo) -> None:
    assert instant(local, zone) == first_instant_at_or_after(local, zone)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31)))
def test_a_moment_written_in_a_format_is_read_back(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    american = moment.strftime("%m/%d/%Y %I:%M %p")
    assert parsed(american, ["iso", "%d.%m.%Y", "%m/%d/%Y %I:%M %p"]) == moment
    assert parsed(moment.isoformat(), ["%d.%m.%Y", "iso"]) == moment
    assert parsed(moment.strftime("%d.%m.%Y"), ["iso", "%d.%m.%Y"]) == moment.date()


@given(
    st.decimals(-(10**12), 10**12, places=2),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (",", "")]),
)
def test_a_number_written_with_marks_is_read_back(amount: Decimal, marks: tuple[str, str]) -> None:
    decimal, thousands = marks
    written = f"{amount:,.2f}".translate(str.maketrans({",": thousands, ".": decimal}))
    assert number(written, decimal, thousands) == amount
    assert number(written.replace(" ", "\u202f"), decimal, thousands) == amount


@pytest.mark.parametrize("text", ["1,5", "1.234,5", "1e5", "NaN", "inf", "", "-", "1 234", "0x1", "１２", "1_000"])
def test_what_is_no_number_with_a_decimal_point_is_refused(text: str) -> None:
    with pytest.raises(NotSo):
        number(text, ".", "")
