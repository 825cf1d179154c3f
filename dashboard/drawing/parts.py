"""The parts of a promise, each against its own: sources, teams or reps, as bars with their words."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dash import html

from dashboard.board import Board, Part
from dashboard.drawing.bar import bar
from dashboard.drawing.numbers import button, shape, shown, verdict
from dashboard.number import Number
from dashboard.theme import SHAPES, tone
from dashboard.words import figure, many

MOST = 12
"""More than these do not stand on one screen; the rest are counted."""


def parts(board: Board, some: Sequence[Part], title: str) -> html.Div:
    """Return the parts as a list, in one, two or three columns as their number asks."""
    found = [one for one in some if f"{one.prefix}.done" in board.numbers]
    kept = found if len(found) <= MOST else found[: MOST - 1]
    rows = [html.Li(_part(board, one, dense=len(found) > 6), **{"data-key": one.prefix}) for one in kept]
    if len(kept) < len(found):
        rows.append(html.Li(f"and {many(len(found) - len(kept), 'other')}", className="quiet more"))
    columns = 1 if len(found) <= 3 else 2 if len(found) <= 6 else 3
    inside: Any = (
        html.Ul(rows, className=f"parts columns-{columns}") if rows else html.P("Nothing yet.", className="quiet")
    )
    return html.Div([html.H3(title), inside], className="by")


def _part(board: Board, one: Part, dense: bool) -> html.Button | None:
    target, done, owed = (board.numbers.get(f"{one.prefix}.{name}") for name in ("target", "done", "owed"))
    if done is None:
        return None
    inside = [
        html.Span(one.label, className="name", title=one.label, **{"data-clip": "name", "dir": "auto"}),
        _word(done, owed, dense),
        bar(done, target, owed),
        html.Span(_of(done, target), className="of"),
    ]
    return button(done, inside, "part")


def _word(done: Number, owed: Number | None, dense: bool) -> html.Span | None:
    if done.status is None or done.status == "no verdict":
        return None
    if dense:
        return html.Span(shape(SHAPES[done.status]), className=f"verdict {tone(done.status)}", title=done.status)
    return verdict(done.status, _behind(done, owed) if tone(done.status) != "calm" else None)


def _behind(done: Number, owed: Number | None) -> str | None:
    missing = owed.value - done.value if owed and owed.value is not None and done.value is not None else Fraction(0)
    return f"{figure(missing, done.unit)} behind" if missing > 0 else None


def _of(done: Number, target: Number | None) -> list[Any]:
    whole = f" of {shown(target)}" if target and target.value is not None else ""
    return [html.B(shown(done)), whole or ", nothing promised"]
