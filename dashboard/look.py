"""One look at the warehouse: the whole board as of a moment, refused when it is half loaded or cannot be right."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from dashboard import gate, reckon
from dashboard.board import Board, State
from dashboard.kept import Kept
from dashboard.reading import Reading
from dashboard.reps.reading import Details, RepReading
from dashboard.reps.reckon import Days, days
from dashboard.settings import Settings
from dashboard.words import moment
from queries import absent, access, ages, repeats
from queries.faults import ContractBroken, DataRefused, Refused, StillLoading
from queries.warehouse import abandon, in_words, reader, reading

GATED = timedelta(days=28)
"""The days whose rows are counted, so that a sudden loss is seen."""
ONCE = timedelta(days=62)
"""The days in which no row may be there twice: this period and the one it is compared with."""


class Looked(NamedTuple):
    """A good board, and the rows by table that it stands on."""

    board: Board
    rows: Mapping[str, int]
    absent: frozenset[str] = frozenset()
    """The optional columns that were not there."""


class Seen(NamedTuple):
    """What the last look saw, over a connection that still sees it."""

    reading: Reading
    state: State
    ends: ExitStack


class Looker:
    """Reads one company's warehouse; connects when first asked, and lets go when told."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._engine: Engine | None = None
        self._kept = Kept()
        self._details: Details = {}
        self._forgotten = 0
        self._seen: Seen | None = None

    @property
    def engine(self) -> Engine:
        """The engine that reads; made when first asked for, so that a forked process has its own."""
        if self._engine is None:
            told = self.settings
            self._engine = reader(told.warehouse, told.read_seconds, told.refresh_seconds)
        return self._engine

    def at(self, instant: datetime, polled_at: datetime) -> Board:
        """Return the board as of a moment that somebody asked for."""
        with reading(self.engine) as connection:
            return reckon.board_of(self._reading(connection, instant), polled_at, travelled=True)

    def days_at(self, instant: datetime) -> Days:
        """Return the reps' days as of a moment that somebody asked for."""
        with reading(self.engine) as connection:
            found = self._reading(connection, instant)
            board = reckon.board_of(found, instant, travelled=True)
            return days(RepReading(found, {}), board.state)

    def fresh(
        self,
        instant: datetime,
        before: Looked | None,
        mark: Callable[[], object] = lambda: None,
        doubt: Callable[[Connection, datetime], None] | None = None,
    ) -> Looked:
        """Return the board of this moment, checked against the one ``before``; ``days`` may be asked for next.

        ``mark`` tells whether the warehouse may have moved; what has not is taken from earlier looks. Without it, all
        is read anew. ``doubt`` raises ``ClockDoubted`` when ``instant`` cannot be this moment.

        Raises ``StillLoading``, ``DataRefused``, ``ContractBroken`` or ``WarehouseSilent``: then the last one stays.
        """
        self._end()
        moved_before = mark()
        with ExitStack() as ends:
            connection = ends.enter_context(reading(self.engine))
            there = ages.present(connection)
            ages.demand(there)
            if doubt:
                doubt(connection, instant)
            lacking = absent.note(connection, there)
            if before and (gone := sorted(lacking - before.absent)):
                raise ContractBroken(f"{', '.join(gone)} is missing, and was there before")
            for table, since in ages.running(connection, instant, there)[:1]:
                begun = moment(since.astimezone(self.settings.company.calendar.zone), instant)
                raise StillLoading(f"a load of {table} has been running since {begun}")
            repeats.refuse(connection, instant - ONCE, instant)
            # two marks, one on either side of the snapshot: what comes between is looked at twice, never missed
            self._kept.look(connection, instant, there, self.settings.company.calendar, (moved_before, mark()))
            found = self._reading(connection, instant, self._kept)
            board = reckon.board_of(found, instant)
            rows = self._rows(connection, instant, before)
            told = ages.complete_since(connection, before.board.as_of, instant, there) if before else frozenset()
            # once more: a view may have taken a table's place while it was read
            with reading(self.engine) as another:
                repeats.refuse(another, instant - ONCE, instant)
            self._check(before, board, {name: count for name, count in rows.items() if name not in told})
            self._seen = Seen(found, board.state, ends.pop_all())
        return Looked(board, rows, lacking)

    def days(self) -> Days:
        """Return the day of every rep at the moment of the last look, which ends with this; raise ``WarehouseSilent``.

        Apart from the board, so that whoever looks at the board does not wait for what the reps look at.
        """
        if self._seen is None:
            raise RuntimeError("the days of a look can be asked for once, after the look")
        try:
            with in_words():
                if self._kept.forgotten != self._forgotten:
                    self._details, self._forgotten = {}, self._kept.forgotten
                return days(RepReading(self._seen.reading, self._details), self._seen.state)
        finally:
            self._end()

    def _end(self) -> None:
        """Let go of what the last look saw."""
        seen, self._seen = self._seen, None
        if seen is not None:
            with in_words():
                seen.ends.close()

    def _rows(self, connection: Connection, instant: datetime, before: Looked | None) -> Mapping[str, int]:
        """Return the rows of the gated days by table; where nothing has moved since ``before``, by what came and went.

        To count them all costs as much as all else that is read of a warehouse in which nothing has moved.
        """
        settled, was = self._kept.settled, self._kept.still_since
        if before is None or was is None or was != before.board.as_of or not before.rows.keys() <= settled:
            return ages.rows(connection, instant - GATED, instant, instant, settled)
        came = ages.rows(connection, was, instant, instant, settled)
        went = ages.rows(connection, was - GATED, instant - GATED, instant, settled)
        return {name: before.rows[name] + came[name] - went[name] for name in came}

    def _reading(self, connection: Connection, instant: datetime, kept: Kept | None = None) -> Reading:
        return reckon.reading_of(connection, self.settings.company, self.settings.agreement, instant, kept)

    @staticmethod
    def _check(before: Looked | None, board: Board, rows: Mapping[str, int]) -> None:
        was = before.rows if before else {}
        said = gate.refusal(before.board if before else None, board, was, rows)
        if said:
            raise DataRefused(said)

    def access(self) -> access.Access | None:
        """Return what this board's role could change in the warehouse, were its sessions not read-only."""
        with reading(self.engine) as connection:
            return access.access(connection)

    def let_go(self) -> None:
        """Cut a query that nobody answers."""
        if self._engine is not None:
            abandon(self._engine)

    def close(self) -> None:
        """Let go of every connection."""
        self._end()
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


def kept(board: Board, fault: Refused) -> Board:
    """Return the last good board as it is shown while ``fault`` lasts: the numbers stay, the verdicts go."""
    since = f"{board.as_of:%H:%M}"
    if isinstance(fault, ContractBroken):
        state = State("refused", f"new data refused since {since}: {fault}")
    else:
        state = State("stale", f"stale since {since}: {fault}")
    numbers = {name: reckon.without_verdict(one) for name, one in board.numbers.items()}
    return board._replace(state=state, numbers=numbers)
