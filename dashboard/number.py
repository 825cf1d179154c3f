"""A number as the board knows it: what it is, what it was counted from, what was left out, and why there is none."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any, Literal, NamedTuple

from dashboard.pace import Status

Unit = Literal["leads", "customers", "deals", "money", "share", "hours"]


class Rows(NamedTuple):
    """The rows behind a number: which candidates, of which stretch of time, narrowed to what."""

    of: str
    """The name of the candidates, as ``queries.listing`` knows them."""
    first: datetime | date
    """Where the stretch begins: an instant, or a day where days place the rows."""
    after: datetime | date
    """Where it ends; not of it."""
    where: Mapping[str, tuple[str | None, ...]] = {}
    """By column, the values of which a row must have one."""
    told: Mapping[str, str | None] = {}
    """What else says which rows count: the unit, the lowest fit, the decision that is counted, …"""
    whole: tuple[str, ...] = ()
    """The reasons of rows that do not count but are part of the whole, the denominator."""
    known_at: datetime | None = None
    """The moment by which the rows had to be known, where that is not the board's own."""


class Number(NamedTuple):
    """One number with everything it takes to trust it. Exact; ``value`` is None when ``reason`` says why."""

    name: str
    """As machines call it: ``marketing.month.done``."""
    label: str
    """As people call it."""
    unit: Unit
    value: Fraction | None
    definition: str
    """The sentence that defines it: the docstring of the function that counts it."""
    formula: str = ""
    """The formula with this number's own figures in it."""
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    left_out: Mapping[str, int] = {}
    """Rows that were candidates and do not count, by reason."""
    status: Status | None = None
    reason: str = ""
    """Why there is no value."""
    agreement: str | None = None
    """The version of the agreement that judged it."""
    tables: tuple[str, ...] = ()
    """The tables it stands on, whose ages are its ages."""
    detail: Mapping[str, Any] = {}
    """What belongs to it beyond one value: a spread, or parts."""
    rows: Rows | None = None
    """The rows it was counted from, or those of a part where it is worked out; None where it was promised."""
    parts: tuple[str, ...] = ()
    """The names of the numbers it is worked out from; none where it is counted itself, or promised."""


@cache
def sentence(counted_by: Callable[..., Any] | property) -> str:
    """Return the sentence that defines a number: the first paragraph of its function's docstring, on one line.

    Raises ``ValueError`` where the docstring does not say since which version it holds: then it is no term, and no
    number may stand on it.

    >>> def answer():
    ...     '''What it all
    ...     comes to.
    ...
    ...     Since 0.1.0.'''
    >>> sentence(answer)
    'What it all comes to.'
    """
    text = (counted_by.__doc__ or "").strip()
    if not any(line.strip().startswith("Since ") for line in text.splitlines()):
        raise ValueError(f"{counted_by} has no docstring with a line 'Since <version>.', so no number may stand on it")
    return " ".join(text.split("\n\n")[0].split())


def ratio(numerator: Fraction | int, denominator: Fraction | int) -> Fraction | None:
    """Return the ratio, or nothing where there is nothing to divide by: nothing is never zero.

    >>> ratio(1, 4), ratio(0, 0)
    (Fraction(1, 4), None)
    """
    return Fraction(numerator) / Fraction(denominator) if denominator else None
