"""One cell's text as the value of a contract column: number, day, instant, yes or no."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Date, Integer, SmallInteger, Text

from queries.columns import MONEY_PLACES, MOST_MONEY, Instant, Money
from queries.load.faults import Unfit
from queries.load.instants import instant, parsed, start_of_day

YES = frozenset({"true", "t", "yes", "y", "1"})
NO = frozenset({"false", "f", "no", "n", "0"})
SPACES = " \u00a0\u202f"
"""The three spaces that exports put between thousands: plain, no-break, narrow no-break."""
REMEMBERED = 10_000
"""Distinct texts a column remembers the value of; most columns of dates and words repeat themselves."""


class Reading(NamedTuple):
    """How the cells of one column are written."""

    formats: tuple[str, ...] = ("iso",)
    zone: ZoneInfo | None = None
    company_zone: ZoneInfo = ZoneInfo("UTC")
    decimal: str = "."
    thousands: str = ""


class NotSo(Exception):
    """A text that is not what it should be: the reason and the remedy."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


def value_of(column: Column[Any], reading: Reading, named: str) -> Callable[[str], Any]:
    """Return the function that turns a cell's text into a value for ``column``; ``named`` is what errors call the cell.

    The function raises ``Unfit``.
    """
    kind: Any = type(column.type)
    return _text if issubclass(kind, Text) else _remembering(kind, reading, named)


@lru_cache(maxsize=64)
def _remembering(kind: Any, reading: Reading, named: str) -> Callable[[str], Any]:
    """Return the reader for a type; columns that are filled from one cell in one way share its memory."""
    read = _by_type(kind, reading)

    @lru_cache(maxsize=REMEMBERED)
    def value(text: str) -> Any:
        try:
            return read(text)
        except NotSo as wrong:
            raise Unfit(named, text, wrong.reason, wrong.remedy) from None

    return value


def _by_type(kind: Any, reading: Reading) -> Callable[[str], Any]:
    """Return the reader for the type of a column."""
    if kind is Instant:
        return lambda text: _instant(text, reading)
    if kind is Date:
        return lambda text: _day(text, reading)
    if kind is Money:
        return lambda text: money(text, reading.decimal, reading.thousands)
    if kind in (SmallInteger, Integer):
        size = 2**15 if kind is SmallInteger else 2**31
        return lambda text: whole(text, reading.decimal, reading.thousands, size)
    return _yes_or_no


def _text(text: str) -> str:
    """Return a text as it is."""
    return text


def _yes_or_no(text: str) -> bool:
    """Return True or False for the words people write for it."""
    word = text.casefold()
    if word not in YES | NO:
        raise NotSo("is neither yes nor no", "translate it with map = { … } into true or false")
    return word in YES


def money(text: str, decimal: str, thousands: str) -> Decimal:
    """Return an exact number, rounded to the four places the warehouse keeps.

    >>> money("1.234,50", ",", ".")
    Decimal('1234.5000')
    """
    found = number(text, decimal, thousands)
    if abs(found) > MOST_MONEY:
        raise NotSo("is larger than any amount the warehouse keeps", "correct the cell")
    return found.quantize(MONEY_PLACES)


def whole(text: str, decimal: str, thousands: str, size: int) -> int:
    """Return a whole number below ``size``; ``5.0`` is one, ``5.5`` is not."""
    found = number(text, decimal, thousands)
    if found != found.to_integral_value() or abs(found) >= size:
        raise NotSo(f"is no whole number below {size}", "correct the cell or map another column")
    return int(found)


def number(text: str, decimal: str, thousands: str) -> Decimal:
    """Return the number a text says with these marks; thousands marks must stand at every third digit."""
    if not _shape(decimal, thousands).fullmatch(text):
        marks = f"decimal mark '{decimal}'" + (f" and thousands mark '{thousands}'" if thousands else "")
        raise NotSo(
            f"is no number with {marks}",
            'set decimal and thousands of the file, or name a unit to take off with drop = ["…"]',
        )
    for mark in SPACES if thousands == " " else thousands:
        text = text.replace(mark, "")
    return Decimal(text.replace(decimal, "."))


@lru_cache(maxsize=64)
def _shape(decimal: str, thousands: str) -> re.Pattern[str]:
    """Return the pattern of a number written with these marks."""
    end = rf"(?:{re.escape(decimal)}[0-9]+)?"
    grouped = (
        rf"[0-9]{{1,3}}(?:[{re.escape(SPACES if thousands == ' ' else thousands)}][0-9]{{3}})+|" if thousands else ""
    )
    return re.compile(rf"[+-]?(?:{grouped}[0-9]+){end}")


def _moment(text: str, reading: Reading) -> date | datetime:
    """Return a bare day, or an aware moment."""
    try:
        found = parsed(text, reading.formats)
    except ValueError as wrong:
        raise NotSo(str(wrong), "correct the cell, add its format to formats, or list it under blank") from None
    if not isinstance(found, datetime) or found.tzinfo is not None:
        return found
    if reading.zone is None:
        raise NotSo("has a time of day but no time zone", 'state time_zone = "…" for the column or its file')
    return instant(found, reading.zone)


def _instant(text: str, reading: Reading) -> datetime:
    """Return the instant a text means; a bare day is the first instant of that day of the company."""
    found = _moment(text, reading)
    return found if isinstance(found, datetime) else start_of_day(found, reading.company_zone)


def _day(text: str, reading: Reading) -> date:
    """Return the company's day a text means."""
    found = _moment(text, reading)
    return found.astimezone(reading.company_zone).date() if isinstance(found, datetime) else found
