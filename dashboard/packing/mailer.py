"""The mailer: a process of its own that sends the week once it is kept, to whoever ``[meeting] mail_to`` names.

The leading refresher starts one when a week's hour has come, and again, ever more seldom, until the mail server has
taken it. ``python -m dashboard.packing.mailer`` reads settings from the environment, says in one line of JSON what
became of it, and ends with whoever started it.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from dashboard.child import end
from dashboard.logs import log
from dashboard.meeting.week import beside, newest, week
from dashboard.packing.mailing import said, send
from dashboard.packing.post import post
from dashboard.settings import Settings, now, settings, smtp
from dashboard.store import door
from dashboard.store.door import Store
from queries.faults import Refused

LONGEST = 900.0
"""Seconds that one sending may take."""
AGAIN, SELDOM = 60.0, 3600.0
"""Seconds from one try to the next, and from one to the next once several have failed."""
RANK = 10

Outcome = dict[str, Any]
"""``done``: whether nothing is left to be sent; ``said``: what was sent, if anything; ``why``: what is wrong, if so."""


def once(told: Settings, address: str, now: Callable[[], datetime] = now) -> Outcome:
    """Send the last week whose hour has come, if it is kept and somebody has not had it; return what became of it."""
    try:
        store = door.opened(told.store)
    except Refused as refused:
        return outcome(False, why=str(refused))
    try:
        at = now()
        return _sent(told, store, address, newest(at, told.company.calendar, told.company.meeting.freeze).name, at)
    except Refused as refused:
        return outcome(False, why=str(refused))
    finally:
        store.close()


def _sent(told: Settings, store: Store, address: str, name: str, at: datetime) -> Outcome:
    if store.packs.of(name) is None:
        return outcome(False)
    readers = told.company.meeting.mail_to
    there = store.mails.of(name, readers)
    unsure = f"a sending of {name} was begun and never ended; 'smarketing mail {name} --again' sends it"
    if len(there.sent) + len(there.unsure) == len(readers):
        return outcome(True, why=unsure if there.unsure else "")
    done = send(told, store, post(address), name, at)
    return outcome(not done.taken.later, said(done) if done.taken.sent else "", "" if done.taken.sent else said(done))


def outcome(done: bool, said: str = "", why: str = "") -> Outcome:
    """Return what became of a sending."""
    return {"done": done, "said": said, "why": why}


class Mailer:
    """Starts a sending when a week is due, and looks after the one that runs; never waits."""

    def __init__(
        self,
        told: Settings,
        now: Callable[[], datetime] = now,
        monotonic: Callable[[], float] = time.monotonic,
        command: Sequence[str] = (sys.executable, "-m", "dashboard.packing.mailer"),
        longest: float = LONGEST,
    ) -> None:
        self._meeting, self._calendar = told.company.meeting, told.company.calendar
        self._now, self._monotonic, self._words, self._longest = now, monotonic, list(command), longest
        self._child: subprocess.Popen[bytes] | None = None
        self._begun, self._patience = float("-inf"), AGAIN
        self._due: datetime | None = None
        self._week = self._why = ""

    def turn(self) -> None:
        """Start a sending if a week's hour has come and it is not sent yet; a fault is logged once while it lasts."""
        if self._child is not None:
            self._look_after(self._child)
        elif self._meeting.mail_to and self._is_time():
            self._start()

    def _is_time(self) -> bool:
        rested = self._monotonic() - self._begun >= self._patience
        return rested and (self._due is None or self._now() >= self._due)

    def _start(self) -> None:
        self._begun = self._monotonic()
        self._week = newest(self._now(), self._calendar, self._meeting.freeze).name
        try:
            self._child = subprocess.Popen(self._words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        except OSError as refused:
            self._heard(outcome(False, why=f"it could not be started: {refused}"))

    def _look_after(self, child: "subprocess.Popen[bytes]") -> None:
        if child.poll() is not None:
            self._heard(_told(child))
            self._end(child)
        elif self._monotonic() - self._begun > self._longest:
            self._heard(outcome(False, why="it took too long and was ended"))
            self._end(child)

    def _heard(self, found: Outcome) -> None:
        if found["said"]:
            log.info("week_mailed", week=self._week, what=found["said"])
        if found["why"] and found["why"] != self._why:
            log.warning("week_not_mailed", week=self._week, why=found["why"])
        self._why = found["why"]
        # a week that is not kept yet is waited for without growing tired
        self._patience = min(2 * self._patience, SELDOM) if found["why"] and not found["done"] else AGAIN
        if found["done"]:
            last = week(self._week, self._calendar, self._meeting.freeze)
            self._due = beside(last, 1, self._calendar, self._meeting.freeze).frozen_at

    def _end(self, child: "subprocess.Popen[bytes]") -> None:
        self._child = None
        end(child)

    def close(self) -> None:
        """End the sending that runs, if one does."""
        if self._child is not None:
            self._end(self._child)


def _told(child: "subprocess.Popen[bytes]") -> Outcome:
    """Return what a sending that has ended said of itself."""
    text = child.stdout.read() if child.stdout else b""
    try:
        found: Outcome = json.loads(text)
    except ValueError:
        return outcome(False, why=f"it ended with status {child.returncode} and without a word")
    return found


def main() -> None:
    """Send what is due, and say what became of it; end with the process that holds the other end of stdin."""
    threading.Thread(target=_until_alone, daemon=True).start()
    os.nice(RANK)
    try:
        found = once(settings(), smtp())
    except Refused as refused:
        found = outcome(False, why=str(refused))
    sys.stdout.write(json.dumps(found))


def _until_alone() -> None:
    while os.read(0, 4096):
        pass
    os._exit(2)


if __name__ == "__main__":
    main()
