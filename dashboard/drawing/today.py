"""What is due of a rep, in words: each lead as one plain row that the browser draws, and the numbers over them.

Drawn for every rep with every refresh, so nothing here is a component: rows are data, blocks are nodes.
"""

from calendar import day_abbr, month_abbr
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from dashboard.drawing.marks import marks
from dashboard.drawing.numbers import opens, shown
from dashboard.drawing.tree import node
from dashboard.number import Number
from dashboard.reps.day import Day, Due, Kind

GROUPS = ("Late", "Within the hour", "Today", "Tomorrow", "Later")
KINDS: dict[Kind, str] = {"late": "late", "first": "to try", "again": "to try again"}
OPEN_END = 366 * 24
"""So many hours left, and more, are no time that anybody counts."""
A_MINUTE = 1 / 60
A_WEEK = timedelta(days=6)
Node = dict[str, Any]


def who(day: Day) -> list[Node]:
    """Return whose day it is, and which moment of it."""
    at = f"{day.as_of:%A} {day.as_of.day} {day.as_of:%B} · {day.as_of:%H:%M}"
    looks = marks(data_open="travel", aria_haspopup="dialog")
    parts = [node("Span", day.team, dir="auto")] if day.team else []
    parts.append(node("Button", at, type="button", className="number", **looks))
    return [node("H1", day.name, dir="auto"), node("P", parts, className="moment")]


def due(day: Day) -> list[Node]:
    """Return the numbers over the list, a place for the list, and what is due beyond it; or that nothing is."""
    found = {kind: one for kind in KINDS if (one := day.numbers.get(f"due.{kind}"))}
    head = node("Header", [node("H2", "Due now and next"), _counts(found)])
    if not day.active:
        return [head, _calm(f"{day.name} has left: nothing is due. What was, stays below.")]
    if why := next((one.reason for one in found.values() if one.value is None), None):
        return [head, node("P", why, className="reason")]
    if not day.due:
        return [head, _nothing(day)]
    return [head, node("Div", className="due-list", **marks(data_opaque="due")), *_beyond(day, found)]


def _calm(words: str, more: str = "") -> Node:
    shape = node("I", className="shape check", **marks(aria_hidden="true"))
    return node("Div", [node("B", [shape, words]), *([node("Span", more)] if more else [])], className="nothing-due")


def _nothing(day: Day) -> Node:
    """Return that nothing is due, as far as the picture is new; that all was tried only where it was, and in time."""
    kept = [day.numbers.get(name) for name in ("follow.in_time", "follow.kept")]
    whole = all(one is not None and one.value == 1 for one in kept)
    shape = node("I", className="shape check", **marks(aria_hidden="true"))
    now = node("Span", [shape, "Nothing is due."], className="verdict")
    then = node("Span", f"At {day.as_of:%H:%M} nothing was due.", className="bare")
    more = [node("Span", "Every lead of yours has been tried as promised.")] if whole else []
    return node("Div", [node("B", [now, then], className="either"), *more], className="nothing-due")


def _counts(found: dict[Kind, Number]) -> Node | None:
    known = [(kind, one) for kind, one in found.items() if one.value is not None]
    parts = [
        node("Button", [node("B", shown(one)), f" {KINDS[kind]}"], **opens(one, f"told {kind if one.value else ''}"))
        for kind, one in known
    ]
    return node("P", parts, className="counts") if parts else None


def _beyond(day: Day, found: dict[Kind, Number]) -> list[Node]:
    """Return what is due beyond the rows that are here, by kind: each opens the rows themselves."""
    here = Counter(one.kind for one in day.due)
    parts = [
        node("Button", f"and {rest:,} more {KINDS[kind]}", **opens(one, "more"))
        for kind, one in found.items()
        if day.more and (rest := int(one.value or 0) - here[kind]) > 0
    ]
    return [node("P", parts, className="beyond")] if parts else []


def rows(day: Day) -> list[dict[str, Any]]:
    """Return every lead that is due as words, by group, in each as urgent as it came."""
    found = [row(day, one) for one in day.due]
    return sorted(found, key=lambda one: GROUPS.index(one["group"]))


def row(day: Day, one: Due) -> dict[str, Any]:
    """Return one lead that is due as the browser draws it: what stands on the screen, and the share of its time."""
    left, until = remaining(day, one)
    return {
        "id": one.lead_id,
        "label": one.label,
        "url": one.url,
        "about": one.about,
        "group": group(day, one),
        "what": what(day, one),
        "left": left,
        "until": until,
        "gone": round(min(one.gone, 1.0), 3),
        "worth": f"{float(one.worth):,.0f} {day.currency}" if one.worth else None,
        "phone": one.phone,
        "email": one.email,
    }


def group(day: Day, one: Due) -> str:
    """Return under which words a lead stands, by the wall's clock."""
    if one.kind == "late":
        return "Late"
    if one.wall_hours <= 1:
        return "Within the hour"
    days = (one.deadline.date() - day.as_of.date()).days
    return "Today" if days == 0 else "Tomorrow" if days == 1 else "Later"


def what(day: Day, one: Due) -> str:
    """Return which attempt is to be made, on which of the promised days, and what came of the last."""
    if one.attempts == 0:
        return "first attempt" if one.day <= 1 else f"first attempt, day {one.day}"
    # fourteen days from noon end on a fifteenth date
    days = f"day {min(one.day, one.days)} of {one.days}"
    attempt = f"attempt {min(one.attempts + 1, one.wanted)} of {one.wanted}, {days}"
    if one.last_at is None:
        return attempt
    return f"{attempt}, last: {_outcome(one)}, {_near(day, one.last_at)}"


def _outcome(one: Due) -> str:
    return one.outcome.replace("_", " ") if one.outcome else "tried"


def _near(day: Day, at: datetime) -> str:
    """Return when something was or will be: today by the hour, within days by the day of the week, else by its date."""
    # forty rows for each of two hundred reps: strftime alone would take a tenth of a second
    clock = f"{at.hour:02}:{at.minute:02}"
    if at.date() == day.as_of.date():
        return clock
    if abs(day.as_of - at) < A_WEEK:
        return f"{day_abbr[at.weekday()]} {clock}"
    return f"{at.day} {month_abbr[at.month]}"


def remaining(day: Day, one: Due) -> tuple[str, str]:
    """Return the time left by both clocks: by working hours, and until when by the wall.

    Where no working hours are left or lost, the wall's clock tells, and says that it does.
    """
    if one.wall_hours >= OPEN_END:
        return "no end", ""
    at = _near(day, one.deadline)
    if one.kind == "late":
        late = f"{span(-one.working_hours)} late" if one.working_hours <= -A_MINUTE else _by_the_wall(one, "late")
        return late, f"since {at}"
    left = f"{span(one.working_hours)} left" if one.working_hours >= A_MINUTE else _by_the_wall(one, "left")
    return left, f"until {at}"


def _by_the_wall(one: Due, word: str) -> str:
    return f"{span(abs(one.wall_hours))} {word} by the wall"


def span(hours: float) -> str:
    """Return how long something takes, as people say it.

    >>> span(0.005), span(0.75), span(1 + 20 / 60), span(3.0), span(85.05)
    ('under a minute', '45 min', '1 h 20 min', '3 h', '85 h')
    """
    minutes = int(hours * 60 + 0.001)
    if minutes < 1:
        return "under a minute"
    whole, rest = divmod(minutes, 60)
    if whole >= 10 or not rest:
        return f"{whole:,} h" if whole else f"{rest} min"
    return f"{whole} h {rest} min" if whole else f"{rest} min"
