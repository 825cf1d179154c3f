"""The addresses that machines and the browser ask: live from the published snapshot, or as of a moment."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, make_response, request

from dashboard.answers import HEALTH, JSON, NUMBERS, PICTURE, READY, Answer, Counter, told
from dashboard.board import as_json
from dashboard.data_api import DataApi
from dashboard.instants import instant
from dashboard.meeting_api import MeetingApi
from dashboard.meeting_weeks import NoSuchWeek
from dashboard.pages import board as page
from dashboard.reps_api import NoSuchRep, RepsApi
from dashboard.rows_api import NoSuchNumber, RowsApi
from dashboard.store.door import Opener, Store
from dashboard.travel import Travel
from queries.faults import ContractBroken, Refused, WarehouseSilent


def register(server: Flask, counter: Counter, travel: Travel, store: Callable[[], Store] | None = None) -> None:
    """Add the addresses to ``server``; ``?as_of=`` asks for a moment of the past."""

    def live() -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        return _response(counter.answer(request.path, headers) or Answer(404, {}, b""))

    def numbers() -> Response:
        text = request.args.get("as_of")
        return _past(as_json(travel.to(_moment(text, travel)))) if text else live()

    def picture() -> Response:
        text = request.args.get("as_of")
        return _past(page.picture(travel.to(_moment(text, travel)))) if text else live()

    meeting = MeetingApi(travel, counter.build, store or Opener(travel.settings.store))
    meeting.register(server)
    RowsApi(counter, travel, meeting.weeks).register(server)
    DataApi(counter, travel).register(server)
    RepsApi(counter.parts, travel, counter.build).register(server)
    for path, view in ((NUMBERS, numbers), (PICTURE, picture), (HEALTH, live), (READY, live)):
        server.add_url_rule(path, path, view, methods=["GET"])

    @server.errorhandler(Refused)
    def refused(fault: Refused) -> Response:
        silent = isinstance(fault, WarehouseSilent | ContractBroken)
        body = told({"state": "waiting" if silent else "refused", "error": str(fault)})
        status = 503 if silent else 404 if isinstance(fault, NoSuchNumber | NoSuchRep | NoSuchWeek) else 400
        return _response(Answer(status, {"Content-Type": JSON, "Cache-Control": "no-cache"}, body))


def _moment(text: str, travel: Travel) -> datetime:
    return instant(text, travel.settings.company.calendar.zone)


def _past(what: dict[str, object]) -> Response:
    return _response(Answer(200, {"Content-Type": JSON, "Cache-Control": "no-cache", "Age": "0"}, told(what)))


def _response(answer: Answer) -> Response:
    return make_response(answer.body, answer.status, answer.headers)
