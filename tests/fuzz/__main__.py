"""The longer campaign: ``python -m tests.fuzz``, two parts at a time, bounded in count and in minutes.

Each part is also a command of its own: ``python -m tests.fuzz --only raw --count 500``. What was run, and how long, is
written as a dated file into ``tests/results``.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from tests.dashboard.live import living
from tests.fuzz import raw, runs, starts
from tests.results import written

SEED = 20261128
COUNTS = {"callbacks": 500_000, "addresses": 500_000, "raw": 10_000, "papers": 20_000}
LANES = (("callbacks", "papers"), ("addresses", "raw"))
"""Which parts run one after the other, beside the other lane."""
SHARES = {"callbacks": 0.4, "papers": 0.6, "addresses": 0.8, "raw": 0.2}
"""Which share of the minutes a part may take."""


def callbacks(folder: Path, count: int, first: int, seconds: float) -> dict[str, Any]:
    """Return what came of bodies for Dash's callback address."""
    return _told(runs.callbacks(folder, SEED, count, first, seconds))


def asked(folder: Path, count: int, first: int, seconds: float) -> dict[str, Any]:
    """Return what came of addresses, parameters, headers, methods, and of what is written."""
    return _told(runs.requests(folder, SEED, count, first, seconds))


def bytewise(folder: Path, count: int, first: int, seconds: float) -> dict[str, Any]:
    """Return what came of bytes sent to the Procfile's own server."""
    with living(folder) as live:
        live.start()
        begun = time.monotonic()
        sent, wrong = asyncio.run(raw.send_all(live.port, SEED, range(first, first + count), seconds))
        took, alive = time.monotonic() - begun, live.answer("/readyz")[0]
        faults = [line for line in live.log().splitlines() if "Traceback" in line or '"failed"' in line]
    return {"count": sent, "seconds": round(took), "wrong": wrong[:20], "faults": faults, "ready afterwards": alive}


def papers(folder: Path, count: int, first: int, seconds: float) -> dict[str, Any]:
    """Return what came of papers that nobody signs."""
    found = starts.starts(folder, SEED, count, first, seconds)
    return {
        "count": found.count, "seconds": round(found.seconds), "outcomes": dict(found.outcomes),
        "slowest_cpu_seconds": round(found.slowest, 2), "wrong": found.wrong,
    }  # fmt: skip


PARTS: dict[str, Callable[[Path, int, int, float], dict[str, Any]]] = {
    "callbacks": callbacks, "addresses": asked, "raw": bytewise, "papers": papers,
}  # fmt: skip


def _told(found: runs.Found) -> dict[str, Any]:
    return {
        "count": found.count, "seconds": round(found.seconds), "answers": dict(sorted(found.answers.items())),
        "refused after more than 100 ms": found.slow, "slowest refusal_ms": round(found.slowest * 1000),
        f"memory after {found.warm:,}, MB": found.held >> 20, "grown_percent": round(100 * found.grown, 1),
        "wrong": found.wrong, "faults": found.faults,
    }  # fmt: skip


def apart(name: str, count: int, first: int, minutes: float) -> dict[str, Any]:
    """Return what a part found in a process of its own, at the lowest priority."""
    words = ["--only", name, "--count", str(count), "--first", str(first), "--minutes", str(minutes)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "found.json"
        run = [sys.executable, "-m", "tests.fuzz", *words, "--into", str(path)]
        ended = subprocess.run(run, preexec_fn=lambda: os.nice(19), capture_output=True, text=True, check=False)
        found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {"broke": ended.stderr[-2000:]}
        return found


def campaign(first: int, minutes: float) -> None:
    """Run every part, two at a time, and write down what came of it."""

    def lane(names: tuple[str, ...]) -> dict[str, Any]:
        return {name: apart(name, COUNTS[name], first, minutes * SHARES[name]) for name in names}

    with ThreadPoolExecutor(len(LANES)) as lanes:
        found = {name: one for part in lanes.map(lane, LANES) for name, one in part.items()}
    Console().print(f"written to {written('fuzz', _words(found, first), SEED)}")


def _words(found: dict[str, Any], first: int) -> str:
    lines = [f"`python -m tests.fuzz --first {first}`; a part ends at its count or at its minutes."]
    for name, one in found.items():
        wanted = f"{one.get('count', 0):,} of {COUNTS[name]:,} in {one.get('seconds', 0)} s"
        lines += ["", f"## {name}: {wanted}", ""]
        lines += [f"- {word}: {value}" for word, value in one.items() if word not in ("count", "seconds")]
    return "\n".join(lines)


def main(told: argparse.Namespace) -> None:
    """Run one part, or all."""
    if not told.only:
        campaign(told.first, told.minutes)
        return
    with TemporaryDirectory() as folder:
        found = PARTS[told.only](Path(folder), told.count or COUNTS[told.only], told.first, told.minutes * 60)
    if told.into:
        told.into.write_text(json.dumps(found))
    Console().print(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What nobody who means well sends, half a million times.")
    parser.add_argument("--only", choices=sorted(PARTS))
    parser.add_argument("--count", type=int)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--into", type=Path)
    main(parser.parse_args())
