"""The versions of the store: each is led to the newest, and what cannot be is refused and left as it was."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table, insert, text
from sqlalchemy.engine import URL

from dashboard.store import tables
from dashboard.store.connections import engine, reading, writing
from dashboard.store.door import Store, opened
from dashboard.store.faults import StoreForeign
from dashboard.store.schema import VERSION, brought_up, migrate, newest, version, versions
from queries.warehouse import prepare, writer
from tests.store.meeting import everything, filled
from tests.store.versions import LAST, lies_there, to_come


def test_the_migrations_come_to_the_tables_that_the_program_knows(store: Store) -> None:
    with reading(store.engine) as connection:
        found = MigrationContext.configure(connection, opts={"version_table": VERSION, "compare_type": True})
        assert compare_metadata(found, tables.metadata) == []


def test_every_column_has_a_sentence() -> None:
    lacking = [column for table in tables.metadata.tables.values() for column in table.c if not column.doc]
    assert lacking == []


@pytest.mark.parametrize("start", versions())
def test_a_store_of_each_version_is_led_to_the_newest_with_all_it_keeps(
    start: str, warehouse_url: URL, tmp_path: Path
) -> None:
    migrations = to_come(tmp_path, newest())
    old = engine(warehouse_url)
    with writing(old) as connection:
        migrate(connection, to=start)
    with writing(old) as connection:
        note = {"week": "2026-W46", "step": "facts", "text": "six", "version": 1}
        connection.execute(insert(Table("notes", tables.metadata)).values(note))
    old.dispose()
    store = opened(warehouse_url, migrations=migrations)
    assert store.notes.of("2026-W46") == {"facts": ("six", 1)}
    store.close()
    assert lies_there(warehouse_url) == (LAST, True, True, False)


def test_a_store_that_is_up_to_date_is_opened_without_a_write(little: Store, sqlite_url: URL) -> None:
    with writing(little.engine):  # whoever wants to write now has to wait
        opened(sqlite_url, waits=0.01).close()


def test_a_newer_store_is_refused_in_words_and_left_as_it_was(warehouse_url: URL, tmp_path: Path) -> None:
    newer = opened(warehouse_url, migrations=to_come(tmp_path, newest()))
    filled(newer)
    before = everything(newer)
    with pytest.raises(StoreForeign, match="written by a newer Smarketing") as refused:
        opened(warehouse_url)
    assert LAST in str(refused.value)
    assert newest() in str(refused.value)
    assert "update Smarketing" in str(refused.value)
    assert everything(newer) == before
    newer.close()


def test_a_warehouse_is_no_store_and_is_not_touched(warehouse_url: URL) -> None:
    warehouse = writer(warehouse_url)
    prepare(warehouse)
    with pytest.raises(
        StoreForeign, match=r"holds something else \(activities, campaign_days, campaigns and \d more\)"
    ):
        opened(warehouse_url)
    with warehouse.connect() as connection:
        assert version(connection) is None
    warehouse.dispose()


def test_a_database_of_views_alone_is_no_store_either(warehouse_url: URL) -> None:
    made = engine(warehouse_url)
    with writing(made) as connection:
        connection.execute(text("CREATE VIEW leads AS SELECT 1 AS lead_id"))
    with pytest.raises(StoreForeign, match=r"holds something else \(leads\)"):
        brought_up(made)
    made.dispose()


def test_a_migration_that_fails_leaves_the_old_store(warehouse_url: URL, tmp_path: Path) -> None:
    old = opened(warehouse_url)
    filled(old)
    before = everything(old)
    migrations = to_come(tmp_path, newest())
    wrong = migrations / "v9002_authors.py"
    wrong.write_text(wrong.read_text(encoding="utf-8").replace("actions_of_week", "no_such_index"), encoding="utf-8")
    with pytest.raises(Exception, match="the store"):
        opened(warehouse_url, migrations=migrations)
    assert lies_there(warehouse_url) == (newest(), False, False, True)
    assert everything(old) == before
    old.close()


def test_sqlite_writes_ahead_and_waits_for_the_disk(little: Store) -> None:
    with reading(little.engine) as connection:
        asked = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert asked == ["wal", 2]


def test_postgresql_waits_for_the_disk_whatever_its_server_is_set_to(postgresql_url: URL) -> None:
    store = opened(postgresql_url)
    with reading(store.engine) as connection:
        asked = [connection.scalar(text(f"SHOW {name}")) for name in ("synchronous_commit", "timezone")]
        level = connection.scalar(text("SHOW transaction_isolation"))
    assert (asked, level) == (["on", "UTC"], "repeatable read")
    store.close()
