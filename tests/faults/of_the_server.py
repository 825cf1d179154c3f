"""The server's own processes die, hang, or run out of room: F28 to F33, F36."""

import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

import dashboard
from tests.faults.campaign import Fault
from tests.faults.scene import Scene
from tests.faults.stage import Stage


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
        os.kill(scene.server.workers()[0], signal.SIGKILL)
        scene.witness.watch(1)
        assert scene.settle() is not None, "the board did not go on"
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
    """F30: at six points of its work; another leads at once."""
    for part in range(6):
        scene.witness.watch(0.37 * part)
        os.kill(scene.server.leader(), signal.SIGKILL)
        assert scene.settle(20) is not None, "nobody took over"
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


@contextmanager
def disk_full(scene: Scene) -> Iterator[None]:
    """F32: where the snapshot is kept there is no room left, and later there is."""
    ballast = scene.server.state / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    yield
    ballast.unlink()


@contextmanager
def few_files(scene: Scene) -> Iterator[None]:
    """F33: the workers may open no more files, and a crowd comes."""
    held = {one: psutil.Process(one).rlimit(psutil.RLIMIT_NOFILE) for one in scene.server.workers()}
    for one, (_, hard) in held.items():
        psutil.Process(one).rlimit(psutil.RLIMIT_NOFILE, (64, hard))
    with crowd(scene.server.port, 150):
        scene.witness.watch(5)
        yield
    for one, both in held.items():
        with suppress(psutil.NoSuchProcess):
            psutil.Process(one).rlimit(psutil.RLIMIT_NOFILE, both)


@contextmanager
def crowd(port: int, size: int) -> Iterator[list[socket.socket]]:
    """So many streams, open at once."""
    asked = f"GET /stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    lines: list[socket.socket] = []
    try:
        for _ in range(size):
            line = socket.create_connection(("127.0.0.1", port), timeout=5)
            line.settimeout(5)
            line.sendall(asked)
            lines.append(line)
        yield lines
    finally:
        for line in lines:
            line.close()


@contextmanager
def reconnect_storm(scene: Scene) -> Iterator[None]:
    """F40: a hundred streams are cut and come back at once, three times; each is answered."""
    for _ in range(3):
        with crowd(scene.server.port, 100) as lines:
            heads = [_head(line) for line in lines]
            assert all(head.startswith(b"HTTP/1.1 200") for head in heads), heads
            scene.witness.watch(1)
    yield


def _head(line: socket.socket) -> bytes:
    try:
        return line.recv(200)
    except TimeoutError:
        return b"nothing"


@contextmanager
def deployed(scene: Scene) -> Iterator[None]:
    """F36: the server is stopped, and another build starts in its place while the wall looks on."""
    there = scene.home / "next"
    root = Path(dashboard.__file__).parent.parent
    for name in ("dashboard", "queries", "assets"):
        shutil.copytree(root / name, there / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "Procfile", there / "Procfile")
    with (there / "assets" / "board.css").open("a", encoding="utf-8") as file:
        file.write("\n/* another build */\n")
    opened = scene.witness.opened
    scene.server.environment["PYTHONPATH"] = str(there)
    scene.server.stop()
    scene.server.start()
    ends = time.monotonic() + 120
    while scene.witness.opened == opened and time.monotonic() < ends:
        scene.witness.watch(0.5)
    assert scene.witness.opened == opened + 1, f"the page was opened {scene.witness.opened - opened} times"
    yield


ANY = ("live", "stale", "lost")

FAULTS = [
    Fault("F28", "worker killed", worker_killed, lasts=1, grace=10),
    Fault("F29", "all workers hung", workers_hung, "no connection", ("lost",), logged=None, grace=3),
    Fault("F30", "refresher killed six times", refresher_killed, lasts=1, grace=2),
    Fault("F30", "refresher hung", refresher_hung, lasts=1, grace=2),
    Fault(
        "F32",
        "no room for the snapshot",
        disk_full,
        "no new data",
        ("stale",),
        logged=("not_published", "published_again"),
        stage=Stage(little_room=True),
    ),
    Fault("F33", "no more files for a crowd", few_files, lasts=1, grace=4),
    Fault("F36", "another build is deployed", deployed, "no connection|no new data|live", ANY, logged=None, lasts=1),
    Fault("F40", "a hundred streams come back at once", reconnect_storm, lasts=1),
]
