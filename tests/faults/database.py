"""A PostgreSQL of the campaign's own, which may be killed, stopped and started again."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL

from tests import postgres

ROLE = "board"


class Database:
    """One server with its files, which outlive its death."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._binaries, self._owner = postgres._binaries(home)
        postgres._own(home, self._owner)
        postgres._run_initdb(self._binaries, home / "data", self._owner)
        self.port = postgres._free_port()
        self._stack = ExitStack()
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Start it, and wait until it answers."""
        started = postgres._started(self._binaries, self._home / "data", self.port, self._owner)
        self.process = self._stack.enter_context(started)
        with (self._home / "data" / "log").open() as log:
            postgres._answering(self.process, self.port, log.read).close()

    def signal(self, number: int) -> None:
        """Send a signal to all its processes."""
        for one in self.processes():
            try:
                os.kill(one, number)
            except ProcessLookupError:
                continue

    def processes(self) -> list[int]:
        """The server and its children: all of one process group or below it."""
        found = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = [tuple(map(int, line.split())) for line in found.splitlines()]
        return [self.process.pid] + [pid for pid, parent in pairs if parent == self.process.pid]

    def kill(self) -> None:
        """End it as a power cut does."""
        self.signal(signal.SIGKILL)
        self.process.wait(20)
        self._stack.close()

    def url(self, port: int | None = None) -> URL:
        """Its address, or that of a proxy before it."""
        return URL.create(
            "postgresql+psycopg", username="postgres", host="127.0.0.1", port=port or self.port, database="postgres"
        )

    def own_role(self, url: URL, home: Path) -> URL:
        """Make a role that may only read and must say its password, and return the address ``url`` for it."""
        rules = self._home / "data" / "pg_hba.conf"
        rules.write_text(f"host all {ROLE} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        self.run(f"CREATE ROLE {ROLE} LOGIN", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}")
        self.run("SELECT pg_reload_conf()")
        self.password("first")
        remember(home, "first")
        return url.set(username=ROLE, query={"passfile": str(home / "pgpass")})

    def password(self, word: str) -> None:
        """Give the board's role another password."""
        self.run(f"ALTER ROLE {ROLE} PASSWORD '{word}'")

    def run(self, *words: str) -> None:
        """Run statements as the server's owner."""
        with psycopg.connect(self.url().set(drivername="postgresql").render_as_string(), autocommit=True) as connection:
            for one in words:
                connection.execute(one)

    def said(self) -> str:
        """What its log says."""
        return (self._home / "data" / "log").read_text()

    def stop(self) -> None:
        """Stop it for good."""
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)
        self._stack.close()


def remember(home: Path, word: str) -> None:
    """Write down the password of the board's role where its driver looks for it."""
    file = home / "pgpass"
    file.write_text(f"*:*:*:{ROLE}:{word}\n")
    file.chmod(0o600)


@contextmanager
def database() -> Iterator[Database]:
    """A running server; its files are gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="smarketing-faults-"))
    try:
        found = Database(home)
        found.start()
        try:
            yield found
        finally:
            found.stop()
            time.sleep(0.1)
    finally:
        shutil.rmtree(home, ignore_errors=True)
