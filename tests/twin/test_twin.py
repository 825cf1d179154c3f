"""The twin shares nothing with what it checks, and gives the values that stand in the definitions."""

import ast
from datetime import UTC, date, datetime, time
from fractions import Fraction
from pathlib import Path

import pytest

from tests.twin.days import Days
from tests.twin.moment import Moment
from tests.twin.rows import Rows
from tests.twin.sales import Sales
from tests.twin.told import percentile
from tests.twin.twin import Twin

HERE = Path(__file__).parent
TWIN = ["days", "plain", "rows", "told", "follow", "moment", "goal", "marketing", "sales", "owing", "twin"]
ALLOWED = {"bisect", "collections", "datetime", "fractions", "functools", "holidays", "tomllib", "typing", "zoneinfo"}


@pytest.mark.parametrize("module", TWIN)
def test_the_twin_imports_nothing_of_what_it_checks(module: str) -> None:
    tree = ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))
    found = {name for node in ast.walk(tree) for name in imported(node)}
    own = {f"tests.twin.{one}" for one in TWIN}
    assert {one for one in found - own if one.split(".")[0] not in ALLOWED} == set()


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [str(node.module)] if isinstance(node, ast.ImportFrom) else []


OFFICE = {weekday: [(time(9), time(18))] for weekday in range(5)}
EMPTY: dict[str, list[dict[str, object]]] = {name: [] for name in ("reps", "leads", "activities", "deals", "loads")}


def moment(kind: type[Moment], as_of: datetime, days_off: set[date]) -> Moment:
    days = Days("Europe/Berlin", 0, OFFICE, frozenset(days_off))
    facts = {"days": days, "last_load_minutes": 30, "newest_event_hours": 48}
    return kind(Rows(EMPTY), facts, [], as_of)


def test_twenty_one_of_twenty_three_working_days_owe_that_share_of_ten_thousand() -> None:
    days = Days("Europe/Berlin", 0, OFFICE, frozenset())
    october = days.month(date(2025, 10, 1))  # 23 working days, the last on a Friday
    gone = days.share(october, datetime(2025, 10, 29, 20, tzinfo=UTC))
    assert round(10_000 * gone, 2) == Fraction(913043, 100)


def test_a_week_across_two_months_owes_each_days_share_of_its_own_month() -> None:
    # 20 working days in September 2026, two of them off, and 22 in October, which begins on a Thursday
    sales = moment(Sales, datetime(2026, 9, 30, 12, tzinfo=UTC), {date(2026, 9, 1), date(2026, 9, 2)})
    assert isinstance(sales, Sales)
    assert [len(sales.days.worked(sales.days.month(date(2026, month, 1)))) for month in (9, 10)] == [20, 22]
    assert sales.asked({"amount": Fraction(22_000), "period": "month"}) == 5_300


def test_percentiles_lie_straight_between_neighbours() -> None:
    assert percentile([Fraction(4), Fraction(1), Fraction(2)], Fraction(3, 4)) == 3


def test_a_company_without_any_row_has_numbers_and_no_verdict() -> None:
    told = moment(Twin, datetime(2026, 11, 20, 12, tzinfo=UTC), set())
    assert isinstance(told, Twin)
    numbers = told.numbers()
    assert {one.status for one in numbers.values()} == {None, "no verdict"}
    assert numbers["marketing.month.done"].value == 0
    assert numbers["marketing.month.target"].value is None
