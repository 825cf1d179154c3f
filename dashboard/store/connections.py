"""Connections to the store: one writer at a time, a write is kept before it is confirmed, and silence has words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from dashboard.store.faults import StoreSilent

WAITS = 10.0
"""Seconds that a write waits for another one to end; a meeting's takes milliseconds."""
OURS = 0x5347_4D4B
"""The number of the lock that PostgreSQL's writers take: any will do that nobody else in this database uses."""
PENDING = "store_write"


def engine(url: URL, waits: float = WAITS) -> Engine:
    """Return an engine on the store at ``url``; nothing is opened yet."""
    return _sqlite(url, waits) if url.get_backend_name() == "sqlite" else _postgresql(url, waits)


def _sqlite(url: URL, waits: float) -> Engine:
    """Return an engine on one SQLite file: what was confirmed has reached the disk, also where the power fails."""
    made = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": waits})

    @event.listens_for(made, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin and commit where it likes
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        # a write that began as a reading could not wait for its turn: SQLite refuses it at once
        is_write = connection.get_execution_options().get(PENDING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")

    return made


def _postgresql(url: URL, waits: float) -> Engine:
    """Return an engine on a PostgreSQL database; each reading is one moment, and no write is left to the memory."""
    patience = f"-c lock_timeout={int(waits * 1000)} -c statement_timeout={int(waits * 2000)}"
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=2,
        max_overflow=8,
        pool_timeout=waits,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": max(2, int(waits)),
            "options": f"{patience} -c synchronous_commit=on -c timezone=UTC",
        },
    )


@contextmanager
def reading(made: Engine, called: str = "") -> Iterator[Connection]:
    """Yield a connection on which every query sees one and the same moment; ``called`` is its name in a refusal."""
    level = {"isolation_level": "REPEATABLE READ"} if made.dialect.name == "postgresql" else {}
    with (
        in_words(called or place(made.url)),
        made.connect() as connection,
        connection.execution_options(**level).begin(),
    ):
        yield connection


@contextmanager
def writing(made: Engine, called: str = "") -> Iterator[Connection]:
    """Yield the connection of the one who writes now: all of it is kept when the block ends, or none of it."""
    with (
        in_words(called or place(made.url)),
        made.connect() as connection,
        connection.execution_options(**{PENDING: True}).begin(),
    ):
        if made.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(OURS)))
        yield connection


@contextmanager
def in_words(called: str) -> Iterator[None]:
    """Turn what SQLAlchemy or a driver raises inside into ``StoreSilent``, no secret in it."""
    try:
        yield
    except DBAPIError as failed:
        raise StoreSilent(_said(str(failed.orig or failed), type(failed.orig or failed).__name__, called)) from None
    except sqlite3.Error as failed:
        raise StoreSilent(_said(str(failed), type(failed).__name__, called)) from None
    except SQLAlchemyError as failed:
        raise StoreSilent(_said("", type(failed).__name__, called)) from None


SILENCES = (
    (("disk is full", "No space left", "DiskFull"), "{place} has no room left: make room; the write was not kept"),
    (
        ("readonly database", "read-only transaction", "read-only file"),
        "{place} can only be read: give the program the right to write there, or name another by SMARKETING_STORE",
    ),
    (
        ("unable to open database file",),
        "{place} cannot be opened: is its folder there, and may it be written in? SMARKETING_STORE names another",
    ),
    (("locked", "lock timeout", "LockNotAvailable"), "{place} is held by another program for too long: try again"),
    (("not a database", "malformed"), "{place} is no SQLite database, or is damaged: restore a backup into a new file"),
    (
        ("no such table", "UndefinedTable"),
        "{place} is empty: was it deleted or replaced? restore a backup into it, or start the server anew",
    ),
    (("disk I/O error",), "{place} could not be written or read (the disk refused); the write was not kept"),
    (("password", "authentication"), "{place} refused the sign-in"),
    (("does not exist",), "{place} is not there: make the database first, or correct SMARKETING_STORE"),
    (("permission denied",), "{place} does not let this user in, or not make tables: give the rights"),
    (("too many clients", "remaining connection slots"), "{place} has no connection left to give: try again"),
    (("starting up", "shutting down", "recovery mode"), "{place} is starting or shutting down: try again"),
    (("timeout", "timed out"), "{place} cannot be reached in time: try again"),
    (
        ("refused", "Name or service not known", "resolve host", "No route"),
        "{place} cannot be reached: is it up, are host and port right?",
    ),
    (("closed the connection", "reset by peer", "terminating", "connection is lost"), "{place} ended the connection"),
)
"""What drivers say, and what it means to whoever writes."""


def _said(cause: str, kind: str, called: str) -> str:
    """Return what a driver's error means; the driver's own words, which may say too much, are left out."""
    words = next(
        (words for signs, words in SILENCES if any(sign in cause or sign == kind for sign in signs)),
        f"{{place}} did not answer ({kind})",
    )
    return words.replace("{place}", called)


def place(url: URL) -> str:
    """Return how a store is called in a sentence: by its file, or by its database.

    >>> place(URL.create("sqlite", database="kept/store.db"))
    'the store (kept/store.db)'
    >>> place(URL.create("postgresql+psycopg", "app", "secret", "db", database="kept"))
    'the store (database kept on db)'
    """
    if url.get_backend_name() == "sqlite":
        return f"the store ({Path(str(url.database))})"
    return f"the store (database {url.database} on {url.host or 'this machine'})"
