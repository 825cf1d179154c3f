"""The stream: server-sent events, each made and compressed once and sent to all, the newest only and never a queue."""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, NamedTuple

from dashboard.answers import Counter, Served

GZIP_HEAD = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
LOOK, BEAT = 0.05, 5.0
"""Seconds between two looks at the snapshot, and between two signs of life."""

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"content-encoding", b"gzip"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


def packed(text: bytes, level: int = 6) -> bytes:
    """Return ``text`` as whole blocks of a deflate stream, which may follow any other such blocks.

    So a thousand streams, begun at different times, can all be sent the very same bytes.

    >>> zlib.decompressobj(-15).decompress(packed(b"one") + packed(b"two"))
    b'onetwo'
    """
    deflate = zlib.compressobj(level, zlib.DEFLATED, -15)
    return deflate.compress(text) + deflate.flush(zlib.Z_FULL_FLUSH)


def event(kind: str, data: bytes, number: int | None = None) -> bytes:
    """Return one server-sent event.

    >>> event("beat", b"{}", 7)
    b'id: 7\\nevent: beat\\ndata: {}\\n\\n'
    """
    head = f"id: {number}\n".encode() if number is not None else b""
    return head + b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"


class Sent(NamedTuple):
    """What everybody is sent at one moment: the number of the snapshot in it, and the bytes."""

    number: int | None
    body: bytes


class Stream:
    """Sends every new snapshot to everybody who listens."""

    def __init__(self, counter: Counter, now: Callable[[], datetime]) -> None:
        self._counter, self._now = counter, now
        self._picture = Sent(None, b"")
        self._next: asyncio.Future[Sent] | None = None
        self.viewers = 0
        self.closed = False

    def close(self) -> None:
        """Send everybody a last sign of life, and end: they come again, to another worker, each after its own while."""
        self.closed = True
        self._wake(Sent(self._picture.number, packed(self._beat())))

    async def watch(self) -> None:
        """Look for new snapshots as long as the server lives, and wake whoever waits."""
        quiet = 0.0
        while True:
            newest = self._counter.newest()
            if newest and newest.snapshot.number != self._picture.number:
                quiet = 0.0
                self._picture = Sent(newest.snapshot.number, packed(_picture(newest)))
                self._wake(self._with_beat(self._picture))
            elif quiet >= BEAT:
                quiet = 0.0
                self._wake(Sent(self._picture.number, packed(self._beat())))
            await asyncio.sleep(LOOK)
            quiet += LOOK

    def _waiting(self) -> "asyncio.Future[Sent]":
        """Return what everybody waits for: the next thing to be sent."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        return self._next

    def _wake(self, sent: Sent) -> None:
        waited, self._next = self._next, None
        if waited and not waited.done():
            waited.set_result(sent)

    def _with_beat(self, picture: Sent) -> Sent:
        return picture._replace(body=packed(self._beat()) + picture.body)

    def _beat(self) -> bytes:
        """Return the sign of life: the newest snapshot's number and age, the build that serves it, the time."""
        newest, age = self._counter.newest(), self._counter.age()
        told = {
            "number": newest.snapshot.number if newest else None,
            "age": round(age, 2) if age != float("inf") else None,
            "build": self._counter.build,
            "now": round(self._now().timestamp(), 2),
        }
        return event("beat", json.dumps(told).encode())

    async def serve(self, receive: Receive, send: Send) -> None:
        """Send the newest snapshot, then each new one, until the viewer goes or the stream is closed."""
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        mine = asyncio.current_task()
        gone = asyncio.ensure_future(until_gone(receive))

        def leave(_: object) -> None:
            if mine:
                mine.cancel()

        gone.add_done_callback(leave)
        self.viewers += 1
        try:
            await self._send_all(send)
        except (asyncio.CancelledError, ConnectionError):
            if not gone.done():
                raise
        finally:
            self.viewers -= 1
            gone.remove_done_callback(leave)
            gone.cancel()

    async def _send_all(self, send: Send) -> None:
        first = self._with_beat(self._picture)
        await send(body(GZIP_HEAD + packed(b"retry: 2000\n\n") + first.body))
        seen = first.number
        while not self.closed:
            # whoever was slow has missed some: it gets the newest, and nothing in between
            missed = self._picture.number != seen
            sent = self._with_beat(self._picture) if missed else await asyncio.shield(self._waiting())
            seen = sent.number
            await send(body(sent.body))
        await send({"type": "http.response.body", "body": b""})


def _picture(newest: Served) -> bytes:
    return event("picture", newest.picture, newest.snapshot.number)


def body(part: bytes) -> dict[str, Any]:
    """Return a part of an answer that goes on."""
    return {"type": "http.response.body", "body": part, "more_body": True}


async def until_gone(receive: Receive) -> None:
    """Return when whoever asked has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
