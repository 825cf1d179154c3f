"""What stands in a pack around the steps: what has moved, what each number means, how old the data is. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.board import age
from dashboard.drawing.marks import marks
from dashboard.drawing.meeting import step
from dashboard.drawing.opening import openings
from dashboard.meeting.steps import Walk
from dashboard.meeting_told import change, most_first
from dashboard.packing.week import Packed
from dashboard.words import many

LACKING = {
    "moved": "What has moved since is not known",
}
Told = Mapping[str, Any]


def drawn(make: Callable[[], Any], called: str) -> tuple[Any, str]:
    """Return what ``make`` draws and no words; or a sentence in its place, and again beside it, where that fails.

    The one place where any fault becomes words: a pack is sent with what can be drawn, and says what cannot.
    """
    try:
        return make(), ""
    except Exception as fault:  # noqa: BLE001
        words = f"{called} could not be drawn ({type(fault).__name__}); everything else in here is whole."
        return [html.P(words, className="reason failed")], words


def steps(packed: Packed) -> list[tuple[Any, str]]:
    """Return the seven steps as they stand on the page; one that cannot be drawn is a sentence that says so."""
    walk = packed.walk
    return [drawn(partial(step, walk, one.place), f"Step {one.place}, {one.title},") for one in walk.steps]


def standing(node: Any) -> Iterator[str]:
    """Yield the names of the numbers that stand in something drawn, from the first to the last."""
    if isinstance(node, Component):
        props = node.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
        if name := props.get("data-number"):
            yield str(name)
        yield from standing(props.get("children"))
    elif isinstance(node, list | tuple):
        for one in node:
            yield from standing(one)


# what has moved


def ledger(packed: Packed) -> list[Any]:
    """Return every number that has moved since the week was kept, row by row; rows that moved several stand once."""
    head = html.H2("What has moved since")
    if lacking := packed.faults.get("moved"):
        return [head, html.P(f"{LACKING['moved']}: {lacking}", className="reason")]
    if not packed.is_kept:
        return [head, html.P("The week is not kept yet: nothing can have moved since.", className="nothing")]
    if not packed.ledger:
        return [head, html.P("Nothing has moved since the week was kept.", className="nothing")]
    return [head, *_changes(packed)]


def _changes(packed: Packed) -> Iterator[Any]:
    first: dict[tuple[Any, ...], str] = {}
    # a file is read on other days than its own, so a time alone would say too little
    at = packed.made_at + timedelta(days=1)
    for one in most_first(packed.ledger):
        told = change(one, at)
        key = tuple(tuple(row.values()) for row in told["rows"])
        same = first.setdefault(key, one.label) if key else ""
        yield _change(told, same if same != one.label else "")


def _change(told: Told, same: str) -> html.Section:
    """Return one number that has moved; ``same`` names the number whose rows moved this one too."""
    head = html.H3([html.B(told["label"]), " ", html.Span(told["words"])])
    # the words of the others stand in the line above already
    causes = [html.P(_cause(one), className="cause") for one in told["causes"] if one["was"] or one["now"]]
    if same:
        return html.Section([head, *causes, html.P(f"The same rows as in “{same}”.", className="quiet")])
    more = html.P(f"and {many(told['more'], 'more row')}", className="quiet") if told["more"] else None
    rows = _table(told["rows"]) if told["rows"] else None
    return html.Section([one for one in (head, *causes, rows, more) if one is not None], className="change")


def _cause(one: Told) -> str:
    return f"{one['words']} (was {one['was']}; is {one['now']}): {one['adds']}"


COLUMNS = ("Row", "Source", "What happened", "Was", "Is", "Learned", "Adds")


def _table(rows: Sequence[Told]) -> html.Table:
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in COLUMNS]))
    return html.Table([head, html.Tbody([_row(one) for one in rows])])


def _row(one: Told) -> html.Tr:
    name = html.Td(one["label"], dir="auto")
    happened = f"{one['kind']}{': ' + one['what'] if one['what'] else ''}"
    cells = (one["source"], happened, one["was"], one["now"], one["learned"], one["adds"])
    return html.Tr([name, *(html.Td(cell) for cell in cells)])


# what each number means


def meanings(walk: Walk, names: Sequence[str]) -> list[Any]:
    """Return each number of that name with its meaning, its formula, and the rows that were left out."""
    told = openings(walk)
    some = [html.Section(_meaning(told[name]), **marks(data_means=name)) for name in names if name in told]
    return [html.H2("What each number means"), html.Div(some, className="meanings")]


def _meaning(told: Told) -> list[Any]:
    unit = told["unit"].removesuffix("s") if told["shown"] == "1" else told["unit"]
    value = " ".join(part for part in (told["shown"], unit) if part)
    lines = [
        told["definition"],
        f"Here: {told['formula']}" if told["formula"] else "",
        f"Not known: {told['reason']}" if told["reason"] else "",
        _left_out(told["left_out"]) if "left out" not in told["formula"] else "",
        _judged(told),
    ]
    head = html.H3([html.Span(told["label"]), html.B(value)])
    return [head, *(html.P(line) for line in lines if line)]


def _left_out(some: Sequence[Sequence[str]]) -> str:
    return f"Left out: {', '.join(f'{count} {reason}' for reason, count in some)}" if some else ""


def _judged(told: Told) -> str:
    newest, load = (told["ages"][name] for name in ("newest_event", "last_load"))
    parts = [
        f"{told['status']}" if told["status"] else "",
        f"agreement {told['agreement']}" if told["agreement"] else "",
        f"data to {newest}" if newest else "",
        f"loaded {load}" if load else "",
    ]
    return " · ".join(part for part in parts if part)


# how it is known


def facts(packed: Packed) -> list[str]:
    """Return in a few words how the week is known: by when it was kept, how old its data is, under which agreement."""
    kept = "kept" if packed.is_kept else "not kept yet: as known"
    return [
        f"{kept} {_when(packed.walk.frozen_at)}",
        data_to(packed.walk),
        agreements(packed.walk),
        f"times in {packed.zone}",
    ]


def agreements(walk: Walk) -> str:
    """Return which versions of the agreement judged the week: a month begun before another was signed keeps its own."""
    found = sorted({one.agreement for one in walk.numbers.values() if one.agreement})
    return f"agreement {' and '.join(found)}" if found else "no agreement in force"


def data_to(walk: Walk) -> str:
    """Return until when the data goes: the newest event that the week knows of."""
    newest = age(walk.ages, [one.table for one in walk.ages]).newest_event
    return f"data to {_when(newest.astimezone(walk.as_of.tzinfo))}" if newest else "no data is recorded by then"


def ages(packed: Packed) -> list[Any]:
    """Return how old each table was when the week was kept."""
    walk = packed.walk
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in ("Table", "Newest event", "Last load")]))
    rows = [html.Tr([html.Td(one.table), *(html.Td(_at(at, walk)) for at in one[1:])]) for one in walk.ages]
    told = f"As it was known {_when(walk.frozen_at)}. Every time in here is a time in {packed.zone}."
    return [html.H2("How old the data is"), html.P(told), html.Table([head, html.Tbody(rows)])]


def _at(instant: datetime | None, walk: Walk) -> str:
    return _when(instant.astimezone(walk.as_of.tzinfo)) if instant else "not recorded"


def _when(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %Y %H:%M}"


def made(packed: Packed) -> str:
    """Return when the pack was made."""
    return f"This file was made {_when(packed.made_at)}; until then it knows what has moved."
