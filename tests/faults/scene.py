"""A scene: a living company, its warehouse, the real server, the networks between, and the witness before the wall."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL

from queries.warehouse import writer
from tests.faults.clock import Clock, Setting
from tests.faults.company import Company, living
from tests.faults.database import Database, database
from tests.faults.judge import Judge
from tests.faults.proxy import Proxy, proxied
from tests.faults.served import BUILD, R, Server, copied, served
from tests.faults.stage import PLAIN, Stage
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
    clock: Clock
    """The server's, which is the real one unless the stage has a clock of its own."""

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
        since = self.clock.now()
        return self.until(lambda one: one.state == "live" and one.as_of is not None and one.as_of > since, seconds)


@contextmanager
def scene(browser: Browser, engine: str, seed: int = SEED, stage: Stage = PLAIN) -> Iterator[Scene]:
    """A scene on one engine, settled: the board stands and is live."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="smarketing-faults-")))
        base = stack.enter_context(database()) if engine == "postgresql" else None
        wire = stack.enter_context(proxied(base.port)) if base else None
        own = base.url() if base else URL.create("sqlite", database=str(home / "warehouse.db"))
        pen = writer(own)
        stack.callback(pen.dispose)
        clock = Clock(home)
        if stage.begins:
            stack.enter_context(all_at(clock, pen, stage.begins))
        company = Company(pen, seed, clock.now if stage.begins else None)
        company.begin()
        read = base.url(wire.port) if base and wire else own
        if base and stage.own_role:
            read = base.own_role(read, home)
        if stage.little_room:
            stack.enter_context(little_room(home / "state"))
        server = stack.enter_context(served(home, read, **environment(stage, home, clock)))
        warmed(server)
        network = stack.enter_context(proxied(server.port))
        stack.enter_context(living(company))
        seen = stack.enter_context(witness(browser, f"http://127.0.0.1:{network.port}/"))
        judge = Judge(company, clock if stage.clock else None)
        found = Scene(engine, home, company, server, wire, network, base, seen, judge, browser, clock)
        assert found.settle(30) is not None, (
            seen.samples[-1:],
            seen.page.content()[:1500],
            server.log.read_text()[-2000:],
        )
        yield found
        found.witness.watch(R / 4)


def environment(stage: Stage, home: Path, clock: Clock) -> dict[str, str]:
    """What the server of a stage finds in its environment that others do not."""
    found = clock.environment() if stage.clock else {}
    if stage.own_build:
        copied(home / BUILD)
        found["PYTHONPATH"] = str(home / BUILD)
    return found


@contextmanager
def all_at(clock: Clock, pen: Engine, begins: datetime) -> Iterator[None]:
    """Another time for all the world: the server, the company, and the clock of a warehouse that has one."""
    if pen.dialect.name == "postgresql":
        clock.told.append(lambda setting: tell(pen, setting))
    clock.show(begins)
    yield
    clock.told.clear()


def tell(pen: Engine, setting: Setting) -> None:
    """Have PostgreSQL tell the time as a clock is set: a function of that name stands before the server's own."""
    real = f"pg_catalog.clock_timestamp() - pg_catalog.to_timestamp({setting.since / 1e9})"
    words = f"SELECT pg_catalog.to_timestamp({setting.shows / 1e9}) + ({real}) * {setting.rate}"
    with pen.begin() as connection:
        connection.execute(text("ALTER ROLE CURRENT_USER SET search_path = public, pg_catalog"))
        head = "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
        connection.execute(text(f"{head} '{words}'"))


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
