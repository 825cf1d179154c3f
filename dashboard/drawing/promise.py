"""One side's promise: where it stands, its course, today, and its parts. Both sides are drawn by the same hands."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dash import html

from dashboard import theme
from dashboard.board import Board
from dashboard.drawing import course as figure
from dashboard.drawing.cells import cells
from dashboard.drawing.header import caption, chance
from dashboard.drawing.marks import marks
from dashboard.drawing.numbers import button, gap_either_way, key_figure, reasons, shown, stat, verdict
from dashboard.drawing.parts import parts
from dashboard.number import Number, Unit
from dashboard.words import figure as as_figure


def marketing(board: Board) -> list[Any]:
    """Return marketing's promise: the month's leads, today's, by source, and fit × interest."""
    return [
        *standing(board, "marketing", "marketing.month"),
        _today(board, "marketing"),
        html.Div(
            [
                parts(
                    board,
                    board.sources,
                    "By source, each against its share",
                    "No source has a share or leads this month.",
                ),
                cells(board),
            ],
            className="below",
        ),
    ]


def sales(board: Board) -> list[Any]:
    """Return sales' promise: the week's bookings, today's, by team or rep, and what can still close."""
    title = "By rep, each against the quota" if _by_rep(board) else "By team, each against its quota"
    return [
        *standing(board, "sales", "sales.week"),
        _today(board, "sales"),
        html.Div(
            [parts(board, board.sellers, title, "No team has a quota or bookings this week."), _can_close(board)],
            className="below",
        ),
    ]


def _by_rep(board: Board) -> bool:
    return any(one.prefix.startswith("sales.rep.") for one in board.sellers)


def standing(board: Board, side: theme.Side, prefix: str) -> list[Any]:
    """Return the head, the key figure with what is owed, and the course of one side."""
    mine = {name: board.numbers.get(f"{prefix}.{name}") for name in ("target", "done", "owed", "gap", "pace")}
    done = mine["done"]
    course = board.marketing if side == "marketing" else board.sales
    return [
        html.Header(
            [
                html.H2(side.capitalize()),
                html.P(caption(done, board), className="label"),
                button(done, verdict(done.status), "judged") if done and done.status else None,
            ]
        ),
        html.Div(
            [
                html.P([key_figure(done), html.Span([" of ", button(mine["target"], look="middle")], className="of")]),
                html.Div(_stats(mine), className="stats"),
            ],
            className="key",
        ),
        html.Div(
            [
                reasons(mine.values()),
                html.Div(
                    className="figure", role="img", **marks(data_figure=side, aria_label=figure.told(course, side))
                ),
            ],
            className="course",
        ),
    ]


def _stats(mine: Mapping[str, Number | None]) -> list[Any]:
    gap = mine["gap"]
    return [
        stat("owed by now", button(mine["owed"], look="middle")),
        stat("gap", button(gap, gap_either_way(gap, mine["owed"]), "middle")),
        stat("pace", button(mine["pace"], look="middle")),
    ]


def _today(board: Board, side: theme.Side) -> html.Div:
    numbers = board.numbers
    if side == "marketing":
        inside = _marketing_today(numbers.get("marketing.today.done"), numbers.get("marketing.today.target"))
        prefix = "marketing.month"
    else:
        inside = _sales_today(board)
        prefix = "sales.week"
    likely = chance(numbers.get(f"{prefix}.projection"))
    return html.Div(
        [
            html.H3("Today"),
            *inside,
            html.Span(className="spring"),
            _required(numbers.get(f"{prefix}.required_a_day"), "month" if side == "marketing" else "week"),
            likely,
        ],
        className="today",
    )


def _marketing_today(done: Number | None, target: Number | None) -> list[Any]:
    if done is None:
        return []
    to_go = target.value - done.value if target and target.value and done.value is not None else None
    words = "" if to_go is None else _to_go(to_go, done.unit) if to_go > 0 else "met"
    return [
        html.Span([button(done, look="strong"), *([" of ", button(target)] if target and target.value else [])]),
        html.Span(words, className="quiet") if words else None,
    ]


def _to_go(value: Fraction, unit: Unit) -> str:
    words = as_figure(value, unit)
    return f"{'less than one' if words == '0' else words} to go"


def _sales_today(board: Board) -> list[Any]:
    done, same = (board.numbers.get(f"sales.today.{name}") for name in ("done", "previous"))
    return [
        button(done, look="strong"),
        button(same, f"last {board.as_of:%A} by now {shown(same)}", "quiet") if same else None,
    ]


def _required(required: Number | None, period: str) -> html.Button | None:
    """Return what each day left must bring; within the last day, a rate a day says nothing, so what is still to go."""
    if required is None or not required.value:
        return None
    if required.denominator is not None and required.denominator < 1:
        return button(required, f"{as_figure(required.numerator, required.unit)} to go this {period}")
    return button(required, f"{shown(required)} a day needed")


def _can_close(board: Board) -> html.Div:
    names = {
        "pipeline": "can still close",
        "coverage": "of what is missing",
        "previous": "last week by now",
    }
    found = [(board.numbers.get(f"sales.week.{name}"), words) for name, words in names.items()]
    rows = [_fact(one, words) for one, words in found if one is not None]
    return html.Div([html.H3("This week"), *rows, reasons(one for one, _ in found)], className="aside")


def _fact(one: Number, words: str) -> html.Div:
    return html.Div([button(one, look="middle"), html.Span(words, className="label")], className="fact")
