"""The reps' stream: each rep is sent her own part of every board, compressed once for all who look at it."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime

from dashboard.parts import QUICKLY, Parts
from dashboard.stream import BEAT, GZIP_HEAD, HEADERS, LOOK, Receive, Send, body, event, packed, until_gone


class PartStream:
    """Sends each rep her newest picture, and a sign of life where there is none."""

    def __init__(self, parts: Parts, build: str, now: Callable[[], datetime]) -> None:
        self._parts, self._build, self._now = parts, build, now
        self._number: int | None = None
        self._packed: dict[str, bytes] = {}
        self._next: asyncio.Future[None] | None = None
        self.viewers = 0
        self.closed = False

    def close(self) -> None:
        """End every stream: they come again, to another worker."""
        self.closed = True
        self._wake()

    async def watch(self) -> None:
        """Look for new parts as long as the server lives, and wake whoever waits."""
        quiet = 0.0
        while True:
            newest = self._parts.newest()
            if newest and newest.number != self._number:
                quiet, self._number, self._packed = 0.0, newest.number, {}
                self._wake()
            elif quiet >= BEAT:
                quiet = 0.0
                self._wake()
            await asyncio.sleep(LOOK)
            quiet += LOOK

    def _wake(self) -> None:
        waited, self._next = self._next, None
        if waited and not waited.done():
            waited.set_result(None)

    def _waiting(self) -> "asyncio.Future[None]":
        """Return what everybody waits for: that there is something to be sent."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        return self._next

    def _beat(self) -> bytes:
        age = self._parts.age()
        told = {
            "number": self._number,
            "age": round(age, 2) if age != float("inf") else None,
            "build": self._build,
            "now": round(self._now().timestamp(), 2),
        }
        return packed(event("beat", json.dumps(told).encode()))

    def _picture(self, rep_id: str) -> bytes:
        """Return the newest picture of a rep as it is sent; nothing of nobody."""
        if rep_id not in self._packed:
            newest = self._parts.newest()
            picture = newest.picture(rep_id) if newest and newest.number == self._number else None
            if picture is None:
                return b""
            self._packed[rep_id] = packed(event("picture", picture, self._number), QUICKLY)
        return self._packed[rep_id]

    async def serve(self, rep_id: str, receive: Receive, send: Send) -> None:
        """Send a rep's newest picture, then each new one, until the viewer goes or the stream is closed."""
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send(body(GZIP_HEAD + packed(b"retry: 2000\n\n")))
        gone = asyncio.ensure_future(until_gone(receive))
        self.viewers += 1
        try:
            await self._send_all(rep_id, gone, send)
        except ConnectionError:
            pass
        finally:
            self.viewers -= 1
            gone.cancel()

    async def _send_all(self, rep_id: str, gone: "asyncio.Future[None]", send: Send) -> None:
        seen = None
        while not self.closed and not gone.done():
            waiting, fresh, seen = self._waiting(), b"" if seen == self._number else self._picture(rep_id), self._number
            await send(body(self._beat() + fresh))
            # whoever was slow has missed some: it gets the newest, and nothing in between
            if seen == self._number:
                await asyncio.wait((gone, waiting), return_when=asyncio.FIRST_COMPLETED)
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})
