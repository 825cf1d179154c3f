"""How often something happens in the living company: by the hours of the day, and oftener while it is newly started."""

import numpy as np

from queries.demo import facts
from queries.demo.clock import DAY, HOUR, Clock, weekday

KINDS = ("lead", "attempt", "decision", "deal", "won", "lost")
A_LEAD = dict(zip(KINDS, (1.0, 2.6, 0.64, 0.21, 0.06, 0.12), strict=True))
"""How often each kind happens for every lead that comes in."""

NIGHT = dict(zip(KINDS, (1 / 1800, 1 / 180, 1 / 720, 1 / 3600, 1 / 21_600, 1 / 10_800), strict=True))
"""Never rarer than this (a second), so that even on a Sunday night something moves every two minutes or so."""

FIRST_MINUTES = dict(zip(KINDS, (0.090, 0.075, 0.030, 0.014, 0.006, 0.005), strict=True))
"""On top in the first minutes after the start: something every five seconds, for whoever is trying the demo."""
HALVES_IN = 480
"""Seconds in which that extra halves."""


def usual(kind: str, leads: int, clock: Clock, now: float) -> float:
    """Return how often ``kind`` happens a second at ``now``, by the company's own rhythm, for a demo of ``leads``."""
    day = np.array([clock.day(int(now))], dtype=np.int64)
    working = bool(clock.is_working(day)[0])
    a_day = leads / (facts.MONTHS * 21.9)
    hour = int(clock.to_wall(np.array([int(now)], dtype=np.int64))[0]) % DAY // HOUR
    if kind == "lead":
        that_day = facts.DAYS_OF_A_WEEK[int(weekday(day)[0])] if working or weekday(day)[0] > 4 else facts.HOLIDAY
        return float(a_day * that_day * facts.HOURS_OF_A_DAY[hour] / sum(facts.HOURS_OF_A_DAY) / HOUR)
    open_now = working and facts.OPENS <= hour < facts.CLOSES
    return A_LEAD[kind] * a_day / ((facts.CLOSES - facts.OPENS) * HOUR) if open_now else 0.0


class Rhythm:
    """Draws how many of each kind happen; what comes on top of the rhythm is taken off it again later."""

    def __init__(self, leads: int, clock: Clock, begun: float, random: np.random.Generator) -> None:
        self.leads, self.clock, self.begun, self.random = leads, clock, begun, random
        self.ahead = dict.fromkeys(KINDS, 0.0)

    def happen(self, since: float, until: float) -> dict[str, int]:
        """Return how many of each kind happen between two instants."""
        return {kind: int(self.random.poisson(self._mean(kind, since, until))) for kind in KINDS}

    def _mean(self, kind: str, since: float, until: float) -> float:
        seconds = until - since
        by_rhythm = usual(kind, self.leads, self.clock, until) * seconds
        extra = FIRST_MINUTES[kind] * 0.5 ** ((until - self.begun) / HALVES_IN) * seconds
        extra += max(0.0, NIGHT[kind] * seconds - by_rhythm)
        # half of the rhythm at most is held back, so that the day still looks like one
        held_back = min(by_rhythm / 2, self.ahead[kind])
        self.ahead[kind] += extra - held_back
        return float(by_rhythm + extra - held_back)
