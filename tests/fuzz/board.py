"""A whole board in this process, asked as a server asks it: the guard, the front, Dash, and what lies behind."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import structlog

from dashboard.access.doorman import Doorman
from dashboard.access.guard import Guard
from dashboard.access.limits import Limits
from dashboard.access.way import OPEN
from dashboard.front import Front
from dashboard.refresher import Refresher
from dashboard.settings import Settings

PLACE = ("127.0.0.1", 8050)
SLOWEST = 0.1
"""Seconds in which what is refused is refused."""
Chunks = Sequence[bytes]


class Asked(NamedTuple):
    """One request: the bytes of its address, its headers, and its body in the pieces in which it comes."""

    method: str = "GET"
    target: bytes = b"/"
    headers: tuple[tuple[bytes, bytes], ...] = ((b"host", b"127.0.0.1:8050"),)
    body: Chunks = (b"",)


class Told(NamedTuple):
    """What came back, and after how many seconds; status 0 where nothing did."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


class Faults(logging.Handler):
    """What the board says went wrong in itself, on whichever log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what comes with a traceback, or is an error."""
        if record.exc_info or record.levelno >= logging.ERROR:
            self.found.append(logging.Formatter().format(record)[-2000:])

    def event(self, _: Any, __: str, told: Any) -> Any:
        """Keep an event of our own log that says that something failed; let no event be written."""
        if told.get("event") == "failed" or "exc_info" in told:
            self.found.append(str(told))
        raise structlog.DropEvent


class Board:
    """Asks one board, one request after the other."""

    def __init__(self, guard: Guard, faults: Faults) -> None:
        self._guard, self.faults = guard, faults

    async def ask(self, asked: Asked) -> Told:
        """Return the answer to one request."""
        left, told = list(asked.body) or [b""], _Heard()

        async def receive() -> dict[str, Any]:
            if left:
                return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}
            # a browser that has got its answer, or is tired of a stream, goes
            await told.done.wait()
            return {"type": "http.disconnect"}

        begun = time.perf_counter()
        try:
            await self._guard(scope(asked), receive, told.hear)
        except Exception as failed:  # noqa: BLE001 - what gets as far as this is what is looked for
            self.faults.found.append(f"{type(failed).__name__} {failed} got through")
        return Told(told.status, told.headers, b"".join(told.parts), time.perf_counter() - begun)


class _Heard:
    """What one who asks hears; of a stream no more than its beginning."""

    def __init__(self) -> None:
        self.status, self.headers, self.parts = 0, dict[str, str](), list[bytes]()
        self.done = asyncio.Event()

    async def hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
            return
        self.parts.append(message.get("body", b""))
        is_stream = self.headers.get("content-type", "").startswith("text/event-stream")
        if is_stream or not message.get("more_body"):
            self.done.set()


def scope(asked: Asked) -> dict[str, Any]:
    """Return a request as gunicorn hands it to an app."""
    path, _, query = asked.target.partition(b"?")
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": asked.method, "scheme": "http",
        "path": unquoted(path).decode("utf-8", "replace"), "raw_path": path, "query_string": query, "root_path": "",
        "headers": list(asked.headers), "server": PLACE, "client": ("127.0.0.1", 40000),
    }  # fmt: skip


def unquoted(text: bytes) -> bytes:
    """Return an address with its ``%41`` read, as a server reads it.

    >>> unquoted(b"/a%2Fb%zz")
    b'/a/b%zz'
    """
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text)


@asynccontextmanager
async def board(told: Settings, folder: Path, limits: Limits | None = None) -> AsyncIterator[Board]:
    """Yield a board that has been read once; without ``limits`` one may ask as often as one likes."""
    refresher = Refresher(told, folder, lambda: datetime.now(UTC))
    refresher.turn()
    refresher.close()
    front, faults, before = Front(told, folder, OPEN), Faults(), structlog.get_config()["processors"]
    ours = front.house.doorman
    doorman = Doorman(ours.judge, ours._notices, limits=limits or Limits({}))
    structlog.configure(processors=[faults.event])
    logging.getLogger().addHandler(faults)
    try:
        yield Board(Guard(front, doorman), faults)
    finally:
        logging.getLogger().removeHandler(faults)
        structlog.configure(processors=before)


def held() -> int:
    """Return how many bytes of memory this process holds."""
    return int(psutil.Process().memory_info().rss)
