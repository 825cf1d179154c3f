"""Keeps one refresher alive beside a worker: started with it, started again when it ends, ended with it."""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from dashboard.logs import log

AGAIN, SELDOM = 1.0, 15.0
"""Seconds before an ended refresher is started again, and what they grow to for one that ends again and again."""
LASTED = 20.0
"""A refresher that has lived for so many seconds is well."""
LOOK = 0.3
"""Seconds between two looks at it."""
OUT_OF_MEMORY = 71
"""The status with which a refresher ends that has no memory left."""


class Keeper:
    """One worker's refresher, which shares the snapshot of a folder with those of the other workers."""

    def __init__(self, folder: Path) -> None:
        # the second word is the server that all its workers are of: what was told of it need not be told again
        self._words = [sys.executable, "-m", "dashboard.refresher", str(folder), str(os.getppid())]
        self._over = threading.Event()
        self._patience = AGAIN
        self._ended: int | None = None
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def start(self) -> "Keeper":
        """Start the refresher, and return this keeper of it."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the refresher: it ends by itself when nobody holds its standard input, and by force otherwise."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _keep(self) -> None:
        while not self._over.is_set():
            try:
                self._keep_one()
            # a machine that is out of files or memory, or a log that cannot be written: it may be over in a while
            except OSError:
                self._wait()

    def _keep_one(self) -> None:
        """Start a refresher, and return when it has ended and the next may be started."""
        with subprocess.Popen(self._words, stdin=subprocess.PIPE) as child:  # noqa: S603 - our own words
            try:
                begun = time.monotonic()
                while child.poll() is None and not self._over.wait(LOOK):
                    self._looks_well(time.monotonic() - begun)
            finally:
                _end(child)
        if not self._over.is_set():
            self._again(child.returncode)

    def _looks_well(self, lived: float) -> None:
        """Note that the refresher lives, and say so once where it had ended before."""
        if lived >= LASTED and self._ended is not None:
            log.info("refresher_lives")
            self._patience, self._ended = AGAIN, None

    def _again(self, status: int) -> None:
        """Wait before the next start, each time longer; how it ended is said once, however often it does."""
        if self._ended is None:
            log.warning("refresher_ended", status=status, **{"why": "out of memory"} if status == OUT_OF_MEMORY else {})
        self._ended = status
        self._wait()

    def _wait(self) -> None:
        self._over.wait(self._patience)
        self._patience = min(2 * self._patience, SELDOM)


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.stdin:
        with suppress(OSError):
            child.stdin.close()
    try:
        child.wait(2)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
