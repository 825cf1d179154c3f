"""Which week was sent to whom, so that nobody is sent one twice."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, insert, select, update

from dashboard.store import allowed, tables
from dashboard.store.connections import reading, writing

MAILS = tables.mails


class Mailed(NamedTuple):
    """Whom a week was sent to, and for whom nobody knows: the sending began and its end was never written."""

    sent: tuple[str, ...]
    unsure: tuple[str, ...]


class Mails:
    """What was sent by a store's servers; of an address only a digest is kept."""

    def __init__(self, made: Engine) -> None:
        self._engine = made

    def of(self, week: str, readers: Sequence[str]) -> Mailed:
        """Return which of ``readers`` have a week already, and for which of them that is not known."""
        with reading(self._engine) as connection:
            found = _found(connection, week)
        there = {one: found[_digest(one)] for one in readers if _digest(one) in found}
        return Mailed(
            tuple(one for one, at in there.items() if at), tuple(one for one, at in there.items() if at is None)
        )

    def begin(self, week: str, readers: Sequence[str], at: datetime) -> list[str]:
        """Note that a week is about to be sent, and return to whom: to those for whom nobody has begun it."""
        with writing(self._engine) as connection:
            there = _found(connection, allowed.week(week))
            mine = [one for one in readers if _digest(one) not in there]
            rows = [{"week": week, "reader": _digest(one), "begun_at": at} for one in mine]
            if rows:
                connection.execute(insert(MAILS), rows)
        return mine

    def ended(self, week: str, readers: Sequence[str], at: datetime) -> None:
        """Note that a week was sent."""
        with writing(self._engine) as connection:
            connection.execute(update(MAILS).where(_are(week, readers)).values(sent_at=at))

    def failed(self, week: str, readers: Sequence[str]) -> None:
        """Note that a week was not sent, so that it may be begun again."""
        with writing(self._engine) as connection:
            connection.execute(delete(MAILS).where(_are(week, readers), MAILS.c.sent_at.is_(None)))


def _are(week: str, readers: Sequence[str]) -> ColumnElement[bool]:
    return and_(MAILS.c.week == week, MAILS.c.reader.in_([_digest(one) for one in readers]))


def _found(connection: Connection, week: str) -> dict[str, datetime | None]:
    rows = connection.execute(select(MAILS.c.reader, MAILS.c.sent_at).where(MAILS.c.week == week))
    return {row.reader: row.sent_at for row in rows}


def _digest(reader: str) -> str:
    """Return what stands for an address: the same however it is written large and small."""
    return sha256(reader.strip().lower().encode()).hexdigest()
