"""The addresses of the reps' own days: who there is, and each one's picture, live or as of a moment.

``/api/today/reps``, ``/api/today/picture?rep=ID``.
"""

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, make_response, request

from dashboard.answers import JSON, Answer, told
from dashboard.instants import instant
from dashboard.parts import Parts
from dashboard.reps_told import part, people
from dashboard.travel import Travel
from queries.faults import Refused

PICTURE, PEOPLE = "/api/today/picture", "/api/today/reps"


class NoSuchRep(Refused):
    """The address names somebody who has never been a rep."""


class RepsApi:
    """Answers for the reps of one company."""

    def __init__(self, parts: Parts, travel: Travel, build: str) -> None:
        self._parts, self._travel, self._build = parts, travel, build

    def register(self, server: Flask) -> None:
        """Add the addresses to ``server``."""
        for path in (PICTURE, PEOPLE):
            server.add_url_rule(path, path, self._view, methods=["GET"])

    def _view(self) -> Response:
        text = request.args.get("as_of")
        headers = {name.lower(): value for name, value in request.headers.items()}
        found = self._past(text) if text else self.answer(request.path, request.args, headers)
        return make_response(found.body, found.status, found.headers)

    def answer(self, path: str, words: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Return what is published now; ``headers`` are the request's, by lower-case name."""
        newest = self._parts.newest()
        if newest is None:
            body = told({"state": "waiting", "error": "waiting for first data: nothing has been read yet"})
            return Answer(503, self._named() | {"Retry-After": "1"}, body)
        if path == PEOPLE:
            return Answer(200, self._named(), told(newest.people | {"as_of": newest.as_of.isoformat()}))
        rep_id, etag = words.get("rep", ""), f'"{newest.number}"'
        small = self._parts.small(rep_id)
        if small is None:
            return Answer(404, self._named(), told({"state": "refused", "error": str(no_such(rep_id))}))
        named = self._named() | {"ETag": etag, "Vary": "Accept-Encoding"}
        if etag in re.findall(r'"[^"]*"', headers.get("if-none-match", "")):
            return Answer(304, named, b"")
        if "gzip" in headers.get("accept-encoding", ""):
            return Answer(200, named | {"Content-Encoding": "gzip"}, small)
        return Answer(200, named, newest.picture(rep_id) or b"")

    def _past(self, text: str) -> Answer:
        found = self._travel.days(instant(text, self._travel.settings.company.calendar.zone))
        named = {"Content-Type": JSON, "Cache-Control": "no-cache", "Age": "0"}
        if request.path == PEOPLE:
            return Answer(200, named, told(people(found)))
        rep_id = request.args.get("rep", "")
        if rep_id not in found.reps:
            raise no_such(rep_id)
        return Answer(200, named, part(found.reps[rep_id]).picture)

    def _named(self) -> dict[str, str]:
        age = self._parts.age()
        named: dict[str, Any] = {"Age": f"{age:.1f}" if age != float("inf") else "2147483648"}
        return named | {"Content-Type": JSON, "Cache-Control": "no-cache", "X-Build": self._build}


def no_such(rep_id: str) -> NoSuchRep:
    """Return the words for an id that no rep has."""
    return NoSuchRep(f"nobody in sales has the id {rep_id[:60]!r}: choose a name at /today")
