"""The browser the tests drive: one that is installed here already; none is ever downloaded by the tests themselves.

Standard library only: the test command uses it before anything is installed.
"""

import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Optional

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chrome", "chromium-browser")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def chromium() -> Optional[str]:
    """Return the path of a Chromium or Chrome that starts, or None."""
    found = [shutil.which(name) for name in NAMES] + [place for place in PLACES if Path(place).exists()]
    return next((path for path in found if path and _starts(path)), None)


def _starts(path: str) -> bool:
    # Ubuntu's chromium-browser may be a stub that only says "install the snap"
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def required() -> bool:
    """Return whether a missing browser is a failure (CI=true) and not a reason to skip."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def remedy() -> str:
    """Return what to do on this machine to get a browser."""
    if platform.system() == "Darwin":
        return "install Google Chrome (or Chromium) in /Applications"
    if _debian():
        return "as root: apt-get update && apt-get install chromium fonts-liberation"
    return "install Google Chrome, or a Chromium that is not a snap, so that 'google-chrome' or 'chromium' starts it"


def install() -> None:
    """Install Debian's Chromium where that is ours to do: as root, on Debian; else do nothing."""
    if not (_debian() and hasattr(os, "geteuid") and os.geteuid() == 0):
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]):
        subprocess.run(["apt-get", "-qq", *words], env=quiet, stdout=subprocess.DEVNULL)


def _debian() -> bool:
    """Return whether this is Debian proper: Ubuntu's chromium is a snap, which cannot be driven in a container."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text(encoding="utf-8").splitlines()
