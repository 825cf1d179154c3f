"""The real server, started as the Procfile says, with its log and its processes at hand."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy.engine import URL

import dashboard
from dashboard.serving import command
from tests.faults.papers import AGREEMENT, COMPANY

R, DEADLINE = 2.0, 3.0
"""Seconds of a refresh, and of a reading's deadline, in all these tests."""


BUILD = "build"
"""The folder of a scene in which its server's own build lies, where it has one."""


def copied(there: Path) -> None:
    """Put a copy of all that a server runs into a folder."""
    root = Path(dashboard.__file__).parent.parent
    for name in ("dashboard", "queries", "assets"):
        shutil.copytree(root / name, there / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "Procfile", there / "Procfile")


class Server:
    """The running server of one company."""

    def __init__(self, home: Path, warehouse: URL, workers: int = 2, **more: str) -> None:
        self.home, self.port, self._workers = home, free_port(), workers
        self.state = home / "state"
        (home / "smarketing.toml").write_text(COMPANY, encoding="utf-8")
        (home / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
        self.log = home / "server.log"
        words = command(self.port)
        self._words = [*words[:-1], "--workers", str(workers), words[-1]]
        self.environment = {
            **os.environ,
            "WAREHOUSE_URL": warehouse.render_as_string(hide_password=False),
            "SMARKETING_CONFIG": str(home / "smarketing.toml"),
            "SMARKETING_AGREEMENT": str(home / "agreement.toml"),
            "SMARKETING_REFRESH_SECONDS": f"{R:g}",
            "SMARKETING_READ_SECONDS": f"{DEADLINE:g}",
            "SMARKETING_STATE": str(self.state),
            **more,
        }
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Start it, and wait until its board is live."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self._words, cwd=self.home, env=self.environment, stdout=log, stderr=log)
        ends = time.monotonic() + 120
        while self.answer("/readyz") != 200:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < ends, self.log.read_text()[-3000:]
            time.sleep(0.1)

    def answer(self, path: str, seconds: float = 5) -> int:
        """The status that a path is answered with; 0 where nothing answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=seconds) as said:
                return int(said.status)
        except urllib.error.HTTPError as refused:
            return int(refused.code)
        except OSError:
            return 0

    def stop(self) -> None:
        """Stop it, kindly at first."""
        known = self.family()
        for one in known:
            _signal(one.pid, signal.SIGCONT)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        for left in psutil.wait_procs(known, 5)[1]:
            left.kill()

    def family(self) -> list[psutil.Process]:
        """All its processes that live."""
        try:
            top = psutil.Process(self.process.pid)
            return [top, *top.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        return [one.pid for one in self.family() if one.ppid() == self.process.pid]

    @property
    def is_whole(self) -> bool:
        """Whether every worker and every worker's refresher is there; one that ended is waited for ever longer."""
        return len(self.family()) > 2 * self._workers

    def leader(self) -> int:
        """The process id of the refresher that leads, as soon as one does."""
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            pid = int(json.loads((self.state / "leader.json").read_text())["pid"])
            if psutil.pid_exists(pid):
                return pid
            time.sleep(0.05)
        raise AssertionError("no refresher leads")

    def weight(self) -> "Weight":
        """What it holds of this machine's resources now."""
        alive = [one for one in self.family() if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
        return Weight(
            len(alive),
            sum(one.num_threads() for one in alive),
            sum(one.num_fds() for one in alive),
            sum(one.memory_info().rss for one in alive) / 1e6,
            sum(one.status() == psutil.STATUS_ZOMBIE for one in self.family()),
        )

    def said(self, since: int = 0) -> list[dict[str, Any]]:
        """The events of the log from a place in it on; every line of ours is JSON, and no other line looks like it."""
        text = self.log.read_bytes()[since:].decode()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def end_of_log(self) -> int:
        return self.log.stat().st_size


class Weight:
    """What a server holds: processes, threads, open files, megabytes, and dead children that nobody buried."""

    def __init__(self, processes: int, threads: int, files: int, megabytes: float, zombies: int) -> None:
        self.processes, self.threads, self.files = processes, threads, files
        self.megabytes, self.zombies = megabytes, zombies

    def __str__(self) -> str:
        return (
            f"{self.processes} processes, {self.threads} threads, {self.files} files, {self.megabytes:.0f} MB, "
            f"{self.zombies} zombies"
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


@contextmanager
def served(home: Path, warehouse: URL, workers: int = 2, **more: str) -> Iterator[Server]:
    """A server over a warehouse, for as long as the block lasts."""
    server = Server(home, warehouse, workers, **more)
    try:
        server.start()
        yield server
    finally:
        server.stop()
