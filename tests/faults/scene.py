"""A scene: a living company, its warehouse, the real server, the networks between, and the witness before the wall."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser
from sqlalchemy.engine import URL

from queries.warehouse import writer
from tests.faults.company import Company, living, now
from tests.faults.database import Database, database
from tests.faults.judge import Judge
from tests.faults.proxy import Proxy, proxied
from tests.faults.served import R, Server, served
from tests.faults.witness import Sample, Witness, witness

SEED = 20261122


class Scene(NamedTuple):
    """Everything that a fault may be done to."""

    engine: str
    home: Path
    company: Company
    server: Server
    wire: Proxy | None
    """Between the server and its PostgreSQL."""
    network: Proxy
    """Between the browser and the server."""
    database: Database | None
    witness: Witness
    judge: Judge
    browser: Browser

    @property
    def file(self) -> Path:
        """The warehouse's file, where it is one."""
        return self.home / "warehouse.db"

    def until(self, seen: Callable[[Sample], bool], seconds: float) -> float | None:
        """Watch until something is seen; the seconds it took, or None when it was not seen in time."""
        begun, place = time.monotonic(), len(self.witness.samples)
        while time.monotonic() - begun < seconds:
            self.witness.watch()
            if any(map(seen, self.witness.samples[place:])):
                return time.monotonic() - begun
            place = len(self.witness.samples)
        return None

    def settle(self, seconds: float = 60) -> float | None:
        """Watch until the screen shows, live, what was read after this call; the seconds it took."""
        since = now()
        return self.until(lambda one: one.state == "live" and one.as_of is not None and one.as_of > since, seconds)


@contextmanager
def scene(browser: Browser, engine: str, seed: int = SEED, stage: str = "") -> Iterator[Scene]:
    """A scene on one engine, settled: the board stands and is live."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="smarketing-faults-")))
        base = stack.enter_context(database()) if engine == "postgresql" else None
        wire = stack.enter_context(proxied(base.port)) if base else None
        own = base.url() if base else URL.create("sqlite", database=str(home / "warehouse.db"))
        pen = writer(own)
        stack.callback(pen.dispose)
        company = Company(pen, seed)
        company.begin()
        read = base.url(wire.port) if base and wire else own
        if stage == "little room":
            stack.enter_context(little_room(home / "state"))
        server = stack.enter_context(served(home, read))
        warmed(server)
        network = stack.enter_context(proxied(server.port))
        stack.enter_context(living(company))
        seen = stack.enter_context(witness(browser, f"http://127.0.0.1:{network.port}/"))
        found = Scene(engine, home, company, server, wire, network, base, seen, Judge(company), browser)
        assert found.settle(30) is not None, (
            seen.samples[-1:],
            seen.page.content()[:1500],
            server.log.read_text()[-2000:],
        )
        yield found
        found.witness.watch(R / 4)


@contextmanager
def little_room(folder: Path) -> Iterator[None]:
    """A disk of its own with half a megabyte, which only the system's manager may make."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def warmed(server: Server) -> None:
    """Have every thread made that a server makes when it is first needed."""
    with ThreadPoolExecutor(24) as many:
        list(many.map(server.answer, ["/nowhere"] * 72))
