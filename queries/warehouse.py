"""The only door to the warehouse: read-only connections with a deadline, and what a silent warehouse raises."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from traceback import clear_frames
from typing import Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from queries.absent import forgive
from queries.faults import ContractBroken, WarehouseAddressWrong, WarehouseSilent
from queries.knowledge import two_cuts
from queries.tables import metadata

READ_SECONDS, APART = 10.0, 10.0
"""How long one read of the whole board may take before it is given up; seconds from a refused sign-in to the next."""


def address(text: str) -> URL:
    """Return the warehouse's address from ``text``: an SQLAlchemy URL, or the path of an SQLite file.

    Raises ``WarehouseAddressWrong`` for anything else.

    >>> address("sales.db").render_as_string()
    'sqlite:///sales.db'
    >>> address("postgresql://board@db/crm").drivername
    'postgresql+psycopg'
    """
    if not text.strip():
        raise WarehouseAddressWrong("the warehouse's address is empty: set WAREHOUSE_URL or pass --warehouse")
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
        if url.drivername in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+psycopg")
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as wrong:
        raise WarehouseAddressWrong(
            f"the warehouse's address is not understood ({type(wrong).__name__}): write it like "
            "sqlite:///smarketing.db or postgresql://user:password@host/database"
        ) from None
    return url


AS_TEXT = partial(str, encoding="utf-8", errors="backslashreplace")
"""SQLite holds whatever bytes it was given; the driver alone would refuse a whole answer for one that is not UTF-8.

The bytes are shown as ``\\xe9``, so that no two names become one. It costs 0.4 µs a text.
"""


def reader(url: URL, seconds: float = READ_SECONDS, apart: float = APART) -> Engine:
    """Return an engine whose connections can only read, and give up after ``seconds``.

    Where a sign-in was refused, the next is tried ``apart`` seconds later: many servers lock out who tries too often.

    Columns that were noted as absent (``queries.absent``) are read as NULL; what a connection knows can be said
    (``queries.knowledge``).

    SQLite: ``mode=ro`` and ``query_only``. PostgreSQL: a read-only transaction at REPEATABLE READ, so that one board
    is one moment, in UTC, with a statement timeout.
    """
    if url.get_backend_name() == "sqlite":
        return two_cuts(forgive(_sqlite_reader(url, seconds)))
    if url.get_backend_name() == "postgresql":
        options = f"-c default_transaction_read_only=on -c statement_timeout={int(seconds * 1000)} -c timezone=UTC"
        engine = create_engine(
            url,
            isolation_level="REPEATABLE READ",
            pool_size=2,
            max_overflow=1,  # while a look is checked once more, and closed again
            pool_timeout=seconds,
            pool_pre_ping=True,
            connect_args={"connect_timeout": max(2, int(seconds)), "options": options},
        )
        return two_cuts(forgive(_remember_lent(_sign_in_seldom(engine, apart))))
    return two_cuts(forgive(create_engine(url, poolclass=NullPool)))


def strictly(connection: Connection) -> None:
    """Have a text of SQLite that is not UTF-8 refused on this connection, as a check must, not shown in its bytes."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.text_factory = str  # type: ignore[union-attr]


def abandon(engine: Engine) -> None:
    """Cut the connections that ``engine`` has lent out, so that a query nobody answers ends with an error.

    A server that hangs keeps neither a statement timeout nor a cancellation; only this side can let go.
    """
    from psycopg import Error as DriverError  # costs a sixth of a second, which SQLite's readers need not spend

    for driver in list(_lent.get(engine, ())):
        with suppress(OSError, ValueError, DriverError), socket.socket(fileno=os.dup(driver.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)


_lent: WeakKeyDictionary[Engine, set[Any]] = WeakKeyDictionary()


def _remember_lent(engine: Engine) -> Engine:
    """Return ``engine``, from now on known with the driver connections that it lends out."""
    lent = _lent.setdefault(engine, set())
    event.listen(engine, "checkout", lambda connection, _record, _proxy: lent.add(connection))
    event.listen(engine, "checkin", lambda connection, _record: lent.discard(connection))
    event.listen(engine, "close", lambda connection, _record: lent.discard(connection))
    return engine


def _sign_in_seldom(engine: Engine, apart: float) -> Engine:
    """Return ``engine``, which from now on repeats a refusal of its sign-in without asking, for ``apart`` seconds."""
    refused: dict[str, Any] = {"until": float("-inf")}

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, _record: Any, words: Any, named: Any) -> Any:
        if time.monotonic() < refused["until"]:
            raise type(refused["why"])(str(refused["why"]))
        try:
            return dialect.connect(*words, **named)
        except dialect.loaded_dbapi.Error as failed:
            if any(sign in str(failed) for sign in SIGN_IN):
                refused.update(until=time.monotonic() + apart, why=failed)
            # half a connection hangs on what the driver was doing: it is let go of now, not when garbage is looked for
            clear_frames(failed.__traceback__)
            raise

    return engine


def _sqlite_reader(url: URL, seconds: float) -> Engine:
    """Return a read-only engine on one SQLite file; queries stop at the deadline."""
    if url.database in (None, "", ":memory:"):
        raise WarehouseAddressWrong("an SQLite warehouse needs a file: write sqlite:///smarketing.db")
    path = Path(str(url.database)).absolute()
    read_only = URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})
    engine = create_engine(read_only, poolclass=NullPool, connect_args={"timeout": min(seconds, 5.0)})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        ends = time.monotonic() + seconds
        connection.set_progress_handler(lambda: 1 if time.monotonic() > ends else 0, 100_000)
        connection.execute("PRAGMA query_only = 1")
        connection.text_factory = AS_TEXT
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # the driver opens no transaction for a SELECT; without one, two queries could see two moments
        connection.exec_driver_sql("BEGIN")

    return engine


def writer(url: URL) -> Engine:
    """Return an engine that may write, for ``load`` and ``demo`` only; SQLite is put into WAL mode."""
    engine = create_engine(url)
    if url.get_backend_name() == "sqlite":

        @event.listens_for(engine, "connect")
        def _wal(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA busy_timeout = 30000")

    return engine


def prepare(engine: Engine) -> None:
    """Create the contract's tables and indexes where they are missing."""
    metadata.create_all(engine)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection on which every query sees one and the same moment.

    Raises ``WarehouseSilent`` when the warehouse does not answer and ``ContractBroken`` when it lacks what was asked
    for, both in words without any secret.
    """
    with in_words(), engine.connect() as connection:
        yield connection


@contextmanager
def in_words(driver: type[Exception] = DBAPIError) -> Iterator[None]:
    """Turn what SQLAlchemy or a driver raises inside into ``WarehouseSilent`` or ``ContractBroken``, no secret in it.

    ``driver`` is the driver's own error, for whoever speaks to it directly.
    """
    try:
        yield
    except DBAPIError as failed:
        raise _in_words(failed.orig or failed) from failed
    except driver as failed:
        raise _in_words(failed) from failed
    except SQLAlchemyError as failed:
        raise WarehouseSilent(f"the warehouse did not answer ({type(failed).__name__})") from failed
    except (ValueError, TypeError) as failed:
        if not _of_a_cell(failed):
            raise
        said = str(failed)[:120]
        raise ContractBroken(
            f"a cell is of another kind than its column ({said}); 'smarketing check' names it"
        ) from failed


def _of_a_cell(failed: Exception) -> bool:
    """Return whether it was raised where SQLAlchemy makes an instant or a day of what SQLite holds: any text at all."""
    trace = failed.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__")).startswith("sqlalchemy.")


MISSING = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn", "InsufficientPrivilege")
MISMATCHED = (
    "UndefinedFunction",
    "DatatypeMismatch",
    "InvalidTextRepresentation",
    "CannotCoerce",
    "InvalidDatetimeFormat",
)


SIGN_IN = ("password", "authentication", "is not permitted to log in")
SILENCES = (
    (("interrupted", "statement timeout"), "the warehouse took too long to answer"),
    (
        ("unable to open database file", "disk I/O error"),
        "the warehouse's file cannot be opened: is it there, and may it be read?",
    ),
    (SIGN_IN, "the warehouse refused the sign-in: are name and password right?"),
    (
        ("too many clients", "remaining connection slots", "too many connections"),
        "the warehouse has no connection left to give",
    ),
    (("starting up", "shutting down", "recovery mode"), "the warehouse's server is starting or shutting down"),
    (("timeout expired", "timed out"), "the warehouse's server cannot be reached in time"),
    (("refused",), "the warehouse's server refused the connection: is it up, are host and port right?"),
    (
        ("closed the connection", "reset by peer", "connection is lost", "terminating connection", "SSL SYSCALL"),
        "the warehouse's server ended the connection",
    ),
    (
        ("not a database", "malformed"),
        "the warehouse's file is no SQLite database, or is damaged: is it the right file?",
    ),
    (("locked", "locking protocol"), "the warehouse is locked by another program"),
)
"""What drivers say, and what it means to a reader of the board."""


def _in_words(cause: BaseException) -> WarehouseSilent | ContractBroken:
    """Return what a driver's error means to a reader of the board."""
    name, whole = type(cause).__name__, str(cause).strip()
    first_line = whole.split("\n")[0]
    if name in MISSING or any(first_line.startswith(sign) for sign in MISSING):
        return ContractBroken(f"{first_line}; run 'smarketing check' to see what is missing")
    if name in MISMATCHED:
        return ContractBroken(f"a column is of another kind than agreed ({first_line}); 'smarketing check' names it")
    if name == "QueryCanceled":
        return WarehouseSilent(SILENCES[0][1])
    for signs, words in SILENCES:
        if any(sign in whole for sign in signs):
            return WarehouseSilent(words)
    return WarehouseSilent(f"the warehouse did not answer ({name})")
