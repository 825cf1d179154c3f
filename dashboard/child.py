"""Processes that work apart for the leader, and end with it."""

import subprocess
from contextlib import suppress


def end(child: "subprocess.Popen[bytes]") -> None:
    """Return when a child has ended: killed where it still runs, and buried."""
    if child.poll() is None:
        child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
    child.wait()
