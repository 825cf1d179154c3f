"""The board beside its twin: what differs, in words."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from dashboard.number import Number
from tests.twin.told import Numbers, Told

SECOND = Fraction(1, 3600)
PARTS = ("value", "numerator", "denominator", "left_out", "status", "spread")


def differences(board: Mapping[str, Number], twin: Numbers) -> list[str]:
    """What the board says otherwise than its twin; every number of either must be one of both."""
    lone = [f"{name}: only the {whose} has it" for whose, name in _lone(board, twin)]
    both = sorted(board.keys() & twin.keys())
    return lone + [told for name in both for told in _between(board[name], twin[name])]


def _lone(board: Mapping[str, Number], twin: Numbers) -> Iterator[tuple[str, str]]:
    yield from (("board", name) for name in sorted(board.keys() - twin.keys()))
    yield from (("twin", name) for name in sorted(twin.keys() - board.keys()))


def _between(number: Number, twin: Told) -> Iterator[str]:
    shown = as_told(number)
    for part in PARTS:
        mine, other = getattr(shown, part), getattr(twin, part)
        if mine != other and not (part == "value" and number.unit == "hours" and _same_second(mine, other)):
            yield f"{number.name}: {part} is {mine} on the board, {other} by its twin"
    if number.value is None and not number.reason:
        yield f"{number.name}: there is no value, and no reason for it"


def _same_second(one: Fraction | None, other: Fraction | None) -> bool:
    """Hours are kept as floats on their way: to the second is exact enough for a wait."""
    return one is not None and other is not None and abs(one - other) < SECOND


def as_told(number: Number) -> Told:
    """A number of the board in the twin's form."""
    detail = number.detail
    spread = tuple(detail[part] for part in ("low", "high", "reached", "of")) if "low" in detail else ()
    return Told(number.value, number.numerator, number.denominator, dict(number.left_out), number.status, spread)


def rounded(told: Numbers) -> Numbers:
    """The twin with the ends of a projection as machines are told them: to four places."""
    return {name: one._replace(spread=tuple(map(_four_places, one.spread))) for name, one in told.items()}


def _four_places(value: object) -> object:
    return round(float(value), 4) if isinstance(value, Fraction) else value
