"""A store that does not answer, or cannot keep what it is given, says so in words, and keeps what it had."""

import os
import resource
import signal
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import URL

from dashboard.store.address import address
from dashboard.store.connections import reading, writing
from dashboard.store.door import Store, opened
from dashboard.store.faults import StoreForeign, StoreSilent
from queries.faults import Refused
from tests.postgres import Server
from tests.store.meeting import BEFORE, MONDAY, WEEK, action, everything, filled
from tests.store.processes import begun, ended

BIG = os.urandom(400_000)


def test_a_full_disk_is_said_and_nothing_of_the_write_is_kept(little: Store) -> None:
    filled(little)
    before = everything(little)

    @event.listens_for(little.engine, "connect")
    def _no_room(connection: object, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]  # as many as there are

    with pytest.raises(StoreSilent, match="has no room left: make room; the write was not kept"):
        little.packs.keep("2026-W48", MONDAY, MONDAY, BIG, "d")
    event.remove(little.engine, "connect", _no_room)
    assert everything(little) == before
    assert little.packs.keep("2026-W48", MONDAY, MONDAY, BIG, "d")


def write_beyond(url: str, size: int) -> None:
    """Write more than the system lets this process write into one file."""
    store = opened(address(url))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    with pytest.raises(StoreSilent, match=r"no room left|could not be written or read"):
        store.packs.keep(BEFORE, MONDAY, MONDAY, BIG, "d")
    assert store.packs.weeks() == [WEEK]


def test_a_file_that_may_not_grow_is_said_and_keeps_what_it_had(little: Store) -> None:
    little.packs.keep(WEEK, MONDAY, MONDAY, b"kept", "d")
    assert ended(begun(write_beyond, str(little.engine.url.database), 200_000)) == 0
    assert little.packs.weeks() == [WEEK]
    assert little.packs.keep(BEFORE, MONDAY, MONDAY, BIG, "d")


def test_a_store_that_is_held_is_waited_for_and_then_said(warehouse_url: URL) -> None:
    one, other = opened(warehouse_url), opened(warehouse_url, waits=0.05)
    with writing(one.engine), pytest.raises(StoreSilent, match="is held by another program for too long: try again"):
        action(other)
    assert action(other).version == 1
    one.close()
    other.close()


def test_readers_are_not_in_the_way_of_the_writer_and_see_one_moment(warehouse_url: URL) -> None:
    one, other = opened(warehouse_url), opened(warehouse_url, waits=0.05)
    with reading(one.engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM actions")) == 0
        action(other)
        assert connection.scalar(text("SELECT count(*) FROM actions")) == 0
    assert len(one.actions.all()) == 1
    one.close()
    other.close()


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that everybody may look into, and only its owner write into."""
    with tempfile.TemporaryDirectory(prefix="smarketing-store-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def write_as_nobody(url: str, new: str) -> None:
    """Try to write a store, and to make one, where this user may only read."""
    if os.geteuid() == 0:
        os.setuid(65534)
    for place in (url, new):
        with pytest.raises(
            StoreSilent, match=r"can only be read: give|cannot be opened: is its folder there"
        ) as refused:
            action(opened(address(place)))
        assert place in str(refused.value)


def test_a_folder_that_can_only_be_read_is_said(open_to_all: Path) -> None:
    there = open_to_all / "store.db"
    with closing(opened(address(str(there)))) as store:
        filled(store)
        before = everything(store)
    there.chmod(0o444)
    open_to_all.chmod(0o555)
    assert ended(begun(write_as_nobody, str(there), str(open_to_all / "new.db"))) == 0
    open_to_all.chmod(0o755)
    there.chmod(0o644)
    with closing(opened(address(str(there)))) as store:
        assert everything(store) == before


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    for place in (tmp_path / "no" / "store.db", tmp_path):
        with pytest.raises(StoreSilent, match="cannot be opened: is its folder there") as refused:
            opened(address(str(place)))
        assert str(place) in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, but something of mine " * 100)
    with pytest.raises(StoreSilent, match="is no SQLite database, or is damaged"):
        opened(address(str(tmp_path / "notes.txt")))
    assert (tmp_path / "notes.txt").read_text().startswith("not a database")


def test_a_damaged_store_is_said(little: Store) -> None:
    filled(little)
    path = Path(str(little.engine.url.database))
    little.close()
    whole = bytearray(path.read_bytes())
    whole[4096:] = os.urandom(len(whole) - 4096)
    path.write_bytes(whole)
    with pytest.raises(StoreSilent, match="is damaged: restore a backup"), closing(opened(little.engine.url)) as store:
        everything(store)


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    url = address("postgresql://app:s3cret@127.0.0.1:1/store")
    with pytest.raises(StoreSilent, match="cannot be reached: is it up, are host and port right") as refused:
        opened(url, waits=2)
    assert "s3cret" not in "".join(traceback.format_exception(refused.value))


def test_a_database_that_is_not_there_is_said(postgres: Server) -> None:
    with pytest.raises(StoreSilent, match="is not there: make the database first"):
        opened(postgres.url("no_such_database"))


def test_a_user_who_may_not_make_tables_is_told(postgresql_url: URL) -> None:
    with closing(opened(postgresql_url)) as store, writing(store.engine) as connection:
        for words in ("DROP ROLE IF EXISTS looker", "CREATE ROLE looker LOGIN PASSWORD 's3cret'"):
            connection.execute(text(words))
    looker = postgresql_url.set(username="looker", password="s3cret")
    with pytest.raises(StoreSilent, match="does not let this user in") as refused:
        opened(looker)
    assert "s3cret" not in "".join(traceback.format_exception(refused.value))


def test_a_connection_that_was_cut_is_said_and_the_next_write_is_kept(postgresql_url: URL) -> None:
    store, other = opened(postgresql_url), opened(postgresql_url)
    with pytest.raises(StoreSilent, match="ended the connection"), writing(store.engine) as connection:
        ours = connection.scalar(text("SELECT pg_backend_pid()"))
        with reading(other.engine) as theirs:
            theirs.execute(text("SELECT pg_terminate_backend(:ours)"), {"ours": ours})
        connection.execute(text("SELECT count(*) FROM actions"))
    assert action(store) in store.actions.all()
    store.close()
    other.close()


def test_every_refusal_of_the_store_is_one_that_a_person_is_shown() -> None:
    assert all(issubclass(one, Refused) for one in (StoreSilent, StoreForeign))


def test_a_file_that_is_deleted_while_the_store_is_open_is_said(little: Store) -> None:
    filled(little)
    Path(str(little.engine.url.database)).unlink()
    with pytest.raises(StoreSilent, match="is empty: was it deleted or replaced"):
        little.packs.weeks()
