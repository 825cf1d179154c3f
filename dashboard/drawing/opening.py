"""What a number says when it is opened: its meaning, its formula, what was left out, who judged it, how old it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Protocol

from dashboard.board import Age, age
from dashboard.drawing.numbers import shown
from dashboard.number import Number
from dashboard.terms import anchor
from dashboard.theme import SHAPES, tone
from dashboard.words import moment, plain

UNITS = {"leads": "leads", "customers": "customers", "deals": "deals", "hours": "", "share": ""}


class Opens(Protocol):
    """A value whose numbers open: a board, or a rep's day."""

    @property
    def as_of(self) -> datetime:
        """The moment of the numbers, in the company's time zone."""

    @property
    def currency(self) -> str:
        """What money is counted in."""

    @property
    def ages(self) -> Sequence[Age]:
        """How recent each table is."""

    @property
    def numbers(self) -> Mapping[str, Number]:
        """Every number of it."""


def openings(board: Opens) -> dict[str, dict[str, Any]]:
    """Return what every number of the board says when it is opened, by its name."""
    found = list(board.numbers.values())
    aged = {tables: _aged(board, tables) for tables in {one.tables for one in found}}
    told = {one.name: opening(board, one) | {"ages": aged[one.tables]} for one in found}
    return {name: one | {"parts": [part for part in one["parts"] if part in told]} for name, one in told.items()}


def ages(board: Opens, polled_at: datetime) -> dict[str, Any]:
    """Return the three ages: of each table its newest event and its last load, and when all was last read."""
    tables = [
        {"table": one.table, "newest_event": _at(one.newest_event, board), "last_load": _at(one.last_load, board)}
        for one in board.ages
    ]
    return {"tables": tables, "last_poll": _at(polled_at, board)}


def opening(board: Opens, one: Number) -> dict[str, Any]:
    """Return what one number says when it is opened, but for its age."""
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
        "tables": list(one.tables),
        "rows": one.rows is not None,
        "parts": list(one.parts),
    }


def _aged(board: Opens, tables: Sequence[str]) -> dict[str, str | None]:
    found = age(board.ages, tables)
    return {"newest_event": _at(found.newest_event, board), "last_load": _at(found.last_load, board)}


def _part(value: Fraction | None) -> str | None:
    return None if value is None else plain(value)


def _at(instant: datetime | None, board: Opens) -> str | None:
    return moment(instant.astimezone(board.as_of.tzinfo), board.as_of) if instant else None
