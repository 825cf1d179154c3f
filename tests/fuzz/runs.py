"""Runs of many cases against one board: the tests' twenty thousand, the campaign's half million."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.engine import URL

from dashboard.settings import Settings
from tests.dashboard.company import filled, settings
from tests.fuzz import addresses, bodies, writes
from tests.fuzz.apart import apart
from tests.fuzz.board import SLOWEST, Asked, Board, Told, board, held

MOST_SHOWN = 20
WARM = 4000
"""After so many cases the memory is measured the first time, or after the tenth of a longer run: what is remembered of
addresses, identities and statements has its bounds, and fills them within some thirty thousand."""
REFUSED = frozenset({400, 413, 415, 429})


@dataclass
class Found:
    """What came of a run."""

    count: int = 0
    seconds: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """Cases whose answer is none of those declared, the first few."""
    faults: list[str] = field(default_factory=list)
    """What the board's own log says went wrong."""
    slow: int = 0
    """How many of those that are refused took longer than a tenth of a second."""
    slowest: float = 0.0
    warm: int = 0
    """After so many cases the memory was measured the first time."""
    held: int = 0
    grown: float = 0.0
    """By which share the memory grew after the first cases."""

    def note(self, what: Callable[[], str], told: Told, is_fine: bool, is_quick: bool) -> None:
        """Note one answer to ``what``, which was as declared or not, and should have been quick or need not."""
        self.count += 1
        self.answers[told.status] += 1
        self.slow += is_quick and told.seconds > SLOWEST
        self.slowest = max(self.slowest, told.seconds) if is_quick else self.slowest
        if not is_fine and len(self.wrong) < MOST_SHOWN:
            self.wrong.append(f"{what()}: {told.status} {told.body[:200]!r}")


def small(folder: Path) -> Settings:
    """Return the settings of a small company whose warehouse is filled."""
    url = URL.create("sqlite", database=str(folder / "crm.db"))
    filled(url).dispose()
    return settings(url)


class Sent(NamedTuple):
    """One request of a run: how it is told, whether an answer fits it, and whether that must come quickly."""

    what: Callable[[], str]
    asked: Asked
    fits: Callable[[Told], bool]
    is_quick: bool = False


async def _run(one: Board, cases: Iterable[Sent], count: int, ends: float) -> Found:
    found, begun, at_first = Found(warm=max(WARM, count // 10)), time.monotonic(), 0
    for sent in cases:
        if time.monotonic() > ends:
            break
        told = await one.ask(sent.asked)
        found.note(sent.what, told, sent.fits(told), sent.is_quick)
        if found.count == found.warm:
            gc.collect()
            at_first = found.held = held()
    gc.collect()
    found.seconds, found.faults = time.monotonic() - begun, one.faults.found[:MOST_SHOWN]
    found.grown = (held() - at_first) / at_first if at_first else 0.0
    return found


def callbacks(folder: Path, seed: int, count: int, first: int = 0, most_seconds: float = 3600) -> Found:
    """Return what becomes of so many bodies sent to the callback address."""

    def cases() -> Iterator[Sent]:
        for number in range(first, first + count):
            one = bodies.case(seed, number)
            good = bodies.is_one_of_ours(one.asked)
            what = partial(_told, number, one.ways, one.asked)
            yield Sent(what, one.asked, _answers({200, 204} if good else REFUSED), not good)

    async def run() -> Found:
        async with board(small(folder), folder) as one:
            return await _run(one, cases(), count, time.monotonic() + most_seconds)

    return apart(run())


def requests(folder: Path, seed: int, count: int, first: int = 0, most_seconds: float = 3600) -> Found:
    """Return what becomes of so many requests to every address; one in ten of them wants to write."""

    def cases() -> Iterator[Sent]:
        for number in range(first, first + count):
            one = (writes if number % 10 == 9 else addresses).case(seed, number)
            yield Sent(partial(_told, number, (), one), one, partial(_is_declared, one))

    async def run() -> Found:
        async with board(small(folder), folder) as one:
            return await _run(one, cases(), count, time.monotonic() + most_seconds)

    return apart(run())


def _is_declared(asked: Asked, told: Told) -> bool:
    return not addresses.fault(asked, told.status, told.headers)


def _answers(statuses: Iterable[int]) -> Callable[[Told], bool]:
    wanted = frozenset(statuses)
    return lambda told: told.status in wanted


def _told(number: int, ways: tuple[str, ...], asked: Asked) -> str:
    body = b"".join(asked.body[:3])[:300]
    return f"case {number} {' '.join(ways)}: {asked.method} {asked.target[:300]!r} {asked.headers[1:]} {body!r}"
