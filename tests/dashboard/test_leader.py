"""One leader on a machine: real processes, a real lock, real kills."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.leader import BEAT, Leadership

LEAD = """
import resource, sys, time
from pathlib import Path
from dashboard.leader import Leadership  # a refresher
lead = Leadership(Path(sys.argv[1]), hung_after=2.0)
print("asks", flush=True)
lead.wait(lambda: False)
print("leads", flush=True)
if "full" in sys.argv:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
while True:
    lead.beat()
    time.sleep(0.1)
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def one(*more: str) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", LEAD, str(tmp_path), "refresher", *more]
        started.append(subprocess.Popen(words, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield one
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def asked(process: subprocess.Popen[str]) -> None:
    """Return when a process, however long its start takes, begins to ask for the lead."""
    assert process.stdout
    assert process.stdout.readline() == "asks\n"


def led(process: subprocess.Popen[str]) -> None:
    """Return when a process that has begun to ask for the lead has it."""
    assert process.stdout
    assert process.stdout.readline() == "leads\n"


def leader(folder: Path) -> int:
    return int(json.loads((folder / BEAT).read_text())["pid"])


def test_of_several_one_leads_and_when_it_is_killed_another_takes_over_at_once(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    first = start()
    asked(first)
    led(first)
    second = start()
    asked(second)
    time.sleep(0.5)
    assert leader(tmp_path) == first.pid
    first.kill()
    began = time.monotonic()
    led(second)
    assert time.monotonic() - began < 2
    assert leader(tmp_path) == second.pid


def test_a_leader_that_hangs_is_put_aside(start: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    first = start()
    asked(first)
    led(first)
    os.kill(first.pid, signal.SIGSTOP)
    second = start()
    asked(second)
    led(second)
    assert leader(tmp_path) == second.pid
    assert first.wait(60) == -signal.SIGKILL


def test_a_leader_whose_disk_is_full_is_not_taken_for_hung(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    first = start("full")
    asked(first)
    led(first)
    asked(start())
    # one and a half times as long as a leader may be silent
    time.sleep(3)
    assert first.poll() is None
    assert leader(tmp_path) == first.pid


def test_the_id_of_a_stranger_is_never_killed(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    (tmp_path / BEAT).write_text(json.dumps({"pid": stranger.pid, "beat": 0.0}))
    assert Leadership(tmp_path, hung_after=1.0, monotonic=lambda: 100.0).put_aside_hung() is None
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_torn_word_of_life_is_no_reason_to_kill(tmp_path: Path) -> None:
    (tmp_path / BEAT).write_text('{"pid": 1')
    assert Leadership(tmp_path, hung_after=1.0).put_aside_hung() is None
