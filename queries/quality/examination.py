"""The whole examination of a warehouse: what the check finds, what the measures count, how often week by week."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Date, FromClause, Subquery, Table, and_, bindparam, case, func, select
from sqlalchemy.exc import DBAPIError

from queries.columns import Instant
from queries.contract import Asked, Checked, Finding, asked_of_all, checked, observe
from queries.contract.known import came_to_be, rows_known
from queries.contract.question import Question, condition
from queries.contract.shape import Warehouse, reason
from queries.faults import Refused
from queries.moments import Range
from queries.quality.measure import measures_of, shortcomings


class NoSuchFinding(Refused):
    """The address names nothing that an examination of this warehouse asks about."""


class Examined(NamedTuple):
    """One thing that was found or counted: the finding, what its rows are a part of, and its course by week."""

    finding: Finding
    is_contract: bool
    """Whether the contract forbids it; a measure only counts it."""
    whole: int
    of: str
    parts: tuple[tuple[str, int], ...]
    by_week: tuple[int, ...]
    """Its rows by the week in which they came to be; nothing where no row is counted or dated."""


class Examination(NamedTuple):
    """Everything that one examination found."""

    examined: tuple[Examined, ...]
    rows: dict[str, int]
    """The rows of each table."""
    by_week: dict[str, tuple[int, ...]]
    """The rows of each table that came to be in each week."""


def examine(
    connection: Connection, as_of: datetime, weeks: Sequence[Range], known_by: datetime | None = None
) -> Examination:
    """Return the examination of a warehouse as of a moment, with the course of each finding over ``weeks``.

    ``known_by`` asks about a moment of the past, as in ``queries.contract.findings``.
    """
    found = checked(connection, as_of, known_by)
    rows = {table.name: _rows(connection, table, found.here) for table in found.here.tables()}
    everyday = {name: weekly for name in rows if (weekly := _of_table(connection, found.here, name, weeks))}
    examined = [*_of_contract(connection, found, rows, weeks), *_of_measures(connection, found.here, weeks)]
    return Examination(tuple(examined), rows, everyday)


def _of_contract(
    connection: Connection, found: Checked, rows: dict[str, int], weeks: Sequence[Range]
) -> list[Examined]:
    return [
        Examined(
            one,
            True,
            rows.get(one.table, 0),
            one.table,
            (),
            _course(connection, found.here, found.questions.get(one.name) if one.rows else None, weeks),
        )
        for one in found.findings
    ]


def _of_measures(connection: Connection, here: Warehouse, weeks: Sequence[Range]) -> list[Examined]:
    return [
        Examined(
            one.finding,
            False,
            one.whole,
            one.of,
            one.parts,
            _course(connection, here, one.question if one.finding.rows else None, weeks),
        )
        for one in shortcomings(connection, here)
    ]


def _rows(connection: Connection, table: Table, here: Warehouse) -> int:
    query = select(func.count()).select_from(table).where(rows_known(table, here))
    return _safely(connection, lambda: connection.scalar(query)) or 0


def _of_table(connection: Connection, here: Warehouse, name: str, weeks: Sequence[Range]) -> tuple[int, ...]:
    table = next(one for one in here.tables() if one.name == name)
    return _by_week(connection, here, table, table, rows_known(table, here), weeks)


def _course(
    connection: Connection, here: Warehouse, question: Question | None, weeks: Sequence[Range]
) -> tuple[int, ...]:
    if question is None or isinstance(question.asked_of, Subquery):
        return ()
    return _by_week(connection, here, question.table, question.asked_of, condition(question, here), weeks)


def _by_week(
    connection: Connection,
    here: Warehouse,
    table: Table,
    source: FromClause,
    where: ColumnElement[bool],
    weeks: Sequence[Range],
) -> tuple[int, ...]:
    """Return how many rows came to be in each of the weeks; nothing where nothing sound dates them."""
    born = came_to_be(table, here)
    if born is None or not weeks:
        return ()
    each = [
        func.count(case((and_(born >= _bound(born, one.start), born < _bound(born, one.end)), 1))).label(f"week_{at}")
        for at, one in enumerate(weeks)
    ]
    within = and_(born >= _bound(born, weeks[0].start), born < _bound(born, weeks[-1].end))
    query = select(*each).select_from(source).where(within, where)
    found = _safely(connection, lambda: connection.execute(query).one())
    return tuple(found) if found else ()


def _bound(born: Any, moment: datetime) -> Any:
    """Return a moment, or its day, as ``born`` is compared with it."""
    return bindparam(None, moment.date(), Date()) if isinstance(born.type, Date) else bindparam(None, moment, Instant())


def _safely(connection: Connection, asks: Any) -> Any:
    """Return what is asked, or nothing where the data does not let it be read: the check has said so."""
    try:
        with connection.begin_nested():
            return asks()
    except DBAPIError as failed:
        reason(failed)
        return None


def named(
    connection: Connection, as_of: datetime, name: str, known_by: datetime | None = None
) -> tuple[Question, Warehouse]:
    """Return the question behind a finding, and the warehouse of which its rows are asked; raise ``NoSuchFinding``."""
    here = observe(connection, as_of, known_by)
    every: list[Asked] = [*asked_of_all(here), *measures_of(here)]
    for one in every:
        if one.name == name:
            return one.question, here
    raise NoSuchFinding(f"nothing is found under the name {name[:80]!r}; the page /data links to what there is")
