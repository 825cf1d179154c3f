"""Boards of past moments: read when somebody asks, and kept for one refresh, however many ask."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Engine

from dashboard.board import Board
from dashboard.look import Looker
from dashboard.reps.reckon import Days
from dashboard.settings import Settings, now
from dashboard.steady import steady
from queries.warehouse import reader

MOST = 32
"""How many boards of past moments are kept ready."""
T = TypeVar("T")
Kept = OrderedDict[datetime, tuple[float, T]]


class Travel:
    """Reads what was as of any moment, one at a time, so that travellers cannot crowd the warehouse."""

    def __init__(self, told: Settings, monotonic: Callable[[], float] = steady) -> None:
        self.settings = told
        self.looker = Looker(told)
        self._monotonic = monotonic
        self._reading = threading.Lock()
        self._readers: list[Engine] = []
        self._boards: Kept[Board] = OrderedDict()
        self._days: Kept[Days] = OrderedDict()

    def reader(self, seconds: float | None = None) -> Engine:
        """Return an engine of its own for somebody who reads the warehouse's rows; it is let go with this traveller."""
        made = reader(self.settings.warehouse, seconds or self.settings.read_seconds)
        self._readers.append(made)
        return made

    def close(self) -> None:
        """Let go of every connection."""
        self.looker.close()
        for one in self._readers:
            one.dispose()

    def to(self, instant: datetime) -> Board:
        """Return the board as of ``instant``; raise ``WarehouseSilent`` or ``ContractBroken`` when it fails."""
        return self._once(self._boards, instant, lambda: self.looker.at(instant, now()))

    def days(self, instant: datetime) -> Days:
        """Return the reps' days as of ``instant``; raise what ``to`` raises."""
        return self._once(self._days, instant, lambda: self.looker.days_at(instant))

    def _once(self, kept: Kept[T], instant: datetime, read: Callable[[], T]) -> T:
        """Return what is read of a moment: as it is kept, for one refresh, else anew."""
        # in UTC: an instant within the hour that comes twice equals itself in no other zone
        moment = instant.astimezone(UTC)
        with self._reading:
            found = kept.get(moment)
            if found and self._monotonic() - found[0] < self.settings.refresh_seconds:
                return found[1]
            kept[moment] = (self._monotonic(), read())
            while len(kept) > MOST:
                kept.popitem(last=False)
            return kept[moment][1]
