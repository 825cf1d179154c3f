"""Starts in this process: the settings are read as the server reads them, and a board is reckoned by what was read."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from dashboard.look import Looker
from dashboard.settings import Settings, settings, way
from queries.faults import Refused
from tests.dashboard.company import filled
from tests.fuzz.papers import NAMES, Papers, case, write

LONGEST = 2.0
MOST_SHOWN, MOST_WORDS = 20, 20_000


@dataclass
class Found:
    """What came of many starts."""

    count: int = 0
    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0


@contextmanager
def said(environment: dict[str, str]) -> Iterator[None]:
    """Have the environment say this, and nothing else of ours."""
    before = dict(os.environ)
    for name in (*NAMES, "SMARKETING_AGREEMENT"):
        os.environ.pop(name, None)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def starts(folder: Path, seed: int, count: int, first: int = 0, most_seconds: float = 3600) -> Found:
    """Return what becomes of so many papers: refused in words, or read, and then a board can be reckoned."""
    filled(URL.create("sqlite", database=str(folder / "crm.db")), until=datetime.now(UTC)).dispose()
    found, begun = Found(), time.monotonic()
    for number in range(first, first + count):
        if time.monotonic() - begun > most_seconds:
            break
        papers = case(seed, number)
        # of this process alone: others work on the machine, too
        at = time.process_time()
        try:
            outcome, wrong = _started(papers, folder)
        except Exception as failed:  # noqa: BLE001 - what gets as far as this is what is looked for
            outcome, wrong = "failed", f"{type(failed).__name__}: {failed}"
        took = time.process_time() - at
        found.count, found.slowest = found.count + 1, max(found.slowest, took)
        found.outcomes[outcome] += 1
        if (wrong or took > LONGEST) and len(found.wrong) < MOST_SHOWN:
            found.wrong.append(f"case {number} {papers.ways} {papers.environment} after {took:.1f} s: {wrong[:500]}")
    found.seconds = time.monotonic() - begun
    return found


def _started(papers: Papers, folder: Path) -> tuple[str, str]:
    """Return what became of one start, and what is wrong with that."""
    with said(write(papers, folder)):
        try:
            told = settings()
            way(told.company.access)
        except Refused as refused:
            return "refused", _unclear(str(refused), papers)
    return _reckoned(told._replace(warehouse=URL.create("sqlite", database=str(folder / "crm.db"))))


def _reckoned(told: Settings) -> tuple[str, str]:
    """Return that a board can be reckoned by what was read."""
    looker, now = Looker(told), datetime.now(UTC)
    try:
        board = looker.at(now, now)
        return "read", "" if board.numbers else "a board without numbers"
    except Refused as refused:
        return "read, and refused a board", str(refused)
    finally:
        looker.close()


def _unclear(words: str, papers: Papers) -> str:
    """Return what is wrong with the words of a refusal: they name the file or the variable, and are no traceback."""
    named = any(name in words for name in ("smarketing.toml", "agreement.toml", *NAMES, *papers.environment.values()))
    fine = named or "the environment" in words or "warehouse" in words or "store" in words
    if len(words) > MOST_WORDS:
        return f"{len(words)} characters: {words[:200]}"
    return "" if fine and "Traceback" not in words else words
