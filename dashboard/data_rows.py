"""The rows of a finding, as the warehouse holds them: their ids, the values at fault, and the way to their record."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Select, Subquery, Text, func, select, type_coerce

from dashboard.exports import Heading
from queries.columns import Instant
from queries.contract import offending
from queries.contract.question import Question, condition
from queries.contract.shape import Warehouse

AT_ONCE = 2000
LONGEST = 1000
"""A cell is shown no longer than this."""
BESIDE = ("label", "url")
"""What is shown beside a row where its table has it: what people call it, and the record in the CRM."""


class Rows(NamedTuple):
    """The rows behind one finding, ordered by id."""

    question: Question
    here: Warehouse
    query: Select[Any]
    beside: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Return what is the matter with them."""
        return self.question.sentence

    def total(self, connection: Connection) -> int:
        """Return how many there are now."""
        asked = select(func.count()).select_from(self.question.asked_of).where(condition(self.question, self.here))
        return connection.scalar(asked) or 0

    def page(self, connection: Connection, start: int, count: int) -> list[dict[str, Any]]:
        """Return some of them."""
        found = connection.execute(self.query.offset(start).limit(count))
        return [{name: _short(one) for name, one in _row(row).items()} for row in found.mappings()]

    def every(self, connection: Connection) -> Iterator[dict[str, Any]]:
        """Yield all of them, read some at a time."""
        found = connection.execution_options(yield_per=AT_ONCE).execute(self.query)
        for row in found.mappings():
            yield _row(row)


def rows(question: Question, here: Warehouse) -> Rows:
    """Return the rows that answer a question in a warehouse."""
    query = offending(question, here)
    order = [one for one in query.selected_columns if str(one.key).startswith("id_")]
    beside: tuple[str, ...] = ()
    if not isinstance(question.asked_of, Subquery):
        beside = tuple(name for name in BESIDE if name in question.table.c and here.held(question.table.c[name]))
    query = query.add_columns(*(type_coerce(question.table.c[name], Text).label(name) for name in beside))
    return Rows(question, here, query.order_by(*order), beside)


def headings(found: Rows) -> list[Heading]:
    """Return the columns of the rows: the id, the values at fault, and what stands beside them."""
    question = found.question
    ids = found.here.ids(question.table) if question.ids is None else question.ids
    values = question.columns if question.values is None else question.values
    told = [Heading(f"id_{at}", str(one.key)) for at, one in enumerate(ids)]
    told += [Heading(f"value_{at}", _label(one)) for at, one in enumerate(values)]
    return [*told, *(Heading(name, name) for name in found.beside)]


def _label(one: Any) -> str:
    return f"{one.key} (UTC)" if isinstance(one.type, Instant) else str(one.key)


def _row(row: RowMapping) -> dict[str, Any]:
    return {str(name): _cell(one) for name, one in row.items()}


def _cell(value: Any) -> Any:
    """Return a value as engines of every kind would show it: instants to the second, where that says it all."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}" if not value.microsecond else f"{value:%Y-%m-%d %H:%M:%S.%f}"
    if isinstance(value, date):
        return value.isoformat()
    return value.removesuffix(".000000") if isinstance(value, str) and len(value) == 26 else value


def _short(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return f"{len(value):,} bytes"
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… ({len(value):,} characters)"
    return str(value) if isinstance(value, Decimal) else value
