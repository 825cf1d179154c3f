"""``identify()``: who asks, by what they carry, whichever door they come in by."""

import hmac
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlsplit

from dashboard.access.addresses import LOOPBACK, came_from, is_local, within
from dashboard.access.cookies import Cookies
from dashboard.access.identity import Identity
from dashboard.access.request import Request
from dashboard.access.rules import Access
from dashboard.access.way import Proxy, Way, trusts
from dashboard.logs import log
from dashboard.store.door import Store
from dashboard.store.faults import StoreSilent, Unknown
from dashboard.store.screens import Screen
from dashboard.store.sessions import Person, Session

KNOWN_FOR, STILL_KNOWN_FOR = 2.0, 300.0
"""Seconds for which somebody who was looked up is known; and for which they stay known while the store is silent."""
QUIET = 5.0
"""Seconds for which a store that did not answer is not asked again: whoever waits for it keeps others waiting."""
MOST_KNOWN = 5000
NOTED_EVERY, SCREEN_NOTED_EVERY = timedelta(minutes=5), timedelta(minutes=1)
"""How exactly it is kept when a sign-in or a screen was last used."""
AWAY = timedelta(minutes=15)
"""After which a screen that comes again is told of in the log."""
PROXIED = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")
SECRET = "x-smarketing-proxy"  # noqa: S105 - the name of a header
"""The header in which the trusted reverse proxy shows its secret."""
LONGEST_NAME = 200
T = TypeVar("T")


class Known(NamedTuple, Generic[T]):
    """What was looked up, and when by the monotonic clock."""

    at: float
    found: T | None


class Memory(Generic[T]):
    """What was looked up lately, for any number of threads; a silent store makes nobody a stranger for a while."""

    def __init__(self, look: Callable[[str], T | None], monotonic: Callable[[], float]) -> None:
        self._look, self._monotonic = look, monotonic
        self._known: OrderedDict[str, Known[T]] = OrderedDict()
        self._silence: Known[str] | None = None
        self._lock = threading.Lock()

    def has(self, name: str) -> bool:
        """Return whether ``of`` answers without looking."""
        with self._lock:
            known = self._known.get(name)
        return self.is_silent or (known is not None and self._monotonic() - known.at < KNOWN_FOR)

    def of(self, name: str) -> T | None:
        """Return what belongs to a name, looked up where that was not done lately; raise ``StoreSilent``."""
        now = self._monotonic()
        with self._lock:
            known = self._known.get(name)
        if known and now - known.at < KNOWN_FOR:
            return known.found
        try:
            found = self._looked(name, now)
        except StoreSilent:
            if known and known.found is not None and now - known.at < STILL_KNOWN_FOR:
                return known.found
            raise
        with self._lock:
            self._silence = None
            self._known[name] = Known(now, found)
            self._known.move_to_end(name)
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return found

    def _looked(self, name: str, now: float) -> T | None:
        """Look a name up, but in a silent store one at a time, and from time to time."""
        with self._lock:
            silence = self._silence
            if silence and now - silence.at < QUIET:
                raise StoreSilent(silence.found)
            self._silence = silence._replace(at=now) if silence else None
        try:
            return self._look(name)
        except StoreSilent as silent:
            self.silenced(str(silent))
            raise

    @property
    def is_silent(self) -> bool:
        """Whether the store gave no answer a moment ago."""
        silence = self._silence
        return silence is not None and self._monotonic() - silence.at < QUIET

    def silenced(self, words: str) -> None:
        """Note that the store gave no answer, so that nobody waits for it again at once."""
        with self._lock:
            self._silence = Known(self._monotonic(), words)

    def peek(self, name: str) -> T | None:
        """Return what is remembered of a name, without looking."""
        with self._lock:
            known = self._known.get(name)
        return known.found if known else None

    def renew(self, name: str) -> None:
        """Look a name up anew the next time, and go by what is known of it where the store is silent then."""
        with self._lock:
            if known := self._known.get(name):
                self._known[name] = known._replace(at=min(known.at, self._monotonic() - KNOWN_FOR))

    def forget(self, name: str) -> None:
        """Look a name up anew the next time."""
        with self._lock:
            self._known.pop(name, None)


class Judge:
    """Tells who asks."""

    def __init__(
        self,
        way: Way,
        rules: Access,
        store: Callable[[], Store],
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.way, self.rules, self.cookies = way, rules, Cookies(way)
        self._store, self._now = store, now
        self.sessions: Memory[Session] = Memory(lambda token: store().sessions.of(token), monotonic)
        self.screens: Memory[Screen] = Memory(lambda token: store().screens.by_token(token), monotonic)

    def at_once(self, request: Request) -> bool:
        """Return whether who asks can be told without the store, and without writing there that they did."""
        token, screen = self.token(request), request.cookie(self.cookies.screen)
        if (token and not self.sessions.has(token)) or (screen and not self.screens.has(screen)):
            return False
        session, paired = self.sessions.peek(token), self.screens.peek(screen)
        noted = session is not None and self._is_due(self.sessions, session.seen_at, NOTED_EVERY)
        return not noted and not (paired and self._is_due(self.screens, paired.seen_at, SCREEN_NOTED_EVERY))

    def _is_due(self, memory: Memory[Any], seen_at: datetime | None, every: timedelta) -> bool:
        """Return whether it is to be written down that somebody is there; not while the store is silent."""
        return not memory.is_silent and (seen_at is None or self._now() - seen_at >= every)

    def address(self, request: Request) -> str:
        """Return where a request came from, before any trusted proxy."""
        return came_from(request.peer, request.header("x-forwarded-for"), self.way.proxies)

    def identify(self, request: Request) -> Identity:
        """Return who asks; raise ``StoreSilent`` when that cannot be looked up."""
        address = self.address(request)
        person = self._local(request, address) if self.way.choice == "open" else self._person(request)
        screen = self._screen(request, address)
        if person and person.kind != "nobody":
            return person._replace(address=address, screen=screen.screen if screen else None)
        return (screen or person or Identity())._replace(address=address)

    def _person(self, request: Request) -> Identity | None:
        return self._probe(request) or self._proxied(request) or self._signed_in(request)

    def token(self, request: Request) -> str:
        """Return the token of a sign-in, as far as its signature is ours."""
        text = request.cookie(self.cookies.session)
        return self.cookies.token(text) if text else ""

    def _local(self, request: Request, address: str) -> Identity:
        """Return whoever sits at this machine; nobody of those who only come through it."""
        # a proxy that adds no header of its own still hands on from which page its people come
        pages = [request.header(name) for name in ("origin", "referer") if request.header(name)]
        through = any(request.header(name) for name in PROXIED) or not all(is_local(_host(one)) for one in pages)
        if (
            (within(address, LOOPBACK) or not address)
            and is_local(request.header("host") or "localhost")
            and not through
        ):
            return Identity("local", operator=True)
        return Identity(
            why="this board is open to its own machine alone; whoever runs it can choose a sign-in", known=True
        )

    def _probe(self, request: Request) -> Identity | None:
        said = request.header("authorization")
        if not self.way.probe or not said.startswith("Bearer "):
            return None
        fine = hmac.compare_digest(said.removeprefix("Bearer ").encode(), self.way.probe.encode())
        return Identity("probe") if fine else None

    def _proxied(self, request: Request) -> Identity | None:
        proxy = self.way.proxy
        if not proxy or not (request.header(proxy.user) or request.header(SECRET)):
            return None
        shown = hmac.compare_digest(request.header(SECRET).encode(), proxy.secret.encode())
        if not shown or not trusts(self.way, request.peer):
            return Identity(why="who asks must come through the company's own proxy", known=True)
        if not is_one(request.header(proxy.user)):
            return Identity(why="the company's proxy does not say who asks", known=True)
        return self._let_in(_named(request, proxy))

    def _signed_in(self, request: Request) -> Identity | None:
        token = self.token(request)
        if not token:
            return Identity(why="your sign-in is not valid any more") if request.cookie(self.cookies.session) else None
        session = self.sessions.of(token)
        if session is None or not self._lasts(session):
            return Identity(why="your sign-in has ended")
        if self._is_due(self.sessions, session.seen_at, NOTED_EVERY):
            self._note(token)
        return self._let_in(session.person)

    def _lasts(self, session: Session) -> bool:
        idle = self._now() - session.seen_at
        return self._now() < session.ends_at and idle < timedelta(hours=self.rules.idle_hours)

    def _note(self, token: str) -> None:
        """Keep that a sign-in is being used; a silent store is told the next time."""
        try:
            self._store().sessions.seen(token, self._now())
        except StoreSilent as silent:
            self.sessions.silenced(str(silent))
            return
        self.sessions.renew(token)

    def _let_in(self, person: Person) -> Identity:
        # behind a proxy of the company's own, that proxy says who is let in, unless rules are named
        asked = self.way.choice != "proxy" or self.rules.names_somebody or bool(self.rules.never)
        ruled = (
            self.rules if self.rules.names_somebody or not asked else self.rules.model_copy(update={"everyone": True})
        )
        why = ruled.why_not(person) if asked else ""
        if why:
            return Identity(why=why, known=True, said=person.email or person.subject)
        return Identity("person", person, operator=self.rules.operates(person))

    def _screen(self, request: Request, address: str) -> Identity | None:
        token = request.cookie(self.cookies.screen)
        if not token or len(token) > 100:
            return None
        screen = self.screens.of(token)
        if screen is None or screen.revoked_at:
            return Identity(why="this screen is not paired any more")
        if self.rules.screens_from and not within(address, self.rules.screens_from):
            return Identity(why="screens are not served in this network", known=True)
        if self._is_due(self.screens, screen.seen_at, SCREEN_NOTED_EVERY):
            self._note_screen(token, screen, address)
        return Identity("screen", screen=screen)

    def _note_screen(self, token: str, screen: Screen, address: str) -> None:
        """Keep that a screen is there, and say so in the log where it had been away."""
        try:
            self._store().screens.seen(screen.screen_id, self._now())
        except StoreSilent as silent:
            self.screens.silenced(str(silent))
            return
        except Unknown:
            return
        if screen.seen_at is None or self._now() - screen.seen_at >= AWAY:
            log.info("screen_token_used", screen=screen.screen_id, name=screen.name, address=address)
        self.screens.renew(token)


def _host(page: str) -> str:
    """Return the host of a page's address; nothing where it is no address.

    >>> _host("http://127.0.0.1:8050/today"), _host("null"), _host("http://[")
    ('127.0.0.1:8050', '', '')
    """
    try:
        return urlsplit(page).netloc
    except ValueError:
        return ""


def is_one(user: str) -> bool:
    """Return whether a proxy's header names one person: one that came twice holds a comma.

    >>> is_one("ann@example.com"), is_one(""), is_one("eve@evil.example, ann@example.com")
    (True, False, False)
    """
    return (
        bool(user) and len(user) <= LONGEST_NAME and not any(sign in ",; \t" or not sign.isprintable() for sign in user)
    )


def _named(request: Request, proxy: Proxy) -> Person:
    user = request.header(proxy.user)
    groups = tuple(one.strip() for one in request.header(proxy.groups).split(",") if one.strip())
    return Person(user, user.lower(), request.header(proxy.name)[:200] or user, groups)
