"""What may happen to a warehouse that is a file: F21."""

import hashlib
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.faults.campaign import Fault
from tests.faults.company import now
from tests.faults.scene import Scene
from tests.faults.served import R

LITE = ("sqlite",)
HOLD = """
import fcntl, sys
file = open(sys.argv[1], "r+b")
fcntl.lockf(file, fcntl.LOCK_EX, 8, 120)
print("held", flush=True)
sys.stdin.read()
"""
"""Takes all eight locks of a write-ahead log, as a program does that recovers it."""


def folded(file: Path) -> None:
    """Have everything in the file itself, nothing in the log beside it."""
    with closing(sqlite3.connect(file, timeout=20)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


@contextmanager
def locked(scene: Scene) -> Iterator[None]:
    """Another program holds every lock."""
    with scene.company.paused():
        scene.company.writer.dispose()
        words = [sys.executable, "-c", HOLD, f"{scene.file}-shm"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout
            assert holder.stdout.readline() == b"held\n"
            yield
            assert holder.stdin
            holder.stdin.close()


@contextmanager
def without_its_log(scene: Scene) -> Iterator[None]:
    """The log beside the file is gone, after all of it was in the file."""
    with scene.company.paused():
        scene.company.writer.dispose()
        folded(scene.file)
        for end in ("-wal", "-shm"):
            scene.file.with_name(scene.file.name + end).unlink(missing_ok=True)
        scene.company.add({"leads": [scene.company.lead(now())]})
        yield


@contextmanager
def replaced(scene: Scene) -> Iterator[None]:
    """A newer file takes the place of the file, as an export by night does."""
    beside = scene.file.with_name("next.db")
    with scene.company.paused():
        scene.company.writer.dispose()
        folded(scene.file)
        shutil.copyfile(scene.file, beside)
        for end in ("-wal", "-shm"):
            scene.file.with_name(scene.file.name + end).unlink(missing_ok=True)
        beside.replace(scene.file)
        scene.company.add({"leads": [scene.company.lead(now()) for _ in range(3)]})
        assert scene.settle(30) is not None, "the change was not shown"
        yield


def cut_to(share: float) -> object:
    """The file ends too early."""

    @contextmanager
    def doing(scene: Scene) -> Iterator[None]:
        good = scene.file.with_name("good.db")
        with scene.company.paused():
            scene.company.writer.dispose()
            folded(scene.file)
            shutil.copyfile(scene.file, good)
            broken = scene.file.with_name("broken.db")
            broken.write_bytes(good.read_bytes()[: int(good.stat().st_size * share)])
            _in_place(scene.file, broken)
            yield
            _in_place(scene.file, good)

    return doing


def _in_place(file: Path, other: Path) -> None:
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    other.replace(file)


@contextmanager
def gone(scene: Scene) -> Iterator[None]:
    """The file is not there."""
    aside = scene.file.with_name("aside.db")
    with scene.company.paused():
        scene.company.writer.dispose()
        folded(scene.file)
        scene.file.rename(aside)
        yield
        assert not scene.file.exists(), "the server has made a file"
        aside.rename(scene.file)


@contextmanager
def only_read(scene: Scene) -> Iterator[None]:
    """No fault: nobody writes for a while, and the file stays byte for byte what it was."""
    with scene.company.paused():
        scene.company.writer.dispose()
        folded(scene.file)
        before = hashlib.sha256(scene.file.read_bytes()).hexdigest(), scene.file.stat().st_mtime_ns
        scene.witness.watch(3 * R)
        yield
        assert before == (hashlib.sha256(scene.file.read_bytes()).hexdigest(), scene.file.stat().st_mtime_ns)


FAULTS = [
    Fault("F21", "file locked", locked, "locked|took too long", ("stale",), LITE, grace=4),
    Fault("F21", "log beside the file missing", without_its_log, engines=LITE),
    Fault("F21", "file replaced", replaced, engines=LITE),
    Fault("F21", "file cut to nothing", cut_to(0), "no table", ("refused",), LITE),
    Fault("F21", "file cut in half", cut_to(0.5), "damaged", ("stale",), LITE),
    Fault("F21", "file gone", gone, "cannot be opened", ("stale",), LITE),
    Fault("F21", "file only read", only_read, engines=LITE),
]
