"""The wall clock of a server under test, set from outside by a file; the clock that nobody sets is left alone.

Every Python process that finds ``SMARKETING_TEST_CLOCK`` in its environment and this folder's ``sitecustomize`` on its
path tells the time by that file, in ``datetime.now``, ``time.time`` and all else in Python that asks for it.
"""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import time_machine

NAMED = "SMARKETING_TEST_CLOCK"
SITE = "from tests.faults.clock import follow\n\nfollow()\n"
"""What a process runs before anything of its own."""


class Setting(NamedTuple):
    """From a real moment on (both in nanoseconds since 1970) a clock shows another, and goes so many times as fast."""

    since: int
    shows: int
    rate: float = 1

    def at(self, real: int) -> int:
        """What the clock shows at a real moment."""
        return self.shows + round((real - self.since) * self.rate)


class Followed(time_machine.Traveller):
    """The time as a file tells it; read anew whenever somebody has written it, so that forks follow it as well."""

    def __init__(self, file: Path) -> None:
        super().__init__(0, None, True)
        self._file, self._seen, self._setting = file, (0, 0), Setting(0, 0)

    def time_ns(self) -> int:
        """The nanoseconds that the clock shows now; every call of a Python clock comes here."""
        found = self._file.stat()
        if (found.st_ino, found.st_mtime_ns) != self._seen:
            self._seen = (found.st_ino, found.st_mtime_ns)
            self._setting = Setting(*json.loads(self._file.read_bytes()))
        return self._setting.at(real_ns())


def follow() -> None:
    """Have this process tell the time by the file that its environment names, if it names one."""
    if named := os.environ.get(NAMED):
        time_machine.travel(0).start()
        time_machine.traveller_stack[-1] = Followed(Path(named))


def real_ns() -> int:
    """This moment as the machine has it, whatever clock is followed: a call that is never moved."""
    found: int = time_machine.escape_hatch.time.time_ns()
    return found


class Clock:
    """A clock that a test sets, and what it showed when."""

    def __init__(self, home: Path) -> None:
        self._file = home / "clock.json"
        self._site = home / "site"
        self._site.mkdir(exist_ok=True)
        (self._site / "sitecustomize.py").write_text(SITE)
        self._settings = [Setting(0, 0)]
        self.told: list[Callable[[Setting], None]] = []
        """Who else is told when it is set."""
        self._write()

    def environment(self) -> dict[str, str]:
        """What a process must find in its environment to follow this clock."""
        paths = [str(self._site), str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
        return {NAMED: str(self._file), "PYTHONPATH": os.pathsep.join(filter(None, paths))}

    def show(self, at: datetime, rate: float = 1) -> None:
        """Set the clock to another moment, and let it go so many times as fast from there on."""
        self._settings.append(Setting(time.time_ns(), round(at.timestamp() * 1e9), rate))
        self._write()

    def move(self, by: timedelta) -> None:
        """Set the clock forward or back."""
        self.show(self.now() + by, self._settings[-1].rate)

    def right(self) -> None:
        """Set the clock right."""
        self.show(datetime.now(UTC))

    def now(self) -> datetime:
        """What the clock shows now."""
        return _instant(self._settings[-1].at(time.time_ns()))

    def real(self, shown: datetime, until: datetime) -> datetime | None:
        """The last real moment by ``until`` at which it showed ``shown``; None where it never did."""
        ends = _ns(until)
        for one in reversed(self._settings):
            real = one.since + round((_ns(shown) - one.shows) / one.rate)
            if one.since <= real <= ends:
                return _instant(real)
            ends = min(ends, one.since)
        return None

    def _write(self) -> None:
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(self._settings[-1]))
        beside.replace(self._file)
        for tell in self.told:
            tell(self._settings[-1])


def _ns(one: datetime) -> int:
    return round(one.timestamp() * 1e9)


def _instant(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)
