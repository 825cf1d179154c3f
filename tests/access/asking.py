"""Asks an app without a network: each question of the ASGI app, or of the WSGI one, and its whole answer."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import unquote

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
WITHIN = 30.0


class Said(NamedTuple):
    """An answer: its status, its headers as they came, and its body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return a header's text, or nothing."""
        return next((value for one, value in self.headers if one.lower() == name.lower()), "")

    @property
    def cookies(self) -> dict[str, str]:
        """Return the cookies that it sets, by their names."""
        jar: SimpleCookie = SimpleCookie()
        for name, value in self.headers:
            if name.lower() == "set-cookie":
                jar.load(value)
        return {name: one.value for name, one in jar.items()}

    @property
    def whole(self) -> bytes:
        """Return all of it as bytes, to be searched."""
        return "\n".join(f"{name}: {value}" for name, value in self.headers).encode() + b"\n\n" + self.body


class Question(NamedTuple):
    """What is asked: a method, an address with its query, headers, a body, and from where."""

    method: str
    target: str
    headers: Mapping[str, str] = {}
    body: bytes = b""
    peer: str = "127.0.0.1"


def scope(asked: Question) -> dict[str, Any]:
    """Return the ASGI scope of a question."""
    path, _, query = asked.target.partition("?")
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in asked.headers.items()]
    return {
        "type": "http", "http_version": "1.1", "asgi": {"version": "3.0"}, "scheme": "http", "method": asked.method,
        "path": unquoted(path), "raw_path": path.encode(), "query_string": query.encode("latin-1"), "root_path": "",
        "headers": headers, "server": ("127.0.0.1", 8050), "client": (asked.peer, 50_000) if asked.peer else None,
    }  # fmt: skip


def unquoted(path: str) -> str:
    """Return a path as a server hands it on."""
    return unquote(path)


async def answered(app: Asgi, asked: Question, parts: int = 1) -> Said:
    """Return the app's answer; of a stream the first so many parts, after which whoever asked has gone."""
    enough, told, sent = asyncio.Event(), dict[str, Any](), list[bytes]()
    given = [asked.body]

    async def receive() -> dict[str, Any]:
        if given:
            return {"type": "http.request", "body": given.pop(), "more_body": False}
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told.update(message)
            return
        sent.append(message.get("body", b""))
        if not message.get("more_body") or (is_stream(told) and len(sent) >= parts):
            enough.set()

    work = asyncio.ensure_future(app(scope(asked), receive, send))
    await asyncio.wait([work], timeout=WITHIN)
    assert work.done(), f"{asked.method} {asked.target} is not answered within {WITHIN:.0f} s"
    if not work.cancelled() and (failed := work.exception()):
        raise failed
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in told["headers"]]
    return Said(told["status"], headers, b"".join(sent))


def is_stream(told: Mapping[str, Any]) -> bool:
    """Return whether an answer that has begun is one of server-sent events."""
    return any(name == b"content-type" and b"event-stream" in value for name, value in told.get("headers", ()))


def of_wsgi(app: Wsgi, asked: Question) -> Said:
    """Return the answer of a WSGI app."""
    path, _, query = asked.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.method, "SCRIPT_NAME": "", "PATH_INFO": unquoted(path).encode().decode("latin-1"),
        "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8050", "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": asked.peer, "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.errors": BytesIO(),
        "wsgi.input": BytesIO(asked.body), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(asked.body)),
    }  # fmt: skip
    for name, value in asked.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    told: list[tuple[int, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        told.append((int(status[:3]), headers))

    found = app(environ, start)
    try:
        body = b"".join(found)
    finally:
        getattr(found, "close", lambda: None)()
    return Said(*told[-1], body)
