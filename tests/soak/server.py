"""The refresher through thousands of refreshes: memory, files and threads of its own process."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil

from dashboard.refresher import Refresher
from dashboard.settings import Settings


class Measure(NamedTuple):
    """What the process held after so many refreshes."""

    refreshes: int
    memory_mb: float
    files: int
    threads: int
    disk_bytes: int


class Seconds:
    """The machine's seconds, moved by one refresh at a time, so that every turn is due."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        """Return the seconds."""
        return self.seconds


def soak(told: Settings, folder: Path, refreshes: int, every: int, said: Callable[[int], None]) -> list[Measure]:
    """Return what a refresher's process holds, measured each so many refreshes."""
    clock = Seconds()
    refresher = Refresher(told, folder, monotonic=clock.monotonic)
    own = psutil.Process()
    measures = []
    for number in range(1, refreshes + 1):
        clock.seconds += told.refresh_seconds
        assert refresher.turn()
        if number % every == 0:
            disk = sum(one.stat().st_size for one in folder.iterdir())
            measures.append(Measure(number, own.memory_info().rss / 1e6, own.num_fds(), own.num_threads(), disk))
            said(number)
    refresher.close()
    return measures
