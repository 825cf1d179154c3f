"""The addresses of ``/meeting``: a week's picture, the weeks that were kept, what has moved, and what is decided.

``/api/meeting/picture?week=2026-W46&as_of=``, ``/api/meeting/ledger``, ``/api/meeting/weeks``, and those of
``dashboard.meeting_decisions`` and ``dashboard.packing.api``.
"""

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import Flask, Response, make_response, request

from dashboard.answers import JSON, told
from dashboard.instants import instant
from dashboard.meeting.steps import Decided, walk
from dashboard.meeting.week import Week
from dashboard.meeting_decisions import Around, Decisions
from dashboard.meeting_told import PACK, change, header, most_first, state, worked
from dashboard.meeting_weeks import Looked, Weeks
from dashboard.number import Number
from dashboard.packing.api import PackApi
from dashboard.pages import meeting as page
from dashboard.settings import now
from dashboard.steady import steady
from dashboard.store.door import Store
from dashboard.travel import Travel
from queries.faults import Refused

LEDGER, WEEKS = "/api/meeting/ledger", "/api/meeting/weeks"
LOOKS = (page.PICTURE, LEDGER, PACK)
"""What may have to read the warehouse before it is answered."""
MOST = 8
"""So many pictures are kept ready."""
READ_SECONDS = 60.0
"""So long a week may be read: everything behind all its numbers, at one time and at another, is more than a board."""


class Drawn(NamedTuple):
    """A week as it is sent, and what it was drawn from."""

    looked: Looked
    decided: Decided
    said: Mapping[str, str]
    etag: str
    body: bytes
    small: bytes


def drawn(picture: Mapping[str, Any], looked: Looked, decided: Decided, said: Mapping[str, str]) -> Drawn:
    """Return a picture as bytes, compressed once; its number is the same wherever it looks the same."""
    number = int(picture["id"][:13], 16)
    body = told({"number": number, **picture})
    return Drawn(looked, decided, said, f'"{number}"', body, gzip.compress(body, 6, mtime=0))


class MeetingApi:
    """Answers for the meetings of one company."""

    def __init__(
        self,
        travel: Travel,
        build: str,
        store: Callable[[], Store],
        now: Callable[[], datetime] = now,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        self._settings, self._build, self._now, self._monotonic = travel.settings, build, now, monotonic
        self._calendar = self._settings.company.calendar
        self.store = store
        self._pictures: OrderedDict[tuple[str, str, date], Drawn] = OrderedDict()
        reader = travel.reader(max(READ_SECONDS, self._settings.read_seconds))
        self.weeks = Weeks(self._settings, self.store, reader, monotonic)
        self._decisions = Decisions(self.store, self._around, self._calendar.day, now)

    def register(self, server: Flask) -> None:
        """Add the addresses to ``server``."""
        for path, view in ((page.PICTURE, self.picture), (LEDGER, self.ledger), (WEEKS, self.every)):
            server.add_url_rule(path, path, view, methods=["GET"])
        self._decisions.register(server)
        PackApi(self._settings, self.store, self.weeks, self._look).register(server)

    # a request: which week, looked at from which moment

    def _at(self) -> tuple[datetime, bool]:
        text = request.args.get("as_of")
        return (instant(text, self._calendar.zone), True) if text else (self._now(), False)

    def _look(self, name: str | None) -> tuple[Looked, datetime]:
        at, past = self._at()
        return self.weeks.look(self.weeks.named(name, at), at, past), at

    def _around(self, name: str | None) -> Around:
        at, past = self._at()
        one = self.weeks.named(name, at)

        def numbers() -> Mapping[str, Number]:
            return self.weeks.look(one, at, past).shown.numbers

        def came(week: str, number: str) -> Number | None:
            return numbers().get(number) if week == one.name else self.weeks.came(week, number)

        return Around(one, self.weeks.later(one, 1), at, past, numbers, came)

    # answers

    def picture(self) -> Response:
        """Answer with the week's seven steps; 304 to whoever has them."""
        looked, at = self._look(request.args.get("week"))
        drawn = self._drawn(looked, at)
        headers = {"Content-Type": JSON, "Cache-Control": "no-cache", "X-Build": self._build, "ETag": drawn.etag}
        headers |= {"Vary": "Accept-Encoding", "Age": f"{max(0.0, self._monotonic() - looked.read_at):.1f}"}
        if drawn.etag in re.findall(r'"[^"]*"', request.headers.get("If-None-Match", "")):
            return make_response(b"", 304, headers)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return make_response(drawn.small, 200, headers | {"Content-Encoding": "gzip"})
        return make_response(drawn.body, 200, headers)

    def _drawn(self, looked: Looked, at: datetime) -> Drawn:
        """Return the week as it is sent: drawn once, until it is read again, or something is decided."""
        decided, local = self._decided(looked.week), at.astimezone(self._calendar.zone)
        said = state(looked.week, looked.is_kept, local)
        key = (looked.week.name, request.args.get("as_of", ""), local.date())
        found = self._pictures.get(key)
        if found is None or found.looked is not looked or (found.decided, found.said) != (decided, said):
            found = drawn(self._picture(looked, at, decided, said), looked, decided, said)
            self._pictures[key] = found
            while len(self._pictures) > MOST:
                self._pictures.popitem(last=False)
        return found

    def _picture(self, looked: Looked, at: datetime, decided: Decided, said: Mapping[str, str]) -> dict[str, Any]:
        walked = walk(looked.shown, looked.ledger, decided, looked.is_kept)
        before, after = (self.weeks.later(looked.week, weeks) for weeks in (-1, 1))
        running, now = after.starts_at > at, self.weeks.running(at)
        due = worked(self._calendar, [after, now, self.weeks.later(now, 1)], self._calendar.day(at))
        about = {"week": looked.week.name, "label": walked.title, "due": due.isoformat(), "kept": looked.is_kept}
        asked = request.args.get("as_of", "")
        first = header(walked, before.name, None if running else after.name, asked, looked.fault)
        return page.picture(walked, first, said, about)

    def _decided(self, one: Week) -> Decided:
        """Return what was decided, as far as the store tells: the week is shown without it, too."""
        try:
            said = self._decisions.all(one.name)
        except Refused as refused:
            return Decided(untold=str(refused))
        return Decided(said["carried"], said["actions"], said["sides"])

    def ledger(self) -> Response:
        """Answer with every number that has moved since the week was kept, and row by row what moved it."""
        looked, at = self._look(request.args.get("week"))
        local = at.astimezone(self._calendar.zone)
        body = {
            "week": looked.week.name,
            "kept": looked.is_kept,
            "state": state(looked.week, looked.is_kept, local)["words"],
            "changes": [change(one, local) for one in most_first(looked.ledger)],
        }
        return make_response(told(body), 200, {"Content-Type": JSON, "Cache-Control": "no-cache"})

    def every(self) -> Response:
        """Answer with the weeks that were kept, the newest first, and the one that just ended."""
        at, _ = self._at()
        body = {"latest": self.weeks.named(None, at).name, "kept": self.store().packs.weeks()[::-1]}
        return make_response(told(body), 200, {"Content-Type": JSON, "Cache-Control": "no-cache"})
