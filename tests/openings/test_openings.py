"""What a number says and what its rows say are one and the same, whatever the warehouse holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert
from sqlalchemy.engine import URL

from dashboard.board import Board
from dashboard.number import Number
from dashboard.opened import Opened, Verdicts, behind, judge
from dashboard.reckon import board
from dashboard.rows_api import side
from dashboard.specified import as_told, rows
from queries import warehouse
from queries.listing import Asked, Filter, Group
from queries.tables import leads
from tests.postgres import Server
from tests.twin.beside import POLLED, Beside, agreement_of, beside, company_of
from tests.twin.little import Little, littles

SOME = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
FEWER = settings(SOME, max_examples=15)
SHARES = (
    "first_attempt.in_time",
    "attempts.kept",
    "acceptance.of_decided",
    "acceptance.of_handed_over",
    "measured.lead_to_customer",
)


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    with beside(URL.create("sqlite", database=str(tmp_path_factory.mktemp("opened") / "warehouse.db"))) as found:
        yield found


@pytest.fixture(scope="module")
def on_postgresql(postgres: Server) -> Iterator[Beside]:
    with postgres.empty() as url, beside(url) as found:
        yield found


@dataclass
class Look:
    """One little company's board, and whatever stands behind its numbers, over one connection."""

    little: Little
    connection: Connection
    verdicts: list[Verdicts] = field(default_factory=list)

    def board(self) -> Board:
        return board(self.connection, *self._papers, self.little.as_of, POLLED, True)

    @property
    def _papers(self) -> tuple[Any, Any]:
        return company_of(self.little.company), agreement_of(self.little.agreement)

    def behind(self, board: Board, one: Number) -> Opened:
        # by way of what is published: what is lost there would be lost to whoever opens the number
        told = rows(as_told(board.numbers)[one.name])
        return behind(self.connection, board.as_of, told, self._judged)

    def _judged(self) -> Verdicts:
        if not self.verdicts:
            self.verdicts.append(judge(self.connection, *self._papers, self.little.as_of))
        return self.verdicts[0]


def told_otherwise(look: Look) -> list[str]:
    """Where a number and the rows behind it do not say the same."""
    found = look.board()
    return [
        said
        for one in found.numbers.values()
        if one.rows is not None and one.value is not None
        for said in differences(one, look.behind(found, one))
    ]


def differences(one: Number, opened: Opened) -> Iterator[str]:
    groups, listed = opened.groups(), list(opened.every(Asked()))
    assert one.rows is not None
    if len({row["lead_id" if "source" in row else "deal_id"] for row in listed}) != len(listed):
        yield f"{one.name}: a row is listed twice"
    for group in groups:
        if sum(row["reason"] == group.reason for row in listed) != group.rows:
            yield f"{one.name}: {group.rows} rows are {group.reason!r}, others are listed"
    if sum(group.rows for group in groups) != len(listed):
        yield f"{one.name}: what is counted and left out are not all candidates"
    whole = total(one, [group for group in groups if side(group.reason, one.rows) != "left out"])
    if not one.parts and one.numerator is not None and one.numerator != counted(one, groups):
        yield f"{one.name}: {one.numerator} on the board, {counted(one, groups)} in its rows"
    if one.name.endswith(SHARES) and one.denominator != whole:
        yield f"{one.name}: of {one.denominator} on the board, of {whole} in its rows"
    left_out = {group.reason: group.rows for group in groups if side(group.reason, one.rows) == "left out"}
    if one.left_out and left_out != dict(one.left_out):
        yield f"{one.name}: left out are {dict(one.left_out)} on the board, {left_out} in its rows"


def counted(one: Number, groups: list[Group]) -> Fraction:
    return total(one, [group for group in groups if not group.reason])


def total(one: Number, groups: list[Group]) -> Fraction:
    """What rows come to: their amounts where the number is money, else how many they are."""
    assert one.rows is not None
    amounts = one.rows.told.get("unit") == "money"
    return sum((Fraction(group.amount if amounts else group.rows) for group in groups), Fraction(0))


def opened(found: Beside, little: Little) -> list[str]:
    found.fill(little.tables)
    with warehouse.reading(found.reader) as connection:
        return told_otherwise(Look(little, connection))


@SOME
@given(littles())
def test_the_rows_counted_are_the_number_and_with_those_left_out_all_there_are(
    on_sqlite: Beside, little: Little
) -> None:
    assert opened(on_sqlite, little) == []


@FEWER
@given(littles())
def test_so_they_are_on_postgresql(on_postgresql: Beside, little: Little) -> None:
    assert opened(on_postgresql, little) == []


FILTERS = st.sampled_from(
    [
        Filter("source", "contains", "e"),
        Filter("source", "lacks", "e"),
        Filter("fit", "is", "high"),
        Filter("interest", "blank"),
        Filter("rep", "filled"),
        Filter("lead_id", "ends", "1"),
    ]
)


@FEWER
@given(littles(), FILTERS, st.integers(1, 7))
def test_a_filter_narrows_counts_and_rows_alike_and_pages_are_all_of_it(
    on_sqlite: Beside, little: Little, asked: Filter, most: int
) -> None:
    on_sqlite.fill(little.tables)
    with warehouse.reading(on_sqlite.reader) as connection:
        look = Look(little, connection)
        found = look.board()
        for name in ("marketing.month.done", "followup.first_attempt.in_time", "acceptance.of_decided"):
            one = found.numbers.get(name)
            if one is None or one.rows is None or one.value is None:
                continue
            rows = look.behind(found, one)
            groups, listed = rows.groups([asked]), list(rows.every(Asked(filters=[asked])))
            assert sum(group.rows for group in groups) == len(listed)
            assert listed == [row for row in rows.every(Asked()) if passes(row[asked.column], asked)]
            pages = (rows.page(Asked(start, most, filters=[asked])) for start in range(0, len(listed) + 1, most))
            assert [row for page in pages for row in page] == listed


def passes(value: str | None, asked: Filter) -> bool:
    """Whether a filter lets a value pass, in plain Python."""
    return {
        "contains": value is not None and asked.operand in value.lower() if asked.operand else False,
        "lacks": value is None or asked.operand not in value.lower() if asked.operand else False,
        "is": value == asked.operand,
        "blank": value is None,
        "filled": value is not None,
        "ends": bool(value and asked.operand and value.endswith(asked.operand)),
    }[asked.operation]


# the same moment, asked about again after late rows have come


@FEWER
@given(littles(), st.integers(0, 3 * 24 * 60))
def test_what_was_so_as_of_a_moment_stays_so_when_late_rows_arrive(
    on_sqlite: Beside, little: Little, minutes: int
) -> None:
    on_sqlite.fill(little.tables)
    before = numbers(on_sqlite, little)
    arrives = little.as_of + timedelta(minutes=minutes)
    late = [late_copy(number, lead, arrives) for number, lead in enumerate(little.tables["leads"])]
    if late:
        with on_sqlite.writer.begin() as connection:
            connection.execute(insert(leads), late)
    assert numbers(on_sqlite, little) == before


def late_copy(number: int, lead: dict[str, Any], arrives: datetime) -> dict[str, Any]:
    """A lead of the same instants that the warehouse learns of only now."""
    return lead | {"lead_id": f"late{number}", "loaded_at": arrives}


def numbers(found: Beside, little: Little) -> dict[str, tuple[Any, ...]]:
    """Every number as of the moment, but for how many rows have come too late for it."""
    with warehouse.reading(found.reader) as connection:
        shown = Look(little, connection).board().numbers
    return {
        name: (
            one.value,
            one.numerator,
            one.denominator,
            one.status,
            one.reason,
            {reason: count for reason, count in one.left_out.items() if reason != "loaded later"},
        )
        for name, one in shown.items()
    }
