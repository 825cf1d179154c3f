"""Who is signed in, in which browser; of a browser's token only a digest is kept."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Engine, and_, delete, insert, or_, select, update

from dashboard.store import tables
from dashboard.store.connections import reading, writing
from dashboard.store.digests import digest

SESSIONS = tables.sessions
LAST_USED = SESSIONS.c.seen_at.desc()


class Person(NamedTuple):
    """Somebody as the provider names them."""

    subject: str
    email: str
    name: str
    groups: tuple[str, ...] = ()


class Session(NamedTuple):
    """One sign-in: whose, when it was last used, and when it ends."""

    person: Person
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime


class Sessions:
    """The sign-ins of a store."""

    def __init__(self, made: Engine) -> None:
        self._engine = made

    def begin(self, token: str, person: Person, at: datetime, ends_at: datetime, idle_since: datetime) -> None:
        """Keep a sign-in by the token of its browser, and forget all that have ended or lay idle since then."""
        subject, email, name, groups = person
        row = {"subject": subject, "email": email, "name": name, "groups": json.dumps(groups)}
        over = or_(SESSIONS.c.ends_at <= at, SESSIONS.c.seen_at <= idle_since)
        with writing(self._engine) as connection:
            connection.execute(delete(SESSIONS).where(over))
            connection.execute(
                insert(SESSIONS).values(session=digest(token), begun_at=at, seen_at=at, ends_at=ends_at, **row)
            )

    def of(self, token: str) -> Session | None:
        """Return the sign-in of a token, ended or not; None where there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(select(SESSIONS).where(SESSIONS.c.session == digest(token))).first()
        return _session(row) if row else None

    def others(self, token: str, at: datetime, idle_since: datetime) -> list[Session]:
        """Return the other sign-ins of whoever has this token that last at a moment, the last used first."""
        lasts = and_(_others(token), SESSIONS.c.ends_at > at, SESSIONS.c.seen_at > idle_since)
        with reading(self._engine) as connection:
            return [_session(row) for row in connection.execute(select(SESSIONS).where(lasts).order_by(LAST_USED))]

    def seen(self, token: str, at: datetime) -> None:
        """Note that a sign-in is being used."""
        with writing(self._engine) as connection:
            connection.execute(update(SESSIONS).where(SESSIONS.c.session == digest(token)).values(seen_at=at))

    def end(self, token: str) -> None:
        """Forget one sign-in; one that is not there is none."""
        with writing(self._engine) as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.session == digest(token)))

    def end_others(self, token: str) -> int:
        """Forget every other sign-in of whoever has this token; return how many there were."""
        with writing(self._engine) as connection:
            return connection.execute(delete(SESSIONS).where(_others(token))).rowcount

    def end_all(self, emails: Sequence[str] | None = None) -> int:
        """Forget every sign-in of these addresses, or of everybody; return how many there were."""
        wanted = [one.strip().lower() for one in emails or ()]
        theirs = delete(SESSIONS) if emails is None else delete(SESSIONS).where(SESSIONS.c.email.in_(wanted))
        with writing(self._engine) as connection:
            return connection.execute(theirs).rowcount


def _others(token: str) -> ColumnElement[bool]:
    """Return what the sign-ins have in common that are the same person's as a token's, and not that one."""
    theirs = select(SESSIONS.c.subject).where(SESSIONS.c.session == digest(token)).scalar_subquery()
    return and_(SESSIONS.c.subject == theirs, SESSIONS.c.session != digest(token))


def _session(row: Any) -> Session:
    person = Person(row.subject, row.email, row.name, tuple(json.loads(row.groups)))
    return Session(person, row.begun_at, row.seen_at, row.ends_at)
