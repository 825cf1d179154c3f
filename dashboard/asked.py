"""What a browser asks of the rows behind a number, from the words of an address; what cannot be meant is refused."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from dashboard.calendar import Calendar
from dashboard.opened import Column
from queries.faults import Refused
from queries.listing import Asked, Filter, Kind

MOST_ROWS, FARTHEST, MOST_FILTERS, MOST_SORTS, LONGEST = 500, 10_000_000, 10, 10, 200
EMPTY = ("blank", "filled")
DATED = ("is", "from", "before", *EMPTY)
OPERATIONS: Mapping[Kind, Sequence[str]] = {
    "text": ("contains", "lacks", "is", "is not", "begins", "ends", *EMPTY),
    "number": ("is", "is not", "from", "before", *EMPTY),
    "money": ("is", "is not", "from", "before", *EMPTY),
    "instant": DATED,
    "day": DATED,
}
"""What can be asked of a column, by what it holds."""
PLACES = Decimal("0.0001")
FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)
ONE_DAY = timedelta(days=1)


class Misasked(Refused):
    """An address asks for rows in words that mean nothing here."""


def asked(
    words: Mapping[str, str], columns: Sequence[Column], reasons: Mapping[str, Sequence[str]], calendar: Calendar
) -> Asked:
    """Return what the words of an address ask for: ``start``, ``count``, ``sort``, ``filter``, and whose ``side``.

    ``sort`` names columns, a minus before one that goes downwards: ``-ready_at,source``. ``filter`` is a JSON list of
    ``[column, operation, operand]``. ``reasons`` are those of each side: counted, whole, left out. Raises ``Misasked``.
    """
    known = {one.name: one for one in columns}
    start = _whole(words, "start", 0, FARTHEST)
    count = _whole(words, "count", 100, MOST_ROWS)
    order = [_order(one, known) for one in words.get("sort", "").split(",", MOST_SORTS + 1) if one]
    if len(order) > MOST_SORTS:
        raise Misasked(f"sort names more than {MOST_SORTS} columns")
    return Asked(start, count, order, _filters(words.get("filter", ""), known, calendar), _reasons(words, reasons))


def _whole(words: Mapping[str, str], name: str, otherwise: int, most: int) -> int:
    text = words.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise Misasked(f"{name} must be a whole number from 0 to {most:,}")
    return int(text)


def _order(text: str, known: Mapping[str, Column]) -> tuple[str, bool]:
    name = text.removeprefix("-")
    if name not in known and name != "reason":
        raise Misasked(f"sort names a column that is not listed: {name[:40]!r}; listed are {', '.join(known)}")
    return name, text.startswith("-")


def _reasons(words: Mapping[str, str], reasons: Mapping[str, Sequence[str]]) -> Sequence[str] | None:
    side, reason = words.get("side", ""), words.get("reason")
    if reason is not None:
        return [one for some in reasons.values() for one in some if one == reason]
    if side and side not in reasons:
        raise Misasked(f"side must be one of: {', '.join(reasons)}")
    return reasons[side] if side else None


def _filters(text: str, known: Mapping[str, Column], calendar: Calendar) -> list[Filter]:
    if not text:
        return []
    try:
        told = json.loads(text)
        triples = [(str(column), str(operation), operand) for column, operation, operand in told]
    except (ValueError, TypeError, RecursionError):
        raise Misasked('filter must be a JSON list like [["source", "contains", "web"]]') from None
    if len(triples) > MOST_FILTERS:
        raise Misasked(f"filter holds more than {MOST_FILTERS} conditions")
    return [one for triple in triples for one in _filter(*triple, known, calendar)]


def _filter(column: str, operation: str, operand: Any, known: Mapping[str, Column], calendar: Calendar) -> list[Filter]:
    if column not in known:
        raise Misasked(f"filter names a column that is not listed: {column[:40]!r}; listed are {', '.join(known)}")
    kind = known[column].kind
    if operation not in OPERATIONS[kind]:
        asked = ", ".join(OPERATIONS[kind])
        raise Misasked(f"filter asks of {column} for {operation[:40]!r}; what can be asked of it is {asked}")
    if operation in EMPTY:
        return [Filter(column, operation)]  # type: ignore[arg-type]
    if kind == "instant":
        return _of_day(column, operation, _day(str(operand)), calendar)
    return [Filter(column, operation, _operand(kind, operand))]  # type: ignore[arg-type]


def _operand(kind: str, operand: Any) -> Any:
    if kind == "day":
        return _day(str(operand))
    if kind in ("number", "money"):
        return _number(str(operand))
    return _text(operand)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Misasked(f"filter compares a number with {text[:40]!r}") from None
    if not number.is_finite() or abs(number) > 10**15:
        raise Misasked("filter compares with a number that is none, or too large")
    if number != number.quantize(PLACES):
        raise Misasked("filter compares with a number of more than four decimals, which none here has")
    return number


def _text(operand: Any) -> str:
    if not isinstance(operand, str) or len(operand) > LONGEST:
        raise Misasked(f"filter compares a text with something else, or with more than {LONGEST} letters")
    # half a character has no bytes, and PostgreSQL none for NUL: no warehouse holds either
    if "\x00" in operand or any("\ud800" <= one <= "\udfff" for one in operand):
        raise Misasked(f"filter compares with a text that cannot be: {operand[:40]!r}")
    return operand


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        raise Misasked(f"filter compares a day with {text[:40]!r}; a day is written like 2026-11-20") from None
    if not FIRST <= day <= LAST:
        raise Misasked("filter names a day before 1900 or after 2200")
    return day


def _of_day(column: str, operation: str, day: date, calendar: Calendar) -> list[Filter]:
    """Return what is asked of an instant by a day of the company."""
    start, end = calendar.start(day), calendar.start(day + ONE_DAY)
    if operation == "is":
        return [Filter(column, "from", start), Filter(column, "before", end)]
    return [Filter(column, operation, start)]  # type: ignore[arg-type]
