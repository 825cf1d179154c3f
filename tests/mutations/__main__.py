"""Plant each bug in a copy of the project, run the tests that must see it, and write down who was caught."""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track

from tests.conftest import ROOT
from tests.mutations.bugs import BUGS, Bug
from tests.results import written

LONGEST = 400
"""Seconds after which the tests of one bug are ended: a bug that makes them hang is caught too."""
KEPT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache", "artefacts", "*-demo", "*.db"
)


class Verdict(NamedTuple):
    """What became of one bug."""

    bug: Bug
    caught: bool
    seconds: float
    seen_by: str


def main() -> int:
    """Plant the bugs named in the arguments, or all; return 0 when at most one of them escapes."""
    words = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    words.add_argument("names", nargs="*", help="parts of the names of the bugs to plant; all when left out")
    words.add_argument("--write", action="store_true", help="write the result as a dated file under tests/results")
    asked = words.parse_args()
    chosen = [bug for bug in BUGS if not asked.names or any(name in bug.name for name in asked.names)]
    verdicts = [planted(bug) for bug in track(chosen, description="planting", console=Console(stderr=True))]
    said = Console(highlight=False, soft_wrap=True)
    escaped = [one for one in verdicts if not one.caught]
    for one in verdicts:
        said.print(f"{'caught ' if one.caught else 'ESCAPED'} {one.seconds:5.0f} s  {one.bug.name}  ({one.seen_by})")
    said.print(f"{len(verdicts) - len(escaped)} of {len(verdicts)} caught")
    if asked.write:
        said.print(str(written("mutations", table(verdicts))))
    return int(len(escaped) > 1)


def planted(bug: Bug) -> Verdict:
    """Return what the tests say of one bug."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=KEPT_OUT)
        plant(copy / bug.file, bug)
        began = time.monotonic()
        caught, seen_by = tested(copy, bug)
        return Verdict(bug, caught, time.monotonic() - began, seen_by)


def plant(file: Path, bug: Bug) -> None:
    """Put the bug in its place; refuse where that place is not there exactly once."""
    text = file.read_text(encoding="utf-8")
    if text.count(bug.right) != 1:
        sys.exit(f"{bug.file}: {bug.right!r} stands there {text.count(bug.right)} times; mend tests/mutations/bugs.py")
    file.write_text(text.replace(bug.right, bug.wrong), encoding="utf-8")


def tested(copy: Path, bug: Bug) -> tuple[bool, str]:
    """Return whether the tests see the bug, and the first that does."""
    words = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", *bug.tests.split()]
    # the copy comes first on the path, before the project that is installed for editing
    environment = {"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin", "HOME": str(copy)}
    try:
        run = subprocess.run(words, cwd=copy, env=environment, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return True, "the tests hung"
    failed = [
        line.split(" - ")[0].removeprefix("FAILED ") for line in run.stdout.splitlines() if line.startswith("FAILED")
    ]
    return run.returncode == 1, failed[0] if failed else run.stdout.strip().splitlines()[-1]


def table(verdicts: list[Verdict]) -> str:
    """Return the verdicts as a table in Markdown."""
    rows = [
        f"| {one.bug.name} | {one.bug.file} | {'yes' if one.caught else '**no**'} | {one.seen_by} |" for one in verdicts
    ]
    caught = sum(one.caught for one in verdicts)
    head = f"{caught} of {len(verdicts)} planted bugs were caught.\n\n| bug | file | caught | by |\n|---|---|---|---|"
    return "\n".join([head, *rows])


if __name__ == "__main__":
    sys.exit(main())
