"""Who is signed in, in which browser; of a browser's token only a digest is kept."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine, delete, insert, or_, select, update

from dashboard.store import tables
from dashboard.store.connections import reading, writing
from dashboard.store.digests import digest

SESSIONS = tables.sessions


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
        if row is None:
            return None
        person = Person(row.subject, row.email, row.name, tuple(json.loads(row.groups)))
        return Session(person, row.begun_at, row.seen_at, row.ends_at)

    def seen(self, token: str, at: datetime) -> None:
        """Note that a sign-in is being used."""
        with writing(self._engine) as connection:
            connection.execute(update(SESSIONS).where(SESSIONS.c.session == digest(token)).values(seen_at=at))

    def end(self, token: str) -> None:
        """Forget one sign-in; one that is not there is none."""
        with writing(self._engine) as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.session == digest(token)))

    def end_all(self, emails: Sequence[str]) -> int:
        """Forget every sign-in of these addresses; return how many there were."""
        wanted = [one.strip().lower() for one in emails]
        with writing(self._engine) as connection:
            return connection.execute(delete(SESSIONS).where(SESSIONS.c.email.in_(wanted))).rowcount
