"""What the check says: one finding, in words, with its rows counted and a few of them shown."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How bad a finding is: a ``fault`` breaks what the board needs, a ``remark`` is worth knowing."""

    FAULT = "fault"
    REMARK = "remark"


class Example(NamedTuple):
    """One offending row: its id (the parts of a longer key joined by `` / ``) and what stands in the column."""

    id: str
    value: str | None


class Finding(NamedTuple):
    """One thing in the warehouse that is not as the contract says, what it breaks, and what to do about it."""

    rule: str
    level: Level
    table: str
    column: str
    """The column at fault; empty when the finding is about the table as a whole."""
    rows: int
    """How many rows offend; 0 when no row is counted (a column is missing)."""
    examples: tuple[Example, ...]
    sentence: str
    remedy: str
    screens: tuple[str, ...]
    name: str = ""
    """By which the finding, and all of its rows, can be asked for again."""


def holds(found: Iterable[Finding]) -> bool:
    """Return whether the board can work with this warehouse: remarks do not matter, one fault does.

    >>> holds([])
    True
    """
    return all(one.level is not Level.FAULT for one in found)
