"""Has anything in the warehouse moved? One cheap look an engine, so that the board is read only when it has to be."""

from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.engine import URL

from queries.ages import present
from queries.tables import activities, deals, leads, loads
from queries.warehouse import in_words

CHANNEL = "smarketing"
"""The PostgreSQL channel on which whoever loads the warehouse may NOTIFY."""


def tell(connection: Connection) -> None:
    """Tell whoever listens, at the end of this transaction, that the data has moved; only PostgreSQL can carry it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"NOTIFY {CHANNEL}"))


class Watermark(Protocol):
    """Looks at one warehouse again and again."""

    def mark(self) -> object:
        """Return a value that differs from the last one when the warehouse may have moved."""

    def close(self) -> None:
        """Let go of the warehouse; the next look connects anew."""


def watermark(url: URL, engine: Engine) -> Watermark:
    """Return the cheapest look there is for the engine of ``url``; ``engine`` is its reader."""
    if url.get_backend_name() == "sqlite":
        return SqliteWatermark(engine, Path(str(url.database)))
    if url.get_backend_name() == "postgresql":
        return PostgresWatermark(engine)
    return NewestLoad(engine)


class SqliteWatermark:
    """``PRAGMA data_version`` on a kept connection (some microseconds), and which files it reads, should one change.

    A kept connection also keeps the log beside the file (``-wal``, ``-shm``) for every other connection of its process:
    were that taken away under it, nothing new would ever be seen.
    """

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self._path = path
        self._identity: tuple[tuple[int, int] | None, ...] = ()
        self._kept: Connection | None = None

    def mark(self) -> object:
        """Return which files there are, and a number that other connections' commits change."""
        with in_words(self._engine.dialect.loaded_dbapi.Error):
            if self._kept is None or self._files() != self._identity:
                self.close()
                self._kept = self._engine.connect()
            # the driver's own cursor: SQLAlchemy would open a transaction, and inside one nothing ever moves
            # closed whatever comes of it: one that failed would hold the file open beyond its connection's end
            with closing(self._kept.connection.cursor()) as cursor:
                cursor.execute("PRAGMA data_version")
                found = cursor.fetchall()
            # the first look may have made the log's files itself
            self._identity = self._files()
            return self._identity, found

    def _files(self) -> tuple[tuple[int, int] | None, ...]:
        return tuple(_identity(self._path.with_name(self._path.name + end)) for end in ("", "-wal", "-shm"))

    def close(self) -> None:
        """Let go of the file."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class PostgresWatermark:
    """Notifications on a kept connection, and behind them the server's transactions: none new, nothing moved."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: Connection | None = None
        self._heard = 0

    def mark(self) -> object:
        """Return how many notifications were heard, and the server's newest transaction that wrote."""
        with in_words(self._engine.dialect.loaded_dbapi.Error):
            if self._kept is None:
                self._kept = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                self._kept.execute(text(f"LISTEN {CHANNEL}"))
            driver: Any = self._kept.connection.driver_connection
            self._heard += sum(1 for _ in driver.notifies(timeout=0))
            return self._heard, self._kept.execute(text("SELECT pg_current_snapshot()::text")).scalar()

    def close(self) -> None:
        """Let go of the connection, whatever state it is in."""
        if self._kept is not None:
            self._kept.invalidate()
            self._kept.close()
            self._kept = None


class NewestLoad:
    """For any other engine: the newest recorded load; without records, the newest of what was loaded or happened."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mark(self) -> object:
        """Return the newest load's id, or the newest ``loaded_at`` and event of each table."""
        with in_words(), self._engine.connect() as connection:
            if "loads" in present(connection):
                return connection.execute(select(func.max(loads.c.load_id), func.count())).one()
            events = ((leads, leads.c.created_at), (activities, activities.c.happened_at), (deals, deals.c.created_at))
            return [
                tuple(connection.execute(select(func.max(table.c.loaded_at), func.max(happened))).one())
                for table, happened in events
            ]

    def close(self) -> None:
        """Nothing is kept."""
