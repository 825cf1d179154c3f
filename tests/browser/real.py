"""The real server of the Procfile over a warehouse of its own, and what the command line says of the same warehouse."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dashboard import serving

ROOT = Path(__file__).parent.parent.parent
MAIN = [sys.executable, "-c", "from dashboard.cli import main; main()"]
STARTS_WITHIN = 90.0


class Company:
    """A folder with a warehouse and its two files; its address once it is served."""

    def __init__(self, folder: Path, database: str, papers: Path | None = None) -> None:
        self.folder, self.database = folder, folder / database
        self.papers = papers or folder
        self.url = ""

    @property
    def environment(self) -> dict[str, str]:
        """What every command on this company is told."""
        return {
            **os.environ,
            "WAREHOUSE_URL": f"sqlite:///{self.database}",
            "SMARKETING_CONFIG": str(self.papers / "smarketing.toml"),
            "SMARKETING_AGREEMENT": str(self.papers / "agreement.toml"),
            "SMARKETING_STATE": str(self.folder / "state"),
            "SMARKETING_REFRESH_SECONDS": "1",
        }

    def told(self, *words: str) -> str:
        """Return what a command says of this company."""
        done = subprocess.run([*MAIN, *words], env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def numbers(self, as_of: str) -> dict[str, Any]:
        """Return the numbers as of a moment, as the command line tells machines."""
        found: dict[str, Any] = json.loads(self.told("board", "--as-of", as_of, "--json"))["numbers"]
        return found

    def page(self, as_of: str | None = None, **words: str) -> str:
        """Return the address of the board."""
        asked = {**({"as_of": as_of} if as_of else {}), **words}
        query = "&".join(f"{name}={quote(value)}" for name, value in asked.items())
        return f"{self.url}/{'?' + query if query else ''}"


@contextmanager
def served(company: Company) -> Iterator[Company]:
    """Serve a company exactly as the Procfile says, until the block ends."""
    port = free_port()
    company.url = f"http://127.0.0.1:{port}"
    with (company.folder / "server.log").open("wb") as log:
        process = subprocess.Popen(serving.command(port), env=company.environment, stdout=log, stderr=log)
        try:
            wait_for(process, company)
            yield company
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(process: "subprocess.Popen[bytes]", company: Company) -> None:
    """Return when the server answers."""
    ends = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < ends:
        try:
            with urllib.request.urlopen(f"{company.url}/", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError((company.folder / "server.log").read_text()[-3000:])
