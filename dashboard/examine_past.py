"""Examinations of past moments: made when somebody asks, one at a time on this machine, and kept for whoever asks next.

An examination takes longer than a browser waits, so it is begun, said to be running, and handed out when it is done.
"""

import fcntl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from dashboard.examine import latest, publish, report
from dashboard.examined import Report
from dashboard.logs import log
from dashboard.settings import Settings
from queries.faults import Refused, WarehouseSilent

LOCK, NAMED = "examining-past.lock", "examined-"
LONGEST = 60.0
"""Seconds that the warehouse is given for a moment that somebody asked for."""
PATIENCE = 4.0
"""Seconds for which an answer is held back, in the hope that the examination ends meanwhile."""
KEPT = 8
"""So many reports on past moments are kept."""


class StillExamining(WarehouseSilent):
    """What was asked for is being found out; ask again."""


class Past:
    """Hands out reports on past moments."""

    def __init__(
        self,
        told: Settings,
        folder: Path,
        longest: float = LONGEST,
        patience: float = PATIENCE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._folder = told, folder
        self._longest, self._patience, self._monotonic = longest, patience, monotonic
        self._turn = threading.Lock()
        self._work: threading.Thread | None = None
        self._moment: datetime | None = None
        self._begun = 0.0
        self._failed: dict[datetime, str] = {}

    def report(self, as_of: datetime) -> Report:
        """Return the report as of a moment; raise ``StillExamining`` while there is none, or ``Refused`` saying why."""
        found = self._kept(as_of)
        if found is not None:
            return found
        with self._turn:
            if as_of in self._failed:
                raise WarehouseSilent(self._failed.pop(as_of))
            work = self._work if self._work and self._work.is_alive() else self._start(as_of)
        work.join(self._patience)
        found = self._kept(as_of)
        if found is not None:
            return found
        if as_of in self._failed:
            raise WarehouseSilent(self._failed.pop(as_of))
        raise StillExamining(self._words(as_of))

    def _kept(self, as_of: datetime) -> Report | None:
        return latest(self._folder, self._settings.company.name, _name(as_of))

    def _start(self, as_of: datetime) -> threading.Thread:
        self._moment, self._begun = as_of, self._monotonic()
        self._work = threading.Thread(target=self._examine, args=(as_of,), name="examining the past", daemon=True)
        self._work.start()
        return self._work

    def _words(self, as_of: datetime) -> str:
        gone = self._monotonic() - self._begun
        if as_of != self._moment:
            return "another moment is being examined; this one comes next"
        return f"this moment is being examined, for {gone:.0f} s so far and for {self._longest:.0f} s at most"

    def _examine(self, as_of: datetime) -> None:
        with (self._folder / LOCK).open("a") as lock:
            if not _taken(lock):
                return
            begun = self._monotonic()
            try:
                found = report(self._settings, as_of, self._longest, known_by=as_of)
                publish(self._folder, found._replace(seconds=round(self._monotonic() - begun, 1)), _name(as_of))
                self._forget()
            except Refused as refused:
                self._fail(as_of, str(refused))
            except OSError as refused:
                self._fail(as_of, f"the report could not be kept: {refused.strerror or refused}")

    def _fail(self, as_of: datetime, why: str) -> None:
        log.warning("past_examination_failed", as_of=as_of.isoformat(), why=why)
        self._failed = {as_of: f"the examination of this moment failed: {why}"}

    def _forget(self) -> None:
        """Keep only the reports made last."""
        kept = sorted(self._folder.glob(f"{NAMED}*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[KEPT:]:
            with suppress(OSError):
                path.unlink()


def _name(as_of: datetime) -> str:
    return f"{NAMED}{as_of.astimezone(UTC):%Y%m%dT%H%M%S%f}.json"


def _taken(lock: IO[str]) -> bool:
    """Return whether this process examines a past moment now, and no other of this machine does."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
