"""Backup and restore: one SQLite file of one moment, whatever the store is kept in; put back whole or not at all."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import Connection, Engine, MetaData, Table, event, func, insert, select, update
from sqlalchemy.engine import URL

from dashboard.store import door
from dashboard.store.connections import engine, in_words, place, reading, writing
from dashboard.store.faults import StoreForeign, StoreSilent
from dashboard.store.schema import VERSION, is_newest, migrate, version
from dashboard.store.tables import ACCESS, mails
from queries.faults import Refused

AT_ONCE = 20
"""Rows that are held in memory; a frozen week can have a megabyte."""


class Counted(NamedTuple):
    """How much is kept: frozen weeks, actions, notes, and words given (each correction is one)."""

    packs: int
    actions: int
    notes: int
    promises: int


def backed_up(url: URL, file: Path, replace: bool = False) -> Counted:
    """Write all that the store at ``url`` keeps, as of one moment, into ``file``; return how much it is.

    The store goes on being read and written, and is not changed. Raises ``Refused`` where ``file`` is there already
    (unless ``replace``) or where nothing is kept yet; ``file`` is whole or it is not there.
    """
    _refuse_nothing(url)
    _refuse_itself(url, file)
    if file.exists() and not replace:
        raise Refused(f"{file}: is there already; name another file, or say --yes to write over it")
    made = engine(url)
    try:
        with _appearing(file) as part:
            return _exported(made, part, f"the backup ({file})")
    finally:
        made.dispose()


def _refuse_nothing(url: URL) -> None:
    """Raise ``Refused`` where no store is; looking must not make one."""
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        raise Refused(f"{place(url)} is not there: nothing is kept yet, or SMARKETING_STORE names another place")


def _refuse_itself(url: URL, file: Path) -> None:
    """Raise ``Refused`` where the file is the store: a board that has it open would go on writing into what is gone."""
    is_there = url.get_backend_name() == "sqlite" and file.exists()
    if is_there and file.samefile(str(url.database)):
        raise Refused(f"{file}: is the store itself; name another file for its backup")


@contextmanager
def _appearing(file: Path) -> Iterator[Path]:
    """Yield the path of an empty file that becomes ``file`` when the block ends well, and vanishes otherwise."""
    try:
        number, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
        os.close(number)
    except OSError as failed:
        raise StoreSilent(f"{file}: cannot be written there ({failed.strerror}); name another place") from None
    part = Path(name)
    try:
        yield part
        _made(part, file)
    finally:
        part.unlink(missing_ok=True)


def _made(part: Path, file: Path) -> None:
    """Give the finished ``part`` its name, and see that the folder remembers it."""
    try:
        part.replace(file)
        folder = os.open(file.absolute().parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except OSError as failed:
        raise StoreSilent(f"{file}: cannot be written there ({failed.strerror}); name another place") from None


def _exported(made: Engine, part: Path, called: str) -> Counted:
    """Write the store behind ``made`` into an empty file, in the version that the store has."""
    target = engine(URL.create("sqlite", database=str(part)))
    with reading(made) as source, writing(target, called) as copy:
        is_newest(source)
        here = version(source)
        if here is None:
            raise Refused(f"{place(made.url)} is empty: nothing is kept yet")
        migrate(copy, to=here)
        _copy(source, copy, _tables(copy))
        return counted(copy)


def restored(file: Path, url: URL, replace: bool = False) -> Counted:
    """Put all that the backup ``file`` holds into the store at ``url``; return how much it is.

    What the store keeps is replaced in one transaction: a reader sees all of the old or all of the new. To whom a week
    was mailed is added to what is known of that, so that nobody is sent one twice. Raises
    ``Refused`` where something is kept already (unless ``replace``), and for a file that is no backup or a newer one's.
    """
    with tempfile.TemporaryDirectory(prefix="smarketing-restore-") as folder:
        source = engine(URL.create("sqlite", database=str(Path(folder) / "backup.db")))
        _taken(file, Path(folder) / "backup.db")
        _prepared(source, f"the backup ({file})")
        store = door.opened(url)
        try:
            with reading(source) as backup, writing(store.engine) as connection:
                return _replaced(backup, connection, replace)
        finally:
            store.close()


def _taken(file: Path, copy: Path) -> None:
    """Copy a backup, with whatever another program has not yet written back into it."""
    if not file.is_file():
        raise Refused(f"{file}: is not there; name the file that 'smarketing backup' wrote")
    address = f"file:{quote(str(file.absolute()))}?mode=ro"
    with (
        in_words(f"the backup ({file})"),
        closing(sqlite3.connect(address, uri=True)) as given,
        closing(sqlite3.connect(copy)) as taken,
    ):
        given.backup(taken)
        found = taken.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise StoreForeign(f"{file}: is damaged; take another backup. Nothing was changed")


def _prepared(source: Engine, called: str) -> None:
    """Bring the copy of a backup to this program's version; refuse what is no backup."""
    with writing(source, called) as connection:
        if version(connection) is None:
            raise StoreForeign(f"{called} is none: it holds no store of Smarketing's. Nothing was changed")
        if not is_newest(connection, called=called):
            migrate(connection)


def _replaced(backup: Connection, connection: Connection, replace: bool) -> Counted:
    """Put the rows of a backup in the place of those that are there."""
    there = counted(connection)
    if any(there) and not replace:
        raise Refused(
            f"{place(connection.engine.url)} keeps {in_words_of(there)} already: say --yes to put the backup in their "
            "place (and take a backup of them first)"
        )
    tables = _tables(backup)
    mailed = _mailed(connection)
    for table in tables:
        connection.execute(table.delete())
    _copy(backup, connection, tables)
    _mailed_too(connection, mailed)
    return counted(connection)


Sent = dict[tuple[str, str], dict[str, Any]]
"""What is known of each week and reader."""


def _mailed(connection: Connection) -> Sent:
    rows = [dict(row) for row in connection.execute(select(mails)).mappings()]
    return {(row["week"], row["reader"]): row for row in rows}


def _mailed_too(connection: Connection, before: Sent) -> None:
    """Write to whom weeks had been mailed beside what the backup knows of it; an end that either knows is known."""
    now = _mailed(connection)
    for row in before.values():
        there = now.get((row["week"], row["reader"]))
        if there is None:
            connection.execute(insert(mails).values(row))
        elif row["sent_at"] and not there["sent_at"]:
            this = (mails.c.week == row["week"]) & (mails.c.reader == row["reader"])
            connection.execute(update(mails).where(this).values(sent_at=row["sent_at"]))


def _tables(connection: Connection) -> list[Table]:
    """Return the tables of a backup as they are, in types that every engine knows, without who may see them."""
    found = MetaData()

    @event.listens_for(found, "column_reflect")
    def _everywhere(_inspector: Any, _table: Table, column: dict[str, Any]) -> None:
        column["type"] = column["type"].as_generic()

    found.reflect(connection, only=lambda name, _: name not in (VERSION, *(one.name for one in ACCESS)))
    return found.sorted_tables


def _copy(source: Connection, target: Connection, tables: list[Table]) -> None:
    """Write every row of ``source`` into ``target``."""
    for table in tables:
        for some in _rows(source, table):
            target.execute(insert(table), some)


def _rows(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a table, some at a time; what goes wrong here is the source's, whoever they are written for."""
    with in_words(place(source.engine.url)):
        rows = source.execute(select(table), execution_options={"yield_per": AT_ONCE}).mappings()
        for some in rows.partitions():
            yield [dict(row) for row in some]


def counted(connection: Connection) -> Counted:
    """Return how much a store keeps."""
    return Counted(
        *(connection.scalar(select(func.count()).select_from(Table(name, MetaData()))) or 0 for name in Counted._fields)
    )


def in_words_of(kept: Counted) -> str:
    """Return how much is kept, in words.

    >>> in_words_of(Counted(2, 1, 0, 3))
    '2 frozen weeks, 1 action, no notes and 3 promises'
    """
    nouns = ("frozen week", "action", "note", "promise")
    *first, last = (
        f"{count or 'no'} {noun}{'' if count == 1 else 's'}" for count, noun in zip(kept, nouns, strict=True)
    )
    return f"{', '.join(first)} and {last}"
