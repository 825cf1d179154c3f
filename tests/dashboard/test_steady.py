"""A machine that slept: what was published before is as old as that, to the second."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import snapshot
from dashboard.snapshot import Shelf, Snapshot, publish
from dashboard.steady import steady

SLEPT = 3600
ASLEEP = ("unshare", "--fork", "--time", "--boottime", str(SLEPT), "--monotonic", "0")
"""A namespace in which the machine has slept for an hour: only the clock that goes on in sleep is that far ahead."""
LOOKS = (
    "import sys; from pathlib import Path; from dashboard.snapshot import Shelf; print(Shelf(Path(sys.argv[1])).age())"
)


def test_a_board_from_before_the_machine_slept_is_as_old_as_the_sleep_was_long(tmp_path: Path) -> None:
    if not shutil.which("unshare") or subprocess.run([*ASLEEP, "true"], capture_output=True, check=False).returncode:
        pytest.skip("only root, on Linux 5.6 or later, can make a machine believe that it slept (unshare --time)")
    publish(tmp_path, Snapshot(1, None, steady(), "live", {}, {}))
    assert Shelf(tmp_path).age() < 60
    told = subprocess.run(
        [*ASLEEP, sys.executable, "-c", LOOKS, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert SLEPT <= float(told.stdout) < SLEPT + 60


def test_a_board_from_before_the_machine_started_anew_is_never_fresh_however_short_it_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "boot", lambda: "the start before")
    publish(tmp_path, Snapshot(1, None, 38.0, "live", {}, {}))
    assert Shelf(tmp_path, lambda: 39.0).age() == 1.0
    monkeypatch.setattr(snapshot, "boot", lambda: "this start")
    assert Shelf(tmp_path, lambda: 39.0).age() == float("inf")
