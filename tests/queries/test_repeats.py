"""A load that ran twice into a table without a key, or a view that joins too much, is refused and never counted."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from dashboard.look import Looker
from queries.faults import DataRefused
from tests.dashboard.company import WEDNESDAY, filled, settings


def look_at(url: URL, *statements: str) -> None:
    """Look at a warehouse of 40 leads and a deal, after ``statements``; nothing is raised when all is well."""
    engine = filled(url, ready=40)
    with engine.begin() as connection:
        for one in statements:
            connection.execute(text(one))
    engine.dispose()
    looker = Looker(settings(url))
    try:
        looker.fresh(WEDNESDAY, None)
    finally:
        looker.close()


def twice(table: str, more: str) -> tuple[str, str]:
    """Return the statements that put a view in the place of a table: its rows, and more of them."""
    return f"ALTER TABLE {table} RENAME TO {table}_once", f"CREATE VIEW {table} AS SELECT * FROM {table}_once {more}"


def test_a_view_that_repeats_rows_is_refused_with_their_count(warehouse_url: URL) -> None:
    more = "UNION ALL SELECT * FROM leads_once WHERE lead_id IN ('l1', 'l2')"
    with pytest.raises(DataRefused, match=r"leads holds 42 rows of 40 lead_ids since 17 Sep 2026.*run twice"):
        look_at(warehouse_url, *twice("leads", more))


def test_a_deal_that_is_there_twice_is_not_booked_twice(warehouse_url: URL) -> None:
    with pytest.raises(DataRefused, match="deals holds 2 rows of 1 deal_ids"):
        look_at(warehouse_url, *twice("deals", "UNION ALL SELECT * FROM deals_once"))


def test_a_table_without_a_key_that_was_loaded_twice_is_refused(warehouse_url: URL) -> None:
    copy = ("CREATE TABLE copied AS SELECT * FROM leads", "DROP TABLE leads", "ALTER TABLE copied RENAME TO leads")
    with pytest.raises(DataRefused, match="leads holds 80 rows of 40 lead_ids"):
        look_at(warehouse_url, *copy, "INSERT INTO leads SELECT * FROM leads")


def test_a_view_in_which_each_row_is_there_once_is_read(warehouse_url: URL) -> None:
    look_at(warehouse_url, *twice("leads", ""), *twice("deals", ""), *twice("activities", ""))


def test_rows_of_long_ago_are_not_counted_again_and_again(warehouse_url: URL) -> None:
    old = "UPDATE deals SET created_at = '2025-01-01 00:00:00.000000', won_at = '2025-01-02 00:00:00.000000'"
    look_at(warehouse_url, old, *twice("deals", "UNION ALL SELECT * FROM deals_once"))
