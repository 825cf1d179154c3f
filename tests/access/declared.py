"""Who may see what: every address, who may ask it by which method, and what they are answered.

This is written down here once more, and not taken from ``dashboard/access/routes.py``, so that neither can change
without the other being looked at. A method that does not stand in a line is answered 405, whoever asks; HEAD is as GET.
"""

from typing import NamedTuple

from dashboard.pages import pages
from tests.access.everybody import EVERYBODY, PEOPLE, SHUT, STRANGERS

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
WHO = {
    "all": frozenset(EVERYBODY),
    "people": frozenset(PEOPLE),
    "seen": frozenset({*PEOPLE, "screen"}),
    "operators": frozenset({"operator"}),
    "probe": frozenset({*PEOPLE, "probe"}),
}
# the address, what is really asked where that is another, and for each method who may and what they are answered
TABLE = """
/                          page                           GET seen 200
/today                     page                           GET people 200
/today/<path:part>         page /today/r0                 GET people 200
/meeting                   page                           GET seen 200
/meeting/<path:part>       page /meeting/2026-W46         GET seen 200
/data                      page                           GET seen 200
/terms                     page                           GET seen 200
/screens                   page                           GET people page
/screen                    page                           GET all page
/stream                                                   GET seen 200   HEAD seen 404
/stream/today              /stream/today?rep=r0           GET people 200   HEAD people 404
/api/board                                                GET seen 200
/api/board/picture                                        GET seen 200
/api/today/picture         /api/today/picture?rep=r0      GET people days
/api/today/reps                                           GET people days
/api/meeting/picture                                      GET seen 200
/api/meeting/weeks                                        GET seen 200
/api/meeting/ledger                                       GET people 200
/api/meeting/actions                                      GET seen 200    POST people 400  PATCH people 400
/api/meeting/notes                                        GET people 200  POST people 400
/api/meeting/promises                                     GET seen 200    POST people 400
/api/meeting/pack                                         GET people 200
/api/data/picture                                         GET seen 200
/api/rows                  /api/rows?{number}             GET people 200
/api/rows.csv              /api/rows.csv?{number}         GET people 200
/api/rows.xlsx             /api/rows.xlsx?{number}        GET people 200
/api/data/rows             /api/data/rows?{finding}       GET people 200
/api/data/rows.csv         /api/data/rows.csv?{finding}   GET people 200
/sign-in                                                  GET all begins
/sign-in/back                                             GET all back
/sign-out                                                 POST all 303
/signed-out                                               GET all 200
/api/me                                                   GET people 200
/api/qr.svg                /api/qr.svg?to=/data           GET seen 200
/api/screen                                               GET all 200     POST all 200
/api/screens                                              GET people 200  POST operators 400  PATCH operators 400  DELETE operators 400
/api/painted                                              POST seen painted
/healthz                                                  GET all 200
/readyz                                                   GET all 200
/metrics                                                  GET probe 200
/assets/<path:filename>    /assets/board.css              GET all 200
/static/<path:filename>    /static/board.css              GET all 404
/_favicon.ico                                             GET all 200
/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>  {suite}  GET people 200
/_dash-layout                                             GET people 200
/_dash-dependencies                                       GET people 200
/_dash-update-component                                   POST people 400
/_reload-hash                                             GET all 404
/<path:path>               /no/such/page                  GET all 404
"""  # noqa: E501 - one line an address
WITHOUT_STREAM = {"/stream": 404, "/stream/today": 404}
"""What a server without ASGI answers otherwise."""


class Line(NamedTuple):
    """One address: whether it is a page, what is asked, and by which method who is answered what."""

    rule: str
    page: bool
    target: str
    answers: dict[str, tuple[str, str]]


def lines() -> dict[str, Line]:
    """Return the table by its addresses."""
    found = [_line(text.split()) for text in TABLE.strip().splitlines()]
    return {one.rule: one for one in found}


def _line(words: list[str]) -> Line:
    rule, first = words[0], next(number for number, word in enumerate(words) if word in METHODS)
    said = words[first:]
    answers = {said[at]: (said[at + 1], said[at + 2]) for at in range(0, len(said), 3)}
    if "GET" in answers:
        answers.setdefault("HEAD", answers["GET"])
    target = next((word for word in words[1:first] if word != "page"), rule)
    return Line(rule, "page" in words[1:first], target, answers)


def status(line: Line, method: str, who: str, browses: bool = False) -> int:
    """Return what somebody must be answered; ``browses`` where a browser asks for something to show."""
    if method not in line.answers:
        return 405
    group, answer = line.answers[method]
    if who in WHO[group]:
        return _answer(answer, line.rule, who)
    if browses and line.page and method in ("GET", "HEAD") and who not in ("other company", "disabled", "probe"):
        return 303
    return 401 if who in (*STRANGERS, "revoked screen") else 403


def _answer(answer: str, rule: str, who: str) -> int:
    """Return the status that a word of the table stands for."""
    if answer == "page":
        return 200 if rule in pages() else 404
    if answer == "back":
        # who is signed in already is led to the board
        return 303 if who in PEOPLE else 403
    if answer == "painted":
        return 200 if who == "screen" else 204
    return {"begins": 303, "days": 200}.get(answer) or int(answer)


assert set(SHUT) <= set(EVERYBODY)
