"""The clock by which ages are told."""

import time
from functools import cache
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")


def steady() -> float:
    """Return seconds by a clock that nobody sets and that goes on while the machine sleeps.

    The same for all processes of a machine. Python's own monotonic clock stands still in that time, and a board from
    before it would look fresh.
    """
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@cache
def boot() -> str:
    """Return the name of this start of the machine, the same for all its processes; empty where nothing tells."""
    try:
        return BOOT.read_text().strip()
    except OSError:
        return ""
