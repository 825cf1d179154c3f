"""``identify()``: who asks, by what they carry; who is known stays known for a while when the store is silent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

from dashboard.access.addresses import LOOPBACK, came_from, network, within
from dashboard.access.identity import Identity
from dashboard.access.judge import KNOWN_FOR, NOTED_EVERY, QUIET, STILL_KNOWN_FOR, Judge, Memory
from dashboard.access.request import Request
from dashboard.access.rules import Access
from dashboard.access.way import OPEN, Proxy, Way
from dashboard.store.door import Opener, Store
from dashboard.store.faults import StoreSilent
from dashboard.store.sessions import Person
from tests.access.boards import ELSEWHERE, KEY, OFFICE, OLD_KEY, PROBE, PROXIES, PROXY_SECRET, URL_OF_BOARD, sign_in_way

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MIA = Person("sub of mia", "mia@example.com", "Mia")
RULES = Access(domains=("example.com",), never=("gone@example.com",), screens_from=(network("192.0.2.0/24"),))
BY_PROXY = Way("proxy", URL_OF_BOARD, "", None, Proxy(PROXY_SECRET), PROXIES, PROBE)


class Scene:
    """A judge with a clock that is moved, and a store that can fall silent."""

    def __init__(self, url: URL, way: Way, rules: Access) -> None:
        self._opener, self.now, self.seconds, self.silent, self.looked = Opener(url), NOON, 1000.0, False, 0
        self.judge = Judge(way, rules, self.open, lambda: self.now, lambda: self.seconds)

    @property
    def store(self) -> Store:
        return self._opener()

    def open(self) -> Store:
        self.looked += 1
        if self.silent:
            raise StoreSilent("the store cannot be reached in time: try again")
        return self.store

    def pass_(self, **time: float) -> None:
        passed = timedelta(**time)
        self.now, self.seconds = self.now + passed, self.seconds + passed.total_seconds()

    def asks(self, peer: str = OFFICE, **headers: str) -> Identity:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.judge.identify(Request("GET", "/", "", named, peer))

    def signs_in(self, person: Person = MIA) -> str:
        token = f"token of {person.email}"
        ends, idle = self.now + timedelta(hours=24), self.now - timedelta(hours=4)
        self.store.sessions.begin(token, person, self.now, ends, idle)
        return f"{self.judge.cookies.session}={self.judge.cookies.signed(token)}"

    def pairs(self, name: str = "Hall") -> tuple[str, str]:
        self.store.screens.ask(f"ask {name}", f"code {name}", "", self.now, 20)
        made = self.store.screens.take(f"code {name}", "mia", name, ["/"], 30, self.now)
        self.store.screens.fetch(f"ask {name}", f"token-{name}", self.now)
        return made.screen_id, f"{self.judge.cookies.screen}=token-{name}"


Make = Callable[..., Scene]


@pytest.fixture
def make(store_url: URL) -> Any:
    return lambda way=None, rules=RULES: Scene(store_url, way or sign_in_way(), rules)


# sign-ins


def test_who_has_signed_in_is_known_and_nobody_else(make: Make) -> None:
    scene = make()
    cookie = scene.signs_in()
    who = scene.asks(cookie=cookie)
    assert (who.kind, who.person, who.operator, who.address) == ("person", MIA, True, OFFICE)
    assert scene.asks().kind == "nobody" and scene.asks().why == ""
    assert scene.asks(cookie=cookie[:-3]).why == "your sign-in is not valid any more"


def test_a_sign_in_of_a_rotated_key_is_not_valid_any_more(make: Make) -> None:
    old, new = make(sign_in_way()._replace(key=OLD_KEY)), make()
    who = new.asks(cookie=old.signs_in())
    assert (who.kind, who.known, who.why) == ("nobody", False, "your sign-in is not valid any more")
    assert new.asks(cookie=old.pairs()[1]).kind == "screen", "a screen stays paired when the key is another"
    assert KEY != OLD_KEY


def test_a_sign_in_ends_after_its_hours_however_much_it_is_used(make: Make) -> None:
    scene = make()
    cookie = scene.signs_in()
    for _ in range(23):
        scene.pass_(hours=1)
        assert scene.asks(cookie=cookie).kind == "person"
    scene.pass_(minutes=59)
    assert scene.asks(cookie=cookie).kind == "person"
    scene.pass_(minutes=1)
    assert scene.asks(cookie=cookie).why == "your sign-in has ended"


def test_a_sign_in_that_lies_idle_ends_and_one_that_is_used_is_renewed(make: Make) -> None:
    scene = make()
    used, idle = scene.signs_in(), scene.signs_in(MIA._replace(email="idle@example.com"))
    for _ in range(5):
        scene.pass_(minutes=50)
        assert scene.asks(cookie=used).kind == "person"
    assert scene.asks(cookie=idle).why == "your sign-in has ended"


def test_that_a_sign_in_is_used_is_written_seldom(make: Make) -> None:
    scene, notes = make(), []
    cookie = scene.signs_in()
    seen = scene.store.sessions.seen
    scene.store.sessions.seen = lambda token, at: (notes.append(at), seen(token, at))  # type: ignore[method-assign]
    for _ in range(120):
        scene.pass_(seconds=10)
        assert scene.asks(cookie=cookie).kind == "person"
    assert len(notes) == 20 * 60 / NOTED_EVERY.total_seconds()


def test_signing_out_or_being_shut_out_ends_it_within_the_seconds_that_one_is_known(make: Make) -> None:
    scene = make()
    cookie = scene.signs_in()
    assert scene.asks(cookie=cookie).kind == "person"
    scene.store.sessions.end_all([" MIA@example.com "])
    scene.pass_(seconds=KNOWN_FOR - 0.1)
    assert scene.asks(cookie=cookie).kind == "person"
    scene.pass_(seconds=0.1)
    assert scene.asks(cookie=cookie).why == "your sign-in has ended"
    assert KNOWN_FOR <= 2


def test_who_is_in_never_now_is_not_let_in_by_an_old_sign_in(make: Make) -> None:
    scene = make()
    who = scene.asks(cookie=scene.signs_in(MIA._replace(email="gone@example.com")))
    assert (who.kind, who.known, who.called) == ("nobody", True, "gone@example.com")
    assert who.why == "your account may not see this board: ask whoever runs it"


# a silent store


def test_while_the_store_is_silent_who_is_known_stays_so_for_a_while(make: Make) -> None:
    scene = make()
    cookie, (_, screen) = scene.signs_in(), scene.pairs()
    assert (scene.asks(cookie=cookie).kind, scene.asks(cookie=screen).kind) == ("person", "screen")
    scene.silent = True
    for _ in range(9):
        scene.pass_(seconds=STILL_KNOWN_FOR / 10)
        assert (scene.asks(cookie=cookie).kind, scene.asks(cookie=screen).kind) == ("person", "screen")
    scene.pass_(seconds=STILL_KNOWN_FOR / 10)
    for one in (cookie, screen):
        with pytest.raises(StoreSilent, match="cannot be reached"):
            scene.asks(cookie=one)
    scene.silent = False
    scene.pass_(seconds=QUIET)
    assert (scene.asks(cookie=cookie).kind, scene.asks(cookie=screen).kind) == ("person", "screen")


def test_while_the_store_is_silent_a_stranger_with_a_cookie_is_told_so_and_one_without_may_sign_in(make: Make) -> None:
    scene = make()
    cookie = scene.signs_in()
    scene.silent = True
    with pytest.raises(StoreSilent):
        scene.asks(cookie=cookie)
    assert scene.asks().kind == "nobody"
    assert scene.asks(authorization=f"Bearer {PROBE}").kind == "probe"


def test_a_silent_store_is_asked_by_one_and_from_time_to_time(make: Make) -> None:
    """A store that hangs takes ten seconds to say so: whoever is known does not wait for it again and again."""
    scene = make()
    cookies = [scene.signs_in(MIA._replace(email=f"{name}@example.com")) for name in "abcdefgh"]
    for one in cookies:
        scene.asks(cookie=one)
    scene.silent, scene.looked = True, 0
    for _ in range(60):
        scene.pass_(seconds=1)
        for one in cookies:
            assert scene.asks(cookie=one).kind == "person"
    assert scene.looked <= 60 / QUIET
    request = Request("GET", "/", "", {"cookie": cookies[0]}, OFFICE)
    assert scene.judge.at_once(request)


def test_what_was_looked_up_is_bounded_and_nobody_is_known_too_long() -> None:
    clock, looked = SimpleNamespace(now=0.0), []
    memory: Memory[str] = Memory(lambda name: looked.append(name) or name, lambda: clock.now)  # type: ignore[func-returns-value]
    for number in range(6000):
        memory.of(f"{number}")
    assert len(memory._known) == 5000
    assert memory.of("5999") == "5999" and len(looked) == 6000
    memory.forget("5999")
    memory.forget("never seen")
    assert memory.of("5999") == "5999" and len(looked) == 6001


# screens


def test_a_screen_is_known_by_its_token_from_the_company_s_networks(make: Make) -> None:
    scene = make()
    name, cookie = scene.pairs()
    who = scene.asks(cookie=cookie)
    assert who.screen and (who.kind, who.screen.screen_id, who.operator) == ("screen", name, False)
    away = scene.asks(peer=ELSEWHERE, cookie=cookie)
    assert (away.kind, away.known, away.why) == ("nobody", True, "screens are not served in this network")
    through = scene.asks(peer="10.0.0.2", x_forwarded_for=OFFICE, cookie=cookie)
    assert (through.kind, through.address) == ("screen", OFFICE)


def test_a_screen_that_comes_again_after_a_while_is_told_of_in_the_log_once(make: Make) -> None:
    scene = make()
    name, cookie = scene.pairs()
    with capture_logs() as logged:
        for minutes in (0, 1, 14, 16, 1, 1):
            scene.pass_(minutes=minutes)
            assert scene.asks(cookie=cookie).kind == "screen"
    assert [(one["event"], one["screen"], one["address"]) for one in logged] == [("screen_token_used", name, OFFICE)]


def test_a_screen_that_was_shut_out_is_told_so(make: Make) -> None:
    scene = make()
    name, cookie = scene.pairs()
    assert scene.asks(cookie=cookie).kind == "screen"
    scene.store.screens.revoke(name, scene.now)
    scene.pass_(seconds=KNOWN_FOR)
    assert scene.asks(cookie=cookie).why == "this screen is not paired any more"
    assert scene.asks(cookie=f"{scene.judge.cookies.screen}=of-nobody").why == "this screen is not paired any more"
    assert scene.asks(cookie=f"{scene.judge.cookies.screen}={'x' * 101}").why == ""


def test_somebody_who_signs_in_at_a_screen_is_that_person(make: Make) -> None:
    scene = make()
    person, (_, screen) = scene.signs_in(), scene.pairs()
    assert scene.asks(cookie=f"{person}; {screen}").kind == "person"
    assert scene.asks(cookie=f"{person[:-2]}; {screen}").kind == "screen"


def test_a_silent_store_is_waited_for_now_and_then_and_never_where_others_would_wait_too(make: Make) -> None:
    scene = make()
    person, (_, screen) = scene.signs_in(), scene.pairs()
    request = Request("GET", "/", "", {"cookie": f"{person}; {screen}"}, OFFICE)
    for seconds in (0, 360, 290, 10):
        scene.pass_(seconds=seconds)
        scene.judge.identify(request)
    scene.silent, before = True, scene.looked
    for _ in range(600):
        at_once, looked = scene.judge.at_once(request), scene.looked
        assert scene.judge.identify(request).kind == "person"
        assert not at_once or scene.looked == looked
        scene.pass_(seconds=0.1)
    assert scene.looked - before < 60


# the reverse proxy


def by_proxy(**more: str) -> dict[str, str]:
    return {"x_smarketing_proxy": PROXY_SECRET, "x_forwarded_email": "mia@example.com", **more}


def test_the_proxys_word_counts_with_its_secret_and_from_its_address(make: Make) -> None:
    scene = make(BY_PROXY)
    who = scene.asks(peer="10.0.0.2", **by_proxy(x_forwarded_groups="a, b", x_forwarded_preferred_username="Mia"))
    assert who.person == Person("mia@example.com", "mia@example.com", "Mia", ("a", "b"))


WITHOUT: dict[str, tuple[str, dict[str, str]]] = {
    "another address": (OFFICE, by_proxy()),
    "an address that is forwarded": (OFFICE, by_proxy(x_forwarded_for="10.0.0.2")),
    "a socket of this machine": ("", by_proxy()),
    "a wrong secret": ("10.0.0.2", by_proxy(x_smarketing_proxy=PROXY_SECRET[:-1])),
    "the secret twice": ("10.0.0.2", by_proxy(x_smarketing_proxy=f"{PROXY_SECRET}, {PROXY_SECRET}")),
    "no secret": ("10.0.0.2", by_proxy(x_smarketing_proxy="")),
    "a secret of other signs": ("10.0.0.2", by_proxy(x_smarketing_proxy="é" * 40)),
    "the secret and nobody": ("10.0.0.2", by_proxy(x_forwarded_email="")),
    "two at once": ("10.0.0.2", by_proxy(x_forwarded_email="olga@example.com, mia@example.com")),
    "one with a line's end": ("10.0.0.2", by_proxy(x_forwarded_email="mia@example.com\n")),
    "one without end": ("10.0.0.2", by_proxy(x_forwarded_email="m" * 300 + "@example.com")),
    "one of never": ("10.0.0.2", by_proxy(x_forwarded_email="GONE@example.com")),
    "another company's": ("10.0.0.2", by_proxy(x_forwarded_email="mia@example.org")),
    "another header": ("10.0.0.2", {"x_smarketing_proxy": PROXY_SECRET, "x_forwarded_user": "mia@example.com"}),
}  # fmt: skip


@pytest.mark.parametrize("name", WITHOUT)
def test_without_them_a_header_lets_nobody_in(make: Make, name: str) -> None:
    peer, headers = WITHOUT[name]
    who = make(BY_PROXY).asks(peer=peer, **headers)
    assert (who.kind, who.known) == ("nobody", True)


def test_where_people_sign_in_no_header_names_anybody(make: Make) -> None:
    who = make().asks(peer="10.0.0.2", **by_proxy(x_forwarded_user="mia@example.com", remote_user="mia"))
    assert (who.kind, who.why) == ("nobody", "")


def test_a_proxy_that_lets_in_whom_it_likes_still_lets_in_nobody_of_never(make: Make) -> None:
    scene = make(BY_PROXY, Access(never=("gone@example.com",)))
    assert scene.asks(peer="10.0.0.2", **by_proxy(x_forwarded_email="ann@anywhere.example")).kind == "person"
    assert scene.asks(peer="10.0.0.2", **by_proxy(x_forwarded_email="gone@example.com")).kind == "nobody"


def test_a_screen_that_comes_through_the_proxy_is_a_screen(make: Make) -> None:
    """The proxy asks nobody to sign in there, names nobody, and shows its secret all the same."""
    scene = make(BY_PROXY)
    cookie = scene.pairs()[1]
    said = {"x_smarketing_proxy": PROXY_SECRET, "x_forwarded_for": OFFICE, "cookie": cookie}
    assert scene.asks(peer="10.0.0.2", **said).kind == "screen"


# monitoring, and this machine


def test_monitoring_is_known_by_its_token_alone(make: Make) -> None:
    scene = make()
    assert scene.asks(authorization=f"Bearer {PROBE}").kind == "probe"
    for said in (
        f"bearer {PROBE}",
        f"Bearer {PROBE} ",
        "Bearer ",
        f"Bearer {PROBE[:-1]}",
        PROBE,
        f"Basic {PROBE}",
        "é",
    ):
        assert scene.asks(authorization=said).kind == "nobody"
    assert make(sign_in_way()._replace(probe="")).asks(authorization="Bearer ").kind == "nobody"


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "127.9.9.9", "::ffff:127.0.0.1", ""])
@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost", "[::1]:8050", ""])
def test_an_open_board_is_for_whoever_sits_at_this_machine(make: Make, peer: str, host: str) -> None:
    who = make(OPEN).asks(peer=peer, host=host)
    assert (who.kind, who.operator) == ("local", True)


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        *((peer, {}) for peer in (OFFICE, "10.0.0.2", "::ffff:192.0.2.7", "0.0.0.0", "127.0.0.1.evil", "localhost")),
        *(("127.0.0.1", {"host": host}) for host in ("evil.example", "127.0.0.1.evil.example", "board.example.com")),
        *(
            ("127.0.0.1", {name: "127.0.0.1"})
            for name in ("x_forwarded_for", "x_forwarded_host", "x_forwarded_proto", "x_real_ip", "forwarded", "via")
        ),
        *(("127.0.0.1", {"origin": page}) for page in ("https://board.example.com", "http://[", "null")),
        ("127.0.0.1", {"referer": "https://board.example.com/"}),
    ],
)
def test_who_only_comes_through_this_machine_is_nobody(make: Make, peer: str, headers: dict[str, str]) -> None:
    """A tunnel or a proxy that somebody set up makes an open board nobody else's."""
    who = make(OPEN).asks(peer=peer, **headers)
    assert (who.kind, who.known) == ("nobody", True)


# addresses


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "10.0.0.9", "192.0.2.7"),
        ("10.0.0.2", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.2", "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.2", "192.0.2.9, 192.0.2.7, 10.0.0.3", "192.0.2.7"),
        ("10.0.0.2", "10.0.0.4,10.0.0.3", "10.0.0.4"),
        ("10.0.0.2", "127.0.0.1, unknown", "unknown"),
        ("10.0.0.2", "192.0.2.7:4711", "192.0.2.7:4711"),
        ("10.0.0.2", " , ,", ""),
        ("", "192.0.2.7", ""),
        ("::ffff:10.0.0.2", "192.0.2.7", "192.0.2.7"),
    ],
)
def test_an_address_is_taken_from_a_trusted_proxy_alone(peer: str, forwarded: str, found: str) -> None:
    assert came_from(peer, forwarded, PROXIES) == found


def test_what_is_no_address_lies_in_no_network() -> None:
    for text in (
        "",
        "unknown",
        "192.0.2.7:80",
        "[::1]",
        "127.0.0.1\n",
        "127.1",
        "0x7f000001",
        "١٢٧.0.0.1",
        "127.0.0.1/8",
    ):
        assert not within(text, (*LOOPBACK, network("0.0.0.0/0"), network("::/0")))
