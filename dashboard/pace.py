"""Pace: what was promised, what is owed by now, what is done, and the words for the difference.

Pure. Amounts are exact (``Fraction``), of whatever is counted: leads, customers, or the company's money.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple, TypeVar

Status = Literal["too early", "ahead", "on pace", "slightly behind", "behind", "met", "no verdict"]

Kind = TypeVar("Kind", float, Fraction)

ENOUGH_HISTORY = 6
"""With fewer comparable periods a spread would say more than it knows."""


class Bands(NamedTuple):
    """Where the agreement draws the lines between the words, as shares (1 = exactly as owed)."""

    ahead_from: Fraction
    on_pace_from: Fraction
    behind_below: Fraction
    too_early_until: Fraction


class Standing(NamedTuple):
    """Where one promise stands at one moment."""

    target: Fraction
    done: Fraction
    gone: Fraction
    """f(t): the share of the period's working time that has gone by."""
    days_left: Fraction
    """Working days left in the period, the rest of today included."""

    @property
    def owed(self) -> Fraction:
        """What should be done by now: the target times the share of working time gone by.

        Term: owed by now (Pace, leads or money).
        Variant: by working time, not by the days of the calendar: a day off asks for nothing, and what comes in on one
        counts all the same.
        Since 0.1.0.
        """
        return self.target * self.gone

    @property
    def gap(self) -> Fraction:
        """Done less owed: below zero when behind.

        Term: gap (Pace, leads or money).
        Variant: against what is owed by now, never against the whole target.
        Since 0.1.0.
        """
        return self.done - self.owed

    @property
    def pace(self) -> Fraction | None:
        """Done as a share of owed; nothing while nothing is owed.

        Term: pace (Pace, share).
        Variant: done over owed by now; done over the whole target is attainment.
        Since 0.1.0.
        """
        return self.done / self.owed if self.owed else None

    @property
    def required_a_day(self) -> Fraction | None:
        """What each working day left must bring to reach the target: 0 when it is met, nothing when no day is left.

        Term: required a working day (Pace, leads or money).
        Variant: the rest of today counts as the part of a working day that it is.
        Since 0.1.0.
        """
        missing = self.target - self.done
        if missing <= 0:
            return Fraction(0)
        return missing / self.days_left if self.days_left else None

    def status(self, bands: Bands) -> Status:
        """The word for where a promise stands: met, ahead, on pace, slightly behind, behind, too early, or no verdict.

        Term: verdict (Pace, one word).
        Variant: by pace, between lines that the agreement draws; none is given while too little time has gone by, where
        nothing was promised, and when the data is older than its budget.
        Since 0.1.0.

        >>> bands = Bands(Fraction(105, 100), Fraction(97, 100), Fraction(90, 100), Fraction(1, 10))
        >>> Standing(Fraction(100), Fraction(45), Fraction(1, 2), Fraction(10)).status(bands)
        'slightly behind'
        >>> Standing(Fraction(100), Fraction(0), Fraction(1, 20), Fraction(19)).status(bands)
        'too early'
        """
        if self.target <= 0:
            return "no verdict"
        if self.done >= self.target:
            return "met"
        if self.gone < bands.too_early_until or self.pace is None:
            return "too early"
        if self.pace >= bands.on_pace_from:
            return "ahead" if self.pace >= bands.ahead_from else "on pace"
        return "behind" if self.pace < bands.behind_below else "slightly behind"


class Past(NamedTuple):
    """What a comparable period of the past had done at this same point, and what it had done when it ended."""

    by_then: Fraction
    in_the_end: Fraction


class Projection(NamedTuple):
    """Where the period is likely to end."""

    expected: Fraction
    low: Fraction | None
    """10th percentile of the likely ends; nothing without enough history."""
    high: Fraction | None
    """90th percentile."""
    reached: int | None
    """In how many of the past periods what they still added would have reached the target from here."""
    of: int
    """How many past periods there were to compare with."""


def projection(standing: Standing, past: Sequence[Past]) -> Projection | None:
    """Where the period is likely to end: done so far, plus what comparable periods still added from this point on.

    The expected end is the median over the past periods, the spread runs from their 10th to their 90th percentile.
    With fewer than six past periods it is done / f without a spread, and nothing while no working time has gone by.

    Term: likely end (Pace, leads or money).
    Variant: what past periods still added after this point, never a straight line through today; its spread runs from
    the 10th to the 90th percentile of at least six of them, so two of ten ends lie outside it.
    Since 0.1.0.

    >>> half = Standing(Fraction(100), Fraction(40), Fraction(1, 2), Fraction(10))
    >>> projection(half, []).expected
    Fraction(80, 1)
    >>> p = projection(half, [Past(Fraction(50), Fraction(50 + added)) for added in (40, 50, 60, 70, 80, 90)])
    >>> p.expected, p.reached, p.of
    (Fraction(105, 1), 4, 6)
    """
    if len(past) < ENOUGH_HISTORY:
        if not standing.gone:
            return None
        return Projection(standing.done / standing.gone, None, None, None, len(past))
    ends = sorted(standing.done + one.in_the_end - one.by_then for one in past)
    return Projection(
        percentile(ends, Fraction(1, 2)),
        percentile(ends, Fraction(1, 10)),
        percentile(ends, Fraction(9, 10)),
        sum(end >= standing.target for end in ends),
        len(ends),
    )


def percentile(ordered: Sequence[Kind], share: Fraction) -> Kind:
    """Return the value below which ``share`` of the ``ordered`` values lie, interpolated between neighbours.

    >>> percentile([Fraction(1), Fraction(2), Fraction(4)], Fraction(3, 4))
    Fraction(3, 1)
    """
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    part = type(ordered[below])(place - below)
    return ordered[below] + (ordered[above] - ordered[below]) * part
