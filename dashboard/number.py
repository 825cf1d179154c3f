"""A number as the board knows it: what it is, what it was counted from, what was left out, and why there is none."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from dashboard.pace import Status

Unit = Literal["leads", "customers", "deals", "money", "share", "hours"]


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


def sentence(counted_by: Callable[..., Any] | property) -> str:
    """Return the sentence that defines a number: the first paragraph of its function's docstring, on one line.

    >>> def answer():
    ...     '''What it all
    ...     comes to.
    ...
    ...     Details.'''
    >>> sentence(answer)
    'What it all comes to.'
    """
    text = (counted_by.__doc__ or "").strip()
    if not text:
        raise ValueError(f"{counted_by} has no docstring, so no number may stand on it")
    return " ".join(text.split("\n\n")[0].split())


def ratio(numerator: Fraction | int, denominator: Fraction | int) -> Fraction | None:
    """Return the ratio, or nothing where there is nothing to divide by: nothing is never zero.

    >>> ratio(1, 4), ratio(0, 0)
    (Fraction(1, 4), None)
    """
    return Fraction(numerator) / Fraction(denominator) if denominator else None
