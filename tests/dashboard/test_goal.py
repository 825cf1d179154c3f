"""The goal worked backwards."""

from fractions import Fraction

import pytest

from dashboard.goal import backwards


@pytest.mark.parametrize(
    ("goal", "deal", "rate", "customers", "leads"),
    [(100_000, 1_000, Fraction(4, 100), 100, 2_500), (10_000, 1_000, Fraction(2, 100), 10, 500)],
)
def test_the_check_values_of_the_goal_worked_backwards(
    goal: int, deal: int, rate: Fraction, customers: int, leads: int
) -> None:
    assert backwards(Fraction(goal), Fraction(deal), rate) == (customers, leads)


def test_a_goal_in_customers_has_a_deal_size_of_one() -> None:
    assert backwards(Fraction(40), Fraction(1), Fraction(1, 20)) == (40, 800)


def test_nothing_is_rounded_on_the_way() -> None:
    assert backwards(Fraction(10), Fraction(3), Fraction(7, 9)) == (Fraction(10, 3), Fraction(30, 7))
