"""A warehouse that lacks an optional column works, and says what it cannot tell; a required one is refused by name."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from dashboard.look import Looker
from queries.faults import ContractBroken
from queries.tables import metadata, required
from tests.dashboard.company import WEDNESDAY, filled, settings

OPTIONAL = [str(one) for table in metadata.sorted_tables for one in table.columns if not required(one)]
INDEXED = [
    (str(one), index.name) for table in metadata.sorted_tables for index in table.indexes for one in index.columns
]


def without(url: URL, *columns: str) -> Looker:
    """Return a look at a warehouse that lacks ``columns``."""
    engine = filled(url, ready=40)
    with engine.begin() as connection:
        for one in columns:
            table, name = one.split(".")
            for index in (its for column, its in INDEXED if column == one):
                connection.execute(text(f"DROP INDEX IF EXISTS {index}"))
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {name}"))
    engine.dispose()
    return Looker(settings(url))


def test_a_warehouse_with_nothing_but_the_required_columns_has_a_board(warehouse_url: URL) -> None:
    looker = without(warehouse_url, *OPTIONAL)
    found = looker.at(WEDNESDAY, WEDNESDAY).numbers
    looker.close()
    assert found["marketing.month.target"].value == 210
    assert found["marketing.month.owed"].value
    for name, column in (("marketing.month.done", "leads.ready_at"), ("sales.week.pace", "deals.won_at, deals.amount")):
        assert found[name].value is None
        assert found[name].reason == f"the warehouse has no column {column}"
        assert found[name].status in (None, "no verdict")
    assert found["followup.first_attempt.in_time"].value is None
    assert found["quality.duplicates"].value is None


BOOKED = ("sales.today.done", "sales.today.previous", "sales.week.done", "sales.week.previous")


@pytest.mark.parametrize("column", ["deals.won_at", "deals.amount"])
def test_without_what_bookings_are_told_by_none_are_told_of_any_day(warehouse_url: URL, column: str) -> None:
    looker = without(warehouse_url, column)
    found = looker.at(WEDNESDAY, WEDNESDAY).numbers
    looker.close()
    told = {name: (found[name].value, found[name].formula, found[name].reason) for name in BOOKED}
    assert told == dict.fromkeys(BOOKED, (None, "", f"the warehouse has no column {column}"))


@pytest.mark.parametrize(
    "column", ["leads.fit", "leads.duplicate_of", "leads.loaded_at", "deals.customer_id", "reps.team"]
)
def test_without_one_optional_column_the_rest_is_as_before(warehouse_url: URL, column: str) -> None:
    looker = without(warehouse_url, column)
    found = looker.at(WEDNESDAY, WEDNESDAY).numbers
    looker.close()
    assert (found["marketing.month.done"].value, found["sales.week.done"].value) == (40, 500)


@pytest.mark.parametrize("column", ["leads.created_at", "deals.rep_id", "activities.kind", "reps.name"])
def test_without_a_required_column_the_column_is_named(warehouse_url: URL, column: str) -> None:
    engine = filled(warehouse_url)
    table, name = column.split(".")
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME COLUMN {name} TO something_else"))
    engine.dispose()
    looker = Looker(settings(warehouse_url))
    with pytest.raises(ContractBroken, match=f"^{column} is missing"):
        looker.fresh(WEDNESDAY, None)
    looker.close()
