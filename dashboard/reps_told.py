"""The reps' days as they are told to browsers: each rep's picture, the rows behind it, and who there is to choose."""

from typing import Any

from dashboard.answers import told
from dashboard.board import State
from dashboard.pages import today
from dashboard.parts import Part
from dashboard.reckon import without_verdict
from dashboard.reps.day import Day
from dashboard.reps.reckon import Days
from dashboard.specified import as_told


def part(day: Day, number: int | None = None) -> Part:
    """Return a rep's picture, under the number of the board it belongs to, and the rows behind its numbers."""
    picture = today.picture(day)
    rows = as_told({one.name: one for one in day.numbers.values()})
    return Part(told({"number": number, **picture} if number is not None else picture), rows)


def shown_day(day: Day, state: State, fault: bool) -> Day:
    """Return a day as it is shown in a state of the board: while a fault lasts its numbers stay, its verdicts go."""
    if not fault:
        return day._replace(state=state)
    return day._replace(state=state, numbers={name: without_verdict(one) for name, one in day.numbers.items()})


def people(days: Days) -> dict[str, Any]:
    """Return whom one can choose, with how much is due of each, and what is due of nobody's."""
    reps = [
        {
            "id": day.rep_id,
            "name": day.name,
            "team": day.team,
            "late": _count(day, "due.late"),
            "due": _count(day, "due.first") + _count(day, "due.again"),
        }
        for day in days.reps.values()
        if day.active
    ]
    return {"reps": reps, "orphans": days.orphans._asdict()}


def _count(day: Day, name: str) -> int:
    value = day.numbers[name].value
    return int(value) if value is not None else 0
