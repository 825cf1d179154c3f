"""The live board: read once for everybody, kept while it is fresh, and the last good one kept when the warehouse fails.

The one place that turns failures into words and asks what time it is.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Engine

from dashboard import reckon
from dashboard.board import Board, State
from dashboard.settings import Settings
from dashboard.words import moment
from queries.faults import ContractBroken, Refused, WarehouseSilent
from queries.warehouse import reader, reading

log = logging.getLogger("smarketing")

TRAVELS_KEPT = 32
"""How many boards of past moments are kept ready."""


class NothingYet(Refused):
    """There is no board to show yet; the text says why."""


class Look(NamedTuple):
    """The last look at the warehouse: the last good board (None before the first), and why there is no newer one."""

    board: Board | None
    looked_at: datetime
    fault: Refused | None


class Live:
    """One company's board, kept fresh on demand: however many ask, the warehouse is read once a refresh."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.settings = settings
        self._now = now
        self._engine: Engine | None = None
        self._looking = threading.Lock()
        self._last: Look | None = None
        self._travels: OrderedDict[datetime, tuple[datetime, Board]] = OrderedDict()

    def board(self) -> Board:
        """Return the freshest board there is, saying in its state when it is old and why.

        Raises ``NothingYet`` when the warehouse has never answered.
        """
        if self._is_due() and self._looking.acquire(blocking=self._last is None):
            try:
                if self._is_due():
                    self._look()
            finally:
                self._looking.release()
        return self._shown()

    def as_of(self, instant: datetime) -> Board:
        """Return the board as of a moment of the past, kept for one refresh.

        Raises ``WarehouseSilent`` or ``ContractBroken`` when it cannot be read.
        """
        kept = self._travels.get(instant)
        if kept and self._now() - kept[0] < self._refresh:
            return kept[1]
        found = self._read(instant, travelled=True)
        self._travels[instant] = (self._now(), found)
        while len(self._travels) > TRAVELS_KEPT:
            self._travels.popitem(last=False)
        return found

    @property
    def _refresh(self) -> timedelta:
        return timedelta(seconds=self.settings.refresh_seconds)

    def _is_due(self) -> bool:
        # an age below zero means that the clock was set back: look again
        return self._last is None or not timedelta() <= self._now() - self._last.looked_at < self._refresh

    def _look(self) -> None:
        """Read the warehouse once; keep the last good board when that fails, and say so once."""
        before = self._last
        try:
            self._last = Look(self._read(self._now(), travelled=False), self._now(), None)
        except (WarehouseSilent, ContractBroken) as fault:
            self._last = Look(before.board if before else None, self._now(), fault)
            if before is None or str(before.fault) != str(fault):
                log.warning("the board cannot be refreshed: %s", fault)
            return
        if before and before.fault:
            log.warning("the board is fresh again")

    def _read(self, instant: datetime, travelled: bool) -> Board:
        if self._engine is None:
            self._engine = reader(self.settings.warehouse, self.settings.read_seconds)
        with reading(self._engine) as connection:
            company, agreement = self.settings.company, self.settings.agreement
            return reckon.board(connection, company, agreement, instant, self._now(), travelled)

    def _shown(self) -> Board:
        """Return the last good board, without verdicts and saying why when the last look failed."""
        last: Any = self._last
        if last.board is None:
            raise NothingYet(f"waiting for first data: {last.fault}")
        return last.board if last.fault is None else kept(last.board, last.fault, last.looked_at)


def kept(board: Board, fault: Refused, now: datetime) -> Board:
    """Return the last good board as it is shown while ``fault`` lasts: the numbers stay, the verdicts go."""
    since = moment(board.as_of, now.astimezone(board.as_of.tzinfo))
    state = (
        State("refused", f"new data refused since {since}: {fault}")
        if isinstance(fault, ContractBroken)
        else State("stale", f"stale since {since}: {fault}")
    )
    return board._replace(
        state=state, numbers={name: reckon.without_verdict(one) for name, one in board.numbers.items()}
    )
