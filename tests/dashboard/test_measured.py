"""The measured lead-to-customer rate counts the leads that the agreement calls sales-ready, and tells the others."""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert
from sqlalchemy.engine import URL

from dashboard.agreement import Agreement
from dashboard.board import Board
from dashboard.kept import Kept
from dashboard.opened import behind, judge
from dashboard.reading import Reading
from dashboard.reckon import board
from dashboard.reps.reading import RepReading
from dashboard.rows_api import side
from queries import warehouse
from queries.listing import Asked
from queries.tables import deals, leads
from tests.dashboard.company import WEDNESDAY, agreement, company, filled, version

READY = WEDNESDAY - timedelta(days=150)
RATE = "goal.measured.lead_to_customer"
LOWEST = {"fit": {"lowest_fit": "medium"}, "interest": {"lowest_interest": "medium"}}
BOTH = {"lowest_fit": "medium", "lowest_interest": "medium"}


def ripe(name: str, **levels: str | None) -> dict[str, object]:
    """Return one lead of the ripe year that is good enough, but for what is said."""
    good = {"fit": "medium", "interest": "high", "duplicate_of": None}
    return {"lead_id": name, "created_at": READY, "ready_at": READY, "source": "web"} | good | levels


def won(lead: str) -> dict[str, object]:
    at = READY + timedelta(days=1)
    return {"deal_id": f"d-{lead}", "created_at": at, "rep_id": "r1", "lead_id": lead, "won_at": at, "amount": 100}


@pytest.fixture
def connection(warehouse_url: URL, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A ripe year: 400 leads that are good enough and 28 of them customers; 600 that are not, and 12 of them."""
    short = dict.fromkeys(request.param, "low")
    some = [ripe(f"good{n}") for n in range(400)] + [ripe(f"low{n}", **short) for n in range(600)]
    writer = filled(warehouse_url)
    with writer.begin() as filling:
        filling.execute(insert(leads), some)
        filling.execute(insert(deals), [won(f"good{n}") for n in range(28)] + [won(f"low{n}") for n in range(12)])
    reader = warehouse.reader(warehouse_url, 60)
    with warehouse.reading(reader) as found:
        yield found
    reader.dispose()
    writer.dispose()


def promise(**sales_ready: str) -> Agreement:
    goal = {"unit": "customers", "per_month": 100, "deal_size": "measured", "lead_to_customer": "measured"}
    return agreement(version(goal=goal, marketing={"leads_per_month": "from the goal"}, sales_ready=sales_ready))


def said(connection: Connection, paper: Agreement) -> Board:
    return board(connection, company(), paper, WEDNESDAY, WEDNESDAY)


FIT_OR_INTEREST = pytest.mark.parametrize(
    ("connection", "lowest"), [(["fit"], LOWEST["fit"]), (["interest"], LOWEST["interest"])], indirect=["connection"]
)
FIT = pytest.mark.parametrize("connection", [["fit"]], indirect=True)


@FIT_OR_INTEREST
def test_leads_below_what_was_agreed_are_no_part_of_the_rate_nor_of_the_promise_that_stands_on_it(
    connection: Connection, lowest: dict[str, str]
) -> None:
    found = said(connection, promise(**lowest)).numbers
    assert (found[RATE].numerator, found[RATE].denominator, found[RATE].value) == (28, 400, Fraction(7, 100))
    assert found["marketing.month.target"].value == found["goal.backwards.leads"].value == 100 / Fraction(7, 100)
    assert found["goal.backwards.leads_measured"].value == Fraction(10_000, 7)


@FIT
def test_where_no_lowest_was_agreed_every_lead_of_the_ripe_year_is_part_of_the_rate(connection: Connection) -> None:
    found = said(connection, promise()).numbers
    assert (found[RATE].numerator, found[RATE].denominator) == (40, 1000)
    assert found["marketing.month.target"].value == 2500


@FIT
def test_the_opened_rows_of_the_rate_add_up_with_those_left_out(connection: Connection, warehouse_url: URL) -> None:
    lacking = {"no-fit": ("fit", None), "no-interest": ("interest", None), "cold": ("interest", "low")}
    more = [ripe(name, **{column: level}) for name, (column, level) in lacking.items()]
    writer = warehouse.writer(warehouse_url)
    with writer.begin() as filling:
        filling.execute(insert(leads), [*more, ripe("twice", duplicate_of="good1")])
    writer.dispose()
    connection.rollback()
    paper = promise(**BOTH)
    shown = said(connection, paper)
    one = shown.numbers[RATE]
    assert one.rows is not None
    rows = behind(connection, WEDNESDAY, one.rows, lambda: judge(connection, company(), paper, WEDNESDAY))
    groups = {group.reason: group.rows for group in rows.groups()}
    assert groups == {
        "": 28, "no customer": 372, "below the agreed fit": 600, "fit not recorded": 1, "below the agreed interest": 1,
        "interest not recorded": 1, "duplicate": 1,
    }  # fmt: skip
    of_the_whole = [reason for reason in groups if side(reason, one.rows) != "left out"]
    assert sum(groups[reason] for reason in of_the_whole) == one.denominator
    assert len(list(rows.every(Asked()))) == sum(groups.values()) == 1004


@FIT
def test_what_was_kept_under_one_agreement_is_not_said_under_another(connection: Connection) -> None:
    kept = Kept()
    kept.look(connection, WEDNESDAY, frozenset({"leads", "deals"}), company().calendar, (1, 1))

    def counted(paper: Agreement) -> tuple[int, int]:
        cohort = Reading(WEDNESDAY, company(), paper, connection, kept).cohort
        assert cohort is not None
        return cohort.customers, cohort.leads

    papers = promise(), promise(**LOWEST["fit"]), promise(lowest_fit="high"), promise(**LOWEST["interest"])
    told = [(40, 1000), (28, 400), (0, 0), (40, 1000)]
    assert [counted(one) for one in papers] == told
    asked: list[Any] = []
    event.listen(connection.engine, "before_cursor_execute", lambda *all_said: asked.append(all_said[2]))
    assert [counted(one) for one in papers] == told
    assert asked == []


@FIT
def test_where_all_that_has_ripened_is_below_what_was_agreed_there_is_no_rate_and_it_is_said_why(
    connection: Connection,
) -> None:
    found = said(connection, promise(lowest_fit="high")).numbers
    assert (found[RATE].value, found[RATE].reason) == (None, "no sales-ready lead has ripened yet")
    assert found["marketing.month.target"].value is None


@FIT
def test_a_lead_below_what_was_agreed_is_worth_what_leads_like_it_brought(connection: Connection) -> None:
    worths, _ = RepReading(Reading(WEDNESDAY, company(), promise(**LOWEST["fit"]), connection), {}).worth
    # 600 leads and 12 customers, drawn to the 4 % of all by a hundred leads of that
    assert worths["web", "low", "high"] == 100 * Fraction(12 + 4, 600 + 100)
