"""What is planted is counted, with its whole, its kinds and its weeks; on SQLite and on PostgreSQL alike."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.engine import URL

from queries.contract import offending
from queries.contract.shape import observe
from queries.moments import Range
from queries.quality import MEASURES
from queries.quality.ages import table_ages
from queries.quality.examination import Examination, NoSuchFinding, examine, named
from queries.warehouse import reader, reading
from tests.contract.conftest import planted

AS_OF = datetime(2024, 6, 1, 12, tzinfo=UTC)
MARCH = datetime(2024, 3, 11, 12, tzinfo=UTC)
MONDAY = datetime(2024, 2, 26, tzinfo=UTC)
WEEKS = [Range(MONDAY + timedelta(weeks=at), MONDAY + timedelta(weeks=at + 1)) for at in range(2)]
LATE = "2024-05-20 09:00:00.000000"

MORE = f"""
INSERT INTO leads (lead_id, created_at, source, missing)
    VALUES ('M1', '2024-03-05 09:00:00.000000', 'web', 'email, phone'), ('M2', '{LATE}', 'web', 'email');
INSERT INTO leads (lead_id, created_at, source, ready_at) VALUES ('O1', '{LATE}', 'web', '{LATE}');
INSERT INTO leads (lead_id, created_at, source, ready_at, owner_id, assigned_at, rejected_at)
    VALUES ('N1', '{LATE}', 'web', '{LATE}', 'R1', '{LATE}', '{LATE}');
INSERT INTO leads (lead_id, created_at, source, loaded_at)
    VALUES ('T1', '{LATE}', 'web', '2024-05-21 23:59:59.999999'), ('T2', '{LATE}', 'web', '2024-05-22 00:00:00.000000'),
           ('T3', '2024-05-19 00:00:00.000000', 'web', '2024-05-31 00:00:00.000000');
INSERT INTO activities (activity_id, lead_id, happened_at, kind, loaded_at)
    VALUES ('B1', 'L9', '2024-03-06 09:00:00.000000', 'call', '2024-03-12 00:00:00.000000');
INSERT INTO deals (deal_id, created_at, rep_id, won_at)
    VALUES ('E1', '2024-03-04 09:00:00.000000', 'R1', '2024-03-04 10:00:00.000000'), ('E2', '{LATE}', 'R9', NULL);
INSERT INTO loads (load_id, table_name, loaded_at, status) VALUES (2, 'leads', '2024-03-10 09:00:00.000000', 'failed')
"""

# what is counted: the finding, its rows, and what they are a part of
COUNTED = {
    "duplicate-lead:leads.duplicate_of": (1, 10, "leads"),
    "incomplete-lead:leads.missing": (2, 10, "leads"),
    "lead-without-owner:leads.ready_at": (1, 4, "sales-ready leads"),
    "rejected-without-reason:leads.rejected_at": (1, 2, "rejected leads"),
    "deal-without-lead:deals.created_at": (3, 4, "deals"),
    "open-deal-without-amount:deals.created_at": (1, 1, "open deals"),
    "late-row:leads.loaded_at-created_at": (2, 6, "leads of 12 weeks"),
    "late-row:activities.loaded_at-happened_at": (0, 0, "activities of 12 weeks"),
    "late-row:deals.loaded_at-created_at": (0, 1, "deals of 12 weeks"),
}


@pytest.fixture
def plant(warehouse_url: URL) -> Callable[..., URL]:
    return lambda *statements: planted(warehouse_url, *statements)


def examined(url: URL, as_of: datetime = AS_OF, known_by: datetime | None = None) -> Examination:
    engine = reader(url, 60)
    with reading(engine) as connection:
        found = examine(connection, as_of, WEEKS, known_by)
    engine.dispose()
    return found


def test_every_measure_counts_what_was_planted_and_what_it_is_a_part_of(plant: Callable[..., URL]) -> None:
    url = plant(MORE)
    found = {one.finding.name: one for one in examined(url).examined}
    measured = {name: (one.finding.rows, one.whole, one.of) for name, one in found.items() if not one.is_contract}
    assert measured == COUNTED
    assert {name.partition(":")[0] for name in measured} == set(MEASURES)
    contract = {name: one.finding.rows for name, one in found.items() if one.is_contract}
    contract.pop("may-write", None)
    assert contract == {
        "points-at-nothing:activities.lead_id": 1,
        "points-at-nothing:deals.rep_id": 1,
        "won-deal-without-amount:deals.won_at": 1,
    }
    assert found["incomplete-lead:leads.missing"].parts == (("email", 2), ("phone", 1))
    assert found["late-row:leads.loaded_at-created_at"].parts == (("2024-05-19", 1), ("2024-05-20", 1))


def test_the_course_of_a_finding_is_that_of_the_weeks_in_which_its_rows_came_to_be(plant: Callable[..., URL]) -> None:
    found = examined(plant(MORE))
    by_week = {one.finding.name: one.by_week for one in found.examined}
    assert by_week["duplicate-lead:leads.duplicate_of"] == (1, 0)
    assert by_week["incomplete-lead:leads.missing"] == (0, 1)
    assert by_week["points-at-nothing:activities.lead_id"] == (0, 1)
    assert by_week["deal-without-lead:deals.created_at"] == (1, 1)
    assert found.by_week["leads"] == (3, 1) and found.by_week["campaign_days"] == (2, 0)
    assert "reps" not in found.by_week


def test_the_rows_of_every_finding_are_as_many_as_it_says(plant: Callable[..., URL]) -> None:
    url = plant(MORE)
    counted = {one.finding.name: one.finding.rows for one in examined(url).examined if one.finding.rows}
    assert len(counted) == 10
    engine = reader(url, 60)
    with reading(engine) as connection:
        rows = {name: connection.execute(offending(*named(connection, AS_OF, name))).all() for name in counted}
        with pytest.raises(NoSuchFinding, match="'nothing-of-the-kind'"):
            named(connection, AS_OF, "nothing-of-the-kind")
    engine.dispose()
    assert {name: len(some) for name, some in rows.items()} == counted
    assert sorted(row[0] for row in rows["late-row:leads.loaded_at-created_at"]) == ["T2", "T3"]


def test_a_past_moment_sees_no_row_loaded_later_and_no_event_that_had_not_happened(plant: Callable[..., URL]) -> None:
    url = plant(MORE)
    then = examined(url, MARCH, MARCH)
    found = {one.finding.name: (one.finding.rows, one.whole) for one in then.examined if one.finding.rows}
    found.pop("may-write", None)
    assert found == {
        "won-deal-without-amount:deals.won_at": (1, 3),
        "duplicate-lead:leads.duplicate_of": (1, 4),
        "incomplete-lead:leads.missing": (1, 4),
        "deal-without-lead:deals.created_at": (2, 3),
    }
    assert then.rows["leads"] == 4 and then.rows["activities"] == 2
    # the attempt of 6 March was loaded on the 12th, so only then did it point at nothing
    day_after = examined(url, MARCH + timedelta(days=1), MARCH + timedelta(days=1))
    assert "points-at-nothing:activities.lead_id" in {one.finding.name for one in day_after.examined}
    # won and lost later, both deals were still open on 2 March
    second = datetime(2024, 3, 2, 12, tzinfo=UTC)
    opened = {one.finding.name: one for one in examined(url, second, second).examined}
    assert opened["open-deal-without-amount:deals.created_at"].whole == 2
    assert opened["open-deal-without-amount:deals.created_at"].finding.rows == 1


def test_a_lead_loaded_after_the_moment_was_pointed_at_in_vain(plant: Callable[..., URL]) -> None:
    url = plant("UPDATE leads SET loaded_at = '2024-03-20 00:00:00.000000' WHERE lead_id = 'L1'")
    then = {one.finding.name: one.finding.rows for one in examined(url, MARCH, MARCH).examined}
    assert then["points-at-nothing:activities.lead_id"] == 1
    assert "points-at-nothing:activities.lead_id" not in {one.finding.name for one in examined(url).examined}


def test_a_measure_whose_column_is_not_there_is_not_asked(plant: Callable[..., URL]) -> None:
    url = plant("ALTER TABLE deals RENAME COLUMN lead_id TO led")
    names = {one.finding.name for one in examined(url).examined}
    assert "missing-column:deals.lead_id" in names
    assert "deal-without-lead:deals.created_at" not in names


def test_the_ages_tell_the_newest_event_the_last_good_load_and_how_the_newest_ended(plant: Callable[..., URL]) -> None:
    engine = reader(plant(MORE), 60)
    with reading(engine) as connection:
        there = frozenset(observe(connection, AS_OF).shapes)
        found = {one.table: one for one in table_ages(connection, AS_OF, there)}
        then = {one.table: one for one in table_ages(connection, MARCH, there)}
    engine.dispose()
    leads = found["leads"]
    assert leads.newest_event == datetime(2024, 5, 20, 9, tzinfo=UTC)
    assert (leads.last_load, leads.newest_load) == (
        datetime(2024, 3, 2, 9, tzinfo=UTC),
        datetime(2024, 3, 10, 9, tzinfo=UTC),
    )
    assert leads.status == "failed"
    assert found["reps"].newest_event is None and found["deals"].last_load is None
    assert then["leads"].newest_event == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert then["activities"].newest_event == datetime(2024, 3, 1, 11, 30, tzinfo=UTC)


def test_text_of_the_measures_is_a_sentence() -> None:
    assert all(one.sentence.endswith(".") for one in MEASURES.values())
