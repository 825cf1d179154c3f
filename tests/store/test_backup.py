"""Backups: one file of one moment from either engine, and put back into either, whole, and only where it may."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from dashboard.store.backup import Counted, backed_up, restored
from dashboard.store.connections import engine, reading, writing
from dashboard.store.door import Store, opened
from dashboard.store.faults import StoreForeign, StoreSilent
from dashboard.store.mails import Mailed
from dashboard.store.schema import migrate, newest, versions
from queries.faults import Refused
from tests.postgres import Server
from tests.store.meeting import MONDAY, WEEK, action, everything, filled
from tests.store.versions import LAST, to_come

KEPT = Counted(packs=2, actions=2, notes=1, promises=3)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    """Another new store, in an SQLite file."""
    with closing(opened(URL.create("sqlite", database=str(tmp_path / "other.db")))) as made:
        yield made


def test_what_is_backed_up_from_either_engine_is_put_back_to_the_byte(
    store: Store, other: Store, tmp_path: Path
) -> None:
    filled(store)
    assert backed_up(store.engine.url, tmp_path / "kept.db") == KEPT
    assert restored(tmp_path / "kept.db", other.engine.url) == KEPT
    assert everything(other) == everything(store)


def test_a_backup_moves_a_store_from_a_file_to_a_server_and_back(
    little: Store, postgresql_url: URL, other: Store, tmp_path: Path
) -> None:
    filled(little)
    backed_up(little.engine.url, tmp_path / "kept.db")
    assert restored(tmp_path / "kept.db", postgresql_url) == KEPT
    backed_up(postgresql_url, tmp_path / "again.db")
    restored(tmp_path / "again.db", other.engine.url)
    assert everything(other) == everything(little)
    assert action(other).version == 1


def test_what_was_put_back_goes_on_as_it_was(store: Store, warehouse_url: URL, tmp_path: Path) -> None:
    one = action(store)
    backed_up(warehouse_url, tmp_path / "kept.db")
    store.actions.changed(one.action_id, was=1, text="otherwise")
    restored(tmp_path / "kept.db", warehouse_url, replace=True)
    assert store.actions.all() == [one]
    assert store.actions.changed(one.action_id, was=1, text="yet otherwise").version == 2


def test_a_backup_of_a_store_that_is_written_is_of_one_moment(store: Store, other: Store, tmp_path: Path) -> None:
    """Each action has its note, written right before it: a backup of two moments would have one without the other."""
    stop, done = Event(), Event()

    def _write() -> None:
        for number in range(10_000):
            store.notes.write(WEEK, f"{number:05}", "x")
            action(store, f"{number:05}")
            if number == 20:
                done.set()
            if stop.is_set():
                return

    writer = Thread(target=_write)
    writer.start()
    done.wait(60)
    kept = [backed_up(store.engine.url, tmp_path / f"{number}.db") for number in range(5)]
    stop.set()
    writer.join()
    assert all(one.actions > 20 and one.notes - one.actions in (0, 1) for one in kept)
    assert kept == sorted(kept)
    restored(tmp_path / "4.db", other.engine.url)
    texts = {one.text for one in other.actions.all()}
    assert texts <= set(other.notes.of(WEEK))
    assert len(texts) == kept[4].actions


def test_a_backup_is_one_file_that_needs_no_other(store: Store, tmp_path: Path) -> None:
    filled(store)
    folder = tmp_path / "backups"
    folder.mkdir()
    backed_up(store.engine.url, folder / "kept.db")
    assert [path.name for path in folder.iterdir()] == ["kept.db"]
    with closing(sqlite3.connect(folder / "kept.db")) as plain:
        assert plain.execute("SELECT version FROM notes").fetchall() == [(1,)]
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_file_that_is_there_is_not_written_over_without_yes(little: Store, tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    file.write_text("something of mine")
    with pytest.raises(Refused, match="is there already; name another file, or say --yes"):
        backed_up(little.engine.url, file)
    assert file.read_text() == "something of mine"
    assert backed_up(little.engine.url, file, replace=True) == Counted(0, 0, 0, 0)


def test_a_store_is_not_backed_up_into_itself_whatever_it_is_called_by(little: Store, tmp_path: Path) -> None:
    filled(little)
    file, other = Path(str(little.engine.url.database)), tmp_path / "other-name.db"
    other.symlink_to(file)
    before = everything(little)
    for name in (file, other):
        with pytest.raises(Refused, match="is the store itself; name another file for its backup"):
            backed_up(little.engine.url, name, replace=True)
    assert everything(little) == before


def test_who_was_sent_a_week_after_the_backup_is_not_sent_it_again(store: Store, tmp_path: Path) -> None:
    filled(store)
    readers = ["in-both@acme.example", "ended-since@acme.example", "since@acme.example", "begun-since@acme.example"]
    store.mails.begin(WEEK, readers[:2], MONDAY)
    store.mails.ended(WEEK, readers[:1], MONDAY)
    backed_up(store.engine.url, tmp_path / "kept.db")
    store.mails.begin(WEEK, readers[2:], MONDAY)
    store.mails.ended(WEEK, readers[1:3], MONDAY)
    restored(tmp_path / "kept.db", store.engine.url, replace=True)
    there = store.mails.of(WEEK, readers)
    assert (set(there.sent), there.unsure) == (set(readers[:3]), (readers[3],))


def test_who_was_sent_a_week_before_the_backup_is_not_sent_it_again(store: Store, other: Store, tmp_path: Path) -> None:
    store.mails.begin(WEEK, ["ann@acme.example"], MONDAY)
    store.mails.ended(WEEK, ["ann@acme.example"], MONDAY)
    backed_up(store.engine.url, tmp_path / "kept.db")
    other.mails.begin(WEEK, ["ann@acme.example", "ben@acme.example"], MONDAY)
    restored(tmp_path / "kept.db", other.engine.url, replace=True)
    there = other.mails.of(WEEK, ["ann@acme.example", "ben@acme.example"])
    assert there == Mailed(("ann@acme.example",), ("ben@acme.example",))


def test_a_backup_that_cannot_be_written_is_said_and_leaves_nothing(little: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreSilent, match=r"no/kept.db: cannot be written there \(No such file or directory\)"):
        backed_up(little.engine.url, tmp_path / "no" / "kept.db")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreSilent, match="folder: cannot be written there"):
        backed_up(little.engine.url, tmp_path / "folder", replace=True)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_where_nothing_is_kept_there_is_nothing_to_back_up_and_nothing_is_made(tmp_path: Path) -> None:
    absent = tmp_path / "absent.db"
    with pytest.raises(Refused, match="is not there: nothing is kept yet"):
        backed_up(URL.create("sqlite", database=str(absent)), tmp_path / "kept.db")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_has_nothing_to_back_up(postgresql_url: URL, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is empty: nothing is kept yet"):
        backed_up(postgresql_url, tmp_path / "kept.db")
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_is_not_written_over_without_yes(store: Store, other: Store, tmp_path: Path) -> None:
    filled(other)
    backed_up(other.engine.url, tmp_path / "kept.db")
    action(store)
    before = everything(store)
    with pytest.raises(Refused, match="keeps no frozen weeks, 1 action, no notes and no promises already: say --yes"):
        restored(tmp_path / "kept.db", store.engine.url)
    assert everything(store) == before
    restored(tmp_path / "kept.db", store.engine.url, replace=True)
    assert everything(store) == everything(other)


@pytest.mark.parametrize("start", versions())
def test_a_backup_of_each_version_is_put_back(start: str, warehouse_url: URL, other: Store, tmp_path: Path) -> None:
    old = engine(warehouse_url)
    with writing(old) as connection:
        migrate(connection, to=start)
    old.dispose()
    assert backed_up(warehouse_url, tmp_path / "kept.db") == Counted(0, 0, 0, 0)
    assert restored(tmp_path / "kept.db", other.engine.url) == Counted(0, 0, 0, 0)


def test_a_newer_backup_is_refused_and_nothing_is_changed(other: Store, tmp_path: Path) -> None:
    newer = URL.create("sqlite", database=str(tmp_path / "newer.db"))
    opened(newer, migrations=to_come(tmp_path, newest())).close()
    action(other)
    before = everything(other)
    with pytest.raises(StoreForeign, match=rf"the backup \(.*newer.db\) was written by a newer .*{LAST}"):
        restored(tmp_path / "newer.db", other.engine.url, replace=True)
    assert everything(other) == before


def test_what_is_no_backup_is_refused_and_nothing_is_changed(little: Store, tmp_path: Path) -> None:
    filled(little)
    before = everything(little)
    (tmp_path / "text.db").write_text("no database at all, of no kind " * 200)
    (tmp_path / "empty.db").touch()
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as plain:
        plain.execute("CREATE TABLE leads (lead_id TEXT)")
    for name, said in (
        ("absent.db", "is not there; name the file"),
        ("text.db", "is no SQLite database"),
        ("empty.db", "holds no store"),
        ("foreign.db", "holds no store"),
    ):
        with pytest.raises(Refused, match=said) as refused:
            restored(tmp_path / name, little.engine.url, replace=True)
        assert name in str(refused.value)
    assert everything(little) == before


def test_a_damaged_backup_is_refused_and_nothing_is_changed(little: Store, tmp_path: Path) -> None:
    filled(little)
    file = tmp_path / "kept.db"
    backed_up(little.engine.url, file)
    before = everything(little)
    whole = file.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:100] + bytes(4000) + whole[4100:], whole[:-9000] + bytes(9000)):
        file.write_bytes(damaged)
        with pytest.raises(Refused, match="damaged"):
            restored(file, little.engine.url, replace=True)
        assert everything(little) == before


def test_a_store_that_is_open_is_a_backup_too_with_all_that_was_confirmed(little: Store, other: Store) -> None:
    filled(little)
    with reading(little.engine):  # so that what was written ahead stays ahead
        action(little, "the newest")
        restored(Path(str(little.engine.url.database)), other.engine.url)
    assert everything(other) == everything(little)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60).filter(
    str.strip
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, max_size=4), body=st.binary(max_size=300))
def test_whatever_is_written_comes_back(texts: list[str], body: bytes, little: Store, tmp_path: Path) -> None:
    for text in texts:
        one = action(little, text, owner=text)
        assert (one.text, one.owner) == (text.strip(), text.strip())
    little.packs.keep(WEEK, MONDAY, MONDAY, body, "d")
    file, other = tmp_path / "kept.db", URL.create("sqlite", database=str(tmp_path / "other.db"))
    backed_up(little.engine.url, file, replace=True)
    restored(file, other, replace=True)
    with closing(opened(other)) as copy:
        assert everything(copy) == everything(little)


def test_a_server_keeps_whatever_a_file_keeps(postgres: Server, little: Store, tmp_path: Path) -> None:
    for number, text in enumerate(("\x01\x7f", "‮evil", "é", "e\u0301", "'; DROP TABLE notes; --", "\\N", "😀" * 900)):
        action(little, text, written_at=MONDAY.replace(microsecond=number))
    backed_up(little.engine.url, tmp_path / "kept.db")
    with postgres.empty() as url:
        restored(tmp_path / "kept.db", url)
        with closing(opened(url)) as server:
            assert everything(server) == everything(little)
