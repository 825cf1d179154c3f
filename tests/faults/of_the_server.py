"""The server's own processes die, hang, or run out of room: F28 to F33, F36."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.faults.campaign import Fault
from tests.faults.scene import Scene


def failed_polls(scene: Scene, over: threading.Event) -> Callable[[], int]:
    """Poll the picture ten times a second as viewers do; how many polls failed, asked afterwards."""
    failed: list[int] = []

    def poll() -> None:
        while not over.wait(0.1):
            if scene.server.answer("/api/board/picture") != 200:
                failed.append(1)

    threading.Thread(target=poll, daemon=True).start()
    return lambda: len(failed)


@contextmanager
def worker_killed(scene: Scene) -> Iterator[None]:
    """F28: no viewer notices."""
    over = threading.Event()
    failed = failed_polls(scene, over)
    for _ in range(2):
        scene.witness.watch(1)
        os.kill(scene.server.workers()[0], signal.SIGKILL)
        scene.witness.watch(3)
    yield
    over.set()
    # a poll that was being answered by the very worker may be lost with it
    assert failed() <= 2, f"{failed()} polls failed"


@contextmanager
def workers_hung(scene: Scene) -> Iterator[None]:
    """F29: the page judges by its own clock."""
    held = scene.server.workers()
    for one in held:
        os.kill(one, signal.SIGSTOP)
    yield
    for one in held:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGCONT)


@contextmanager
def refresher_killed(scene: Scene) -> Iterator[None]:
    """F30: at any point of its work; another leads at once."""
    for part in range(6):
        os.kill(scene.server.leader(), signal.SIGKILL)
        scene.witness.watch(2.2 + 0.13 * part)
    yield


@contextmanager
def refresher_hung(scene: Scene) -> Iterator[None]:
    """F30: hung, not dead; the next in line puts it aside."""
    leader = scene.server.leader()
    os.kill(leader, signal.SIGSTOP)
    ends = time.monotonic() + 40
    while scene.server.leader() == leader and time.monotonic() < ends:
        scene.witness.watch(0.2)
    yield


FAULTS = [
    Fault("F28", "worker killed", worker_killed, lasts=1),
    Fault("F29", "all workers hung", workers_hung, "no connection", ("lost",), logged=None, grace=3),
    Fault("F30", "refresher killed six times", refresher_killed, lasts=1, grace=2),
    Fault("F30", "refresher hung", refresher_hung, lasts=1, grace=2),
]
