"""The live board: read once for everybody, honest when the warehouse is gone, and well again by itself."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import URL

from dashboard.live import Live, NothingYet
from queries.faults import ContractBroken, WarehouseSilent
from queries.tables import leads
from tests.dashboard.company import WEDNESDAY, filled, lead, settings


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = WEDNESDAY

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def warehouse(warehouse_url: URL) -> Iterator[Engine]:
    engine = filled(warehouse_url)
    yield engine
    engine.dispose()


@pytest.fixture
def live(warehouse: Engine, clock: Clock) -> Iterator[Live]:
    found = Live(settings(warehouse.url), clock)
    yield found
    if found._engine:
        found._engine.dispose()


def done(live: Live) -> int:
    return int(live.board().numbers["marketing.month.done"].value or 0)


def test_a_new_lead_is_on_the_board_after_one_refresh_and_not_before(
    live: Live, warehouse: Engine, clock: Clock
) -> None:
    assert done(live) == 3
    with warehouse.begin() as connection:
        connection.execute(leads.insert(), [lead(99)])
    clock.passes(seconds=9)
    assert done(live) == 3
    clock.passes(seconds=1)
    assert done(live) == 4


def test_the_last_good_board_stays_without_verdicts_while_the_contract_is_broken(
    live: Live, warehouse: Engine, clock: Clock
) -> None:
    assert live.board().numbers["marketing.month.pace"].status == "behind"
    with warehouse.begin() as connection:
        connection.execute(text("ALTER TABLE deals RENAME TO deals_of_old"))
    clock.passes(seconds=60)
    board = live.board()
    assert board.state.kind == "refused"
    assert "since 13:30" in board.state.words
    assert "deals" in board.state.words
    assert board.as_of == WEDNESDAY
    assert board.numbers["marketing.month.done"].value == 3
    assert board.numbers["marketing.month.pace"].status == "no verdict"

    with warehouse.begin() as connection:
        connection.execute(text("ALTER TABLE deals_of_old RENAME TO deals"))
    clock.passes(seconds=60)
    assert live.board().state.kind == "live"
    assert live.board().numbers["marketing.month.pace"].status == "behind"


def test_a_warehouse_that_is_gone_leaves_the_last_picture_and_says_since_when(sqlite_url: URL, clock: Clock) -> None:
    filled(sqlite_url).dispose()
    live = Live(settings(sqlite_url), clock)
    assert live.board().state.kind == "live"
    file = Path(str(sqlite_url.database))
    away = file.rename(file.with_suffix(".away"))
    clock.passes(minutes=5)
    board = live.board()
    assert board.state.kind == "stale"
    assert board.state.words.startswith("stale since 13:30: ")
    assert board.numbers["sales.week.done"].value == 500
    assert {one.status for one in board.numbers.values()} <= {None, "no verdict"}
    away.rename(file)
    clock.passes(seconds=10)
    assert live.board().state.kind == "live"


def test_before_the_first_answer_it_waits_and_says_for_what(sqlite_url: URL, clock: Clock) -> None:
    live = Live(settings(sqlite_url), clock)
    with pytest.raises(NothingYet, match=r"waiting for first data: the warehouse's file cannot be opened"):
        live.board()
    filled(sqlite_url).dispose()
    clock.passes(seconds=10)
    assert done(live) == 3


def test_however_many_ask_the_warehouse_is_read_once_a_refresh(live: Live, clock: Clock) -> None:
    live.board()
    reads: list[object] = []
    assert live._engine
    event.listen(live._engine, "begin", lambda connection: reads.append(connection))
    clock.passes(seconds=10)
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        live.board()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(reads) == 1


def test_a_clock_set_back_does_not_freeze_the_board(live: Live, warehouse: Engine, clock: Clock) -> None:
    assert done(live) == 3
    clock.passes(hours=-2)
    assert done(live) == 0


def test_a_past_moment_is_read_as_of_then_and_kept_for_one_refresh(live: Live, warehouse: Engine, clock: Clock) -> None:
    then = WEDNESDAY - timedelta(seconds=2)
    assert live.as_of(then).numbers["marketing.month.done"].value == 1
    assert live.as_of(then).state.kind == "as of"
    first = live.as_of(then)
    assert live.as_of(then) is first
    clock.passes(seconds=10)
    assert live.as_of(then) is not first


def test_a_past_moment_that_cannot_be_read_is_refused_in_words(sqlite_url: URL, clock: Clock) -> None:
    with pytest.raises(WarehouseSilent, match="cannot be opened"):
        Live(settings(sqlite_url), clock).as_of(WEDNESDAY)


def test_an_empty_database_breaks_the_contract_in_words(warehouse_url: URL, clock: Clock) -> None:
    if warehouse_url.get_backend_name() == "sqlite":
        Path(str(warehouse_url.database)).touch()
    live = Live(settings(warehouse_url), clock)
    with pytest.raises(ContractBroken, match=r"no table or view .*leads"):
        live.as_of(WEDNESDAY)
    assert live._engine
    live._engine.dispose()


def test_data_older_than_its_budget_keeps_its_numbers_and_loses_its_verdicts(live: Live, clock: Clock) -> None:
    clock.passes(hours=97)
    board = live.board()
    assert board.state.kind == "stale"
    assert "nothing has happened since Wed 18 Nov 13:29" in board.state.words
    assert board.numbers["marketing.month.done"].value == 3
    assert board.numbers["marketing.month.done"].status == "no verdict"
