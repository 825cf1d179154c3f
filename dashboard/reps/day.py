"""A rep's day as a value: what is due now and next, how the week stands, and what marketing gave. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Literal, NamedTuple

from dashboard.board import Age, Course, State
from dashboard.number import Number

Kind = Literal["late", "first", "again"]
"""Not tried though its time is up; not tried yet; tried, and to be tried again in its days."""


class Due(NamedTuple):
    """One lead whose promise is at stake."""

    lead_id: str
    label: str
    """What people call it, or its id."""
    url: str | None
    about: str
    """Its source, and what else is known of it: persona, fit and interest."""
    kind: Kind
    deadline: datetime
    """When the promised time for the next attempt is up."""
    wall_hours: float
    """Hours left by the wall; below zero when it is late."""
    working_hours: float
    """The same by the company's working hours."""
    gone: float
    """The share of its time that has gone by, 1 and more when it is late."""
    attempts: int
    wanted: int
    """How many attempts were promised."""
    day: int
    days: int
    """Which of how many promised days it is."""
    outcome: str | None
    """What came of the last attempt."""
    last_at: datetime | None
    worth: Fraction | None
    """What such a lead is worth on the average; None where nothing has ripened."""
    email: str | None = None
    phone: str | None = None


class Source(NamedTuple):
    """What marketing gave a rep from one source; its numbers are ``<prefix>.target`` and ``.done``."""

    prefix: str
    label: str
    accepted: int
    rejected: int
    undecided: int
    won: int


class Day(NamedTuple):
    """Everything a rep's own page shows, as of one moment."""

    as_of: datetime
    """In the company's time zone."""
    state: State
    ages: Sequence[Age]
    company: str
    currency: str
    week_name: str
    agreement: str | None
    rep_id: str
    name: str
    team: str | None
    active: bool
    """Whether this person still carries a quota and receives leads; whoever left has nothing due."""
    numbers: Mapping[str, Number]
    """By the names that the page knows: ``due.late``, ``week.done``, …; each has its whole name, by which it opens."""
    due: Sequence[Due]
    """The most urgent first."""
    more: int
    """How many are due beyond these."""
    week: Course
    sources: Sequence[Source]
    rejections: Mapping[str, int]
    """Why this rep rejected leads of the month, most frequent first."""
