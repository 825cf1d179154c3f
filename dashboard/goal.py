"""The leads that a goal needs, worked backwards. Pure."""

from fractions import Fraction
from typing import NamedTuple


class Backwards(NamedTuple):
    """A goal worked backwards: the customers and the leads it takes."""

    customers: Fraction
    leads: Fraction


def backwards(goal: Fraction, deal_size: Fraction, lead_to_customer: Fraction) -> Backwards:
    """Customers are the goal divided by the average deal; leads are the customers divided by the lead-to-customer rate.

    A goal in customers has a deal size of one.

    Term: leads the goal needs (Shared goal, leads).
    Variant: reckoned on the agreement's rates and, beside it, on measured ones; the label says which.
    Since 0.1.0.

    >>> backwards(Fraction(100_000), Fraction(1_000), Fraction(4, 100)).leads
    Fraction(2500, 1)
    >>> backwards(Fraction(10_000), Fraction(1_000), Fraction(2, 100)).leads
    Fraction(500, 1)
    """
    customers = goal / deal_size
    return Backwards(customers, customers / lead_to_customer)
