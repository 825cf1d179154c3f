"""The screens that nobody touches: paired by a code, told what to show, and shut out; tokens and codes are digests."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import Connection, Engine, and_, delete, func, insert, select, update

from dashboard.store import allowed, tables
from dashboard.store.connections import reading, writing
from dashboard.store.digests import digest
from dashboard.store.faults import Unknown
from queries.faults import Refused

SCREENS, PAIRINGS, TRIES = tables.screens, tables.pairings, tables.tries
MOST_SCREENS, MOST_WAITING = 500, 200
"""Screens of a company, and codes that may wait at once on all of them."""
LONGEST_NAME, LONGEST_TURN, MOST_PAGES = 60, 86_400, 12
TRY_LASTS, MOST_TRIES = timedelta(minutes=10), 5
"""Wrong codes that one person may type, and the time after which they are forgotten."""
CODE_LASTS = timedelta(minutes=10)


class Screen(NamedTuple):
    """One paired screen, and what it is to show."""

    screen_id: str
    name: str
    pages: tuple[str, ...]
    every: int
    reloads: int
    paired_by: str
    paired_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None


class TooMany(Refused):
    """Somebody asks too often; waiting helps."""


class Screens:
    """The screens of a store."""

    def __init__(self, made: Engine) -> None:
        self._engine = made

    def ask(self, ask: str, code: str, address: str, at: datetime, most_of_address: int) -> None:
        """Let a screen wait to be paired by ``code``; it will ask by its secret ``ask``.

        Raises ``TooMany`` when too many wait already, at all or from one address.
        """
        row = {"ask": digest(ask), "code": digest(code), "address": digest(address)}
        with writing(self._engine) as connection:
            connection.execute(delete(PAIRINGS).where(PAIRINGS.c.ends_at <= at))
            same = PAIRINGS.c.address == row["address"]
            if _count(connection, PAIRINGS, same) >= most_of_address or _count(connection, PAIRINGS) >= MOST_WAITING:
                raise TooMany("too many screens wait for their codes: try again in ten minutes")
            connection.execute(insert(PAIRINGS).values(**row, begun_at=at, ends_at=at + CODE_LASTS))

    def take(self, code: str, who: str, name: str, pages: Sequence[str], every: int, at: datetime) -> Screen:
        """Pair the screen that shows ``code``: name it, and say what it shows; return it.

        Raises ``Unknown`` for a code that is none (any more), and ``TooMany`` after too many of those.
        """
        made = Screen(str(uuid4()), *_fit(name, pages, every), 0, who, at, None, None)
        wrong = {"try_id": str(uuid4()), "who": digest(who), "tried_at": at}
        with writing(self._engine) as connection:
            _patience(connection, digest(who), at)
            here = and_(PAIRINGS.c.code == digest(code), PAIRINGS.c.ends_at > at, PAIRINGS.c.screen_id.is_(None))
            found = connection.scalar(select(PAIRINGS.c.ask).where(here))
            if found is None:
                connection.execute(insert(TRIES).values(wrong))
            else:
                _free(connection, made.name)
                connection.execute(insert(SCREENS).values(**_row(made), token=None))
                connection.execute(update(PAIRINGS).where(PAIRINGS.c.ask == found).values(screen_id=made.screen_id))
        if found is None:
            raise Unknown("no screen shows this code now: read it again, a code lasts ten minutes")
        return made

    def fetch(self, ask: str, token: str, at: datetime) -> Screen | None:
        """Give ``token`` to the screen that asks by its secret, once, and return it; None while nobody has paired it.

        Raises ``Unknown`` where no such screen waits (any more).
        """
        mine = PAIRINGS.c.ask == digest(ask)
        with reading(self._engine) as connection:
            row = connection.execute(select(PAIRINGS.c.screen_id, PAIRINGS.c.ends_at).where(mine)).first()
        if row is None or (row.screen_id is None and row.ends_at <= at):
            raise Unknown("this code is no longer taken")
        if row.screen_id is None:
            return None
        with writing(self._engine) as connection:
            if not connection.execute(delete(PAIRINGS).where(mine)).rowcount:
                raise Unknown("this code is no longer taken")
            connection.execute(
                update(SCREENS).where(SCREENS.c.screen_id == row.screen_id).values(token=digest(token), seen_at=at)
            )
        return self.of(row.screen_id)

    def by_token(self, token: str) -> Screen | None:
        """Return the screen of a token, shut out or not; None where it is no screen's."""
        return self._one(SCREENS.c.token == digest(token))

    def of(self, screen_id: str) -> Screen | None:
        """Return a screen, shut out or not; None where there is none."""
        return self._one(SCREENS.c.screen_id == screen_id)

    def all(self) -> list[Screen]:
        """Return every screen that is not shut out, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(SCREENS).where(SCREENS.c.revoked_at.is_(None)))
            return sorted(map(_screen, rows), key=lambda one: (one.name.lower(), one.screen_id))

    def seen(self, screen_id: str, at: datetime) -> None:
        """Note that a screen was heard of."""
        self._change(screen_id, seen_at=at)

    def move(self, screen_id: str, name: str, pages: Sequence[str], every: int) -> Screen:
        """Say anew how a screen is called and what it shows; return it. Raises ``Unknown`` where there is none."""
        called, shown, seconds = _fit(name, pages, every)
        with writing(self._engine) as connection:
            _unnamed(connection, called, screen_id)
            here = _living(screen_id)
            changed = update(SCREENS).where(here).values(name=called, pages=json.dumps(shown), every=seconds)
            return self._there(screen_id, connection.execute(changed).rowcount, connection)

    def reload(self, screen_id: str) -> Screen:
        """Have a screen load itself anew; return it. Raises ``Unknown`` where there is none."""
        return self._change(screen_id, reloads=SCREENS.c.reloads + 1)

    def revoke(self, screen_id: str, at: datetime) -> Screen:
        """Shut a screen out for good; return it. Raises ``Unknown`` where there is none."""
        return self._change(screen_id, revoked_at=at)

    def _one(self, where: Any) -> Screen | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(SCREENS).where(where)).first()
        return _screen(row) if row else None

    def _change(self, screen_id: str, **values: Any) -> Screen:
        with writing(self._engine) as connection:
            changed = connection.execute(update(SCREENS).where(_living(screen_id)).values(values)).rowcount
            return self._there(screen_id, changed, connection)

    def _there(self, screen_id: str, changed: int, connection: Connection) -> Screen:
        """Return a screen that was changed just now; raise ``Unknown`` where none was."""
        row = connection.execute(select(SCREENS).where(SCREENS.c.screen_id == screen_id)).first()
        if not changed or row is None:
            raise Unknown("there is no such screen (any more): look again at the list")
        return _screen(row)


def _fit(name: str, pages: Sequence[str], every: int) -> tuple[str, tuple[str, ...], int]:
    """Return a screen's name, its pages and its turn as they may be kept; refuse in words what may not."""
    called = allowed.words(name, "name")
    if len(called) > LONGEST_NAME:
        raise Refused(f"name: has {len(called)} characters; write at most {LONGEST_NAME}")
    if not 1 <= len(pages) <= MOST_PAGES:
        raise Refused(f"pages: name between one and {MOST_PAGES}")
    if not 5 <= every <= LONGEST_TURN:
        raise Refused(f"every: write between 5 seconds and a day, not {every}")
    return called, tuple(pages), every


def _row(one: Screen) -> dict[str, Any]:
    return one._asdict() | {"pages": json.dumps(one.pages)}


def _screen(row: Any) -> Screen:
    told = {name: getattr(row, name) for name in Screen._fields}
    return Screen(**told | {"pages": tuple(json.loads(row.pages))})


def _free(connection: Connection, name: str) -> None:
    """Raise ``Refused`` where there is no room for one more screen, or its name is taken."""
    if _count(connection, SCREENS, SCREENS.c.revoked_at.is_(None)) >= MOST_SCREENS:
        raise Refused(f"there are {MOST_SCREENS} screens already: shut out those that are gone")
    _unnamed(connection, name)


def _unnamed(connection: Connection, name: str, but: str = "") -> None:
    """Raise ``Refused`` where another living screen than ``but`` bears a name."""
    others = select(SCREENS.c.name).where(SCREENS.c.revoked_at.is_(None), SCREENS.c.screen_id != but)
    # not by the database's own small letters: SQLite knows those of English alone
    if name.casefold() in {one.casefold() for one in connection.scalars(others)}:
        raise Refused(f"name: another screen is called {name!r}; choose another name")


def _living(screen_id: str) -> Any:
    """Return what is true of this screen alone, as long as it is not shut out."""
    return and_(SCREENS.c.screen_id == screen_id, SCREENS.c.revoked_at.is_(None))


def _patience(connection: Connection, who: str, at: datetime) -> None:
    """Raise ``TooMany`` when somebody has typed too many wrong codes lately."""
    connection.execute(delete(TRIES).where(TRIES.c.tried_at <= at - TRY_LASTS))
    if _count(connection, TRIES, TRIES.c.who == who) >= MOST_TRIES:
        raise TooMany(f"{MOST_TRIES} wrong codes were typed: wait ten minutes, and read the code again")


def _count(connection: Connection, table: Any, *where: Any) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(*where)) or 0
