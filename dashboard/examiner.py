"""The examiner: a process of its own, low in rank, that examines the data when loads have moved, and publishes.

The leading refresher starts one at most every so many minutes, and ends it when it takes too long. ``python -m
dashboard.examiner FOLDER`` reads settings from the environment and ends with whoever started it.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from dashboard.child import end
from dashboard.examine import Examining, latest, publish, report, said, say
from dashboard.logs import log
from dashboard.settings import Settings, now, settings
from queries.faults import Refused

LONGEST = 600.0
"""How long an examination may take: a million leads and four million attempts cost SQLite half a minute."""
GRACE = 30.0
"""Seconds beyond that after which its process is ended."""
RANK = 15
"""How far the examiner stands back behind whoever wants a processor too (19 is the furthest)."""


class Examiner:
    """Starts an examination when there is reason to, and looks after the one that runs; never waits."""

    def __init__(
        self,
        told: Settings,
        folder: Path,
        now: Callable[[], datetime] = now,
        monotonic: Callable[[], float] = time.monotonic,
        command: Sequence[str] = (sys.executable, "-m", "dashboard.examiner"),
        longest: float = LONGEST + GRACE,
    ) -> None:
        self._every, self._folder, self._longest = 60 * told.examine_minutes, folder, longest
        self._now, self._monotonic = now, monotonic
        self._words = [*command, str(folder)]
        self._child: subprocess.Popen[bytes] | None = None
        self._mark: object = None
        self._failed = False
        self._begun = self._monotonic() - self._age(told)

    def _age(self, told: Settings) -> float:
        """Return how many seconds ago the data was examined; endless where it never was, or was while somebody died."""
        last, how = latest(self._folder, told.company.name), said(self._folder)
        if last is None or (how and how.state != "done"):
            return float("inf")
        age = (self._now() - last.as_of).total_seconds()
        return age if age >= 0 else float("inf")

    def turn(self, mark: object) -> None:
        """Start an examination if the data has moved, which another ``mark`` tells, and the last one is long ago."""
        if self._child is not None:
            self._look_after(self._child)
        elif mark is not None and (self._failed or mark != self._mark) and self._since() >= self._every:
            self._mark = mark
            self._start()

    def _since(self) -> float:
        return self._monotonic() - self._begun

    def _start(self) -> None:
        self._begun, self._failed = self._monotonic(), False
        say(self._folder, Examining("running", self._now()))
        try:
            self._child = subprocess.Popen(self._words, stdin=subprocess.PIPE)  # noqa: S603 - our own words
        except OSError as refused:
            self._fail(f"it could not be started: {refused.strerror or refused}")

    def _look_after(self, child: "subprocess.Popen[bytes]") -> None:
        status = child.poll()
        if status is None and self._since() > self._longest:
            self._fail(f"it took longer than {self._longest / 60:.0f} minutes and was ended")
            self._end(child)
        elif status is not None:
            how = said(self._folder)
            if status and (how is None or how.state == "running"):
                self._fail("it ended before it was done; the server's log may say why")
            self._failed = self._failed or status != 0
            self._end(child)

    def _fail(self, why: str) -> None:
        self._failed = True
        log.warning("examination_failed", why=why)
        say(self._folder, Examining("failed", self._now(), why))

    def _end(self, child: "subprocess.Popen[bytes]") -> None:
        self._child = None
        end(child)

    def close(self) -> None:
        """End the examination that runs, if one does."""
        if self._child is not None:
            self._end(self._child)


def once(told: Settings, folder: Path, now: Callable[[], datetime] = now) -> bool:
    """Examine the data of this moment, publish the report, and return whether that went well; if not, say why."""
    as_of, begun = now(), time.monotonic()
    try:
        found = report(told, as_of, LONGEST)
        publish(folder, found._replace(seconds=round(time.monotonic() - begun, 1)))
    except Refused as refused:
        log.warning("examination_failed", why=str(refused))
        say(folder, Examining("failed", now(), str(refused)))
        return False
    except OSError as refused:
        say(folder, Examining("failed", now(), f"the report could not be kept: {refused.strerror or refused}"))
        return False
    say(folder, Examining("done", now()))
    log.info("examined", found=len(found.there), seconds=round(time.monotonic() - begun, 1))
    return True


def main(folder: Path) -> int:
    """Examine once, and return 0 when that went well; end with the process that holds the other end of stdin."""
    threading.Thread(target=_until_alone, daemon=True).start()
    os.nice(RANK)
    return 0 if once(settings(), folder) else 1


def _until_alone() -> None:
    """Wait until nobody holds the other end of stdin, then end at once: nobody is left to read a report."""
    # not through sys.stdin, whose lock an interpreter that ends wants to have
    while os.read(0, 4096):
        pass
    os._exit(2)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
