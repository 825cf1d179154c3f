"""What sales owes marketing: tried in time, tried often enough, and a yes or no with its reason."""

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.board import Board
from dashboard.drawing.marks import marks
from dashboard.drawing.numbers import button, reasons, shown
from dashboard.number import Number

REASONS = 3
"""How many reasons for a no are named."""


def owing(board: Board) -> list[Any]:
    """Return the three duties of sales side by side, and under them the median wait and the reasons for a no."""
    first, often, accepted = (_numbers(board, name) for name in ("first_attempt", "attempts", "acceptance"))
    duties = [
        _duty(first.get("in_time"), _said(first.get("overdue"), "overdue"), _said(first.get("due_next"), "due next")),
        _duty(often.get("kept"), _said(often.get("short"), "short")),
        _duty(
            accepted.get("of_decided"),
            _said(accepted.get("of_handed_over"), "of handed over"),
            _said(accepted.get("undecided"), "undecided"),
        ),
    ]
    values = [group.get(name) for group, name in ((first, "in_time"), (often, "kept"), (accepted, "of_decided"))]
    last = [_said(first.get("median_hours"), "median wait"), _reasons_for_no(accepted.get("of_decided"))]
    return [
        html.H2("What sales owes marketing"),
        html.Div([one for one in duties if one is not None], className="duties"),
        reasons(values),
        html.P([one for one in last if one is not None], className="row"),
    ]


def _numbers(board: Board, duty: str) -> dict[str, Number]:
    """Return the numbers of one duty by the last word of their names."""
    stem = f"followup.{duty}."
    return {name.removeprefix(stem): one for name, one in board.numbers.items() if name.startswith(stem)}


def _duty(one: Number | None, *beside: Any) -> html.Div | None:
    if one is None:
        return None
    label = html.P(one.label, className="label")
    kept = [html.Span(part) for part in beside if part is not None]
    return html.Div([button(one, look="big"), html.Div(kept, className="beside"), label], className="duty")


def _said(one: Number | None, words: str) -> html.Button | None:
    """Return a number with its words; nothing where it is not known."""
    if one is None or one.value is None:
        return None
    loud = "loud" if words == "overdue" and one.value else ""
    return button(one, [html.B(shown(one)), f" {words}"], f"told {loud}".strip())


def _reasons_for_no(decided: Number | None) -> Any:
    found = decided.detail.get("rejections") if decided else None
    if not decided or not isinstance(found, Mapping) or not found:
        return None
    most = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:REASONS]
    words = ", ".join(f"{reason} {count:,}" for reason, count in most)
    told = f"reasons for a no: {words}"
    return html.Span(button(decided, told, "told", told), className="grows", **marks(data_clip="reasons"))
