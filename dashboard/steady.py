"""The clock by which ages are told."""

import time


def steady() -> float:
    """Return seconds by a clock that nobody sets and that goes on while the machine sleeps.

    The same for all processes of a machine. Python's own monotonic clock stands still in that time, and a board from
    before it would look fresh.
    """
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
