"""A warehouse that tests fill again and again, and the board and its twin asked about the same moment."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import delete, insert
from sqlalchemy.engine import URL, Engine

from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.reckon import board
from queries import tables, warehouse
from tests.twin import plain
from tests.twin.compare import differences, rounded
from tests.twin.little import Little
from tests.twin.rows import Row, Rows
from tests.twin.told import Numbers
from tests.twin.twin import numbers

POLLED = datetime(2030, 1, 1, tzinfo=UTC)


class Beside:
    """A warehouse's board beside the twin of its rows."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self.writer, self.reader = writer, reader

    def differences(self, company: str, agreement: str, told: Numbers, as_of: datetime) -> list[str]:
        """What the board says otherwise as of a moment than its twin has told."""
        with warehouse.reading(self.reader) as connection:
            shown = board(connection, company_of(company), agreement_of(agreement), as_of, POLLED, True)
        return differences(shown.numbers, told)

    def fill(self, rows: dict[str, list[Row]]) -> None:
        """Replace all rows."""
        with self.writer.begin() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                connection.execute(delete(table))
            for name, some in rows.items():
                if some:
                    connection.execute(insert(tables.metadata.tables[name]), some)

    def differ(self, little: Little) -> list[str]:
        """What board and twin say otherwise about a little company."""
        self.fill(little.tables)
        told = twin(little.company, little.agreement, Rows(little.tables), little.as_of)
        return self.differences(little.company, little.agreement, told, little.as_of)


def twin(company: str, agreement: str, rows: Rows, as_of: datetime) -> Numbers:
    """What the twin tells as of a moment, to be compared with the board of any engine."""
    return rounded(numbers(rows, plain.facts(company), plain.versions(agreement), as_of))


@lru_cache(maxsize=256)
def company_of(text: str) -> Company:
    """A company file as the program reads it; laying out its holidays takes longer than a board."""
    return Company.model_validate(tomllib.loads(text))


@lru_cache(maxsize=4)
def agreement_of(text: str) -> Agreement:
    return Agreement.model_validate(tomllib.loads(text))


@contextmanager
def beside(url: URL) -> Iterator[Beside]:
    """A warehouse with the contract's tables, empty or as it stands."""
    writer, reader = warehouse.writer(url), warehouse.reader(url, 60)
    try:
        warehouse.prepare(writer)
        yield Beside(writer, reader)
    finally:
        writer.dispose()
        reader.dispose()
