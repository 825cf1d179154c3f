"""What needs a hand now; calm when nothing does."""

from typing import Any

from dash import html

from dashboard.board import Board, Hand
from dashboard.drawing.marks import marks
from dashboard.drawing.numbers import button

MOST = 5


def hands(board: Board) -> list[Any]:
    """Return what needs a hand, the first few of it."""
    title = html.H2("What needs a hand now")
    if not board.hands:
        calm = "Nothing needs a hand right now." if board.agreement else "Nothing is promised, so nothing can be late."
        return [title, html.P(calm, className="calm-words")]
    rows = [html.Li(_hand(board, one)) for one in board.hands[:MOST]]
    if len(board.hands) > MOST:
        rows[-1] = html.Li(f"and {len(board.hands) - MOST + 1} more", className="quiet more")
    return [title, html.Ul(rows, className="hands")]


def _hand(board: Board, one: Hand) -> Any:
    words = [html.B(one.how_many), html.Span(one.words, dir="auto", **marks(data_clip="words"))]
    found = board.numbers.get(one.number)
    return button(found, words, "hand") if found else html.Span(words, className="hand")
