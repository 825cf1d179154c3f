"""On SQLite any column may hold anything: what it holds is judged by the value, in tables and in views alike."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy.engine import URL

from queries.contract import RULES, Stage
from queries.tables import campaign_days, touches
from queries.warehouse import writer
from tests.contract.conftest import bare, briefly, check, planted
from tests.contract.test_rules import Plant

INSTANTS = {
    "without a fraction": "'2024-03-01 09:00:00'",
    "with milliseconds": "'2024-03-01 09:00:00.000'",
    "with a T": "'2024-03-01T09:00:00.000000'",
    "with a Z": "'2024-03-01 09:00:00.000000Z'",
    "with a Z in the place of a digit": "'2024-03-01 09:00:00.00000Z'",
    "with an offset": "'2024-03-01 09:00:00.000000+00:00'",
    "with a blank at the end": "'2024-03-01 09:00:00.00000 '",
    "in seconds since 1970": "1709283600",
    "in seconds since 1970, with a fraction": "1709283600.5",
    "as a Julian day": "'2460370.875'",
    "as a day": "'2024-03-01'",
    "as a day that is not in the calendar": "'2024-02-30 09:00:00.000000'",
    "as a month that is not in the calendar": "'2024-13-01 09:00:00.000000'",
    "as an hour that no day has": "'2024-03-01 25:00:00.000000'",
    "with the day first": "'01/03/2024 09:00:00.000000'",
    "as a blank": "''",
    "as a word": "'tomorrow'",
    "as bytes": "CAST('2024-03-01 09:00:00.000000' AS BLOB)",
}
OTHERS = {
    "text for an amount": ("deals", "amount", "'1.000,50'", "money-that-is-no-number"),
    "a blank for an amount": ("deals", "amount", "''", "money-that-is-no-number"),
    "a fraction for a rating": ("leads", "rating", "4.5", "number-that-is-not-whole"),
    "text for a count": ("campaign_days", "visits", "'many'", "number-that-is-not-whole"),
    "a word for a flag": ("activities", "automated", "'yes'", "flag-that-is-neither"),
    "two for a flag": ("activities", "automated", "2", "flag-that-is-neither"),
    "a slash in a day": ("reps", "active_from", "'2024/01/01'", "day-in-another-form"),
    "an instant for a day": ("campaigns", "ends_on", "'2024-03-31 00:00:00'", "day-in-another-form"),
    "30 February for a day": ("campaign_days", "day", "'2024-02-30'", "day-in-another-form"),
    "a number for a day": ("campaign_days", "day", "20240301", "day-in-another-form"),
    "bytes for a day": ("reps", "active_from", "CAST('2024-01-01' AS BLOB)", "day-in-another-form"),
    "bytes for a text": ("leads", "persona", "x'6275796572'", "text-that-is-a-number"),
}


@pytest.fixture
def warehouse_url(sqlite_url: URL) -> URL:
    """SQLite alone: every other engine keeps a column to its type."""
    return sqlite_url


@pytest.mark.parametrize("value", INSTANTS.values(), ids=INSTANTS)
def test_an_instant_in_another_form_is_found(plant: Plant, value: str) -> None:
    found = check(plant(f"UPDATE leads SET ready_at = {value} WHERE lead_id = 'L1'"))
    assert briefly(found) == [("instant-in-another-form", "fault", "leads", "ready_at", 1)]
    assert [one.id for one in found[0].examples] == ["L1"]
    assert found[0].examples[0].value is not None


@pytest.mark.parametrize(("table", "column", "value", "rule"), OTHERS.values(), ids=OTHERS)
def test_a_value_of_another_kind_is_found(plant: Plant, table: str, column: str, value: str, rule: str) -> None:
    first = {"deals": "deal_id", "leads": "lead_id", "activities": "activity_id", "reps": "rep_id"}.get(table, "rowid")
    found = check(plant(f"UPDATE {table} SET {column} = {value} WHERE {first} = (SELECT min({first}) FROM {table})"))
    assert briefly(found) == [(rule, "fault", table, column, 1)]
    assert found[0].examples


def test_ids_that_are_numbers_in_a_view_are_found_and_no_orphan_is_made_of_them(plant: Plant) -> None:
    url = plant(
        "ALTER TABLE campaigns RENAME TO crm_campaigns; DELETE FROM crm_campaigns WHERE campaign_id <> 'C1';"
        "CREATE VIEW campaigns AS SELECT 1 AS campaign_id, name, source, starts_on, ends_on, brief FROM crm_campaigns"
    )
    assert briefly(check(url)) == [("text-that-is-a-number", "fault", "campaigns", "campaign_id", 1)]


def test_a_column_in_another_form_is_found_once_and_its_order_in_time_is_not_asked(plant: Plant) -> None:
    url = plant("UPDATE leads SET created_at = '2030-01-01T00:00:00Z'")
    assert briefly(check(url)) == [("instant-in-another-form", "fault", "leads", "created_at", 3)]


@pytest.mark.parametrize("amount", ["9e999", "-9e999"])
def test_an_infinite_amount_is_found(plant: Plant, amount: str) -> None:
    url = plant(f"UPDATE deals SET amount = {amount} WHERE deal_id = 'D1'")
    assert briefly(check(url)) == [("money-without-end", "fault", "deals", "amount", 1)]


def test_a_view_whose_base_is_gone_is_a_fault_and_the_rest_is_checked(plant: Plant) -> None:
    url = plant(
        "ALTER TABLE leads RENAME TO base; CREATE VIEW leads AS SELECT * FROM base; DROP TABLE base;"
        "UPDATE reps SET team = 'N/A'",
    )
    found = check(url)
    assert [(one.rule, one.table) for one in found] == [
        ("unreadable", "leads"),
        ("blank-that-looks-like-a-value", "reps"),
    ]
    assert "no such table: main.base" in found[0].sentence


def test_every_instant_and_day_that_the_board_itself_writes_is_in_the_right_form(sqlite_url: URL) -> None:
    drawn = Random(20240301)
    first, fractions = datetime(1995, 1, 1, tzinfo=UTC), (0, 1, 499_999, 500_000, 999_499, 999_500, 999_999)
    written = [first + timedelta(seconds=drawn.randrange(65 * 365 * 86_400)) for _ in range(5_000)]
    written += [datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC), datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC)]
    engine = writer(planted(sqlite_url))
    with engine.begin() as connection:
        for number, one in enumerate(written):
            instant = one.replace(microsecond=drawn.choice(fractions))
            row = {"touch_id": f"X{number}", "lead_id": "L1", "happened_at": instant}
            connection.execute(touches.insert(), row)
            connection.execute(campaign_days.insert(), {"day": one.date(), "source": f"s{number}"})
    engine.dispose()
    assert check(sqlite_url, datetime(2060, 1, 1, tzinfo=UTC)) == []


def test_text_that_is_no_utf_8_is_a_fault_and_no_crash(plant: Plant) -> None:
    url = plant(bare("leads") + "UPDATE leads SET fit = CAST(x'ff' AS TEXT) WHERE lead_id = 'L1'")
    rules = [one.rule for one in check(url) if one.table == "leads"]
    assert rules == ["unreadable"]


def test_every_rule_about_forms_is_planted_in_this_file() -> None:
    planted = {rule for *_, rule in OTHERS.values()} | {"instant-in-another-form"}
    assert planted == {one.id for one in RULES.values() if one.stage is Stage.FORM}
