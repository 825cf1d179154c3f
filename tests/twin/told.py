"""What the twin says about one number, and the little arithmetic that all of them share."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from tests.twin.plain import Version
from tests.twin.rows import Row


class Told(NamedTuple):
    """One number: its value (None: it cannot be told), what it was counted from, what was left out, and its verdict."""

    value: Fraction | None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    left_out: Mapping[str, int] = {}
    status: str | None = None
    spread: tuple[Any, ...] = ()
    """Of a projection: low, high, how many past periods reached the target, of how many."""


Numbers = dict[str, Told]


def divided(one: Fraction | int | None, other: Fraction | int | None) -> Fraction | None:
    return None if one is None or not other else Fraction(one) / other


def percentile(values: Iterable[Fraction], share: Fraction) -> Fraction:
    """The value at a share of the way through the ordered values, straight between neighbours."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    lower = place.numerator // place.denominator
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] * (1 - place + lower) + ordered[upper] * (place - lower)


def in_force(versions: list[Version], day: date) -> Version | None:
    """The version that had begun last on a day."""
    begun = [one for one in versions if one["from"] <= day]
    return begun[-1] if begun else None


def active(rep: Row, day: date) -> bool:
    return (rep["active_from"] or day) <= day and (rep["active_to"] is None or day < rep["active_to"])


def some(reason: str, count: int) -> dict[str, int]:
    return {reason: count} if count else {}


def shared(good: int, judged: int, left_out: dict[str, int]) -> Told:
    """A share with what it was counted from; nothing at all where nothing is judged."""
    return Told(Fraction(good, judged), Fraction(good), Fraction(judged), left_out) if judged else Told(None)
