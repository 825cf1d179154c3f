"""What was decided: the actions of earlier weeks and of this one, and each side's word with how it held.

On the page the browser draws these lists itself, as they can be written to there; in a pack and in print they stand as
they are told here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.drawing.marks import marks
from dashboard.meeting.steps import Walk
from dashboard.words import many

Told = Mapping[str, Any]


def decided(walk: Walk) -> list[Any]:
    """Return the lists of actions and the two sides' words."""
    found = walk.decided
    lists = [
        _list("From earlier weeks", found.carried, "Nothing is open from earlier weeks."),
        _list("Decided for the week to come", found.actions, "Nothing is decided yet."),
    ]
    words = html.Div([_side(one) for one in found.sides], className="words")
    return [
        html.Div([html.Div(lists, className="lists"), words], className="decisions", **marks(data_opaque="decisions"))
    ]


def _list(title: str, actions: Sequence[Told], nothing: str) -> html.Section:
    rows = [html.Li(_action(one), className="done" if one["done"] else "open") for one in actions]
    inside: Any = html.Ul(rows, className="actions") if rows else html.P(nothing, className="nothing")
    return html.Section([html.H3(title), inside], className="decisions-of")


def _action(one: Told) -> list[Any]:
    about = [str(one[name]) for name in ("about", "outcome") if one.get(name)]
    line = f"{str(one['side']).capitalize()} · {one['owner']} · {'done' if one['done'] else one['due']}"
    return [
        html.P(html.B(str(one["text"]), dir="auto")),
        html.P(line, className="quiet"),
        *(html.P(words, className="quiet", dir="auto") for words in about),
    ]


def _side(one: Told) -> html.Section:
    """Return one side's word: for this week and what came, for the week to come, and how it held before."""
    past, coming, record = one.get("past"), one.get("coming"), one.get("record") or []
    told = [past["words"] if past and past.get("words") else _unheld(past)]
    told.append(f"for the week to come: {coming['shown']}" if coming else "nothing is said of the week to come yet")
    if record:
        told.append(f"its word held in {one['reached']} of {many(len(record), 'week')}")
    dots = [_dot(week) for week in record]
    rows = [html.P(words) for words in told]
    return html.Section([html.H3(f"{one['name']}’s word"), *rows, html.P(dots, className="record")], className="word")


def _unheld(past: Told | None) -> str:
    return f"said {past['shown']}; what came is not known" if past else "nothing was said of this week"


def _dot(week: Told) -> html.Span:
    words = f"{week['week']}: {week['words']}"
    shape = html.I(className=f"shape {'check' if week['reached'] else 'ring'}", **marks(aria_hidden="true"))
    return html.Span([shape, html.Span(words, className="unseen")], title=words)
