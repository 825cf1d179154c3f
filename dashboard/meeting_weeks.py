"""The weeks that the meeting looks at: as they were kept, as they are known now, and what has moved between the two.

Read when somebody asks, one at a time, and kept for a while, however many ask.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine

from dashboard.meeting import form
from dashboard.meeting.again import again
from dashboard.meeting.changes import Change
from dashboard.meeting.freeze import Papers, frozen
from dashboard.meeting.frozen import Frozen
from dashboard.meeting.week import TICK, Week, beside, week, week_of
from dashboard.number import Number, Rows
from dashboard.settings import Settings
from dashboard.steady import steady
from dashboard.store.door import Store
from queries.faults import Refused
from queries.warehouse import reading

MOST_READ, MOST_KEPT = 8, 16
"""So many weeks read again, and so many frozen ones, are at hand."""
SECONDS = 60.0
"""A week that has ended is read again after so long: what still moves in it moves by the hour, not by the second."""


class NoSuchWeek(Refused):
    """The address names no week that can be looked at."""


class Looked(NamedTuple):
    """One week as it is looked at."""

    week: Week
    """With the cuts by which it was kept, whatever its hour would be by now; where it was not, with those of now."""
    shown: Frozen
    """As it was kept; as it stands, where nobody kept it."""
    ledger: Sequence[Change]
    """What has moved since it was kept; nothing where it was not."""
    is_kept: bool
    fault: str
    """Why nobody can say what has moved since; empty when somebody can."""
    read_at: float
    """When the warehouse was read, by the clock that only counts."""


class Weeks:
    """Reads the weeks of one company, and remembers them for a while."""

    def __init__(
        self,
        told: Settings,
        store: Callable[[], Store],
        engine: Engine,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        self._company, self._agreement = told.company, told.agreement
        self._calendar, self._hour = told.company.calendar, told.company.meeting.freeze
        self._seconds = told.refresh_seconds
        self._store, self._engine, self._monotonic = store, engine, monotonic
        self._turn = threading.Lock()
        self._looked: OrderedDict[tuple[str, datetime | None], Looked] = OrderedDict()
        self._kept: OrderedDict[str, Frozen] = OrderedDict()

    def named(self, name: str | None, at: datetime) -> Week:
        """Return the week of that name, or the one that had just ended at ``at``; refuse one that had not begun."""
        if not name:
            return self.later(self.running(at), -1)
        try:
            found = week(name, self._calendar, self._hour)
        except Refused as refused:
            raise NoSuchWeek(str(refused)) from None
        if found.starts_at > at:
            first = found.period.first
            raise NoSuchWeek(f"{found.name} has not begun: it begins on {first:%A} {first.day} {first:%B %Y}")
        return found

    def running(self, at: datetime) -> Week:
        """Return the week in which a moment lies."""
        return week_of(self._calendar.day(at), self._calendar, self._hour)

    def later(self, one: Week, weeks: int) -> Week:
        """Return the week so many weeks after ``one``, or before it."""
        return beside(one, weeks, self._calendar, self._hour)

    def look(self, one: Week, at: datetime, past: bool) -> Looked:
        """Return a week as it is looked at from ``at``; raise what reading raises.

        ``past``: somebody asked for that moment. A week that was kept by then is shown as it was kept.
        """
        key = (one.name, at if past else None)
        found = self._looked.get(key)
        # while one reads the week again, the others are told what it was a moment ago
        if not self._turn.acquire(blocking=found is None) and found:
            return found
        try:
            found = self._looked.get(key)
            if found and self._monotonic() - found.read_at < (SECONDS if one.ends_at <= at else self._seconds):
                return found
            return self._remembered(key, self._read(one, at))
        finally:
            self._turn.release()

    def _remembered(self, key: tuple[str, datetime | None], made: Looked) -> Looked:
        self._looked.pop(key, None)
        self._looked[key] = made
        while len(self._looked) > MOST_READ:
            self._looked.popitem(last=False)
        return made

    def _read(self, one: Week, at: datetime) -> Looked:
        kept = self._kept_by(one, at)
        return self._kept_week(kept, at) if kept else self._as_it_stands(one, at)

    def _kept_by(self, one: Week, at: datetime) -> Frozen | None:
        """Return a week as it was kept, where it was by then: by the hour that counted when it was kept."""
        try:
            kept = self.kept(one.name)
        except Refused:
            if one.frozen_at <= at:
                raise
            # one that is not to be kept yet is looked at without the store
            return None
        return kept if kept and kept.known_at <= at else None

    def _kept_week(self, kept: Frozen, at: datetime) -> Looked:
        try:
            with reading(self._engine) as connection:
                moved = again(connection, kept, self._company, self._agreement, at)
        except Refused as refused:
            # what was kept is there without the warehouse
            return Looked(kept.week, kept, (), True, str(refused), self._monotonic())
        return Looked(kept.week, kept, moved, True, "", self._monotonic())

    def _as_it_stands(self, one: Week, at: datetime) -> Looked:
        # a week that has not ended is looked at as of this moment, so that nothing more is owed than by now
        whole = one if one.ends_at <= at else one._replace(ends_at=at + TICK)
        with reading(self._engine) as connection:
            found = frozen(connection, Papers(self._company, self._agreement), whole, at)
        return Looked(one, found, (), False, "", self._monotonic())

    def kept(self, name: str) -> Frozen | None:
        """Return a week as it was kept; None where it was not."""
        if name not in self._kept:
            pack = self._store().packs.of(name)
            if pack is None:
                return None
            self._kept[name] = form.opened(pack.body)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return self._kept[name]

    def came(self, name: str, number: str) -> Number | None:
        """Return what a number came to in a week that was kept; None where it was not."""
        found = self.kept(name)
        return found.numbers.get(number) if found else None

    def behind(self, name: str, number: str, at: datetime) -> tuple[datetime, Rows | None]:
        """Return which rows stand behind a number of a week that is looked at from ``at``, and its last instant."""
        one = self.named(name, at)
        there = [found for found in list(self._looked.values()) if found.week.name == one.name]
        looked = next((found for found in there if found.shown.known_at == at), None) or self.look(one, at, True)
        shown = looked.shown
        found = next(
            (other for other in (*shown.numbers.values(), *shown.review.numbers) if other.name == number), None
        )
        return shown.week.as_of, found.rows if found else None
