"""A frozen week is the same for ever: whatever comes later, and whichever database it was read from."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.engine import URL

from dashboard.drawing.opening import openings
from dashboard.meeting.again import again
from dashboard.meeting.form import opened, pressed
from dashboard.meeting.freeze import Papers, frozen
from dashboard.meeting.frozen import Frozen, entries
from dashboard.meeting.week import week
from dashboard.number import Number
from dashboard.opened import Opener
from dashboard.pages.board import picture
from dashboard.settings import Settings
from queries import tables, warehouse
from queries.listing import Asked
from queries.tables import activities, deals, leads
from tests.dashboard.company import agreement, company, deal, settings, version
from tests.meeting import histories
from tests.meeting.histories import Base
from tests.postgres import Server

MONTH = timedelta(days=30)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = prepared(URL.create("sqlite", database=str(tmp_path / "warehouse.db")))
    yield made
    made.dispose()


def prepared(url: URL) -> Engine:
    made = warehouse.writer(url)
    warehouse.prepare(made)
    return made


def fill(engine: Engine, of: Base) -> None:
    with engine.begin() as connection:
        for name, rows in of.tables.items():
            connection.execute(insert(tables.metadata.tables[name]), rows)


def kept(engine: Engine, of: Base) -> Frozen:
    reader = warehouse.reader(engine.url, 60)
    try:
        with warehouse.reading(reader) as connection:
            return frozen(connection, Papers(of.company, of.agreement), of.week, of.week.frozen_at)
    finally:
        reader.dispose()


def base(seed: int) -> Base:
    return histories.base(Random(seed))  # the same companies with every commit


@pytest.mark.parametrize("seed", range(6))
def test_a_week_has_the_same_bytes_on_postgresql_as_on_sqlite(engine: Engine, postgres: Server, seed: int) -> None:
    of = base(seed)
    fill(engine, of)
    with postgres.empty() as url:
        other = prepared(url)
        fill(other, of)
        found = pressed(kept(other, of))
        other.dispose()
    assert pressed(kept(engine, of)) == found


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_comes_back_as_it_was_and_draws_the_same(engine: Engine, seed: int) -> None:
    of = base(seed)
    fill(engine, of)
    found = kept(engine, of)
    packed = pressed(found)
    back = opened(packed.body)
    assert back == found
    assert pressed(back) == packed
    assert picture(back.board) == picture(found.board)
    assert openings(back.board) == openings(found.board)


def test_a_month_of_later_data_changes_nothing_but_the_ledger(engine: Engine) -> None:
    of = base(3)
    fill(engine, of)
    first = kept(engine, of)
    at = of.week.frozen_at
    with engine.begin() as connection:
        for day in range(30):
            when = at + timedelta(days=day, hours=1)
            rows = [{"lead_id": f"N{day}-{n}", "created_at": when, "ready_at": when, "source": "ads"} for n in range(9)]
            late = {"created_at": of.week.as_of - timedelta(days=1), "loaded_at": when, "source": "ads"}
            connection.execute(insert(leads), [row | {"loaded_at": None} for row in rows])
            ready = {"lead_id": f"late{day}", "ready_at": of.week.as_of - timedelta(hours=9)}
            connection.execute(insert(leads), [late | ready])
            attempt = {"activity_id": f"N{day}", "lead_id": "L01", "happened_at": when, "kind": "call"}
            connection.execute(insert(activities), [attempt])
            connection.execute(insert(deals), [deal(f"N{day}", when + timedelta(days=2), Decimal(100))])
    later = kept(engine, of)
    assert pressed(later) == pressed(first)
    found = {one.number: one for one in ledger(engine, of, first, at + 2 * MONTH)}
    assert [one.kind for one in found["marketing.week.done"].rows] == ["late"] * 30
    assert all(one.residual == 0 for one in found.values())


def ledger(engine: Engine, of: Base, then: Frozen, now: datetime) -> list[object]:
    reader = warehouse.reader(engine.url, 60)
    try:
        with warehouse.reading(reader) as connection:
            return list(again(connection, then, of.company, of.agreement, now))
    finally:
        reader.dispose()


@pytest.mark.parametrize("seed", range(4))
def test_a_week_read_again_at_once_has_an_empty_ledger(engine: Engine, seed: int) -> None:
    of = base(seed)
    fill(engine, of)
    assert ledger(engine, of, kept(engine, of), of.week.frozen_at) == []


def test_every_counted_number_is_the_sum_of_the_rows_that_are_kept_behind_it(engine: Engine) -> None:
    for seed in range(3):
        of = base(seed)
        with engine.begin() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                connection.execute(table.delete())
        fill(engine, of)
        found = kept(engine, of)
        counted = [one for one in found.numbers.values() if is_counted(one)]
        assert len(counted) > 40
        for one in counted:
            rows = entries(found, one.rows).values()
            assert sum((row.counted for row in rows), Fraction(0)) == one.value, one.name
            left_out = [row.reason for row in rows if row.reason and row.reason not in (one.rows or rows).whole]
            assert {reason: left_out.count(reason) for reason in left_out} == dict(one.left_out), one.name


def is_counted(one: Number) -> bool:
    is_sum = one.unit in ("leads", "money", "customers", "deals") and not one.name.startswith(
        ("goal.measured", "follow")
    )
    return is_sum and one.rows is not None and not one.parts and one.value is not None and "previous" not in one.name


def test_a_frozen_number_opens_to_the_rows_that_were_known_at_the_hour(engine: Engine) -> None:
    told: Settings = settings(engine.url)
    found = week("2026-W47", told.company.calendar, told.company.meeting.freeze)
    inside = found.ends_at - timedelta(days=2)
    rows = [
        {"lead_id": "a", "created_at": inside, "ready_at": inside, "source": "web", "loaded_at": None},
        {"lead_id": "b", "created_at": inside, "ready_at": inside, "source": "web", "loaded_at": found.ends_at},
        {"lead_id": "c", "created_at": inside, "ready_at": inside, "source": "web", "loaded_at": found.frozen_at},
    ]
    with engine.begin() as connection:
        connection.execute(insert(leads), rows)
    reader = warehouse.reader(engine.url, 60)
    with warehouse.reading(reader) as connection:
        then = frozen(connection, Papers(told.company, told.agreement), found, found.frozen_at)
    number = then.numbers["marketing.week.done"]
    assert number.value == 2
    assert number.rows is not None
    with Opener(told, reader).opened(found.as_of, number.rows) as behind:
        assert sorted(row["lead_id"] for row in behind.page(Asked())) == ["a", "b"]
    # a page as of that moment, without the second cut, knows what was known then
    with Opener(told, reader).opened(found.as_of, number.rows._replace(known_at=None)) as behind:
        assert [(one.reason, one.rows) for one in behind.groups()] == [("", 1), ("loaded later", 2)]
    reader.dispose()


def week_of(engine: Engine, name: str, holidays: list[date], **promise: object) -> Frozen:
    """Return a week of an empty company, with days off, under an agreement."""
    who, what = company(holidays={"days": holidays}), agreement(version(**promise))
    found = week(name, who.calendar, who.meeting.freeze)
    with warehouse.reading(warehouse.reader(engine.url, 60)) as connection:
        return frozen(connection, Papers(who, what), found, found.frozen_at)


def test_a_week_with_a_holiday_owes_its_working_days_alone(engine: Engine) -> None:
    monthly = [{"period": "month", "unit": "money", "amount": 20_000}]
    plain = week_of(engine, "2026-W46", [], quotas=monthly)
    off = week_of(engine, "2026-W46", [date(2026, 11, 11)], quotas=monthly)
    # November 2026 has 21 working days, and 20 with one day off
    assert plain.numbers["marketing.week.target"].value == Fraction(210 * 5, 21)
    assert off.numbers["marketing.week.target"].value == Fraction(210 * 4, 20)
    assert off.numbers["sales.week.target"].value == Fraction(20_000 * 4, 20)


def test_a_week_across_two_months_owes_each_days_share_of_its_own_month(engine: Engine) -> None:
    found = week_of(engine, "2026-W40", [], quotas=[{"period": "month", "unit": "money", "amount": 22_000}])
    # Mon 28 Sep to Wed 30 Sep, of 22 working days; Thu 1 and Fri 2 Oct, of 22
    assert found.numbers["sales.week.target"].value == Fraction(22_000 * 3, 22) + Fraction(22_000 * 2, 22)
    with_days_off = [date(2026, 9, 1), date(2026, 9, 2)]
    other = week_of(engine, "2026-W40", with_days_off, quotas=[{"period": "month", "unit": "money", "amount": 22_000}])
    assert other.numbers["sales.week.target"].value == 5_300
    assert other.numbers["marketing.week.target"].value == Fraction(210 * 3, 20) + Fraction(210 * 2, 22)
    assert other.numbers["marketing.week.target"].formula == "210 × (3 ÷ 20 + 2 ÷ 22) = 50.59"


def test_a_whole_week_owes_all_of_its_promise_at_its_last_instant(engine: Engine) -> None:
    for name in ("2026-W52", "2026-W53", "2027-W01"):
        found = week_of(engine, name, [date(2026, 12, 25), date(2027, 1, 1)])
        assert found.board.week == name
        assert found.numbers["marketing.week.owed"].value == found.numbers["marketing.week.target"].value
        assert found.numbers["sales.week.owed"].value == found.numbers["sales.week.target"].value
        assert found.week.as_of < found.week.ends_at <= found.known_at.astimezone(UTC)
