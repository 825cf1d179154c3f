"""What the check says becomes of an amount is what becomes of it."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.engine import URL

from queries.campaigns import traffic
from queries.columns import MOST_MONEY
from queries.deals import bookings
from queries.moments import Range
from queries.warehouse import reader, reading
from tests.contract.conftest import AS_OF, check

Plant = Callable[..., URL]

WON = "UPDATE deals SET amount = {} WHERE deal_id = 'D1'"
LEFT_OUT = "they are left out of every sum"
SINCE = AS_OF.replace(month=1)


def won(url: URL) -> list[tuple[str, int, bool]]:
    """The deals won so far: why they do not count, how many, and whether they add anything."""
    engine = reader(url, 60)
    with reading(engine) as connection:
        found = bookings(connection, [Range(SINCE, AS_OF)], AS_OF, "money")
    engine.dispose()
    return [(one.reason, one.deals, bool(one.amount)) for one in found]


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (-1, "amount below zero or no number"),
        (-(10**13), "amount below zero or no number"),
        (10**13, "amount too large"),
        (MOST_MONEY + 1, "amount too large"),
    ],
)
def test_a_deals_amount_that_the_check_says_is_left_out_of_every_sum_is_left_out(
    plant: Plant, amount: int, reason: str
) -> None:
    url = plant(WON.format(amount))
    assert [(one.column, one.rows, one.sentence.endswith(LEFT_OUT)) for one in check(url)] == [("amount", 1, True)]
    assert won(url) == [(reason, 1, False)]


@pytest.mark.parametrize("amount", ["1", "0.0001", str(MOST_MONEY)])
def test_a_deals_amount_of_which_the_check_says_nothing_counts(plant: Plant, amount: str) -> None:
    url = plant(WON.format(amount))
    assert check(url) == []
    assert won(url) == [("", 1, True)]


@pytest.mark.parametrize(("cost", "sum_of_all", "says"), [(-5, -5, "they lower every sum"), (10**13, None, LEFT_OUT)])
def test_what_was_spent_is_lowered_by_a_credit_note_and_not_touched_by_what_cannot_be_meant(
    plant: Plant, cost: int, sum_of_all: int | None, says: str
) -> None:
    url = plant(f"UPDATE campaign_days SET cost = {cost} WHERE campaign_id = 'C1'")
    assert [one.sentence.endswith(says) for one in check(url)] == [True]
    engine = reader(url, 60)
    with reading(engine) as connection:
        assert [one.cost for one in traffic(connection, date(2024, 3, 1), date(2024, 3, 2))] == [sum_of_all]
    engine.dispose()
