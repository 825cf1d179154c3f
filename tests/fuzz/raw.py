"""Bytes over a socket that are no HTTP, or that two readers read in two ways; a second answer is never smuggled."""

import asyncio
import random
import re
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

INNER = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
"""What is smuggled: whoever answers it with 200 has read two requests in one."""
OUTER = b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n"
WAITS = 4.0
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
SLOWLY = 0.02


class Bytes(NamedTuple):
    """What is sent, in pieces, and by which way it came about; ``must_fail``: no reader may take it for a request."""

    way: str
    pieces: tuple[bytes, ...]
    must_fail: bool


class Heard(NamedTuple):
    """The statuses that came back, and whether the server closed the connection."""

    statuses: tuple[int, ...]
    closed: bool


def case(seed: int, number: int) -> Bytes:
    """Return the bytes of this number."""
    dice = random.Random(f"raw/{seed}/{number}")
    way = dice.choice(WAYS)
    whole, must_fail = way(dice)
    return Bytes(way.__name__.strip("_"), tuple(_pieces(dice, whole)), must_fail)


def _pieces(dice: random.Random, whole: bytes) -> Iterator[bytes]:
    if dice.random() < 0.7:
        yield whole
        return
    cuts = sorted(dice.randrange(len(whole) + 1) for _ in range(dice.choice((1, 3, 6))))
    yield from (whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True))


def fault(sent: Bytes, heard: Heard) -> str:
    """Return what is wrong with what came back; nothing where it is as declared."""
    refused = all(400 <= one < 500 or one in (501, 505) for one in heard.statuses)
    if sent.must_fail and not (refused and len(heard.statuses) <= 1 and heard.closed):
        return f"{sent.way}: {heard}"
    return "" if all(one != 500 for one in heard.statuses) and heard.closed else f"{sent.way}: {heard}"


# ways to say two things at once


def _length_and_chunks(dice: random.Random) -> tuple[bytes, bool]:
    coding = dice.choice(
        (
            b"Transfer-Encoding: chunked",
            b"Transfer-Encoding : chunked",
            b"transfer-encoding:chunked",
            b"Transfer-Encoding:\tchunked",
            b"Transfer-Encoding: xchunked",
            b"Transfer-Encoding: chunked, identity",
            b"Transfer-Encoding: identity, chunked",
            b"Transfer-Encoding: gzip, chunked",
            b"Transfer-Encoding: \x0bchunked",
            b"Transfer_Encoding: chunked\r\nTransfer-Encoding: x",
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            b"X: y\rTransfer-Encoding: chunked",
            b'Transfer-Encoding: "chunked"',
            b" Transfer-Encoding: chunked",
            b"Transfer-Encoding:\r\n chunked",
            b"Transfer-Encoding: chunked\x00",
        )
    )
    length = str(dice.choice((4, 5, 6, 0, 40 + len(INNER)))).encode()
    said = [coding, b"Content-Length: " + length]
    dice.shuffle(said)
    return OUTER + b"\r\n".join(said) + b"\r\n\r\n" + b"0\r\n\r\n" + INNER, True


def _two_lengths(dice: random.Random) -> tuple[bytes, bool]:
    one, other = dice.sample(
        (b"0", b"5", b"6", b"44", b"+0", b"-1", b"0x5", b"5 5", b"5;", b"00000005x", b"\xb2", b"1_0"), 2
    )
    between = dice.choice((b"\r\nContent-Length: ", b", ", b"\r\ncontent-length:"))
    return OUTER + b"Content-Length: " + one + between + other + b"\r\n\r\nxxxxx" + INNER, True


def _bad_length(dice: random.Random) -> tuple[bytes, bool]:
    said = dice.choice(
        (b"+5", b"-5", b"5x", b"0x5", b"1e1", b"5.0", b"\xd9\xa5", b"5,", b"NaN", b"5\x00", b"1_0", b"5 6")
    )
    return OUTER + b"Content-Length: " + said + b"\r\n\r\nxxxxx" + INNER, True


def _bad_chunks(dice: random.Random) -> tuple[bytes, bool]:
    body = dice.choice(
        (
            b"x\r\n\r\n",
            b"-1\r\nx\r\n0\r\n\r\n",
            b"0x1\r\nx\r\n0\r\n\r\n",
            b"1\nx\n0\n\n",
            b"2\r\nx\r\n0\r\n\r\n",
            b"1\r\nxx\r\n0\r\n\r\n",
            b" 1\r\nx\r\n0\r\n\r\n",
            b"1 \r\nx\r\n0\r\n\r\n",
            b"1\r\nx0\r\n\r\n",
            b"+1\r\nx\r\n0\r\n\r\n",
            b"1_0\r\nx\r\n0\r\n\r\n",
            b"\r\n1\r\nx\r\n",
            b"1;\x00\r\nx\r\n0\r\n\r\n",
            b"1;a\rb\r\nx\r\n0\r\n\r\n",
            b"g\r\n",
            b"1\r\nx\n\r0\r\n\r\n",
            b"\xb9\r\nx\r\n0\r\n\r\n",
            b"0\r\nContent-Length: 44\r\n\r\n",
            b"0\r\nHost: evil.example\r\n\r\n",
            b"0\r\nTransfer-Encoding: chunked\r\n\r\n",
            b";a=b\r\nx\r\n",
        )
    )
    target = dice.choice((b"/nowhere", b"/_dash-update-component", b"/api/painted"))
    return (
        b"POST " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" + body + INNER,
        True,
    )


def _bad_head(dice: random.Random) -> tuple[bytes, bool]:
    line = dice.choice(
        (
            b"no colon",
            b": no name",
            b"na me: x",
            b"name : x",
            b"name\x00: x",
            b"name: a\x00b",
            b"name: a\rb",
            b"n\xc3\xa4me: x",
            b"na(me: x",
            b" folded: x",
            b"a: b\r\n folded",
            b"a: b\r\n\tfolded",
            b"\x7f: x",
            b"a: \x01",
            b"a: \x7f",
            b"\xff: x",
            b"Host: evil.example",
            b"a: \x1b[31m",
        )
    )
    return b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n" + line + b"\r\n\r\n" + INNER, True


def _bad_line(dice: random.Random) -> tuple[bytes, bool]:
    line = dice.choice(
        (
            b"GET /nowhere",
            b"GET  /nowhere HTTP/1.1",
            b"GET /now here HTTP/1.1",
            b"GET /nowhere HTTP/2.0",
            b"GET /nowhere HTTP/9.9",
            b"G\x00T /x HTTP/1.1",
            b"GET /nowhere HTTP/1.1 x",
            b"GET\t/nowhere\tHTTP/1.1",
            b"/nowhere HTTP/1.1",
            b"GET /\x00 HTTP/1.1",
            b"GET /\xff HTTP/1.1",
            b"get /nowhere http/1.1",
            b"GET /nowhere HTTP/1.1\x00",
            b"GET /nowhere HTTX/1.1",
            b"GET /nowhere HTTP/1,1",
            b"GET \x1b[31m HTTP/1.1",
            b"{} / HTTP/1.1",
            b"\x80\x81 / HTTP/1.1",
            b"GET / HTTP/-1.1",
            b"GET / HTTP/1.",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"GET /nowhere HTTP/0.9",
        )
    )
    return line + b"\r\nHost: 127.0.0.1\r\n\r\n" + INNER, True


def _preface(dice: random.Random) -> tuple[bytes, bool]:
    """Speak HTTP/2, or something else altogether."""
    return dice.choice(
        (
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
            dice.randbytes(300),
            b"EHLO x\r\n",
            b"PING\r\n",
        )
    ), False


def _enormous(dice: random.Random) -> tuple[bytes, bool]:
    """Say far too much before anything is asked."""
    return dice.choice((
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nx: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"a: b\r\n" * 3000 + b"\r\n",
        b"G" * 100_000,
        b"POST /_dash-update-component HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 9000,
        OUTER + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"a: b\r\n" * 5000 + b"\r\n",
    )), True  # fmt: skip


# what a reader may take for a request, or not


def _elsewhere(dice: random.Random) -> tuple[bytes, bool]:
    """Name another place: in absolute form, by CONNECT, by Upgrade."""
    return dice.choice(
        (
            b"GET http://evil.example/healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
            b"GET http://127.0.0.1/nowhere HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
            b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
            b"GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\n"
            b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
            b"GET /nowhere HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            b"GET /nowhere HTTP/1.1\r\n\r\n",
            b"PROXY TCP4 6.6.6.6 127.0.0.1 1 2\r\nGET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        )
    ), False


def _unfinished(dice: random.Random) -> tuple[bytes, bool]:
    """Stop in the middle."""
    whole = OUTER + b"Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{" + b"x" * 49
    return whole[: dice.randrange(1, len(whole))], False


def _bitten(dice: random.Random) -> tuple[bytes, bool]:
    """Change some bytes of what was fine."""
    found = bytearray(OUTER + b"Content-Type: application/json\r\nContent-Length: 2\r\nAccept: */*\r\n\r\n{}")
    for _ in range(dice.choice((1, 2, 5))):
        place = dice.randrange(len(found))
        found[place : place + dice.choice((0, 1, 3))] = dice.randbytes(dice.choice((0, 1, 2)))
    return bytes(found), False


WAYS: tuple[Callable[[random.Random], tuple[bytes, bool]], ...] = (
    _length_and_chunks, _length_and_chunks, _two_lengths, _bad_length, _bad_chunks, _bad_chunks, _bad_head, _bad_line,
    _preface, _enormous, _elsewhere, _unfinished, _bitten, _bitten,
)  # fmt: skip


def whole(target: bytes, headers: dict[bytes, bytes], body: bytes, length: int | None = None) -> bytes:
    """Return a POST with its length, or with another."""
    return _head(target, headers) + b"Content-Length: %d\r\n\r\n" % (len(body) if length is None else length) + body


def chunked(target: bytes, headers: dict[bytes, bytes], body: bytes) -> bytes:
    """Return a POST whose body comes in pieces, without a length."""
    parts = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in parts)
    return _head(target, headers) + b"Transfer-Encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n"


def _head(target: bytes, headers: dict[bytes, bytes]) -> bytes:
    framing = (b"host", b"content-length", b"transfer-encoding")
    lines = [name + b": " + value for name, value in headers.items() if name not in framing]
    return b"\r\n".join([b"POST " + target + b" HTTP/1.1", b"Host: 127.0.0.1", *lines, b""])


async def send(port: int, sent: Bytes) -> Heard:
    """Send it, say that nothing more comes, and listen until the server has closed, or for some seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard, closed = bytearray(), False
    try:
        async with asyncio.timeout(WAITS):
            for piece in sent.pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(SLOWLY if len(sent.pieces) > 1 else 0)
            if not sent.must_fail:
                writer.write_eof()
            while part := await reader.read(65536):
                heard += part
            closed = True
    except OSError as ended:
        closed = not isinstance(ended, TimeoutError)
    finally:
        writer.transport.abort()
    return Heard(tuple(int(one) for one in STATUS.findall(bytes(heard))), closed)


async def send_all(
    port: int, seed: int, numbers: range, seconds: float = 3600, at_once: int = 16
) -> tuple[int, list[str]]:
    """Return how many were sent, and what was wrong with what came back."""
    ends = time.monotonic() + seconds
    left, found, count = iter(numbers), list[str](), 0

    async def one_after_the_other() -> None:
        nonlocal count
        for number in left:
            if time.monotonic() > ends:
                return
            count += 1
            sent = case(seed, number)
            if said := fault(sent, await send(port, sent)):
                found.append(f"case {number}, {said} to {b''.join(sent.pieces)[:300]!r}")

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    return count, found
