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
    """Return the lists of actions and the two sides' words; only their place where nobody can tell what they hold."""
    found, place = walk.decided, marks(data_opaque="decisions")
    if found.untold:
        return [html.Div([], className="decisions", **place)]
    lists = [
        _list("carried", "From earlier weeks", found.carried, "Nothing is open from earlier weeks."),
        _list("decided", "Decided for the week to come", found.actions, "Nothing is decided yet."),
    ]
    words = html.Div([_side(one) for one in found.sides], className="words")
    return [html.Div([html.Div(lists, className="lists"), words], className="decisions", **place)]


def _list(name: str, title: str, actions: Sequence[Told], nothing: str) -> html.Section:
    still = sum(not one["done"] for one in actions)
    count = html.Span(f"{still:,} open" if still else "all done", className="count") if actions else None
    rows: Any = html.Ul([_action(one) for one in actions], className="actions")
    inside = rows if actions else html.P(nothing, className="nothing")
    head = html.Header([part for part in (html.H3(title), count) if part is not None])
    return html.Section([head, html.Div(inside, className="scrolls")], className=f"decisions-of {name}")


def _action(one: Told) -> html.Li:
    state, shape = ("done", "check") if one["done"] else ("late", "diamond") if one["late"] else ("open", "ring")
    mark = html.I(className=f"shape {shape}", **marks(aria_hidden="true"))
    told = html.Span(f"{state}: ", className="unseen")
    who = [
        html.Span(str(one["side"]).capitalize(), className=f"side {one['side']}"),
        html.Span(str(one["owner"]), dir="auto"),
        html.Span("done" if one["done"] else str(one["due"]), className="late" if one["late"] else None),
    ]
    lines = [html.P([mark, told, html.B(str(one["text"]), dir="auto")], className="what"), html.P(who, className="who")]
    lines += [html.P(str(one[name]), className=name, dir="auto") for name in ("about", "outcome") if one.get(name)]
    return html.Li(html.Div(lines, className="action-told"), className=f"action {state}")


def _side(one: Told) -> html.Section:
    """Return one side's word: for the week to come, for this week and what came, and how it held before."""
    head = html.Header([html.H3(f"{whose(str(one['name']))} word"), html.Span(str(one["label"]), className="label")])
    return html.Section([head, _coming(one), _past(one), *_record(one)], className=f"word {one['side']}")


def whose(name: str) -> str:
    """Return a name as the one that has something.

    >>> whose("Sales"), whose("Marketing")
    ('Sales’', 'Marketing’s')
    """
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def _coming(one: Told) -> html.P:
    coming = one.get("coming")
    if not coming:
        return html.P("Next week: no word yet", className="coming label")
    by = html.Span(f" says {coming['by']}", className="label", dir="auto")
    return html.P([html.Span("Next week ", className="label"), html.B(str(coming["shown"])), by], className="coming")


def _past(one: Told) -> html.P:
    past = one.get("past")
    if past:
        words = str(past.get("words") or f"said {past['shown']}; what came is not known")
        return html.P([html.Span("This week ", className="label"), words], className="past")
    came = f"This week came to {one['came']}; no word was given on it." if one.get("came") else ""
    return html.P(came or "No word was given on this week.", className="past label")


def _record(one: Told) -> list[html.Div]:
    record = one.get("record") or []
    if not record:
        return []
    words = f"Reached in {one['reached']} of {many(len(record), 'week')}"
    return [
        html.Div([html.Span(words, className="label"), html.Ol([_dot(week) for week in record])], className="record")
    ]


def _dot(week: Told) -> html.Li:
    words = f"{week['week']}: {week['words']}"
    shape = html.I(className=f"shape {'dot' if week['reached'] else 'ring'}", **marks(aria_hidden="true"))
    return html.Li([shape, html.Span(words, className="unseen")], title=words)
