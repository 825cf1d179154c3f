"""A week as it is kept for good: its numbers, what was promised then, and every row behind each number. Pure.

Enough to draw the week, to open each of its numbers row by row, and to say later what has moved: without the warehouse.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from dashboard.agreement import Agreement
from dashboard.board import Board, Course, Part
from dashboard.company import Company
from dashboard.meeting.campaigns import Campaigns
from dashboard.meeting.review import Review
from dashboard.meeting.week import Week
from dashboard.number import Number, Rows
from dashboard.pace import Past
from queries.candidates import COUNTED
from queries.reps import Rep

Facts = Mapping[str, Any]
"""What one row says of itself, by column: texts, aware instants, days, and amounts as exact decimals."""
PLACED = {
    "ready": "ready_at",
    "new": "created_at",
    "handed": "ready_at",
    "given": "assigned_at",
    "cohort": "ready_at",
    "won": "won_at",
    "lost": "lost_at",
    "open": "expected_close_on",
}
"""The column that places a candidate in time, by the name of the candidates."""
TABLES = {"won": "deals", "lost": "deals", "open": "deals"}
"""The table of candidates; leads where none is named."""


class Entry(NamedTuple):
    """How one row stands in a number: why it does not count (empty when it does), and what it adds when it does."""

    reason: str
    adds: Fraction

    @property
    def counted(self) -> Fraction:
        """What it adds: nothing where it does not count."""
        return self.adds if self.reason == COUNTED else Fraction(0)


class Group(NamedTuple):
    """All candidates of one kind in one stretch of time: the numbers that are counted from them take their part."""

    of: str
    rows: Mapping[str, Entry]
    """By id."""
    whole: bool
    """Whether each number takes all of them, and only their ids are kept: those of a year, for a measured rate."""


class Frozen(NamedTuple):
    """One week of a company: as of its last instant, knowing what the warehouse had learned by ``known_at``."""

    week: Week
    known_at: datetime
    """In UTC; the week's own hour for one that is kept, a later moment for the same week read again."""
    company: Company
    agreement: Agreement
    reps: Sequence[Rep]
    board: Board
    """The board of that instant; its numbers are all numbers of the week, the ones below among them.

    ``marketing.week.*`` (target, done, owed, gap, pace, attainment), ``marketing.week.source.<source>.*``,
    ``marketing.week.day.<day>``, ``marketing.week.campaign.<id>``.
    """
    marketing_week: Course
    """How marketing's week went, day by day; ``board.sales`` is the same of sales."""
    sources: Sequence[Part]
    """The sources of the week: ``marketing.week.source.<source>``."""
    campaigns: Campaigns
    """What each brought in the week (``marketing.week.campaign.<id>``, ``campaign.<id>.won``), and what is planned."""
    review: Review
    """The sample of leads that the meeting looks at, with its own numbers."""
    definitions: Mapping[str, str]
    """By number, a digest of the sentence that defines it and of all that the term says."""
    groups: Mapping[str, Group]
    """The rows behind the numbers, by ``key`` of a number's rows."""
    facts: Mapping[str, Mapping[str, Facts]]
    """By table and id, what the rows said when they were kept."""
    hours: Mapping[str, Mapping[str, float]]
    """By measure (``first.working``, ``first.wall``, ``assigned.working``, ``decided.wall``, …) and lead, its wait."""

    past: Mapping[str, Mapping[str, Past]]
    """By promise (``marketing.month``) and by period (``2026-10``), what likely ends were compared with."""

    @property
    def numbers(self) -> Mapping[str, Number]:
        """Every number of the week by its name."""
        return self.board.numbers


def digest(told: object) -> str:
    """Return a short name of what is told, the same for the same.

    >>> digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1}), len(digest(1))
    (True, 16)
    """
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return sha256(text.encode()).hexdigest()[:16]


@cache
def papers_digest(paper: Agreement | Company) -> str:
    """Return a digest of all that an agreement or a company file says."""
    return digest(paper.model_dump(mode="python"))


def pinned(rows: Rows, as_of: datetime) -> bool:
    """Return whether rows are those of an earlier moment, whatever was learned since."""
    return rows.known_at is not None and rows.known_at < as_of


def key(rows: Rows, as_of: datetime) -> str:
    """Return the name of the candidates of which a number's rows are a part.

    >>> from datetime import UTC, timedelta
    >>> now = datetime(2026, 11, 16, tzinfo=UTC)
    >>> key(Rows("won", now, now, {"rep_id": ("r1",)}, {"unit": "money"}), now)
    'won unit=money'
    """
    told = [f"{name}={value}" for name, value in sorted(rows.told.items()) if value is not None]
    stretch = [rows.first.isoformat(), rows.after.isoformat()] if pinned(rows, as_of) else []
    return " ".join([rows.of, *told, *stretch])


def entries(frozen: Frozen, rows: Rows | None) -> Mapping[str, Entry]:
    """Return the rows behind a number of a frozen week by their ids, each with its reason and what it adds."""
    if rows is None:
        return {}
    group = frozen.groups[key(rows, frozen.week.as_of)]
    if group.whole:
        return group.rows
    facts = frozen.facts[TABLES.get(rows.of, "leads")]
    return {one: entry for one, entry in group.rows.items() if within(facts[one], rows)}


def within(facts: Facts, rows: Rows) -> bool:
    """Return whether a row lies in the stretch of time, and in the part, of which a number takes its rows."""
    at = facts[PLACED[rows.of]]
    if at is None or not rows.first <= at < rows.after:
        return False
    return all(facts[name] in values for name, values in rows.where.items())
