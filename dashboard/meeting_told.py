"""What the page of the meeting says around its steps: which week, how it is known, what has moved row by row. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from dash import html

from dashboard.calendar import Calendar
from dashboard.drawing.marks import marks
from dashboard.meeting.changes import Cause, Change, RowChange
from dashboard.meeting.steps import Walk
from dashboard.meeting.week import Week
from dashboard.number import Unit
from dashboard.words import figure, many, moment, plain

PACK = "/api/meeting/pack"
"""Where the week can be had as one file."""
MOST_ROWS = 200
"""So many rows of one number are listed on the screen; how many more there are is said."""
MOST_PLACES, TELLING = 9, 10
"""Decimals of a small part: at least two figures of it are told."""
KINDS = {
    "late": "loaded later",
    "gone": "no longer there",
    "changed": "another amount",
    "moved": "moved",
    "left out": "left out now",
    "let in": "counted now",
    "verdict": "judged otherwise",
}


def header(walk: Walk, before: str, after: str | None, as_of: str, fault: str = "") -> list[Any]:
    """Return which week it is, the way to the weeks beside it, and to what has moved; ``after`` None: it has not begun.

    ``fault`` says why nobody can tell what has moved.
    """
    asked = f"?as_of={quote(as_of)}" if as_of else ""
    links: list[Any] = [html.A("‹", href=f"/meeting/{before}{asked}", **marks(aria_label=f"The week before, {before}"))]
    if after:
        links.append(html.A("›", href=f"/meeting/{after}{asked}", **marks(aria_label=f"The week after, {after}")))
    chosen = marks(data_do="weeks", aria_haspopup="dialog", aria_keyshortcuts="w", aria_label="Any other week")
    links.append(html.Button("⋯", type="button", className="number", title="Any other week", **chosen))
    name, _, dates = walk.title.partition(" · ")
    moved = html.Button(
        f"{many(len(walk.changes), 'number')} {'has' if len(walk.changes) == 1 else 'have'} moved since",
        type="button",
        className="number moved-since",
        **marks(data_do="ledger", aria_haspopup="dialog", aria_keyshortcuts="l"),
    )
    return [
        html.H1(name),
        html.Span(dates, className="dates"),
        html.Span(links, className="weeks"),
        moved if walk.changes else None,
        html.A(
            "Save as one file", href=f"{PACK}?week={walk.frozen.week.name}{asked.replace('?', '&')}", className="save"
        ),
        html.Span(f"what has moved since is not known: {fault}", className="label") if fault else None,
    ]


def state(week: Week, is_kept: bool, at: datetime) -> dict[str, str]:
    """Return in words how a week is known that is looked at from ``at``, in the company's time zone."""
    hour = moment(week.frozen_at.astimezone(at.tzinfo), at)
    if is_kept:
        return {"kind": "as of", "words": f"as it stood on {hour}"}
    if week.ends_at > at:
        return {"kind": "live", "words": f"still running: as it stands at {at:%H:%M}; it is kept from {hour} on"}
    if week.frozen_at > at:
        return {"kind": "as of", "words": f"not kept yet: it will be on {hour}; as it stands at {at:%H:%M}"}
    return {"kind": "as of", "words": "never kept: as it is known now"}


def worked(calendar: Calendar, weeks: Sequence[Week], today: date) -> date:
    """Return by when what is decided is due when nobody says: the last working day of the first week that has it ahead.

    ``weeks`` are the week after the one that is looked at, and later ones.
    """
    days = [day for week in weeks for day in _last(calendar, week) if day >= today]
    return days[0] if days else weeks[-1].period.after - timedelta(days=1)


def _last(calendar: Calendar, week: Week) -> list[date]:
    return [day for day in week.period.days if calendar.is_working(day)][-1:]


# what has moved


def most_first(changes: Sequence[Change]) -> list[Change]:
    """Return changes in the order in which they are read: those that rows moved, of the week, whole numbers first."""
    return sorted(changes, key=lambda one: (not one.rows, ".week." not in one.number, one.number.count(".")))


def change(one: Change, at: datetime) -> dict[str, Any]:
    """Return a number that has moved: what it was, what it is, and the rows and papers that moved it."""
    return {
        "number": one.number,
        "label": one.label,
        "was": figure(one.was, one.unit),
        "now": figure(one.now, one.unit),
        "words": one.words,
        "rows": [_row(row, one.unit, at) for row in one.rows[:MOST_ROWS]],
        "more": max(0, len(one.rows) - MOST_ROWS),
        "causes": [_cause(cause, one.unit) for cause in one.causes],
    }


def _row(row: RowChange, unit: Unit, at: datetime) -> dict[str, Any]:
    learned = moment(row.learned_at.astimezone(at.tzinfo), at) if row.learned_at else ""
    return {
        "id": row.id,
        "label": row.label,
        "url": row.url,
        "source": row.source,
        "kind": KINDS[row.kind],
        "was": row.was,
        "now": row.now,
        "what": row.what,
        "learned": learned,
        "adds": adds(row.adds, unit),
    }


def _cause(cause: Cause, unit: Unit) -> dict[str, str]:
    return {"words": cause.words, "was": cause.was, "now": cause.now, "adds": adds(cause.amount, unit)}


def exact(amount: Fraction) -> str:
    """Return an amount with as many decimals as it takes to tell it from nothing: a part of many is small."""
    wanted = (places for places in range(2, MOST_PLACES) if amount == 0 or abs(amount) * 10**places >= TELLING)
    return plain(amount, next(wanted, MOST_PLACES))


def adds(amount: Fraction, unit: Unit) -> str:
    """Return what a row or a paper adds, with its sign.

    >>> adds(Fraction(1), "leads"), adds(Fraction(-4000), "money"), adds(Fraction(0), "leads")
    ('+1', '−4,000', '0')
    >>> adds(Fraction(-21, 10**6), "share"), adds(Fraction(1, 8), "share")
    ('−0.0021 points', '+12.5 points')
    """
    told = figure(amount, unit) if unit != "share" else f"{exact(amount * 100)} points"
    return f"+{told}" if amount > 0 else told
