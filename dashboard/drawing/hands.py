"""What needs a hand now; calm when nothing does."""

from typing import Any

from dash import html

from dashboard.board import Board, Hand
from dashboard.drawing.marks import marks
from dashboard.drawing.numbers import button

MOST = 5
ASKED = ("followup.first_attempt.overdue", "followup.acceptance.waiting_too_long")
"""The numbers that must be known before it can be said that nothing needs a hand."""


def hands(board: Board) -> list[Any]:
    """Return what needs a hand, the first few of it."""
    title = html.H2("What needs a hand now")
    if not board.hands:
        return [title, html.P(_calm(board), className="either calm-words")]
    rows = [html.Li(_hand(board, one)) for one in board.hands[:MOST]]
    if len(board.hands) > MOST:
        rows[-1] = html.Li(f"and {len(board.hands) - MOST + 1} more", className="quiet more")
    return [title, html.Ul(rows, className="hands")]


def _calm(board: Board) -> list[Any]:
    """Return that nothing needs a hand, as far as that is known; and what is left of it once the picture is old."""
    if not board.agreement:
        return ["Nothing is promised, so nothing can be late."]
    asked = [board.numbers[name] for name in ASKED if name in board.numbers]
    right_now = "Nothing needs a hand right now."
    words = "Of what is known, nothing needs a hand." if any(one.value is None for one in asked) else right_now
    return [
        html.Span(words, className="verdict"),
        html.Span(f"At {board.as_of:%H:%M} nothing was known to need a hand.", className="bare"),
    ]


def _hand(board: Board, one: Hand) -> Any:
    words = [html.B(one.how_many), html.Span(one.words, dir="auto", **marks(data_clip="words"))]
    found = board.numbers.get(one.number)
    return button(found, words, "hand") if found else html.Span(words, className="hand")
