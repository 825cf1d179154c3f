"""Keeps one refresher alive beside a worker: started with it, started again when it ends, ended with it."""

import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from dashboard.logs import log

AGAIN = 1.0
"""Seconds before an ended refresher is started again."""


class Keeper:
    """One worker's refresher, which shares the snapshot of a folder with those of the other workers."""

    def __init__(self, folder: Path) -> None:
        self._words = [sys.executable, "-m", "dashboard.refresher", str(folder)]
        self._over = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
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
            with subprocess.Popen(self._words, stdin=subprocess.PIPE) as child:  # noqa: S603 - our own words
                while child.poll() is None and not self._over.wait(0.3):
                    pass
                _end(child)
            if not self._over.wait(AGAIN):
                log.warning("refresher_ended", status=child.returncode)


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.stdin:
        with suppress(OSError):
            child.stdin.close()
    try:
        child.wait(2)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
