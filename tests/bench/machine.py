"""What a measured figure must be read with: the machine, what else ran on it, and the versions."""

import json
import os
import platform
import sqlite3
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent.parent / "results"
LIBRARIES = ("sqlalchemy", "numpy", "dash", "plotly", "gunicorn", "psycopg")


def machine() -> dict[str, Any]:
    """Return the processor, the cores, how busy they are, and the versions of what runs on them."""
    return {
        "cpu": _processor(),
        "cores": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()],
        "system": platform.platform(terse=True),
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def note(name: str, words: str, found: dict[str, Any]) -> Path:
    """Write a result as a dated file for people and one for machines; return the first."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}-{datetime.now(UTC):%Y-%m-%d}.md"
    path.write_text(words, encoding="utf-8")
    path.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return path


def as_words(told: dict[str, Any]) -> str:
    """Return the machine in one line.

    >>> as_words({"cpu": "Z80", "cores": 1})
    'cpu Z80, cores 1'
    """
    return ", ".join(f"{name} {value}" for name, value in told.items())
