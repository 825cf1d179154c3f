"""The made-up company is the same every time, and everything that was planted in it is there."""

import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import URL

from queries import tables, warehouse
from queries.demo.make import Made
from queries.demo.plan import Plan
from queries.faults import Refused
from tests.demo.companies import MOMENTS, Rows, company, made, rows_at

BERLIN = ZoneInfo("Europe/Berlin")
NOON = "a Wednesday at noon"


@pytest.fixture(scope="module")
def one(folder: Path) -> tuple[Made, Rows, Plan]:
    return company(folder, NOON)


def digest(rows: Rows) -> str:
    return hashlib.sha256(repr({name: sorted(map(repr, some)) for name, some in rows.items()}).encode()).hexdigest()


def test_the_same_plan_makes_the_same_company_on_every_engine(folder: Path, warehouse_url: URL) -> None:
    known, rows, plan = company(folder, NOON, 900, 3)
    again = made(warehouse_url, plan)
    assert again == known
    assert digest(rows_at(warehouse_url)) == digest(rows)


def test_another_seed_makes_another_company(folder: Path) -> None:
    assert digest(company(folder, NOON, 900, 4)[1]) != digest(company(folder, NOON, 900, 3)[1])


def test_every_planted_row_count_is_in_the_warehouse(one: tuple[Made, Rows, Plan]) -> None:
    known, rows, _ = one
    assert {name: len(rows[name]) for name in known.answers["planted"]["rows"]} == known.answers["planted"]["rows"]
    none = sum(deal["amount"] is None for deal in rows["deals"])
    assert none == known.answers["planted"]["deals_without_amount"] > 0


def test_nearly_all_leads_asked_for_are_there_and_the_rest_is_not_loaded_yet(one: tuple[Made, Rows, Plan]) -> None:
    _, rows, plan = one
    assert plan.leads * 0.99 < len(rows["leads"]) <= plan.leads


def test_the_late_rows_are_late_and_named(one: tuple[Made, Rows, Plan]) -> None:
    known, rows, _ = one
    late = {row["lead_id"] for row in rows["leads"] if row["loaded_at"] - row["created_at"] > timedelta(hours=6)}
    planted = known.answers["planted"]["late_rows"]
    assert len(late) == planted["count"] > 20
    assert set(planted["latest"]) <= late


def test_the_broken_source_brought_next_to_nothing_for_two_weeks(one: tuple[Made, Rows, Plan]) -> None:
    known, rows, _ = one
    broken = known.answers["planted"]["broken"]
    first, after = (date.fromisoformat(broken[key]) for key in ("first_day", "first_day_after"))
    days = Counter(
        row["created_at"].astimezone(BERLIN).date() for row in rows["leads"] if row["source"] == broken["source"]
    )
    during = sum(n for day, n in days.items() if first <= day < after)
    before = sum(n for day, n in days.items() if first - timedelta(days=14) <= day < first)
    assert (after - first).days == 14
    assert during < before / 3


def test_money_and_visits_went_on_while_the_source_was_broken(one: tuple[Made, Rows, Plan]) -> None:
    known, rows, _ = one
    broken = known.answers["planted"]["broken"]
    first, after = (date.fromisoformat(broken[key]) for key in ("first_day", "first_day_after"))
    spent = [row for row in rows["campaign_days"] if row["source"] == broken["source"] and first <= row["day"] < after]
    assert len({row["day"] for row in spent}) == 14
    assert all(row["visits"] >= 0 and row["cost"] >= 0 for row in spent)
    assert sum(row["cost"] for row in spent) > 0


def test_the_rep_who_joined_and_the_one_who_left_have_leads_only_while_there(one: tuple[Made, Rows, Plan]) -> None:
    known, rows, _ = one
    joined, left = known.answers["planted"]["joined"], known.answers["planted"]["left"]
    tried = defaultdict(list)
    for row in rows["activities"]:
        tried[row["rep_id"]].append(row["happened_at"].astimezone(BERLIN).date())
    assert min(tried[joined["rep_id"]]) >= date.fromisoformat(joined["on"])
    assert max(tried[left["rep_id"]]) < date.fromisoformat(left["on"])
    assert not any(row["owner_id"] == left["rep_id"] for row in rows["leads"])
    reps = {row["rep_id"]: row for row in rows["reps"]}
    assert len(reps) == 12
    assert str(reps[joined["rep_id"]]["active_from"]) == joined["on"]
    assert str(reps[left["rep_id"]]["active_to"]) == left["on"]


def test_leads_change_hands_duplicates_repeat_and_customers_come_back(one: tuple[Made, Rows, Plan]) -> None:
    _, rows, _ = one
    owner = {row["lead_id"]: row["owner_id"] for row in rows["leads"]}
    moved = {row["lead_id"] for row in rows["activities"] if row["rep_id"] and row["rep_id"] != owner[row["lead_id"]]}
    assert len(moved) > 50
    repeats = [row for row in rows["leads"] if row["duplicate_of"]]
    assert 0.01 < len(repeats) / len(rows["leads"]) < 0.03
    assert not {row["duplicate_of"] for row in repeats} & {row["lead_id"] for row in repeats}
    customers = Counter(row["customer_id"] for row in rows["deals"] if row["won_at"])
    assert max(customers.values()) >= 2
    assert any(row["won_at"] is None and row["lost_at"] is None for row in rows["deals"])


def test_attempts_come_in_bursts_of_minutes_and_machines_write_too(one: tuple[Made, Rows, Plan]) -> None:
    _, rows, _ = one
    by_lead = defaultdict(list)
    for row in rows["activities"]:
        if not row["automated"]:
            by_lead[row["lead_id"]].append(row["happened_at"])
    gaps = [b - a for times in map(sorted, by_lead.values()) for a, b in pairwise(times)]
    assert sum(gap < timedelta(minutes=10) for gap in gaps) > 100
    assert any(timedelta(minutes=10) <= gap < timedelta(minutes=15) for gap in gaps)
    assert 0.1 < sum(row["automated"] for row in rows["activities"]) / len(rows["activities"]) < 0.3


def test_nobody_calls_at_night_on_weekends_or_on_holidays(one: tuple[Made, Rows, Plan]) -> None:
    _, rows, _ = one
    off = holidays.country_holidays("DE", subdiv="BE", years=range(2025, 2028))
    by_hand = [row["happened_at"].astimezone(BERLIN) for row in rows["activities"] if not row["automated"]]
    # a burst may run over closing time by a quarter of an hour, and a call may come before a lead was assigned
    strange = [t for t in by_hand if t.weekday() > 4 or t.date() in off or not time(9) <= t.time() < time(18)]
    assert len(strange) < len(by_hand) * 0.02
    assert {date(2026, 4, 30), date(2026, 5, 4)} <= {t.date() for t in by_hand}


def test_fewer_leads_come_at_night_on_weekends_and_on_holidays(one: tuple[Made, Rows, Plan]) -> None:
    known, rows, _ = one
    created = [row["created_at"].astimezone(BERLIN) for row in rows["leads"]]
    by_day = Counter(t.date() for t in created)
    workdays = [n for day, n in by_day.items() if day.weekday() < 5]
    weekend = [n for day, n in by_day.items() if day.weekday() > 4]
    assert sum(weekend) / max(1, len(weekend)) < sum(workdays) / len(workdays) / 4
    assert sum(9 <= t.hour < 18 for t in created) > len(created) / 2
    holiday = [by_day[date.fromisoformat(day)] for day in known.answers["planted"]["holidays"]]
    assert sum(holiday) / len(holiday) < sum(workdays) / len(workdays) / 2


def test_fourteen_months_hold_both_jumps_of_the_clocks(one: tuple[Made, Rows, Plan]) -> None:
    known, _, _ = one
    jumps = [datetime.fromisoformat(text) for text in known.answers["planted"]["clocks_jump_at"]]
    assert jumps == [datetime(2025, 10, 26, 1, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC),
                     datetime(2026, 10, 25, 1, tzinfo=UTC)]  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
def test_no_effect_comes_before_its_cause_and_nothing_from_the_future(folder: Path, moment: str) -> None:
    _, rows, plan = company(folder, moment)
    leads = {row["lead_id"]: row for row in rows["leads"]}
    for lead in leads.values():
        chain = [lead["created_at"], lead["ready_at"], lead["assigned_at"]]
        known = [at for at in chain if at]
        assert known == sorted(known)
        later = [lead[name] for name in ("accepted_at", "rejected_at") if lead[name]]
        assert all(lead["assigned_at"] <= at < plan.as_of for at in later)
        assert known[-1] < plan.as_of
        assert lead["created_at"] < lead["loaded_at"] < plan.as_of
        assert (lead["owner_id"] is None) == (lead["assigned_at"] is None)
    for row in rows["activities"]:
        assert leads[row["lead_id"]]["created_at"] <= row["happened_at"] < row["loaded_at"] < plan.as_of
        assert row["loaded_at"] >= leads[row["lead_id"]]["loaded_at"]
    for row in rows["deals"]:
        ends = [at for at in (row["won_at"], row["lost_at"]) if at]
        assert len(ends) < 2
        assert all(row["created_at"] < at < plan.as_of for at in ends)
        assert row["created_at"] < row["loaded_at"] < plan.as_of
        if row["lead_id"]:
            assert leads[row["lead_id"]]["accepted_at"] <= row["created_at"]
    for row in rows["touches"]:
        assert row["happened_at"] < plan.as_of
        assert row["lead_id"] in leads


def test_every_row_lies_in_a_load_and_the_log_counts_it(one: tuple[Made, Rows, Plan]) -> None:
    _, rows, plan = one
    for name in ("leads", "activities", "deals"):
        at = Counter(row["loaded_at"] for row in rows[name])
        log = {row["loaded_at"]: row["rows"] for row in rows["loads"] if row["table_name"] == name}
        assert {when: n for when, n in log.items() if n} == at
    newest = max(row["loaded_at"] for row in rows["loads"])
    assert timedelta() < plan.as_of - newest <= timedelta(minutes=5)


def test_no_row_comes_after_a_load_that_said_it_was_complete_up_to_there(one: tuple[Made, Rows, Plan]) -> None:
    _, rows, _ = one
    for name, born in (("leads", "created_at"), ("activities", "happened_at"), ("deals", "created_at")):
        log = sorted((row["loaded_at"], row["complete_through"]) for row in rows["loads"] if row["table_name"] == name)
        runs = [loaded for loaded, _ in log]
        for row in rows[name]:
            before = bisect_left(runs, row["loaded_at"])
            assert not before or log[before - 1][1] <= row[born]


def test_the_company_is_on_pace_as_planned_and_its_sales_do_what_people_do(folder: Path) -> None:
    known, _, plan = company(folder, NOON, 20_000)
    numbers = known.answers["numbers"]

    def share(name: str) -> float:
        return float(numbers[name]["numerator"] / numbers[name]["denominator"])

    assert 0.86 < share("followup.first_attempt.in_time") < 0.94
    assert 0.75 < share("followup.attempts.kept") < 0.87
    assert 0.70 < share("followup.acceptance.of_decided") < 0.79
    # 18 November, 13:32 in Berlin: 12 of 21 working days are over, and 4 h 32 min of 9 h
    gone = (12 + (4 * 60 + 32) / (9 * 60)) / 21
    assert 0.93 < numbers["marketing.month.done"]["value"] / (plan.promised * gone) < 0.99


def test_the_indexes_are_there_in_the_end(warehouse_url: URL) -> None:
    made(warehouse_url, Plan(1, MOMENTS[NOON], 50))
    engine = warehouse.writer(warehouse_url)
    found = {name: {one["name"] for one in inspect(engine).get_indexes(name)} for name in tables.metadata.tables}
    engine.dispose()
    assert found == {name: {i.name for i in table.indexes} for name, table in tables.metadata.tables.items()}


@pytest.mark.parametrize("leads", [1, 7, 60])
def test_a_very_small_company_is_made_too(sqlite_url: URL, leads: int) -> None:
    known = made(sqlite_url, Plan(1, MOMENTS[NOON], leads))
    assert known.answers["planted"]["rows"]["leads"] <= leads


@pytest.mark.parametrize("leads", [0, -1, 10_000_001])
def test_a_size_that_cannot_be_made_is_refused_in_words(leads: int) -> None:
    with pytest.raises(Refused, match=f"--leads {leads}: a demo has 1 to 10,000,000 leads"):
        Plan(1, MOMENTS[NOON], leads)
