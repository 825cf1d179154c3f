"""How old each table is against what the company allows, and which numbers a late one takes with it. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal, NamedTuple

from dashboard.company import Ages
from dashboard.words import age, listed, many, moment

Standing = Literal["in time", "late", "failed", "loading", "not judged"]
PARTS = ("marketing.source.", "sales.rep.", "sales.team.")
"""How the names of numbers begin that are parts of others, and need not be told one by one."""
MOST_TOLD = 4
STOOD_ON = ("leads", "activities", "deals")
"""The tables that are judged while no board has been read that says on which it stands."""


class Line(NamedTuple):
    """A number of the board, as far as it is told here."""

    name: str
    label: str
    tables: Sequence[str]
    status: str | None


class TableAge(NamedTuple):
    """How recent one table is; None where nothing tells."""

    table: str
    newest_event: datetime | None
    last_load: datetime | None
    """The newest load that ended well."""
    newest_load: datetime | None
    status: str | None
    """How the newest load ended."""


class Aged(NamedTuple):
    """One table's ages, judged."""

    table: str
    newest_event: str
    last_load: str
    standing: Standing
    share: Fraction | None
    """Its age as a share of what is allowed; None where it is not judged."""
    words: str
    taken: Sequence[str]
    """The names of the numbers that stand on it, where it is late."""
    says: str
    """What it takes with it, in a sentence; empty where it is in time."""


def judged(ages: Sequence[TableAge], budget: Ages, as_of: datetime, numbers: Sequence[Line]) -> list[Aged]:
    """Return every table's ages as of a moment of the company, against its budget; late where numbers stand on it."""
    stood_on = {table for line in numbers for table in line.tables} if numbers else {*STOOD_ON}
    return [
        _judged(one, budget, as_of, [line for line in numbers if one.table in line.tables], one.table in stood_on)
        for one in ages
    ]


def _judged(one: TableAge, budget: Ages, as_of: datetime, mine: Sequence[Line], stood_on: bool) -> Aged:
    old, allowed = _against(one, budget, as_of)
    share = Fraction(old / allowed) if old is not None and stood_on else None
    standing: Standing = "not judged" if share is None else "late" if share > 1 else "in time"
    if one.status == "failed" or (one.status == "running" and standing != "late"):
        standing = "failed" if one.status == "failed" else "loading"
    words = "nothing tells how old it is" if stood_on else "no number of the board stands on it"
    if share is not None and old is not None:
        words = f"{age(old)} of {age(allowed)} allowed"
    late = share is not None and share > 1
    return Aged(
        one.table,
        _told(one.newest_event, as_of, "no event of its own"),
        _loaded(one, as_of),
        standing,
        share,
        words,
        [line.name for line in mine] if late else [],
        _takes(one.table, old, mine) if late and old is not None else "",
    )


def _against(one: TableAge, budget: Ages, as_of: datetime) -> tuple[timedelta | None, timedelta]:
    """Return how old a table is, by its last load where loads are recorded, else by its events; and what is allowed."""
    if one.last_load is not None:
        return max(as_of - one.last_load, timedelta()), budget.since_load(one.table)
    old = None if one.newest_event is None else max(as_of - one.newest_event, timedelta())
    return old, timedelta(hours=budget.newest_event_hours)


def _told(instant: datetime | None, as_of: datetime, otherwise: str) -> str:
    if instant is None:
        return otherwise
    return f"{moment(instant.astimezone(as_of.tzinfo), as_of)} · {_ago(as_of - instant)}"


def _ago(span: timedelta) -> str:
    return "just now" if span < timedelta(minutes=1) else f"{age(span)} ago"


def _loaded(one: TableAge, as_of: datetime) -> str:
    told = _told(one.last_load, as_of, "no load recorded")
    if one.status in ("failed", "running") and one.newest_load is not None:
        when = moment(one.newest_load.astimezone(as_of.tzinfo), as_of)
        return f"{told}; {'the load of ' + when + ' failed' if one.status == 'failed' else 'one runs since ' + when}"
    return told


def _takes(table: str, old: timedelta | None, mine: Sequence[Line]) -> str:
    if not mine:
        return f"{table} is {age(old or timedelta())} old: the board, which stands on it, has not been read yet"
    whole = [one for one in mine if not one.name.startswith(PARTS)] or list(mine)
    # what is judged first, since that is what goes
    whole.sort(key=lambda one: one.status is None)
    labels = list(dict.fromkeys(one.label[:1].lower() + one.label[1:] for one in whole))
    shown = labels[:MOST_TOLD] + ([f"{many(len(labels) - MOST_TOLD, 'other')}"] if len(labels) > MOST_TOLD else [])
    judged = [one for one in whole if one.status]
    gone = judged and all(one.status == "no verdict" for one in judged)
    does = "give no verdict" if gone else "stand on old data"
    return f"{table} is {age(old or timedelta())} old: {listed(shown)} {does}"
