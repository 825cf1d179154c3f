"""A whole load: read and check every row first, then write them all in one transaction, or none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from queries import warehouse
from queries.faults import WarehouseSilent
from queries.load.aside import Aside
from queries.load.faults import Unfit, row_wrong
from queries.load.files import Rows, found
from queries.load.fill import Values, rows_of
from queries.load.joins import Joins, Row
from queries.load.mapping import TABLES, Feed, Mapping
from queries.load.merge import merged, note, take_turn
from queries.load.staging import Waiting
from queries.watermark import tell

TELL_EVERY = 5_000
"""Rows between two reports of progress."""


class Progress(NamedTuple):
    """How far a load is: the bytes of all files, how many of them are read, and the file being read."""

    read: int
    size: int
    doing: str


class Loaded(NamedTuple):
    """What a load did to one table. ``rows`` that could be read = new + changed + unchanged + repeated."""

    table: str
    rows: int
    new: int
    changed: int
    unchanged: int
    repeated: int
    set_aside: int
    left_out: int
    first_day: date | None
    last_day: date | None


Told = Callable[[Progress], None]


def load(
    mapping: Mapping,
    folder: Path,
    address: URL,
    at: datetime,
    *,
    set_aside: Path | None = None,
    complete_through: datetime | None = None,
    told: Told = lambda _: None,
) -> list[Loaded]:
    """Load the files in ``folder`` into the warehouse at ``address`` and return what became of each table.

    ``at`` is the moment of the load. Bad rows stop it, and nothing is written, unless ``set_aside`` names a file for
    them. ``complete_through``: no event before it is missing from the files, where somebody knows that. Raises
    ``Refused`` in one of its forms.
    """
    files = {
        name: found(name, mapping.files[name], folder) for name in dict.fromkeys(one.file for one in mapping.feeds)
    }
    engine = warehouse.writer(address)
    try:
        with Aside(set_aside) if set_aside else nullcontext() as aside, _writing(engine) as connection:
            run = _Run(mapping, Joins(mapping, folder), connection, aside, told, files)
            run.read()
            connection.commit()
            told(Progress(run.size, run.size, "writing"))
            warehouse.prepare(engine)
            return run.write(at, complete_through)
    finally:
        engine.dispose()


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection; what the database refuses is said in words, and nothing stays written."""
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as failed:
        cause = str(getattr(failed, "orig", None) or type(failed).__name__).strip().split("\n")[0]
        raise WarehouseSilent(
            f"the warehouse did not take the load ({cause}); nothing was written: "
            "look whether its address is right, and run 'smarketing check' to see whether it lacks a column"
        ) from failed


class _Run:
    """One load on its way."""

    def __init__(
        self,
        mapping: Mapping,
        joins: Joins,
        connection: Connection,
        aside: Aside | None,
        told: Told,
        files: dict[str, list[Path]],
    ) -> None:
        self.mapping, self.joins, self.connection, self.aside, self.told = mapping, joins, connection, aside, told
        self.files = files
        self.size = sum(path.stat().st_size for paths in files.values() for path in paths)
        self.waiting = {name: self._waiting(name) for name in TABLES if any(one.table == name for one in mapping.feeds)}
        self.aside_rows = dict.fromkeys(self.waiting, 0)
        self.left_out = dict.fromkeys(self.waiting, 0)

    def _waiting(self, name: str) -> Waiting:
        """Return the empty waiting table of one table of the contract."""
        feeds = {number: feed for number, feed in enumerate(self.mapping.feeds) if feed.table == name}
        return Waiting(self.connection, name, feeds)

    def read(self) -> None:
        """Read every file once, for all its feeds, and settle which rows count."""
        done = 0
        for name, paths in self.files.items():
            for path in paths:
                with Rows(path, self.mapping.files[name]) as file:
                    self._read_file(name, file, done)
                done += file.size
        for waiting in self.waiting.values():
            waiting.finish()

    def _read_file(self, name: str, file: Rows, done: int) -> None:
        """Read one file for all its feeds."""
        feeds = {number: feed for number, feed in enumerate(self.mapping.feeds) if feed.file == name}
        for table in {feed.table for feed in feeds.values()}:
            self.waiting[table].begin_file(file.path)
        steps = [(number, feed, rows_of(feed, file, self.joins)) for number, feed in feeds.items()]
        for count, (line, cells) in enumerate(file):
            for number, feed, row in steps:
                self._take(number, feed, row, file, line, cells)
            if count % TELL_EVERY == 0:
                self.told(Progress(done + file.read, self.size, file.path.name))

    def _take(
        self, number: int, feed: Feed, row: Callable[[Row], Values | None], file: Rows, line: int, cells: Row
    ) -> None:
        """Let one row wait, leave it out, or set it aside."""
        try:
            values = row(cells)
        except Unfit as bad:
            self._bad(feed, bad, file, line, cells)
            return
        if values is None:
            self.left_out[feed.table] += 1
        else:
            self.waiting[feed.table].add(number, line, values)

    def _bad(self, feed: Feed, bad: Unfit, file: Rows, line: int, cells: Row) -> None:
        """Set a bad row aside where that is wanted, or stop."""
        if self.aside is None:
            raise row_wrong(file.path, line, bad) from None
        self.aside.add(file.path, line, feed.table, bad, cells, file.file)
        self.aside_rows[feed.table] += 1

    def write(self, at: datetime, complete_through: datetime | None) -> list[Loaded]:
        """Write all tables and their rows of ``loads`` in one transaction."""
        with self.connection.begin():
            take_turn(self.connection)
            loaded = [self._write(name, at, complete_through) for name in self.waiting]
            tell(self.connection)
            return loaded

    def _write(self, name: str, at: datetime, complete_through: datetime | None) -> Loaded:
        """Write one table."""
        stamp = at if self.mapping.stamp_loaded_at else None
        waiting = self.waiting[name]
        written = merged(self.connection, waiting, ZoneInfo(self.mapping.time_zone), stamp)
        note(self.connection, name, written, at, complete_through)
        return Loaded(
            name,
            waiting.rows,
            written.new,
            written.changed,
            waiting.rows - waiting.repeated - written.new - written.changed,
            waiting.repeated,
            self.aside_rows[name],
            self.left_out[name],
            written.first_day,
            written.last_day,
        )
