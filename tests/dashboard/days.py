"""Reps' days made by hand, for what is drawn from them: a usual one, a quiet one, and the strange ones."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from dashboard.board import Age, State
from dashboard.number import Number
from dashboard.reps.day import Day, Due, Source
from tests.dashboard.boards import NOW, course, number, promise

REP = "rep.r 1/ü"


def due(lead_id: str = "L1", hours: float = 2.0, **changes: Any) -> Due:
    """Return a lead to be tried first, with so many hours left by both clocks."""
    usual = Due(
        lead_id=lead_id,
        label=f"Company {lead_id}",
        url=f"https://crm.example/{lead_id}",
        about="web · buyer · high fit, low interest",
        kind="late" if hours < 0 else "first",
        deadline=NOW + timedelta(hours=hours),
        wall_hours=hours,
        working_hours=hours,
        gone=1 - hours / 4,
        attempts=0,
        wanted=6,
        day=1,
        days=14,
        outcome=None,
        last_at=None,
        worth=Fraction(4789, 20),
    )
    return usual._replace(**changes)


def again(lead_id: str = "L2", hours: float = 30.0, **changes: Any) -> Due:
    """Return a lead that was tried three times, the last time on Tuesday."""
    tried = {"kind": "again", "attempts": 3, "day": 5, "outcome": "no_answer"}
    last = NOW.replace(day=17, hour=14, minute=10)
    return due(lead_id, hours, **{**tried, "last_at": last, "gone": 0.5, **changes})


def numbers(late: int, first: int, more: int) -> Iterator[Number]:
    """Yield the numbers of a rep as the reckoning names them."""
    for kind, count in (("late", late), ("first", first), ("again", more)):
        yield number(f"{REP}.due.{kind}", count, label=f"Due {kind}")
    yield from promise(f"{REP}.week", "My bookings this week", 23_050, 18_480, Fraction(9, 10), "money")
    yield number(f"{REP}.week.previous", 26_516, "money", "Last week")
    yield number(f"{REP}.pipeline", 3_260, "money", "Can still close")
    for name, mine, middle, low, high in (
        ("in_time", 0.83, 0.91, 0.86, 0.92),
        ("kept", 0.81, 0.83, 0.80, 0.84),
    ):
        yield number(f"{REP}.follow.{name}", mine, "share", name)
        team = {"label": f"{name}: median of team North", "detail": {"low": low, "high": high, "of": 6}}
        yield number(f"{REP}.team.{name}", middle, "share", **team)
    yield number(f"{REP}.follow.wait", None, "hours", "Median wait")
    yield number(f"{REP}.team.wait", 0.9, "hours", "Median wait: median of team North")
    for name, target, done in (("given", 520, 422), ("given.source.web", None, 137), ("given.source.events", 60, 61)):
        yield number(f"{REP}.{name}.target", target, label=f"{name} promised")
        yield number(f"{REP}.{name}.done", done, label=name)


def usual(**changes: Any) -> Day:
    """Return the day of a rep with one late lead, one within the hour, one for tomorrow, and more."""
    rows = [due("L0", -1.5), due("L1", 0.75), again("L2", 26.0)]
    found = {one.name.removeprefix(f"{REP}."): one for one in numbers(1, 1, 63)}
    day = Day(
        as_of=NOW,
        state=State("live", "live, data to 14:31"),
        ages=[Age("leads", NOW - timedelta(minutes=3), NOW - timedelta(minutes=2))],
        company="Acme",
        currency="EUR",
        week_name="2026-W47",
        agreement="v3",
        rep_id=REP.removeprefix("rep."),
        name="Zoë <b>",
        team="North",
        active=True,
        numbers=found,
        due=rows,
        more=62,
        week=course(date(2026, 11, 16), 7, 23_050, 18_480, 4.6, 26_516, 0),
        sources=[
            Source(f"{REP}.given.source.web", "web", 101, 19, 17, 3),
            Source(f"{REP}.given.source.events", "events", 0, 0, 61, 0),
        ],
        rejections={"no fit": 22, "no budget": 13, "a": 5, "b": 4, "c": 3, "d": 2, "e": 1},
    )
    return day._replace(**changes)


def quiet() -> Day:
    """Return the day of a rep with nothing due."""
    found = {one.name.removeprefix(f"{REP}."): one for one in numbers(0, 0, 0)}
    return usual(numbers=found, due=[], more=0)


def left() -> Day:
    """Return the day of a rep who has left."""
    return quiet()._replace(active=False)


def knows_nothing() -> Day:
    """Return the day of a rep in a warehouse that holds next to nothing."""
    bare = {name: number(one.name, None, one.unit, one.label) for name, one in quiet().numbers.items()}
    empty = course(date(2026, 11, 16), 7, None, 0, 4.6, 0, 0)
    week = empty._replace(done=[None] * 7, previous=[])
    return quiet()._replace(numbers=bare, team=None, sources=[], rejections={}, week=week, ages=[], agreement=None)


DAYS = {"usual": usual, "quiet": quiet, "left": left, "knows nothing": knows_nothing}
