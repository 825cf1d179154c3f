"""The log: who signed in, was refused, paired, shut out and exported; nothing secret, and every line one object."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from dashboard.access.way import Proxy, Way
from tests.access.boards import KEY, PROBE, PROXIES, PROXY_SECRET, URL_OF_BOARD, House, sign_in_way, standing
from tests.access.browser import Browser
from tests.access.provider import SECRET, Provider, providing

FORM = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    """What is logged by all tests here, as it is written."""
    before, file = structlog.get_config()["logger_factory"], io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file))
    yield file
    structlog.configure(logger_factory=before)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, log: io.StringIO) -> Iterator[tuple[Provider, House]]:
    """A provider, and a board at which people sign in by it."""
    access = {"domains": ["example.com"], "never": ["gone@example.com"], "operators": ["olga@example.com"]}
    with (
        providing() as provider,
        standing(tmp_path_factory.mktemp("logs"), sign_in_way(provider.issuer), access) as house,
    ):
        yield provider, house


@pytest.fixture
def house(both: tuple[Provider, House]) -> House:
    """The board, at which everybody may ask as often as they like."""
    both[1].unlimited()
    return both[1]


@pytest.fixture
def provider(both: tuple[Provider, House]) -> Provider:
    """The provider."""
    return both[0]


class Lines:
    """The lines that come from now on."""

    def __init__(self, log: io.StringIO) -> None:
        self._log, self._begun = log, len(log.getvalue())

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.getvalue()[self._begun :].splitlines()]

    def said(self, *words: str) -> list[tuple[Any, ...]]:
        """Return some words of each line."""
        return [tuple(one.get(word) for word in words) for one in self.all()]


def test_signing_in_and_out_is_logged_with_who_it_is(provider: Provider, house: House, log: io.StringIO) -> None:
    lines, browser = Lines(log), Browser(house)
    provider.signs_in("mia@example.com")
    browser.signs_in("/data")
    browser.looks("/sign-out", "POST", origin=URL_OF_BOARD)
    assert lines.said("event", "who") == [("signed_in", "mia@example.com"), ("signed_out", "mia@example.com")]
    assert "until" in lines.all()[0] and lines.all()[0]["timestamp"].endswith("Z")


def test_every_refusal_of_a_sign_in_is_logged_with_its_reason(
    provider: Provider, house: House, log: io.StringIO
) -> None:
    lines = Lines(log)
    provider.signs_in("mia@example.org")
    Browser(house).signs_in()
    provider.signs_in("mia@example.com")
    provider.misbehaves = "wrong nonce"
    Browser(house).signs_in()
    provider.misbehaves = "disabled user"
    Browser(house).signs_in()
    provider.misbehaves = ""
    Browser(house).looks("/sign-in/back?code=x&state=y")
    assert lines.said("event", "level") == [("not_let_in", "warning"), *[("sign_in_refused", "warning")] * 3]
    assert lines.all()[0]["who"] == "mia@example.org" and "InvalidClaimError" in lines.all()[1]["why"]


def test_who_may_not_is_logged_with_the_rule_and_the_address(house: House, log: io.StringIO) -> None:
    lines = Lines(log)
    house.ask("POST", "/api/screens", {"cookie": house.signed_in("mia@example.com"), **FORM}, body=b"{}")
    house.ask("GET", "/api/board", {"cookie": house.signed_in("gone@example.com")})
    house.ask("GET", "/api/rows", {"cookie": house.screen("Refused")[1]})
    house.ask("POST", "/api/screens", {"origin": "https://evil.example", **FORM})
    house.ask("GET", "/", {"host": "evil.example"})
    house.ask("POST", "/api/meeting/notes", {"content-length": "70000"})
    assert lines.said("event", "rule", "who", "status") == [
        ("refused", "audience", "mia@example.com", 403),
        ("refused", "audience", "gone@example.com", 403),
        ("refused", "audience", "screen Refused", 403),
        ("refused", "foreign", "nobody", 403),
        ("refused", "host", "nobody", 421),
        ("refused", "body", "nobody", 413),
    ]
    assert {one["address"] for one in lines.all()} == {"192.0.2.7"}


def test_a_screens_code_token_move_and_end_are_logged_with_who_did_it(house: House, log: io.StringIO) -> None:
    lines, tv = Lines(log), Browser(house)
    olga = {"cookie": house.signed_in("olga@example.com"), "origin": URL_OF_BOARD, **FORM}
    code = json.loads(tv.looks("/api/screen", "POST", origin=URL_OF_BOARD).body)["code"]
    told = {"name": "Hall 9", "pages": ["/"], "every": 30}

    def writes(method: str, **words: Any) -> dict[str, Any]:
        return dict(json.loads(house.ask(method, "/api/screens", olga, body=json.dumps(words).encode()).body))

    writes("POST", **told, code="WRONG234")
    name = writes("POST", **told, code=code)["id"]
    assert json.loads(tv.looks("/api/screen").body)["state"] == "paired"
    writes("PATCH", **told | {"name": "Lobby 9"}, id=name)
    writes("PATCH", id=name, reload=True)
    writes("DELETE", id=name)
    assert lines.said("event", "who", "screen") == [
        ("screen_code_refused", "olga@example.com", None),
        ("screen_paired", "olga@example.com", name),
        ("screen_token_made", None, name),
        ("screen_moved", "olga@example.com", name),
        ("screen_reloads", "olga@example.com", name),
        ("screen_revoked", "olga@example.com", name),
    ]
    assert code.replace(" ", "") not in log.getvalue() and not any(one in log.getvalue() for one in tv.jar.values())


def test_what_is_exported_is_logged_with_who_took_it_and_how_many_rows(house: House, log: io.StringIO) -> None:
    lines, mia = Lines(log), {"cookie": house.signed_in("mia@example.com")}
    number = "number=marketing.month.done"
    counted = len(house.ask("GET", f"/api/rows.csv?{number}", mia).body.splitlines()) - 1
    house.ask("GET", f"/api/rows.xlsx?{number}&side=counted", mia)
    missing = (
        len(house.ask("GET", "/api/data/rows.csv?finding=incomplete-lead:leads.missing", mia).body.splitlines()) - 1
    )
    assert lines.said("event", "who", "kind", "rows") == [
        ("exported", "mia@example.com", "csv", counted),
        ("exported", "mia@example.com", "xlsx", counted),
        ("exported", "mia@example.com", "csv", missing),
    ]
    assert counted == 24 and missing == 4
    assert [one.get("number") or one.get("finding") for one in lines.all()] == [
        *["marketing.month.done"] * 2, "incomplete-lead:leads.missing",
    ]  # fmt: skip


SIGNS = (
    *("\r", "\n", "\r\n", "\x1b[31m", "\x1b]0;title\x07", "\u2028", "\u2029", "\x85", "\x00", "\x7f", "\t", '"'),
    *("\\", "\u202e", "{", "}\n{", "\\u000a", "😀", "é", "'"),
)


def named() -> list[str]:
    """Return a thousand names that would like to be two lines, another colour, or another event."""
    return [f"a{number}{one}" + '{"event":"signed_in","who":"olga"}' + other for number in range(3) for one in SIGNS
            for other in SIGNS][:1000]  # fmt: skip


def test_a_thousand_names_that_would_be_more_than_one_line_are_not(house: House, log: io.StringIO) -> None:
    names, lines = named(), Lines(log)
    assert len(names) == 1000
    olga = {"cookie": house.signed_in("olga@example.com"), **FORM}
    screen = house.screen("Renamed")[0]
    for number, name in enumerate(names):
        told = {"id": screen, "name": name[:60], "pages": ["/"], "every": 30}
        house.ask("PATCH", "/api/screens", olga, body=json.dumps(told).encode())
        heard = name.encode("utf-8").decode("latin-1")
        headers = {"x-forwarded-email": heard, "user-agent": heard, "x-forwarded-for": heard, "host": heard or "x"}
        house.ask("GET", "/api/board", headers | ({"cookie": heard} if number % 2 else {}))
    whole = log.getvalue()
    assert len(lines.all()) > 1000 and whole.count("\n") == len(whole.splitlines())
    assert all(sign == "\n" or " " <= sign <= "~" for sign in whole)
    assert {one["event"] for one in lines.all()} == {"screen_moved", "refused"}


def test_a_proxys_header_is_one_line_too(tmp_path_factory: pytest.TempPathFactory, log: io.StringIO) -> None:
    way = Way("proxy", URL_OF_BOARD, "", None, Proxy(PROXY_SECRET), PROXIES, PROBE)
    lines = Lines(log)
    with standing(tmp_path_factory.mktemp("proxy"), way, {"domains": ["example.com"]}) as one:
        one.unlimited()
        for name in named()[::10]:
            heard = f"{name}@example.com".encode().decode("latin-1")
            headers = {"x-smarketing-proxy": PROXY_SECRET, "x-forwarded-email": heard}
            assert one.ask("GET", "/metrics", headers, peer="10.0.0.2").status == 403
    assert len(lines.all()) == 100


def test_no_secret_and_nothing_of_a_lead_is_in_the_log_of_the_whole_run(house: House, log: io.StringIO) -> None:
    """The last of these tests: it looks at all that the others have had logged."""
    cookie = house.signed_in("mia@example.com")
    for path in ("/api/rows?number=none", "/api/board", "/sign-in/back?code=a-secret-code&state=a-secret-state"):
        house.ask("GET", path, {"cookie": cookie, "authorization": f"Bearer {PROBE}x"})
    text = log.getvalue()
    shown = cookie.partition("=")[2]
    canaries = [KEY, PROBE, PROXY_SECRET, SECRET, shown, house.cookies.token(shown), *house.planted.contacts]
    canaries += ["a-secret-code", "a-secret-state", "code_verifier"]
    assert len(canaries) >= 12 and len(text.splitlines()) > 1000
    assert [one for one in canaries if one in text] == []
    assert "canary-" not in text
