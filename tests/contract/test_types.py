"""On PostgreSQL the type of a column says what it holds; what the board cannot compare is a fault."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

from queries.contract import Finding, Stage, findings
from queries.contract.ruling import RULES
from queries.tables import leads
from queries.warehouse import reader, reading
from tests.contract.conftest import AS_OF, bare, briefly, check, run
from tests.contract.test_amounts import won
from tests.contract.test_rules import Plant

RETYPE = "ALTER TABLE {0} ALTER COLUMN {1} TYPE {2} USING {3}"
WRONG = [
    ("leads", "ready_at", "text", "ready_at::text"),
    ("leads", "ready_at", "date", "ready_at::date"),
    ("leads", "created_at", "bigint", "extract(epoch FROM created_at)::bigint"),
    ("activities", "lead_id", "bigint", "substr(lead_id, 2)::bigint"),
    ("touches", "touch_id", "uuid", "gen_random_uuid()"),
    ("leads", "fit", "level", "fit::level"),
    ("activities", "automated", "integer", "automated::integer"),
    ("deals", "amount", "text", "amount::text"),
    ("deals", "amount", "money", "amount::money"),
    ("deals", "expected_close_on", "timestamp", "expected_close_on::timestamp"),
    ("leads", "rating", "numeric", "rating::numeric"),
    ("leads", "persona", "jsonb", "NULL::jsonb"),
    ("leads", "persona", "text[]", "NULL::text[]"),
    ("leads", "persona", "point", "NULL::point"),
]
RIGHT = [
    ("leads", "ready_at", "timestamptz", "ready_at AT TIME ZONE 'UTC'"),
    ("leads", "source", "varchar(40)", "source"),
    ("leads", "ready_at", "timestamp(0)", "ready_at"),
    ("deals", "amount", "numeric(12,2)", "amount"),
    ("deals", "amount", "bigint", "amount::bigint"),
    ("campaign_days", "visits", "bigint", "visits"),
    ("deals", "amount", "euros", "amount"),
]
NAMED = "CREATE TYPE level AS ENUM ('high', 'medium', 'low'); CREATE DOMAIN euros AS numeric(14,2)"


@pytest.fixture
def warehouse_url(postgresql_url: URL) -> URL:
    """PostgreSQL alone: SQLite's columns have no types to go by."""
    return postgresql_url


@pytest.mark.parametrize(("table", "column", "to", "using"), WRONG)
def test_a_column_of_another_type_is_a_fault_and_no_value_of_it_is_asked(
    plant: Plant, table: str, column: str, to: str, using: str
) -> None:
    found = check(plant(NAMED, RETYPE.format(table, column, to, using)))
    assert briefly(found) == [("wrong-type", "fault", table, column, 0)]
    assert "not" in found[0].sentence


@pytest.mark.parametrize(("table", "column", "to", "using"), RIGHT)
def test_another_type_that_compares_alike_meets_the_contract(
    plant: Plant, table: str, column: str, to: str, using: str
) -> None:
    assert check(plant(NAMED, RETYPE.format(table, column, to, using))) == []


def test_instants_with_a_zone_and_without_are_compared_in_utc(plant: Plant) -> None:
    # 10:30 in Berlin's winter is 09:30 UTC: after 09:00 UTC, and before the hand-over at 10:00 UTC
    url = plant(
        RETYPE.format("leads", "assigned_at", "timestamptz", "assigned_at AT TIME ZONE 'UTC'"),
        "UPDATE leads SET assigned_at = '2024-03-01 10:30:00+01:00' WHERE lead_id = 'L1'",
    )
    found = check(url)
    assert briefly(found) == [("before-its-cause", "remark", "leads", "assigned_at", 1)]
    assert found[0].sentence == "leads were given to a rep before they were sales-ready"


def test_money_in_a_floating_type_is_a_remark(plant: Plant) -> None:
    found = check(plant(RETYPE.format("deals", "amount", "double precision", "amount::float8")))
    assert briefly(found) == [("inexact-money", "remark", "deals", "amount", 0)]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_an_amount_without_end_is_found(plant: Plant, amount: str) -> None:
    url = plant(
        "ALTER TABLE deals ALTER COLUMN amount TYPE numeric",
        f"UPDATE deals SET amount = '{amount}' WHERE deal_id = 'D1'",
    )
    assert briefly(check(url)) == [("money-without-end", "fault", "deals", "amount", 1)]
    assert won(url) == [("amount below zero or no number", 1, False)]


def test_a_view_whose_cast_fails_is_a_fault_and_the_rest_is_checked(plant: Plant) -> None:
    columns = ("persona::int AS rating" if one.name == "rating" else one.name for one in leads.columns)
    url = plant(
        bare("leads"),
        "ALTER TABLE leads RENAME TO crm; UPDATE crm SET persona = 'four';"
        f"CREATE VIEW leads AS SELECT {', '.join(columns)} FROM crm; UPDATE reps SET team = 'N/A'",
    )
    found = check(url)
    assert [(one.rule, one.table) for one in found] == [
        ("unreadable", "leads"),
        ("blank-that-looks-like-a-value", "reps"),
    ]
    assert 'invalid input syntax for type integer: "four"' in found[0].sentence


def test_materialised_views_meet_the_contract(plant: Plant) -> None:
    url = plant("ALTER TABLE deals RENAME TO crm; CREATE MATERIALIZED VIEW deals AS SELECT * FROM crm")
    assert check(url) == []


def as_board(url: URL, grants: str) -> list[Finding]:
    """Return what the check finds for a role that was given ``grants`` and nothing else."""
    admin = create_engine(url)
    run(admin, f"DROP ROLE IF EXISTS board; CREATE ROLE board LOGIN PASSWORD 'board'; {grants}")
    engine = reader(url.set(username="board", password="board"), 60)
    try:
        with reading(engine) as connection:
            return list(findings(connection, AS_OF))
    finally:
        engine.dispose()
        run(admin, "DROP OWNED BY board; DROP ROLE board")
        admin.dispose()


def test_a_role_that_may_only_read_yields_no_finding_at_all(plant: Plant) -> None:
    assert as_board(plant(), "GRANT SELECT ON ALL TABLES IN SCHEMA public TO board") == []


def test_a_role_that_may_change_one_table_is_told_which(plant: Plant) -> None:
    grants = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO board; GRANT DELETE ON deals TO board"
    found = as_board(plant(), grants)
    assert [one.rule for one in found] == ["may-write"]
    assert [one.id for one in found[0].examples] == ["deals"]


def test_a_role_that_may_not_read_a_table_is_told_which_and_the_rest_is_checked(plant: Plant) -> None:
    grants = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO board; REVOKE SELECT ON deals FROM board"
    found = as_board(plant("UPDATE reps SET team = 'N/A'"), grants)
    assert [(one.rule, one.table) for one in found] == [
        ("unreadable", "deals"),
        ("blank-that-looks-like-a-value", "reps"),
    ]
    assert "GRANT SELECT ON deals" in found[0].sentence


def test_every_rule_about_the_catalog_is_planted_in_this_folder() -> None:
    planted = {"missing-table", "missing-column", "unreadable", "wrong-type", "inexact-money", "may-write"}
    assert planted == {one.id for one in RULES.values() if one.stage is Stage.CATALOG}
