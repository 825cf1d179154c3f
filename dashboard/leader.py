"""One leader on a machine, by a lock that the system lets go of when its holder dies; a hung one is put aside.

The lock is a file lock (``flock``), so that no leader can be forgotten: it ends with its process, however that ends.
"""

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

LOCK, BEAT = "leader.lock", "leader.json"
PATIENCE = 0.2
"""Seconds between two tries to become the leader."""


class Leadership:
    """The right to refresh, for whoever holds the lock of a folder."""

    def __init__(self, folder: Path, hung_after: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._hung_after = hung_after
        self._monotonic = monotonic
        self._held: IO[str] | None = None
        self._named = False

    def take(self) -> bool:
        """Return whether this process is the leader now; never waits."""
        if self._held:
            return True
        file = (self._folder / LOCK).open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._held = file
        self.beat()
        return True

    def wait(self, gone: Callable[[], bool]) -> bool:
        """Wait to become the leader, putting a hung one aside; return False when ``gone`` says nobody needs one."""
        while not gone():
            if self.take():
                return True
            self.put_aside_hung()
            time.sleep(PATIENCE)
        return False

    def beat(self) -> None:
        """Say that the leader is alive; a disk that refuses is no reason to stop leading.

        The file names the leader; its time of change is the beat, which takes no room on a disk that is full.
        """
        beat = int(self._monotonic() * 1e9)
        with suppress(OSError):
            if self._named:
                os.utime(self._folder / BEAT, ns=(beat, beat))
                return
            beside = self._folder / f"{BEAT}.{os.getpid()}"
            beside.write_text(json.dumps({"pid": os.getpid()}))
            os.utime(beside, ns=(beat, beat))
            beside.replace(self._folder / BEAT)
            self._named = True

    def put_aside_hung(self) -> int | None:
        """End a leader that has not said for too long that it is alive; return its process id, or None."""
        try:
            pid = int(json.loads((self._folder / BEAT).read_text())["pid"])
            beat = (self._folder / BEAT).stat().st_mtime_ns / 1e9
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if pid == os.getpid() or 0 <= self._monotonic() - beat < self._hung_after or not _is_ours(pid):
            return None
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
            return pid
        return None

    def release(self) -> None:
        """Let somebody else lead."""
        if self._held:
            self._held.close()
            self._held = None
            self._named = False


def _is_ours(pid: int) -> bool:
    """Return whether a process id still names a refresher: the system gives the ids of ended processes to others."""
    command = Path(f"/proc/{pid}/cmdline")
    try:
        return b"refresher" in command.read_bytes()
    except OSError:
        return not Path("/proc/self").exists()
