"""The oracle: hours of UTC stepped through one by one, and what the local calendar shows at each."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
FIRST, AFTER = datetime(2024, 1, 1, tzinfo=UTC), datetime(2033, 1, 1, tzinfo=UTC)

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Tehran",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Pacific/Auckland",
    "America/Los_Angeles",
]


def hours(every: int = 1) -> Iterator[datetime]:
    """The hours of 2024 to 2032."""
    moment = FIRST
    while moment < AFTER:
        yield moment
        moment += every * HOUR


@lru_cache(maxsize=12)
def dawns(zone: str) -> dict[date, datetime]:
    """The first instant of each local day: the first minute at which the date is another than a minute before."""
    place, found = ZoneInfo(zone), {}
    moment, before = FIRST - 120 * DAY, date.min
    while moment < AFTER + 120 * DAY:
        shown = moment.astimezone(place).date()
        if shown != before and before != date.min:
            found[shown] = turned(place, moment - HOUR, before)
        before, moment = shown, moment + HOUR
    return found


def turned(place: ZoneInfo, moment: datetime, before: date) -> datetime:
    """The first minute after ``moment`` at which the date is no longer ``before``."""
    while moment.astimezone(place).date() == before:
        moment += MINUTE
    return moment


def first_of_iso_week(day: date) -> date:
    return next(one for one in (day - n * DAY for n in range(7)) if one.isoweekday() == 1)


def first_of_month(day: date) -> date:
    return next(one for one in (day - n * DAY for n in range(31)) if one.day == 1)


def first_of_quarter(day: date) -> date:
    return next(one for one in (day - n * DAY for n in range(92)) if one.day == 1 and one.month in (1, 4, 7, 10))


def next_first(first: date, shortest: int, is_first: object) -> date:
    """The first day of the period after the one that begins on ``first``, which is at least ``shortest`` days long."""
    assert callable(is_first)
    return next(one for one in (first + n * DAY for n in range(shortest, 95)) if is_first(one) == one)
