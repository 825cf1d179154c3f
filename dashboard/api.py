"""What machines ask for: the board's numbers as JSON, and the picture that the browser draws."""

from datetime import datetime
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.wrappers import Response as Answer

from dashboard.board import Board, State, as_json
from dashboard.instants import instant
from dashboard.live import Live, NothingYet
from dashboard.pages import board as page
from queries.faults import ContractBroken, Refused, WarehouseSilent

NUMBERS = "/api/board"


def register(server: Flask, live: Live) -> None:
    """Add the two addresses to ``server``; both take ``?as_of=`` and answer 304 when nothing has changed."""

    @server.get(NUMBERS)
    def numbers() -> Response:
        return _told(as_json(shown(live)))

    @server.get(page.PICTURE)
    def picture() -> Answer:
        try:
            told = page.picture(shown(live))
        except NothingYet as waiting:
            told = page.waiting(State("waiting", str(waiting)))
        answer = _told(told)
        answer.set_etag(told["id"])
        return answer.make_conditional(request)

    @server.errorhandler(Refused)
    def refused(fault: Refused) -> tuple[Response, int]:
        silent = isinstance(fault, WarehouseSilent | ContractBroken | NothingYet)
        return _told({"state": "waiting" if silent else "refused", "error": str(fault)}), 503 if silent else 400


def shown(live: Live) -> Board:
    """Return the board that the request asks for: live, or as of a moment."""
    moment = asked_for(live)
    return live.board() if moment is None else live.as_of(moment)


def asked_for(live: Live) -> datetime | None:
    """Return the moment in the request's ``as_of``, in UTC; None for live; raise ``Refused`` for what is no moment."""
    text = request.args.get("as_of")
    return instant(text, live.settings.company.calendar.zone) if text else None


def _told(what: dict[str, Any]) -> Response:
    answer = jsonify(what)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
