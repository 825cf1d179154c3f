"""The front: one ASGI app that serves the stream, the snapshot and the bundles, and leaves the rest to Dash.

``gunicorn --worker-class asgi dashboard.front:app`` runs it. Every worker starts a refresher; one of them leads.
"""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from a2wsgi import WSGIMiddleware

from dashboard import app as shell
from dashboard.answers import Answer, Counter, folder
from dashboard.frame import build
from dashboard.keeper import Keeper
from dashboard.pages import pages
from dashboard.pulse import Health, Pulse, metrics
from dashboard.settings import Settings, now, settings, state
from dashboard.snapshot import Shelf
from dashboard.stream import Receive, Send, Stream
from dashboard.travel import Travel

STREAM, METRICS, PAINTED = "/stream", "/metrics", "/api/painted"
BUNDLES = ("/assets/", "/_dash-component-suites/")
A_YEAR = "public, max-age=31536000, immutable"
MOST_BUNDLES, MOST_WALLS = 300, 200
LONGEST_WORD = 2000
"""Bytes a wall may send to say what it shows."""

Scope = dict[str, Any]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class Bundle(NamedTuple):
    """A file as it is sent to everybody: fetched once, compressed once."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    small: bytes | None
    """Compressed; None where that does not help."""


class Front:
    """The ASGI app of one worker."""

    def __init__(self, told: Settings, shared: Path) -> None:
        self._counter = Counter(Shelf(shared), told.refresh_seconds, build())
        self._stream = Stream(self._counter, now)
        self._rest: Any = WSGIMiddleware(shell.create(told, self._counter, Travel(told)).server, workers=8)
        self._bundles: dict[str, Bundle] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._pages = frozenset(path for path, one in pages().items() if one.live)
        self._walls: dict[str, dict[str, Any]] = {}
        self._health = Health(shared, self._counter.age, self._counter.is_fresh)
        self._pulse = Pulse(shared)
        self._shared = shared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the worker's life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start the refresher and the stream with the worker, and end them with it."""
        await receive()
        keeper = Keeper(self._shared).start()
        works = [asyncio.ensure_future(one) for one in (self._stream.watch(), self._beat())]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for work in works:
            work.cancel()
        await asyncio.to_thread(keeper.stop)
        self._pulse.end()
        await send({"type": "lifespan.shutdown.complete"})

    async def _beat(self) -> None:
        while True:
            self._pulse.say(viewers=self._stream.viewers, walls=self._walls)
            await asyncio.sleep(1.0)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, reads = scope["path"], scope["method"] in ("GET", "HEAD")
        if path == STREAM and scope["method"] == "GET":
            await self._stream.serve(receive, send)
        elif path == PAINTED and scope["method"] == "POST":
            await self._painted(receive, send)
        elif path == METRICS and reads:
            text = await asyncio.to_thread(metrics, self._health)
            await _send(send, scope, Answer(200, {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}, text))
        elif reads and b"as_of=" not in scope["query_string"] and (found := self._from_snapshot(scope)):
            await _send(send, scope, found)
        elif reads and (path.startswith(BUNDLES) or path in self._pages):
            await self._bundle(scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    def _from_snapshot(self, scope: Scope) -> Answer | None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        return self._counter.answer(scope["path"], headers)

    async def _painted(self, receive: Receive, send: Send) -> None:
        """Note what a wall says it shows: its name, and the age and number of its picture."""
        body = await _body(receive)
        with suppress(ValueError, TypeError, KeyError):
            told = json.loads(body)
            name, age, number = str(told["wall"])[:60], float(told["age"]), int(told["number"])
            if len(self._walls) < MOST_WALLS or name in self._walls:
                self._walls[name] = {"age": age, "number": number, "at": asyncio.get_running_loop().time()}
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def _bundle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a bundle or a live page, fetched from Dash and compressed the first time it is asked for."""
        words = "" if scope["path"] in self._pages else scope["query_string"].decode("latin-1")
        name = f"{scope['path']}?{words}"
        found = self._bundles.get(name)
        if found is None:
            # when the power comes back a thousand screens ask for one file at once: it is fetched and compressed once
            async with self._turns.setdefault(name, asyncio.Lock()):
                found = self._bundles.get(name) or await self._make(scope, receive, send, name, words)
            self._turns.pop(name, None)
        if found is None:
            return
        packed = found.small if b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b"") else None
        encoding = [(b"content-encoding", b"gzip")] if packed else []
        await _whole(send, scope, 200, [*found.headers, *encoding], packed or found.body)

    async def _make(self, scope: Scope, receive: Receive, send: Send, name: str, words: str) -> Bundle | None:
        """Return the bundle as it is sent from now on; what cannot be fetched is answered, and None returned."""
        status, headers, body = await self._fetched(scope, receive)
        if status != 200:
            await _whole(send, scope, status, headers, body)
            return None
        found = await asyncio.to_thread(_made, scope["path"], words, headers, body)
        # names are made up by whoever asks; only so many are kept
        if len(self._bundles) < MOST_BUNDLES:
            self._bundles[name] = found
        return found

    async def _fetched(self, scope: Scope, receive: Receive) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Return what Dash answers, whole."""
        told: dict[str, Any] = {}
        parts: list[bytes] = []

        async def keep(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                told.update(message)
            else:
                parts.append(message.get("body", b""))

        plain = [pair for pair in scope["headers"] if pair[0] not in (b"if-none-match", b"if-modified-since", b"range")]
        await self._rest({**scope, "method": "GET", "headers": plain}, receive, keep)
        return told["status"], list(told["headers"]), b"".join(parts)


def _made(path: str, words: str, headers: list[tuple[bytes, bytes]], body: bytes) -> Bundle:
    """Return a bundle as it is sent from now on: compressed where it helps, kept where its name is its own."""
    dropped = (b"content-length", b"content-encoding", b"etag", b"cache-control", b"date", b"last-modified")
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in dropped]
    small = None if path.endswith((".woff2", ".png")) else gzip.compress(body, 9, mtime=0)
    own_name = "m=" in words or "v=" in words or path.startswith(("/assets/vendor/", "/assets/fonts/", "/_dash"))
    cached = A_YEAR.encode() if own_name else b"no-cache"
    return Bundle([*kept, (b"cache-control", cached), (b"vary", b"accept-encoding")], body, small)


async def _send(send: Send, scope: Scope, answer: Answer) -> None:
    headers = answer.headers | {"X-Content-Type-Options": "nosniff"}
    told = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await _whole(send, scope, answer.status, told, answer.body)


async def _whole(send: Send, scope: Scope, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    """Send an answer in one piece; to HEAD, everything but its body."""
    plain = [pair for pair in headers if pair[0].lower() != b"content-length"]
    told = [*plain, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def _body(receive: Receive) -> bytes:
    """Return the body of a request, no more of it than a wall has to say."""
    parts: bytes = b""
    while True:
        message = await receive()
        parts = (parts + message.get("body", b""))[:LONGEST_WORD]
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return parts


def create() -> Front:
    """Return the app that the environment asks for."""
    told = settings()
    return Front(told, folder(told, state()))


def __getattr__(name: str) -> Any:
    """Make ``app``, which gunicorn asks for, when it is first asked for."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["app"] = made = create()
    return made
