"""Whether a row of measures rises: its slope, and the upper end of that slope's 95 % interval."""

from collections.abc import Sequence
from math import sqrt

from tests.soak import T95


def slope(xs: Sequence[float], ys: Sequence[float]) -> tuple[float, float]:
    """Return the least-squares slope of ``ys`` over ``xs``, and the upper end of its 95 % interval.

    >>> slope([1, 2, 3, 4, 5], [2.0, 4.0, 6.0, 8.0, 10.0])
    (2.0, 2.0)
    """
    count = len(xs)
    mean_x, mean_y = sum(xs) / count, sum(ys) / count
    spread = sum((x - mean_x) ** 2 for x in xs)
    rise = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread
    left = sum((y - mean_y - rise * (x - mean_x)) ** 2 for x, y in zip(xs, ys, strict=True))
    return rise, rise + T95 * sqrt(left / max(count - 2, 1) / spread)
