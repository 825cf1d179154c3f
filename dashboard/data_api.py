"""The addresses of ``/data``: its picture, and the rows of a finding a page at a time or as a file.

``/api/data/picture``, ``/api/data/rows?finding=NAME&start=&count=&as_of=`` and ``/api/data/rows.csv``; with ``past=1``
the rows are those that were known at that moment.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from flask import Flask, Response, make_response, request
from sqlalchemy import Connection

from dashboard.access.identity import of
from dashboard.answers import JSON, Counter, told
from dashboard.asked import Misasked
from dashboard.data_rows import Rows, headings, rows
from dashboard.drawing.data import CSV, ROWS, View, blocks, every
from dashboard.drawing.tree import tree
from dashboard.examine import Examining, latest, said
from dashboard.examine_past import Past, StillExamining
from dashboard.examined_ages import Line, TableAge, judged
from dashboard.examiner import LONGEST
from dashboard.exports import Counted, as_csv
from dashboard.instants import instant
from dashboard.logs import log
from dashboard.pages.board import content_id
from dashboard.pages.data import PICTURE
from dashboard.settings import now
from dashboard.steady import steady
from dashboard.travel import Travel
from dashboard.words import moment
from queries import ages
from queries.faults import Refused
from queries.quality.ages import table_ages
from queries.quality.examination import named
from queries.warehouse import reading

MOST_ROWS, FARTHEST = 500, 10_000_000
AGES_SECONDS = 5.0
"""How long the warehouse may take to say how old its tables are, which is a matter of milliseconds."""
LEFT_BEHIND = timedelta(seconds=1.5 * LONGEST)
"""An examination that is said to run for so long is one that nobody looks after."""


class Read(NamedTuple):
    """The ages as they were read last, by this worker."""

    at: float
    as_of: datetime
    ages: Sequence[TableAge]
    fault: str


class Asked(NamedTuple):
    """Of which finding, as of when, rows are asked for, and by when they had to be known."""

    name: str
    as_of: datetime
    known_by: datetime | None


class DataApi:
    """Answers for the page on the data of one company."""

    def __init__(
        self,
        counter: Counter,
        travel: Travel,
        now: Callable[[], datetime] = now,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        self._counter, self._travel, self._settings = counter, travel, travel.settings
        self._now, self._monotonic = now, monotonic
        self._zone = self._settings.company.calendar.zone
        self._quick = travel.reader(min(AGES_SECONDS, self._settings.read_seconds))
        self._engine = travel.reader()
        self.past = Past(self._settings, counter.folder)
        self._reading, self._drawing = threading.Lock(), threading.Lock()
        self._read: Read | None = None
        self._tried = float("-inf")
        self._drawn: tuple[str, int] | None = None

    def register(self, server: Flask) -> None:
        """Add the addresses to ``server``."""
        for path, view in ((PICTURE, self.picture), (ROWS, self.rows), (CSV, self.as_csv)):
            server.add_url_rule(path, path, view, methods=["GET"])

    def picture(self) -> Response:
        """Answer with the page as it stands, or as of a moment; 304 to whoever has it."""
        text = request.args.get("as_of")
        return self._then(instant(text, self._zone)) if text else self._live()

    def _live(self) -> Response:
        read = self._latest()
        with self._drawing:
            view = self._view(read, self._numbers())
            state = {"kind": "live", "words": f"live, data to {view.as_of:%H:%M}"}
            if read.fault:
                state = {"kind": "stale", "words": f"stale since {view.as_of:%H:%M}: {read.fault}"}
            picture = _picture(view, state)
            number = self._number(picture["id"])
        headers = self._headers(self._monotonic() - read.at) | {"ETag": f'"{number}"'}
        if f'"{number}"' in request.headers.get("If-None-Match", ""):
            return make_response(b"", 304, headers)
        return make_response(told({"number": number, **picture}), 200, headers)

    def _latest(self) -> Read:
        """Return the ages: one asks for all, and whoever comes meanwhile has what was read before."""
        last = self._read
        if not self._reading.acquire(blocking=last is None) and last is not None:
            return last
        try:
            return self._ages()
        finally:
            self._reading.release()

    def _number(self, name: str) -> int:
        """Return the number of what is drawn: another and a greater one when it looks different."""
        if self._drawn is None or self._drawn[0] != name:
            self._drawn = (name, max(int(self._now().timestamp() * 1000), self._drawn[1] + 1 if self._drawn else 0))
        return self._drawn[1]

    def _ages(self) -> Read:
        """Return the ages, read at most once a refresh however many ask; the last ones where nothing answers."""
        last = self._read
        if last and self._monotonic() - self._tried < self._settings.refresh_seconds:
            return last
        self._tried = self._monotonic()
        as_of = self._now().astimezone(self._zone)
        try:
            self._read = Read(self._monotonic(), as_of, self._ages_at(as_of), "")
        except Refused as refused:
            self._read = last._replace(fault=str(refused)) if last else Read(self._monotonic(), as_of, (), str(refused))
        return self._read

    def _ages_at(self, as_of: datetime) -> Sequence[TableAge]:
        with reading(self._quick) as connection:
            return [TableAge(*one) for one in table_ages(connection, as_of, ages.present(connection))]

    def _numbers(self) -> dict[str, Line]:
        newest = self._counter.newest()
        numbers: Mapping[str, Any] = newest.snapshot.picture.get("numbers", {}) if newest else {}
        return {
            name: Line(name, one["label"], one["tables"], one["status"])
            for name, one in numbers.items()
            if "tables" in one
        }

    def _view(self, read: Read, numbers: dict[str, Line]) -> View:
        how = said(self._counter.folder)
        return View(
            read.as_of,
            False,
            latest(self._counter.folder, self._settings.company.name),
            self._running(how, read.as_of),
            how.why if how and how.state == "failed" else "",
            every(self._settings.examine_minutes),
            judged(read.ages, self._settings.company.ages, read.as_of, list(numbers.values())),
            read.fault,
            numbers,
        )

    def _running(self, how: Examining | None, as_of: datetime) -> datetime | None:
        if how is None or how.state != "running" or as_of - how.since > LEFT_BEHIND:
            return None
        return how.since.astimezone(as_of.tzinfo)

    def _then(self, as_of: datetime) -> Response:
        """Answer with the page as of a moment, or, while that is being found out, in words."""
        try:
            report = self.past.report(as_of)
        except StillExamining as still:
            body = told({"state": "refused", "error": f"{still}. The page appears here by itself."})
            return make_response(body, 503, {"Content-Type": JSON, "Cache-Control": "no-cache", "Retry-After": "1"})
        local = as_of.astimezone(self._zone)
        board = self._travel.to(as_of)
        numbers = {one.name: Line(one.name, one.label, one.tables, one.status) for one in board.numbers.values()}
        aged = judged(self._ages_at(as_of), self._settings.company.ages, local, list(numbers.values()))
        view = View(local, True, report, None, "", "", aged, "", numbers)
        state = {"kind": "as of", "words": f"as of {local:%a} {local.day} {local:%b %Y %H:%M}"}
        return make_response(told(_picture(view, state)), 200, self._headers(0.0))

    def _headers(self, age: float) -> dict[str, str]:
        return {"Content-Type": JSON, "Cache-Control": "no-cache", "X-Build": self._counter.build, "Age": f"{age:.1f}"}

    # rows

    def rows(self) -> Response:
        """Answer with a page of the rows of a finding, and with how many there are now."""
        start, count = _whole("start", 0, FARTHEST), _whole("count", 100, MOST_ROWS)
        asked = self._asked()
        with self._opened(asked) as (connection, found):
            body = {
                "finding": asked.name,
                "sentence": found.sentence,
                "columns": [one._asdict() for one in headings(found)],
                "total": found.total(connection),
                "start": start,
                "rows": [_plain(row) for row in found.page(connection, start, count)],
            }
        return make_response(told(body), 200, {"Content-Type": JSON, "Cache-Control": "no-cache"})

    def as_csv(self) -> Response:
        """Answer with all rows of a finding as CSV."""
        asked, who = self._asked(), of(request.environ).called

        def body() -> Iterator[bytes]:
            with self._opened(asked) as (connection, found):
                every = Counted(found.every(connection))
                try:
                    yield from as_csv(headings(found), every, UTC)
                finally:
                    log.info("exported", finding=asked.name[:100], kind="csv", who=who, rows=every.many)

        # what cannot be read is refused before anything is sent
        parts = body()
        whole = chain([next(parts)], parts)
        plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in ".-") else "_" for sign in asked.name)
        headers = {"Content-Type": "text/csv; charset=utf-8", "Cache-Control": "no-store"}
        return Response(whole, 200, headers | {"Content-Disposition": f'attachment; filename="{plain[:100]}.csv"'})

    def _asked(self) -> Asked:
        name, text = request.args.get("finding", ""), request.args.get("as_of", "")
        as_of = instant(text, self._zone) if text else self._now()
        return Asked(name, as_of, as_of if request.args.get("past") else None)

    @contextmanager
    def _opened(self, asked: Asked) -> Iterator[tuple[Connection, Rows]]:
        with reading(self._engine) as connection:
            yield connection, rows(*named(connection, asked.as_of, asked.name, asked.known_by))


def _picture(view: View, state: Mapping[str, str]) -> dict[str, Any]:
    drawn = {
        "state": dict(state),
        "company": view.report.company if view.report else "",
        "blocks": {name: tree(one) for name, one in blocks(view).items()},
        "figures": {},
        "numbers": {},
        "ages": {
            "tables": [
                {"table": one.table, "newest_event": one.newest_event, "last_load": one.last_load} for one in view.ages
            ],
            "last_poll": moment(view.as_of, view.as_of),
        },
    }
    return {"id": content_id(drawn), "as_of": view.as_of.isoformat(), **drawn}


def _whole(name: str, otherwise: int, most: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise Misasked(f"{name} must be a whole number from 0 to {most:,}")
    return int(text)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(one) if isinstance(one, Decimal) else one for name, one in row.items()}
