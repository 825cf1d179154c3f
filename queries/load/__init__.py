"""CSV files, as companies really export them, into the contract's tables, by a documented mapping.

``mapping`` is the language of the mapping file, ``run.load`` does the work; everything between is one step each: the
file as numbered rows, a cell as a value, a row as a contract row, rows waiting beside the warehouse, and the one
transaction in which they go in.
"""

from queries.load.faults import FileWrong, MappingWrong, RepeatedId, RowWrong
from queries.load.mapping import Mapping, read_mapping
from queries.load.run import Loaded, Progress, load

__all__ = [
    "FileWrong",
    "Loaded",
    "Mapping",
    "MappingWrong",
    "Progress",
    "RepeatedId",
    "RowWrong",
    "load",
    "read_mapping",
]
