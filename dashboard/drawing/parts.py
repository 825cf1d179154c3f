"""The parts of a promise, each against its own: sources, teams or reps, as bars with their words."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from dash import html

from dashboard.board import Board, Part
from dashboard.drawing.bar import bar
from dashboard.drawing.marks import marks
from dashboard.drawing.numbers import button, distance, shape, shown, verdict
from dashboard.number import Number
from dashboard.theme import SHAPES, tone
from dashboard.words import many

MOST = 12
"""More than these do not stand on one screen; the rest are counted."""


def parts(board: Board, some: Sequence[Part], title: str, nobody: str) -> html.Div:
    """Return the parts as a list, in one, two or three columns as their number asks; ``nobody`` says there is none."""
    found = [one for one in some if f"{one.prefix}.done" in board.numbers]
    kept = found if len(found) <= MOST else found[: MOST - 1]
    draw = _narrow if len(found) > 6 else _wide
    rows = [html.Li(_part(board, one, draw), **marks(data_key=one.prefix)) for one in kept]
    if len(kept) < len(found):
        rows.append(html.Li(f"and {many(len(found) - len(kept), 'other')}", className="quiet more"))
    columns = 1 if len(found) <= 3 else 2 if len(found) <= 8 else 3
    inside: Any = html.Ul(rows, className=f"parts columns-{columns}") if rows else html.P(nobody, className="reason")
    return html.Div([html.H3(title), inside], className="by")


def _part(board: Board, one: Part, draw: "Draw") -> html.Button | None:
    target, done, owed = (board.numbers.get(f"{one.prefix}.{name}") for name in ("target", "done", "owed"))
    if done is None:
        return None
    name = html.Span(one.label, className="name", title=one.label, dir="auto", **marks(data_clip="name"))
    if target is None or target.value is None:
        who = html.Span([name, html.B(shown(done))], className="who")
        return button(done, [who, html.Span("nothing promised", className="of")], "part", "nothing promised")
    return button(done, draw(name, done, target, owed), "part", f"of {shown(target)}")


def _wide(name: Any, done: Number, target: Number, owed: Number | None) -> list[Any]:
    word = None
    if done.status and done.status != "no verdict":
        word = verdict(done.status, _behind(done, target, owed) if tone(done.status) != "calm" else None)
    of = html.Span([html.B(shown(done)), f" of {shown(target)}"], className="of")
    return [html.Span([name, word], className="who"), bar(done, target, owed), of]


def _narrow(name: Any, done: Number, target: Number, owed: Number | None) -> list[Any]:
    word = None
    if done.status and done.status != "no verdict":
        word = html.Span(shape(SHAPES[done.status]), className=f"verdict {tone(done.status)}", title=done.status)
    of = html.Span([word, html.B(shown(done))], className="of", title=f"of {shown(target)}")
    return [name, bar(done, target, owed), of]


Draw = Callable[[Any, Number, Number, Number | None], list[Any]]


def _behind(done: Number, target: Number, owed: Number | None) -> str | None:
    missing = owed.value - done.value if owed and owed.value is not None and done.value is not None else Fraction(0)
    words = distance(missing, target, done.unit) if missing > 0 else "0"
    # what is missing is less than can be shown: the word alone says it
    return f"{words} behind" if words != "0" else None
