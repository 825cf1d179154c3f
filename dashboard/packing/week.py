"""The week that is packed: as it was kept, what has moved since, and what was decided; a part that fails says why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from dashboard.meeting.changes import Change
from dashboard.meeting.steps import Decided, Walk, walk
from dashboard.meeting.week import Week
from dashboard.meeting_decisions import Around, Decisions
from dashboard.meeting_weeks import Looked, Weeks
from dashboard.number import Number
from dashboard.settings import Settings
from dashboard.store.door import Store
from dashboard.words import moment
from queries.faults import Refused
from queries.warehouse import reader

LONGEST = 600.0
"""Seconds that reading one week may take; nobody waits before a screen for it."""


class NotKept(Refused):
    """The week was never kept for good, and nobody asked for it as it stands."""


class Packed(NamedTuple):
    """One week, with all that its pack says."""

    walk: Walk
    ledger: Sequence[Change]
    """What has moved since it was kept."""
    is_kept: bool
    made_at: datetime
    """When the pack was made, in the company's time zone; until then, what has moved is known."""
    faults: Mapping[str, str] = {}
    """What could not be told beside the steps, by its name (``moved``), and why."""

    @property
    def zone(self) -> str:
        """The time zone of every time in the pack: Europe/Berlin."""
        return str(self.walk.as_of.tzinfo)


def read(told: Settings, store: Store, name: str | None, at: datetime, as_it_stands: bool = False) -> Packed:
    """Return a week to be packed at the moment ``at``: the one called ``name``, or the one that just ended.

    Raises ``NotKept`` for one that was not kept (unless ``as_it_stands``), and what reading the warehouse raises.
    """
    engine = reader(told.warehouse, LONGEST)
    try:
        weeks = Weeks(told, lambda: store, engine)
        one = weeks.named(name, at)
        if not as_it_stands and store.packs.of(one.name) is None:
            raise NotKept(_not_kept(one, at.astimezone(told.company.calendar.zone)))
        return packed(told, store, weeks, weeks.look(one, at, past=False), at)
    finally:
        engine.dispose()


def _not_kept(one: Week, at: datetime) -> str:
    hour = moment(one.frozen_at.astimezone(at.tzinfo), at)
    coming = f"it is kept from {hour} on" if one.frozen_at > at else f"'smarketing freeze {one.name}' keeps it"
    return f"{one.name} is not kept yet: {coming}; --as-it-stands packs it as it is known now"


def packed(told: Settings, store: Store, weeks: Weeks, looked: Looked, at: datetime) -> Packed:
    """Return a week that was looked at, ready to be packed; where what was decided fails, its step says so."""
    faults = {"moved": looked.fault} if looked.fault else {}
    # so that a week that was kept has one pack, whenever it is made: late is what was late by its hour
    by = looked.shown.known_at if looked.is_kept else at
    try:
        decided = _decided(told, store, weeks, looked, by)
    except Refused as refused:
        decided = Decided(untold=str(refused))
    walked = walk(looked.shown, looked.ledger, decided, looked.is_kept)
    return Packed(walked, looked.ledger, looked.is_kept, at.astimezone(told.company.calendar.zone), faults)


def _decided(told: Settings, store: Store, weeks: Weeks, looked: Looked, by: datetime) -> Decided:
    """Return what meetings decided around a week, due and late as by the instant ``by``."""

    def came(week: str, number: str) -> Number | None:
        return looked.shown.numbers.get(number) if week == looked.week.name else weeks.came(week, number)

    def around(_: str | None) -> Around:
        return Around(looked.week, weeks.later(looked.week, 1), by, False, lambda: looked.shown.numbers, came)

    found = Decisions(lambda: store, around, told.company.calendar.day, lambda: by).all(looked.week.name)
    return Decided(found["carried"], found["actions"], found["sides"])
