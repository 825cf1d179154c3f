"""The published board: one immutable file that a refresher replaces whole and every worker serves.

A reader sees the old one or the new one, never a part: it is written beside, flushed to the disk, and renamed.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from dashboard.steady import boot, steady

FILE = "snapshot.json"


class Snapshot(NamedTuple):
    """The board at one moment, for everybody. Its number grows with every one published on this machine."""

    number: int
    as_of: datetime | None
    """None while there is nothing to show yet."""
    beat: float
    """The machine's steady clock (seconds since it started) when the warehouse was last read in full."""
    kind: str
    """The state of the board: live, stale, refused, waiting."""
    numbers: dict[str, Any]
    """What machines get: the board as JSON."""
    picture: dict[str, Any]
    """What browsers draw."""
    rows: Mapping[str, Any] = {}
    """Which rows stand behind which number."""

    def age(self, steady: float) -> float:
        """Return the seconds since the warehouse was last read in full, endless where the machine has started anew.

        >>> one = Snapshot(1, None, 100.0, "live", {}, {})
        >>> one.age(103.5), one.age(5.0)
        (3.5, inf)
        """
        return steady - self.beat if steady >= self.beat else float("inf")

    def is_of(self, company: str) -> bool:
        """Return whether it shows something, and of this company."""
        return self.as_of is not None and self.numbers.get("company") == company

    def still(self, number: int, why: str) -> "Snapshot":
        """Return the same picture under another number, marked as old, for what ``why`` says.

        >>> one = Snapshot(1, datetime(2026, 11, 20, 14, 32), 100.0, "live", {"a": 1}, {"id": "x", "blocks": {}})
        >>> one.still(2, "it is gone").picture
        {'id': 'x-2', 'blocks': {}, 'state': {'kind': 'stale', 'words': 'stale since 14:32: it is gone'}}
        """
        words = f"stale since {self.as_of:%H:%M}: {why}"
        picture = self.picture | {"id": f"{self.picture['id'].partition('-')[0]}-{number}"}
        return self._replace(
            number=number,
            kind="stale",
            numbers=self.numbers | {"state": "stale", "state_words": words},
            picture=picture | {"state": {"kind": "stale", "words": words}},
        )


def publish(folder: Path, snapshot: Snapshot) -> None:
    """Put ``snapshot`` in the place of the last one, whole; ``OSError`` when the disk refuses: the last one stays."""
    told = snapshot._asdict() | {"as_of": snapshot.as_of.isoformat() if snapshot.as_of else None, "boot": boot()}
    put(folder / FILE, json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


def put(path: Path, body: bytes) -> None:
    """Put ``body`` in the place of a file, whole; ``OSError`` when the disk refuses: the last one stays."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def latest(folder: Path) -> Snapshot | None:
    """Return the published snapshot; None where there is none, or none that can be read."""
    try:
        told = json.loads((folder / FILE).read_bytes())
        moment, beat = told["as_of"], beat_of(told.pop("boot", None), told["beat"])
        return Snapshot(**told | {"as_of": datetime.fromisoformat(moment) if moment else None, "beat": beat})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def beat_of(started: object, beat: float) -> float:
    """Return when something was published by this machine's clock; endless where it has started anew since then.

    Its clock begins anew with it, and what was published in its first minute would look as fresh in every first minute.

    >>> beat_of(boot(), 7.0), beat_of("another start", 7.0), beat_of(None, 7.0)
    (7.0, inf, inf)
    """
    return beat if started == boot() else float("inf")


class Shelf:
    """The newest snapshot of a folder, read anew only when the file has been replaced."""

    def __init__(self, folder: Path, monotonic: Callable[[], float] = steady) -> None:
        self.folder = folder
        self._monotonic = monotonic
        self._seen: tuple[int, int] | None = None
        self._kept: Snapshot | None = None

    def newest(self) -> Snapshot | None:
        """Return the newest snapshot; the last good one while the file cannot be read; None before the first."""
        try:
            found = (self.folder / FILE).stat()
        except OSError:
            return self._kept
        identity = (found.st_ino, found.st_mtime_ns)
        if identity != self._seen:
            read = latest(self.folder)
            if read is not None:
                self._seen, self._kept = identity, read
        return self._kept

    def age(self) -> float:
        """Return how many seconds ago the warehouse was last read in full; endless before the first time."""
        newest = self.newest()
        return newest.age(self._monotonic()) if newest else float("inf")
