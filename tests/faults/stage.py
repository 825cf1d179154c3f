"""What the scene of a fault has that others have not."""

from datetime import datetime
from typing import NamedTuple


class Stage(NamedTuple):
    """Faults of one stage share a scene."""

    little_room: bool = False
    """The snapshot lies on a small disk."""
    clock: bool = False
    """The server's clock is set by the test."""
    own_role: bool = False
    """The server signs in to its PostgreSQL as a role that may only read, with a password from a file."""
    own_build: bool = False
    """The server runs a build of its own, which may be spoilt."""
    begins: datetime | None = None
    """All the world begins at another time, and goes on from there as the clock does."""


PLAIN = Stage()
