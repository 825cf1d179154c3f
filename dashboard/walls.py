"""The walls that have said what they show: screens that nobody touches, each under its name."""

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from dashboard import strict

PAINTED = "/api/painted"
"""The address to which a wall says what it shows."""
LONGEST_WORD = 2000
"""Bytes a wall may send to say it."""
MOST = 200
SAID = {"size": 20, "build": 40, "page": 60}
"""What else a wall says of itself, and how many characters of it are kept."""


class Walls:
    """What the walls of one worker have said last."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, Any]] = {}

    def note(self, body: bytes, monotonic: float, screen: tuple[str, str] | None = None) -> None:
        """Note what a wall says it shows: its name, and the age and number of its picture; other words are not noted.

        ``screen`` is the id and the name of a paired one, which goes by that name whatever it says.

        >>> walls = Walls()
        >>> walls.note(b'{"wall": "Hall", "age": 3, "number": 7}', 100.0)
        >>> walls.note(b"[]", 101.0)
        >>> walls.told
        {'Hall': {'age': 3.0, 'number': 7, 'at': 100.0}}
        >>> walls.note(b'{"wall": "x", "age": 4, "number": 8}', 102.0, ("id-of-it", "Hall"))
        >>> walls.note(b'{"wall": "Hall", "age": 0, "number": 9}', 103.0)
        >>> walls.told["Hall"]["number"]
        8
        """
        with suppress(ValueError, TypeError, KeyError, OverflowError, RecursionError):
            told = strict.read(body)
            name = screen[1] if screen else str(told["wall"])[:60]
            known: dict[str, Any] = {"age": float(told["age"]), "number": int(told["number"]), "at": monotonic}
            known |= {word: str(told[word])[:most] for word, most in SAID.items() if isinstance(told.get(word), str)}
            if screen:
                known["screen"] = screen[0]
            # a paired screen's name is its own: nobody else speaks under it
            its = screen is None and "screen" in self.told.get(name, {})
            if not its and (len(self.told) < MOST or name in self.told):
                self.told[name] = known


def by_screen(pulses: Iterable[Mapping[str, Any]], monotonic: float | None = None) -> dict[str, dict[str, Any]]:
    """Return what paired screens said last, by their ids: whichever worker it was said to, and how long ago.

    >>> by_screen([{"walls": {"Hall": {"age": 3.0, "number": 7, "at": 90.0, "screen": "one"}}}], 100.0)
    {'one': {'age': 13.0, 'number': 7, 'ago': 10.0}}
    """
    now = time.monotonic() if monotonic is None else monotonic
    said = [told for one in pulses for told in one.get("walls", {}).values() if "screen" in told]
    found = {}
    for told in sorted(said, key=lambda one: float(one["at"])):
        ago = round(now - told["at"], 1)
        more = {word: told[word] for word in SAID if word in told}
        found[told["screen"]] = {"age": round(told["age"] + ago, 1), "number": told["number"], "ago": ago, **more}
    return found
