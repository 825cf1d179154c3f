"""What a number says when it is opened: its meaning, its formula, what was left out, who judged it, how old it is."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from dashboard.board import Board
from dashboard.drawing.numbers import shown
from dashboard.number import Number
from dashboard.terms import anchor
from dashboard.theme import SHAPES, tone
from dashboard.words import moment, plain

UNITS = {"leads": "leads", "customers": "customers", "deals": "deals", "hours": "", "share": ""}


def openings(board: Board) -> dict[str, dict[str, Any]]:
    """Return what every number of the board says when it is opened, by its name."""
    return {one.name: opening(board, one) for one in board.numbers.values()}


def ages(board: Board) -> dict[str, Any]:
    """Return the three ages: of each table its newest event and its last load, and when all was last read."""
    tables = [
        {"table": one.table, "newest_event": _at(one.newest_event, board), "last_load": _at(one.last_load, board)}
        for one in board.ages
    ]
    return {"tables": tables, "last_poll": _at(board.polled_at, board)}


def opening(board: Board, one: Number) -> dict[str, Any]:
    """Return what one number says when it is opened."""
    age = board.age(one.tables)
    return {
        "label": one.label,
        "shown": shown(one),
        "unit": board.currency if one.unit == "money" else UNITS[one.unit],
        "status": one.status,
        "shape": SHAPES[one.status] if one.status else None,
        "tone": tone(one.status),
        "reason": one.reason if one.value is None else "",
        "definition": one.definition,
        "term": anchor(one.definition),
        "formula": one.formula,
        "numerator": _part(one.numerator),
        "denominator": _part(one.denominator),
        "left_out": [[reason, f"{count:,}"] for reason, count in one.left_out.items()],
        "agreement": one.agreement,
        "ages": {"newest_event": _at(age.newest_event, board), "last_load": _at(age.last_load, board)},
        "tables": list(one.tables),
        "rows": one.rows is not None,
        "parts": [part for part in one.parts if part in board.numbers],
    }


def _part(value: Fraction | None) -> str | None:
    return None if value is None else plain(value)


def _at(instant: datetime | None, board: Board) -> str | None:
    return moment(instant.astimezone(board.as_of.tzinfo), board.as_of) if instant else None
