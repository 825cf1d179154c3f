"""Signing in and out: ``/sign-in``, ``/sign-in/back``, ``/sign-out``, ``/signed-out``, and who one is: ``/api/me``."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, make_response, request

from dashboard.access.cookies import A_SIGN_IN
from dashboard.access.identity import Identity, of
from dashboard.access.judge import Judge
from dashboard.access.notices import Notices
from dashboard.access.provider import Provider, ProviderSilent, SignInRefused
from dashboard.access.request import of_environ
from dashboard.answers import JSON, Answer, told
from dashboard.logs import log
from dashboard.store.door import Store
from dashboard.store.faults import StoreSilent
from dashboard.store.sessions import Person
from queries.faults import Refused

SIGN_IN, BACK, SIGN_OUT, SIGNED_OUT, ME = "/sign-in", "/sign-in/back", "/sign-out", "/signed-out", "/api/me"
LONGEST_WAY = 2000
"""Characters of the address that somebody wanted to see; a longer one leads to the board."""


class SignIn:
    """Answers for the sign-ins of one board; ``rep_of`` tells which rep an e-mail address is, if any."""

    def __init__(
        self,
        judge: Judge,
        notices: Notices,
        store: Callable[[], Store],
        rep_of: Callable[[str], str | None],
        now: Callable[[], datetime],
    ) -> None:
        self._judge, self._notices, self._store, self._rep_of, self._now = judge, notices, store, rep_of, now
        way = judge.way
        self._provider = Provider(way.provider, f"{way.url}{BACK}") if way.provider else None

    def register(self, server: Flask) -> None:
        """Add the addresses to ``server``."""
        views: dict[str, Callable[[], Response]] = {
            SIGN_IN: self.begin, BACK: self.back, SIGNED_OUT: self.signed_out, ME: self.me,
        }  # fmt: skip
        for path, view in views.items():
            server.add_url_rule(path, path, view, methods=["GET"])
        server.add_url_rule(SIGN_OUT, SIGN_OUT, self.end, methods=["POST"])

    def begin(self) -> Response:
        """Lead to the provider, and remember where somebody wanted to go."""
        to, others = own_address(request.args.get("to", "")), "others" in request.args
        if self._provider is None or (of(request.environ).kind == "person" and not others):
            return _lead(to)
        prompt = "login" if others else "select_account" if "choose" in request.args else ""
        try:
            state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
            begun = self._provider.begin(state, nonce, verifier, prompt)
        except ProviderSilent as silent:
            log.warning("sign_in_failed", why=str(silent))
            return self._say(503, str(silent))
        cookies = self._judge.cookies
        remembered = {"state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier, "to": to}
        remembered |= {"others": "end"} if others else {}
        answer = _lead(begun.address)
        answer.headers.add("Set-Cookie", cookies.set(cookies.flow, cookies.packed(remembered), A_SIGN_IN))
        return answer

    def back(self) -> Response:
        """Take the provider's answer: begin a session, or say why not."""
        cookies = self._judge.cookies
        begun = cookies.unpacked(of_environ(request.environ).cookie(cookies.flow))
        if other := _other_window(begun):
            return other
        try:
            person = self._answered(begun)
            answer = self._let_in(person, own_address(str(begun.get("to", ""))), "others" in begun)
        except SignInRefused as refused:
            log.warning("sign_in_refused", why=str(refused), address=_address())
            answer = self._say(403, str(refused))
        except (ProviderSilent, Refused) as silent:
            log.warning("sign_in_failed", why=str(silent))
            answer = self._say(503, str(silent))
        answer.headers.add("Set-Cookie", cookies.clear(cookies.flow))
        return answer

    def _answered(self, begun: dict[str, Any]) -> Person:
        """Return who the provider says it is; raise what it refuses."""
        if self._provider is None:
            raise SignInRefused("nobody signs in here")
        if not _is_of(begun):
            raise SignInRefused("this sign-in was begun elsewhere, or too long ago: begin it again")
        if error := request.args.get("error", ""):
            raise SignInRefused(REFUSALS.get(error, "the provider did not sign you in"))
        return self._provider.finish(request.args.get("code", ""), begun["nonce"], begun["verifier"])

    def _let_in(self, person: Person, to: str, alone: bool) -> Response:
        if why := self._judge.rules.why_not(person):
            log.warning("not_let_in", who=_called(person), address=_address())
            return self._say(403, why)
        before = self._judge.cookies.token(of_environ(request.environ).cookie(self._judge.cookies.session))
        cookies, rules, now, token = self._judge.cookies, self._judge.rules, self._now(), secrets.token_urlsafe(32)
        ends_at, idle = now + timedelta(hours=rules.hours), now - timedelta(hours=rules.idle_hours)
        self._store().sessions.begin(token, person, now, ends_at, idle)
        self._end(before)
        if alone:
            ended = self._store().sessions.end_others(token)
            log.info("signed_out_elsewhere", who=_called(person), ended=ended, address=_address())
        log.info("signed_in", who=_called(person), until=ends_at.isoformat(), address=_address())
        answer = _lead(self._own_day(person) if to == "/" else to)
        answer.headers.add("Set-Cookie", cookies.set(cookies.session, cookies.signed(token), rules.hours * 3600))
        return answer

    def _own_day(self, person: Person) -> str:
        """Return where somebody begins who asked for nothing else: a rep with her own day."""
        rep = self._rep_of(person.email)
        return f"/today/{quote(rep, safe='')}" if rep else "/"

    def end(self) -> Response:
        """End the session of this browser."""
        cookies = self._judge.cookies
        token = cookies.token(of_environ(request.environ).cookie(cookies.session))
        if token:
            self._end(token)
            log.info("signed_out", who=of(request.environ).called, address=_address())
        answer = _lead(SIGNED_OUT)
        answer.headers.add("Set-Cookie", cookies.clear(cookies.session))
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    def _end(self, token: str) -> None:
        """End the session of a token, if there is one."""
        if token:
            self._store().sessions.end(token)
            self._judge.sessions.forget(token)

    def signed_out(self) -> Response:
        """Say that one is signed out."""
        return self._say(200, "you are signed out in this browser")

    def me(self) -> Response:
        """Tell who one is, and which rep."""
        who = of(request.environ)
        body = told(self._told(who))
        return make_response(body, 200, {"Content-Type": JSON, "Cache-Control": "no-store"})

    def _told(self, who: Identity) -> dict[str, Any]:
        person = who.person
        return {
            "kind": who.kind,
            "name": person.name if person else None,
            "rep": self._rep_of(person.email) if person and person.email else None,
            "operator": who.operator,
            "signs_out": self._provider is not None and person is not None,
            "elsewhere": self._elsewhere() if person else [],
        }

    def _elsewhere(self) -> list[dict[str, str]]:
        """Return the other browsers in which the same person is signed in; nothing while the store is silent."""
        token, now, idle = self._judge.token(of_environ(request.environ)), self._now(), self._judge.rules.idle_hours
        try:
            found = self._store().sessions.others(token, now, now - timedelta(hours=idle)) if token else []
        except StoreSilent:
            return []
        return [{"since": one.begun_at.isoformat(), "used": one.seen_at.isoformat()} for one in found]

    def _say(self, status: int, words: str) -> Response:
        return _made(self._notices.of(status, words, self._provider is not None))


def _is_of(begun: dict[str, Any]) -> bool:
    """Return whether the provider answers the very sign-in that was begun last in this browser."""
    state = request.args.get("state", "")
    return bool(begun) and secrets.compare_digest(state.encode(), str(begun["state"]).encode())


def _other_window(begun: dict[str, Any]) -> Response | None:
    """Return where to lead a window of a browser in which another was faster: several that open at once all sign in.

    None where there is no other: this is the sign-in that was begun last, or none was begun here at all.
    """
    if _is_of(begun):
        return None
    if of(request.environ).kind == "person":
        return _lead("/")
    return _lead(f"{SIGN_IN}?to={quote(own_address(str(begun['to'])), safe='')}") if begun else None


REFUSALS = {
    "access_denied": "the provider did not let you in: your account may be closed, or not meant for this board",
    "login_required": "the provider wants you to sign in there first: try again",
    "temporarily_unavailable": "the provider is not available now: try again",
}


def own_address(text: str) -> str:
    """Return an address of this board as it stands there; the board itself for every other.

    >>> own_address("/?open=goal.month.done"), own_address("//evil.example/"), own_address("/\\\\evil.example")
    ('/?open=goal.month.done', '/', '/')
    """
    fine = text.startswith("/") and not text.startswith("//") and len(text) <= LONGEST_WAY
    fine = fine and not any(sign == "\\" or ord(sign) < 33 or ord(sign) == 127 for sign in text)
    if not fine or text.startswith((SIGN_IN, SIGN_OUT, SIGNED_OUT)):
        return "/"
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else text


def _called(person: Person) -> str:
    return person.email or person.subject


def _address() -> str:
    return of(request.environ).address


def _lead(to: str) -> Response:
    return make_response(b"", 303, {"Location": to, "Cache-Control": "no-store"})


def _made(answer: Answer) -> Response:
    return make_response(answer.body, answer.status, answer.headers)
