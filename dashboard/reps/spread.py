"""How a measure is spread over a team: its middle, and where most lie. Pure."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from dashboard.pace import percentile


class Spread(NamedTuple):
    """The middle of so many values, and the ends between which eight of ten lie; None of no values."""

    median: Fraction | None
    low: Fraction | None
    high: Fraction | None
    of: int
    whose: str


def spread(values: Sequence[Fraction], whose: str) -> Spread:
    """Return how values are spread.

    >>> spread([Fraction(n) for n in (3, 1, 2)], "all reps")
    Spread(median=Fraction(2, 1), low=Fraction(6, 5), high=Fraction(14, 5), of=3, whose='all reps')
    """
    found = sorted(values)
    return Spread(team_median(found), _end(found, 1), _end(found, 9), len(found), whose)


def _end(values: Sequence[Fraction], tenth: int) -> Fraction | None:
    # exact: who stands right at an end is neither below nor above most
    return percentile(values, Fraction(tenth, 10)) if values else None


def team_median(values: Sequence[Fraction]) -> Fraction | None:
    """Median of the same number of everybody in the team who has leads enough to be judged, with its spread.

    Term: team's median (What sales owes, share or hours).
    Variant: never a rank: the middle, and where eight of ten lie; a team of fewer than four is shown among all reps.
    Since 0.2.0.
    """
    return percentile(values, Fraction(1, 2)) if values else None
