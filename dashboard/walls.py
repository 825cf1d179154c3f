"""The walls that have said what they show: screens that nobody touches, each under its name."""

import json
from contextlib import suppress
from typing import Any

PAINTED = "/api/painted"
"""The address to which a wall says what it shows."""
LONGEST_WORD = 2000
"""Bytes a wall may send to say it."""
MOST = 200


class Walls:
    """What the walls of one worker have said last."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, Any]] = {}

    def note(self, body: bytes, monotonic: float) -> None:
        """Note what a wall says it shows: its name, and the age and number of its picture; other words are not noted.

        >>> walls = Walls()
        >>> walls.note(b'{"wall": "Hall", "age": 3, "number": 7}', 100.0)
        >>> walls.note(b"[]", 101.0)
        >>> walls.told
        {'Hall': {'age': 3.0, 'number': 7, 'at': 100.0}}
        """
        with suppress(ValueError, TypeError, KeyError, OverflowError, RecursionError):
            told = json.loads(body)
            name, age, number = str(told["wall"])[:60], float(told["age"]), int(told["number"])
            if len(self.told) < MOST or name in self.told:
                self.told[name] = {"age": age, "number": number, "at": monotonic}
