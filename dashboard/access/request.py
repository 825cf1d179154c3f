"""A request as the door sees it, the same under ASGI and WSGI."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

COOKIES_AT_MOST = 8192


class Request(NamedTuple):
    """What is asked, before anything has looked into its body."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """By lower-case name; one that came twice stands there with a comma, so that it is no single name or address."""
    peer: str
    """The address of the connection; empty where it is a socket of this machine."""

    def header(self, name: str) -> str:
        """Return a header's text, or nothing."""
        return self.headers.get(name, "")

    def cookie(self, name: str) -> str:
        """Return a cookie's text, or nothing."""
        text = self.header("cookie")
        if not text or len(text) > COOKIES_AT_MOST:
            return ""
        # ours need no quotes; another site's odd cookie beside them, in whatever signs, spoils nothing
        pairs = (part.strip().partition("=") for part in text.split(";"))
        return next((value for one, _, value in pairs if one == name), "")

    @property
    def asks_for_page(self) -> bool:
        """Whether a browser asks for something to show in its window."""
        mode = self.header("sec-fetch-mode")
        return mode == "navigate" if mode else "text/html" in self.header("accept")


def of_scope(scope: Mapping[str, Any]) -> Request:
    """Return the request of an ASGI scope."""
    pairs = ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"])
    client = scope.get("client")
    query = scope.get("query_string", b"").decode("latin-1")
    return Request(scope["method"], scope["path"], query, joined(pairs), str(client[0]) if client else "")


def of_environ(environ: Mapping[str, Any]) -> Request:
    """Return the request of a WSGI environment."""
    named = [(name[5:].replace("_", "-").lower(), value) for name, value in environ.items() if name.startswith("HTTP_")]
    named += [
        (name.replace("_", "-").lower(), environ[name])
        for name in ("CONTENT_TYPE", "CONTENT_LENGTH")
        if environ.get(name)
    ]
    path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
    query = environ.get("QUERY_STRING", "")
    return Request(environ["REQUEST_METHOD"], path or "/", query, dict(named), environ.get("REMOTE_ADDR", ""))


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers by name.

    >>> joined([("host", "a"), ("host", "b"), ("cookie", "c=1"), ("cookie", "d=2")])
    {'host': 'a, b', 'cookie': 'c=1; d=2'}
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        between = "; " if name == "cookie" else ", "
        found[name] = f"{found[name]}{between}{value}" if name in found else value
    return found
