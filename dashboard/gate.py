"""What a new board must pass before it is shown: a wrong number is worse than an old one. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from fractions import Fraction

from dashboard.board import Board
from dashboard.number import Number

MOST_LOST = Fraction(1, 5)
"""A board that lost more than this share of the rows it stood on, without a load that says so, is refused."""
FEWEST = 20
"""Fewer rows than this may come and go as they like."""


def refusal(before: Board | None, after: Board, rows_before: Mapping[str, int], rows_after: Mapping[str, int]) -> str:
    """Return in words why ``after`` may not be shown in the place of ``before``, or nothing when it may.

    ``rows_…`` are rows by table, of the days the board stands on. A complete load that says how many rows there are is
    not the gate's business: whoever calls leaves such tables out.
    """
    return next(_reasons(before, after, rows_before, rows_after), "")


def _reasons(
    before: Board | None, after: Board, rows_before: Mapping[str, int], rows_after: Mapping[str, int]
) -> Iterator[str]:
    for table, was in rows_before.items():
        now = rows_after.get(table, was)
        if was >= FEWEST and was - now > was * MOST_LOST:
            yield f"{table} {now:,}, was {was:,}, and no load says why"
    yield from parts_that_do_not_add_up(after.numbers)
    # in UTC: within one zone, the hour that comes twice would lie before itself
    if before is not None and after.as_of.astimezone(UTC) < before.as_of.astimezone(UTC):
        yield f"as of {after.as_of:%H:%M:%S} lies before {before.as_of:%H:%M:%S}, which was shown already"


def parts_that_do_not_add_up(numbers: Mapping[str, Number]) -> Iterator[str]:
    """Yield a sentence for every total that is not the sum of its parts."""
    for total, prefix in (("marketing.month.done", "marketing.source."), ("sales.week.done", "sales.rep.")):
        whole = numbers[total].value
        parts = [one.value for name, one in numbers.items() if name.startswith(prefix) and name.endswith(".done")]
        known = sum((value for value in parts if value is not None), Fraction(0))
        if whole is not None and known != whole:
            yield f"the parts of {total} add up to {float(known):g}, not to {float(whole):g}"
