"""Reps: who sells, in which team, since when and until when."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from queries.tables import reps


class Rep(NamedTuple):
    """One person in sales; ``active_to`` is the first day no longer worked."""

    rep_id: str
    name: str
    team: str | None
    active_from: date | None
    active_to: date | None

    def active_on(self, day: date) -> bool:
        """Return whether this person carried a quota on ``day``."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_to is None or day < self.active_to
        )


def everyone(connection: Connection) -> list[Rep]:
    """Return every rep there ever was, by team and name. Source: ``reps``."""
    query = select(reps.c.rep_id, reps.c.name, reps.c.team, reps.c.active_from, reps.c.active_to)
    found = [Rep(*row) for row in connection.execute(query)]
    # not by the database's own alphabet: no two engines have the same
    return sorted(found, key=lambda one: (one.team or "", one.name, one.rep_id))


def by_email(connection: Connection, email: str, day: date) -> str | None:
    """Return the id of the rep whose address is ``email`` and who carries a quota on ``day``.

    None where there is nobody, or more than one: then the address does not say who it is. Source: ``reps``.
    """
    query = select(reps.c.rep_id, reps.c.name, reps.c.team, reps.c.active_from, reps.c.active_to, reps.c.email)
    wanted = email.strip().lower()
    rows = [row for row in connection.execute(query) if str(row.email or "").strip().lower() == wanted]
    found = [one.rep_id for one in (Rep(*row[:5]) for row in rows) if one.active_on(day)]
    return found[0] if len(found) == 1 else None
