"""What the longer campaigns found: dated files, each with the machine, the versions and the seed it was run with."""

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
LIBRARIES = ("dash", "plotly", "sqlalchemy", "psycopg", "gunicorn", "numpy")


def written(name: str, text: str, seed: int | None = None) -> Path:
    """Write ``text`` (Markdown) as today's result of ``name``, under a line on the machine; return the file."""
    today = datetime.now(UTC)
    path = HERE / f"{name}-{today:%Y-%m-%d}.md"
    sown = f", seed {seed}" if seed is not None else ""
    path.write_text(f"# {name}, {today:%Y-%m-%d %H:%M} UTC\n\n{machine()}{sown}.\n\n{text}\n", encoding="utf-8")
    return path


def machine() -> str:
    """Return the machine and the versions in one line."""
    model = next(iter(_cpu_models()), platform.machine())
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    libraries = ", ".join(f"{one} {version(one)}" for one in LIBRARIES)
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, load {load}; "
        f"Python {sys.version.split()[0]}, {libraries}"
    )


def _cpu_models() -> list[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
