"""Over HTTP, as the Procfile runs it: what is unsafe does not start; sign-ins, sessions and screens end everywhere."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.boards import KEY, OLD_KEY, PROBE
from tests.access.provider import SECRET, Provider, providing
from tests.access.served import Browser, Listener, Served, lines, refused, serving_people
from tests.dashboard.live import Live  # noqa: F401 - what is served by one has the machine for itself

MUST = "/api/board/picture"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A provider at which everybody is Mia until somebody else is named."""
    with providing() as one:
        one.signs_in("mia@example.com")
        yield one


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Served]:
    """The Procfile's server, with two workers."""
    with serving_people(tmp_path_factory.mktemp("served"), provider) as one:
        yield one


def everywhere(served: Served, cookie: str, path: str = MUST) -> set[int]:
    """Return how a question is answered, by each worker three times and more."""
    return {said.status for said in served.each(path, {"Cookie": cookie})}


def until(served: Served, cookie: str, status: int, seconds: float) -> float:
    """Return after how many seconds every worker answers so; fail where that takes longer."""
    begun = time.monotonic()
    while everywhere(served, cookie) != {status}:
        assert time.monotonic() - begun < seconds
    return time.monotonic() - begun


ELSEWHERE = ("--bind", "0.0.0.0:0", "dashboard.front:app")
UNSAFE: dict[str, tuple[dict[str, str], tuple[str, ...], str]] = {
    "no way in": ({}, (), "nobody has said who may see the board"),
    "open, by gunicorn's own words": ({"SMARKETING_ACCESS": "open"}, ELSEWHERE, "open is for this machine alone"),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_what_is_unsafe_does_not_start_and_says_why(tmp_path: Path, name: str) -> None:
    environment, words, why = UNSAFE[name]
    said = refused(tmp_path, words, **environment)
    # gunicorn may tell of its own end when both workers refuse in the same moment; ours is in words
    assert "Smarketing does not start: " in said and why in said and "/dashboard/" not in said


def test_who_asks_for_a_page_signs_in_and_lands_on_it(served: Served) -> None:
    browser = Browser(served)
    assert browser.looks("/data").header("location") == "/sign-in?to=%2Fdata"
    landed, said = browser.goes("/data?as_of=2026-11-20T14:32")
    assert (landed, said.status) == ("/data?as_of=2026-11-20T14:32", 200)
    assert b'id="data"' in said.body or b"<main" in said.body
    assert json.loads(browser.looks("/api/me").body)["name"] == "mia"
    assert all("secure" not in value.lower() for name, value in said.headers if name.lower() == "set-cookie")


def test_signing_out_ends_it_on_every_worker_within_three_seconds_and_cuts_the_stream(served: Served) -> None:
    browser = Browser(served)
    browser.goes("/")
    cookie = "; ".join(f"{name}={value}" for name, value in browser.jar.items())
    assert everywhere(served, cookie) == {200}
    listener = Listener(served, cookie)
    listener.hears("event: picture")
    assert browser.looks("/sign-out", "POST", Origin=served.live.url).status == 303 and browser.jar == {}
    took = until(served, cookie, 401, 3)
    cut = listener.cut_within(8)
    print(f"signed out everywhere after {took:.1f} s, the stream cut after {cut:.1f} s more")  # noqa: T201


def test_a_session_that_ends_while_somebody_listens_is_cut_and_says_so(served: Served) -> None:
    cookie = served.signed_in("mia@example.com", lasts=3)
    listener = Listener(served, cookie)
    listener.hears("event: picture")
    assert listener.cut_within(12) > 1
    said = served.ask("GET", MUST, {"Cookie": cookie})
    assert (said.status, json.loads(said.body)) == (401, {"state": "signed out", "error": "your sign-in has ended"})


def test_a_screen_that_is_shut_out_gets_nothing_more_within_a_refresh(served: Served) -> None:
    name, cookie = served.screen("Hall")
    assert everywhere(served, cookie) == {200}
    listener = Listener(served, cookie)
    listener.hears("event: picture")
    olga = {"Cookie": served.signed_in("olga@example.com"), "Origin": served.live.url}
    body = json.dumps({"id": name}).encode()
    shut = served.ask("DELETE", "/api/screens", olga | {"Content-Type": "application/json"}, body)
    assert shut.status == 200 and json.loads(shut.body)["revoked"] is True
    until(served, cookie, 401, 3)
    assert listener.cut_within(8) < 8
    said = served.ask("GET", MUST, {"Cookie": cookie})
    assert json.loads(said.body) == {"state": "signed out", "error": "this screen is not paired any more"}
    led = served.ask("GET", "/", {"Cookie": cookie, "Accept": "text/html"})
    assert (led.status, led.header("location"), led.body) == (303, "/screen", b"")
    assert served.ask("GET", "/api/screen", {"Cookie": cookie}).status == 200


SHUT = {"//api/board": 404, "/healthz": 200, "/nope": 404, "/screen": 200, "/signed-out": 200}
SAMPLE: dict[str, dict[str, int]] = {
    "anonymous": SHUT | {MUST: 401, "/api/rows": 401, "/metrics": 401},
    "mia": SHUT | {MUST: 200, "/api/rows": 404, "/metrics": 200, "/screens": 200},
    "gone": SHUT | {MUST: 403, "/api/rows": 403, "/metrics": 403},
    "old key": SHUT | {MUST: 401, "/api/rows": 401, "/metrics": 401},
    "screen": SHUT | {MUST: 200, "/api/rows": 403, "/metrics": 403, "/api/today/reps": 403, "/api/screens": 403},
    "probe": SHUT | {MUST: 403, "/api/rows": 403, "/metrics": 200},
    "forged": SHUT | {MUST: 401, "/api/rows": 401, "/metrics": 401},
}


def test_a_sample_of_the_matrix_is_answered_so_over_http_too(served: Served) -> None:
    carried: dict[str, dict[str, str]] = {
        "anonymous": {},
        "mia": {"Cookie": served.signed_in("mia@example.com")},
        "gone": {"Cookie": served.signed_in("gone@example.com")},
        "screen": {"Cookie": served.screen("Sample")[1]},
        "old key": {"Cookie": served.signed_in("mia@example.com", OLD_KEY)},
        "probe": {"Authorization": f"Bearer {PROBE}"},
        "forged": dict.fromkeys(("X-Forwarded-User", "X-Forwarded-Email", "X_Forwarded_Email"), "olga@example.com"),
    }
    for who, wanted in SAMPLE.items():
        found = {path: served.ask("GET", path, carried[who]).status for path in wanted}
        assert found == wanted, who
        assert {served.ask("TRACE", path, carried[who]).status for path in wanted} <= {404, 405}


def test_at_another_sites_wish_and_by_another_name_nothing_is_done(served: Served) -> None:
    mia = {"Cookie": served.signed_in("mia@example.com"), "Content-Type": "text/plain"}
    assert served.ask("POST", "/api/meeting/notes", mia | {"Origin": "https://evil.example"}, b"{}").status == 403
    assert served.ask("POST", "/sign-out", mia | {"Sec-Fetch-Site": "cross-site"}).status == 403
    assert served.ask("GET", "/", mia | {"Host": "evil.example"}).status == 421
    assert everywhere(served, mia["Cookie"]) == {200}


def moved(source: Path, target: Path) -> None:
    """Move a store, with what was written ahead of it."""
    for one in sorted(source.glob("store.db*")):
        one.rename(target / one.name)


def test_a_store_that_is_gone_lets_in_who_is_known_and_tells_the_others(served: Served) -> None:
    known, stranger = served.signed_in("mia@example.com"), served.signed_in("new@example.com")
    assert everywhere(served, known) == {200}
    folder, away = served.live.folder, served.live.folder / "away"
    away.mkdir()
    moved(folder, away)
    # in its place nobody can make a new one
    (folder / "store.db").mkdir()
    try:
        time.sleep(2.5)
        assert everywhere(served, known) == {200}
        said = served.ask("GET", MUST, {"Cookie": stranger})
        assert said.status == 503 and b"who you are cannot be looked up" in said.body and said.header("Retry-After")
        assert served.ask("GET", MUST).status == 401
    finally:
        (folder / "store.db").rmdir()
        moved(away, folder)
    time.sleep(5.5)
    assert everywhere(served, stranger) == {200}


def test_a_screen_is_paired_by_a_code_over_http_and_survives_a_restart_and_another_key(
    served: Served, provider: Provider
) -> None:
    tv = Browser(served)
    code = json.loads(tv.looks("/api/screen", "POST", Origin=served.live.url).body)["code"]
    assert json.loads(tv.looks("/api/screen").body) == {"state": "waiting"}
    olga = {
        "Cookie": served.signed_in("olga@example.com"),
        "Origin": served.live.url,
        "Content-Type": "application/json",
    }
    told = {"code": code.lower(), "name": "Lobby", "pages": ["/"], "every": 30}
    assert served.ask("POST", "/api/screens", olga, json.dumps(told).encode()).status == 201
    assert json.loads(tv.looks("/api/screen").body)["name"] == "Lobby"
    cookie = f"{served.cookies.screen}={tv.jar[served.cookies.screen]}"
    mia = served.signed_in("mia@example.com")
    assert everywhere(served, cookie) == everywhere(served, mia) == {200}
    served.live.end()
    served.live.start(**served.environment | {"SMARKETING_SECRET_KEY": OLD_KEY})
    assert (everywhere(served, cookie), everywhere(served, mia)) == ({200}, {401})
    said = served.ask("GET", MUST, {"Cookie": mia})
    assert json.loads(said.body)["error"] == "your sign-in is not valid any more"


def test_the_log_of_all_this_is_json_line_by_line_and_holds_no_secret(served: Served) -> None:
    """The last of these tests: it reads what the server has written through all the others."""
    text = served.live.log()
    found, others = lines(text), [line for line in text.splitlines() if not line.startswith("{")]
    events = {one["event"] for one in found}
    assert {"signed_in", "signed_out", "screen_paired", "screen_token_made", "screen_revoked", "refused"} <= events
    assert all(re.match(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\] \[[A-Z]+\] ", line) for line in others)
    secrets = [KEY, OLD_KEY, PROBE, SECRET, *served.given, str(served.live.folder / "crm.db")]
    assert len(secrets) > 20 and [one for one in secrets if one in text] == []
    assert "Traceback" not in text
