"""How a measure of quality comes to be asked, and what it answers: so many of so many, and of which kind."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, select, true
from sqlalchemy.exc import DBAPIError

from queries.contract.finding import Finding
from queries.contract.known import known, rows_known
from queries.contract.question import Asked, Question, condition, counts, finding
from queries.contract.shape import Warehouse, reason

MOST_PARTS = 8
"""So many kinds of a shortcoming are told apart, the most frequent first."""

Parts = Sequence[tuple[str, int]]


@dataclass(frozen=True, eq=False)
class Gap:
    """A question, what its rows are a part of, and how they are told apart."""

    question: Question
    of: str
    """What the whole is called: leads, won deals."""
    whole: ColumnElement[bool] | None = None
    """Which rows of the question's source are the whole; None: all rows of its table."""
    parts: Callable[[Connection, Select[Any], Question], Parts] | None = None
    """Returns the kinds with their rows, from a query for the offending rows that still lacks its columns."""


class Measure(NamedTuple):
    """One measure: its id, the sentence that defines it, and the function that asks."""

    id: str
    sentence: str
    asks: Callable[[Warehouse], Iterable[Gap]]


class Shortcoming(NamedTuple):
    """What one measure counted: the finding (of no rows when all is well), what it is a part of, and its kinds."""

    finding: Finding
    whole: int
    of: str
    parts: tuple[tuple[str, int], ...]
    question: Question


MEASURES: dict[str, Measure] = {}
"""Every measure by its id, filled by ``measure`` as the modules of ``queries.quality`` are imported."""


def measure(asks: Callable[[Warehouse], Iterable[Gap]]) -> Callable[[Warehouse], Iterable[Gap]]:
    """Make a function a measure; ``two_words`` becomes the measure ``two-words``."""
    name = asks.__name__.replace("_", "-")
    if name in MEASURES:
        raise ValueError(f"two measures are called {name}")
    MEASURES[name] = Measure(name, " ".join(str(asks.__doc__).strip().split("\n\n")[0].split()), asks)
    return asks


def measures_of(here: Warehouse) -> Iterator[Asked]:
    """Yield the question of every measure that can be asked of a warehouse."""
    for one in MEASURES.values():
        yield from (Asked(one.id, gap.question) for gap in one.asks(here))


def shortcomings(connection: Connection, here: Warehouse) -> tuple[Shortcoming, ...]:
    """Return what every measure counts, also where that is nothing; measures of one source share one pass.

    A table that cannot be read is a fault of the contract, and left out here.
    """
    passes: dict[FromClause, list[tuple[str, Gap]]] = defaultdict(list)
    for one in MEASURES.values():
        for gap in one.asks(here):
            passes[gap.question.asked_of].append((one.id, gap))
    return tuple(found for source, together in passes.items() for found in _counted(connection, here, source, together))


def _counted(
    connection: Connection, here: Warehouse, source: FromClause, together: Sequence[tuple[str, Gap]]
) -> list[Shortcoming]:
    offends = [condition(gap.question, here) for _, gap in together]
    wholes = [_whole(gap, here) for _, gap in together]
    try:
        with connection.begin_nested():
            rows = counts(connection, source, [*offends, *(true() if one is None else one for one in wholes)])
            both = zip(together, rows[: len(together)], rows[len(together) :], strict=True)
            return [_shortcoming(connection, here, name, gap, count, of) for (name, gap), count, of in both]
    except DBAPIError as failed:
        reason(failed)
        return []


def _whole(gap: Gap, here: Warehouse) -> ColumnElement[bool]:
    table = gap.question.table
    mine = true() if gap.whole is None else known(gap.whole, here)
    return and_(mine, rows_known(table, here))


def _shortcoming(connection: Connection, here: Warehouse, name: str, gap: Gap, rows: int, of: int) -> Shortcoming:
    asked = Asked(name, gap.question)
    parts: Parts = ()
    if gap.parts and rows:
        query = select(func.count()).select_from(gap.question.asked_of).where(condition(gap.question, here))
        parts = gap.parts(connection, query, gap.question)
    if gap.question.source is not None:
        # what a join leaves out is part of the whole all the same
        table = gap.question.table
        of = connection.scalar(select(func.count()).select_from(table).where(_whole(gap, here))) or 0
    return Shortcoming(finding(connection, here, asked, rows), of, gap.of, tuple(parts[:MOST_PARTS]), gap.question)
