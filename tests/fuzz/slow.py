"""Two hundred clients that take their time: heads and bodies byte by byte, streams and files that nobody reads.

``python -m tests.fuzz.slow`` measures what all others notice of them.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rich.console import Console

from tests.dashboard.live import living
from tests.results import written

LINE = b" HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
KINDS: tuple[tuple[bytes, bytes], ...] = (
    (b"GET /" + LINE + b"X-slow: ", b"a"),
    (b"POST /_dash-update-component" + LINE + BODY, b"{"),
    (b"POST /api/painted" + LINE + BODY, b"{"),
    (b"GET /stream" + LINE + b"\r\n", b""),
    (b"GET /api/rows.csv?number=marketing.month.done" + LINE + b"\r\n", b""),
)
"""What each kind of slow client begins with, and what it goes on with, a byte at a time; nothing: it never reads."""
EVERY = 0.5
ASKED = (b"/api/board/picture", b"/", b"/healthz", b"/assets/board.css", b"/api/today/reps")


class Noticed(NamedTuple):
    """What others notice: how many asked, in which time 19 of 20 were answered, and how many were not."""

    count: int
    p95: float
    errors: int


@asynccontextmanager
async def slow(port: int, clients: int) -> AsyncIterator[None]:
    """Have so many slow clients while the block lasts."""
    tasks = [asyncio.create_task(_slowly(port, *KINDS[number % len(KINDS)])) for number in range(clients)]
    await asyncio.sleep(1.0)
    try:
        yield
    finally:
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _slowly(port: int, first: bytes, more: bytes) -> None:
    """Be one slow client; whoever is shut out begins again."""
    loop = asyncio.get_running_loop()
    while True:
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        one.setblocking(False)
        try:
            await loop.sock_connect(one, ("127.0.0.1", port))
            await loop.sock_sendall(one, first)
            while True:
                await asyncio.sleep(EVERY)
                await loop.sock_sendall(one, more)
        except OSError:
            await asyncio.sleep(EVERY)
        finally:
            one.close()


async def noticed(port: int, seconds: float, clients: int = 8) -> Noticed:
    """Return what so many others notice that ask one thing after the other, each on a connection of its own."""
    took, errors, ends = list[float](), 0, time.monotonic() + seconds

    async def one(number: int) -> None:
        nonlocal errors
        while time.monotonic() < ends:
            begun = time.perf_counter()
            answered = await _answered(port, ASKED[number % len(ASKED)])
            took.append(time.perf_counter() - begun)
            errors += not answered
            number += 1
            await asyncio.sleep(0.05)

    await asyncio.gather(*(one(number) for number in range(clients)))
    return Noticed(len(took), sorted(took)[int(len(took) * 0.95)], errors)


async def _answered(port: int, path: bytes) -> bool:
    try:
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET " + path + LINE + b"Connection: close\r\n\r\n")
            told = await reader.read()
            writer.close()
            return told.startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False


async def measured(port: int, clients: int, seconds: float) -> tuple[Noticed, Noticed]:
    """Return what others notice before the slow ones come, and while they are there."""
    await noticed(port, 1.0)
    before = await noticed(port, seconds)
    async with slow(port, clients):
        return before, await noticed(port, seconds)


def main() -> None:
    """Measure it for half a minute, and write it down."""
    with TemporaryDirectory() as folder, living(Path(folder)) as live:
        live.start()
        before, meanwhile = asyncio.run(measured(live.port, 200, 30.0))
        ready = live.answer("/readyz")[0]
    text = (
        f"`python -m tests.fuzz.slow`: 200 slow clients, a fifth of each kind ({len(KINDS)} kinds), for 30 s.\n\n"
        f"- before: {before.count} asked, p95 {1000 * before.p95:.1f} ms, {before.errors} errors\n"
        f"- meanwhile: {meanwhile.count} asked, p95 {1000 * meanwhile.p95:.1f} ms, {meanwhile.errors} errors\n"
        f"- /readyz afterwards: {ready}"
    )
    Console().print(text, written("slow-clients", text))


if __name__ == "__main__":
    main()
