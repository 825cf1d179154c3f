"""The refresher through weeks of a company's life: memory, files and threads of its own process."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import psutil

from dashboard.refresher import Refresher
from dashboard.settings import Settings
from queries.demo.player import Player
from queries.warehouse import writer
from tests.soak.scene import AS_OF


class Measure(NamedTuple):
    """What the process held after so many refreshes."""

    refreshes: int
    memory_mb: float
    files: int
    threads: int
    disk_bytes: int


class Clock:
    """The machine's seconds and the time of day, moved by one refresh at a time, so that every turn is due."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        """Return the seconds."""
        return self.seconds

    def now(self) -> datetime:
        """Return the instant: hours end, days and weeks turn, as they do on a wall."""
        return AS_OF + timedelta(seconds=self.seconds)


def soak(
    told: Settings, folder: Path, leads: int, refreshes: int, every: int, said: Callable[[int], None]
) -> list[Measure]:
    """Return what a refresher's process holds, measured each so many refreshes, while a company of ``leads`` lives."""
    clock, measures = Clock(), []
    refresher = Refresher(told, folder, now=clock.now, monotonic=clock.monotonic)
    life = Player(writer(told.warehouse), leads, 7, AS_OF)
    for number in range(1, refreshes + 1):
        clock.seconds += told.refresh_seconds
        life.step(clock.now())
        assert refresher.turn()
        if number % every == 0:
            measures.append(measured(number, folder))
            said(number)
    refresher.close()
    life.engine.dispose()
    return measures


def measured(refreshes: int, folder: Path) -> Measure:
    """Return what this process holds now."""
    own, disk = psutil.Process(), sum(one.stat().st_size for one in folder.iterdir())
    return Measure(refreshes, own.memory_info().rss / 1e6, own.num_fds(), own.num_threads(), disk)
