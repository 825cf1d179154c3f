"""A deploy that could not serve never takes the place of a server that does.

The Procfile names this file as gunicorn's configuration. By itself gunicorn answers a HUP with new workers and the end
of the old ones, and ends altogether when a new one cannot start: with a broken build, or one wrong key in a file, the
board would be gone. So what a HUP would start is tried first, in a process of its own.
"""

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from dashboard.logs import log
from queries.faults import Refused

LONGEST = 60.0
"""Seconds that the trial may take."""


def on_starting(server: Any) -> None:
    """Have gunicorn try what a HUP would start before it does so; gunicorn itself calls this, before all else."""
    server.handle_hup = _tried_first(server.handle_hup)


def _tried_first(reload: Callable[[], None]) -> Callable[[], None]:
    def handle() -> None:
        why = trial()
        if why:
            log.error("deploy_refused", why=why)
        else:
            reload()

    return handle


def trial() -> str:
    """Return in words why a server that starts now could not serve; nothing where it could."""
    words = [sys.executable, "-m", "dashboard.deploy"]
    try:
        found = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST, check=False)  # noqa: S603 - ours
    except (OSError, subprocess.TimeoutExpired) as failed:
        return f"the trial failed: {failed}"
    said = found.stderr.strip().splitlines() or [f"the trial ended with {found.returncode}"]
    return "" if found.returncode == 0 else said[-1][-500:]


def main() -> None:
    """Make the whole app as a worker does, and end; what cannot be made is said on standard error, no secret in it."""
    try:
        import_module("dashboard.front").create()
    except Refused as refused:
        sys.exit(str(refused).replace("\n", "; "))
    except Exception as failed:  # noqa: BLE001 - whatever it is, it is told as words
        sys.exit(f"this build does not start ({type(failed).__name__})")


if __name__ == "__main__":
    main()
