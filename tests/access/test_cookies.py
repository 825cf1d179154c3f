"""The cookies: signed here or worth nothing, named so that no other site can set them, and hidden from scripts."""

import itertools
from http.cookies import SimpleCookie

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from dashboard.access.cookies import A_SCREEN, A_SIGN_IN, LONGEST, Cookies
from dashboard.access.request import Request
from dashboard.access.way import OPEN
from tests.access.boards import KEY, OLD_KEY, sign_in_way

OURS = Cookies(sign_in_way())
TOLD = {"state": "s", "nonce": "n", "verifier": "v", "to": "/data"}


def test_what_was_signed_here_comes_back() -> None:
    assert OURS.token(OURS.signed("a token")) == "a token"
    assert OURS.unpacked(OURS.packed(TOLD)) == TOLD


def test_no_sign_of_a_cookie_can_be_changed() -> None:
    for made, read, nothing in ((OURS.signed("token"), OURS.token, ""), (OURS.packed(TOLD), OURS.unpacked, {})):
        for at, sign in itertools.product(range(len(made)), "Ax0._"):
            # the last sign of base64 holds some bits that say nothing
            if made[at] != sign and at < len(made) - 1:
                assert read(made[:at] + sign + made[at + 1 :]) == nothing


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "token", "é" * 20, "\x00", "a" * (LONGEST + 1), "{}", "null"])
def test_what_was_never_signed_is_nothing(text: str) -> None:
    assert OURS.token(text) == "" and OURS.unpacked(text) == {}


def test_another_key_another_purpose_and_another_way_in_sign_nothing_for_us() -> None:
    old = Cookies(sign_in_way()._replace(key=OLD_KEY))
    assert OURS.token(old.signed("token")) == "" and OURS.unpacked(old.packed(TOLD)) == {}
    # what remembers a sign-in that has begun is no sign-in, nor the other way round
    assert OURS.token(OURS.packed(TOLD)) == "" and OURS.unpacked(OURS.signed("token")) == {}
    assert OURS.token(TimestampSigner(KEY, "session").sign("token").decode()) == ""  # SHA-1
    nobodys = Cookies(OPEN)
    assert (nobodys.signed("token"), nobodys.packed(TOLD)) == ("", "")
    assert nobodys.token(OURS.signed("token")) == "" and nobodys.unpacked(OURS.packed(TOLD)) == {}


def test_a_sign_in_that_took_too_long_has_to_begin_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = OURS.packed(TOLD)
    signed_at = TimestampSigner.get_timestamp(TimestampSigner("x"))
    for passed, found in ((A_SIGN_IN - 5, TOLD), (A_SIGN_IN + 5, {})):
        later = signed_at + passed
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _, later=later: later)
        assert OURS.unpacked(made) == found


def test_behind_tls_a_cookie_is_this_hosts_alone_and_hidden_from_scripts() -> None:
    names = (OURS.session, OURS.flow, OURS.screen, OURS.waiting)
    assert len(set(names)) == 4
    for name in names:
        jar: SimpleCookie = SimpleCookie(OURS.set(name, "value", 60))
        one = jar[name]
        assert name.startswith("__Host-") and one["secure"] and one["httponly"]
        assert (one["path"], one["samesite"], one["domain"], one["max-age"]) == ("/", "Lax", "", "60")
        assert "Max-Age=0" in OURS.clear(name)
    assert A_SCREEN == 400 * 86_400


def test_at_this_machine_a_cookie_is_hidden_from_scripts_too_under_a_name_that_browsers_take() -> None:
    local = Cookies(sign_in_way()._replace(url="http://127.0.0.1:8050"))
    said = local.set(local.session, "value", 60)
    assert said.startswith("smarketing=value") and "HttpOnly" in said and "SameSite=Lax" in said
    assert "Secure" not in said


def carried(text: str) -> Request:
    return Request("GET", "/", "", {"cookie": text}, "")


def test_a_cookie_is_found_beside_whatever_other_sites_of_the_domain_have_set() -> None:
    name = OURS.session
    for beside in ('a={"x":1,"y":"z"}', "a=b=c", "=", "a", "a=\x01", "ä=ö", 'q="unclosed', "utm=a,b (c)", ";;;"):
        assert carried(f"{beside}; {name}=mine").cookie(name) == "mine", beside
        assert carried(f"{name}=mine; {beside}").cookie(name) == "mine", beside


def test_of_two_cookies_of_one_name_the_first_counts() -> None:
    assert carried(f"{OURS.session}=first; {OURS.session}=second").cookie(OURS.session) == "first"
    assert carried(f"x{OURS.session}=other; {OURS.session}x=other").cookie(OURS.session) == ""


def test_cookies_without_end_are_none() -> None:
    assert carried("a=b; " * 5000 + f"{OURS.session}=mine").cookie(OURS.session) == ""


def test_every_cookie_is_signed_by_sha_256_and_none_of_an_older_digest_is_taken() -> None:
    old = URLSafeTimedSerializer(KEY, "flow").dumps({"state": "x"})
    assert OURS.unpacked(OURS.packed({"state": "x"})) == {"state": "x"}
    assert OURS.unpacked(old) == {}
    assert OURS.token(TimestampSigner(KEY, "session").sign("token").decode()) == ""
