"""The screens' addresses: how one waits to be paired, and how people name, move, reload and shut out those there are.

``/api/screen``: POST makes a code, GET asks whether it was typed. ``/api/screens``: GET lists, POST pairs, PATCH moves
or reloads, DELETE shuts out.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Flask, Response, make_response, request

from dashboard.access.cookies import A_SCREEN
from dashboard.access.identity import Identity, of
from dashboard.access.judge import Judge
from dashboard.access.qr import inline
from dashboard.access.request import of_environ
from dashboard.answers import JSON, told
from dashboard.logs import log
from dashboard.meeting_asked import Body, Unfit, body
from dashboard.store.door import Store
from dashboard.store.faults import StoreSilent, Unknown
from dashboard.store.screens import CODE_LASTS, Screen, TooMany
from queries.faults import Refused

SCREEN, SCREENS = "/api/screen", "/api/screens"
PAGE = "/screens"
"""Where people type a code."""
LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""What a code is made of: no two signs that look alike from four metres, and no vowels, so that it is no word."""
LENGTH = 8
FROM_ONE_ADDRESS = 20
"""Screens that may wait at one address: an office's screens all come from one."""
SHOWN: Mapping[str, str] = {"/": "Board", "/meeting": "Meeting", "/data": "Data"}
"""The pages that a screen may show."""


class ScreensApi:
    """Answers for the screens of one company; ``heard`` tells what each screen said last that it shows."""

    def __init__(
        self,
        judge: Judge,
        store: Callable[[], Store],
        heard: Callable[[], Mapping[str, Mapping[str, Any]]],
        now: Callable[[], datetime],
    ) -> None:
        self._judge, self._store, self._heard, self._now = judge, store, heard, now

    def register(self, server: Flask) -> None:
        """Add the addresses to ``server``, and what they answer when they refuse."""
        views: dict[str, dict[str, Callable[[], Response]]] = {
            SCREEN: {"GET": self.wait, "POST": self.ask},
            SCREENS: {"GET": self.list, "POST": self.pair, "PATCH": self.change, "DELETE": self.revoke},
        }
        for path, methods in views.items():
            for method, view in methods.items():
                server.add_url_rule(path, f"{method} {path}", _in_words(view), methods=[method])

    def ask(self) -> Response:
        """Give a waiting screen a code to show, and the secret by which it will ask."""
        ask, code = secrets.token_urlsafe(32), "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        self._store().screens.ask(ask, code, of(request.environ).address, self._now(), FROM_ONE_ADDRESS)
        half = LENGTH // 2
        at = f"{self._judge.way.url}{PAGE}" if self._judge.way.url else ""
        told = {"code": f"{code[:half]} {code[half:]}", "seconds": int(CODE_LASTS.total_seconds()), "at": at}
        answer = _json(told | {"qr": inline(f"{at}?code={code}") if at else ""})
        cookies = self._judge.cookies
        answer.headers.add("Set-Cookie", cookies.set(cookies.waiting, ask, int(CODE_LASTS.total_seconds())))
        return answer

    def wait(self) -> Response:
        """Tell a screen how it stands: paired, and with what; waiting; or that it needs a code."""
        who = of(request.environ)
        if who.screen:
            return _json({"state": "paired", "alone": who.kind == "screen", **for_screen(who.screen)})
        cookies = self._judge.cookies
        ask = of_environ(request.environ).cookie(cookies.waiting)
        if not ask:
            return _json({"state": "unpaired", "why": who.why})
        token = secrets.token_urlsafe(32)
        try:
            screen = self._store().screens.fetch(ask, token, self._now())
        except Unknown:
            return _json({"state": "unpaired", "why": ""})
        if screen is None:
            return _json({"state": "waiting"})
        log.info("screen_token_made", screen=screen.screen_id, name=screen.name)
        answer = _json({"state": "paired", "alone": who.kind == "nobody", **for_screen(screen)})
        answer.headers.add("Set-Cookie", cookies.set(cookies.screen, token, A_SCREEN))
        answer.headers.add("Set-Cookie", cookies.clear(cookies.waiting))
        return answer

    def list(self) -> Response:
        """Tell of every screen: its name, what it is to show, and what it said last that it shows."""
        heard = self._heard()
        found = [self._told(one, heard.get(one.screen_id, {})) for one in self._store().screens.all()]
        return _json({"screens": found, "pages": SHOWN, "operator": of(request.environ).operator})

    def pair(self) -> Response:
        """Pair the screen that shows a code."""
        asked, who = body(request), of(request.environ)
        code = "".join(sign for sign in asked.text("code").upper() if sign.isalnum())
        try:
            made = self._store().screens.take(code, _by(who), asked.text("name"), *_turns(asked), self._now())
        except (Unknown, TooMany) as refused:
            log.warning("screen_code_refused", who=who.called, why=type(refused).__name__)
            raise
        log.info("screen_paired", screen=made.screen_id, name=made.name, who=who.called)
        return _json(self._told(made, {}), 201)

    def change(self) -> Response:
        """Name a screen anew and say what it shows, or have it load itself anew."""
        asked, who, screens = body(request), of(request.environ), self._store().screens
        screen_id = asked.text("id")
        if "reload" in asked:
            found, event = screens.reload(screen_id), "screen_reloads"
        else:
            found, event = screens.move(screen_id, asked.text("name"), *_turns(asked)), "screen_moved"
        log.info(event, screen=screen_id, name=found.name, who=who.called)
        return _json(self._told(found, self._heard().get(screen_id, {})))

    def revoke(self) -> Response:
        """Shut a screen out, for good and at once."""
        screen_id, who = body(request).text("id"), of(request.environ)
        found = self._store().screens.revoke(screen_id, self._now())
        log.info("screen_revoked", screen=screen_id, name=found.name, who=who.called)
        return _json(self._told(found, {}))

    def _told(self, one: Screen, heard: Mapping[str, Any]) -> dict[str, Any]:
        return for_screen(one) | {
            "paired_by": one.paired_by,
            "paired_at": one.paired_at.isoformat(),
            "seen_at": one.seen_at.isoformat() if one.seen_at else None,
            "revoked": one.revoked_at is not None,
            "shows": dict(heard),
        }


def for_screen(one: Screen) -> dict[str, Any]:
    """Return what a screen is told of itself: how it is called, and what to show."""
    return {"id": one.screen_id, "name": one.name, "pages": list(one.pages), "every": one.every, "reloads": one.reloads}


def _by(who: Identity) -> str:
    return "somebody at this machine" if who.kind == "local" else who.called


def _turns(asked: Body) -> tuple[tuple[str, ...], int]:
    """Return which pages a screen shows, and for how many seconds each; raise ``Unfit`` for one that it may not."""
    pages = asked.texts("pages")
    for one in pages:
        if one not in SHOWN:
            raise Unfit(f"pages: {one[:60]!r} is no page that a screen shows; there are {', '.join(SHOWN)}")
    return tuple(dict.fromkeys(pages)), asked.whole("every", 60)


STATUSES: tuple[tuple[type[Refused], int], ...] = ((TooMany, 429), (Unknown, 404), (StoreSilent, 503))


def _in_words(view: Callable[[], Response]) -> Callable[[], Response]:
    """Return a view whose refusals are words with a status of their own."""

    def answered() -> Response:
        try:
            return view()
        except Refused as refused:
            status = next((status for kind, status in STATUSES if isinstance(refused, kind)), 400)
            more = {"Retry-After": "600"} if status == 429 else {"Retry-After": "2"} if status == 503 else {}
            return _json({"state": "refused", "error": str(refused)}, status, more)

    return answered


def _json(what: Any, status: int = 200, more: Mapping[str, str] | None = None) -> Response:
    headers = {"Content-Type": JSON, "Cache-Control": "no-store", **(more or {})}
    return make_response(told(what), status, headers)
