"""All that stands before one company's board, put together once for a process."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, make_response, request
from werkzeug.exceptions import HTTPException

from dashboard.access.doorman import Doorman
from dashboard.access.identity import rule
from dashboard.access.judge import Judge
from dashboard.access.notices import Notices
from dashboard.access.qr import QrApi
from dashboard.access.reps import RepsByMail
from dashboard.access.request import of_environ
from dashboard.access.screens_api import ScreensApi
from dashboard.access.sign_in import SignIn
from dashboard.access.way import Way
from dashboard.pulse import all_pulses
from dashboard.settings import now
from dashboard.store.door import Store
from dashboard.travel import Travel
from dashboard.walls import by_screen


class House:
    """The doorman of a board, and the addresses at which people sign in and look after screens."""

    def __init__(
        self,
        way: Way,
        travel: Travel,
        store: Callable[[], Store],
        shared: Path,
        now: Callable[[], datetime] = now,
    ) -> None:
        company = travel.settings.company
        self.way, self._shared = way, shared
        judge, notices = Judge(way, company.access, store, now), Notices(travel.settings.refresh_seconds)
        self.doorman = Doorman(judge, notices)
        reps = RepsByMail(travel.reader(), lambda: company.calendar.day(now()))
        self._apis = (
            SignIn(judge, notices, store, reps.of, now),
            ScreensApi(judge, store, self.heard, now),
            QrApi(way),
        )

    def register(self, server: Flask) -> None:
        """Add the addresses to ``server``."""
        for one in self._apis:
            one.register(server)
        server.before_request(as_let_in)
        server.register_error_handler(Exception, self.failed)

    def failed(self, fault: Exception) -> Response | HTTPException:
        """Return the answer where a page fails: Flask itself would write all that the failure says into the log."""
        if isinstance(fault, HTTPException):
            return fault
        said = self.doorman.failed(of_environ(request.environ), fault)
        return make_response(said.body, said.status, said.headers)

    def heard(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what each paired screen said last to any worker of this machine."""
        return by_screen(all_pulses(self._shared))


def as_let_in() -> None:
    """Answer nothing but what somebody was let in to: Flask must have found the very rule that the door went by.

    The frames of pages, which hold nothing of the company, all stand under one rule of Flask's.
    """
    asked, found = rule(request.environ), request.url_rule
    if asked and found is not None and found.rule not in (asked, "/<path:path>"):
        abort(404)
