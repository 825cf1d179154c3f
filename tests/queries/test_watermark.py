"""The watermark moves when the data does, and stands still when it does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL

from queries.faults import WarehouseSilent
from queries.tables import leads
from queries.warehouse import reader, reading
from queries.watermark import NewestLoad, SqliteWatermark, Watermark, tell, watermark
from tests.dashboard.company import filled, lead


@pytest.fixture
def writer(warehouse_url: URL) -> Iterator[Engine]:
    engine = filled(warehouse_url)
    yield engine
    engine.dispose()


@pytest.fixture
def look(writer: Engine) -> Iterator[Watermark]:
    engine = reader(writer.url)
    found = watermark(writer.url, engine)
    yield found
    found.close()
    engine.dispose()


def test_it_stands_still_while_nothing_is_written(look: Watermark, writer: Engine) -> None:
    first = look.mark()
    with reading(writer) as connection:
        connection.execute(text("SELECT count(*) FROM leads"))
    assert look.mark() == first == look.mark()


def test_it_moves_with_every_commit_and_only_then(look: Watermark, writer: Engine) -> None:
    marks = [look.mark()]
    for number in range(10, 13):
        with writer.begin() as connection:
            connection.execute(leads.insert(), [lead(number)])
        marks.append(look.mark())
    assert len({str(one) for one in marks}) == 4


def test_a_rolled_back_row_is_no_movement_on_sqlite(sqlite_url: URL) -> None:
    writer = filled(sqlite_url)
    look = watermark(sqlite_url, reader(sqlite_url))
    first = look.mark()
    with writer.connect() as connection:
        connection.execute(leads.insert(), [lead(10)])
        connection.rollback()
    assert look.mark() == first
    look.close()
    writer.dispose()


def test_a_notification_moves_it_on_postgresql(postgresql_url: URL) -> None:
    writer = filled(postgresql_url)
    engine = reader(postgresql_url)
    look = watermark(postgresql_url, engine)
    first = look.mark()
    with writer.begin() as connection:
        tell(connection)
    assert look.mark() != first
    look.close()
    engine.dispose()
    writer.dispose()


def test_a_file_put_in_the_place_of_another_is_seen(sqlite_url: URL, tmp_path: Path) -> None:
    filled(sqlite_url).dispose()
    path = Path(str(sqlite_url.database))
    look = watermark(sqlite_url, reader(sqlite_url))
    assert isinstance(look, SqliteWatermark)
    first = look.mark()
    other = sqlite_url.set(database=str(tmp_path / "other.db"))
    filled(other, ready=5).dispose()
    Path(str(other.database)).replace(path)
    second = look.mark()
    assert second != first
    with_new = reader(sqlite_url)
    with reading(with_new) as connection:
        assert connection.execute(text("SELECT count(*) FROM leads")).scalar() == 5
    look.close()


def test_a_warehouse_that_is_gone_says_so_and_a_new_look_finds_it_again(sqlite_url: URL) -> None:
    filled(sqlite_url).dispose()
    path = Path(str(sqlite_url.database))
    look = watermark(sqlite_url, reader(sqlite_url))
    look.mark()
    path.rename(path.with_suffix(".away"))
    with pytest.raises(WarehouseSilent, match="cannot be opened"):
        look.mark()
    path.with_suffix(".away").rename(path)
    assert look.mark()
    look.close()


def test_any_other_engine_is_asked_for_its_newest_load(look: Watermark, writer: Engine) -> None:
    engine = reader(writer.url)
    other = NewestLoad(engine)
    first = other.mark()
    assert other.mark() == first
    with writer.begin() as connection:
        connection.execute(
            text("INSERT INTO loads (load_id, table_name, loaded_at, status) VALUES (1, 'leads', :at, 'ok')"),
            {"at": "2026-11-18 13:00:00.000000"},
        )
    assert other.mark() != first
    other.close()
    engine.dispose()


def test_a_log_taken_away_under_a_kept_connection_is_noticed(sqlite_url: URL) -> None:
    engine = filled(sqlite_url)
    engine.dispose()
    path = Path(str(sqlite_url.database))
    look = SqliteWatermark(reader(sqlite_url), path)
    before = look.mark()
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    with engine.begin() as connection:
        connection.execute(leads.insert(), [lead(70)])
    assert look.mark() != before
    with reading(reader(sqlite_url)) as connection:
        assert connection.execute(text("SELECT count(*) FROM leads WHERE lead_id = 'l70'")).scalar() == 1
    look.close()
    engine.dispose()


def test_a_damaged_file_is_told_in_words(sqlite_url: URL) -> None:
    path = Path(str(sqlite_url.database))
    path.write_bytes(b"no database at all " * 400)
    look = SqliteWatermark(reader(sqlite_url), path)
    with pytest.raises(WarehouseSilent, match="no SQLite database, or is damaged"):
        look.mark()
    look.close()
