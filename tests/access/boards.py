"""A whole board behind its door, in this process: what it keeps, what it shows, and everybody who may ask it."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from sqlalchemy.engine import URL

from dashboard import app as shell
from dashboard import plain
from dashboard.access.addresses import network
from dashboard.access.cookies import Cookies
from dashboard.access.guard import Guard, WsgiGuard
from dashboard.access.house import House as Door
from dashboard.access.limits import Limits
from dashboard.access.way import Provider as Told
from dashboard.access.way import Way
from dashboard.front import Front
from dashboard.refresher import Refresher
from dashboard.settings import Settings
from dashboard.store.door import Opener, Store, opened
from dashboard.store.sessions import Person
from dashboard.travel import Travel
from tests.access.asking import Question, Said, answered
from tests.access.planted import Planted, planted
from tests.access.provider import CLIENT, SECRET
from tests.dashboard.company import agreement, company

URL_OF_BOARD = "https://board.example.com"
HOST = "board.example.com"
KEY = "wUz1Yk0q3Vb8sXn5Rj7LtPc2GdMfHaEo9iK4"
OLD_KEY = "nB6vC8xZ1lKjH3gF5dS7aQ9wE2rT4yU0iOpM"
PROBE = "pR0bEt0kEn-6fJ2hN8mQ4sWzX7vB1cY5dGkL3"
PROXY_SECRET = "pR0xYsEcReT-9kT3wL7nV1xQ5zB8mJ2fHdSc"
PROXIES = (network("10.0.0.0/8"),)
OFFICE, ELSEWHERE = "192.0.2.7", "198.51.100.9"
ACCESS: dict[str, Any] = {
    "domains": ["example.com"],
    "never": ["gone@example.com"],
    "operators": ["olga@example.com"],
    "screens_from": ["192.0.2.0/24"],
}


class House:
    """One board behind its door, and the store in which it keeps who may see it."""

    def __init__(self, folder: Path, way: Way, access: Mapping[str, Any] | None = None, **company_words: Any) -> None:
        url = URL.create("sqlite", database=str(folder / "crm.db"))
        self.planted: Planted = planted(url)
        told = company(access=dict(ACCESS if access is None else access), **company_words)
        self.settings = Settings(url, told, agreement(), 600, 60)
        self.way, self.cookies, self.folder = way, Cookies(way), folder
        refresher = Refresher(self.settings, folder)
        refresher.turn()
        refresher.close()
        self.front = Front(self.settings, folder, way)
        self.store: Store = opened(self.settings.store)
        self.doorman = self.front.house.doorman
        self.app = Guard(self.front, self.doorman)
        self.runner = asyncio.Runner()
        self._works: list[asyncio.Task[None]] = []
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        for one in (self.front._stream, self.front._own):
            self._works.append(asyncio.ensure_future(one.watch()))
        await asyncio.sleep(0.1)

    def ask(self, method: str, target: str, headers: Mapping[str, str] | None = None, **more: Any) -> Said:
        """Return the answer of the ASGI app; ``host`` is the board's own unless another is named."""
        return self.runner.run(answered(self.app, question(method, target, headers, **more)))

    def unlimited(self) -> None:
        """Let everybody ask as often as they like."""
        self.doorman._limits = Limits({})

    def without_asgi(self) -> WsgiGuard:
        """Return the same board as a server without ASGI has it."""
        travel, store = Travel(self.settings), Opener(self.settings.store)
        server = shell.create(self.settings, self.front._counter, travel, store).server
        house = Door(self.way, travel, store, self.folder)
        house.register(server)
        plain.register(server, self.folder, self.front._counter)
        house.doorman._limits = Limits({})
        return WsgiGuard(server.wsgi_app, house.doorman)

    def signed_in(self, email: str, key: str = "", ended: bool = False, idle: bool = False, **more: Any) -> str:
        """Return the cookie of somebody who has signed in."""
        now, token = datetime.now(UTC), token_urlsafe(32)
        begun = now - timedelta(hours=30 if ended else 5 if idle else 0)
        person = Person(f"sub of {email}", email, email.partition("@")[0], more.get("groups", ()))
        self.store.sessions.begin(token, person, begun, begun + timedelta(hours=24), begun - timedelta(days=9))
        cookies = Cookies(self.way._replace(key=key or self.way.key))
        return f"{cookies.session}={cookies.signed(token)}"

    def screen(self, name: str, *pages: str) -> tuple[str, str]:
        """Return the id and the cookie of a screen that was paired."""
        now, code, token = datetime.now(UTC), f"CODE{name}", token_urlsafe(32)
        self.store.screens.ask(f"ask {name}", code, "", now, 20)
        made = self.store.screens.take(code, "olga@example.com", name, pages or ("/", "/meeting"), 30, now)
        assert self.store.screens.fetch(f"ask {name}", token, now)
        return made.screen_id, f"{self.cookies.screen}={token}"

    def close(self) -> None:
        """Let go of everything."""
        for one in self._works:
            one.cancel()
        self.runner.close()
        self.front._dash.executor.shutdown()
        self.store.close()


def question(
    method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"", peer: str = OFFICE
) -> Question:
    """Return a question to the board by its own name."""
    return Question(method, target, {"host": HOST, **(headers or {})}, body, peer)


def sign_in_way(issuer: str = "https://sign-in.example.org") -> Way:
    """Return the way by which people sign in."""
    return Way("sign-in", URL_OF_BOARD, KEY, Told(issuer, CLIENT, SECRET), None, PROXIES, PROBE)


@contextmanager
def standing(folder: Path, way: Way, access: Mapping[str, Any] | None = None, **company_words: Any) -> Iterator[House]:
    """Yield a board behind its door."""
    one = House(folder, way, access, **company_words)
    try:
        yield one
    finally:
        one.close()
