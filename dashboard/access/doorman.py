"""What stands before everything: each request is looked at, and let in or sent away in words."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from dashboard.access.addresses import is_local
from dashboard.access.identity import Identity
from dashboard.access.judge import Judge
from dashboard.access.limits import Limits
from dashboard.access.notices import Notices
from dashboard.access.request import Request
from dashboard.access.routes import Cost, Routes, Row, may
from dashboard.answers import HEALTH, JSON, READY, Answer, told
from dashboard.logs import log

LONGEST_PATH, LONGEST_QUERY, MOST_BODY = 2000, 8192, 64 * 1024
UNWRITTEN = re.compile(r"[\x00-\x1f\x7f\\]")
"""What no address of ours holds; a backslash is read as a slash by some browsers."""
SAFE = ("GET", "HEAD")


class Passed(NamedTuple):
    """A request that may go on: who asks, what kind of address it is for, and by which rule."""

    identity: Identity
    row: Row
    rule: str


class Doorman:
    """Lets in or sends away."""

    def __init__(
        self, judge: Judge, notices: Notices, routes: Routes | None = None, limits: Limits | None = None
    ) -> None:
        self.judge, self._notices = judge, notices
        self._routes, self._limits = routes or Routes(), limits or Limits()

    def early(self, request: Request) -> Answer | None:
        """Return the answer to what is refused whoever asks it; None for what may be looked at further."""
        if len(request.path) > LONGEST_PATH or len(request.query) > LONGEST_QUERY:
            return self._say(request, 414, "this address is too long")
        if not request.path.startswith("/") or UNWRITTEN.search(request.path) or not request.query.isascii():
            return self._say(request, 400, "this is no address of ours")
        if not self._is_ours(request):
            return self._say(request, 421, "this board is not reached by that name", "host")
        row = self._routes.of(request.path)
        if row is None:
            return self._say(request, 404, "there is nothing at this address")
        if request.method not in row.audience:
            return self._not_so(request, row)
        if request.method not in SAFE and (fault := self._foreign(request) or self._too_long(request)):
            return fault
        return None

    def passed(self, request: Request, identity: Identity) -> Passed | Answer:
        """Return that a request may go on, or the answer that sends it away."""
        row = self._routes.of(request.path)
        if row is None:
            return self._say(request, 404, "there is nothing at this address")
        audience = row.audience[request.method]
        if audience == "nobody":
            return self._say(request, 404, "there is nothing at this address")
        if not may(identity, audience):
            return self._sent_away(request, identity, row)
        wait = self._limits.wait(cost(request, row, identity), identity.key)
        if wait:
            return self._too_often(request, identity, wait)
        return Passed(identity, row, self._routes.rule(request.path))

    def crowded(self, request: Request, identity: Identity) -> Answer:
        """Return the answer to who asks for more at once than may wait."""
        return self._too_often(request, identity, 1)

    def _too_often(self, request: Request, identity: Identity, wait: int) -> Answer:
        said = self._say(request, 429, f"this was asked too often: ask again in {wait} seconds", "rate", identity)
        return said._replace(headers=said.headers | {"Retry-After": str(wait)})

    def busy(self, request: Request, why: str) -> Answer:
        """Return the answer while nobody can tell who asks."""
        said = self._say(request, 503, why)
        return said._replace(headers=said.headers | {"Retry-After": "2"})

    def too_long(self, request: Request) -> Answer:
        """Return the answer to a body that is longer than anything that is taken here."""
        return self._say(request, 413, f"this is longer than the {MOST_BODY:,} bytes that are taken at once", "body")

    def unfit(self, request: Request, words: str, status: int = 400) -> Answer:
        """Return the answer to a body that nothing here sends."""
        return self._say(request, status, words, "body")

    def too_slow(self, request: Request) -> Answer:
        """Return the answer to a body that does not come."""
        return self._say(request, 408, "what was to be sent did not come in time", "slow")

    def failed(self, request: Request, fault: BaseException) -> Answer:
        """Return the answer where this program itself is at fault; the log says where."""
        kind = f"{type(fault).__name__} {_where(fault)}"
        log.error("failed", path=request.path[:200], method=request.method[:10], kind=kind)
        return self._say(request, 500, "something went wrong here, and the log says what: try again")

    def _is_ours(self, request: Request) -> bool:
        host, ours = request.header("host").lower(), self.judge.way.host
        if request.path in (HEALTH, READY) or not host:
            return True
        return is_local(host) if not ours else host == ours or (is_local(host) and is_local(request.peer))

    def _foreign(self, request: Request) -> Answer | None:
        """Return the refusal of a write that another site's page asks for; a program says neither header."""
        site, origin = request.header("sec-fetch-site"), request.header("origin")
        fine = site in ("same-origin", "none") if site else True
        if origin:
            ours = self.judge.way.url or f"http://{request.header('host').lower()}"
            fine = fine and origin.lower() == ours
        return None if fine else self._say(request, 403, "only this site's own pages may write here", "foreign")

    def _too_long(self, request: Request) -> Answer | None:
        length = request.header("content-length")
        if length and not (length.isascii() and length.isdigit()):
            return self._say(request, 400, "the length of what is sent is no number")
        return self.too_long(request) if length and int(length[:20]) > MOST_BODY else None

    def _not_so(self, request: Request, row: Row) -> Answer:
        said = self._say(request, 405, "this address is not asked in this way")
        return said._replace(headers=said.headers | {"Allow": ", ".join(sorted(row.audience))})

    def _sent_away(self, request: Request, identity: Identity, row: Row) -> Answer:
        """Return what somebody is told who may not: who could sign in is led there, a screen to where it is paired."""
        nobody = identity.kind == "nobody"
        if request.method in SAFE and request.asks_for_page and row.page:
            carries = request.cookie(self.judge.cookies.screen)
            if nobody and carries:
                return _lead("/screen")
            if identity.screen:
                return _lead(identity.screen.pages[0])
            if nobody and self.judge.way.choice == "sign-in" and not identity.known:
                return _lead(f"/sign-in?to={quote(_here(request), safe='')}")
        said = identity.why or (FIRST[self.judge.way.choice] if nobody else "this is not for you to see")
        status = 401 if nobody and not identity.known and self.judge.way.choice == "sign-in" else 403
        return self._say(request, status, said, "audience" if identity.known or not nobody else "", identity)

    def _say(
        self, request: Request, status: int, words: str, rule: str = "", identity: Identity | None = None
    ) -> Answer:
        """Return an answer in words: a page to who looks at one, JSON to everybody else; what has a rule is logged."""
        if rule and not self._limits.wait("log", "all"):
            who, address = identity.called if identity else "nobody", self.judge.address(request)
            log.warning("refused", rule=rule, status=status, path=request.path[:200], who=who, address=address)
        if request.asks_for_page and request.method in SAFE:
            return self._notices.of(status, words, self.judge.way.choice == "sign-in" and status in (401, 403))
        body = told({"state": STATES.get(status, "refused"), "error": words})
        return Answer(status, {"Content-Type": JSON, "Cache-Control": "no-store"}, body)


FIRST: Mapping[str, str] = {
    "open": "this board is open to its own machine alone",
    "sign-in": "sign in first",
    "proxy": "come by the company's own address, which says who you are",
}
"""What somebody is to do first of whom nothing is known, by the way in."""


def cost(request: Request, row: Row, identity: Identity) -> Cost:
    """Return what an answer costs: a moment of the past is not in memory, whatever is asked of it.

    At an open board all are one, and the front's own doors are measure enough.
    """
    if identity.kind == "local":
        return "memory" if row.cost == "made" else row.cost
    return "made" if "as_of=" in request.query and row.cost == "memory" else row.cost


STATES: Mapping[int, str] = {401: "signed out", 403: "shut", 429: "busy", 503: "busy"}


def _where(fault: BaseException) -> str:
    """Return the file and the line in which something failed, and nothing of what it was about."""
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""


def _here(request: Request) -> str:
    """Return an address as a browser asked for it: what stands for itself in it is written so again."""
    path = quote(request.path)
    return f"{path}?{request.query}" if request.query else path


def _lead(to: str) -> Answer:
    return Answer(303, {"Location": to, "Cache-Control": "no-store"}, b"")
