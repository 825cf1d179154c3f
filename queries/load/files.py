"""A CSV file as a stream of rows, each with the line of the file on which it begins."""

import csv
import re
from collections.abc import Iterator
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from types import TracebackType

from queries.load.faults import FileWrong, nearest
from queries.load.mapping import File

UNDECODED = re.compile("[\udc80-\udcff]")
"""What Python's ``surrogateescape`` leaves of a byte that the encoding does not know."""


def found(name: str, file: File, folder: Path) -> list[Path]:
    """Return the files that ``[files.<name>]`` means, sorted by name; at least one, or ``FileWrong``."""
    if not folder.is_dir():
        raise FileWrong(f"{folder}: there is no such folder; name the folder of the files with --from")
    named = folder / file.path
    paths = [named] if named.is_file() else sorted(one for one in folder.glob(file.path) if one.is_file())
    if not paths:
        raise FileWrong(
            f"{folder}: holds no file '{file.path}' (files.{name}.path); put it there, "
            "name the right folder with --from, or correct the path"
        )
    return paths


class Rows:
    """One CSV file being read: its header, its size, how far it is read, and its rows as (line, cells).

    Memory holds one row at a time.
    """

    def __init__(self, path: Path, file: File) -> None:
        self.path, self.file = path, file
        self.size = path.stat().st_size
        self.bare = _opened(path)
        self.text = TextIOWrapper(self.bare, file.encoding, errors="surrogateescape", newline="")
        self.pulled = 0
        self.reader = csv.reader(self._lines(), delimiter=file.delimiter, quotechar=file.quote, strict=True)
        try:
            self.header = self._header()
        except BaseException:
            self.text.close()
            raise

    def __enter__(self) -> "Rows":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.text.close()

    @property
    def read(self) -> int:
        """Return how many bytes are read so far."""
        return self.bare.tell()

    def _lines(self) -> Iterator[str]:
        """Yield the physical lines, counted; a byte that is no letter stops the load: all after it is doubtful."""
        try:
            for line in self.text:
                self.pulled += 1
                if "\0" in line or (not line.isascii() and UNDECODED.search(line)):
                    raise self._undecoded(line)
                yield line
        except UnicodeError:
            raise self._undecoded("") from None

    def _undecoded(self, line: str) -> FileWrong:
        """Return what is said about a line that is no text in this encoding."""
        where = f"{self.path.name}, line {self.pulled or 1}"
        wide = self.pulled <= 1 and (line.startswith("\udcff\udcfe") or "\0" in line)
        encoding = self.file.encoding.removesuffix("-sig")
        if "\0" in line:
            return FileWrong(
                f"{where}: holds a NUL byte, so this is no text in {encoding}; "
                'export the file again, or set encoding = "utf-16" if it is that'
            )
        likely = "utf-16" if wide else "cp1252" if encoding == "utf-8" else "utf-8"
        return FileWrong(f'{where}: is not written in {encoding}; set the file\'s encoding, perhaps "{likely}"')

    def _header(self) -> list[str]:
        """Return the column names, stripped."""
        for _ in range(self.file.skip_lines):
            next(self.text, None)
            self.pulled += 1
        for _, cells in self._rows():
            return [cell.strip() for cell in cells]
        raise FileWrong(f"{self.path.name}: is empty, it lacks even a header; export it again")

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield every row that is not a blank line, with the line on which it begins."""
        begins = self.pulled + 1
        try:
            for cells in self.reader:
                if cells and (len(cells) > 1 or cells[0].strip()):
                    yield begins, cells
                begins = self.pulled + 1
        except csv.Error as wrong:
            raise FileWrong(
                f"{self.path.name}, line {begins}: is no CSV ({wrong}); "
                "look for a quotation mark that is not closed or not doubled"
            ) from None

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows under the header."""
        any_row = self.file.may_be_empty
        for line, cells in self._rows():
            any_row = True
            yield line, cells
        if not any_row:
            raise FileWrong(
                f"{self.path.name}: holds a header and no row; export it again, "
                "or set may_be_empty = true for it in the mapping"
            )

    def place(self, column: str) -> int:
        """Return where ``column`` stands in a row. Raises ``FileWrong`` when the header lacks it or has it twice."""
        if self.header.count(column) == 1:
            return self.header.index(column)
        line = self.file.skip_lines + 1
        if column in self.header:
            raise FileWrong(f"{self.path.name}, line {line}: has two columns '{column}'; rename one of them")
        hint = ""
        if len(self.header) == 1 and self.file.delimiter not in self.header[0]:
            hint = f"; is the delimiter '{self.file.delimiter}' right?"
        raise FileWrong(
            f"{self.path.name}, line {line}: has no column '{column}'{hint}; {nearest(column, self.header)} "
            "Correct the mapping or export the column"
        )


def _opened(path: Path) -> BufferedReader:
    """Return a file opened for reading bytes."""
    try:
        return path.open("rb")
    except OSError as failed:
        raise FileWrong(f"{path}: cannot be opened ({failed.strerror}); correct its rights") from None
