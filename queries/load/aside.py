"""The file of rows that could not be read: each as it stood, with its file, line, column, value and reason."""

import csv
from io import StringIO
from pathlib import Path
from types import TracebackType

from queries.load.faults import FileWrong, Unfit
from queries.load.mapping import File

HEADER = ("file", "line", "table", "column", "value", "reason", "row")


class Aside:
    """Bad rows on their way into a CSV file; it appears under its name only when the load is done."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_name(f"{path.name}.part")
        try:
            self.file = self.part.open("w", encoding="utf-8", newline="")
        except OSError as failed:
            raise FileWrong(
                f"{path}: cannot be written ({failed.strerror}); name another file with --set-aside"
            ) from None
        self.writer = csv.writer(self.file)
        self.writer.writerow(HEADER)

    def __enter__(self) -> "Aside":
        return self

    def add(self, path: Path, line: int, table: str, bad: Unfit, cells: list[str], file: File) -> None:
        """Add one bad row, with its cells written as they were in its file."""
        row = StringIO()
        csv.writer(row, delimiter=file.delimiter, quotechar=file.quote, lineterminator="").writerow(cells)
        self.writer.writerow((path.name, line, table, bad.column, bad.value, bad.reason, row.getvalue()))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()
        if kind is None:
            self.part.replace(self.path)
        else:
            self.part.unlink()
