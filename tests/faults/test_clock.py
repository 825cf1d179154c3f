"""The clock that a test sets is the one that a process tells the time by; the seconds that nobody sets go on."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.faults.clock import Clock

TELL = """
import datetime, json, os, sys, time
def told():
    return [datetime.datetime.now(datetime.UTC).timestamp(), time.time(), time.monotonic()]
first = told()
time.sleep(0.2)
if os.fork() == 0:
    print(json.dumps([first, told()]), flush=True)
    os._exit(0)
os.wait()
"""


def test_a_process_and_its_forks_tell_the_time_by_it_and_sleep_as_ever(tmp_path: Path) -> None:
    clock, at = Clock(tmp_path), datetime(2028, 2, 29, tzinfo=UTC)
    clock.show(at, 3600)
    told = subprocess.run(
        [sys.executable, "-c", TELL], env={**os.environ, **clock.environment()}, capture_output=True, check=True
    ).stdout
    (now, wall, steady), (later, _, steady_later) = json.loads(told)
    assert 0 <= now - at.timestamp() < 3600 * 30
    assert abs(now - wall) < 60
    assert 0.2 <= steady_later - steady < 5
    assert later - now >= 0.2 * 3600


def test_what_it_showed_is_found_again(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    begun = datetime.now(UTC)
    clock.move(timedelta(hours=-1))
    shown, real = clock.now(), datetime.now(UTC)
    found = clock.real(shown, real + timedelta(seconds=1))
    assert found is not None
    assert abs(found - real) < timedelta(seconds=1)
    # an hour ago it showed the same, and was right then; a day ahead it has never been
    assert clock.real(shown, begun) == shown
    assert clock.real(shown + timedelta(days=1), real) is None
    clock.right()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
