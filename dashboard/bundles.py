"""Scripts, styles, fonts and live pages as they are sent to everybody: fetched from Dash once, compressed once."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

from dashboard.doors import Door
from dashboard.pages import SOMEBODY, below, made_for
from dashboard.stream import Receive, Send

PLACES = ("/assets/", "/_dash-component-suites/")
A_YEAR = "public, max-age=31536000, immutable"
MOST, MOST_BYTES, MOST_WAITING = 300, 64_000_000, 300
"""How many bundles are kept, how large they may be together, and how many may wait for one that is being made."""
OWN_NAMES = ("m=", "v=")
"""What an address says of a file that never changes under it."""

Scope = dict[str, Any]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class Bundle(NamedTuple):
    """A file as it is sent to everybody."""

    headers: Headers
    body: bytes
    small: bytes | None
    """Compressed; None where that does not help."""


class Bundles:
    """The bundles of one worker, and the live pages, whose addresses are ``pages``; ``source`` has them first.

    Below each of ``parted`` every address has a page, all with one frame.
    """

    def __init__(self, source: Asgi, pages: frozenset[str], parted: frozenset[str] = frozenset()) -> None:
        self._source, self._pages, self._parted = source, pages, parted
        self._kept: dict[str, Bundle] = {}
        self._size = 0
        self._turns: dict[str, asyncio.Lock] = {}
        self._waiting = Door(MOST_WAITING)

    def has(self, path: str) -> bool:
        """Return whether ``path`` is the address of a bundle or of a live page."""
        return path.startswith(PLACES) or path in self._pages or below(path, self._parted) is not None

    async def warm(self, addresses: Iterable[str]) -> None:
        """Have these at hand before anybody asks."""
        for address in addresses:
            path, _, words = address.partition("?")
            await self.answer(_asked(path, words), _nothing_more, _unheard)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a bundle, made the first time it is asked for; raise ``Full`` when too many wait for it."""
        parted = below(scope["path"], self._parted)
        path = f"{parted[0]}/{SOMEBODY}" if parted else scope["path"]
        # whatever else is asked of a file, it is the same one, and kept once
        asked_for = "" if parted or path in self._pages else scope["query_string"].decode("latin-1")
        words = next((one for one in OWN_NAMES if one in asked_for), "")
        name = f"{path}?{words}"
        asked = {**scope, "path": path, "raw_path": path.encode()} if parted else scope
        found = self._kept.get(name) or await self._first(asked, receive, send, name, words)
        if found is None:
            return
        if parted:
            body = made_for(found.body.decode(), parted[1]).encode()
            found = found._replace(body=body, small=gzip.compress(body, 1, mtime=0))
        packed = found.small if b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b"") else None
        encoding = [(b"content-encoding", b"gzip")] if packed else []
        await whole(send, scope, 200, [*found.headers, *encoding], packed or found.body)

    async def _first(self, scope: Scope, receive: Receive, send: Send, name: str, words: str) -> Bundle | None:
        """Return the bundle when it has been made; None when it cannot be, and that has been answered."""
        # when the power comes back a thousand screens ask for one file at once: it is fetched and compressed once
        with self._waiting.entered():
            try:
                async with self._turns.setdefault(name, asyncio.Lock()):
                    return self._kept.get(name) or await self._make(scope, receive, send, name, words)
            finally:
                self._turns.pop(name, None)

    async def _make(self, scope: Scope, receive: Receive, send: Send, name: str, words: str) -> Bundle | None:
        status, headers, body = await self._fetched(scope, receive)
        if status != 200:
            await whole(send, scope, status, headers, body)
            return None
        found = await asyncio.to_thread(_made, scope["path"], words, headers, body)
        # names are made up by whoever asks; only so many are kept
        size = len(found.body) + len(found.small or b"")
        if len(self._kept) < MOST and self._size + size <= MOST_BYTES:
            self._kept[name], self._size = found, self._size + size
        return found

    async def _fetched(self, scope: Scope, receive: Receive) -> tuple[int, Headers, bytes]:
        """Return what the source answers, whole."""
        told: dict[str, Any] = {}
        parts: list[bytes] = []

        async def keep(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                told.update(message)
            else:
                parts.append(message.get("body", b""))

        plain = [pair for pair in scope["headers"] if pair[0] not in (b"if-none-match", b"if-modified-since", b"range")]
        await self._source({**scope, "method": "GET", "headers": plain}, receive, keep)
        return told["status"], list(told["headers"]), b"".join(parts)


def _made(path: str, words: str, headers: Headers, body: bytes) -> Bundle:
    """Return a bundle as it is sent from now on: compressed where it helps, kept where its name is its own."""
    dropped = (b"content-length", b"content-encoding", b"etag", b"cache-control", b"date", b"last-modified")
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in dropped]
    small = None if path.endswith((".woff2", ".png")) else gzip.compress(body, 9, mtime=0)
    own_name = words in OWN_NAMES or path.startswith(("/assets/vendor/", "/assets/fonts/", "/_dash"))
    cached = A_YEAR.encode() if own_name else b"no-cache"
    return Bundle([*kept, (b"cache-control", cached), (b"vary", b"accept-encoding")], body, small)


async def whole(send: Send, scope: Scope, status: int, headers: Headers, body: bytes) -> None:
    """Send an answer in one piece; to HEAD, everything but its body."""
    plain = [pair for pair in headers if pair[0].lower() != b"content-length"]
    told = [*plain, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _asked(path: str, words: str) -> Scope:
    """Return the question of a worker to itself."""
    place = ("127.0.0.1", 80)
    return {
        "type": "http", "http_version": "1.1", "asgi": {"version": "3.0"}, "scheme": "http", "method": "GET",
        "path": path, "raw_path": path.encode(), "query_string": words.encode(), "root_path": "",
        "headers": [(b"host", b"127.0.0.1")], "server": place, "client": place,
    }  # fmt: skip


async def _nothing_more() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _unheard(_: dict[str, Any]) -> None:
    return
