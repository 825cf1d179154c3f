"""What the witness saw beside what is true: the invariants, held or broken, in words."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from tests.faults.clock import Clock
from tests.faults.company import Company, Kept
from tests.faults.papers import AGREEMENT, COMPANY
from tests.faults.served import R
from tests.faults.witness import Sample, Tile
from tests.twin import plain
from tests.twin.rows import Rows
from tests.twin.told import Numbers
from tests.twin.twin import numbers

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
PATIENCE = 2 * R + 15
TICK = 1.5
"""Seconds that the page, which looks at its clock each second, may be behind its own word."""
CORE = (
    "goal.month.done",
    "goal.month.target",
    "marketing.month.done",
    "marketing.month.target",
    "marketing.month.owed",
    "marketing.today.done",
    "sales.week.done",
    "sales.week.target",
    "sales.week.owed",
    "followup.first_attempt.in_time",
    "followup.attempts.kept",
    "followup.acceptance.of_decided",
)
"""Numbers that stand on every board."""
MONEY = ("goal.", "sales.")
AFTER = "overdue|due next|short|of handed over|undecided|median wait|a day needed"
FIGURE = re.compile(rf"(?P<figure>−?[\d,]+(?:\.\d+)?)(?P<unit> %| h)?(?: (?:{AFTER}))?")
FEWEST = 20
"""So many figures of a board at least must have been compared for the comparison to count."""


class Judge:
    """Holds what was seen against what the company knows of itself."""

    def __init__(self, company: Company, clock: Clock | None = None) -> None:
        """``clock`` is the server's, where it is set by a test."""
        self._company, self._clock = company, clock
        self._slack = timedelta(seconds=1)
        self._facts, self._versions = plain.facts(COMPANY), plain.versions(AGREEMENT)
        self._judged: dict[tuple[datetime, tuple[Tile, ...]], str] = {}
        self._numbers = lru_cache(maxsize=64)(self._reckoned)
        self.compared = 0

    def slack(self, seconds: float) -> None:
        """Let a reading take so long to see the warehouse, from its as-of on."""
        self._slack = timedelta(seconds=seconds)

    def faults(self, samples: list[Sample], fresh_until: float = PATIENCE + TICK) -> list[str]:
        """Every invariant that some sample broke, each once, in words."""
        return list(dict.fromkeys(said for said in self._all(samples, fresh_until) if said))

    def _all(self, samples: list[Sample], fresh_until: float) -> Iterator[str]:
        before: datetime | None = None
        for one in samples:
            read_at = self._read_at(one)
            yield self.lie(one, read_at)
            yield too_old(one, read_at, fresh_until)
            yield blank(one)
            yield mixed(one)
            yield back(before, read_at)
            before = read_at or before

    def _read_at(self, one: Sample) -> datetime | None:
        """The real moment of the as-of on a screen; the clock's first where the server's clock never showed it."""
        if one.as_of is None or self._clock is None:
            return one.as_of
        return self._clock.real(one.as_of, datetime.fromtimestamp(one.at + 1, UTC)) or NEVER

    def lie(self, one: Sample, read_at: datetime | None) -> str:
        """What a board says that was not true at the as-of it bears (I1); nothing where all is true."""
        if one.as_of is None or read_at is None or not one.tiles:
            return ""
        key = (one.as_of, one.tiles)
        if key not in self._judged:
            self._judged[key] = self._lie(one.as_of, read_at, one.tiles)
        return self._judged[key]

    def _lie(self, as_of: datetime, read_at: datetime, tiles: tuple[Tile, ...]) -> str:
        could_be = self._visible(read_at)
        found = [wrong(tiles, self._numbers(as_of, place)) for place in could_be]
        known = self._numbers(as_of, could_be[-1])
        self.compared += sum(1 for tile in tiles if tile.name in known and FIGURE.fullmatch(tile.text))
        if any(not one for one in found):
            return ""
        least = min(found, key=len)
        return f"I1: as of {as_of:%H:%M:%S.%f} the board says {'; '.join(least[:3])}"

    def _visible(self, read_at: datetime) -> list[int]:
        """The states of the warehouse, by number, that a reading begun at ``read_at`` may have seen."""
        history = self._company.history
        return [
            place
            for place, kept in enumerate(history)
            if kept.whole
            and kept.begun <= read_at + self._slack
            and (place + 1 == len(history) or history[place + 1].done >= read_at)
        ] or [self._last_whole(history, read_at)]

    @staticmethod
    def _last_whole(history: list[Kept], read_at: datetime) -> int:
        return max((place for place, kept in enumerate(history) if kept.whole and kept.begun <= read_at), default=0)

    def _reckoned(self, as_of: datetime, place: int) -> Numbers:
        return numbers(Rows(self._company.history[place].tables), self._facts, self._versions, as_of)


def wrong(tiles: Iterable[Tile], known: Numbers) -> list[str]:
    """The figures that are not what they should be."""
    return [
        f"{tile.name} {tile.text!r}, and it was {known[tile.name].value}"
        for tile in tiles
        if tile.name in known and not true(tile.text, known[tile.name].value, whole=tile.name.startswith(MONEY))
    ]


def true(text: str, value: Fraction | None, whole: bool = False) -> bool:
    """Whether a figure says a value, as exactly as it is written; words that are no figure say nothing.

    Small ones have a decimal, unless they are ``whole``, as money is.

    >>> true("1,235", Fraction(12345, 10)), true("95 %", Fraction(953, 1000)), true("8", Fraction(17, 2))
    (True, True, False)
    >>> true("0", Fraction(1, 5)), true("0", Fraction(1, 5), whole=True), true("1", Fraction(1, 5), whole=True)
    (False, True, False)
    >>> true("nan", Fraction(1)), true("—", None), true("—", Fraction(0)), true("0", None)
    (False, True, False, False)
    """
    if text == "—":
        return value is None
    if re.search(r"\b(nan|inf|null|undefined|none)\b", text, re.IGNORECASE):
        return False
    found = FIGURE.fullmatch(text)
    if not found:
        return True
    if value is None:
        return False
    figure = Decimal(found["figure"].replace(",", "").replace("−", "-"))
    exact = value * 100 if found["unit"] == " %" else value
    small = not whole and exact.denominator != 1 and abs(exact) < 10
    if small and "." not in found["figure"] and abs(exact - round(exact)) >= 0.05:
        return False
    half = Fraction(1, 2) / 10 ** -int(figure.as_tuple().exponent or 0)
    return abs(Fraction(figure) - exact) <= half


def too_old(one: Sample, read_at: datetime | None, most: float) -> str:
    """A board that calls itself live and is older than it may be (I1)."""
    if one.state != "live" or read_at is None:
        return ""
    age = one.at - read_at.timestamp()
    return f"I1: live, and {age:.0f} s old" if age > most else ""


def blank(one: Sample) -> str:
    """A screen that had something and has nothing, or a number without a word (I2)."""
    if one.as_of is None:
        return ""
    names = {tile.name: tile.text.strip() for tile in one.tiles}
    gone = [name for name in CORE if not names.get(name)]
    if gone:
        return f"I2: nothing stands for {', '.join(gone[:3])}"
    return "" if one.words.strip() else "I2: no word on freshness"


def mixed(one: Sample) -> str:
    """Numbers of two snapshots on one screen (I3)."""
    found = {tile.snapshot for tile in one.tiles if tile.snapshot}
    return f"I3: numbers of snapshots {', '.join(sorted(found))} stand together" if len(found) > 1 else ""


def back(before: datetime | None, read_at: datetime | None) -> str:
    """A screen that went back to what was read before (I3)."""
    if before is None or read_at is None or read_at >= before:
        return ""
    return f"I3: back from {before:%H:%M:%S.%f} to {read_at:%H:%M:%S.%f}"
