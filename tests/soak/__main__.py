"""Run a soak and write down what came of it."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.progress import Progress

from tests import browsers
from tests.results import written
from tests.soak import server, wall
from tests.soak.scene import company, scene

LEADS = 500
"""The size of the company whose server is soaked: its life is real, and takes little of the time."""


def main() -> int:
    """Run the soak that the arguments name."""
    words = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    words.add_argument("what", choices=("wall", "server"))
    words.add_argument("--refreshes", type=int, default=1500)
    words.add_argument("--every", type=int, default=0, help="refreshes between two measures; a fortieth when left out")
    words.add_argument("--port", type=int, default=8077)
    asked = words.parse_args()
    every = asked.every or max(asked.refreshes // 40, 10)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(asked.what, total=asked.refreshes)
        soaked = the_wall if asked.what == "wall" else the_server
        text = soaked(
            Path(folder), asked.refreshes, every, asked.port, lambda done: progress.update(task, completed=done)
        )
    took = f"{asked.refreshes:,} refreshes in {(time.monotonic() - began) / 60:.1f} minutes.\n\n"
    Console().print(str(written(f"soak-{asked.what}", took + text, seed=7)))
    return 0


def the_wall(folder: Path, refreshes: int, every: int, port: int, told) -> str:  # type: ignore[no-untyped-def]
    """Return the wall's soak as Markdown."""
    with scene(folder, port) as found, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=browsers.chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        soaked = wall.soak(page, found, refreshes, every, told, looks_inside=True)
        browser.close()
    names = ("refreshes", "heap KB", "held by scripts KB", "nodes", "listeners", "renderer MB")
    rows = [
        (one.refreshes, one.heap_kb, one.held_kb, one.nodes, one.listeners, one.renderer_mb) for one in soaked.measures
    ]
    head = (
        f"Heap a refresh: {soaked.slope_bytes:+.1f} bytes, 95 % below {soaked.upper_bytes:.1f} bytes. Held by scripts "
        "are objects, arrays, texts and closures; the rest of the heap is code that the browser compiled.\n\n"
        f"| {' | '.join(names)} |\n|{'---:|' * len(names)}"
    )
    return "\n".join([head, *("| " + " | ".join(f"{value:,.0f}" for value in row) + " |" for row in rows)])


def the_server(folder: Path, refreshes: int, every: int, port: int, told) -> str:  # type: ignore[no-untyped-def]
    """Return the refresher's soak as Markdown."""
    state = folder / "state"
    state.mkdir()
    measures = server.soak(company(folder, LEADS, 7), state, LEADS, refreshes, every, told)
    rows = [
        f"| {one.refreshes:,} | {one.memory_mb:,.1f} | {one.files} | {one.threads} | {one.disk_bytes:,} |"
        for one in measures
    ]
    return "\n".join(["| refreshes | memory MB | files | threads | disk bytes |\n|---:|---:|---:|---:|---:|", *rows])


if __name__ == "__main__":
    sys.exit(main())
