"""The first line: who, when, how fresh, by which agreement; and the shared goal under it."""

from typing import Any

from dash import html

from dashboard.board import Board
from dashboard.drawing.bar import bar
from dashboard.drawing.marks import marks
from dashboard.drawing.numbers import button, gap_either_way, reasons
from dashboard.number import Number


def header(board: Board) -> list[Any]:
    """Return the first line.

    The words on freshness are put in by the browser, which alone knows how old its picture is.
    """
    agreement = f"agreement {board.agreement}" if board.agreement else "no agreement in force"
    return [
        html.H1(board.company),
        html.P(
            html.Button(
                moment(board), type="button", className="number", **marks(data_open="travel", aria_haspopup="dialog")
            ),
            className="moment",
        ),
        html.P(className="freshness", **marks(data_opaque="freshness")),
        html.P(agreement, className="agreement"),
    ]


def moment(board: Board) -> str:
    """Return the week, the day and the time of a board, as people say them."""
    at, week = board.as_of, board.week.partition("-W")[2].lstrip("0")
    return f"Week {week} · {at:%A} {at.day} {at:%B} {at.year} · {at:%H:%M}"


def goal(board: Board) -> list[Any]:
    """Return the shared goal: done of target, owed, the gap, how likely it is, and a bar."""
    mine = {name: board.numbers.get(f"goal.month.{name}") for name in ("target", "done", "owed", "gap", "projection")}
    done = mine["done"]
    return [
        html.H2("Our goal"),
        html.Div(
            [
                html.Span(caption(done, board), className="label"),
                html.Span([button(done, look="big"), " of ", button(mine["target"], look="middle")], className="of"),
                html.Span(["owed ", button(mine["owed"])]) if mine["owed"] else None,
                _gap(mine["gap"], mine["owed"]),
                chance(mine["projection"]),
                reasons([mine["done"], mine["target"]]),
            ],
            className="line",
        ),
        bar(done, mine["target"], mine["owed"]),
    ]


def _gap(gap: Number | None, owed: Number | None) -> html.Span | None:
    if gap is None or gap.value is None:
        return None
    unmarked = ["gap "] if gap.status in (None, "no verdict") else []
    return html.Span([*unmarked, button(gap, gap_either_way(gap, owed, marked=True))])


def caption(one: Number | None, board: Board) -> str:
    """Return what a number counts, in which currency: the part of its label before the colon."""
    if one is None:
        return ""
    what = one.label.partition(":")[0]
    return f"{what}, {board.currency}" if one.unit == "money" else what


def chance(projection: Number | None) -> html.Button | None:
    """Return how many past periods would have reached the target from here; nothing without enough of them."""
    if projection is None or projection.value is None:
        return None
    reached, of = projection.detail.get("reached"), projection.detail.get("of")
    if reached is None or not of:
        return None
    told = f"{reached} of {of} reached it"
    return button(projection, told, "quiet", told)
