"""Install what the tests need, then run all of them: ``python3 -m tests [words for pytest]``.

Standard library only, since this runs under a Python that has nothing installed. A second run installs nothing.
"""

import hashlib
import os
import subprocess
import sys
import time
import venv
from functools import partial
from pathlib import Path

from tests import browsers

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "tests-are-installed"
OLDEST = (3, 11)


def main(words):
    """Return the exit status of the first check that failed, or 0."""
    os.chdir(ROOT)
    if sys.version_info < OLDEST:
        return "Smarketing needs Python 3.11 or later; this is " + sys.version.split()[0]
    for heading, work in (("Install", install), ("Browser", browser)):
        status = timed(heading, work)
        if status:
            return status
    outcomes = [(heading, timed(heading, partial(run, command))) for heading, command in checks(words)]
    failed = [(heading, status) for heading, status in outcomes if status]
    print("\n" + ("FAILED: " + ", ".join(heading for heading, _ in failed) if failed else "All is well."), flush=True)
    return failed[0][1] if failed else 0


def checks(words):
    """Return each check's heading and its command; words of one's own go to one pytest, without coverage."""
    found = [
        ("Format", ["-m", "ruff", "format", "--check", "."]),
        ("Lint", ["-m", "ruff", "check", "."]),
        ("Types", ["-m", "mypy"]),
    ]
    return found + ([("Tests", ["-m", "pytest", *words])] if words else everything())


def everything():
    """Return all tests in three runs: what only reckons, what waits for servers and screens, and what is timed.

    The first has two tests at a time, the second three, for those wait. Coverage is that of all; its floor is asked of
    the last, when all has run.
    """
    unasked = ["--cov", "--cov-report=", "--cov-fail-under=0"]
    beside = ["--durations=15", "-n", "2", "--dist", "worksteal", *unasked]
    # by file: what a file's tests share, a server and a company, is made once; the longest files first, not the fullest
    files = ["--durations=15", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder", *unasked]
    alone = ["--durations=25", "--cov", "--cov-append", "--cov-report=term:skip-covered"]
    return [
        ("Tests that reckon", ["-m", "pytest", "-m", "not alone and not served and not campaign", *beside]),
        ("Servers and screens", ["-m", "pytest", "-m", "served and not campaign", *files, "--cov-append"]),
        ("Tests that are timed", ["-m", "pytest", "-m", "alone and not campaign", *alone]),
    ]


def install():
    """Bring .venv to what the lock says; nothing to do when it is there already."""
    stamp = wanted()
    if works(PYTHON) and STAMP.exists() and STAMP.read_text() == stamp:
        print("already as the lock says")
        return 0
    if not works(PYTHON):
        # without pip: Debian keeps the part that would put it there in a package of its own
        venv.EnvBuilder(clear=True, with_pip=False, symlinks=True).create(VENV)
    for words in (
        ["--require-hashes", "-r", "requirements.lock"],
        ["--no-deps", "--no-build-isolation", "-e", "."],
    ):
        status = pip(*words)
        if status:
            return status
    STAMP.write_text(stamp)
    return 0


def wanted():
    """Return a digest of all that decides what .venv must hold."""
    digest = hashlib.sha256(sys.version.encode())
    for name in ("requirements.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def works(python):
    """Return whether ``python`` is there, starts, and is recent enough."""
    if not python.exists():
        return False
    asked = [python, "-c", "import sys; sys.exit(sys.version_info < {!r})".format(OLDEST)]
    return subprocess.run(asked, capture_output=True).returncode == 0


def pip(*words):
    """Install into .venv with the pip of the Python that runs this; return pip's exit status."""
    asked = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True)
    if asked.returncode:
        print("This Python has no pip. On Debian or Ubuntu, as root: apt-get install python3-pip")
        return asked.returncode
    quietly = ["--quiet", "--disable-pip-version-check", "--no-input"]
    return run(["-m", "pip", "--python", str(PYTHON), "install", *quietly, *words], python=sys.executable)


def browser():
    """Say which browser the tests drive; without one its tests are skipped, or with CI=true all fails."""
    found = browsers.chromium()
    if not found:
        browsers.install()
        found = browsers.chromium()
    if found:
        print(found)
        return 0
    print("No Chromium or Chrome here; " + browsers.remedy())
    print("CI=true: a browser is required." if browsers.required() else "The browser tests will be skipped.")
    return 1 if browsers.required() else 0


def run(words, python=None):
    """Run Python with ``words`` and return its exit status."""
    return subprocess.run([str(python or PYTHON), *words]).returncode


def timed(heading, work):
    """Do ``work`` under a heading, and say how long it took."""
    print("\n=== " + heading + " " + "=" * (66 - len(heading)), flush=True)
    began = time.monotonic()
    status = work()
    print("--- {}: {} in {:.1f} s".format(heading, "FAILED" if status else "ok", time.monotonic() - began), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
