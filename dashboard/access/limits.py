"""How often one may ask: what has to be made, what is written, signing in, and codes; each has its own measure."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from dashboard.access.routes import Cost

RATES: Mapping[Cost, tuple[RateLimitItem, ...]] = {
    "made": (RateLimitItemPerSecond(10), RateLimitItemPerSecond(50, 10), RateLimitItemPerMinute(200)),
    "write": (RateLimitItemPerSecond(20), RateLimitItemPerMinute(300)),
    "sign-in": (RateLimitItemPerMinute(60),),
    "code": (RateLimitItemPerMinute(120),),
    "log": (RateLimitItemPerMinute(60),),
}
"""How often one identity may ask a worker; what is answered from memory has no measure."""


LONGEST_WAIT = 10
"""Seconds after which somebody who was sent away is asked to come again, at most."""


class Limits:
    """Counts, within one worker, how often each has asked."""

    def __init__(self, rates: Mapping[Cost, tuple[RateLimitItem, ...]] = RATES) -> None:
        self._rates = rates
        self._counter = FixedWindowRateLimiter(MemoryStorage())

    def wait(self, cost: Cost, key: str) -> int:
        """Return for how many seconds somebody has to wait before asking again; 0 where they need not.

        >>> limits = Limits({"made": (RateLimitItemPerMinute(2),)})
        >>> [limits.wait("made", "ann") > 0 for _ in range(3)], limits.wait("made", "bob"), limits.wait("memory", "ann")
        ([False, False, True], 0, 0)
        """
        for rate in self._rates.get(cost, ()):
            if not self._counter.hit(rate, cost, key):
                return min(rate.get_expiry(), LONGEST_WAIT)
        return 0


AT_ONCE, WAITING = 2, 6
"""How many answers are made for one identity at once, and how many of its questions wait for that."""


class Crowded(Exception):
    """One identity asks for more at once than may wait."""


class Turns:
    """Has each identity take its turns, within one worker: what one asks all at once must not shut out the others."""

    def __init__(self) -> None:
        self._inside: dict[str, asyncio.Semaphore] = {}
        self._asked: dict[str, int] = {}

    @asynccontextmanager
    async def taken(self, key: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it for as long as the block lasts; raise ``Crowded`` when too many wait."""
        if self._asked.get(key, 0) >= AT_ONCE + WAITING:
            raise Crowded
        self._asked[key] = self._asked.get(key, 0) + 1
        try:
            async with self._inside.setdefault(key, asyncio.Semaphore(AT_ONCE)):
                yield
        finally:
            self._asked[key] -= 1
            if not self._asked[key]:
                del self._asked[key], self._inside[key]
