"""What is due of all reps together is what the board says; each rep's numbers are the rows behind them."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.engine import URL

from dashboard.board import State
from dashboard.kept import Kept
from dashboard.numbers import followup
from dashboard.opened import Verdicts, behind, judge
from dashboard.reading import Reading
from dashboard.reckon import reading_of
from dashboard.reps.numbers import RepNumbers
from dashboard.reps.reading import RepReading
from dashboard.reps.reckon import days, is_active, orphans
from dashboard.specified import as_told, rows
from queries import tables, warehouse
from queries.demo.make import Made
from queries.demo.plan import Plan
from tests.demo.companies import made
from tests.openings.test_openings import counted
from tests.twin.beside import agreement_of, company_of

UNTIL = datetime(2027, 1, 20, 12, tzinfo=UTC)
MOMENTS = 200
LIVE = State("live", "live")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[URL, Made]:
    """The demo's company; one rep came in the middle of a month, and one has left with leads to be tried."""
    url = URL.create("sqlite", database=str(tmp_path_factory.mktemp("reps") / "warehouse.db"))
    found = made(url, Plan(5, UNTIL, 3000))
    writer = warehouse.writer(url)
    with writer.begin() as connection:
        for rep, came, left in (("r02", date(2026, 12, 10), None), ("r03", None, date(2026, 12, 15))):
            told = update(tables.reps).where(tables.reps.c.rep_id == rep).values(active_from=came, active_to=left)
            connection.execute(told)
        nobodys = tables.leads.c.lead_id.like("%7")
        connection.execute(update(tables.leads).where(nobodys).values(owner_id=None))
    writer.dispose()
    return url, found


@pytest.fixture(scope="module")
def connection(company: tuple[URL, Made]) -> Iterator[Connection]:
    reader = warehouse.reader(company[0], 600)
    with warehouse.reading(reader) as found:
        yield found
    reader.dispose()


def read(connection: Connection, papers: Made, as_of: datetime) -> Reading:
    return reading_of(connection, company_of(papers.company), agreement_of(papers.agreement), as_of, Kept())


def test_what_is_due_of_the_reps_and_of_nobody_is_what_the_board_says(
    company: tuple[URL, Made], connection: Connection
) -> None:
    chance, due = random.Random(11), 0
    for _ in range(MOMENTS):
        as_of = UNTIL - timedelta(seconds=chance.randrange(90 * 86_400))
        reading = read(connection, company[1], as_of)
        field = RepReading(reading, {})
        board = {
            "late": followup.overdue(reading).value,
            "first": followup.due_next(reading).value,
            "again": followup.due_again(reading).value,
        }
        theirs = dict.fromkeys(board, 0)
        for rep in field.reps:
            for one in RepNumbers(field, rep).due() if is_active(field, rep) else ():
                theirs[one.name.rpartition(".")[2]] += one.value or 0
        lost = orphans(field)._asdict()
        assert {kind: theirs[kind] + lost[kind] for kind in board} == board, as_of
        due += sum(lost.values())
    assert due, "some leads must have been nobody's, or the test says less than it should"


def test_a_list_holds_what_its_number_says_the_late_ones_first(
    company: tuple[URL, Made], connection: Connection
) -> None:
    found = days(RepReading(read(connection, company[1], datetime(2026, 12, 9, 13, tzinfo=UTC)), {}), LIVE)
    assert any(one.due for one in found.reps.values())
    for day in (one for one in found.reps.values() if one.active):
        counts = [int(day.numbers[f"due.{kind}"].value or 0) for kind in ("late", "first", "again")]
        assert len(day.due) + day.more == sum(counts)
        if not day.more:
            assert [sum(one.kind == kind for one in day.due) for kind in ("late", "first", "again")] == counts
        assert sorted(day.due, key=lambda one: one.kind != "late") == list(day.due)
        hours = [int(one.wall_hours) for one in day.due if one.kind != "late"]
        assert hours == sorted(hours)
        for one in day.due:
            assert (one.wall_hours < 0) == (one.kind == "late")
            assert one.attempts < one.wanted
            assert one.day >= 1


def test_who_has_left_has_nothing_due_and_stays_in_what_was(company: tuple[URL, Made], connection: Connection) -> None:
    found = days(RepReading(read(connection, company[1], datetime(2026, 12, 17, 13, tzinfo=UTC)), {}), LIVE)
    gone = found.reps["r03"]
    assert not gone.active and not gone.due
    assert gone.numbers["given.done"].value
    assert found.orphans.again > 0


def test_who_came_in_the_middle_owes_and_is_promised_the_part_of_the_days_worked(
    company: tuple[URL, Made], connection: Connection
) -> None:
    found = days(RepReading(read(connection, company[1], datetime(2026, 12, 11, 13, tzinfo=UTC)), {}), LIVE)
    new, old = found.reps["r02"].numbers, found.reps["r01"].numbers
    # of Monday to Friday the 7th to the 11th, two; of December's 22 working days those from the 10th on, 15
    quotas = {one.rep: one.amount for one in agreement_of(company[1].agreement).in_force(date(2026, 12, 7)).quotas}
    assert new["week.target"].value == quotas["r02"] * 2 / 5
    assert old["week.target"].value == quotas["r01"]
    assert new["given.target"].value and old["given.target"].value
    worked = company_of(company[1].company).calendar
    whole = [date(2026, 12, day) for day in range(1, 32) if worked.is_working(date(2026, 12, day))]
    part = len([day for day in whole if day >= date(2026, 12, 10)])
    assert new["given.target"].value / old["given.target"].value == part / len(whole) or (
        new["given.target"].value * len(whole) == old["given.target"].value * part
    )


def test_every_number_of_every_rep_opens_to_its_rows(company: tuple[URL, Made], connection: Connection) -> None:
    as_of = datetime(2026, 12, 9, 13, tzinfo=UTC)
    found = days(RepReading(read(connection, company[1], as_of), {}), LIVE)
    papers = company_of(company[1].company), agreement_of(company[1].agreement)
    verdicts: list[Verdicts] = [judge(connection, *papers, as_of)]
    opened = 0
    for day in list(found.reps.values())[:4]:
        for one in day.numbers.values():
            assert one.rows is not None or one.parts or one.name.endswith(".target"), one.name
            if one.rows is not None and one.value is not None and not one.parts and one.numerator is not None:
                told = rows(as_told({one.name: one})[one.name])
                groups = behind(connection, day.as_of, told, lambda: verdicts[0]).groups()
                assert counted(one, groups) == one.numerator, one.name
                opened += 1
    assert opened > 40
