"""The front: one ASGI app that serves the stream, the snapshot and the bundles, and leaves the rest to Dash.

The Procfile runs it. Every worker starts a refresher; one of them leads. What is served from memory is always
answered; what has to be made (Dash's pages, boards of the past) has a door, and beyond it the answer is 503 at once.
"""

import asyncio
import time
from collections.abc import Awaitable, Collection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from a2wsgi import WSGIMiddleware

from dashboard import app as shell
from dashboard import frame
from dashboard.access.guard import Guard
from dashboard.access.house import House
from dashboard.access.identity import NAME, NOBODY, Identity
from dashboard.access.screens_api import for_screen
from dashboard.access.way import OPEN, Way
from dashboard.answers import JSON, Answer, Counter, folder, told
from dashboard.bundles import Bundles, Scope, whole
from dashboard.doors import AGAIN, Door, Full
from dashboard.keeper import Keeper
from dashboard.meeting_api import LOOKS
from dashboard.pages import SOMEBODY, Page, pages
from dashboard.part_stream import PartStream
from dashboard.pulse import METRICS, TEXT, Health, Pulse, metrics
from dashboard.reps_api import PEOPLE, PICTURE, RepsApi
from dashboard.rows_api import ROWS
from dashboard.settings import Settings, now, settings, state, way
from dashboard.snapshot import Shelf
from dashboard.store.door import Opener
from dashboard.stream import Receive, Send, Stream
from dashboard.travel import Travel
from dashboard.walls import LONGEST_WORD, PAINTED, Walls

STREAM, OWN_STREAM = "/stream", "/stream/today"
THREADS, MOST_MADE, MOST_READ, MOST_TOLD = 8, 64, 4, 8
"""A worker's threads for Dash; how many answers of Dash may be under way or waiting for one, how many of those
that read the warehouse and must not take all threads, and how many of the numbers for monitoring."""

BUSY = Answer(
    503,
    {"Content-Type": JSON, "Cache-Control": "no-store", "Retry-After": str(AGAIN)},
    told({"state": "busy", "error": f"too many ask at once: ask again in {AGAIN} seconds"}),
)


class Front:
    """The ASGI app of one worker."""

    def __init__(self, told: Settings, shared: Path, way: Way = OPEN) -> None:
        self._counter = Counter(Shelf(shared), told.refresh_seconds, frame.build())
        self._stream = Stream(self._counter, now)
        self._own = PartStream(self._counter.parts, self._counter.build, now)
        travel = Travel(told)
        self._reps = RepsApi(self._counter.parts, travel, self._counter.build)
        store = Opener(told.store)
        self.house = House(way, travel, store, shared)
        made = shell.create(told, self._counter, travel, store).server
        self.house.register(made)
        self._dash: Any = WSGIMiddleware(made, workers=THREADS)
        self._made, self._reads, self._told = Door(MOST_MADE), Door(MOST_READ), Door(MOST_TOLD)
        self._live = [one for one in pages().values() if one.live]
        parted = frozenset(one.path for one in self._live if one.part)
        self._bundles = Bundles(self._rest, frozenset(one.path for one in self._live), parted)
        self._walls, self._pulse = Walls(), Pulse(shared)
        self._health = Health(shared, self._counter.age, self._counter.is_fresh)
        self._keeper = Keeper(shared)
        self._works: list[asyncio.Future[None]] = []
        self._stopped: asyncio.Future[None] | None = None
        self._answering = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the worker's life."""
        if scope["type"] == "lifespan":
            await self._lives(receive, send)
        elif scope["type"] == "http":
            self._answering += 1
            try:
                await self._answer(scope, receive, send)
            except Full:
                await _send(send, scope, BUSY)
            finally:
                self._answering -= 1

    async def _lives(self, receive: Receive, send: Send) -> None:
        """Start the refresher and the stream with the worker, and end them with it."""
        await receive()
        self._keeper.start()
        await self._bundles.warm(_first_asked_for(self._live))
        self._works = [asyncio.ensure_future(one) for one in (self._stream.watch(), self._own.watch(), self._beat())]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def end(self) -> None:
        """End what the worker began, and the streams, and return when nothing is being answered any more."""
        self._stream.close()
        self._own.close()
        # who connected a moment ago has not asked yet
        await asyncio.gather(self._stop(), asyncio.sleep(0.3))
        while self._answering:
            await asyncio.sleep(0.02)

    async def _stop(self) -> None:
        """Stop the refresher and the stream, once, whoever asks for it."""
        self._stopped = self._stopped or asyncio.ensure_future(self._stop_works())
        await asyncio.shield(self._stopped)

    async def _stop_works(self) -> None:
        for work in self._works:
            work.cancel()
        await asyncio.to_thread(self._keeper.stop)
        self._pulse.end()

    async def _beat(self) -> None:
        while True:
            self._pulse.say(viewers=self._stream.viewers + self._own.viewers, walls=self._walls.told)
            await asyncio.sleep(1.0)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, reads, past = scope["path"], scope["method"] in ("GET", "HEAD"), b"as_of=" in scope["query_string"]
        if path in (STREAM, OWN_STREAM) and scope["method"] == "GET":
            await self._listens(scope, receive, send)
        elif path == PAINTED and scope["method"] == "POST":
            await _send(send, scope, self._painted(await _body(receive), scope.get(NAME, NOBODY)))
        elif path == METRICS and reads:
            await self._tell(scope, send)
        elif reads and not past and (found := self._from_snapshot(scope)):
            await _send(send, scope, found)
        elif reads and self._bundles.has(path):
            await self._bundles.answer(scope, receive, send)
        elif past or path.startswith((ROWS, *LOOKS)):
            with self._reads.entered():
                await self._rest(scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    async def _listens(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream; a worker that ends has none to begin, and there is none of somebody who is no rep."""
        if self._stream.closed:
            raise Full
        if scope["path"] == STREAM:
            await self._stream.serve(receive, send)
            return
        rep_id, newest = words(scope).get("rep", ""), self._counter.parts.newest()
        if newest and newest.picture(rep_id) is None:
            await _send(send, scope, self._reps.answer(PICTURE, {"rep": rep_id}, {}))
        else:
            await self._own.serve(rep_id, receive, send)

    def _painted(self, said: bytes, who: Identity) -> Answer:
        """Note what a wall shows; tell a paired one what it is to show."""
        screen = who.screen
        self._walls.note(said, time.monotonic(), (screen.screen_id, screen.name) if screen else None)
        body = told(for_screen(screen)) if screen else b""
        return Answer(200 if screen else 204, {"Content-Type": JSON} if screen else {}, body)

    async def _tell(self, scope: Scope, send: Send) -> None:
        """Tell monitoring how all workers are."""
        with self._told.entered():
            text = await asyncio.to_thread(metrics, self._health)
        await _send(send, scope, Answer(200, {"Content-Type": TEXT}, text))

    def _from_snapshot(self, scope: Scope) -> Answer | None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["path"] in (PICTURE, PEOPLE):
            return self._reps.answer(scope["path"], words(scope), headers)
        return self._counter.answer(scope["path"], headers)

    async def _rest(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Leave it to Dash, while it has room."""
        with self._made.entered():
            await to_its_end(self._dash(scope, receive, send))


async def to_its_end(work: Awaitable[None]) -> None:
    """Await what is made in a thread, to its end also when whoever asked has gone: the thread cannot be told so.

    Given up, it would wait for ever for somebody to take its next part, with its connection to the warehouse.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def words(scope: Scope) -> dict[str, str]:
    """Return the words of an address, the first of each."""
    return {name: values[0] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}


def _first_asked_for(live: Collection[Page]) -> list[str]:
    """Return the addresses of what every screen loads: the pages, and the files that they name."""
    own = [frame.address(path.name) for path in frame.assets().glob("*.*")]
    theirs = [f"{one.path}/{SOMEBODY}" for one in live if one.part]
    return [*(one.path for one in live), *theirs, *own, f"/assets/{frame.PLOTLY}"]


async def _send(send: Send, scope: Scope, answer: Answer) -> None:
    headers = answer.headers | {"X-Content-Type-Options": "nosniff"}
    told = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await whole(send, scope, answer.status, told, answer.body)


async def _body(receive: Receive) -> bytes:
    """Return the body of a request, no more of it than a wall has to say."""
    parts: bytes = b""
    while True:
        message = await receive()
        parts = (parts + message.get("body", b""))[:LONGEST_WORD]
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return parts


def create() -> Guard:
    """Return the app that the environment asks for, behind its doorman."""
    told = settings()
    front = Front(told, folder(told, state()), way(told.company.access))
    return Guard(front, front.house.doorman)


def __getattr__(name: str) -> Any:
    """Make ``app``, which gunicorn asks for, when it is first asked for."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["app"] = made = create()
    return made
