"""One table that is not loaded any more takes its own verdicts with it, and no others."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from dashboard.board import Board
from dashboard.drawing.hands import hands
from dashboard.drawing.markup import markup
from dashboard.look import Looker
from dashboard.settings import Settings
from queries.tables import leads, loads
from queries.warehouse import writer
from tests.soak.scene import AS_OF, company


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo's company, whose tables were all loaded a little while ago."""
    return company(tmp_path_factory.mktemp("late"), 3000, 7)


@pytest.fixture
def loaded(told: Settings) -> Iterator[Settings]:
    """The same; what a test changes of its loads is put back."""
    engine = writer(told.warehouse)
    with engine.begin() as connection:
        before = [dict(row) for row in connection.execute(loads.select()).mappings()]
    yield told
    with engine.begin() as connection:
        connection.execute(delete(loads))
        connection.execute(loads.insert(), before)
    engine.dispose()


def without_loads(told: Settings, table: str, hours: int) -> None:
    """Have a table not be loaded for so many hours."""
    engine = writer(told.warehouse)
    with engine.begin() as connection:
        connection.execute(
            delete(loads).where(loads.c.table_name == table, loads.c.loaded_at > AS_OF - timedelta(hours=hours))
        )
    engine.dispose()


def look(told: Settings) -> Board:
    looker = Looker(told)
    try:
        return looker.fresh(AS_OF, None).board
    finally:
        looker.close()


def words(board: Board) -> str:
    return " ".join(f"{one.how_many} {one.words}" for one in board.hands)


def statuses(board: Board, start: str) -> set[str]:
    return {one.status for name, one in board.numbers.items() if name.startswith(start) and one.status}


def test_all_in_time_all_is_judged(loaded: Settings) -> None:
    board = look(loaded)
    assert board.state.words == "live, data to 14:32"
    assert all("no verdict" not in statuses(board, one) for one in ("marketing.month", "sales.week", "goal.month"))
    assert "overdue" in words(board) and "against its share" in words(board)


@pytest.mark.parametrize(
    ("table", "gone", "kept"), [("leads", "marketing.month", "sales.week"), ("deals", "sales.week", "marketing.month")]
)
def test_a_late_table_takes_the_verdicts_that_stand_on_it_and_is_named(
    loaded: Settings, table: str, gone: str, kept: str
) -> None:
    without_loads(loaded, table, 9)
    board = look(loaded)
    assert statuses(board, gone) == {"no verdict"}
    assert statuses(board, kept) and "no verdict" not in statuses(board, kept)
    assert board.state.kind == "live"
    assert board.state.words.startswith(f"live, data to 14:32, but no {table} since ")
    assert (table == "leads") is ("against its share" not in words(board))


def test_who_is_overdue_is_not_known_where_calls_are_not_loaded_and_that_is_said(loaded: Settings) -> None:
    without_loads(loaded, "activities", 9)
    board = look(loaded)
    assert "overdue" not in words(board) and "must be tried" not in words(board)
    assert "— not known for now: no activities since " in words(board)
    assert "no verdict" not in statuses(board, "marketing.month") | statuses(board, "sales.week")


def test_where_nothing_is_loaded_nothing_is_said_to_need_a_hand(loaded: Settings) -> None:
    for table in ("leads", "activities", "deals"):
        without_loads(loaded, table, 9)
    board = look(loaded)
    assert board.state.kind == "stale"
    assert words(board).startswith("— not known for now: no data loaded since ")
    assert "Nothing" not in "".join(map(markup, hands(board)))


def test_the_cells_and_those_not_rated_are_all_leads_of_the_month(told: Settings) -> None:
    engine = writer(told.warehouse)
    with engine.begin() as connection:
        connection.execute(update(leads).where(leads.c.lead_id.like("%7")).values(interest=None))
    engine.dispose()
    board = look(told)
    assert any(not one.fit and one.leads for one in board.cells)
    assert sum(one.leads for one in board.cells) == board.numbers["marketing.month.done"].value


def test_a_table_that_is_loaded_by_night_has_a_budget_of_its_own(loaded: Settings) -> None:
    without_loads(loaded, "deals", 9)
    ages = loaded.company.ages.model_copy(update={"deals_minutes": 1500})
    told = loaded._replace(company=loaded.company.model_copy(update={"ages": ages}))
    board = look(told)
    assert board.state.words == "live, data to 14:32"
    assert "no verdict" not in statuses(board, "sales.week") | statuses(board, "marketing.month")
    # once every table is past its own, all is old
    for table in ("leads", "activities"):
        without_loads(loaded, table, 9)
    board = look(told)
    assert board.state.words == "live, data to 14:32, but no activities and leads since " + board.state.words[-5:]
    without_loads(loaded, "deals", 30)
    assert look(told).state.kind == "stale"
