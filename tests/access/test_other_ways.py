"""The same addresses where the board is open to its own machine, and where a reverse proxy says who asks."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from dashboard.access.way import OPEN, Proxy, Way
from tests.access.asking import Said
from tests.access.boards import OFFICE, PROBE, PROXIES, PROXY_SECRET, URL_OF_BOARD, House, standing
from tests.access.declared import Line, lines, status
from tests.access.test_matrix import FORM, target

BY_PROXY = Way("proxy", URL_OF_BOARD, "", None, Proxy(PROXY_SECRET), PROXIES, PROBE)
HERE = {"host": "127.0.0.1:8050"}
MIA = {"x-smarketing-proxy": PROXY_SECRET, "x-forwarded-email": "mia@example.com"}
OLGA = MIA | {"x-forwarded-email": "olga@example.com"}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A board that is open to its own machine."""
    with standing(tmp_path_factory.mktemp("open"), OPEN) as one:
        one.unlimited()
        yield one


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A board behind a reverse proxy that says who asks."""
    with standing(tmp_path_factory.mktemp("proxy"), BY_PROXY) as one:
        one.unlimited()
        yield one


OTHERWISE = {
    "open": {"/api/qr.svg": {204}, "/sign-in": {303}, "/sign-in/back": {403}},
    "proxy": {"/sign-in": {303}},
}


class Answers(NamedTuple):
    """What one asker was answered at every address by every method that it has."""

    house: House
    said: list[tuple[Line, str, Said]]

    def wrong(self, who: str) -> list[str]:
        """Return every answer that is another than the table's for ``who``; nobody can sign in here, so 401 is 403."""
        otherwise = OTHERWISE[self.house.way.choice]
        found = []
        for line, method, said in self.said:
            wanted = status(line, method, who)
            allowed = otherwise.get(line.rule, {wanted}) if wanted != 401 else {403}
            if said.status not in allowed:
                found.append(f"{method} {line.rule}: {said.status}, not {wanted}: {said.body[:60]!r}")
        return found

    def told(self) -> list[str]:
        """Return every canary that an answer holds."""
        canaries = [one.encode() for one in self.house.planted.all]
        return [f"{line.rule}: {one!r}" for line, _, said in self.said for one in canaries if one in said.whole]


def every(house: House, peer: str, headers: dict[str, str]) -> Answers:
    """Ask every address by every method that it has."""
    found = []
    for line in lines().values():
        for method in line.answers:
            more = FORM if method not in ("GET", "HEAD") else {}
            found.append((line, method, house.ask(method, target(house, line), headers | more, peer=peer)))
    return Answers(house, found)


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", ""])
def test_whoever_sits_at_this_machine_may_do_what_an_operator_may(opened: House, peer: str) -> None:
    assert every(opened, peer, HERE).wrong("operator") == []


ELSEWHERE = {
    "another machine": (OFFICE, HERE),
    "a tunnel": ("127.0.0.1", HERE | {"x-forwarded-for": "192.0.2.7"}),
    "a page that calls this machine its own": ("127.0.0.1", HERE | {"host": "evil.example"}),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_an_open_board_shows_nothing_to_anybody_else(opened: House, name: str) -> None:
    peer, headers = ELSEWHERE[name]
    found = every(opened, peer, headers)
    assert found.told() == []
    if "evil" in headers["host"]:
        assert {said.status for line, _, said in found.said if line.rule not in ("/healthz", "/readyz")} == {421}
    else:
        assert found.wrong("anonymous") == []


@pytest.mark.parametrize(("who", "headers"), [("manager", MIA), ("operator", OLGA)])
def test_whom_the_proxy_names_may_do_what_they_may_where_people_sign_in(
    proxied: House, who: str, headers: dict[str, str]
) -> None:
    assert every(proxied, "10.0.0.2", headers).wrong(who) == []


FORGED = {
    "straight to the server": (OFFICE, MIA),
    "without the secret": ("10.0.0.2", {"x-forwarded-email": "olga@example.com"}),
    "with another secret": ("10.0.0.2", OLGA | {"x-smarketing-proxy": PROXY_SECRET[::-1]}),
    "of nobody": ("10.0.0.2", MIA | {"x-forwarded-email": ""}),
    "of two": ("10.0.0.2", MIA | {"x-forwarded-email": "olga@example.com,mia@example.com"}),
    "without a word": (OFFICE, {}),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_word_that_is_not_the_proxys_shows_nothing(proxied: House, name: str) -> None:
    peer, headers = FORGED[name]
    found = every(proxied, peer, headers)
    assert (found.wrong("anonymous"), found.told()) == ([], [])


def test_a_screen_of_a_board_behind_a_proxy_sees_what_screens_see(proxied: House) -> None:
    cookie = proxied.screen("Hall")[1]
    through = {"x-smarketing-proxy": PROXY_SECRET, "x-forwarded-for": OFFICE, "cookie": cookie}
    assert every(proxied, "10.0.0.2", through).wrong("screen") == []
