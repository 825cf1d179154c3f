"""A question put to the rows of a warehouse: which of them offend; the count and the examples both come from it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    case,
    func,
    select,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import visitors

from queries.contract.finding import Example, Finding, Level
from queries.contract.known import known, rows_known
from queries.contract.screens import of_columns, of_table
from queries.contract.shape import Warehouse, reason

EXAMPLES = 3
LONGEST_EXAMPLE = 80


@dataclass(frozen=True, eq=False)
class Question:
    """A condition that no row of ``table`` may meet, and what it means when one does.

    ``columns`` are those of the contract it is about, the one at fault first. ``source`` is what the condition is
    asked of where that is more than the table (a join); ``ids`` and ``values`` what an example shows of a row where
    that is not the table's key and ``columns``.
    """

    level: Level
    columns: tuple[Column[Any], ...]
    where: ColumnElement[bool]
    sentence: str
    remedy: str
    source: FromClause | None = None
    ids: tuple[ColumnElement[Any], ...] | None = None
    values: tuple[ColumnElement[Any], ...] | None = None

    @property
    def table(self) -> Table:
        """Return the table whose rows offend."""
        return self.columns[0].table

    @property
    def asked_of(self) -> FromClause:
        """Return what the condition is asked of."""
        return self.table if self.source is None else self.source


class Asked(NamedTuple):
    """A question with the id of the rule that put it."""

    rule: str
    question: Question

    @property
    def name(self) -> str:
        """Return the name by which its finding is asked for: the rule, the table, and the columns it compares."""
        shown = self.question.columns if self.question.values is None else self.question.values
        return f"{self.rule}:{self.question.table.name}.{'-'.join(str(one.key) for one in shown)}"


def offending(question: Question, here: Warehouse) -> Select[Any]:
    """Return the query for the offending rows: first the parts of their id, then their values, as the engine has them.

    The caller bounds and orders it; values are read without any conversion, since they may be of any kind.
    """
    ids = here.ids(question.table) if question.ids is None else question.ids
    values = [known(one, here) for one in (question.columns if question.values is None else question.values)]
    shown: list[ColumnElement[Any]] = [type_coerce(one, Text).label(f"id_{place}") for place, one in enumerate(ids)]
    shown += [type_coerce(one, Text).label(f"value_{place}") for place, one in enumerate(values)]
    return select(*shown).select_from(question.asked_of).where(condition(question, here))


def condition(question: Question, here: Warehouse) -> ColumnElement[bool]:
    """Return what an offending row meets, of what was known by the moment that is asked about."""
    if here.known_by is None or isinstance(question.source, Subquery):
        return question.where
    return and_(known(question.where, here), rows_known(question.table, here))


def answers(connection: Connection, here: Warehouse, asked: Iterable[Asked]) -> Iterator[Finding]:
    """Yield a finding for each question that some row answers; questions of one source share one pass over its rows.

    A table that cannot be read after all (a view whose cast fails) is one finding, and no join with it is tried.
    """
    passes: dict[FromClause, list[Asked]] = defaultdict(list)
    for one in asked:
        passes[one.question.asked_of].append(one)
    broken: set[str] = set()
    for source in sorted(passes, key=lambda source: not isinstance(source, Table)):
        if broken & _tables_of(source):
            continue
        try:
            with connection.begin_nested():
                yield from list(_answered(connection, here, source, passes[source]))
        except DBAPIError as failed:
            table = passes[source][0].question.table
            broken.add(table.name)
            yield cannot_be_read(table, reason(failed))


def _tables_of(source: FromClause) -> set[str]:
    return {part.name for part in visitors.iterate(source) if isinstance(part, Table)}


def cannot_be_read(table: Table, why: str) -> Finding:
    """Return the finding that ``table`` is there and yet cannot be read."""
    return Finding(
        "unreadable",
        Level.FAULT,
        table.name,
        "",
        0,
        (),
        f"{table.name} is there but cannot be read: {why}",
        "correct the view or the role's rights, then check again; nothing else is known about this table",
        of_table(table.name),
    )


def _answered(
    connection: Connection, here: Warehouse, source: FromClause, together: Sequence[Asked]
) -> Iterator[Finding]:
    found = counts(connection, source, [condition(one.question, here) for one in together])
    for one, rows in zip(together, found, strict=True):
        if rows:
            yield finding(connection, here, one, rows)


def counts(connection: Connection, source: FromClause, conditions: Sequence[ColumnElement[bool]]) -> list[int]:
    """Return how many rows of ``source`` meet each of ``conditions``, in one pass over them."""
    if len(conditions) == 1:
        return [connection.scalar(select(func.count()).select_from(source).where(conditions[0])) or 0]
    each = [func.count(case((one, 1))).label(f"count_{place}") for place, one in enumerate(conditions)]
    return list(connection.execute(select(*each).select_from(source)).one())


def finding(connection: Connection, here: Warehouse, asked: Asked, rows: int) -> Finding:
    """Return what is to be said of so many offending rows, with a few of them."""
    question = asked.question
    return Finding(
        asked.rule,
        question.level,
        question.table.name,
        question.columns[0].name,
        rows,
        _examples(connection, question, here) if rows else (),
        question.sentence,
        question.remedy,
        of_columns(question.columns[:1]),
        asked.name,
    )


def _examples(connection: Connection, question: Question, here: Warehouse) -> tuple[Example, ...]:
    rows = connection.execute(offending(question, here).limit(EXAMPLES)).all()
    return tuple(sorted((_example(row) for row in rows), key=lambda one: one.id))


def _example(row: Row[Any]) -> Example:
    """Return a row of ``offending`` as an example; its values joined, None when all of them are empty."""
    ids = [_short(value) for name, value in row._mapping.items() if name.startswith("id_")]
    values = [value for name, value in row._mapping.items() if name.startswith("value_")]
    shown = None if all(value is None for value in values) else " / ".join(_short(value) for value in values)
    return Example(" / ".join(ids), shown)


def _short(value: object) -> str:
    text = "(empty)" if value is None else str(value)
    return text if len(text) <= LONGEST_EXAMPLE else text[: LONGEST_EXAMPLE - 1] + "…"
