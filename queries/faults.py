"""What this program refuses, in words a person can act on."""


class Refused(Exception):
    """Something given is wrong: the text says what, where, and what to do. Shown as it stands, without a traceback."""


class WarehouseAddressWrong(Refused):
    """The address names no warehouse this program can open; correct the address."""


class WarehouseSilent(Refused):
    """The warehouse did not answer (gone, hung, locked, refused); the last picture stays until it does."""


class ContractBroken(Refused):
    """The warehouse answered, but not with what the contract promises; run ``smarketing check``."""


class StillLoading(WarehouseSilent):
    """A load has begun and not ended: half of it would be a wrong number, so nothing is read until it ends."""


class DataRefused(ContractBroken):
    """The warehouse answered in form, but what it said cannot be right; the last good picture stays."""


class ClockDoubted(DataRefused):
    """This machine's clock cannot be right, so nothing can be judged by it; the last picture stays until it is set."""
