"""What a load does to rows that are there already, and what it leaves alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL

from queries import warehouse
from queries.faults import WarehouseSilent
from queries.load import Progress, RepeatedId, RowWrong
from tests.load.made import LEADS, NOW, at, loaded, rows

HEADER = "id,created,source\n"
STAMPED = "stamp_loaded_at = true\n" + LEADS


def write(folder: Path, text: str) -> None:
    (folder / "leads.csv").write_text(HEADER + text)


def test_only_what_differs_is_written_and_columns_the_mapping_does_not_name_stay(
    warehouse_url: URL, tmp_path: Path
) -> None:
    write(tmp_path, "1,2024-05-01,web\n2,2024-05-02,web\n")
    loaded(tmp_path, LEADS + 'label = { constant = "kept" }', warehouse_url)
    write(tmp_path, "1,2024-05-01,web\n2,2024-05-03,fair\n3,2024-05-04,web\n")
    done = loaded(tmp_path, LEADS, warehouse_url)["leads"]
    assert (done.rows, done.new, done.changed, done.unchanged) == (3, 1, 1, 1)
    assert rows(warehouse_url, "leads", "lead_id", "created_at", "source", "label") == [
        ("1", at("2024-04-30T22:00"), "web", "kept"),
        ("2", at("2024-05-02T22:00"), "fair", "kept"),
        ("3", at("2024-05-03T22:00"), "web", None),
    ]


def test_what_was_unknown_becomes_known_and_the_other_way_round(warehouse_url: URL, tmp_path: Path) -> None:
    mapping = LEADS + 'persona = "persona"\nrating = "rating"\n'
    (tmp_path / "leads.csv").write_text("id,created,source,persona,rating\n1,2024-05-01,web,,4\n2,2024-05-01,web,,\n")
    loaded(tmp_path, mapping, warehouse_url)
    (tmp_path / "leads.csv").write_text("id,created,source,persona,rating\n1,2024-05-01,web,cat,\n2,2024-05-01,web,,\n")
    done = loaded(tmp_path, mapping, warehouse_url)["leads"]
    assert (done.changed, done.unchanged) == (1, 1)
    assert rows(warehouse_url, "leads", "lead_id", "persona", "rating") == [("1", "cat", None), ("2", None, None)]


def test_a_row_keeps_the_moment_it_was_first_loaded(warehouse_url: URL, tmp_path: Path) -> None:
    write(tmp_path, "1,2024-05-01,web\n")
    loaded(tmp_path, STAMPED, warehouse_url)
    write(tmp_path, "1,2024-05-01,fair\n2,2024-05-01,web\n")
    later = NOW + timedelta(hours=1)
    assert loaded(tmp_path, STAMPED, warehouse_url, later)["leads"].changed == 1
    assert loaded(tmp_path, STAMPED, warehouse_url, later + timedelta(hours=1))["leads"].changed == 0
    assert rows(warehouse_url, "leads", "lead_id", "loaded_at") == [("1", NOW), ("2", later)]


def test_without_the_stamp_a_history_says_nothing_of_when_it_was_loaded(sqlite_url: URL, tmp_path: Path) -> None:
    write(tmp_path, "1,2024-05-01,web\n")
    loaded(tmp_path, LEADS, sqlite_url)
    assert rows(sqlite_url, "leads", "loaded_at") == [(None,)]


def test_every_load_is_noted_with_the_days_it_touched_before_and_after(warehouse_url: URL, tmp_path: Path) -> None:
    through = at("2024-05-05")
    write(tmp_path, "1,2024-05-01,web\n2,2024-05-09,web\n")
    loaded(tmp_path, LEADS, warehouse_url, complete_through=through)
    loaded(tmp_path, LEADS, warehouse_url)
    write(tmp_path, "1,2024-05-04,web\n2,2024-05-09,web\n")
    loaded(tmp_path, LEADS, warehouse_url)
    columns = ("load_id", "table_name", "status", "loaded_at", "first_day", "last_day", "complete_through", "rows")
    assert rows(warehouse_url, "loads", *columns) == [
        (1, "leads", "ok", NOW, date(2024, 5, 1), date(2024, 5, 9), through, 2),
        (2, "leads", "ok", NOW, None, None, None, 0),
        (3, "leads", "ok", NOW, date(2024, 5, 1), date(2024, 5, 4), None, 1),
    ]


def test_a_bad_row_stops_the_load_and_nothing_at_all_is_written(warehouse_url: URL, tmp_path: Path) -> None:
    write(tmp_path, "1,2024-05-01,web\n2,soon,web\n")
    with pytest.raises(RowWrong):
        loaded(tmp_path, LEADS, warehouse_url)
    write(tmp_path, "1,2024-05-01,web\n")
    assert loaded(tmp_path, LEADS, warehouse_url)["leads"].new == 1
    assert len(rows(warehouse_url, "loads")) == 1


def test_a_warehouse_that_fails_at_the_second_table_keeps_nothing_of_the_first(
    warehouse_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = (
        LEADS
        + """
[[feeds]]
table = "deals"
file = "leads"
[feeds.columns]
deal_id = "id"
created_at = "created"
rep_id = "source"
"""
    )
    write(tmp_path, "1,2024-05-01,web\n")
    loaded(tmp_path, two, warehouse_url)
    write(tmp_path, "1,2024-05-02,web\n2,2024-05-01,web\n")
    whole = warehouse.writer

    def failing(url: URL) -> Engine:
        engine = whole(url)

        @event.listens_for(engine, "before_cursor_execute", retval=True)
        def _break(_connection, _cursor, statement, parameters, _context, _many):  # type: ignore[no-untyped-def]
            return (statement.replace("INSERT INTO deals", "INSERT INTO gone"), parameters)

        return engine

    monkeypatch.setattr(warehouse, "writer", failing)
    with pytest.raises(WarehouseSilent, match="nothing was written"):
        loaded(tmp_path, two, warehouse_url)
    assert rows(warehouse_url, "leads", "lead_id", "created_at") == [("1", at("2024-04-30T22:00"))]
    assert len(rows(warehouse_url, "loads")) == 2


def test_a_moment_of_loading_that_the_file_tells_is_kept_from_the_first_time(
    warehouse_url: URL, tmp_path: Path
) -> None:
    mapping = LEADS + 'loaded_at = "synced"\n'
    (tmp_path / "leads.csv").write_text("id,created,source,synced\n1,2024-05-01,web,2024-05-02T10:00Z\n")
    loaded(tmp_path, mapping, warehouse_url)
    (tmp_path / "leads.csv").write_text("id,created,source,synced\n1,2024-05-01,fair,2024-05-09T10:00Z\n")
    loaded(tmp_path, mapping, warehouse_url)
    assert rows(warehouse_url, "leads", "source", "loaded_at") == [("fair", at("2024-05-02T10:00"))]


@pytest.mark.parametrize(
    ("rule", "wins"), [("first", "web"), ("last", "mail"), ("most", "fair")], ids=["first", "last", "most"]
)
def test_of_rows_with_one_id_the_mapping_says_which_wins(
    warehouse_url: URL, tmp_path: Path, rule: str, wins: str
) -> None:
    sources = ["web", "fair", "mail", "fair", "mail"]
    write(tmp_path, "".join(f"1,2024-05-01,{one}\n" for one in sources) + "2,2024-05-01,web\n")
    mapping = LEADS.replace('file = "leads"', f'file = "leads"\nrepeats = "{rule}"')
    done = loaded(tmp_path, mapping, warehouse_url)["leads"]
    assert (done.new, done.repeated) == (2, 4)
    assert rows(warehouse_url, "leads", "lead_id", "source") == [("1", wins), ("2", "web")]


def test_equal_rows_are_taken_once_and_unequal_ones_of_one_id_are_refused(warehouse_url: URL, tmp_path: Path) -> None:
    mapping = LEADS.replace('file = "leads"', 'file = "leads"\nrepeats = "equal"')
    write(tmp_path, "1,2024-05-01,web\n1,2024-05-01,web\n")
    assert loaded(tmp_path, mapping, warehouse_url)["leads"].repeated == 1
    write(tmp_path, "1,2024-05-01,web\n1,2024-05-01,web\n1,2024-05-01,fair\n")
    with pytest.raises(RepeatedId, match=r"leads\.csv, line 4: lead_id '1' stands in leads\.csv, line 2 too"):
        loaded(tmp_path, mapping, warehouse_url)


def test_bad_rows_are_set_aside_as_they_stood_and_the_others_are_loaded(warehouse_url: URL, tmp_path: Path) -> None:
    write(tmp_path, '1,2024-05-01,"web, search"\n2,soon,"web, search"\n3,2024-05-01\n4,2024-05-02,web\n')
    aside = tmp_path / "aside.csv"
    done = loaded(tmp_path, LEADS, warehouse_url, set_aside=aside)["leads"]
    assert (done.new, done.set_aside) == (2, 2)
    assert aside.read_text("utf-8").splitlines() == [
        "file,line,table,column,value,reason,row",
        'leads.csv,3,leads,created,soon,is no date in the format iso,"2,soon,""web, search"""',
        'leads.csv,4,leads,,"3,2024-05-01","has 2 cells, the header has 3","3,2024-05-01"',
    ]
    assert rows(warehouse_url, "leads", "lead_id") == [("1",), ("4",)]


def test_a_load_that_stops_leaves_the_file_of_an_earlier_one_alone(sqlite_url: URL, tmp_path: Path) -> None:
    aside = tmp_path / "aside.csv"
    aside.write_text("mine")
    write(tmp_path, "1,2024-05-01,web\n1,2024-05-02,web\n")
    with pytest.raises(RepeatedId):
        loaded(tmp_path, LEADS, sqlite_url, set_aside=aside)
    assert aside.read_text() == "mine"
    assert sorted(one.name for one in tmp_path.glob("aside*")) == ["aside.csv"]


def test_the_board_goes_on_reading_while_a_load_reads_its_files(warehouse_url: URL, tmp_path: Path) -> None:
    write(tmp_path, "1,2024-05-01,web\n")
    loaded(tmp_path, LEADS, warehouse_url)
    write(tmp_path, "".join(f"{number},2024-05-01,web\n" for number in range(6_000)))
    seen = []

    def told(far: Progress) -> None:
        seen.append((len(rows(warehouse_url, "leads")), far.read <= far.size))

    loaded(tmp_path, LEADS, warehouse_url, told=told)
    assert len(seen) >= 3
    assert set(seen) == {(1, True)}
    assert len(rows(warehouse_url, "leads")) == 6_000


def test_several_feeds_may_fill_one_table_each_with_its_own_columns(warehouse_url: URL, tmp_path: Path) -> None:
    write(tmp_path, "1,2024-05-01,web\n")
    (tmp_path / "fairs.csv").write_text("card,day,mood\n2,2024-05-02,high\n")
    mapping = (
        LEADS.replace("[[feeds]]", '[files.fairs]\npath = "fairs.csv"\n[[feeds]]')
        + """
[[feeds]]
table = "leads"
file = "fairs"
[feeds.columns]
lead_id = "card"
created_at = "day"
source = { constant = "fair" }
interest = "mood"
"""
    )
    assert loaded(tmp_path, mapping, warehouse_url)["leads"].new == 2
    assert loaded(tmp_path, mapping, warehouse_url)["leads"].unchanged == 2
    assert rows(warehouse_url, "leads", "lead_id", "source", "interest") == [("1", "web", None), ("2", "fair", "high")]


def test_loads_that_run_at_once_wait_for_each_other(warehouse_url: URL, tmp_path: Path) -> None:
    write(tmp_path, "0,2024-05-01,web\n")
    loaded(tmp_path, LEADS, warehouse_url)

    def one(number: int) -> int:
        folder = tmp_path / str(number)
        folder.mkdir()
        write(folder, "".join(f"{number}-{row},2024-05-01,web\n" for row in range(2_000)))
        return loaded(folder, LEADS, warehouse_url)["leads"].new

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(one, range(1, 5))) == [2_000] * 4
    assert len(rows(warehouse_url, "leads")) == 8_001
    assert rows(warehouse_url, "loads", "load_id", "rows") == [(1, 1), (2, 2000), (3, 2000), (4, 2000), (5, 2000)]
