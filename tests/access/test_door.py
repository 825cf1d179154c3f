"""The door in front of everything: addresses that look like others, other sites' pages, bodies, streams that end."""

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from dashboard.access import guard
from dashboard.access.limits import Limits
from dashboard.access.routes import ROUTES, Routes
from dashboard.store.faults import StoreForeign
from tests.access.asking import Question, answered, of_wsgi, scope
from tests.access.boards import PROXY_SECRET, URL_OF_BOARD, House, question, sign_in_way, standing
from tests.access.test_judge import BY_PROXY

FORM = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A board behind a sign-in."""
    with standing(tmp_path_factory.mktemp("door"), sign_in_way()) as one:
        one.unlimited()
        yield one


OTHERWISE = (
    *("/{0}", "//{0}", "/.{0}", "/x/..{0}", "{0}/", "{0}//", "{0}/.", "{0};x", "{0}%00", "{0}%2e", "{0}%20", "{0}\\"),
    *("/assets/..{0}", "/assets/%2e%2e{0}", "/sign-in/..{0}", "/healthz{0}", "/%2f{0}", "/static{0}", "{1}", "{2}"),
)
"""Ways to write an address so that one reads it as another; the last two in capitals, and with its slashes encoded."""
HELD = ("/api/board", "/api/board/picture", "/api/meeting/picture", "/api/today/reps", "/api/screens", "/_dash-layout",
        "/metrics", "/stream", "/api/rows", "/api/me")  # fmt: skip


@pytest.mark.parametrize("path", HELD)
def test_no_other_way_to_write_an_address_leads_past_the_door(house: House, path: str) -> None:
    """Flask takes //api/board for /api/board; the door does not."""
    canaries = [one.encode() for one in house.planted.all]
    for written in OTHERWISE:
        told = written.format(path, path.upper(), "/" + path[1:].replace("/", "%2f"))
        said = house.ask("GET", told)
        assert said.status in (400, 401, 404), (told, said.status, said.body[:100])
        assert not any(one in said.whole for one in canaries)


def test_flask_answers_only_by_the_rule_by_which_somebody_was_let_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should the two ever read an address differently, there is nothing there."""
    healthz = house.doorman._routes.of("/healthz")
    monkeypatch.setattr(Routes, "of", lambda *_: healthz)
    monkeypatch.setattr(Routes, "rule", lambda *_: "/healthz")
    for path in ("/api/meeting/picture", "/api/rows", "/_dash-layout", "/api/screens"):
        assert house.ask("GET", path).status == 404


def test_an_address_is_found_by_its_row_and_never_by_another() -> None:
    routes = Routes()
    for rule, row in ROUTES.items():
        if "<" not in rule:
            assert routes.of(rule) is row
        assert routes.of(rule) is not None


# other sites

ORIGINS = (None, URL_OF_BOARD, "https://evil.example", "null")
SITES = ("same-origin", "cross-site", "same-site")
KINDS = ("application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "")
WRITES = (("POST", "/api/meeting/notes"), ("POST", "/api/screens"), ("DELETE", "/api/screens"), ("POST", "/sign-out"),
          ("POST", "/_dash-update-component"), ("POST", "/api/screen"), ("PATCH", "/api/meeting/actions"))  # fmt: skip


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_another_sites_page_writes_nothing_whatever_it_sends(house: House, method: str, path: str) -> None:
    """Twelve combinations of Origin and Sec-Fetch-Site × five content types."""
    cookie = house.signed_in("olga@example.com")
    asked = list(itertools.product(ORIGINS, SITES, KINDS))
    assert len(asked) == 60
    for origin, site, kind in asked:
        headers = {"cookie": cookie, "sec-fetch-site": site, "content-type": kind}
        said = house.ask(method, path, headers | ({"origin": origin} if origin else {}), body=b"x=1")
        own = site == "same-origin" and origin in (None, URL_OF_BOARD)
        assert (said.status == 403) is not own, (origin, site, kind, said.status)
        cookie = house.signed_in("olga@example.com") if path == "/sign-out" else cookie


@pytest.mark.parametrize(
    "origin", ["https://board.example.com.evil.org", "https://evil-board.example.com", "http://board.example.com",
               "https://board.example.com:8443", "https://example.com", "https://BOARD.example.com/"],
)  # fmt: skip
def test_an_origin_that_only_looks_like_ours_is_another(house: House, origin: str) -> None:
    headers = {"cookie": house.signed_in("olga@example.com"), "origin": origin} | FORM
    assert house.ask("POST", "/api/meeting/notes", headers, body=b"{}").status == 403


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "board.example.com.evil.org", "board.example.com:444", "127.0.0.1", "localhost"),
        *("board.example.com, evil.example", "board.example.com@evil.example"),
    ],
)
def test_by_another_name_the_board_is_not_reached(house: House, host: str) -> None:
    said = house.ask("GET", "/", {"host": host, "cookie": house.signed_in("mia@example.com")})
    assert (said.status, json.loads(said.body)["error"]) == (421, "this board is not reached by that name")


def test_health_is_asked_by_any_name(house: House) -> None:
    assert house.ask("GET", "/healthz", {"host": "10.1.2.3:8050"}).body == b"ok\n"


# bodies


def test_a_body_that_is_too_long_is_refused_whether_it_says_so_or_not(house: House) -> None:
    headers = {"cookie": house.signed_in("mia@example.com")} | FORM
    assert house.ask("POST", "/api/meeting/notes", headers | {"content-length": "65537"}).status == 413
    assert house.ask("POST", "/api/meeting/notes", headers, body=b" " * 65_537).status == 413
    assert house.ask("POST", "/api/meeting/notes", headers | {"content-length": "many"}).status == 400


def test_a_body_in_pieces_that_does_not_say_how_long_it_is_is_read_all_the_same(house: House) -> None:
    headers = {"cookie": house.signed_in("mia@example.com"), "transfer-encoding": "chunked"} | FORM
    body = json.dumps({"week": "2026-W46", "step": 1, "text": "in pieces", "version": 0}).encode()
    said = house.ask("POST", "/api/meeting/notes", headers, body=body)
    assert b"no JSON object" not in said.body and said.status in (200, 201)


def test_a_body_that_does_not_come_is_not_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)
    cookie = house.signed_in("mia@example.com")
    said = house.runner.run(_without_body(house, question("POST", "/api/meeting/notes", {"cookie": cookie} | FORM)))
    assert said == 408


async def _without_body(house: House, asked: Question) -> int:
    told: list[int] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {}

    async def send(message: dict[str, Any]) -> None:
        told.append(message.get("status", 0))

    await house.app(scope(asked), receive, send)
    return told[0]


def test_what_fails_here_becomes_words_and_one_line_of_the_log(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("postgresql://board:the-password@db/crm")

    monkeypatch.setattr(type(house.front), "_from_snapshot", fails)
    with capture_logs() as logged:
        said = house.ask("GET", "/api/board", {"cookie": house.signed_in("mia@example.com")})
    assert said.status == 500 and b"the log says what" in said.body
    assert [one["event"] for one in logged] == ["failed"] and logged[0]["kind"].startswith("RuntimeError test_door.py:")
    assert "the-password" not in f"{logged}{said}"


def test_a_page_of_flasks_that_fails_is_told_in_words_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("postgresql://board:the-password@db/crm")

    monkeypatch.setattr(type(house.store.packs), "weeks", fails)
    with capture_logs() as logged:
        said = house.ask("GET", "/api/meeting/weeks", {"cookie": house.signed_in("mia@example.com")})
    assert said.status == 500 and "the-password" not in f"{logged}{said}"
    assert [one["event"] for one in logged] == ["failed"]


# what is logged


def test_who_is_sent_away_is_logged_with_the_address_before_the_proxy_and_not_one_that_they_made_up(
    house: House,
) -> None:
    gone = {"cookie": house.signed_in("gone@example.com"), "x-forwarded-for": "6.6.6.6, 203.0.113.5"}
    for peer, address in (("10.0.0.2", "203.0.113.5"), ("198.51.100.9", "198.51.100.9")):
        with capture_logs() as logged:
            assert house.ask("GET", "/api/board", gone, peer=peer).status == 403
        assert [(one["event"], one["rule"], one["who"], one["address"]) for one in logged] == [
            ("refused", "audience", "gone@example.com", address)
        ]


# limits


def test_one_who_asks_too_often_is_sent_away_for_a_while_and_nobody_else_is(house: House) -> None:
    house.doorman._limits = Limits()
    loud, other = ({"cookie": house.signed_in(f"{name}@example.com")} for name in ("loud", "other"))
    found = [house.ask("GET", "/api/rows?number=none", loud) for _ in range(60)]
    shut = [one for one in found if one.status == 429]
    assert shut and all(1 <= int(one.header("retry-after")) <= 10 for one in shut)
    assert b"asked too often" in shut[0].body
    assert house.ask("GET", "/api/rows?number=none", other).status == 404
    assert {house.ask("GET", "/api/board/picture", loud).status for _ in range(100)} == {200}
    house.unlimited()


# streams


def cut(house: House, cookie: str, end: Any, path: str = "/stream") -> float:
    """Return after how many seconds a stream is cut that ``end`` takes away from who listens."""
    begun = time.monotonic()
    said = house.runner.run(_until_cut(house, question("GET", path, {"cookie": cookie}), end))
    assert said.status == 200
    return time.monotonic() - begun


async def _until_cut(house: House, asked: Question, end: Any) -> Any:
    listening = asyncio.ensure_future(answered(house.app, asked, parts=1000))
    await asyncio.sleep(0.2)
    end()
    return await listening


@pytest.mark.parametrize("path", ["/stream", "/stream/today?rep=r0"])
def test_the_stream_of_an_ended_session_is_cut(house: House, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    quickly(monkeypatch)
    cookie = house.signed_in("mia@example.com")
    token = house.cookies.token(cookie.partition("=")[2])
    assert cut(house, cookie, lambda: house.store.sessions.end(token), path) < 4
    said = house.ask("GET", "/api/board/picture", {"cookie": cookie})
    assert (said.status, json.loads(said.body)["error"]) == (401, "your sign-in has ended")


def test_the_stream_of_a_screen_that_was_shut_out_is_cut(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    name, cookie = house.screen("Hall")
    assert cut(house, cookie, lambda: house.store.screens.revoke(name, datetime.now(UTC))) < 4
    said = house.ask("GET", "/api/board/picture", {"cookie": cookie})
    assert (said.status, json.loads(said.body)["error"]) == (401, "this screen is not paired any more")
    led = house.ask("GET", "/", {"cookie": cookie, "accept": "text/html", "sec-fetch-mode": "navigate"})
    assert (led.status, led.header("location"), led.body) == (303, "/screen", b"")


def test_the_stream_of_somebody_who_may_see_it_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    cookie = house.signed_in("mia@example.com")
    begun = time.monotonic()
    said = house.runner.run(answered(house.app, question("GET", "/stream", {"cookie": cookie}), parts=12))
    assert said.status == 200 and time.monotonic() - begun > 1


def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have streams give a sign of life, and be looked at again, every few tenths of a second."""
    monkeypatch.setattr("dashboard.stream.BEAT", 0.2)
    monkeypatch.setattr("dashboard.part_stream.BEAT", 0.2)
    monkeypatch.setattr(guard, "LOOKED_AGAIN", 0.3)
    monkeypatch.setattr("dashboard.access.judge.KNOWN_FOR", 0.3)


def test_a_stream_that_a_proxy_vouched_for_begins_anew_past_that_proxy(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly(monkeypatch)
    monkeypatch.setattr(guard, "PROXIED_SECONDS", 0.6)
    with standing(tmp_path_factory.mktemp("proxied"), BY_PROXY) as one:
        mia = {"x-smarketing-proxy": PROXY_SECRET, "x-forwarded-email": "mia@example.com"}
        asked = question("GET", "/stream", mia, peer="10.0.0.2")
        begun = time.monotonic()
        said = one.runner.run(answered(one.app, asked, parts=1000))
        assert said.status == 200 and 0.6 < time.monotonic() - begun < 8
        assert one.ask("GET", "/stream", peer="10.0.0.2").status in (401, 403)


# a store of another program


@pytest.mark.parametrize("server", ["asgi", "wsgi"])
def test_a_store_that_this_program_cannot_read_is_said_in_words(house: House, server: str) -> None:
    cookie = house.signed_in("mia@example.com")

    def foreign(_: Any) -> None:
        raise StoreForeign("the store was written by a newer smarketing")

    asked = question("GET", "/api/me", {"cookie": cookie})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(house.doorman.judge), "identify", lambda *_: foreign(None))
        patched.setattr(type(house.doorman.judge), "at_once", lambda *_: True)
        app = house.without_asgi() if server == "wsgi" else None
        said = of_wsgi(app, asked) if app else house.runner.run(answered(house.app, asked))
    assert said.status == 503
    assert "written by a newer smarketing" in json.loads(said.body)["error"]
