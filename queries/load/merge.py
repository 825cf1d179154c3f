"""The one transaction: waiting rows go into the contract's tables, by id, and only what differs is written."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    update,
)

from queries.columns import Instant
from queries.load.mapping import TABLES, Feed
from queries.load.staging import Waiting
from queries.tables import key, loads


class Written(NamedTuple):
    """What a load did to one table; the days are the company's, from first to last, of every row it wrote."""

    new: int
    changed: int
    first_day: date | None
    last_day: date | None


def take_turn(connection: Connection) -> None:
    """Wait until no other load writes: two at once would give out one ``load_id`` twice."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE loads IN SHARE ROW EXCLUSIVE MODE"))
    # on SQLite the first statement that may write takes the only writing place, and waits for it
    connection.execute(delete(loads).where(loads.c.load_id < 0))


def merged(connection: Connection, waiting: Waiting, zone: ZoneInfo, stamp: datetime | None) -> Written:
    """Write the waiting rows of one table: new ones in, different ones over; equal ones are not touched.

    ``stamp`` is the ``loaded_at`` of new rows where given. An old row keeps its first ``loaded_at``.
    """
    new = changed = 0
    days: list[date] = []
    for number, feed in waiting.feeds.items():
        step = _Step(waiting, number, feed)
        days += [*step.days(connection, zone)]
        changed += connection.execute(step.change()).rowcount if step.over else 0
        new += connection.execute(step.add(stamp)).rowcount
    return Written(new, changed, min(days, default=None), max(days, default=None))


def note(connection: Connection, name: str, written: Written, at: datetime, complete_through: datetime | None) -> None:
    """Write the row of ``loads`` that says what became of one table; one that changed nothing says 0 and no days."""
    highest = connection.execute(select(func.max(loads.c.load_id))).scalar()
    row = {
        "load_id": (highest or 0) + 1,
        "table_name": name,
        "loaded_at": at,
        "status": "ok",
        "first_day": written.first_day,
        "last_day": written.last_day,
        "complete_through": complete_through,
        "rows": written.new + written.changed,
    }
    connection.execute(insert(loads).values(row))


class _Step:
    """One feed's rows on their way into their table."""

    def __init__(self, waiting: Waiting, number: int, feed: Feed) -> None:
        self.into, self.waiting, self.feed = TABLES[waiting.name], waiting.table, feed
        self.here = self.waiting.c.feed == number
        ids = key(self.into)
        self.same = and_(*(self._equal(one) for one in ids))
        self.over = [one for one in feed.columns if one not in ids and one != "loaded_at"]

    def _equal(self, name: str) -> ColumnElement[bool]:
        """Return whether a part of the id is the same; an empty one equals an empty one."""
        ours = self.into.columns[name]
        if name not in self.waiting.columns:
            return ours.is_(None)
        theirs = self.waiting.columns[name]
        return ours.is_not_distinct_from(theirs) if ours.nullable else ours == theirs

    def differs(self) -> ColumnElement[bool]:
        """Return whether a waiting row says something else than the row of its id."""
        return or_(*(self.into.columns[one].is_distinct_from(self.waiting.columns[one]) for one in self.over))

    def change(self) -> Any:
        """Return the statement that writes different rows over."""
        values = {one: self.waiting.columns[one] for one in self.over}
        return update(self.into).values(values).where(self.same, self.here, self.differs())

    def unknown(self) -> ColumnElement[bool]:
        """Return whether the table has no row of a waiting row's id."""
        return not_(exists(select(literal(1)).select_from(self.into).where(self.same)))

    def add(self, stamp: datetime | None) -> Any:
        """Return the statement that adds the rows whose id is new."""
        values: dict[str, ColumnElement[Any]] = {one: self.waiting.columns[one] for one in self.feed.columns}
        if stamp is not None and "loaded_at" in self.into.columns:
            values["loaded_at"] = literal(stamp, Instant())
        rows = select(*values.values()).where(self.here, self.unknown())
        # without the option SQLAlchemy asks no driver how many rows an INSERT wrote, and PostgreSQL's says -1
        return insert(self.into).from_select(list(values), rows).execution_options(preserve_rowcount=True)

    def days(self, connection: Connection, zone: ZoneInfo) -> Iterable[date]:
        """Yield the first and last day of what the rows to be written say, or said before, except what is planned."""
        if self.over:
            touched = self.here & self.same & self.differs()
            both = [*self._dated(self.waiting.columns), *self._dated(self.into.columns)]
            yield from _ends(connection, both, touched, zone)
        yield from _ends(connection, self._dated(self.waiting.columns), self.here & self.unknown(), zone)

    def _dated(self, columns: Any) -> list[Column[Any]]:
        """Return the columns that say when something happened."""
        return [
            one for one in columns if (isinstance(one.type, Instant) and one.name != "loaded_at") or one.name == "day"
        ]


def _ends(
    connection: Connection, columns: list[Column[Any]], where: ColumnElement[bool], zone: ZoneInfo
) -> Iterable[date]:
    """Yield the least and the greatest of ``columns`` over the rows ``where``, as days of ``zone``."""
    if not columns:
        return
    asked = [one for column in columns for one in (func.min(column), func.max(column))]
    for value in connection.execute(select(*asked).where(where)).one():
        if value is not None:
            yield value.astimezone(zone).date() if isinstance(value, datetime) else value
