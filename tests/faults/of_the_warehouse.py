"""The warehouse dies, hangs, is out of reach, slow, or has no room: F1 to F8."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from queries.warehouse import reader
from tests.faults.campaign import Fault
from tests.faults.database import ROLE, remember
from tests.faults.scene import Scene
from tests.faults.served import R
from tests.faults.stage import Stage

PG = ("postgresql",)
REFUSED = "password authentication failed"
SILENT = "took too long|in time|refused the connection|ended the connection|left to give|starting or shutting"


@contextmanager
def killed(scene: Scene) -> Iterator[None]:
    """F1."""
    assert scene.database
    with scene.company.paused():
        scene.database.kill()
        scene.company.writer.dispose()
        yield
        scene.database.start()


@contextmanager
def hung(scene: Scene) -> Iterator[None]:
    """F2."""
    assert scene.database
    with scene.company.paused():
        scene.database.signal(signal.SIGSTOP)
        yield
        scene.database.signal(signal.SIGCONT)


@contextmanager
def black_hole(scene: Scene) -> Iterator[None]:
    """F3."""
    assert scene.wire
    # every piece takes a moment, so that the hole opens in the middle of a reading
    scene.wire.change(delay=0.02)
    scene.witness.watch(R / 2)
    scene.wire.change(lost=True)
    yield
    scene.wire.change()


def reset_after(size: int) -> Fault:
    """F4 at one byte."""

    @contextmanager
    def resets(scene: Scene) -> Iterator[None]:
        assert scene.wire
        scene.wire.change(reset_after=size)
        scene.wire.cut()
        yield
        scene.wire.change()

    return Fault("F4", f"connection reset after {size} bytes", resets, SILENT, engines=PG, lasts=3)


@contextmanager
def slow(scene: Scene) -> Iterator[None]:
    """F5."""
    assert scene.wire
    scene.wire.change(delay=0.2)
    yield
    scene.wire.change()


@contextmanager
def full(scene: Scene) -> Iterator[None]:
    """F6: every connection that the server may give is taken, ours cut."""
    assert scene.database
    assert scene.wire
    words = f"host=127.0.0.1 port={scene.database.port} user=postgres dbname=postgres"
    with scene.company.paused(), ExitStack() as taken:
        scene.company.writer.dispose()
        scene.wire.change(shut=True)
        scene.wire.cut()
        try:
            for _ in range(100):
                taken.enter_context(psycopg.connect(words))
        except psycopg.OperationalError:
            pass
        scene.wire.change()
        yield


@contextmanager
def rotated(scene: Scene) -> Iterator[None]:
    """F7: the password of our role is another, and we are asked for it; later we know it."""
    assert scene.database
    scene.database.password("second")
    before, begun = scene.database.said().count(REFUSED), time.monotonic()
    scene.database.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{ROLE}'")
    yield
    tries = scene.database.said().count(REFUSED) - before
    most = (time.monotonic() - begun) / R + 1
    assert 0 < tries <= most, f"{tries} tries to sign in, where {most:.0f} may be"
    remember(scene.home, "second")


@contextmanager
def granted(scene: Scene) -> Iterator[None]:
    """F8: our role may write from now on: it is said once by whoever begins to read, and nobody of us does write."""
    assert scene.database
    assert "warehouse_can_write" not in [one["event"] for one in scene.server.said()]
    scene.database.run(f"GRANT INSERT, UPDATE, DELETE ON leads, deals TO {ROLE}")
    since = scene.server.end_of_log()
    os.kill(scene.server.leader(), signal.SIGKILL)
    assert scene.settle(20) is not None, "nobody took over"
    scene.witness.watch(2 * R)
    said = [one for one in scene.server.said(since) if one["event"] == "warehouse_can_write"]
    assert [one["tables"] for one in said] == [["deals", "leads"]], said
    assert_only_read(scene)
    yield
    scene.database.run(f"REVOKE INSERT, UPDATE, DELETE ON leads, deals FROM {ROLE}")


def assert_only_read(scene: Scene) -> None:
    """A session such as the board's refuses to write, whatever its role may do."""
    engine = reader(make_url(scene.server.environment["WAREHOUSE_URL"]))
    try:
        with engine.connect() as connection:
            connection.execute(text("UPDATE leads SET source = 'ours'"))
    except DBAPIError as refused:
        assert "read-only" in str(refused)
    else:
        raise AssertionError("the board's session wrote")
    finally:
        engine.dispose()


OWN_ROLE = Stage(own_role=True)
FAULTS = [
    Fault("F1", "warehouse killed", killed, SILENT, engines=PG),
    Fault("F2", "warehouse hung", hung, SILENT, engines=PG, lasts=12, grace=4),
    Fault("F3", "black hole in the middle of a query", black_hole, SILENT, engines=PG, lasts=12, grace=4),
    *(reset_after(size) for size in (1, 60, 400, 900, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000)),
    Fault("F5", "warehouse a hundred times slower", slow, SILENT, engines=PG, lasts=12, grace=4, slack=8),
    Fault("F6", "connections used up", full, SILENT, engines=PG),
    Fault("F7", "password changed", rotated, "refused the sign-in", ("stale",), PG, lasts=15, stage=OWN_ROLE),
    Fault("F8", "our role may write", granted, engines=PG, lasts=1, stage=OWN_ROLE),
]
