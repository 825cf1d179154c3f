"""A date or time as people write it, and the instant it means."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TIME_SIGNS = ("%H", "%I", "%M", "%S", "%f", "%c", "%X")
EPOCHS = {"unix seconds": 1, "unix milliseconds": 1000}
YEARS = range(1900, 2201)


def parsed(text: str, formats: Sequence[str]) -> date | datetime:
    """Return the day (``date``) or the moment (``datetime``, aware if the text has a zone) by the first fitting format.

    Raises ``ValueError`` when none does.

    >>> parsed("1/23/2023 12:00 AM", ["iso", "%m/%d/%Y %I:%M %p"])
    datetime.datetime(2023, 1, 23, 0, 0)
    >>> parsed("23.01.2023", ["iso", "%d.%m.%Y"])
    datetime.date(2023, 1, 23)
    """
    for form in formats:
        try:
            found = _by(text, form)
        except (ValueError, OverflowError):
            continue
        if found.year not in YEARS:
            raise ValueError(f"lies outside the years {YEARS[0]} to {YEARS[-1]}")
        return found
    raise ValueError(f"is no date in the format{'s' * (len(formats) > 1)} {', '.join(formats)}")


def _by(text: str, form: str) -> date | datetime:
    """Return what ``text`` says in one format."""
    if form == "iso":
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    if form in EPOCHS:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(text) / EPOCHS[form])
    moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the column's, given in the mapping
    return moment if any(sign in form for sign in TIME_SIGNS) else moment.date()


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the clocks of ``zone`` show ``local``.

    Shown twice, it is the earlier one; never shown (the hour skipped in spring), it is the first instant after the gap.

    >>> instant(datetime(2017, 10, 15), ZoneInfo("America/Sao_Paulo")).isoformat()
    '2017-10-15T03:00:00+00:00'
    >>> instant(datetime(2024, 10, 27, 2, 30), ZoneInfo("Europe/Berlin")).isoformat()
    '2024-10-27T00:30:00+00:00'
    """
    before = local.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    after = local.replace(tzinfo=zone, fold=1).utcoffset() or timedelta()
    if before >= after:
        return (local - before).replace(tzinfo=UTC)
    return _end_of_gap((local - after).replace(tzinfo=UTC), (local - before).replace(tzinfo=UTC), zone)


def _end_of_gap(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant in ``(early, late]`` that has the offset of ``late``."""
    offset = late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            late = middle
        else:
            early = max(middle, early + timedelta(seconds=1))
    return late


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant (UTC) of a day in ``zone``.

    >>> start_of_day(date(2018, 4, 18), ZoneInfo("America/Sao_Paulo")).isoformat()
    '2018-04-18T03:00:00+00:00'
    """
    return instant(datetime.combine(day, time.min), zone)
