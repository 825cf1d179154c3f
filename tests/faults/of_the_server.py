"""The server's own processes die, hang, or run out of room: F28 to F33, F36, F37."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil

from dashboard.keeper import LASTED
from tests.faults.campaign import Fault
from tests.faults.papers import AGREEMENT, COMPANY
from tests.faults.scene import Scene
from tests.faults.served import BUILD, copied
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
def out_of_memory(scene: Scene) -> Iterator[None]:
    """F31: the system kills the refresher that leads, and none gets the memory it needs, for a while."""
    over, born = threading.Event(), set(refreshers(scene))
    for one in born:
        limited(one, psutil.Process(one).memory_info().vms)

    def limit() -> None:
        while not over.wait(0.02):
            for one in set(refreshers(scene)) - born:
                limited(one, 150_000_000)
                born.add(one)

    first = len(born)
    watching = threading.Thread(target=limit, daemon=True)
    watching.start()
    os.kill(scene.server.leader(), signal.SIGKILL)
    yield
    over.set()
    watching.join()
    for one in refreshers(scene):
        limited(one, psutil.RLIM_INFINITY)
    assert len(born) - first <= 14, f"{len(born) - first} refreshers were started in half a minute"


def limited(pid: int, size: int) -> None:
    """Let a process have so much memory, by its addresses, and no more."""
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).rlimit(psutil.RLIMIT_AS, (size, psutil.RLIM_INFINITY))


def refreshers(scene: Scene) -> list[int]:
    """The process ids of the server's refreshers."""
    found = []
    for one in scene.server.family():
        with suppress(psutil.NoSuchProcess):
            if "dashboard.refresher" in one.cmdline():
                found.append(one.pid)
    return found


def broken(what: str, spoil: Callable[[Scene], None], mend: Callable[[Scene], None]) -> Fault:
    """F37: what is deployed cannot serve; the old one goes on, also when a worker dies, until it is mended."""

    @contextmanager
    def doing(scene: Scene) -> Iterator[None]:
        over = threading.Event()
        before, since, failed = scene.server.workers(), scene.server.end_of_log(), failed_polls(scene, over)
        spoil(scene)
        scene.server.process.send_signal(signal.SIGHUP)
        said(scene, since, "deploy_refused")
        assert scene.server.workers() == before, "the old workers are gone"
        os.kill(before[0], signal.SIGKILL)
        said(scene, since, "worker_waits")
        assert scene.settle(20) is not None, "the board did not go on"
        yield
        mend(scene)
        scene.witness.watch(3)
        scene.server.process.send_signal(signal.SIGHUP)
        ends = time.monotonic() + 90
        while set(before) & set(scene.server.workers()):
            assert time.monotonic() < ends, "what was mended is not deployed"
            scene.witness.watch(0.2)
        over.set()
        assert failed() <= 2, f"{failed()} polls failed"

    return Fault("F37", f"deploy of a broken build: {what}", doing, lasts=2, grace=12, stage=Stage(own_build=True))


def said(scene: Scene, since: int, event: str) -> None:
    """Wait until the log says something."""
    ends = time.monotonic() + 90
    while event not in [one["event"] for one in scene.server.said(since)]:
        assert scene.server.process.poll() is None, "the server is gone"
        assert time.monotonic() < ends, f"the log does not say {event}"
        scene.witness.watch(0.2)


def wrong_key(scene: Scene) -> None:
    file = scene.home / "smarketing.toml"
    file.write_text(f"colour = 'red'\n{file.read_text()}")


def right_key(scene: Scene) -> None:
    (scene.home / "smarketing.toml").write_text(COMPANY)


def no_agreement(scene: Scene) -> None:
    (scene.home / "agreement.toml").unlink()


def agreement_again(scene: Scene) -> None:
    (scene.home / "agreement.toml").write_text(AGREEMENT)


def half_a_file(scene: Scene) -> None:
    file = scene.home / BUILD / "dashboard" / "front.py"
    file.rename(file.with_suffix(".whole"))
    file.write_text("def answer(:\n")


def the_whole_file(scene: Scene) -> None:
    file = scene.home / BUILD / "dashboard" / "front.py"
    file.with_suffix(".whole").replace(file)


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
    copied(there)
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
    Fault(
        "F31",
        "refreshers out of memory",
        out_of_memory,
        "no new data",
        ("stale",),
        lasts=28,
        grace=20,
        logged=("refresher_ended",),
        rest=LASTED + 5,
    ),
    broken("a wrong key", wrong_key, right_key),
    broken("no agreement", no_agreement, agreement_again),
    broken("half a file", half_a_file, the_whole_file),
    Fault("F33", "no more files for a crowd", few_files, lasts=1, grace=4),
    Fault("F36", "another build is deployed", deployed, "no connection|no new data|live", ANY, logged=None, lasts=1),
    Fault("F40", "a hundred streams come back at once", reconnect_storm, lasts=1),
]
