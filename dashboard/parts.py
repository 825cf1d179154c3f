"""The reps' parts of a board: published whole beside the snapshot, one file from which a worker hands each her own.

The first line says which bytes are whose, so that nobody has to read the others' to send one.
"""

import gzip
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from dashboard.snapshot import beat_of, put
from dashboard.steady import boot, steady

FILE = "parts.json"
QUICKLY = 3
"""How hard a part is compressed, which goes to one rep: a third of the time of the usual 6, for a seventh more."""
REMEMBERED = 8
"""Of so many publications it is remembered which rows stand behind their numbers."""


class Part(NamedTuple):
    """What one rep is sent: her picture, and which rows stand behind her numbers."""

    picture: bytes
    rows: Mapping[str, Any]


class Published(NamedTuple):
    """All parts of one moment."""

    number: int
    as_of: datetime
    beat: float
    """The machine's steady clock when the warehouse was last read in full."""
    kind: str
    people: dict[str, Any]
    """Who there is to choose from."""
    places: dict[str, tuple[int, int, int]]
    """Of each rep: where her picture begins, where it ends and her rows begin, and where those end."""
    body: bytes

    def picture(self, rep_id: str) -> bytes | None:
        """Return a rep's picture as JSON; None of nobody."""
        place = self.places.get(rep_id)
        return self.body[place[0] : place[1]] if place else None

    def rows(self, rep_id: str) -> dict[str, Any]:
        """Return which rows stand behind a rep's numbers."""
        place = self.places.get(rep_id)
        found: dict[str, Any] = json.loads(self.body[place[1] : place[2]]) if place else {}
        return found


def publish(
    folder: Path,
    number: int,
    as_of: datetime,
    beat: float,
    kind: str,
    people: Mapping[str, Any],
    parts: Mapping[str, Part],
) -> None:
    """Put all parts in the place of the last ones, at once; ``OSError`` when the disk refuses: the last ones stay."""
    places, body, at = {}, [], 0
    for rep_id, part in parts.items():
        rows = orjson.dumps(part.rows)
        places[rep_id] = (at, at + len(part.picture), at + len(part.picture) + len(rows))
        body += [part.picture, rows]
        at = places[rep_id][2]
    head = {"number": number, "as_of": as_of.isoformat(), "beat": beat, "kind": kind, "people": people, "boot": boot()}
    first = json.dumps(head | {"places": places}, separators=(",", ":")).encode()
    put(folder / FILE, b"".join([first, b"\n", *body]))


def latest(folder: Path) -> Published | None:
    """Return the parts that were published last; None where there are none, or none that can be read."""
    try:
        head, _, body = (folder / FILE).read_bytes().partition(b"\n")
        told = json.loads(head)
        places = {rep_id: tuple(place) for rep_id, place in told.pop("places").items()}
        beat = beat_of(told.pop("boot", None), told["beat"])
        told |= {"as_of": datetime.fromisoformat(told["as_of"]), "beat": beat}
        return Published(**told, places=places, body=body)
    except (OSError, ValueError, TypeError, KeyError):
        return None


class Parts:
    """The newest parts of a folder, read anew only when the file has been replaced."""

    def __init__(self, folder: Path, monotonic: Callable[[], float] = steady) -> None:
        self._folder, self._monotonic = folder, monotonic
        self._seen: tuple[int, int] | None = None
        self._kept: Published | None = None
        self._small: dict[str, bytes] = {}
        self._before: OrderedDict[datetime, Published] = OrderedDict()

    def newest(self) -> Published | None:
        """Return the newest parts; the last good ones while the file cannot be read; None before the first."""
        try:
            found = (self._folder / FILE).stat()
        except OSError:
            return self._kept
        identity = (found.st_ino, found.st_mtime_ns)
        if identity != self._seen:
            read = latest(self._folder)
            if read is not None:
                self._seen, self._kept, self._small = identity, read, {}
                self._before[read.as_of.astimezone(UTC)] = read
                while len(self._before) > REMEMBERED:
                    self._before.popitem(last=False)
        return self._kept

    def age(self) -> float:
        """Return how many seconds ago the warehouse was last read in full for these; endless before the first time."""
        newest, now = self.newest(), self._monotonic()
        return now - newest.beat if newest and now >= newest.beat else float("inf")

    def small(self, rep_id: str) -> bytes | None:
        """Return a rep's newest picture, compressed once for all who look at it; None of nobody."""
        newest = self.newest()
        picture = newest.picture(rep_id) if newest else None
        if picture is None:
            return None
        if rep_id not in self._small:
            self._small[rep_id] = gzip.compress(picture, QUICKLY, mtime=0)
        return self._small[rep_id]

    def rows(self, as_of: datetime, rep_id: str) -> dict[str, Any] | None:
        """Return which rows stand behind a rep's numbers of a moment published lately; None for any other moment."""
        self.newest()
        found = self._before.get(as_of.astimezone(UTC))
        return found.rows(rep_id) if found else None
