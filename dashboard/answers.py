"""What the server answers from the published snapshot: the same over ASGI and WSGI, without touching the warehouse."""

import gzip
import json
import os
import re
import stat
import tempfile
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from dashboard.parts import Parts
from dashboard.settings import Settings
from dashboard.snapshot import Shelf, Snapshot
from queries.faults import Refused

PICTURE, NUMBERS, HEALTH, READY = "/api/board/picture", "/api/board", "/healthz", "/readyz"
REMEMBERED = 32
"""Of so many boards it is remembered which rows stand behind their numbers."""
JSON = "application/json; charset=utf-8"


class Answer(NamedTuple):
    """An HTTP answer: status, headers, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Served(NamedTuple):
    """One snapshot, made ready once to be sent to everybody."""

    snapshot: Snapshot
    picture: bytes
    picture_gz: bytes
    numbers: bytes
    etag: str


def folder(asked: Settings, given: str | None = None) -> Path:
    """Return the folder in which this machine's processes share the snapshot of these settings; it is made if need be.

    ``given`` names it; else it lies among the temporary files, one for every user, warehouse and pair of papers.
    Raises ``Refused`` where somebody else has made that one, who could show whatever numbers they like.
    """
    if given:
        found = Path(given)
    else:
        papers = f"{asked.warehouse.render_as_string(hide_password=False)}\n{asked.company!r}\n{asked.agreement!r}"
        name = f"smarketing-{os.getuid()}-{sha256(papers.encode()).hexdigest()[:12]}"
        found = Path(tempfile.gettempdir()) / name
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not given and not _is_ours(found):
        raise Refused(f"{found}: is not this user's alone: take it away, or name another folder by SMARKETING_STATE")
    return found


def _is_ours(folder: Path) -> bool:
    seen = folder.lstat()
    return stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.getuid() and not seen.st_mode & 0o022


def ready_to_send(snapshot: Snapshot) -> Served:
    """Return a snapshot as bytes, compressed once."""
    picture, numbers = told({"number": snapshot.number, **snapshot.picture}), told(snapshot.numbers)
    return Served(snapshot, picture, gzip.compress(picture, 6, mtime=0), numbers, f'"{snapshot.number}"')


def told(what: Any) -> bytes:
    """Return ``what`` as the bytes of its JSON.

    >>> told({"a": [1, 0.5, None]}), told({"many": 10**30})
    (b'{"a":[1,0.5,null]}', b'{"many":1000000000000000000000000000000}')
    """
    try:
        return orjson.dumps(what)
    except TypeError:  # a whole number of more than 64 bits
        return json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode()


class Counter:
    """Hands out the newest snapshot, made ready once, with its age and the name of the build that answers."""

    def __init__(self, shelf: Shelf, refresh_seconds: float, build: str = "") -> None:
        self._shelf = shelf
        self.build = build
        self._limit = 2 * refresh_seconds + 15
        self.parts = Parts(shelf.folder)
        """What each rep is sent of the same board."""
        self._ready: Served | None = None
        self._rows: OrderedDict[datetime, Mapping[str, Any]] = OrderedDict()

    @property
    def folder(self) -> Path:
        """The folder in which this machine's processes share what they publish."""
        return self._shelf.folder

    def newest(self) -> Served | None:
        """Return the newest snapshot, ready to be sent; None before the first."""
        found = self._shelf.newest()
        if found is None:
            return None
        if self._ready is None or self._ready.snapshot is not found:
            self._ready = ready_to_send(found)
            self._note_rows(found)
        return self._ready

    def _note_rows(self, found: Snapshot) -> None:
        if found.as_of is not None and found.rows:
            # in UTC: an instant within the hour that comes twice equals itself in no other zone
            self._rows[found.as_of.astimezone(UTC)] = found.rows
        while len(self._rows) > REMEMBERED:
            self._rows.popitem(last=False)

    def rows(self, as_of: datetime) -> Mapping[str, Any] | None:
        """Return which rows stand behind the numbers of a board published lately; None for any other moment."""
        self.newest()
        return self._rows.get(as_of.astimezone(UTC))

    def age(self) -> float:
        """Return the seconds since the warehouse was last read in full."""
        return self._shelf.age()

    def is_fresh(self) -> bool:
        """Return whether the newest snapshot is live and within its time."""
        newest = self.newest()
        return newest is not None and newest.snapshot.kind == "live" and self.age() <= self._limit

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer | None:
        """Return the answer to a GET of ``path``; None for what is not answered from the snapshot.

        ``headers`` are the request's, by lower-case name.
        """
        if path == HEALTH:
            return Answer(200, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}, b"ok\n")
        if path == READY:
            return self._readiness()
        if path == PICTURE:
            return self._picture(headers)
        return self._numbers() if path == NUMBERS else None

    def _readiness(self) -> Answer:
        fresh, newest = self.is_fresh(), self.newest()
        kind = newest.snapshot.kind if newest else "waiting"
        said = {"ready": fresh, "state": kind, "age_seconds": self._rounded_age()}
        return Answer(200 if fresh else 503, {"Content-Type": JSON, "Cache-Control": "no-store"}, told(said))

    def _rounded_age(self) -> float | None:
        age = self.age()
        return round(age, 3) if age != float("inf") else None

    def _picture(self, headers: Mapping[str, str]) -> Answer:
        newest = self.newest()
        if newest is None:
            return self._nothing_yet()
        named = self._headers() | {"ETag": newest.etag, "Vary": "Accept-Encoding"}
        if newest.etag in re.findall(r'"[^"]*"', headers.get("if-none-match", "")):
            return Answer(304, named, b"")
        if "gzip" in headers.get("accept-encoding", ""):
            return Answer(200, named | {"Content-Encoding": "gzip"}, newest.picture_gz)
        return Answer(200, named, newest.picture)

    def _numbers(self) -> Answer:
        newest = self.newest()
        if newest is None:
            return self._nothing_yet()
        if self.age() <= self._limit or newest.snapshot.kind != "live":
            return Answer(503 if newest.snapshot.kind == "waiting" else 200, self._headers(), newest.numbers)
        words = f"no data read for {self.age():.0f} s"
        said = newest.snapshot.numbers | {"state": "stale", "state_words": words}
        return Answer(200, self._headers(), told(said))

    def _nothing_yet(self) -> Answer:
        said = {"state": "waiting", "error": "waiting for first data: nothing has been read yet"}
        return Answer(503, self._headers() | {"Retry-After": "1"}, told(said))

    def _headers(self) -> dict[str, str]:
        age = self.age()
        # Age is the standard's word for how old an answer is; a page adds the time that it has held it
        named = {"Age": f"{age:.1f}"} if age != float("inf") else {"Age": "2147483648"}
        return named | {"Content-Type": JSON, "Cache-Control": "no-cache", "X-Build": self.build}
