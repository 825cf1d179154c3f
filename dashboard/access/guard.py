"""The outermost of everything, under ASGI and WSGI: one doorman, bodies with an end, headers on every answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any

from dashboard.access.callbacks import fault, untaken
from dashboard.access.doorman import MOST_BODY, SAFE, Doorman, Passed, cost
from dashboard.access.heads import Heads
from dashboard.access.identity import NAME, RULE
from dashboard.access.limits import Crowded, Turns
from dashboard.access.request import Request, of_environ, of_scope
from dashboard.answers import Answer
from queries.faults import Refused

BODY_SECONDS = 10.0
"""Seconds in which a body must have come."""
SEND_SECONDS = 20.0
"""Seconds in which a part of an answer must have been taken."""
LOOKED_AGAIN = 2.0
"""Seconds after which it is asked anew whether somebody who listens to a stream may still do so."""
PROXIED_SECONDS = 300.0
"""Seconds after which somebody whom a reverse proxy vouches for begins the stream anew, past that proxy."""
CALLBACK, STREAMS = "/_dash-update-component", ("/stream", "/stream/today")
Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class ShutOut(ConnectionError):
    """Who listens may not do so any more."""


class Guard:
    """The ASGI app in front of the board's."""

    def __init__(self, app: Asgi, doorman: Doorman) -> None:
        self._app, self._doorman, self._turns = app, doorman, Turns()
        self._heads = Heads(doorman.judge.way.is_secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through to the app, or answer it here."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._app(scope, receive, send)

    def __getattr__(self, name: str) -> Any:
        """Give what the worker asks of the app behind."""
        return getattr(self._app, name)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = of_scope(scope)
        passed = self._doorman.early(request) or await self._judged(request)
        body = await self._body(request, receive) if isinstance(passed, Passed) and request.method not in SAFE else None
        if isinstance(passed, Answer) or isinstance(body, Answer):
            await self._answer(send, request, body if isinstance(body, Answer) else passed)  # type: ignore[arg-type]
        else:
            await self._in_turn(scope, request, passed, body, receive, send)

    async def _in_turn(
        self, scope: Scope, request: Request, passed: Passed, body: bytes | None, receive: Receive, send: Send
    ) -> None:
        """Have each person take their turns at what has to be made; at an open board all are one."""
        made = cost(request, passed.row, passed.identity) == "made"
        if not made or passed.identity.kind not in ("person", "screen"):
            await self._through(scope, request, passed, body, receive, send)
            return
        try:
            async with self._turns.taken(passed.identity.key):
                await self._through(scope, request, passed, body, receive, send)
        except Crowded:
            await self._answer(send, request, self._doorman.crowded(request, passed.identity))

    async def _through(
        self, scope: Scope, request: Request, passed: Passed, body: bytes | None, receive: Receive, send: Send
    ) -> None:
        """Have the app answer; what fails there becomes words here."""
        out = _Out(self, request, passed, send)
        scope = scope if body is None else {**scope, "headers": _measured(scope["headers"], body)}
        try:
            await self._app(
                {**_sized(scope, body), NAME: passed.identity, RULE: passed.rule}, _again(body, receive), out
            )
        except ConnectionError:
            if not (out.cut or out.untaken):
                raise
        except Exception as failed:  # noqa: BLE001 - the one place that turns failures into words
            await self._failed(request, failed, out)
        if out.cut and request.path in STREAMS:
            # whoever sends a stream may take its end for the viewer's own going, and say nothing more
            await send({"type": "http.response.body", "body": b""})

    async def _judged(self, request: Request) -> Passed | Answer:
        judge = self._doorman.judge
        try:
            if judge.at_once(request):
                identity = judge.identify(request)
            else:
                identity = await asyncio.to_thread(judge.identify, request)
        except Refused as silent:
            return self._doorman.busy(request, f"who you are cannot be looked up: {silent}")
        return self._doorman.passed(request, identity)

    async def _body(self, request: Request, receive: Receive) -> bytes | Answer:
        """Return the whole body, or the answer to one that is too long, too slow, or no callback of ours."""
        try:
            found = await asyncio.wait_for(_whole(receive), BODY_SECONDS)
        except TimeoutError:
            return self._doorman.too_slow(request)
        return _fit(self._doorman, request, found)

    async def _answer(self, send: Send, request: Request, answer: Answer) -> None:
        told = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
        told.append((b"content-length", str(len(answer.body)).encode()))
        headers = self._heads.added(told, private=True)
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else answer.body})

    async def _failed(self, request: Request, failed: Exception, out: "_Out") -> None:
        said = self._doorman.failed(request, failed)
        if not out.begun:
            await self._answer(out.send, request, said)

    @property
    def by_proxy(self) -> bool:
        """Whether it is a reverse proxy that says who somebody is, with each request anew."""
        return self._doorman.judge.way.choice == "proxy"

    async def still(self, request: Request) -> bool:
        """Return whether who asked once may still see what they are sent; a silent store takes nothing away."""
        judged = await self._judged(request)
        busy = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)
        return isinstance(judged, Passed) or judged.status in busy

    def heads(self, headers: Iterable[tuple[bytes, bytes]], passed: Passed) -> list[tuple[bytes, bytes]]:
        """Return the headers of an answer of the app's as they are sent."""
        return self._heads.added(headers, private=passed.row.audience.get("GET") != "all")


class _Out:
    """Sends an answer of the app's: with every header, and a stream only for as long as it may be seen."""

    def __init__(self, guard: Guard, request: Request, passed: Passed, send: Send) -> None:
        self._guard, self._request, self._passed, self.send = guard, request, passed, send
        self.begun, self.cut, self.untaken = False, False, False
        self._since = self._looked = time.monotonic()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = self._guard.heads(message.get("headers", ()), self._passed)
            await self.send({**message, "headers": headers})
            return
        ended = self.cut or self.untaken
        if message.get("more_body") and time.monotonic() - self._looked > LOOKED_AGAIN and not ended:
            self._looked = time.monotonic()
            self.cut = self._is_stale() or not await self._guard.still(self._request)
        if not (self.cut or self.untaken):
            await self._sent(message)
        # what makes an answer in a thread must be let go on to its end, though nobody takes it
        if (self.cut or self.untaken) and self._request.path in STREAMS:
            raise ShutOut

    def _is_stale(self) -> bool:
        """Return whether what a proxy said long ago may hold no more: the browser asks again, and the proxy with it."""
        said_by_proxy = self._passed.identity.kind == "person" and self._guard.by_proxy
        return said_by_proxy and self._request.path in STREAMS and self._looked - self._since > PROXIED_SECONDS

    async def _sent(self, message: Message) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.send(message)
        except TimeoutError:
            self.untaken = True


def _fit(doorman: Doorman, request: Request, body: bytes) -> bytes | Answer:
    """Return a body that may go on, or the answer to one that is too long, or no callback of ours."""
    if len(body) > MOST_BODY:
        return doorman.too_long(request)
    if request.path == CALLBACK:
        if words := untaken(request.header("content-type"), request.header("content-encoding")):
            return doorman.unfit(request, words, 415)
        if words := fault(body):
            return doorman.unfit(request, words)
    return body


async def _whole(receive: Receive) -> bytes:
    """Return a body, no more of it than shows that it is too long."""
    parts = bytearray()
    while True:
        message = await receive()
        parts += message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body") or len(parts) > MOST_BODY:
            return bytes(parts)


def _measured(headers: Iterable[tuple[bytes, bytes]], body: bytes) -> list[tuple[bytes, bytes]]:
    """Return the headers of a request whose whole body is at hand, however it came."""
    kept = [pair for pair in headers if pair[0].lower() not in (b"content-length", b"transfer-encoding")]
    return [*kept, (b"content-length", str(len(body)).encode())]


def _again(body: bytes | None, receive: Receive) -> Receive:
    """Return what hands out a body that was read already, and after it whatever else comes."""
    if body is None:
        return receive
    left = [body]

    async def handed() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return handed


def _sized(scope: Scope, body: bytes | None) -> Scope:
    """Return a request whose body was read, with the length of that: what came in pieces said none."""
    if body is None:
        return scope
    framing = (b"content-length", b"transfer-encoding")
    headers = [pair for pair in scope["headers"] if pair[0] not in framing]
    return {**scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}


class WsgiGuard:
    """The same before an app without ASGI."""

    def __init__(self, app: Callable[..., Iterable[bytes]], doorman: Doorman) -> None:
        self._app, self._doorman = app, doorman
        self._heads = Heads(doorman.judge.way.is_secure)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Let a request through to the app, or answer it here."""
        request = of_environ(environ)
        passed = self._doorman.early(request) or self._judged(request)
        if isinstance(passed, Passed) and request.method not in SAFE:
            body = self._body(request, environ)
            if isinstance(body, Answer):
                passed = body
            else:
                environ = {**environ, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
                environ.pop("HTTP_TRANSFER_ENCODING", None)
        if isinstance(passed, Answer):
            return self._answer(start_response, request, passed)
        private = passed.row.audience.get("GET") != "all"
        return self._app({**environ, NAME: passed.identity, RULE: passed.rule}, self._headed(start_response, private))

    def _judged(self, request: Request) -> Passed | Answer:
        try:
            identity = self._doorman.judge.identify(request)
        except Refused as silent:
            return self._doorman.busy(request, f"who you are cannot be looked up: {silent}")
        return self._doorman.passed(request, identity)

    def _body(self, request: Request, environ: Mapping[str, Any]) -> bytes | Answer:
        try:
            found: bytes = environ["wsgi.input"].read(MOST_BODY + 1)
        except OSError:
            return self._doorman.too_slow(request)
        return _fit(self._doorman, request, found)

    def _headed(self, start_response: Callable[..., Any], private: bool) -> Callable[..., Any]:
        def started(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, self._added(headers, private), exc_info)

        return started

    def _added(self, headers: Iterable[tuple[str, str]], private: bool) -> list[tuple[str, str]]:
        told = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._heads.added(told, private)]

    def _answer(self, start_response: Callable[..., Any], request: Request, answer: Answer) -> Iterable[bytes]:
        told = [*answer.headers.items(), ("Content-Length", str(len(answer.body)))]
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", self._added(told, private=True))
        return [b"" if request.method == "HEAD" else answer.body]
