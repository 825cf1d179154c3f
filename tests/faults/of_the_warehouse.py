"""The warehouse dies, hangs, is out of reach, slow, or has no room: F1 to F6."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from tests.faults.campaign import Fault
from tests.faults.scene import Scene
from tests.faults.served import R

PG = ("postgresql",)
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


FAULTS = [
    Fault("F1", "warehouse killed", killed, SILENT, engines=PG),
    Fault("F2", "warehouse hung", hung, SILENT, engines=PG, lasts=12, grace=4),
    Fault("F3", "black hole in the middle of a query", black_hole, SILENT, engines=PG, lasts=12, grace=4),
    *(reset_after(size) for size in (1, 60, 400, 900, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000)),
    Fault("F5", "warehouse a hundred times slower", slow, SILENT, engines=PG, lasts=12, grace=4, slack=8),
    Fault("F6", "connections used up", full, SILENT, engines=PG),
]
