"""What is not quite all is not shown as all, what is not nothing not as nothing, and nobody is 0 behind."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.board import Part
from dashboard.drawing.markup import markup
from dashboard.drawing.promise import marketing
from dashboard.words import figure
from tests.dashboard import boards


@pytest.mark.parametrize("parts", [range(2, 100), range(100, 1000), range(1000, 5001)])
def test_all_and_nothing_are_said_of_all_and_nothing_alone(parts: range) -> None:
    assert (figure(Fraction(1), "share"), figure(Fraction(0), "share")) == ("100 %", "0 %")
    near = [Fraction(one, whole) for whole in parts for one in (1, whole - 1, whole + 1) if one != whole]
    assert [one for one in near if figure(one, "share") in ("100 %", "0 %") and one != 1] == []


@given(st.integers(20, 125), st.fractions(0, 1, max_denominator=168), st.integers(0, 125))
def test_nobody_is_nothing_behind_and_nothing_is_still_to_go(target: int, gone: Fraction, done: int) -> None:
    usual = boards.usual()
    source = boards.promise("marketing.source.web", "Web", target, done, gone, "leads")
    today = [
        boards.number("marketing.today.done", done),
        boards.number("marketing.today.target", Fraction(target, 1) + gone),
    ]
    numbers = {**usual.numbers, **{one.name: one for one in [*source, *today]}}
    board = usual._replace(numbers=numbers, sources=[Part("marketing.source.web", "Web")])
    drawn = markup(marketing(board))
    assert ">0 behind" not in drawn
    assert ">0 to go" not in drawn
