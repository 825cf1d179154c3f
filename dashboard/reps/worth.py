"""What a lead is worth: the chance that one like it becomes a customer, times what a customer brings. Pure."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

DRAWN = 100
"""A kind of lead is drawn to the mean of all as if it had so many more leads of that mean: few leads prove little."""

Cell = tuple[str, str | None, str | None]
"""Source, fit, interest."""


class Ripe(NamedTuple):
    """Of the ripe leads of one source, fit and interest: how many there were, and how many became customers."""

    cell: Cell
    leads: int
    customers: int


def worths(ripe: Iterable[Ripe], deal: Fraction | None) -> tuple[Mapping[Cell, Fraction], Fraction | None]:
    """Chance that a lead of this source, fit and interest becomes a customer, times the average won amount.

    Both are measured on what had ripened before the month began; small kinds are drawn to the mean. Returns it by
    kind, and what a lead of an unknown kind is worth; nothing at all before anything was won.

    Term: lead value (Marketing's promise, money).
    Since 0.2.0.

    >>> some = [Ripe(("web", None, None), 100, 10), Ripe(("fair", None, None), 0, 0)]
    >>> worths(some, Fraction(1000))
    ({('web', None, None): Fraction(100, 1), ('fair', None, None): Fraction(100, 1)}, Fraction(100, 1))
    """
    rows = list(ripe)
    whole, won = sum(one.leads for one in rows), sum(one.customers for one in rows)
    if not whole or not won or deal is None:
        return {}, None
    mean = Fraction(won, whole)
    chances = {one.cell: (one.customers + DRAWN * mean) / (one.leads + DRAWN) for one in rows}
    return {cell: chance * deal for cell, chance in chances.items()}, mean * deal
