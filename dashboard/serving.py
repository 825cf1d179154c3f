"""The command that serves the board: the web line of the Procfile, and no second copy of it."""

import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent

_PLACE = re.compile(r"\$\{(?P<name>\w+):-(?P<default>[^}]*)\}")


def procfile() -> Path:
    """Return the Procfile: beside the package in a checkout, inside it when installed."""
    inside = HERE / "Procfile"
    return inside if inside.exists() else HERE.parent / "Procfile"


def command(port: int, host: str = "127.0.0.1") -> list[str]:
    """Return the words that start the board's server on ``host`` and ``port``, exactly as the Procfile does.

    The server runs under the Python that asks, so that it needs no search path.
    """
    line = web_line(procfile().read_text(encoding="utf-8"))
    program, *words = shlex.split(filled_in(line, {"HOST": host, "PORT": str(port)}))
    return [sys.executable, "-m", program, *words]


def web_line(text: str) -> str:
    """Return what a Procfile says to run for the web.

    >>> web_line("release: true\\nweb: gunicorn dashboard.app:server\\n")
    'gunicorn dashboard.app:server'
    """
    return next(line.removeprefix("web:").strip() for line in text.splitlines() if line.startswith("web:"))


def filled_in(line: str, values: Mapping[str, str]) -> str:
    """Return ``line`` with each ``${NAME:-default}`` replaced by its value, or by the default.

    >>> filled_in("--bind ${HOST:-127.0.0.1}:${PORT:-8050}", {"PORT": "9000"})
    '--bind 127.0.0.1:9000'
    """
    return _PLACE.sub(lambda place: values.get(place["name"], place["default"]), line)
