"""Rows that came late: into days that everybody had taken for closed."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, FromClause, Integer, Select, Table, and_, bindparam, func, literal, select, union_all

from queries.columns import Instant
from queries.contract.finding import Level
from queries.contract.question import Question
from queries.contract.shape import Warehouse
from queries.moments import BORN
from queries.quality.measure import Gap, Parts, measure
from queries.tables import activities, deals, leads

DAYS = 84
"""The days that are looked at: the twelve weeks before the moment of the examination."""
ONE_DAY = timedelta(days=1)


@measure
def late_row(here: Warehouse) -> Iterator[Gap]:
    """Rows of the last 12 weeks that the warehouse learned of only after the day that followed theirs (days in UTC)."""
    for table in (leads, activities, deals):
        born = table.c[BORN[table.name]]
        if here.sound(born, table.c.loaded_at):
            yield Gap(
                _question(table, here.as_of), f"{table.name} of 12 weeks", born >= _bound(_first(here.as_of)), _by_day
            )


def _question(table: Table, as_of: datetime) -> Question:
    born, day = table.c[BORN[table.name]], _days(as_of)
    within = and_(born >= day.c.starts_at, born < day.c.ends_at)
    return Question(
        Level.REMARK,
        (table.c.loaded_at,),
        and_(born >= _bound(_first(as_of)), table.c.loaded_at >= day.c.late_from),
        f"{table.name} were loaded after the day that followed the one they happened on: closed days changed",
        "load more often, or find out where they wait; what a closed day showed has changed",
        source=day.join(table, within),
        values=(table.c.loaded_at, born),
    )


def _first(as_of: datetime) -> datetime:
    """Return when the first of the days that are looked at begins."""
    return datetime.combine(as_of.astimezone(UTC).date() - timedelta(days=DAYS - 1), time(), UTC)


def _days(as_of: datetime) -> FromClause:
    """Return the days as a small table: number, when each starts and ends, and from when on a row of it is late."""
    starts = [_first(as_of) + number * ONE_DAY for number in range(DAYS)]
    return union_all(
        *(
            select(
                literal(number, Integer).label("number"),
                _bound(start).label("starts_at"),
                _bound(start + ONE_DAY).label("ends_at"),
                _bound(start + 2 * ONE_DAY).label("late_from"),
            )
            for number, start in enumerate(starts)
        )
    ).subquery("day")


def _bound(moment: datetime) -> Any:
    return bindparam(None, moment, Instant())


def _by_day(connection: Connection, rows: Select[Any], question: Question) -> Parts:
    """Return how many late rows fell into each day, the days with most of them first."""
    source: Any = question.asked_of
    starts_at = source.left.c.starts_at
    query = rows.add_columns(starts_at).group_by(starts_at).order_by(func.count().desc(), starts_at)
    return [(start.astimezone(UTC).date().isoformat(), count) for count, start in connection.execute(query.limit(8))]
