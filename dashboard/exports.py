"""Rows as files: CSV and XLSX that no spreadsheet can be made to run, with numbers that are still numbers."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from math import isfinite
from typing import Any, NamedTuple

from xlsxwriter import Workbook

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
"""A text that begins with one of these is written with an apostrophe before it; the apostrophe itself, to be undone."""
LONGEST_CELL = 32_767
"""A spreadsheet's cell holds no more characters."""
MOST_SHEET_ROWS = 1_048_000


class Heading(NamedTuple):
    """A column of the file: the name of its cells, and what stands above it."""

    name: str
    label: str


class Counted(Iterable[Mapping[str, Any]]):
    """Rows on their way into a file, counted as they go.

    >>> rows = Counted([{"a": 1}, {"a": 2}])
    >>> len(list(rows)), rows.many
    (2, 2)
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows, self.many = rows, 0

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Yield each row."""
        for one in self._rows:
            self.many += 1
            yield one


def harmless(text: str) -> str:
    """Return ``text`` as a spreadsheet takes it for nothing but text.

    >>> harmless("=1+1"), harmless("-4 leads"), harmless("'tis"), harmless("Acme")
    ("'=1+1", "'-4 leads", "''tis", 'Acme')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def cell(value: Any, zone: tzinfo) -> Any:
    """Return a value as a file holds it: numbers as they are, instants in the company's time, text harmless.

    >>> from datetime import UTC
    >>> cell(Decimal("-4.50"), UTC), cell(None, UTC), cell(datetime(2026, 11, 20, 9, tzinfo=UTC), UTC)
    (Decimal('-4.50'), '', '2026-11-20 09:00:00')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int | float | Decimal) and isfinite(value):
        return value
    return harmless(str(value).replace("\x00", "�"))


def as_csv(headings: Sequence[Heading], rows: Iterable[Mapping[str, Any]], zone: tzinfo) -> Iterator[bytes]:
    """Yield the bytes of a CSV file in UTF-8, with the mark by which spreadsheets know it, some rows at a time."""
    text = io.StringIO(newline="")
    # every text in quotes: a semicolon in one would else begin a cell where lists are separated by it
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    text.write("\ufeff")
    writer.writerow([one.label for one in headings])
    for number, row in enumerate(rows):
        writer.writerow([cell(row[one.name], zone) for one in headings])
        if number % 1000 == 999:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    found = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return found


def as_xlsx(
    headings: Sequence[Heading], rows: Iterable[Mapping[str, Any]], zone: tzinfo, words: Sequence[str]
) -> bytes:
    """Return the bytes of an XLSX file: the rows on one sheet, what they are on another, line by line."""
    file = io.BytesIO()
    told = {"in_memory": False, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, told | {"strings_to_numbers": False}) as book:
        sheet, bold = book.add_worksheet("Rows"), book.add_format({"bold": True})
        for column, one in enumerate(headings):
            sheet.write_string(0, column, one.label, bold)
        for line, row in enumerate(rows, 1):
            if line > MOST_SHEET_ROWS:
                break
            for column, one in enumerate(headings):
                _write(sheet, line, column, cell(row[one.name], zone))
        about = book.add_worksheet("About")
        for line, said in enumerate(words):
            about.write_string(line, 0, harmless(said)[:LONGEST_CELL])
    return file.getvalue()


def _write(sheet: Any, line: int, column: int, value: Any) -> None:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(line, column, value)
    elif value != "":
        sheet.write_string(line, column, _writable(str(value))[:LONGEST_CELL])


def _writable(text: str) -> str:
    """Return ``text`` without what XML cannot hold: lone surrogates."""
    return text.encode("utf-8", "replace").decode()
