"""Fit × interest: the nine cells in which sales-ready leads lie, and what was agreed for them."""

from typing import Any

from dash import html

from dashboard.board import Board, Cell
from dashboard.drawing.numbers import button
from dashboard.words import many

STEPS = ("high", "medium", "low")


def cells(board: Board) -> html.Div:
    """Return the nine cells as a small table, fit downwards and interest across."""
    by_place = {(one.fit, one.interest): one for one in board.cells}
    rated = sum(one.leads for place, one in by_place.items() if set(place) <= set(STEPS))
    title = html.H3("Fit × interest, down × across")
    if not rated:
        return html.Div([title, html.P("No lead of this month has both rated.", className="reason")], className="aside")
    head = html.Tr([html.Td(), *(html.Th(step, scope="col") for step in STEPS)])
    rows = [
        html.Tr([html.Th(fit, scope="row"), *(_cell(board, by_place.get((fit, one))) for one in STEPS)])
        for fit in STEPS
    ]
    caption = html.Caption("Fit downwards, interest across", className="unseen")
    table = html.Table([caption, html.Thead(head), html.Tbody(rows)], className="cells")
    return html.Div([title, table, _unrated(sum(one.leads for one in board.cells) - rated)], className="aside")


def _cell(board: Board, cell: Cell | None) -> html.Td:
    if cell is None:
        return html.Td("0", className="quiet")
    look = "now" if "now" in cell.advice else ""
    one = board.numbers[f"marketing.cell.{cell.fit}.{cell.interest}"]
    return html.Td(button(one), className=look or None, title=cell.advice)


def _unrated(leads: int) -> Any:
    return html.P(f"{many(leads, 'lead')} not rated", className="quiet") if leads else None
