"""The ways in: each is taken when it is whole, and each unsafe configuration is refused with the remedy."""

import secrets
from typing import Any

import pytest

from dashboard.access.rules import Access
from dashboard.access.way import KNOWN, Told, Way, chosen, refuse_elsewhere
from dashboard.settings import way
from queries.faults import Refused
from tests.access.boards import KEY, PROBE, PROXIES, PROXY_SECRET, sign_in_way

PEOPLE = Access(domains=("example.com",))
SIGN_IN = Told(
    url="https://board.example.com", secret_key=KEY, issuer="https://id.example.com/realm/", client="board",
    client_secret="by-which-it-knows-us", proxies="10.0.0.0/8",
)  # fmt: skip
PROXY = Told(url="https://board.example.com", proxy_secret=PROXY_SECRET, proxies="10.0.0.7, 10.0.0.8")
OPEN = Told(access="open")


def test_people_sign_in_where_a_provider_is_named() -> None:
    found = chosen(SIGN_IN, PEOPLE)
    assert (found.choice, found.url, found.key, found.host) == ("sign-in", SIGN_IN.url, KEY, "board.example.com")
    assert found.provider and found.provider.issuer == "https://id.example.com/realm"
    assert found.is_secure and not Way("open").is_secure


def test_a_reverse_proxy_is_trusted_where_its_secret_and_its_addresses_are_named() -> None:
    found = chosen(PROXY, Access())
    assert found.choice == "proxy" and found.proxy and found.proxy.user == "x-forwarded-email"
    assert [str(one) for one in found.proxies] == ["10.0.0.7/32", "10.0.0.8/32"]
    named = chosen(PROXY._replace(user_header="X-Auth-Request-Email"), Access()).proxy
    assert named and named.user == "x-auth-request-email"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.9.1"])
def test_an_open_board_is_for_this_machine(host: str) -> None:
    assert chosen(OPEN._replace(host=host), Access()) == Way("open")


ELSEWHERE = ("0.0.0.0", "::", "[::]", "", "192.0.2.7", "board.example.com", "0", "localhost.example.com", "2130706433",
             "127.0.0.1.example.com", "::ffff:192.0.2.7")  # fmt: skip


@pytest.mark.parametrize("host", ELSEWHERE)
def test_an_open_board_never_listens_elsewhere(host: str) -> None:
    for refused in (lambda: chosen(OPEN._replace(host=host), Access()), lambda: refuse_elsewhere(Way("open"), [host])):
        with pytest.raises(Refused, match=r"open is for this machine alone.*listen on 127.0.0.1, or choose a sign-in"):
            refused()


@pytest.mark.parametrize("host", ELSEWHERE)
def test_a_board_listens_elsewhere_only_behind_a_proxy_that_is_named(host: str) -> None:
    with pytest.raises(Refused, match="SMARKETING_PROXIES is missing: the server would listen on"):
        chosen(SIGN_IN._replace(host=host, proxies=""), PEOPLE)
    assert chosen(SIGN_IN._replace(host=host), PEOPLE).proxies
    refuse_elsewhere(sign_in_way(), [host])


WEAK = ("a" * 64, "abcdefgh" * 8, "0123456789" * 4, "abcdefghijklmnopqrstuvwxyz0123456789", "Ab1!" * 20,
        "correct horse." * 3, "zyxwvutsrqponmlkjihgfedcba9876543210", "1234567890qwertz1234567890qwertz1")  # fmt: skip
REFUSED: dict[str, tuple[Told, str]] = {
    "nobody has chosen": (Told(), "nobody has said who may see the board. SMARKETING_ACCESS=open"),
    "an unknown way": (Told(access="everyone"), "'everyone' is none of open, sign-in, proxy"),
    "two ways": (SIGN_IN._replace(proxy_secret=PROXY_SECRET), "two ways in are asked for"),
    "open and a sign-in": (SIGN_IN._replace(access="open"), "take one of them out"),
    "open and a proxy": (PROXY._replace(access=" OPEN "), "take one of them out"),
    **{f"debug {on}": (OPEN._replace(debug=on), "debugging is on .* take it out") for on in ("1", "true", "on", "yes")},
    "debug at a sign-in": (SIGN_IN._replace(debug="True"), "debugging is on"),
    "no key": (SIGN_IN._replace(secret_key=""), "SMARKETING_SECRET_KEY is missing; make one with: python3 -c"),
    "a short key": (SIGN_IN._replace(secret_key=KEY[:31]), "SMARKETING_SECRET_KEY is too short .* make one with"),
    "a known key": (SIGN_IN._replace(secret_key="change-me" * 4), "stands in examples .* make one with"),
    **{f"a weak key {one[:9]}": (SIGN_IN._replace(secret_key=one), "make one with") for one in WEAK},
    "no issuer": (SIGN_IN._replace(access="sign-in", issuer=""), "say SMARKETING_OIDC_ISSUER, too"),
    "no client": (SIGN_IN._replace(client=""), "say SMARKETING_OIDC_CLIENT, too"),
    "no client's secret": (SIGN_IN._replace(client_secret=" "), "say SMARKETING_OIDC_SECRET, too"),
    "neither": (SIGN_IN._replace(client="", client_secret=""), "SMARKETING_OIDC_CLIENT, SMARKETING_OIDC_SECRET, too"),
    "an issuer by http": (SIGN_IN._replace(issuer="http://id.example.com"), "write the provider's address, https://"),
    "an issuer without a scheme": (SIGN_IN._replace(issuer="id.example.com"), "write the provider's address, https://"),
    "an issuer with a password": (SIGN_IN._replace(issuer="https://a:b@id.example.com"), "the provider's address"),
    "an issuer of brackets": (SIGN_IN._replace(issuer="https://[::1"), "write the provider's address"),
    "no address": (SIGN_IN._replace(url=""), "SMARKETING_URL is missing: .*https://board.example.com"),
    "an address by http": (SIGN_IN._replace(url="http://board.example.com"), "serve the board by https"),
    "an address with a path": (SIGN_IN._replace(url="https://example.com/board"), "is no address of a board"),
    "an address with a query": (SIGN_IN._replace(url="https://example.com/?a=1"), "is no address of a board"),
    "an address with a name": (SIGN_IN._replace(url="https://ann@example.com"), "is no address of a board"),
    "no scheme": (SIGN_IN._replace(url="board.example.com"), "is no address of a board"),
    "another scheme": (SIGN_IN._replace(url="ftp://board.example.com"), "is no address of a board"),
    "no port": (SIGN_IN._replace(url="https://board.example.com:port"), "is no address of a board"),
    "no proxies": (PROXY._replace(proxies=""), "SMARKETING_PROXIES is missing: the addresses"),
    "all the world": (PROXY._replace(proxies="0.0.0.0/0"), "trusts half of the world"),
    "half the world": (PROXY._replace(proxies="10.0.0.7, 128.0.0.0/1"), "trusts half of the world"),
    "all the world, in six": (PROXY._replace(proxies="::/0"), "trusts half of the world"),
    "all the world at a sign-in": (SIGN_IN._replace(proxies="0.0.0.0/0"), "trusts half of the world"),
    "no network": (PROXY._replace(proxies="proxy.example.com"), "'proxy.example.com' is no address and no network"),
    "no proxy's secret": (PROXY._replace(access="proxy", proxy_secret=""), "SMARKETING_PROXY_SECRET is missing"),
    "a short proxy's secret": (PROXY._replace(proxy_secret="tiny-one"), "SMARKETING_PROXY_SECRET is too short"),
    "no header": (PROXY._replace(user_header="X-User: olga"), "is no header's name"),
    "a weak probe": (SIGN_IN._replace(probe_token="monitoring"), "SMARKETING_PROBE_TOKEN is too short"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_unsafe_is_refused_with_the_remedy(name: str) -> None:
    told, remedy = REFUSED[name]
    with pytest.raises(Refused, match=remedy) as refused:
        chosen(told, PEOPLE)
    # what is wrong with a secret is said without it
    given = (told.secret_key, told.proxy_secret, told.client_secret, told.probe_token)
    assert not any(len(one) > 4 and one in str(refused.value) for one in given)


def test_a_hundred_secrets_of_examples_are_known_however_they_are_written() -> None:
    assert len(set(KNOWN)) >= 100
    for word in KNOWN:
        for text in ((word * 40)[:40], (word * 40)[:64].upper()):
            with pytest.raises(Refused, match="SMARKETING_SECRET_KEY"):
                chosen(SIGN_IN._replace(secret_key=text), PEOPLE)


def test_a_secret_that_was_made_as_it_is_advised_is_always_taken() -> None:
    for make in (secrets.token_urlsafe, secrets.token_hex):
        for _ in range(300):
            assert chosen(SIGN_IN._replace(secret_key=make(48)), PEOPLE).key


def test_a_sign_in_that_lets_in_nobody_does_not_start() -> None:
    for rules in (Access(), Access(never=("gone@example.com",)), Access(operators=("olga@example.com",))):
        with pytest.raises(Refused, match=r"does not say who may sign in: add \[access\] with domains"):
            chosen(SIGN_IN, rules)


@pytest.mark.parametrize(
    "issuer",
    [
        *("https://accounts.google.com", "https://login.microsoftonline.com/common/v2.0", "https://gitlab.com/"),
        "https://login.microsoftonline.com/organizations/v2.0",
    ],
)
def test_a_sign_in_that_lets_in_the_whole_world_does_not_start(issuer: str) -> None:
    with pytest.raises(Refused, match="lets in everybody in the world who has an account at"):
        chosen(SIGN_IN._replace(issuer=issuer), Access(everyone=True))
    assert chosen(SIGN_IN._replace(issuer=issuer), PEOPLE).choice == "sign-in"
    assert chosen(SIGN_IN, Access(everyone=True)).choice == "sign-in"


NAMES: dict[str, Any] = {
    "SMARKETING_URL": SIGN_IN.url, "SMARKETING_SECRET_KEY": KEY, "SMARKETING_OIDC_ISSUER": SIGN_IN.issuer,
    "SMARKETING_OIDC_CLIENT": "board", "SMARKETING_OIDC_SECRET": "known-to-both", "SMARKETING_PROBE_TOKEN": PROBE,
    "SMARKETING_PROXIES": "10.0.0.0/8", "HOST": "0.0.0.0",
}  # fmt: skip


def test_the_environment_says_it_and_every_word_of_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMARKETING_ACCESS", raising=False)
    for name, value in NAMES.items():
        monkeypatch.setenv(name, value)
    found = way(PEOPLE)
    assert (found.choice, found.key, found.probe, found.proxies) == ("sign-in", KEY, PROBE, PROXIES)
    for name in NAMES:
        if name not in ("SMARKETING_PROBE_TOKEN", "HOST"):
            monkeypatch.delenv(name)
            with pytest.raises(Refused):
                way(PEOPLE)
            monkeypatch.setenv(name, NAMES[name])
    for name in ("FLASK_DEBUG", "DASH_DEBUG"):
        monkeypatch.setenv(name, "1")
        with pytest.raises(Refused, match="debugging is on"):
            way(PEOPLE)
        monkeypatch.delenv(name)
