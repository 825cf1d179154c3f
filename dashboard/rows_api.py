"""The addresses of the rows behind a number: a page at a time for the grid, or all of them as a file.

``/api/rows?number=NAME&as_of=INSTANT``, ``/api/rows.csv``, ``/api/rows.xlsx``; the numbers of a week as the meeting
looks at it are called ``2026-W46/NAME``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Flask, Response, make_response, request

from dashboard.access.identity import of
from dashboard.answers import JSON, Counter, told
from dashboard.asked import asked
from dashboard.exports import Counted, Heading, as_csv, as_xlsx
from dashboard.instants import instant
from dashboard.logs import log
from dashboard.meeting_weeks import Weeks
from dashboard.number import Rows
from dashboard.opened import Column, Opened, Opener
from dashboard.specified import as_told, rows
from dashboard.travel import Travel
from queries.candidates import COUNTED
from queries.faults import Refused
from queries.listing import Asked, Group

ROWS, CSV, XLSX = "/api/rows", "/api/rows.csv", "/api/rows.xlsx"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_SHOWN = 1000
"""A cell of the grid shows no more characters than these; a file holds them all."""
WEEKLY = re.compile(r"\d{4}-W\d\d/")
"""How the name of a number begins that belongs to a week of the meeting."""
REASON = Column("reason", "Why it does not count", "text")


class NoSuchNumber(Refused):
    """The address names a number that is not on the board of that moment, or has no rows."""


class Question(NamedTuple):
    """What one address asks: the rows of which number, as of when."""

    number: str
    as_of: datetime
    rows: Rows


class RowsApi:
    """Answers for the rows of one company's numbers."""

    def __init__(self, counter: Counter, travel: Travel, weeks: Weeks) -> None:
        self._counter, self._travel, self._weeks = counter, travel, weeks
        self._opener = Opener(travel.settings, travel.reader())
        self._calendar = travel.settings.company.calendar

    def register(self, server: Flask) -> None:
        """Add the addresses to ``server``."""
        for path, view in ((ROWS, self.page), (CSV, self.as_csv), (XLSX, self.as_xlsx)):
            server.add_url_rule(path, path, view, methods=["GET"])

    def page(self) -> Response:
        """Answer with a page of rows, and with how many there are by reason."""
        one = self._question()
        with self._opener.opened(one.as_of, one.rows) as opened:
            groups = opened.groups()
            wanted = self._asked(opened, one, groups)
            matching = opened.groups(wanted.filters) if wanted.filters else groups
            found = [self._plain(row) for row in opened.page(wanted)]
            columns = [*opened.columns, REASON]
        body = {
            "number": one.number,
            "as_of": one.as_of.isoformat(),
            "columns": [column._asdict() for column in columns],
            "groups": [self._group(group, one.rows) for group in groups],
            "total": sum(group.rows for group in matching if _wanted(group, wanted)),
            "rows": found,
        }
        return make_response(told(body), 200, {"Content-Type": JSON, "Cache-Control": "no-cache"})

    def as_csv(self) -> Response:
        """Answer with all rows as CSV."""
        one = self._question()
        parts = self._as_csv(one, of(request.environ).called)
        # what is wrong with the question comes up here, while it can still be refused
        first = next(parts)
        return self._file(one, _joined(first, parts), "text/csv; charset=utf-8", "csv")

    def _as_csv(self, one: Question, who: str) -> Iterator[bytes]:
        with self._opener.opened(one.as_of, one.rows) as opened:
            rows = Counted(opened.every(self._asked(opened, one, opened.groups())))
            try:
                yield from as_csv(_headings(opened), rows, self._calendar.zone)
            finally:
                _exported(one, "csv", who, rows.many)

    def as_xlsx(self) -> Response:
        """Answer with all rows as XLSX, and a sheet that says what they are."""
        one = self._question()
        with self._opener.opened(one.as_of, one.rows) as opened:
            groups = opened.groups()
            wanted, headings = self._asked(opened, one, groups), _headings(opened)
            rows = Counted(opened.every(wanted))
            body = as_xlsx(headings, rows, self._calendar.zone, self._about(one, groups))
        _exported(one, "xlsx", of(request.environ).called, rows.many)
        return self._file(one, body, XLSX_TYPE, "xlsx")

    def _question(self) -> Question:
        name, text = request.args.get("number", ""), request.args.get("as_of", "")
        newest = self._counter.newest()
        if text:
            as_of = instant(text, self._calendar.zone)
        elif newest and newest.snapshot.as_of:
            as_of = newest.snapshot.as_of
        else:
            raise NoSuchNumber("there is nothing to open yet: no board has been read")
        week, _, number = name.partition("/") if WEEKLY.match(name) else ("", "", name)
        if week:
            as_of, found = self._weeks.behind(week, number, as_of)
        else:
            found = self._rows(as_of, name)
        if found is None:
            raise NoSuchNumber(f"no number with rows is called {name[:80]!r} on the board as of {as_of:%d %b %Y %H:%M}")
        return Question(name, as_of, found)

    def _rows(self, as_of: datetime, name: str) -> Rows | None:
        """Return which rows stand behind a number: as published with the board, or as of a moment of the past."""
        specified = self._of_rep(as_of, name) if name.startswith("rep.") else self._counter.rows(as_of)
        if specified is None:
            specified = as_told(self._travel.to(as_of).numbers)
        return rows(specified[name]) if name in specified else None

    def _of_rep(self, as_of: datetime, name: str) -> Mapping[str, Any]:
        """Return which rows stand behind the numbers of the rep whose number is so called."""
        newest = self._counter.parts.newest()
        for rep_id in newest.places if newest else ():
            if name.startswith(f"rep.{rep_id}."):
                found = self._counter.parts.rows(as_of, rep_id)
                if found is None:
                    day = self._travel.days(as_of).reps.get(rep_id)
                    found = as_told({one.name: one for one in day.numbers.values()}) if day else {}
                if name in found:
                    return found
        return {}

    def _asked(self, opened: Opened, one: Question, groups: Sequence[Group]) -> Asked:
        return asked(request.args, [*opened.columns, REASON], _sides(groups, one.rows), self._calendar)

    def _group(self, group: Group, of: Rows) -> dict[str, Any]:
        amount = str(group.amount) if isinstance(group.amount, Decimal) else None
        return {"side": side(group.reason, of), "reason": group.reason, "rows": group.rows, "amount": amount}

    def _plain(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._cell(value) for name, value in row.items()}

    def _cell(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return f"{value.astimezone(self._calendar.zone):%Y-%m-%d %H:%M:%S}"
        if isinstance(value, date | Decimal):
            return str(value)
        if isinstance(value, str) and len(value) > LONGEST_SHOWN:
            return f"{value[:LONGEST_SHOWN]}… ({len(value):,} characters)"
        # a warehouse of SQLite may hold bytes, or infinity, where a number is expected; JSON has neither
        plain = value is None or isinstance(value, str | int) or (isinstance(value, float) and isfinite(value))
        return value if plain else str(value)

    def _about(self, one: Question, groups: Sequence[Group]) -> list[str]:
        settings = self._travel.settings
        counts = [f"{group.rows:,} {group.reason or 'counted'} ({side(group.reason, one.rows)})" for group in groups]
        return [
            f"{settings.company.name}: the rows behind {one.number}",
            f"as of {one.as_of.astimezone(self._calendar.zone):%Y-%m-%d %H:%M:%S} ({self._calendar.zone})",
            f"{request.host_url.rstrip('/')}{_address(one)}",
            "A text that could be taken for a formula is written with an apostrophe before it.",
            *counts,
        ]

    def _file(self, one: Question, body: Any, kind: str, ending: str) -> Response:
        name = "".join(sign if sign.isascii() and (sign.isalnum() or sign in ".-") else "_" for sign in one.number)
        told_as = f'attachment; filename="{name}-{one.as_of:%Y%m%dT%H%M%S}.{ending}"'
        return Response(body, 200, {"Content-Type": kind, "Content-Disposition": told_as, "Cache-Control": "no-store"})


def _exported(one: Question, kind: str, who: str, rows: int) -> None:
    """Note who has taken which rows with them, and how many."""
    log.info("exported", number=one.number, kind=kind, as_of=one.as_of.isoformat(), who=who, rows=rows)


def _address(one: Question) -> str:
    """Return where a number is opened: on the board of its moment, or in the meeting of its week."""
    if WEEKLY.match(one.number):
        week, _, number = one.number.partition("/")
        return f"/meeting/{week}?open={quote(number, '')}"
    return f"/?open={quote(one.number, '')}&as_of={quote(one.as_of.isoformat())}"


def _joined(first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from parts


def _headings(opened: Opened) -> list[Heading]:
    return [Heading(one.name, one.label) for one in (*opened.columns, REASON)]


def side(reason: str, of: Rows) -> str:
    """Return on which side a row stands: counted, part of the whole only, or left out."""
    return "counted" if reason == COUNTED else "whole" if reason in of.whole else "left out"


def _sides(groups: Sequence[Group], of: Rows) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"counted": [], "whole": [], "left out": []}
    for one in groups:
        found[side(one.reason, of)].append(one.reason)
    return found


def _wanted(group: Group, wanted: Asked) -> bool:
    return wanted.reasons is None or group.reason in wanted.reasons
