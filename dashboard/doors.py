"""Doors that let only so many in: whoever finds one full is told at once to come again, and no queue is endless."""

from collections.abc import Iterator
from contextlib import contextmanager

AGAIN = 2
"""Seconds after which somebody who found a door full is asked to come again."""


class Full(Exception):
    """As many as can be answered in time are being answered already."""


class Door:
    """Lets so many be inside at once, within one worker's loop."""

    def __init__(self, most: int) -> None:
        self._most, self.inside = most, 0

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be inside for as long as the block lasts; raise ``Full`` when there is no room.

        >>> door = Door(1)
        >>> with door.entered(), door.entered():
        ...     pass
        Traceback (most recent call last):
        dashboard.doors.Full
        >>> door.inside
        0
        """
        if self.inside >= self._most:
            raise Full
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1
