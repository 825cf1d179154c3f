"""One fault is planted, and exactly that fault is found, on SQLite and on PostgreSQL alike."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy.engine import URL

from queries.contract import RULES, Stage
from queries.contract.finding import Finding, holds
from tests.contract.conftest import bare, briefly, check

Plant = Callable[..., URL]

LEAD = "UPDATE leads SET {} WHERE lead_id = 'L1'"
REJECTED = "UPDATE leads SET {} WHERE lead_id = 'L2'"
WON = "UPDATE deals SET {} WHERE deal_id = 'D1'"
LOST = "UPDATE deals SET {} WHERE deal_id = 'D2'"
TRY = "UPDATE activities SET {} WHERE activity_id = 'A1'"
DAY = "UPDATE campaign_days SET {} WHERE campaign_id = 'C1'"

# the rule, where, what is planted, and the id of the row that must be shown
REMARKS = [
    ("blank-that-looks-like-a-value", "leads.persona", LEAD.format("persona = ''"), "L1"),
    ("blank-that-looks-like-a-value", "leads.persona", LEAD.format("persona = '   '"), "L1"),
    ("blank-that-looks-like-a-value", "leads.persona", LEAD.format("persona = 'unknown'"), "L1"),
    ("blank-that-looks-like-a-value", "leads.fit", LEAD.format("fit = ''"), "L1"),
    ("blank-that-looks-like-a-value", "leads.source", LEAD.format("source = 'N/A'"), "L1"),
    ("blank-that-looks-like-a-value", "leads.label", LEAD.format("label = ' '"), "L1"),
    ("blank-that-looks-like-a-value", "activities.outcome", TRY.format("outcome = 'null'"), "A1"),
    ("blank-that-looks-like-a-value", "deals.stage", WON.format("stage = ' None '"), "D1"),
    ("blank-that-looks-like-a-value", "reps.team", "UPDATE reps SET team = '-' WHERE rep_id = 'R1'", "R1"),
    ("points-at-nothing", "leads.campaign_id", LEAD.format("campaign_id = 'C9'"), "L1"),
    ("points-at-nothing", "leads.campaign_id", LEAD.format("campaign_id = ''"), "L1"),
    ("points-at-nothing", "leads.owner_id", LEAD.format("owner_id = 'R9'"), "L1"),
    ("points-at-nothing", "leads.duplicate_of", LEAD.format("duplicate_of = 'L9'"), "L1"),
    ("points-at-nothing", "activities.lead_id", TRY.format("lead_id = 'L9'"), "A1"),
    ("points-at-nothing", "activities.rep_id", TRY.format("rep_id = 'R9'"), "A1"),
    ("points-at-nothing", "deals.rep_id", WON.format("rep_id = 'R9'"), "D1"),
    ("points-at-nothing", "deals.lead_id", WON.format("lead_id = 'L9'"), "D1"),
    ("points-at-nothing", "campaign_days.campaign_id", DAY.format("campaign_id = 'C9'"), "2024-03-01 / web / C9"),
    ("points-at-nothing", "touches.lead_id", "UPDATE touches SET lead_id = 'L9'", "T1"),
    ("points-at-nothing", "touches.campaign_id", "UPDATE touches SET campaign_id = 'C9'", "T1"),
    ("duplicate-of-itself", "leads.duplicate_of", LEAD.format("duplicate_of = 'L1'"), "L1"),
    ("instant-in-the-future", "leads.accepted_at", LEAD.format("accepted_at = '2024-06-01 12:00:00.000001'"), "L1"),
    ("instant-in-the-future", "leads.loaded_at", LEAD.format("loaded_at = '2025-01-01 00:00:00.000000'"), "L1"),
    ("instant-in-the-future", "activities.happened_at", TRY.format("happened_at = '2024-06-02 00:00:00.000000'"), "A1"),
    ("instant-in-the-future", "deals.won_at", WON.format("won_at = '2024-06-02 00:00:00.000000'"), "D1"),
    ("instant-in-the-future", "loads.complete_through",
     "UPDATE loads SET complete_through = '2024-07-01 00:00:00.000000'", "1"),
    ("before-its-cause", "leads.ready_at", LEAD.format("ready_at = '2024-03-01 08:59:59.999999'"), "L1"),
    ("before-its-cause", "leads.assigned_at", LEAD.format("assigned_at = '2024-03-01 09:30:00.000000'"), "L1"),
    ("before-its-cause", "leads.assigned_at",
     LEAD.format("ready_at = NULL, assigned_at = '2024-03-01 08:00:00.000000'"), "L1"),
    ("before-its-cause", "leads.accepted_at", LEAD.format("accepted_at = '2024-03-01 10:30:00.000000'"), "L1"),
    ("before-its-cause", "leads.accepted_at",
     LEAD.format("assigned_at = NULL, accepted_at = '2024-03-01 09:30:00.000000'"), "L1"),
    ("before-its-cause", "leads.rejected_at", REJECTED.format("rejected_at = '2024-02-29 10:30:00.000000'"), "L2"),
    ("before-its-cause", "leads.rejected_at",
     REJECTED.format("assigned_at = NULL, rejected_at = '2024-02-29 09:30:00.000000'"), "L2"),
    ("before-its-cause", "deals.won_at", WON.format("won_at = '2024-03-02 08:00:00.000000'"), "D1"),
    ("before-its-cause", "deals.lost_at", LOST.format("lost_at = '2024-03-02 08:00:00.000000'"), "D2"),
    ("before-its-cause", "campaigns.ends_on", "UPDATE campaigns SET ends_on = '2024-02-28'", "C1"),
    ("before-its-cause", "reps.active_to", "UPDATE reps SET active_to = '2023-12-31' WHERE rep_id = 'R1'", "R1"),
    ("before-its-lead", "activities.happened_at", TRY.format("happened_at = '2024-03-01 08:00:00.000000'"), "A1"),
    ("before-its-lead", "deals.won_at",
     WON.format("created_at = '2024-01-01 00:00:00.000000', won_at = '2024-02-01 00:00:00.000000'"), "D1"),
    ("one-or-the-other", "deals.won_at", WON.format("lost_at = '2024-03-04 00:00:00.000000'"), "D1"),
    ("one-or-the-other", "leads.accepted_at", LEAD.format("rejected_at = '2024-03-02 00:00:00.000000'"), "L1"),
    ("won-deal-without-amount", "deals.amount", WON.format("amount = NULL"), "D1"),
    ("word-the-contract-does-not-know", "leads.fit", LEAD.format("fit = 'High'"), "L1"),
    ("word-the-contract-does-not-know", "leads.interest", LEAD.format("interest = 'warm'"), "L1"),
    ("word-the-contract-does-not-know", "activities.kind", TRY.format("kind = 'phone'"), "A1"),
    ("word-the-contract-does-not-know", "loads.status", "UPDATE loads SET status = 'done'", "1"),
    ("word-the-contract-does-not-know", "loads.table_name", "UPDATE loads SET table_name = 'lead'", "1"),
    ("rating-off-the-scale", "leads.rating", LEAD.format("rating = 0"), "L1"),
    ("rating-off-the-scale", "leads.rating", LEAD.format("rating = 6"), "L1"),
    ("negative-money", "deals.amount", WON.format("amount = -0.01"), "D1"),
    ("negative-money", "deals.margin", WON.format("margin = -5"), "D1"),
    ("negative-money", "campaign_days.cost", DAY.format("cost = -5"), "2024-03-01 / web / C1"),
    ("negative-count", "campaign_days.visits", DAY.format("visits = -1"), "2024-03-01 / web / C1"),
]  # fmt: skip
FAULTS = [
    ("required-value-empty", "leads.created_at", bare("leads") + LEAD.format("created_at = NULL"), "L1"),
    ("required-value-empty", "deals.rep_id", bare("deals") + WON.format("rep_id = NULL"), "D1"),
    ("required-value-empty", "reps.name", bare("reps") + "UPDATE reps SET name = NULL WHERE rep_id = 'R1'", "R1"),
    ("required-value-empty", "touches.touch_id", bare("touches") + "UPDATE touches SET touch_id = NULL", "(empty)"),
    ("id-more-than-once", "leads.lead_id", bare("leads") + "INSERT INTO leads SELECT * FROM leads", "L1"),
    ("id-more-than-once", "deals.deal_id", bare("deals") + "UPDATE deals SET deal_id = 'D'", "D"),
    ("id-more-than-once", "campaign_days.day",
     "INSERT INTO campaign_days SELECT * FROM campaign_days", "2024-03-01 / web / (empty)"),
    ("money-without-end", "deals.amount", WON.format("amount = 1000000000000001"), "D1"),
]  # fmt: skip


def found_once(url: URL, rule: str, where: str, level: str, shown: str) -> Finding:
    """Return the one finding there is, after seeing that it is the one that was planted."""
    found = check(url)
    table, column = where.split(".")
    assert [(one.rule, one.level, one.table, one.column) for one in found] == [(rule, level, table, column)], found
    assert shown in [example.id for example in found[0].examples]
    return found[0]


@pytest.mark.parametrize(("rule", "where", "planted", "shown"), REMARKS)
def test_a_planted_remark_is_found_and_nothing_else(
    plant: Plant, rule: str, where: str, planted: str, shown: str
) -> None:
    found = found_once(plant(planted), rule, where, "remark", shown)
    assert found.rows == 1
    assert holds([found])
    assert found.sentence and found.remedy and found.screens


@pytest.mark.parametrize(("rule", "where", "planted", "shown"), FAULTS)
def test_a_planted_fault_is_found_and_nothing_else(
    plant: Plant, rule: str, where: str, planted: str, shown: str
) -> None:
    found = found_once(plant(planted), rule, where, "fault", shown)
    assert found.rows >= 1
    assert not holds([found])
    assert found.sentence and found.remedy and found.screens


def test_a_clean_warehouse_yields_no_finding(plant: Plant) -> None:
    assert check(plant()) == []


def test_a_warehouse_that_was_only_prepared_yields_no_finding(plant: Plant) -> None:
    url = plant(
        *(f"DELETE FROM {name}" for name in ("touches", "deals", "activities", "leads", "campaign_days", "loads"))
    )
    assert check(url) == []


def test_the_future_begins_after_the_moment_that_is_asked_about(plant: Plant) -> None:
    url = plant()
    at_the_last_event = datetime(2024, 3, 3, 9, tzinfo=UTC)
    assert check(url, at_the_last_event) == []
    before = check(url, datetime(2024, 3, 3, 8, 59, tzinfo=UTC))
    assert [(one.rule, one.table, one.column) for one in before] == [
        ("instant-in-the-future", "deals", "lost_at"),
        ("instant-in-the-future", "deals", "won_at"),
    ]


def test_events_of_one_and_the_same_instant_are_in_order(plant: Plant) -> None:
    instants = ("created_at", "ready_at", "assigned_at", "accepted_at")
    at_once = ", ".join(f"{name} = '2024-03-01 09:00:00.000000'" for name in instants)
    won_at_once = WON.format("created_at = '2024-03-01 09:00:00.000000', won_at = '2024-03-01 09:00:00.000000'")
    tried_at_once = TRY.format("happened_at = '2024-03-01 09:00:00.000000'")
    assert check(plant(LEAD.format(at_once), won_at_once, tried_at_once)) == []


def test_every_offending_row_is_counted_and_three_are_shown(plant: Plant) -> None:
    many = ", ".join(f"('X{n}', '2024-03-05 09:00:00.000000', 'web', 'C9')" for n in range(5))
    found = check(plant(f"INSERT INTO leads (lead_id, created_at, source, campaign_id) VALUES {many}"))
    assert briefly(found) == [("points-at-nothing", "remark", "leads", "campaign_id", 5)]
    assert len(found[0].examples) == 3
    assert {one.value for one in found[0].examples} == {"C9"}


def test_an_id_on_three_rows_is_one_id_and_its_rows_are_shown(plant: Plant) -> None:
    thrice = "INSERT INTO touches SELECT * FROM touches"
    found = check(plant(bare("touches"), f"{thrice}; {thrice} LIMIT 1"))
    assert briefly(found) == [("id-more-than-once", "fault", "touches", "touch_id", 1)]
    assert found[0].examples == (("T1", "3"),)


def test_two_faults_at_once_are_both_found_with_the_fault_first(plant: Plant) -> None:
    found = check(plant(bare("deals") + WON.format("rep_id = NULL"), LEAD.format("rating = 9")))
    assert [one.rule for one in found] == ["required-value-empty", "rating-off-the-scale"]


def test_a_won_deal_without_amount_is_found_even_where_no_deal_has_one(plant: Plant) -> None:
    found = check(plant("DROP INDEX deals_won; ALTER TABLE deals DROP COLUMN amount"))
    assert briefly(found) == [
        ("missing-column", "remark", "deals", "amount", 0),
        ("won-deal-without-amount", "remark", "deals", "amount", 1),
    ]


def test_every_rule_about_values_is_planted_in_this_file() -> None:
    planted = {rule for rule, *_ in REMARKS + FAULTS}
    assert planted == {one.id for one in RULES.values() if one.stage is Stage.VALUES}
