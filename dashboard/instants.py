"""Moments as people write them in an address or an option. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from queries.faults import Refused

EARLIEST, LATEST = datetime(1995, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)


def instant(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment that ``text`` names, in UTC; without an offset it is read by the company's clocks.

    Raises ``Refused`` for what names no moment between 1995 and 2060.

    >>> instant("2018-04-18T13:30-03:00", ZoneInfo("Europe/Berlin")).isoformat()
    '2018-04-18T16:30:00+00:00'
    >>> instant("2018-04-18T13:30", ZoneInfo("America/Sao_Paulo")).isoformat()
    '2018-04-18T16:30:00+00:00'
    """
    try:
        # a plus sign in an address arrives as a blank
        found = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
    except ValueError:
        raise Refused(f"as_of {text[:40]!r} is no moment; write it like 2026-11-20T14:30+01:00") from None
    found = found.replace(tzinfo=zone) if found.tzinfo is None else found
    if not EARLIEST <= found < LATEST:
        raise Refused(f"as_of {text[:40]!r} lies outside 1995 to 2060")
    return found.astimezone(UTC)
