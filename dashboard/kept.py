"""What was read of days gone by and still holds: it is asked for once, until a load says that it touched those days.

A reading of the whole history costs what the history costs; a kept one costs what has moved. Nothing is kept that the
clock alone could change; everything is forgotten when the warehouse moved without a load that says where, and when
this machine's clock goes back. A few of the oldest parts are read anew each time, should the log ever have been wrong.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection

from dashboard.calendar import Calendar
from queries import leads, loads, moments
from queries.moments import LONG_AGO, Range
from queries.tables import activities, deals

TABLES = ("leads", "activities", "deals")
ANEW, A_FEW = timedelta(minutes=15), 5
"""What is older is read anew, so many parts in one reading: about an hour for all, and no reading stands out."""
MOST_NUMBERS = 5_000_000
"""More ids than this are not kept in mind."""
AT_ONCE = 150
"""Stretches in one query; SQLite joins at most 500 of them."""


class Piece(NamedTuple):
    """A part of a stretch of time; ``closed`` when it lies in the past and will be asked for again."""

    stretch: Range
    closed: bool


class Part(NamedTuple):
    """What was read over one piece, and the tables it came from."""

    value: Any
    tables: frozenset[str]
    read_at: datetime | None


class Looked(NamedTuple):
    """What was known of the warehouse when it was last looked at."""

    as_of: datetime
    mark: object
    load_id: int


class Kept:
    """Parts of earlier readings, by what was asked over which stretch of time."""

    def __init__(self) -> None:
        self._parts: dict[tuple[Hashable, Range], Part] = {}
        self._looked: Looked | None = None
        self._coming: Mapping[str, datetime | None] | None = None
        """By table, the earliest instant of what is yet to come in it; None where nothing is known of that."""
        self.still_since: datetime | None = None
        """The moment of the look before the last one, where nothing has moved in the warehouse in between."""
        self._names: list[str] = []
        self.forgotten = 0
        """How often something was forgotten of leads, or all was."""
        self.numbers: dict[str, int] = {}
        """A small number for every id and word that was read: what follows compares them by the ten thousand."""

    @property
    def names(self) -> Sequence[str]:
        """The ids and words by their numbers."""
        if len(self._names) < len(self.numbers):
            self._names.extend(islice(self.numbers, len(self._names), None))
        return self._names

    @property
    def settled(self) -> frozenset[str]:
        """The tables of which all is known at the last look: no row or decision in them is yet to come."""
        return frozenset(name for name, first in (self._coming or {}).items() if first is None)

    def _holds(self, piece: Piece, tables: frozenset[str]) -> bool:
        """Return whether the clock alone will not change what was read of ``tables`` over ``piece``."""
        if not piece.closed or self._coming is None:
            return False
        firsts = [first for name, first in self._coming.items() if name in tables and first is not None]
        return all(piece.stretch.end <= one for one in firsts)

    @property
    def keeps(self) -> bool:
        """Whether anything is kept for a next reading; what is read once need not be read in parts."""
        return self._looked is not None

    def look(
        self,
        connection: Connection,
        as_of: datetime,
        there: frozenset[str],
        calendar: Calendar,
        marks: tuple[object, object],
    ) -> None:
        """Forget what no longer holds.

        To be called on the connection of each reading, before anything is asked for. ``marks`` are the warehouse's
        marks from before the reading's snapshot and from after it: where this one's second is the last one's first,
        nothing moved between the two snapshots. Without marks (None) nothing is kept.
        """
        before, mark = marks
        self._coming = None if mark is None else _coming(connection, as_of)
        self.still_since = None
        newest = loads.newest(connection) if "loads" in there else 0
        if self._must_forget(connection, as_of, there, calendar, mark, newest):
            self.forgotten += 1
            self._parts.clear()
            self.numbers.clear()
            self._names.clear()
        elif self._looked and mark == self._looked.mark:
            self.still_since = self._looked.as_of
        self._forget_oldest(as_of)
        self._looked = Looked(as_of, before, newest)

    def _must_forget(
        self,
        connection: Connection,
        as_of: datetime,
        there: frozenset[str],
        calendar: Calendar,
        mark: object,
        newest: int,
    ) -> bool:
        """Return whether all must be forgotten; if not, what loads have touched is."""
        was = self._looked
        if was is None or mark is None or as_of < was.as_of or len(self.numbers) > MOST_NUMBERS:
            return True
        if mark == was.mark:
            return False
        new = loads.after(connection, was.load_id) if "loads" in there else ()
        if not new or any(one.status == "running" for one in new):
            return True
        return not self._forget_touched(new, calendar, loads.logged(connection, TABLES))

    def _forget_touched(self, new: Sequence[loads.Load], calendar: Calendar, logged: frozenset[str]) -> bool:
        """Forget the parts that end after the first day a load of their table touched; False where one does not say.

        Of a table of which no load was ever ``logged``, all: it may have moved with the others.
        """
        touched = dict.fromkeys(set(TABLES) - logged, LONG_AGO)
        for one in new:
            if one.table not in TABLES or one.wrote_nothing:
                continue
            if one.first_day is None:
                return False
            start = calendar.start(one.first_day)
            touched[one.table] = min(start, touched.get(one.table, start))
        self._parts = {at: part for at, part in self._parts.items() if not _was_touched(at[1], part, touched)}
        self.forgotten += "leads" in touched
        return True

    def _forget_oldest(self, as_of: datetime) -> None:
        """Forget a few of the parts that were read long ago; they stand first, for they were put there first."""
        for at, part in list(islice(self._parts.items(), A_FEW)):
            if part.read_at and as_of - part.read_at >= ANEW:
                del self._parts[at]

    def over(
        self,
        name: Hashable,
        tables: frozenset[str],
        pieces: Sequence[Piece],
        read: Callable[[list[Range]], Sequence[Any]],
    ) -> list[Any]:
        """Return what ``read`` says of each piece, asking it only for the pieces that are not kept.

        ``read`` answers many stretches at once, in order; ``name`` says all that its answers depend on besides.
        """
        found: list[Any] = [self._parts.get((name, piece.stretch)) for piece in pieces]
        missing = [place for place, part in enumerate(found) if part is None]
        for begin in range(0, len(missing), AT_ONCE):
            places = missing[begin : begin + AT_ONCE]
            values = read([pieces[place].stretch for place in places])
            for place, value in zip(places, values, strict=True):
                found[place] = Part(value, tables, self._looked and self._looked.as_of)
                if self._holds(pieces[place], tables):
                    self._parts[name, pieces[place].stretch] = found[place]
        return [part.value for part in found]


def _coming(connection: Connection, as_of: datetime) -> dict[str, datetime | None]:
    """Return by table the earliest instant of any row or decision that is yet to come by ``as_of``."""
    return {
        "leads": leads.to_come(connection, as_of),
        "activities": moments.to_come(connection, activities, as_of),
        "deals": moments.to_come(connection, deals, as_of),
    }


def _was_touched(stretch: Range, part: Part, touched: Mapping[str, datetime]) -> bool:
    return any(name in touched and touched[name] < stretch.end for name in part.tables)
