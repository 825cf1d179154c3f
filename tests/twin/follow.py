"""How each lead given to a rep was followed up, from the words of the promise."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from tests.twin.days import Days, ticks
from tests.twin.plain import Version
from tests.twin.rows import Row, Rows

HOUR_TICKS = 3_600_000_000


class Followed(NamedTuple):
    """One lead: its first attempt, its attempts, and how long it waited by each clock, in hours."""

    first: str
    attempts: str
    wall: Fraction
    working: Fraction
    again: bool
    """Whether it was tried and has to be tried again."""


def follow(lead: Row, rows: Rows, days: Days, promise: Version, as_of: datetime) -> Followed:
    """How one lead was followed up by ``as_of``."""
    tries = [
        one["happened_at"]
        for one in rows.attempts[lead["lead_id"]]
        if not one["automated"] and lead["assigned_at"] <= one["happened_at"] < as_of and rows.seen(one, as_of)
    ]
    until = tries[0] if tries else as_of
    wall = Fraction(ticks(until - lead["assigned_at"]), HOUR_TICKS)
    working = Fraction(ticks(days.time_worked(lead["assigned_at"], until)), HOUR_TICKS)
    inside = (wall if promise["first_attempt_clock"] == "wall" else working) < promise["first_attempt_hours"]
    settled = settled_at(lead, rows, as_of)
    over = days.same_clock(lead["assigned_at"], int(promise["attempts_within_days"]))
    counted = distinct([at for at in tries if at < over])
    return Followed(
        first(bool(tries), inside, settled is not None),
        attempts(counted, settled, over, promise, as_of),
        wall,
        working,
        bool(tries) and settled is None and as_of < over and counted < promise["attempts"],
    )


def first(tried: bool, inside: bool, settled: bool) -> str:
    if tried:
        return "in time" if inside else "late"
    if inside:
        return "settled" if settled else "due"
    return "given up" if settled else "overdue"


def settled_at(lead: Row, rows: Rows, as_of: datetime) -> datetime | None:
    """When a lead was rejected or accepted into a deal, whichever came first."""
    moments = [one["created_at"] for one in rows.deals_of[lead["lead_id"]] if rows.seen(one, as_of)]
    if lead["rejected_at"]:
        moments.append(lead["rejected_at"])
    return min((one for one in moments if one < as_of), default=None)


def distinct(tries: list[datetime]) -> int:
    """How many attempts there were, one within ten minutes of the one before being part of it."""
    counted, last = 0, None
    for at in tries:
        if last is None or at - last >= timedelta(minutes=10):
            counted += 1
        last = at
    return counted


def attempts(counted: int, settled: datetime | None, over: datetime, promise: Version, as_of: datetime) -> str:
    """Whether a lead was tried often enough, or settled, within the promised days; or is still open."""
    if settled and settled < over:
        return "kept"
    if not settled and as_of < over:
        return "open"
    return "kept" if counted >= promise["attempts"] else "short"
