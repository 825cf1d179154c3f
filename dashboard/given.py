"""The leads given to reps, the attempts to reach them and the deals opened from them, read day by day and kept."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from dashboard.calendar import Calendar
from dashboard.followed import NOBODY, Events, Followed, Given, ends, follow, instants
from dashboard.followup import Promise
from dashboard.kept import Kept, Piece
from dashboard.stretches import pieces
from queries import followup as queries
from queries.moments import Range

GIVEN = frozenset({"leads", "deals"})
ATTEMPTS, OPENED = frozenset({"activities"}), frozenset({"deals"})


class Reader:
    """Reads one stretch of follow-up, over one connection, as of one moment."""

    def __init__(
        self, connection: Connection, kept: Kept, calendar: Calendar, promise: Promise, as_of: datetime
    ) -> None:
        self.connection, self.kept, self.calendar = connection, kept, calendar
        self.promise, self.as_of = promise, as_of

    def followed(self, stretch: Range) -> Followed:
        """Return how each lead given to a rep in ``stretch`` was followed up."""
        parts = pieces(self.calendar, stretch, self.as_of) if self.kept.keeps else [Piece(stretch, False)]
        given = self.kept.over(("given", self.promise.within_days), GIVEN, parts, self._given)
        attempts = self.kept.over("attempts", ATTEMPTS, parts, self._attempts)
        opened = self.kept.over("opened", OPENED, parts, self._opened)
        return follow(given, attempts, opened, self.promise, self.calendar, self.as_of)

    def _given(self, stretches: list[Range]) -> list[Given]:
        rows = queries.given(self.connection, stretches, self.as_of)
        left_out: list[Counter[str]] = [Counter() for _ in stretches]
        for stretch, reason in zip(rows.stretch, rows.reason, strict=True):
            if reason:
                left_out[stretch][reason] += 1
        judged = np.array([not one for one in rows.reason], dtype=bool)
        lead, assigned = self._words(rows.lead_id), instants(rows.assigned_at)
        others = (instants(rows.rejected_at), instants(rows.opened_at), self._words(rows.owner_id))
        found = []
        for place, some in enumerate(_places(len(stretches), rows.stretch)):
            here = some[judged[some]]
            rejected, opened, owner = (one[here] for one in others)
            over = ends(assigned[here], self.promise.within_days, self.calendar)
            found.append(Given(lead[here], assigned[here], rejected, opened, over, owner, left_out[place]))
        return found

    def _attempts(self, stretches: list[Range]) -> list[Events]:
        rows = queries.attempts(self.connection, stretches, self.as_of)
        lead, at, outcome = self._words(rows.lead_id), instants(rows.happened_at), self._words(rows.outcome)
        return [Events(lead[some], at[some], outcome[some]) for some in _places(len(stretches), rows.stretch)]

    def _opened(self, stretches: list[Range]) -> list[Events]:
        rows = queries.opened(self.connection, stretches, self.as_of)
        lead, at = self._words(rows.lead_id), instants(rows.created_at)
        return [Events(lead[some], at[some]) for some in _places(len(stretches), rows.stretch)]

    def _words(self, words: Sequence[str | None]) -> NDArray[np.int64]:
        """Return ids and words as numbers by which the same can be found again."""
        numbers = self.kept.numbers
        found = [NOBODY if one is None else numbers.setdefault(one, len(numbers)) for one in words]
        return np.array(found, dtype=np.int64)


def _places(count: int, stretch: Sequence[int]) -> list[NDArray[np.int64]]:
    """Return of each of ``count`` stretches which rows are of it.

    >>> [some.tolist() for some in _places(3, [2, 0, 2])]
    [[1], [], [0, 2]]
    """
    of = np.array(stretch, dtype=np.int64)
    order = np.argsort(of, kind="stable")
    return np.split(order, np.searchsorted(of[order], np.arange(1, count)))


def by_stretch(count: int, rows: Sequence[Any]) -> list[list[Any]]:
    """Return rows by the stretch they are of, of ``count`` stretches."""
    found: list[list[Any]] = [[] for _ in range(count)]
    for row in rows:
        found[row.stretch].append(row)
    return found
