"""A TCP proxy on 127.0.0.1 that does to a connection what networks do: lose, delay, reset, or answer for somebody."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

PORTAL = (
    b"<!doctype html><html><head><title>Guest Wi-Fi</title></head><body>Please sign in: 1,234 guests.</body></html>"
)
PIECE = 16_384


@dataclass(frozen=True)
class Weather:
    """What happens to the bytes."""

    lost: bool = False
    """Nothing gets through, and nobody is told."""
    delay: float = 0
    """Seconds that every piece takes longer."""
    reset_after: int | None = None
    """A connection is reset when it has carried so many bytes of answers."""
    answer: bytes | None = None
    """Somebody else answers every request with this."""
    shut: bool = False
    """Every connection is refused at once."""


def http(status: str, body: bytes = b"", kind: str = "text/html") -> bytes:
    """The answer of somebody in between, such as a captive portal or a proxy in trouble."""
    length = b"" if status.startswith("204") else f"Content-Length: {len(body)}\r\n".encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n".encode() + length + b"\r\n" + body


class Proxy:
    """Carries connections from ``port`` to a server; ``weather`` may change at any time."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.weather = Weather()
        self.carried = 0
        self.connections = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()

    def change(self, **weather: Any) -> None:
        """Change the weather; what is open stays open."""
        self.weather = Weather(**weather)

    def cut(self) -> None:
        """Reset every connection that is open."""
        self._loop.call_soon_threadsafe(lambda: [reset(one) for one in list(self._open)])

    @property
    def open(self) -> int:
        """How many connections are carried now."""
        return len(self._open) // 2

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        try:
            if self.weather.shut:
                reset(writer)
            elif self.weather.answer is not None:
                await self._answer(reader, writer)
            else:
                await self._join(reader, writer)
        except asyncio.CancelledError:
            return  # the proxy ends, and with it all it carries
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self.weather.answer or b"")
            await writer.drain()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            reset(writer)
            return
        self._open.add(back)
        both = [
            asyncio.ensure_future(self._pump(reader, back, None)),
            asyncio.ensure_future(self._pump(there, writer, [0])),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            self._open.discard(back)
            back.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, carried: list[int] | None) -> None:
        with suppress(OSError):
            while piece := await source.read(PIECE):
                if self.weather.delay:
                    await asyncio.sleep(self.weather.delay)
                while self.weather.lost:
                    await asyncio.sleep(0.05)
                if carried is not None and not self._may_pass(piece, carried, sink):
                    return
                sink.write(piece)
                await sink.drain()

    def _may_pass(self, piece: bytes, carried: list[int], sink: asyncio.StreamWriter) -> bool:
        """Whether a piece of an answer passes whole; else what still may is sent, and the connection is reset."""
        carried[0] += len(piece)
        self.carried += len(piece)
        limit = self.weather.reset_after
        if limit is None or carried[0] <= limit:
            return True
        sink.write(piece[: max(0, len(piece) - (carried[0] - limit))])
        reset(sink)
        return False

    async def serve(self, ready: Callable[[], None], over: asyncio.Event) -> None:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready()
        await over.wait()
        server.close()
        others = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection rudely: with RST in place of FIN."""
    line = writer.get_extra_info("socket")
    if line is not None:
        with suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def proxied(target: int) -> Iterator[Proxy]:
    """A proxy before a port of this machine, for as long as the block lasts."""
    proxy, started = Proxy(target), threading.Event()
    over = asyncio.Event()

    def run() -> None:
        asyncio.set_event_loop(proxy._loop)
        proxy._loop.run_until_complete(proxy.serve(started.set, over))
        proxy._loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield proxy
    finally:
        proxy._loop.call_soon_threadsafe(over.set)
        thread.join(10)
