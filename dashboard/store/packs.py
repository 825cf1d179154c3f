"""Frozen weeks: written once, never again."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine, insert, select

from dashboard.store import allowed, tables
from dashboard.store.connections import reading, writing

PACKS = tables.packs


class Pack(NamedTuple):
    """One frozen week as it was kept: its bytes are whatever was given, to the byte."""

    week: str
    frozen_at: datetime
    kept_at: datetime
    body: bytes
    digest: str


class Packs:
    """The frozen weeks of a store."""

    def __init__(self, made: Engine) -> None:
        self._engine = made

    def keep(self, week: str, frozen_at: datetime, kept_at: datetime, body: bytes, digest: str) -> bool:
        """Keep a frozen week; return False when that week was kept before: the first one stays, untouched."""
        row = allowed.row(Pack(week, frozen_at, kept_at, body, digest)._asdict())
        with writing(self._engine) as connection:
            if connection.scalar(select(PACKS.c.week).where(PACKS.c.week == week)) is not None:
                return False
            connection.execute(insert(PACKS).values(row))
        return True

    def of(self, week: str) -> Pack | None:
        """Return a frozen week, or None when it was not frozen."""
        with reading(self._engine) as connection:
            row = connection.execute(select(PACKS).where(PACKS.c.week == week)).first()
        return Pack(*row) if row else None

    def weeks(self) -> list[str]:
        """Return the weeks that are frozen, the first one first."""
        with reading(self._engine) as connection:
            return sorted(connection.scalars(select(PACKS.c.week)))
