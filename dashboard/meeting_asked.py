"""What is asked of a meeting's addresses by who writes: from this site, as JSON, small enough, and whole."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard import strict
from queries.faults import Refused

MOST = 64 * 1024
"""Bytes of a body: a note is a sixteenth of it at most."""


class Foreign(Refused):
    """Another site's page asks this one to write."""


class TooLong(Refused):
    """The body is longer than anything that is written here."""


class Unfit(Refused):
    """The body says nothing that can be written; it tells what is wrong, and where."""


class Body:
    """What a request says, word by word; a word that is missing or of another kind is refused with its name."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told

    def __contains__(self, name: str) -> bool:
        """Return whether the word is there."""
        return name in self._told

    def text(self, name: str, otherwise: str | None = None) -> str:
        """Return a text; ``otherwise`` where it is not there."""
        found = self._told.get(name, otherwise)
        if not isinstance(found, str):
            raise Unfit(f"{name}: is {'missing' if found is None else 'no text'}")
        return found

    def maybe(self, name: str) -> str | None:
        """Return a text, or None where there is none or an empty one."""
        return (self.text(name).strip() or None) if self._told.get(name) is not None else None

    def whole(self, name: str, otherwise: int | None = None) -> int:
        """Return a whole number from nothing up."""
        found = self._told.get(name, otherwise)
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 2**31:
            raise Unfit(f"{name}: is {'missing' if found is None else 'no whole number'}")
        return found

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        found = self._told.get(name)
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise Unfit(f"{name}: is {'missing' if found is None else 'no list of texts'}")
        return found

    def day(self, name: str) -> date:
        """Return a day."""
        text = self.text(name)
        try:
            found = date.fromisoformat(text)
        except ValueError:
            raise Unfit(f"{name}: {text[:40]!r} is no day; write it like 2026-11-27") from None
        if not 1995 <= found.year < 2060:
            raise Unfit(f"{name}: {found} lies outside 1995 to 2060")
        return found

    def said(self, name: str) -> bool:
        """Return whether something is said to be so."""
        found = self._told.get(name)
        if not isinstance(found, bool):
            raise Unfit(f"{name}: is neither true nor false")
        return found


def body(request: Request) -> Body:
    """Return what a request says; raise ``Foreign``, ``TooLong`` or ``Unfit`` in words."""
    own(request)
    if request.mimetype != "application/json":
        raise Unfit("what is written must be sent as JSON (Content-Type: application/json)")
    request.max_content_length = MOST
    try:
        told = strict.read(request.get_data())
    except RequestEntityTooLarge:
        raise TooLong(f"this is longer than the {MOST:,} bytes that are taken at once") from None
    except strict.Unread as unread:
        raise Unfit(f"what was sent is no JSON object: {unread}") from None
    if not isinstance(told, dict):
        raise Unfit("what was sent is no JSON object")
    return Body(told)


def own(request: Request) -> None:
    """Raise ``Foreign`` unless a page of this very site asks, or no page at all (a program says neither header)."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        fine = site in ("same-origin", "none")
    else:
        fine = origin is None or urlsplit(origin).netloc == request.host
    if not fine:
        raise Foreign("only this site's own pages may write here")
