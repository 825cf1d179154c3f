"""Many viewers in one process: streams that listen, and pollers that ask again and again, over plain sockets."""

import asyncio
import resource
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

LEAST = 600
"""Bytes that are more than a sign of life, and so part of a picture."""


def many_files(viewers: int) -> None:
    """Raise this process's limit of open files, as far as it may, to ``viewers`` and some more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = viewers + 500
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


class Listener(asyncio.Protocol):
    """One stream: notes when the last piece of a picture came."""

    def __init__(self, port: int) -> None:
        self.port, self.got_at, self.bytes, self.lost = port, 0.0, 0, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.transport.write(
            b"GET /stream HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n\r\n" % self.port
        )

    def data_received(self, data: bytes) -> None:
        self.bytes += len(data)
        if len(data) > LEAST:
            self.got_at = time.monotonic()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True


class Poller(asyncio.Protocol):
    """One viewer that asks for the snapshot every so often, and notes how long each answer took."""

    def __init__(self, port: int, path: bytes) -> None:
        self.ask = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nIf-None-Match: %%s\r\n\r\n" % (path, port)
        self.took: list[float] = []
        self.words: list[int] = []
        self.tag, self.left, self.head, self.asked = b'"0"', 0, b"", 0.0
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True

    def again(self) -> None:
        """Ask once more, unless the last answer is still to come."""
        if not self.asked and not self.lost:
            self.asked = time.monotonic()
            self.transport.write(self.ask % self.tag)

    def data_received(self, data: bytes) -> None:
        if self.left:
            self.left -= len(data)
        else:
            self.head += data
            top, found, rest = self.head.partition(b"\r\n\r\n")
            if not found:
                return
            self._told(top)
            self.left, self.head = self.left - len(rest), b""
        if self.left <= 0:
            self.left = 0
            self.took.append(time.monotonic() - self.asked)
            self.asked = 0.0

    def _told(self, top: bytes) -> None:
        lines = top.split(b"\r\n")
        self.words.append(int(lines[0].split()[1]))
        told = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
        self.tag = told.get(b"etag", self.tag)
        self.left = int(told.get(b"content-length", b"0")) if self.words[-1] != 304 else 0


class Loader(Poller):
    """One browser that loads a page with all its files, one after the other, compressed."""

    def __init__(self, port: int, paths: list[str], done: "asyncio.Future[float]") -> None:
        super().__init__(port, b"/")
        self.port, self.paths, self.done, self.begun = port, [*paths], done, time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(-1.0)

    def data_received(self, data: bytes) -> None:
        answered = len(self.took)
        super().data_received(data)
        if len(self.took) > answered:
            self._next()

    def _next(self) -> None:
        if not self.paths:
            self.done.set_result(time.monotonic() - self.begun)
            self.transport.close()
            return
        words = f"GET {self.paths.pop(0)} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Encoding: gzip\r\n\r\n"
        self.asked = time.monotonic()
        self.transport.write(words.encode())


class Crowd:
    """A loop of its own in which viewers live."""

    def __init__(self, port: int) -> None:
        self.port, self.loop = port, asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, work: Coroutine[Any, Any, Any], longest: float = 600) -> Any:
        """Return what ``work`` returns, done in the crowd's loop within so many seconds."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(longest)

    async def _come(self, make: Any, count: int) -> list[Any]:
        found = []
        for begin in range(0, count, 100):
            some = [self.loop.create_connection(make, "127.0.0.1", self.port) for _ in range(min(100, count - begin))]
            found += [one for _, one in await asyncio.gather(*some)]
            await asyncio.sleep(0.05)
        return found

    def listeners(self, count: int) -> list[Listener]:
        """Return so many streams, each of which has had its first picture."""
        found: list[Listener] = self.run(self._come(lambda: Listener(self.port), count))
        ends = time.monotonic() + 120
        while not all(one.got_at for one in found) and time.monotonic() < ends:
            time.sleep(0.1)
        return found

    def pollers(self, count: int, path: bytes) -> list[Poller]:
        """Return so many viewers that poll."""
        return list(self.run(self._come(lambda: Poller(self.port, path), count)))

    def poll(self, some: list[Poller], every: float, seconds: float) -> None:
        """Have each of them ask every so many seconds, spread evenly."""
        self.run(self._poll(some, every, seconds), seconds + 60)

    async def _poll(self, some: list[Poller], every: float, seconds: float) -> None:
        begun, apart, turn = self.loop.time(), every / len(some), 0
        while self.loop.time() - begun < seconds:
            due = int((self.loop.time() - begun) / apart)
            for number in range(turn, due):
                some[number % len(some)].again()
            turn = max(turn, due)
            await asyncio.sleep(0.002)
        await asyncio.sleep(2)

    def leave(self, some: list[Any]) -> None:
        """Close the connections of ``some``."""
        for one in some:
            self.loop.call_soon_threadsafe(one.transport.close)
        time.sleep(0.5)


@contextmanager
def crowd(port: int) -> Iterator[Crowd]:
    """Yield a crowd before the server on ``port``; its loop ends afterwards."""
    one = Crowd(port)
    try:
        yield one
    finally:
        one.loop.call_soon_threadsafe(one.loop.stop)
        one.thread.join(10)
