"""The board as a value: every number, the course of the two promises, what needs a hand, and how fresh it all is.

Immutable and complete: the screen is drawn from it alone, and machines get the same thing as JSON.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from dashboard.number import Number
from dashboard.pace import Projection


class State(NamedTuple):
    """Whether the numbers are fresh, in one of the words of the screen, and why when they are not."""

    kind: Literal["live", "as of", "stale", "refused", "waiting"]
    """Fresh; asked for as of a moment; old; newer data refused; or nothing to show yet."""
    words: str


class Age(NamedTuple):
    """How recent one table is; None where nothing tells."""

    table: str
    newest_event: datetime | None
    last_load: datetime | None


class Course(NamedTuple):
    """How one promise went, day by day: running totals at each day's end, today's as it stands."""

    days: Sequence[date]
    worked: Sequence[bool]
    """Whether the day is a working day."""
    done: Sequence[Fraction | None]
    """None for the days to come."""
    owed: Sequence[Fraction | None]
    """What the promise asks for by each day's end; None where nothing was promised."""
    previous: Sequence[Fraction]
    """The period before, day by day, as far as this one is long; empty where there is nothing to compare."""
    now: Fraction
    """Where in ``days`` the moment of the board lies: 2.5 is the middle of the third day, by working hours."""
    projection: Projection | None


class Cell(NamedTuple):
    """One cell of fit × interest: how many sales-ready leads of the month lie in it, and what was agreed for them."""

    fit: str
    interest: str
    leads: int
    advice: str


class Hand(NamedTuple):
    """One thing that needs a hand now: how much, what, and the number it comes from."""

    how_many: str
    words: str
    number: str


class Part(NamedTuple):
    """A source, team or rep with its own promise; its numbers are ``<prefix>.target``, ``.done``, ``.owed``."""

    prefix: str
    label: str


class Board(NamedTuple):
    """Everything the one transparent screen shows, as of one moment."""

    as_of: datetime
    """In the company's time zone."""
    polled_at: datetime
    company: str
    currency: str
    week: str
    """The name of the week: 2026-W47."""
    state: State
    ages: Sequence[Age]
    agreement: str | None
    """The version in force for the month."""
    unit: Literal["money", "customers"]
    """What the quotas count."""
    numbers: Mapping[str, Number]
    marketing: Course
    sales: Course
    sources: Sequence[Part]
    sellers: Sequence[Part]
    """Teams, or reps where the company shows names."""
    cells: Sequence[Cell]
    hands: Sequence[Hand]
    """Empty when all is well."""

    def age(self, tables: Sequence[str]) -> Age:
        """Return the age of a number that stands on ``tables``: their oldest load, their newest event."""
        return age(self.ages, tables)


def age(ages: Sequence[Age], tables: Sequence[str]) -> Age:
    """Return the age of what stands on ``tables``: their oldest load, their newest event."""
    mine = [one for one in ages if one.table in tables]
    loads = [one.last_load for one in mine]
    events = [one.newest_event for one in mine if one.newest_event]
    known = [one for one in loads if one]
    return Age(", ".join(tables), max(events, default=None), min(known) if len(known) == len(loads) and known else None)


def as_json(board: Board) -> dict[str, Any]:
    """Return the board for machines: ``as_of``, ``state``, ``ages``, ``agreement`` and the flat map ``numbers``."""
    newest = board.age([one.table for one in board.ages])
    last_load = max((one.last_load for one in board.ages if one.last_load), default=None)
    return {
        "as_of": board.as_of.isoformat(),
        "company": board.company,
        "currency": board.currency,
        "week": board.week,
        "state": board.state.kind,
        "state_words": board.state.words,
        "ages": {
            "newest_event": _age(newest.newest_event, board.as_of, "no event is recorded by then"),
            "last_load": _age(last_load, board.as_of, "no load is recorded by then"),
            "last_poll": _age(board.polled_at, board.polled_at, ""),
        },
        "agreement": board.agreement,
        "numbers": {name: _number(board, one) for name, one in board.numbers.items()},
    }


def _age(instant: datetime | None, as_of: datetime, reason: str) -> dict[str, Any]:
    if instant is None:
        return {"at": None, "seconds": None, "reason": reason}
    local = instant.astimezone(as_of.tzinfo)
    return {"at": local.isoformat(), "seconds": round((as_of - instant).total_seconds())}


def _number(board: Board, one: Number) -> dict[str, Any]:
    age = board.age(one.tables)
    told = {
        "value": exact(one.value),
        "status": one.status,
        "numerator": exact(one.numerator),
        "denominator": exact(one.denominator),
        "left_out": dict(one.left_out),
        "unit": one.unit,
        "label": one.label,
        "definition": one.definition,
        "formula": one.formula,
        "agreement": one.agreement,
        "ages": {
            "newest_event": _age(age.newest_event, board.as_of, "no event is recorded by then"),
            "last_load": _age(age.last_load, board.as_of, "no load is recorded by then"),
        },
        **one.detail,
    }
    return told | ({"reason": one.reason} if one.value is None else {})


def exact(value: Fraction | None) -> int | float | None:
    """Return a fraction as JSON has numbers: whole ones whole, others to six places.

    >>> exact(Fraction(828)), exact(Fraction(16250, 21)), exact(None)
    (828, 773.809524, None)
    """
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else round(float(value), 6)
