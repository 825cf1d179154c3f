"""The versions of the store: which one lies there, and the way from it to the newest, whole or not at all."""

import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.migration import MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from dashboard.store.connections import WAITS, in_words, place, reading, writing
from dashboard.store.faults import StoreForeign

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION = "smarketing_version"
"""The table that says the version; a name of our own, so that no other program's is taken for it."""


def newest(migrations: Path = MIGRATIONS) -> str:
    """Return the version that this program writes."""
    return str(_scripts(migrations).get_current_head())


def versions(migrations: Path = MIGRATIONS) -> list[str]:
    """Return every version there has been, the first one first."""
    return [one.revision for one in reversed(list(_scripts(migrations).walk_revisions()))]


def version(connection: Connection) -> str | None:
    """Return the version of the store behind a connection; None where nothing is yet."""
    return MigrationContext.configure(connection, opts={"version_table": VERSION}).get_current_revision()


def brought_up(made: Engine, migrations: Path = MIGRATIONS) -> None:
    """Bring the store behind ``made`` to the newest version, in one transaction.

    Raises ``StoreForeign`` for a newer store and for a database that holds something else; neither is touched.
    """
    with reading(made) as connection:
        if is_newest(connection, migrations):
            return
    _journalled(made)
    with writing(made) as connection:
        if not is_newest(connection, migrations):  # another program may have been faster
            migrate(connection, migrations=migrations)


def is_newest(connection: Connection, migrations: Path = MIGRATIONS, called: str = "") -> bool:
    """Return whether the store is of the newest version; raise ``StoreForeign`` when it is none that we know."""
    here, called = version(connection), called or place(connection.engine.url)
    if here is None:
        _refuse_foreign(connection, called)
    elif here not in versions(migrations):
        raise StoreForeign(
            f"{called} was written by a newer Smarketing (its version is {here}, this program "
            f"knows those up to {newest(migrations)}): update Smarketing, or name another store by SMARKETING_STORE"
        )
    return here == newest(migrations)


def _refuse_foreign(connection: Connection, called: str) -> None:
    """Raise ``StoreForeign`` when a database without our version holds tables all the same."""
    looked = inspect(connection)
    found = sorted({*looked.get_table_names(), *looked.get_view_names()} - {VERSION})
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        raise StoreForeign(
            f"{called} holds something else ({', '.join(found[:3])}{more}): "
            "a store needs a file or database of its own; name it by SMARKETING_STORE"
        )


def migrate(connection: Connection, to: str = "head", migrations: Path = MIGRATIONS) -> None:
    """Take the store from its version to version ``to``, inside the transaction that ``connection`` has begun."""
    scripts = _scripts(migrations)

    def steps(heads: tuple[str, ...], _context: Any) -> Iterable[MigrationStep]:
        onward = scripts.iterate_revisions(to, heads or "base", implicit_base=True)
        return [MigrationStep.upgrade_from_script(scripts.revision_map, one) for one in reversed(list(onward))]

    context = MigrationContext.configure(
        connection, opts={"version_table": VERSION, "transactional_ddl": True, "fn": steps}
    )
    with Operations.context(context):
        context.run_migrations()


def _scripts(migrations: Path) -> ScriptDirectory:
    return ScriptDirectory(str(migrations), version_locations=[str(migrations)])


def _journalled(made: Engine) -> None:
    """Have SQLite write ahead, so that readers and the writer are in nobody's way; it is remembered in the file."""
    if made.dialect.name != "sqlite":
        return
    ends = time.monotonic() + WAITS
    with in_words(place(made.url)), made.connect() as connection:
        cursor = connection.connection.cursor()
        # SQLite does not wait by itself when two programs change this at once
        while not _written_ahead(cursor) and time.monotonic() < ends:
            time.sleep(0.01)


def _written_ahead(cursor: Any) -> bool:
    """Return whether SQLite has taken the answer, be it that this disk cannot write ahead: then it writes twice."""
    try:
        cursor.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as failed:
        if "locked" in str(failed):
            return False
        raise
    return True
