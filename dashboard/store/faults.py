"""What the store refuses, one kind for each thing that can be done about it."""

from typing import Any

from queries.faults import Refused


class StoreAddressWrong(Refused):
    """The address names no place where this program can keep a store; correct the address."""


class StoreSilent(Refused):
    """The store did not answer or has no room (gone, locked, full, read-only); nothing of the write was kept."""


class StoreForeign(Refused):
    """What lies at the address is no store, or one of a newer Smarketing; it is left as it is."""


class Unknown(Refused):
    """Nothing of that name is kept; look again at what is there."""


class Outdated(Refused):
    """Somebody else was first. ``there`` is what is kept now, for whoever wants to write again."""

    def __init__(self, said: str, there: Any) -> None:
        super().__init__(said)
        self.there = there
