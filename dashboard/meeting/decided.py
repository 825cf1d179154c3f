"""What was decided, as the meeting reads it again: each action with its number then and now, each side's word. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from dashboard.meeting.week import Week
from dashboard.number import Number, Unit
from dashboard.store.actions import Action
from dashboard.store.promises import Word
from dashboard.words import figure, many, plain
from queries.faults import Refused

Numbers = Mapping[str, Number]
SPOKEN_FOR = {"marketing": "marketing.week.done", "sales": "sales.week.done"}
"""The number on which each side gives its word for the week to come."""
SIDES = {"marketing": "Marketing", "sales": "Sales"}
MOST_WEEKS = 12
"""So many past weeks tell how well a side's word held."""


def action(one: Action, week: Week, numbers: Numbers, today: date) -> dict[str, Any]:
    """Return an action as it is read in the meeting on ``week``, whose ``numbers`` tell what became of its own."""
    found = numbers.get(one.number) if one.number else None
    late = one.done_at is None and one.due_on < today
    return {
        "id": one.action_id,
        "version": one.version,
        "week": one.week,
        "side": one.side,
        "text": one.text,
        "owner": one.owner,
        "due_on": one.due_on.isoformat(),
        "due": due(one.due_on, today, late),
        "late": late,
        "number": one.number,
        "about": about(one, week.name, found),
        "opens": found is not None,
        "done": one.done_at is not None,
        "outcome": one.outcome or "",
    }


def due(day: date, today: date, late: bool) -> str:
    """Return by when something is to be done, in words.

    >>> due(date(2026, 11, 27), date(2026, 11, 23), False), due(date(2026, 11, 20), date(2026, 11, 23), True)
    ('by Fri 27 Nov', 'by Fri 20 Nov, 3 days ago')
    """
    year = f" {day.year}" if day.year != today.year else ""
    told = f"by {day:%a} {day.day} {day:%b}{year}"
    return f"{told}, {many((today - day).days, 'day')} ago" if late else told


def about(one: Action, week: str, now: Number | None) -> str:
    """Return the number an action came from: what it was, and in a later week what it is now."""
    if one.number is None:
        return ""
    then = Fraction(one.value) if one.value else None
    if now is None:
        return f"{one.number}: not among this week’s numbers"
    label = now.label.removesuffix(": done")
    if one.week == week:
        return f"{label}: {figure(then, now.unit)}"
    return f"{label}: {moved(then, now.value, now.unit)}"


def moved(then: Fraction | None, now: Fraction | None, unit: Unit) -> str:
    """Return what a number was and what it is, with what lies between: so much as the eye sees between the two.

    >>> moved(Fraction(41), Fraction(56), "leads"), moved(Fraction(2, 3), Fraction(98, 150), "share")
    ('41 then, 56 now, 15 more', '66.7 % then, 65.3 % now, 1.4 points less')
    >>> moved(Fraction(41), Fraction(41), "leads"), moved(None, Fraction(2), "hours")
    ('41 then, 41 now, the same', 'not known then, 2.0 h now')
    """
    told = [f"{_shown(one, unit)} {when}" for one, when in ((then, "then"), (now, "now"))]
    if then is not None and now is not None:
        told.append(_difference(then, now, unit))
    return ", ".join(told)


def _shown(one: Fraction | None, unit: Unit) -> str:
    if one is None:
        return "not known"
    return f"{plain(one * 100, 1)} %" if unit == "share" else figure(one, unit)


def _difference(then: Fraction, now: Fraction, unit: Unit) -> str:
    more = now - then
    if unit == "share":
        more = round(now * 100, 1) - round(then * 100, 1)
        size = f"{plain(abs(more), 1)} {'point' if abs(more) == 1 else 'points'}"
    else:
        size = figure(abs(more), unit)
    same = not more or _shown(then, unit) == _shown(now, unit)
    return "the same" if same else f"{size} {'more' if more > 0 else 'less'}"


# each side's word


def amount(text: str) -> str:
    """Return a figure as people type it as the text of an exact number; raise ``Refused`` for what is none.

    >>> amount("18,400"), amount(" 62.50 ")
    ('18400', '62.50')
    """
    plain = text.strip().replace(",", "").replace(" ", "").replace("\u202f", "").replace("\u00a0", "")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found < Decimal(10) ** 15 or "e" in plain.lower():
        raise Refused(f"value: {text[:40]!r} is no figure; write it like 60 or 18,400")
    return f"{found:f}".lstrip("+")


def side(
    name: str, coming: Sequence[Word], said: Sequence[Word], week: str, came: Callable[[str, str], Number | None]
) -> dict[str, Any]:
    """Return one side's word: what it says of the week to come, what it said of this one, and how its word held.

    ``coming`` are the words on the week to come, ``said`` those on all weeks; ``came`` tells what a number came to in a
    week, None where nobody kept that week.
    """
    number = SPOKEN_FOR[name]
    mine = [one for one in said if one.side == name and one.number == number and one.value is not None]
    now = came(week, number)
    unit: Unit = now.unit if now else "leads"
    past = [one for one in sorted(mine, key=lambda one: one.week) if one.week <= week][-MOST_WEEKS:]
    record = [told for one in past if (told := _held(one, came(one.week, number)))]
    next_word = next((one for one in coming if one.side == name and one.number == number), None)
    return {
        "side": name,
        "name": SIDES[name],
        "number": number,
        "label": now.label.partition(":")[0] if now else "",
        "unit": unit,
        "came": figure(now.value, unit) if now else None,
        "coming": word(next_word, unit) if next_word else None,
        "past": next((word(one, unit) | (_held(one, now) or {}) for one in past if one.week == week), None),
        "record": record,
        "reached": sum(one["reached"] for one in record),
    }


def word(one: Word, unit: Unit) -> dict[str, Any]:
    """Return a side's word as it is read."""
    value = Fraction(one.value) if one.value is not None else None
    return {
        "id": one.word_id,
        "version": one.version,
        "value": one.value or "",
        "shown": figure(value, unit),
        "text": one.text,
        "by": one.said_by,
    }


def _held(one: Word, came: Number | None) -> dict[str, Any] | None:
    """Return whether a word held; None while nobody can tell."""
    if came is None or came.value is None or one.value is None:
        return None
    value = Fraction(one.value)
    said, was = figure(value, came.unit), figure(came.value, came.unit)
    words = f"said {said}, came to {was}: {held(came.value - value, came.unit)}"
    return {"week": one.week, "words": words, "reached": came.value >= value}


def held(more: Fraction, unit: Unit) -> str:
    """Return how a week came out against a word.

    >>> held(Fraction(4), "leads"), held(Fraction(-1), "customers"), held(Fraction(0), "leads")
    ('4 more', '1 short', 'to the point')
    """
    return f"{figure(abs(more), unit)} {'more' if more > 0 else 'short'}" if more else "to the point"


def by_then(actions: Sequence[Action], at: datetime) -> list[Action]:
    """Return actions as they were at an instant: without those written or after those taken off, open if done later."""
    there = [one for one in actions if one.written_at <= at and not (one.removed_at and one.removed_at <= at)]
    return [one._replace(done_at=None, outcome=None) if one.done_at and one.done_at > at else one for one in there]
