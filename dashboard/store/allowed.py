"""What may be written into the store: weeks, sides, texts, exact numbers and ids, each refused in words."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from queries.faults import Refused

SIDES = ("marketing", "sales")
LONGEST = 4000
"""Characters of a text; a page of a book has about half as many."""

_WEEK = re.compile(r"[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])")
_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")
_EXACT = re.compile(r"-?[0-9]{1,60}(/[0-9]{0,59}[1-9][0-9]{0,59}|\.[0-9]{1,30})?")


def week(given: str) -> str:
    """Return a week's name, such as 2026-W46; refuse what is none."""
    if not _WEEK.fullmatch(given):
        raise Refused(f"week: {given[:40]!r} is no week; write it like 2026-W46")
    return given


def identity(given: str, column: str) -> str:
    """Return an id made by whoever writes (a UUID's text): 8 to 64 letters, digits, - and _."""
    if not _ID.fullmatch(given):
        raise Refused(f"{column}: {given[:80]!r} is no id; it takes 8 to 64 letters, digits, - and _ (such as a UUID)")
    return given


def words(given: str, column: str, blank: bool = False) -> str:
    """Return a text without blanks around it; refuse an empty one, unless ``blank``, and what no database can hold."""
    text = given.strip()
    if not text and not blank:
        raise Refused(f"{column}: is empty; write a few words")
    if len(text) > LONGEST:
        raise Refused(f"{column}: has {len(text):,} characters; write at most {LONGEST:,}")
    if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in text):
        raise Refused(f"{column}: holds a character that is none (NUL, or half of one); write it again")
    return text


def side(given: str) -> str:
    """Return ``marketing`` or ``sales``; refuse anything else."""
    if given not in SIDES:
        raise Refused(f"side: {given[:40]!r} is neither marketing nor sales")
    return given


def exact(given: str) -> str:
    """Return the text of an exact number, such as 412, 25/2 or 12.50; refuse what is none.

    >>> exact("25/2")
    '25/2'
    """
    if not _EXACT.fullmatch(given):
        raise Refused(f"value: {given[:40]!r} is no exact number; write it like 412, 25/2 or 12.50")
    return given


def row(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with every column checked that has a rule here; the other columns as they are."""
    return {column: _allowed(column, value) for column, value in given.items()}


RULES: dict[str, Callable[[str], str | None]] = {
    "week": week,
    "side": side,
    "value": exact,
    "action_id": lambda given: identity(given, "action_id"),
    "word_id": lambda given: identity(given, "word_id"),
    "text": lambda given: words(given, "text"),
    "owner": lambda given: words(given, "owner"),
    "said_by": lambda given: words(given, "said_by"),
    "number": lambda given: words(given, "number", blank=True) or None,
    "outcome": lambda given: words(given, "outcome", blank=True) or None,
}
MAY_LACK = ("value", "number", "outcome", "done_at", "removed_at")


def _allowed(column: str, value: Any) -> object:
    """Return a value as it is written into a column."""
    if value is None and column in MAY_LACK:
        return None
    kind: type = KINDS.get(column, str)
    if not isinstance(value, kind):
        raise Refused(f"{column}: {str(value)[:40]!r} is no {NAMES[kind]}")
    if isinstance(value, datetime) and value.tzinfo is None:
        raise Refused(f"{column}: {value} has no time zone")
    rule: Callable[[Any], Any] | None = RULES.get(column)
    return rule(value) if rule else value


KINDS: dict[str, type] = {
    "due_on": date,
    "body": bytes,
    **dict.fromkeys(("written_at", "done_at", "removed_at", "said_at", "frozen_at", "kept_at"), datetime),
}
NAMES = {str: "text", date: "day", datetime: "instant", bytes: "bytes"}
