"""What was known by when: a second cut through the warehouse, beside that of what had happened.

A page as of a moment sees the rows that the warehouse had learned of by that same moment. A week that is kept for good
is as of its end, and knows what came in until the hour at which it is kept: the same questions, asked over a connection
that knows more.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import BindParameter, Connection, Engine, bindparam, event

from queries.columns import Instant

KNOWN_AT = "known_at"
LOADED_LATER = "loaded later"
"""The reason of a row of which the warehouse learned only afterwards."""
INSTANT = Instant()
Row = TypeVar("Row")


class Known(NamedTuple):
    """The moment before which the warehouse must have learned of a row for it to be seen."""

    by: datetime


PINNED = {KNOWN_AT: None}
"""The options of a query that was made for a moment of its own, whatever its connection knows."""


def known_by(as_of: datetime) -> BindParameter[datetime]:
    """Return the moment before which a row must have been learned: ``as_of``, where the connection knows no more.

    One name for all of a statement, so that a connection can say it for each.
    """
    return bindparam(KNOWN_AT, as_of, INSTANT, unique=False)


def knowing(connection: Connection, known_at: datetime | None) -> Connection:
    """Return ``connection``, which from now on sees what the warehouse had learned before ``known_at``.

    None: what it had learned by the moment that each question is about. Events are not touched by it.
    """
    return connection.execution_options(**{KNOWN_AT: Known(known_at) if known_at else None})


def known_at(connection: Connection) -> datetime | None:
    """Return the moment up to which ``connection`` knows; None where each question has its own.

    What is learned after it is not even left out: at that moment nobody knew that there was such a row.
    """
    found = connection.get_execution_options().get(KNOWN_AT)
    return found.by if isinstance(found, Known) else None


def seen(connection: Connection, rows: Iterable[Row], reason: Callable[[Row], str]) -> list[Row]:
    """Return the rows without those loaded later, where ``connection`` was told what it knows."""
    if known_at(connection) is None:
        return list(rows)
    return [row for row in rows if reason(row) != LOADED_LATER]


def two_cuts(engine: Engine) -> Engine:
    """Return ``engine``, whose connections can be told what they know."""

    @event.listens_for(engine, "before_execute", retval=True)
    def _told(_connection: Connection, clause: Any, many: Any, params: Any, options: Any) -> tuple[Any, Any, Any]:
        known = options.get(KNOWN_AT)
        if isinstance(known, Known) and not many:
            # in UTC: a text among other texts of SQLite, written in one form
            return clause, many, {**params, KNOWN_AT: known.by}
        return clause, many, params

    return engine
