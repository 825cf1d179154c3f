"""Signing in and out, at a real provider that does well and that does all it should not."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from structlog.testing import capture_logs

from dashboard.access import provider as ours
from dashboard.access.way import Provider as Told
from dashboard.store.sessions import Person
from tests.access.boards import OFFICE, OLD_KEY, URL_OF_BOARD, House, sign_in_way, standing
from tests.access.browser import Browser
from tests.access.planted import ADA
from tests.access.provider import CLIENT, FORGED, SECRET, Provider, providing


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Provider, House]]:
    """A provider, and a board at which people sign in by it."""
    folder = tmp_path_factory.mktemp("sign-in")
    access = {"domains": ["example.com"], "groups": ["board"], "never": ["gone@example.com"]}
    with providing() as provider, standing(folder, sign_in_way(provider.issuer), access) as house:
        house.unlimited()
        yield provider, house


@pytest.fixture
def provider(both: tuple[Provider, House]) -> Iterator[Provider]:
    one = both[0]
    one.signs_in("mia@example.com")
    yield one
    one.misbehaves = ""


@pytest.fixture
def visitor(both: tuple[Provider, House], provider: Provider) -> Browser:
    return Browser(both[1])


def words(body: bytes) -> str:
    """Return what a page says, as one line."""
    return " ".join(unescape(body.decode()).split())


def forgotten(house: House) -> ours.Provider:
    """Have a board forget what it knows of its provider, and return its side of it."""
    found = next(one for one in house.front.house._apis if hasattr(one, "_provider"))._provider
    assert isinstance(found, ours.Provider)
    found._metadata, found._asked, found._silence = {}, float("-inf"), (float("-inf"), "")
    return found


def forget(house: House, one: Browser) -> None:
    """Have a worker look anew who a browser is, as it does after two seconds."""
    sessions = house.doorman.judge.sessions
    sessions.forget(house.cookies.token(one.jar[house.cookies.session]))


# all is well


@pytest.mark.parametrize(
    "target", ["/data", "/meeting/2026-W46", "/?open=goal.month.done&as_of=2026-11-20T14:32", "/today/a%20b%3Fd"]
)
def test_who_signs_in_lands_on_what_was_asked_for(visitor: Browser, target: str) -> None:
    said = visitor.signs_in(target)
    assert (said.status, said.header("location")) == (303, target)
    assert visitor.looks("/data").status == 200
    me = json.loads(visitor.looks("/api/me").body)
    assert me.pop("elsewhere") is not None
    assert me == {"kind": "person", "name": "mia", "rep": None, "operator": True, "signs_out": True}


def test_a_rep_lands_on_her_own_day_unless_she_asked_for_something_else(provider: Provider, visitor: Browser) -> None:
    provider.signs_in(ADA.upper())
    assert visitor.signs_in().header("location") == "/today/r0"
    assert json.loads(visitor.looks("/api/me").body)["rep"] == "r0"
    assert Browser(visitor.house).signs_in("/terms").header("location") == "/terms"


def test_the_way_to_the_provider_proves_who_began_it(provider: Provider, visitor: Browser) -> None:
    led = visitor.begins("/data")
    asked = parse_qs(urlsplit(led).query)
    assert led.startswith(f"{provider.issuer}/authorize?") and asked["redirect_uri"] == [f"{URL_OF_BOARD}/sign-in/back"]
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) >= 43 and len(asked["nonce"][0]) >= 43 and "prompt" not in asked
    assert asked["response_type"] == ["code"] and set(asked["scope"][0].split()) == {"openid", "email", "profile"}
    assert "prompt=select_account" in Browser(visitor.house).begins("/sign-in?choose=1")
    again = parse_qs(urlsplit(Browser(visitor.house).begins()).query)
    assert again["state"] != asked["state"] and again["nonce"] != asked["nonce"]


def test_the_cookie_of_a_sign_in_is_this_hosts_alone_and_the_other_is_taken_away(visitor: Browser) -> None:
    said = visitor.looks(visitor.comes_back(visitor.begins()))
    (session, flow) = sorted((v for n, v in said.headers if n.lower() == "set-cookie"), key=lambda one: "flow" in one)
    for wanted in ("__Host-smarketing=", "Secure", "HttpOnly", "Path=/", "SameSite=Lax", f"Max-Age={24 * 3600}"):
        assert wanted in session
    assert "Domain" not in session and "__Host-smarketing-flow=;" in flow and "Max-Age=0" in flow
    assert said.header("cache-control") == "no-store" and said.body == b""


def test_a_member_of_a_group_is_let_in_without_an_address(provider: Provider, visitor: Browser) -> None:
    provider.signs_in("x", email=None, email_verified=None, groups=["others", "board"], name="Guest")
    assert visitor.signs_in().status == 303
    assert json.loads(visitor.looks("/api/me").body)["name"] == "Guest"


def test_who_is_signed_in_already_is_led_on_at_once(visitor: Browser) -> None:
    visitor.signs_in()
    said = visitor.looks("/sign-in?to=/data")
    assert (said.status, said.header("location"), said.cookies) == (303, "/data", {})


def test_nobody_is_led_elsewhere_by_a_link_to_the_sign_in(visitor: Browser) -> None:
    assert visitor.signs_in("/sign-in?to=https://evil.example/").header("location") == "/"
    assert visitor.looks("/sign-in?to=//evil.example/").header("location") == "/"


# signing out


def test_signing_out_ends_the_session_wherever_it_is_shown(visitor: Browser) -> None:
    visitor.signs_in()
    kept = dict(visitor.jar)
    said = visitor.looks("/sign-out", "POST", origin=URL_OF_BOARD)
    assert (said.status, said.header("location"), visitor.jar) == (303, "/signed-out", {})
    assert said.header("clear-site-data") == '"cache", "storage"'
    assert "You are signed out in this browser." in words(visitor.looks("/signed-out").body)
    visitor.jar = kept
    assert visitor.looks("/api/board").status == 401


def test_signing_in_anew_ends_what_the_browser_was_signed_in_as_before(provider: Provider, visitor: Browser) -> None:
    visitor.signs_in()
    before = dict(visitor.jar)
    visitor.house.store.sessions.end_all(["nobody@example.com"])
    back = Browser(visitor.house)
    led = back.begins()
    visitor.jar |= back.jar
    visitor.looks(visitor.comes_back(led))
    old = Browser(visitor.house)
    old.jar = before
    assert visitor.looks("/api/board").status == 200 and old.looks("/api/board").status == 401


def test_one_sees_where_else_one_is_signed_in_and_ends_that_by_signing_in_once_more(
    provider: Provider, visitor: Browser
) -> None:
    provider.signs_in("ann@example.com")
    lost, laptop = Browser(visitor.house), Browser(visitor.house)
    lost.signs_in()
    laptop.signs_in()
    visitor.house.signed_in("mia@example.com")
    (other,) = json.loads(laptop.looks("/api/me").body)["elsewhere"]
    assert datetime.fromisoformat(other["since"]) <= datetime.fromisoformat(other["used"])
    led = laptop.begins("/sign-in?others=end")
    assert "prompt=login" in led and lost.looks("/api/board").status == 200, "not before one has proved who one is"
    with capture_logs() as logged:
        assert laptop.looks(laptop.comes_back(led)).status == 303
    assert [one for one in logged if one["event"] == "signed_out_elsewhere"] == [
        {"event": "signed_out_elsewhere", "log_level": "info", "who": "ann@example.com", "ended": 1, "address": OFFICE}
    ]
    forget(visitor.house, lost)
    assert lost.looks("/api/board").status == 401 and laptop.looks("/api/board").status == 200
    assert json.loads(laptop.looks("/api/me").body)["elsewhere"] == []


def test_nobody_sees_or_ends_the_sign_ins_of_somebody_else(provider: Provider, visitor: Browser) -> None:
    provider.signs_in("bea@example.com")
    bea = Browser(visitor.house)
    bea.signs_in()
    provider.signs_in("eve@example.com")
    visitor.signs_in("/sign-in?others=end")
    assert json.loads(visitor.looks("/api/me").body)["elsewhere"] == []
    forget(visitor.house, bea)
    assert bea.looks("/api/board").status == 200


# what is refused


@pytest.mark.parametrize("wrong", FORGED)
def test_a_word_of_the_provider_that_proves_nothing_lets_nobody_in(
    provider: Provider, visitor: Browser, wrong: str
) -> None:
    provider.misbehaves = wrong
    with capture_logs() as logged:
        said = visitor.signs_in("/data")
    assert said.status == 403 and "The provider's word is not valid here" in words(said.body)
    assert visitor.jar == {} and visitor.looks("/api/board").status == 401
    assert [one["event"] for one in logged if one["log_level"] == "warning"] == ["sign_in_refused"]


def test_keys_that_were_changed_are_asked_for_anew_but_not_with_every_forged_token(
    provider: Provider, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.signs_in()
    provider.rotate()
    provider.asked.clear()
    # it was asked a moment ago, and whoever forges tokens could have it asked again and again
    assert Browser(visitor.house).signs_in().status == 403
    assert "/keys" not in provider.asked
    monkeypatch.setattr(ours, "LEAST_REMEMBERED", 0.0)
    assert Browser(visitor.house).signs_in().status == 303
    assert provider.asked.count("/keys") == 1


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "unverified": ({"email_verified": False}, "The provider has not confirmed that mia@example.com is yours."),
    "unverified, in a word": ({"email_verified": "false"}, "The provider has not confirmed that mia@example.com is"),
    "another company": ({"email": "mia@example.org"}, "Your account (mia@example.org) is not one of those who may"),
    "an address that looks alike": ({"email": "mia@evil-example.com"}, "is not one of those who may see this board"),
    "two addresses": ({"email": "mia@evil.org@example.com"}, "is not one of those who may see this board"),
    "a person who is shut out": ({"email": "Gone@Example.com"}, "Your account may not see this board"),
    "no address": ({"email": None, "email_verified": None}, "Your account is not one of those who may see this board"),
    "another group": ({"email": None, "groups": ["Board", "boards"]}, "Your account is not one of those"),
    "groups that are one text": ({"email": None, "groups": "board"}, "Your account is not one of those"),
    "an address that is a list": ({"email": ["mia@example.com"]}, "is not one of those who may see this board"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_whom_the_rules_do_not_name_is_told_so_and_can_choose_another_account(
    provider: Provider, visitor: Browser, name: str
) -> None:
    claims, said = REFUSED[name]
    provider.signs_in("mia@example.com", **claims)
    answer = visitor.signs_in("/data")
    assert answer.status == 403 and said in words(answer.body)
    assert 'href="/sign-in?choose=1"' in answer.body.decode() and visitor.jar == {}


def test_a_disabled_account_is_told_so_in_words(provider: Provider, visitor: Browser) -> None:
    provider.misbehaves = "disabled user"
    said = visitor.signs_in()
    assert said.status == 403 and "Your account may be closed" in words(said.body).replace("your", "Your")
    assert visitor.jar == {}


def test_what_a_provider_says_of_an_error_is_never_shown(visitor: Browser) -> None:
    state = parse_qs(urlsplit(visitor.begins()).query)["state"][0]
    said = visitor.looks(f"/sign-in/back?state={state}&error=<script>alert(1)</script>&error_description=Call+0900")
    assert said.status == 403 and b"alert" not in said.body and b"0900" not in said.body


SILENT = {
    "500": "The sign-in provider does not answer",
    "no JSON": "discovery page is none",
    "other issuer's page": "calls itself by another address",
    "keys elsewhere": "jwks_uri is no address that is safe to use",
    "hang": "The sign-in provider does not answer",
}


@pytest.mark.parametrize("wrong", SILENT)
def test_a_provider_that_does_not_answer_is_said_to_and_can_be_tried_again(
    provider: Provider, visitor: Browser, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setattr(ours, "PATIENCE", 0.3)
    monkeypatch.setattr(ours, "QUIET", 0.0)
    forgotten(visitor.house)
    provider.misbehaves = wrong
    said = visitor.looks("/sign-in")
    assert said.status == 503 and visitor.jar == {}
    if wrong != "500":
        assert SILENT[wrong] in words(said.body)
    provider.misbehaves = ""
    assert visitor.signs_in().status == 303


def test_a_provider_that_hangs_holds_up_nobody_else(
    provider: Provider, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "PATIENCE", 0.5)
    forgotten(visitor.house)
    provider.misbehaves = "hang"
    assert visitor.looks("/sign-in").status == 503
    begun = time.monotonic()
    assert {Browser(visitor.house).looks("/sign-in").status for _ in range(20)} == {503}
    assert time.monotonic() - begun < 2, "it was silent a moment ago, and is not asked by each of them"
    forgotten(visitor.house)


@pytest.mark.parametrize(
    ("wrong", "status"), [("500", 503), ("hang", 503), ("redirecting token endpoint", 403), ("no JSON", 403)]
)
def test_a_provider_that_fails_when_the_code_is_shown_lets_nobody_in(
    provider: Provider, visitor: Browser, monkeypatch: pytest.MonkeyPatch, wrong: str, status: int
) -> None:
    monkeypatch.setattr(ours, "PATIENCE", 0.3)
    back = visitor.comes_back(visitor.begins("/data"))
    provider.misbehaves, provider.asked[:] = wrong, []
    said = visitor.looks(back)
    assert said.status == status and visitor.jar == {}
    assert provider.asked == ["/token"], "nothing is followed to where the token endpoint leads"


# who came by another way


def test_a_callback_cannot_be_used_twice(visitor: Browser) -> None:
    led = visitor.begins("/data")
    flow, back = dict(visitor.jar), visitor.comes_back(led)
    assert visitor.looks(back).status == 303
    again = visitor.looks(back)
    assert (again.header("location"), again.cookies) == ("/", {}), "who is signed in stays so"
    thief = Browser(visitor.house)
    thief.jar = flow
    assert thief.looks(back).status == 403 and thief.jar == {}, "the provider takes a code once"


def test_a_sign_in_that_another_browser_began_is_refused(visitor: Browser) -> None:
    """Else somebody could be signed in as somebody else, and write as them."""
    evil, victim = Browser(visitor.house), Browser(visitor.house)
    back = evil.comes_back(evil.begins())
    for jar in ({}, {"__Host-smarketing-flow": "forged"}):
        victim.jar = dict(jar)
        said = victim.looks(back)
        assert said.status == 403 and "This sign-in was begun elsewhere, or too long ago" in words(said.body)
        assert "__Host-smarketing" not in victim.jar
    victim.begins("/data")
    said = victim.looks(back)
    assert (said.status, said.header("location")) == (303, "/sign-in?to=%2Fdata"), "their own is begun anew"
    assert "__Host-smarketing" not in victim.jar
    assert evil.looks(back).status == 303, "and the code was not spent by them"


@pytest.mark.parametrize(
    "words_", ["", "code=x", "state=", "state=x&code=x", "error=access_denied", "state=%00", "state=é"]
)
def test_a_callback_that_nobody_began_is_refused(visitor: Browser, words_: str) -> None:
    target = f"/sign-in/back?{words_}"
    assert visitor.looks(target).status == (400 if "é" in words_ else 403)


def test_windows_that_open_at_once_all_come_to_the_board(visitor: Browser) -> None:
    """As when a browser opens its windows of yesterday: each begins a sign-in, and the last one's is remembered."""
    backs = [visitor.comes_back(visitor.begins(target)) for target in ("/data", "/terms", "/meeting")]
    assert visitor.looks(backs[0]).header("location") == "/sign-in?to=%2Fmeeting"
    assert visitor.looks(backs[2]).header("location") == "/meeting"
    assert visitor.looks(backs[1]).header("location") == "/"
    assert visitor.looks("/").status == 200


def test_a_board_that_is_not_the_providers_client_signs_nobody_in(provider: Provider, visitor: Browser) -> None:
    for told in (Told(provider.issuer, CLIENT, "another secret"), Told(provider.issuer, "another board", SECRET)):
        one = ours.Provider(told, f"{URL_OF_BOARD}/sign-in/back")
        begun = one.begin("state", "nonce", "v" * 43)
        code = parse_qs(urlsplit(visitor.comes_back(begun.address)).query)["code"][0]
        with pytest.raises(ours.SignInRefused, match="did not confirm this sign-in"):
            one.finish(code, "nonce", "v" * 43)


def test_the_code_of_somebody_else_is_worth_nothing_without_what_they_kept(
    provider: Provider, visitor: Browser
) -> None:
    one = ours.Provider(Told(provider.issuer, CLIENT, SECRET), f"{URL_OF_BOARD}/sign-in/back")
    code = parse_qs(urlsplit(visitor.comes_back(one.begin("s", "n", "v" * 43).address)).query)["code"][0]
    with pytest.raises(ours.SignInRefused):
        one.finish(code, "n", "w" * 43)


# sessions that are over


def test_a_session_that_has_ended_leads_a_page_to_the_sign_in_and_tells_the_rest_in_words(visitor: Browser) -> None:
    house = visitor.house
    for cookie, why in (
        (house.signed_in("mia@example.com", ended=True), "your sign-in has ended"),
        (house.signed_in("mia@example.com", idle=True), "your sign-in has ended"),
        (house.signed_in("mia@example.com", key=OLD_KEY), "your sign-in is not valid any more"),
    ):
        said = house.ask("GET", "/api/board/picture", {"cookie": cookie})
        assert (said.status, json.loads(said.body)) == (401, {"state": "signed out", "error": why})
        name, _, visitor.jar[cookie.partition("=")[0]] = cookie.partition("=")
        led = visitor.looks("/data")
        assert (led.status, led.header("location"), led.body) == (303, "/sign-in?to=%2Fdata", b"")
        assert name.startswith("__Host-") and visitor.signs_in("/data").header("location") == "/data"
        visitor.jar.clear()


def test_who_is_in_never_by_now_is_told_so_and_not_led_in_a_circle(visitor: Browser) -> None:
    house = visitor.house
    cookie = house.signed_in("gone@example.com")
    visitor.jar[cookie.partition("=")[0]] = cookie.partition("=")[2]
    said = visitor.looks("/data")
    assert said.status == 403 and "Your account may not see this board" in words(said.body)


def test_sign_ins_that_are_over_are_swept_away_with_the_next_one(visitor: Browser) -> None:
    store = visitor.house.store
    ago = datetime.now(UTC) - timedelta(hours=30)
    store.sessions.begin("swept", Person("s", "s@example.com", "S"), ago, ago + timedelta(hours=24), ago)
    visitor.signs_in()
    assert store.sessions.of("swept") is None
