"""Tables that are missing, renamed, of another type, or views: what the catalog says, and what it breaks."""

import pytest
from sqlalchemy.engine import URL

from queries.contract import RULES, findings, holds
from queries.contract.screens import _OF_COLUMN, _OF_TABLE, SCREENS, of_columns, of_table
from queries.tables import metadata
from queries.warehouse import reader, reading
from tests.contract.conftest import AS_OF, bare, briefly, check
from tests.contract.test_rules import Plant

TABLES = sorted(metadata.tables)
OPTIONAL = {"campaign_days", "touches", "loads"}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_is_not_there_is_found_and_the_rest_is_checked_all_the_same(plant: Plant, name: str) -> None:
    other = "leads" if name == "reps" else "reps"
    column = "label" if other == "leads" else "team"
    url = plant(f"DROP TABLE {name}", f"UPDATE {other} SET {column} = ' '")
    level = "remark" if name in OPTIONAL else "fault"
    found = check(url)
    assert ("missing-table", level, name, "", 0) in briefly(found)
    assert [one.table for one in found if one.rule == "blank-that-looks-like-a-value"] == [other]
    assert {one.rule for one in found} == {"missing-table", "blank-that-looks-like-a-value"}


def test_a_warehouse_without_the_optional_tables_holds_and_says_which_screens_lack_something(plant: Plant) -> None:
    found = check(plant(*(f"DROP TABLE {name}" for name in OPTIONAL)))
    assert holds(found)
    assert {one.table: one.screens for one in found} == {name: of_table(name) for name in OPTIONAL}


def test_an_empty_database_lacks_every_table(warehouse_url: URL, plant: Plant) -> None:
    found = check(plant(*(f"DROP TABLE {name}" for name in TABLES)))
    assert {one.table for one in found if one.level == "fault"} == set(TABLES) - OPTIONAL
    assert {one.table for one in found if one.level == "remark"} == OPTIONAL


def test_a_required_column_that_was_renamed_is_a_fault_that_breaks_every_screen_of_it(plant: Plant) -> None:
    found = check(plant("ALTER TABLE leads RENAME COLUMN created_at TO created"))
    assert briefly(found) == [("missing-column", "fault", "leads", "created_at", 0)]
    assert found[0].screens == SCREENS


def test_a_key_that_was_renamed_leaves_the_other_rules_their_examples(plant: Plant) -> None:
    found = check(plant("ALTER TABLE deals RENAME COLUMN deal_id TO id", "UPDATE deals SET amount = -1"))
    assert (
        briefly(found)
        == [
            ("negative-money", "remark", "deals", "amount", 2),
            ("missing-column", "fault", "deals", "deal_id", 0),
        ][::-1]
    )
    assert {one.value for one in found[1].examples} <= {"-1", "-1.0", "-1.0000"}


def test_a_column_that_may_be_missing_is_a_remark(plant: Plant) -> None:
    found = check(plant("ALTER TABLE leads DROP COLUMN rating"))
    assert briefly(found) == [("missing-column", "remark", "leads", "rating", 0)]
    assert found[0].screens == ("/meeting", "/sources")


def test_views_meet_the_contract_as_well_as_tables(plant: Plant) -> None:
    url = plant(
        *(f"ALTER TABLE {name} RENAME TO crm_{name}; CREATE VIEW {name} AS SELECT * FROM crm_{name}" for name in TABLES)
    )
    assert check(url) == []


def test_a_view_that_repeats_ids_is_found(plant: Plant) -> None:
    url = plant(
        "ALTER TABLE reps RENAME TO crm_reps;"
        "CREATE VIEW reps AS SELECT * FROM crm_reps UNION ALL SELECT * FROM crm_reps WHERE rep_id = 'R1'"
    )
    found = check(url)
    assert briefly(found) == [("id-more-than-once", "fault", "reps", "rep_id", 1)]
    assert found[0].examples == (("R1", "2"),)


def test_a_table_with_a_key_of_its_own_is_asked_for_repeated_ids(plant: Plant) -> None:
    url = plant(
        bare("touches"),
        "ALTER TABLE touches RENAME TO old; CREATE TABLE touches (n INTEGER PRIMARY KEY, touch_id TEXT NOT NULL,"
        " lead_id TEXT NOT NULL, happened_at TIMESTAMP NOT NULL, campaign_id TEXT, kind TEXT);"
        "INSERT INTO touches SELECT 1, old.* FROM old; INSERT INTO touches SELECT 2, old.* FROM old",
    )
    assert briefly(check(url)) == [("id-more-than-once", "fault", "touches", "touch_id", 1)]


def test_whoever_may_write_is_told(plant: Plant) -> None:
    engine = reader(plant(), 60)
    with reading(engine) as connection:
        found = findings(connection, AS_OF)
    engine.dispose()
    assert [(one.rule, one.level.value, one.screens) for one in found] == [("may-write", "remark", ())]


def test_every_column_of_the_contract_breaks_some_screen_and_every_screen_named_is_one() -> None:
    for table in metadata.tables.values():
        for one in table.columns:
            assert set(of_columns([one])) <= set(SCREENS) and of_columns([one]), one
            assert set(of_columns([one])) <= set(of_table(table.name)), one


def test_no_screen_hangs_on_a_column_that_the_contract_does_not_have() -> None:
    assert set(_OF_TABLE) == set(metadata.tables)
    assert set(_OF_COLUMN) <= {str(one) for table in metadata.tables.values() for one in table.columns}
    assert {screen for one in (_OF_TABLE | _OF_COLUMN).values() for screen in one.split()} == set(SCREENS)


def test_every_rule_has_a_sentence_of_its_own() -> None:
    sentences = [one.sentence for one in RULES.values()]
    assert all(one.endswith(".") for one in sentences)
    assert len(set(sentences)) == len(sentences) == len(RULES)
