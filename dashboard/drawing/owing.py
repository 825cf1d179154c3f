"""What sales owes marketing: tried in time, tried often enough, and a yes or no with its reason."""

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.board import Board
from dashboard.drawing.numbers import button, shown
from dashboard.number import Number

REASONS = 3
"""How many reasons for a no are named."""


def owing(board: Board) -> list[Any]:
    """Return the three duties of sales side by side."""
    return [
        html.H2("What sales owes marketing"),
        html.Div([_tried(board), _often(board), _decided(board)], className="duties"),
    ]


def _duty(one: Number | None, *rows: Any) -> html.Div | None:
    if one is None:
        return None
    if one.value is None:
        rows = (html.P(one.reason, className="reason"),)
    return html.Div([button(one, look="big"), html.P(one.label, className="label"), *rows], className="duty")


def _row(*parts: Any) -> html.P | None:
    kept = [part for part in parts if part is not None]
    return html.P(kept, className="row") if kept else None


def _said(one: Number | None, words: str) -> html.Button | None:
    """Return a number with its words; nothing where it is not known."""
    if one is None or one.value is None:
        return None
    loud = "loud" if words == "overdue" and one.value else ""
    return button(one, [html.B(shown(one)), f" {words}"], f"told {loud}".strip())


def _tried(board: Board) -> html.Div | None:
    overdue, due, median = (
        board.numbers.get(f"followup.first_attempt.{name}") for name in ("overdue", "due_next", "median_hours")
    )
    return _duty(
        board.numbers.get("followup.first_attempt.in_time"),
        _row(_said(overdue, "overdue"), _said(due, "due next")),
        _row(_said(median, "median")),
    )


def _often(board: Board) -> html.Div | None:
    short = board.numbers.get("followup.attempts.short")
    return _duty(board.numbers.get("followup.attempts.kept"), _row(_said(short, "short")))


def _decided(board: Board) -> html.Div | None:
    decided, handed, open_ = (
        board.numbers.get(f"followup.acceptance.{name}") for name in ("of_decided", "of_handed_over", "undecided")
    )
    rows = (_row(_said(handed, "of handed over"), _said(open_, "undecided")), _top(decided))
    return _duty(decided, *rows)


def _top(decided: Number | None) -> html.P | None:
    found = decided.detail.get("rejections") if decided else None
    if not decided or not isinstance(found, Mapping) or not found:
        return None
    most = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:REASONS]
    words = ", ".join(f"{reason} {count:,}" for reason, count in most)
    return html.P(button(decided, f"no because: {words}", "told"), className="row", **{"data-clip": "reasons"})
