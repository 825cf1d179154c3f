"""The leads given to reps, the attempts to reach them and the deals opened from them, read day by day and kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
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
        return [self._column(part) for part in by_stretch(len(stretches), rows)]

    def _column(self, rows: Sequence[queries.Given]) -> Given:
        judged = [one for one in rows if not one.reason]
        assigned = instants(one.assigned_at for one in judged)
        return Given(
            self._numbers(judged),
            assigned,
            instants(one.rejected_at for one in judged),
            instants(one.opened_at for one in judged),
            ends(assigned, self.promise.within_days, self.calendar),
            self._words(one.owner_id for one in judged),
            Counter(one.reason for one in rows if one.reason),
        )

    def _attempts(self, stretches: list[Range]) -> list[Events]:
        rows = queries.attempts(self.connection, stretches, self.as_of)
        return [
            Events(
                self._numbers(part),
                instants(one.happened_at for one in part),
                self._words(one.outcome for one in part),
            )
            for part in by_stretch(len(stretches), rows)
        ]

    def _words(self, words: Iterable[str | None]) -> NDArray[np.int64]:
        """Return words, ids of reps among them, as numbers by which the same can be found again."""
        numbers = self.kept.numbers
        found = [NOBODY if one is None else numbers.setdefault(one, len(numbers)) for one in words]
        return np.array(found, dtype=np.int64)

    def _opened(self, stretches: list[Range]) -> list[Events]:
        rows = queries.opened(self.connection, stretches, self.as_of)
        return [
            Events(self._numbers(part), instants(one.created_at for one in part))
            for part in by_stretch(len(stretches), rows)
        ]

    def _numbers(self, rows: Sequence[Any]) -> NDArray[np.int64]:
        numbers = self.kept.numbers
        return np.array([numbers.setdefault(one.lead_id, len(numbers)) for one in rows], dtype=np.int64)


def by_stretch(count: int, rows: Sequence[Any]) -> list[list[Any]]:
    """Return rows by the stretch they are of, of ``count`` stretches."""
    found: list[list[Any]] = [[] for _ in range(count)]
    for row in rows:
        found[row.stretch].append(row)
    return found
