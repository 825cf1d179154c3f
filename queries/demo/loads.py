"""When the made-up company's warehouse learns of things: its load runs, and the log it keeps of them."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from queries.demo.clock import DAY, HOUR, NEVER, Clock, Ints

LOADED = ("leads", "activities", "deals", "touches")
SELDOM = ("touches",)
"""Tables whose empty loads are not logged."""
OFTEN_FOR = 2 * DAY
OFTEN = 300
LATEST_ROW = 3 * DAY
"""No row comes later than this, so a load is complete up to this long before it."""


class Entry(NamedTuple):
    """One line of the log: one load of one table; seconds and day numbers, -1 where nothing was touched."""

    load_id: int
    table: str
    loaded: int
    first_day: int
    last_day: int
    complete_through: int
    rows: int


class Loads:
    """Load runs, hourly and every five minutes in the last two days, and what each of them brought."""

    def __init__(self, since: int, until: int) -> None:
        often = max(since, (until - OFTEN_FOR) // HOUR * HOUR)
        runs = [np.arange(since // HOUR * HOUR, often, HOUR), np.arange(often, until, OFTEN)]
        self.runs = np.concatenate(runs).astype(np.int64)
        self._rows = {name: np.zeros(len(self.runs), dtype=np.int64) for name in LOADED}
        self._first = {name: np.full(len(self.runs), NEVER) for name in LOADED}
        self._last = {name: np.full(len(self.runs), -1, dtype=np.int64) for name in LOADED}

    def after(self, instants: Ints) -> Ints:
        """Return the first run after each instant; ``NEVER`` when there has been none yet."""
        place = np.searchsorted(self.runs, instants, "right")
        return np.where(place < len(self.runs), self.runs[np.minimum(place, len(self.runs) - 1)], NEVER)

    def note(self, table: str, events: Ints, loaded: Ints, clock: Clock) -> None:
        """Note rows of ``table`` that happened at ``events`` and came with the runs at ``loaded``."""
        place = np.searchsorted(self.runs, loaded)
        days = clock.days(events)
        self._rows[table] += np.bincount(place, minlength=len(self.runs))
        np.minimum.at(self._first[table], place, days)
        np.maximum.at(self._last[table], place, days)

    def log(self) -> Iterator[Entry]:
        """Yield the log, oldest first; its ids grow."""
        number = 0
        for place, run in enumerate(self.runs.tolist()):
            for table in LOADED:
                rows = int(self._rows[table][place])
                if not rows and table in SELDOM:
                    continue
                number += 1
                first = int(self._first[table][place]) if rows else -1
                yield Entry(number, table, run, first, int(self._last[table][place]), run - LATEST_ROW, rows)
