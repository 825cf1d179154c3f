"""Boards of past moments: read when somebody asks, and kept for one refresh, however many ask."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime

from dashboard.board import Board
from dashboard.look import Looker
from dashboard.settings import Settings, now

KEPT = 32
"""How many boards of past moments are kept ready."""


class Travel:
    """Reads the board as of any moment, one at a time, so that travellers cannot crowd the warehouse."""

    def __init__(self, told: Settings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.settings = told
        self.looker = Looker(told)
        self._monotonic = monotonic
        self._reading = threading.Lock()
        self._kept: OrderedDict[datetime, tuple[float, Board]] = OrderedDict()

    def to(self, instant: datetime) -> Board:
        """Return the board as of ``instant``; raise ``WarehouseSilent`` or ``ContractBroken`` when it fails."""
        with self._reading:
            moment = instant.astimezone(UTC)
            kept = self._kept.get(moment)
            if kept and self._monotonic() - kept[0] < self.settings.refresh_seconds:
                return kept[1]
            found = self.looker.at(instant, now())
            self._kept[moment] = (self._monotonic(), found)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return found
