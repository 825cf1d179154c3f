"""Values from another file, found by an id; and conditions on a row, which may look there too."""

from collections.abc import Callable, Sequence
from pathlib import Path

from queries.load.faults import FileWrong, RepeatedId
from queries.load.files import Rows, found
from queries.load.mapping import Condition, Filling, Join, Mapping, looks_elsewhere

Row = list[str]


class Joins:
    """Every file that others look into, read once when first needed, with only the columns that are asked for."""

    def __init__(self, mapping: Mapping, folder: Path) -> None:
        self.mapping, self.folder = mapping, folder
        self.wanted: dict[str, dict[str, int]] = {}
        self.held: dict[str, dict[str, tuple[str, ...]]] = {}
        for feed in mapping.feeds:
            for join, column in looks_elsewhere(feed):
                columns = self.wanted.setdefault(join.model_dump_json(), {})
                columns.setdefault(column, len(columns))

    def looked_up(self, join: Join, column: str) -> Callable[[str], str]:
        """Return the function from an id to the other file's value; an id that is not there gives ''."""
        name = join.model_dump_json()
        if name not in self.held:
            self.held[name] = self._read(join, list(self.wanted[name]))
        rows, place = self.held[name], self.wanted[name][column]

        def value(one: str) -> str:
            row = rows.get(one)
            return row[place] if row else ""

        return value

    def _read(self, join: Join, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the wanted columns of the other file's rows by id."""
        rows: dict[str, tuple[str, ...]] = {}
        lines: dict[str, str] = {}
        for path in found(join.file, self.mapping.files[join.file], self.folder):
            with Rows(path, self.mapping.files[join.file]) as file:
                self._take(join, columns, file, rows, lines)
        return rows

    def _take(
        self, join: Join, columns: Sequence[str], file: Rows, rows: dict[str, tuple[str, ...]], lines: dict[str, str]
    ) -> None:
        """Add one file's rows to ``rows``, and where each stands to ``lines``."""
        theirs, places = file.place(join.theirs), [file.place(one) for one in columns]
        holds = all_hold(join.where, file, self)
        for line, cells in file:
            if len(cells) < len(file.header):
                raise FileWrong(f"{file.path.name}, line {line}: has {len(cells)} cells, the header {len(file.header)}")
            name = cells[theirs].strip()
            if not name or not holds(cells):
                continue
            row = tuple(cells[place].strip() for place in places)
            before = rows.get(name)
            if before is not None and before != row and join.repeats == "refuse":
                raise RepeatedId(
                    f"{file.path.name}, line {line}: {join.theirs} '{name}' stands in {lines[name]} too, but differs; "
                    'correct one of them, or say in the join which counts with repeats = "first" or "last"'
                )
            if before is None or join.repeats == "last":
                rows[name], lines[name] = row, f"{file.path.name}, line {line}"


def cell(part: Condition | Filling, file: Rows, joins: Joins) -> Callable[[Row], str]:
    """Return the function from a row to the stripped text of the column ``part`` names, here or in another file."""
    if part.join is None:
        place = file.place(part.column or "")
        return lambda row: row[place].strip()
    ours, value = file.place(part.join.ours), joins.looked_up(part.join, part.column or "")
    return lambda row: value(row[ours].strip())


def all_hold(conditions: Sequence[Condition], file: Rows, joins: Joins) -> Callable[[Row], bool]:
    """Return the function that says whether all conditions hold for a row."""
    tests = [_holds(one, file, joins) for one in conditions]
    if len(tests) == 1:
        return tests[0]
    return lambda row: all(test(row) for test in tests)


def _holds(condition: Condition, file: Rows, joins: Joins) -> Callable[[Row], bool]:
    """Return the test of one condition."""
    text = cell(condition, file, joins)
    if condition.blank is not None:
        words, wanted = blanks(file, joins.mapping), condition.blank
        return lambda row: (text(row).casefold() in words) == wanted
    values = condition.is_ if condition.is_ is not None else condition.is_not
    words = frozenset(one.casefold() for one in ([values] if isinstance(values, str) else values or []))
    wanted = condition.is_ is not None
    return lambda row: (text(row).casefold() in words) == wanted


def blanks(file: Rows, mapping: Mapping, more: Sequence[str] = ()) -> frozenset[str]:
    """Return every word that means 'unknown' in a file, the empty text among them."""
    return frozenset(word.strip().casefold() for word in ("", *mapping.blank, *file.file.blank, *more))
