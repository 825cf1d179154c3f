"""The freezer: a process of its own that keeps each week for good once its hour has come.

The leading refresher starts one when a week is due, and again until that week is kept. ``python -m
dashboard.meeting.freezer`` reads settings from the environment and ends with whoever started it. A week that was missed
while nothing ran is kept at the next start, from what was known at its hour.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from dashboard.child import end
from dashboard.logs import log
from dashboard.meeting import form
from dashboard.meeting.freeze import Papers, frozen
from dashboard.meeting.frozen import Frozen
from dashboard.meeting.week import Week, beside, newest, week
from dashboard.settings import Settings, now, settings
from dashboard.store import door
from dashboard.store.door import Store
from dashboard.words import moment
from queries import ages, repeats
from queries.faults import DataRefused, Refused, StillLoading
from queries.warehouse import reader, reading

LONGEST = 600.0
"""How long one keeping may take."""
AGAIN, SELDOM = 60.0, 900.0
"""Seconds from one try to the next, and from one to the next once several have failed."""
RANK = 10
MOST_MISSED = 8
"""So many weeks that were missed are kept at a start; older ones only by ``smarketing freeze``."""


class NotYet(Refused):
    """The hour at which the week is kept has not come."""


class Kept(NamedTuple):
    """One week, and whether it was kept now (True) or had been before."""

    frozen: Frozen
    fresh: bool
    size: int
    """Of what is kept, in bytes."""


def keep(told: Settings, store: Store, name: str, at: datetime) -> Kept:
    """Keep the week called ``name`` at this moment ``at``, and return it; one that was kept before stays as it is.

    Raises ``NotYet`` before its hour, ``StillLoading`` and ``DataRefused`` while the data is not fit to be kept.
    """
    calendar, hour = told.company.calendar, told.company.meeting.freeze
    found = week(name, calendar, hour)
    if pack := store.packs.of(found.name):
        return Kept(form.opened(pack.body), False, len(pack.body))
    if at < found.frozen_at:
        local = found.frozen_at.astimezone(calendar.zone)
        raise NotYet(f"{found.name} is kept from {moment(local, at.astimezone(calendar.zone))} on, not before")
    kept = _read(told, found, at)
    packed = form.pressed(kept)
    fresh = store.packs.keep(found.name, found.frozen_at, at, packed.body, packed.digest)
    return Kept(kept, fresh, len(packed.body))


def _read(told: Settings, found: Week, at: datetime) -> Frozen:
    engine = reader(told.warehouse, LONGEST)
    try:
        with reading(engine) as connection:
            _fit(connection, found, at)
            kept = frozen(connection, Papers(told.company, told.agreement), found, found.frozen_at)
    finally:
        engine.dispose()
    if not any(one.newest_event for one in kept.board.ages):
        raise DataRefused(f"{found.name} cannot be kept: the warehouse held no data by then")
    return kept


def _fit(connection: Connection, found: Week, at: datetime) -> None:
    """Raise where the data of a week is half there, or there twice."""
    there = ages.present(connection)
    ages.demand(there)
    for table, since in ages.running(connection, at, there)[:1]:
        raise StillLoading(f"{found.name} waits: a load of {table} has been running since {since:%a %H:%M} UTC")
    repeats.refuse(connection, found.starts_at, found.ends_at)


def due(told: Settings, kept: Sequence[str], at: datetime) -> list[Week]:
    """Return the weeks that are to be kept, the oldest first: the last one, and those missed since the first was kept.

    Of those that were missed, only as many as ``MOST_MISSED`` lets be looked back on.
    """
    calendar, hour = told.company.calendar, told.company.meeting.freeze
    last = newest(at, calendar, hour)
    found = [last]
    while len(found) < MOST_MISSED and found[-1].name > min(kept, default=last.name):
        found.append(beside(found[-1], -1, calendar, hour))
    return [one for one in reversed(found) if one.name not in kept]


def once(told: Settings, now: Callable[[], datetime] = now) -> bool:
    """Keep every week that is due, and return whether none is left; where one is, say why."""
    try:
        store = door.opened(told.store)
    except Refused as refused:
        log.warning("week_not_kept", why=str(refused))
        return False
    try:
        # one that cannot be kept is no reason to leave out the next
        left = [
            found.name for found in due(told, store.packs.weeks(), now()) if not _one(told, store, found.name, now())
        ]
        return not left
    except Refused as refused:
        log.warning("week_not_kept", why=str(refused))
        return False
    finally:
        store.close()


def _one(told: Settings, store: Store, name: str, at: datetime) -> bool:
    try:
        kept = keep(told, store, name, at)
    except Refused as refused:
        log.warning("week_not_kept", week=name, why=str(refused))
        return False
    log.info("week_kept", week=name, known_at=kept.frozen.known_at.isoformat(), bytes=kept.size)
    return True


class Freezer:
    """Starts a keeping when a week is due, and looks after the one that runs; never waits."""

    def __init__(
        self,
        told: Settings,
        now: Callable[[], datetime] = now,
        monotonic: Callable[[], float] = time.monotonic,
        command: Sequence[str] = (sys.executable, "-m", "dashboard.meeting.freezer"),
        longest: float = LONGEST,
    ) -> None:
        self._calendar, self._hour = told.company.calendar, told.company.meeting.freeze
        self._now, self._monotonic, self._words, self._longest = now, monotonic, list(command), longest
        self._child: subprocess.Popen[bytes] | None = None
        self._begun, self._patience = float("-inf"), AGAIN
        self._due: datetime | None = None
        self._week = ""

    def turn(self, may_start: bool = True) -> None:
        """Start a keeping if a week's hour has come and it is not kept yet, at most once a minute, and if it may."""
        if self._child is not None:
            self._look_after(self._child)
        elif (
            may_start
            and (self._due is None or self._now() >= self._due)
            and self._monotonic() - self._begun >= self._patience
        ):
            self._start()

    def _start(self) -> None:
        self._begun = self._monotonic()
        self._week = newest(self._now(), self._calendar, self._hour).name
        try:
            self._child = subprocess.Popen(self._words, stdin=subprocess.PIPE)  # noqa: S603 - our own words
        except OSError as refused:
            log.warning("week_not_kept", week=self._week, why=f"it could not be started: {refused}")

    def _look_after(self, child: "subprocess.Popen[bytes]") -> None:
        status = child.poll()
        if status is None and self._monotonic() - self._begun > self._longest:
            log.warning("week_not_kept", week=self._week, why="it took too long and was ended")
            self._end(child)
        elif status is not None:
            self._patience = min(2 * self._patience, SELDOM) if status else AGAIN
            if status == 0:
                last = week(self._week, self._calendar, self._hour)
                self._due = beside(last, 1, self._calendar, self._hour).frozen_at
            self._end(child)

    def _end(self, child: "subprocess.Popen[bytes]") -> None:
        self._child = None
        end(child)

    def close(self) -> None:
        """End the keeping that runs, if one does: a week is kept whole or not at all."""
        if self._child is not None:
            self._end(self._child)


def main() -> int:
    """Keep what is due, and return 0 when nothing is left; end with the process that holds the other end of stdin."""
    threading.Thread(target=_until_alone, daemon=True).start()
    os.nice(RANK)
    return 0 if once(settings()) else 1


def _until_alone() -> None:
    while os.read(0, 4096):
        pass
    os._exit(2)


if __name__ == "__main__":
    sys.exit(main())
