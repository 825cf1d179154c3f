"""When leads became sales-ready, when a rep had them and when sales decided, by column: read day by day and kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboard.calendar import Calendar
from dashboard.followed import SECOND, Instants, WorkingClock, instants, number
from queries.handover import Handed


class Part(NamedTuple):
    """The leads handed over on one day."""

    ready: Instants
    assigned: Instants
    decided: Instants
    """When sales first said yes or no."""


def part(rows: Sequence[Handed]) -> Part:
    """Return the leads of one day by column."""
    accepted, rejected = instants(one.accepted_at for one in rows), instants(one.rejected_at for one in rows)
    ready, assigned = instants(one.ready_at for one in rows), instants(one.assigned_at for one in rows)
    return Part(ready, assigned, np.minimum(accepted, rejected))


@dataclass(frozen=True)
class Handovers:
    """All leads handed over in the judged days, as seen at one moment."""

    parts: Sequence[Part]
    calendar: Calendar
    as_of: datetime
    _found: dict[tuple[str, str], tuple[NDArray[np.float64], int]] = field(default_factory=dict)

    def hours(self, until: str, clock: str) -> tuple[NDArray[np.float64], int]:
        """Return each lead's hours from sales-ready until then, and how many still wait: these count their age."""
        if (until, clock) not in self._found:
            self._found[until, clock] = self._hours(until, clock)
        return self._found[until, clock]

    def _hours(self, until: str, clock: str) -> tuple[NDArray[np.float64], int]:
        ready, end = (_joined([getattr(one, name) for one in self.parts]) for name in ("ready", until))
        now = number(self.as_of)
        over = end < now
        # who was given a lead before it was ready did not let it lie
        until_then = np.maximum(np.where(over, end, now), ready)
        if clock == "wall":
            hours = (until_then - ready) / SECOND / 3600
        else:
            worked = WorkingClock(self.calendar, ready, self.as_of)
            hours = (worked.reading(until_then) - worked.reading(ready)) / 3600
        return np.maximum(hours, 0.0), int(np.count_nonzero(~over))


def _joined(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])
