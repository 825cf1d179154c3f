"""Walks through a week for the tests: of a whole company, made once, with whatever is to be said otherwise."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dashboard.meeting.freeze import Papers, frozen
from dashboard.meeting.frozen import Frozen
from dashboard.meeting.steps import Decided, Walk, walk
from dashboard.meeting.week import week
from queries import warehouse
from tests.dashboard.whole import whole

WEEK = "2026-W46"
SIDE: dict[str, Any] = {
    "side": "sales",
    "name": "Sales",
    "label": "Bookings this week",
    "came": "18,400",
    "coming": {"shown": "20,000", "by": "Ines", "text": "", "value": "20000", "id": "w2", "version": 1},
    "past": {"shown": "18,000", "words": "said 18,000, came to 18,400: 400 more", "reached": True},
    "record": [
        {"week": "2026-W45", "words": "said 9,000, came to 8,000: 1,000 short", "reached": False},
        {"week": "2026-W46", "words": "said 18,000, came to 18,400: 400 more", "reached": True},
    ],
    "reached": 1,
}
ACTION: dict[str, Any] = {
    "id": "a1",
    "side": "marketing",
    "text": "Mend the <b>form</b>",
    "owner": "Ada",
    "due": "by Fri 20 Nov",
    "late": False,
    "done": True,
    "outcome": "mended on Tuesday",
    "about": "Sales-ready leads this week: 41 then, 56 now, 15 more",
    "number": "marketing.week.done",
    "opens": True,
}
DECIDED = Decided([ACTION, ACTION | {"id": "a2", "done": False, "late": True}], [], [SIDE])


def kept(folder: Path) -> Frozen:
    """Return a week of a made-up company as it is kept."""
    company = whole(folder).settings
    found = week(WEEK, company.company.calendar, company.company.meeting.freeze)
    engine = warehouse.reader(company.warehouse, 60)
    try:
        with warehouse.reading(engine) as connection:
            return frozen(connection, Papers(company.company, company.agreement), found, found.frozen_at)
    finally:
        engine.dispose()


def moved(**words: str) -> list[Any]:
    """Return a ledger that says of numbers, by their names with ``__`` for dots, how they moved."""
    return [SimpleNamespace(number=name.replace("__", "."), words=said) for name, said in words.items()]


def walked(one: Frozen, decided: Decided = DECIDED, is_kept: bool = True, **words: str) -> Walk:
    """Return the walk through a week, of which some numbers have moved."""
    return walk(one, moved(**words), decided, is_kept)
