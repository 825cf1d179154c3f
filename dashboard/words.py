"""Figures and moments in the words and forms that people read. Pure."""

from datetime import datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from math import ceil, floor

NOTHING = "—"
SMALL_COUNT, SMALL_SHARE, SMALL_HOURS = 20, Fraction(1, 10), Fraction(1, 10)
LONGEST_NAME = 120
"""A name with more letters is cut where it names a number or stands on a screen; an address would not hold it."""


def figure(value: Fraction | None, unit: str) -> str:
    """Return ``value`` as it is shown: leads and money with thousands, shares in per cent, hours with a tenth.

    Small counts and small shares keep one decimal where they have one, so that 12.5 owed is never shown as 12; what is
    not quite all, or next to nothing, is not shown as all or nothing; less than a tenth of an hour is told in minutes,
    less than a minute in seconds.

    >>> figure(Fraction(1734), "leads"), figure(Fraction(953, 1000), "share"), figure(None, "money")
    ('1,734', '95 %', '—')
    >>> figure(Fraction(25, 2), "customers"), figure(Fraction(57, 1000), "share"), figure(Fraction(15), "leads")
    ('12.5', '5.7 %', '15')
    >>> figure(Fraction(124, 10), "hours"), figure(Fraction(-4860), "money")
    ('12.4 h', '−4,860')
    >>> figure(Fraction(1, 10), "hours"), figure(Fraction(56, 3600), "hours"), figure(Fraction(2, 60), "hours")
    ('0.1 h', '56 s', '2 min')
    >>> figure(Fraction(1000, 1003), "share"), figure(Fraction(9999, 10000), "share")
    ('99.7 %', '99.9 %')
    """
    if value is None:
        return NOTHING
    if unit == "hours":
        return duration(value)
    if unit == "share":
        return f"{_as_share(value)} %"
    return plain(value, 1) if unit != "money" and abs(value) < SMALL_COUNT else rounded(value)


def _as_share(share: Fraction) -> str:
    """Return a share in per cent, without its sign: 100 only where it is all, and 0 only where it is nothing.

    >>> _as_share(Fraction(1)), _as_share(Fraction(0)), _as_share(Fraction(1, 3000)), _as_share(Fraction(-1, 3000))
    ('100', '0', 'under 0.1', 'over −0.1')
    """
    text = plain(share * 100, 1) if abs(share) < SMALL_SHARE else rounded(share * 100)
    if text == "0" and share:
        return "under 0.1" if share > 0 else "over −0.1"
    if text == "100" and share != 1:
        tenths = share * 1000
        # away from 100, so that it is not reached by rounding
        return rounded(Fraction(floor(tenths) if share < 1 else ceil(tenths), 10), 1)
    return text


def duration(hours: Fraction) -> str:
    """Return so many hours in the largest unit of which they are not a small part.

    >>> duration(Fraction(41, 10)), duration(Fraction(359, 3600)), duration(Fraction(-1, 120)), duration(Fraction(0))
    ('4.1 h', '6 min', '−30 s', '0 min')
    """
    if abs(hours) >= SMALL_HOURS:
        return f"{rounded(hours, 1)} h"
    minutes = hours * 60
    return f"{rounded(minutes)} min" if not minutes or abs(minutes) >= 1 else f"{rounded(minutes * 60)} s"


def rounded(value: Fraction, places: int = 0) -> str:
    """Return ``value`` rounded half to even, with thousands separated and a true minus sign.

    >>> rounded(Fraction(12345, 10)), rounded(Fraction(-1, 3), 1), rounded(Fraction(-1, 1000))
    ('1,234', '−0.3', '0')
    """
    scale = 10**places
    whole, rest = divmod(abs(value.numerator) * scale, value.denominator)
    whole += 2 * rest > value.denominator or (2 * rest == value.denominator and whole % 2 == 1)
    text = f"{whole // scale:,}.{whole % scale:0{places}}" if places else f"{whole:,}"
    return f"−{text}" if whole and value.numerator < 0 else text


def plain(value: Fraction | None, places: int = 2) -> str:
    """Return ``value`` with up to ``places`` decimals, none where it is whole: for formulas.

    >>> plain(Fraction(1810)), plain(Fraction(77381, 100)), plain(Fraction(25, 2))
    ('1,810', '773.81', '12.5')
    """
    if value is None:
        return NOTHING
    text = rounded(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def near(value: Fraction) -> str:
    """Return a figure as a formula reckons with it: four digits of it at least, so that its result comes out again.

    >>> near(Fraction(1810)), near(Fraction(100, 81)), near(Fraction(1, 300)), near(Fraction(25, 2))
    ('1,810', '1.235', '0.003333', '12.5')
    """
    places = 2
    while value and abs(value) * 10**places < 1000:
        places += 1
    return plain(value, places)


def per_cent(share: Fraction) -> str:
    """Return a share as a formula reckons with it, never rounded to whole per cents.

    >>> per_cent(Fraction(1, 8)), per_cent(Fraction(1)), per_cent(Fraction(1, 6))
    ('12.5 %', '100 %', '16.67 %')
    """
    return f"{near(share * 100)} %"


def many(count: int, one: str, more: str = "") -> str:
    """Return a count with its noun.

    >>> many(1, "lead"), many(3, "lead"), many(2, "reply", "replies")
    ('1 lead', '3 leads', '2 replies')
    """
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def age(span: timedelta) -> str:
    """Return how long ago something was, in one unit.

    >>> age(timedelta(seconds=40)), age(timedelta(minutes=59)), age(timedelta(hours=30)), age(timedelta(days=3))
    ('under a minute', '59 min', '30 h', '3 days')
    """
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "under a minute"
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else many(minutes // (24 * 60), "day")


def moment(instant: datetime, now: datetime) -> str:
    """Return ``instant`` as told at ``now``, both in the company's zone: the time, and the day where it is another.

    >>> noon = datetime(2026, 11, 20, 12, 5)
    >>> moment(noon, noon), moment(noon, datetime(2026, 11, 22)), moment(noon, datetime(2027, 11, 22))
    ('12:05', 'Fri 20 Nov 12:05', '20 Nov 2026 12:05')
    """
    if instant.date() == now.date():
        return f"{instant:%H:%M}"
    if instant.year == now.year:
        return f"{instant:%a} {instant.day} {instant:%b %H:%M}"
    return f"{instant.day} {instant:%b %Y %H:%M}"


def named(text: str) -> str:
    """Return a name as numbers and screens bear it: one that is too long is cut, and marked so that no two are alike.

    >>> named("paid search"), len(named("a" * 5000)), named("a" * 5000) == named("a" * 5001)
    ('paid search', 111, False)
    """
    return text if len(text) <= LONGEST_NAME else f"{text[:100]}… {sha256(text.encode()).hexdigest()[:9]}"


def listed(parts: list[str]) -> str:
    """Return parts joined as a sentence joins them.

    >>> listed(["one"]), listed(["one", "two", "three"])
    ('one', 'one, two and three')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
