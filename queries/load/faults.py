"""What a load refuses, and how a cell that cannot be read travels until somebody knows its file and line."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from queries.faults import Refused

SHOWN = 80
"""Characters of a bad value that are shown; a cell can hold a whole letter."""


class MappingWrong(Refused):
    """The mapping cannot be followed; correct the key that is named."""


class FileWrong(Refused):
    """A file cannot be read as the mapping describes it; correct one or the other."""


class RowWrong(Refused):
    """A row holds a value that cannot be what the mapping says; correct it, map it, or set it aside."""


class RepeatedId(Refused):
    """Two rows of one load claim the same id; say in the mapping which one wins."""


class Unfit(Exception):
    """A cell that cannot be read: its column, its value, what is wrong, and what to do. Its line is not known yet."""

    def __init__(self, column: str, value: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason, self.remedy = column, value, reason, remedy


def row_wrong(path: Path, line: int, unfit: Unfit) -> RowWrong:
    """Return what is said about one bad row: file, line, column, value, reason and remedy."""
    where = f"{path.name}, line {line}" + (f", column '{unfit.column}'" if unfit.column else "")
    return RowWrong(
        f"{where}: {shown(unfit.value)} {unfit.reason}; {unfit.remedy}, or set bad rows aside with --set-aside FILE"
    )


def shown(value: str) -> str:
    """Return a value as it is quoted in an error: control characters visible, never longer than a line.

    >>> shown("31.02.2018")
    "'31.02.2018'"
    """
    return repr(value if len(value) <= SHOWN else value[:SHOWN] + "…")


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the remedy for a name that is not known: the nearest one, or all there are.

    >>> nearest("colum", ["column", "constant"])
    "did you mean 'column'?"
    >>> nearest("zzz", ["column", "constant"])
    'known: column, constant'
    """
    near = get_close_matches(word, known, n=1, cutoff=0.75)
    return f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
