"""Starts a browser that fills the screen with one page and asks nobody anything, and ends it with all its processes."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from dashboard.kiosk.devtools import Devtools, Lost

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--kiosk",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--disable-infobars",
    "--disable-session-crashed-bubble",
    "--hide-crash-restore-bubble",
    "--disable-features=Translate",
    "--disable-component-update",
    "--check-for-update-interval=31536000",
    "--overscroll-history-navigation=0",
    "--disable-pinch",
    "--password-store=basic",
)
HANDED = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
)
"""The browser reads its pipe at 3 and writes at 4, wherever they were made."""
KINDLY = 5.0
"""Seconds that a browser has to end by itself."""


def installed() -> str | None:
    """Return the path of the browser that is installed, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def started(program: str, profile: Path, flags: Sequence[str], url: str) -> Iterator[Devtools]:
    """Yield a running browser before ``url``, with a profile of its own; it has ended when the block has."""
    # a browser that was killed leaves them behind, and once the machine has another name the next one asks what to do
    for left in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
        (profile / left).unlink(missing_ok=True)
    theirs, devtools = _pipes()
    words = [
        sys.executable,
        "-c",
        HANDED,
        *map(str, theirs),
        program,
        f"--user-data-dir={profile}",
        *FLAGS,
        *flags,
        url,
    ]
    child = subprocess.Popen(  # noqa: S603 - no shell reads them
        words, pass_fds=theirs, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for one in theirs:
        os.close(one)
    try:
        yield devtools
    finally:
        _end(child, devtools)


def _pipes() -> tuple[tuple[int, int], Devtools]:
    """Return the browser's ends of two pipes, above the numbers at which it wants them, and ours."""
    (read, ours_writes), (ours_reads, write) = os.pipe(), os.pipe()
    theirs = (fcntl.fcntl(read, fcntl.F_DUPFD, 10), fcntl.fcntl(write, fcntl.F_DUPFD, 10))
    os.close(read)
    os.close(write)
    return theirs, Devtools(ours_writes, ours_reads)


def _end(child: "subprocess.Popen[bytes]", devtools: Devtools) -> None:
    """End a browser: kindly where it answers, and whatever is left of its processes by force."""
    with suppress(Lost, OSError):
        devtools.close()
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(KINDLY)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
