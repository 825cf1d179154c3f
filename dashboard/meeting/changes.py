"""What the ledger of a frozen week holds: numbers that moved, and the rows and papers that moved them. Pure."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Literal, NamedTuple

from dashboard.number import Unit

Kind = Literal["late", "gone", "changed", "moved", "left out", "let in", "verdict"]
"""Loaded after the week was kept; no longer there; adds another amount; in or out of the stretch of time or the part of
the number; counted no longer; counted now; followed up otherwise than was known."""


class RowChange(NamedTuple):
    """One row that stands otherwise in a number than when the week was kept."""

    id: str
    label: str
    """What people call it; its id where they call it nothing."""
    url: str | None
    source: str
    """The source of a lead; the rep's id of a deal; empty where it is not known."""
    kind: Kind
    was: str
    """How it stood, in words: ``counted``, ``duplicate``, ``4,000``, ``not there`` …"""
    now: str
    learned_at: datetime | None
    """When the warehouse learned of it, as far as it says so: a late row's load."""
    adds: Fraction
    """What it adds to the number that has moved; below zero where it takes away. Of a share: to its numerator."""
    whole: int = 0
    """Of a share or an average: what it adds to the denominator."""
    what: str = ""
    """Which of its columns changed, in words: ``amount 4,000 → 5,000``; empty where none did."""


class Cause(NamedTuple):
    """What moved a number without any of its rows: another paper, another definition, or a number it follows from."""

    kind: Literal["agreement", "company", "reps", "definition", "follows", "unexplained"]
    words: str
    was: str
    now: str
    amount: Fraction
    """By how much it moved the number, exactly."""
    from_: tuple[str, ...] = ()
    """The numbers it follows from."""


class Change(NamedTuple):
    """One number that has moved since the week was kept, and all that moved it."""

    number: str
    label: str
    unit: Unit
    was: Fraction | None
    now: Fraction | None
    words: str
    """``412 → 418: 6 late web leads, loaded Tue 02:10``"""
    rows: Sequence[RowChange]
    causes: Sequence[Cause]
    by_rows: Fraction
    """By how much its rows moved it, reckoned from them alone."""

    @property
    def residual(self) -> Fraction:
        """What of the difference nothing explains: always zero, but where the ledger says that it cannot tell."""
        moved = (self.now or Fraction(0)) - (self.was or Fraction(0))
        told = [one.amount for one in self.causes if one.kind != "unexplained"]
        return moved - self.by_rows - sum(told, Fraction(0))
