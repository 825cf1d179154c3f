"""A real server by the Procfile's command, at which people sign in, and a browser that asks it over HTTP."""

import http.client
import json
import os
import subprocess
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import psutil
from sqlalchemy.engine import URL

from dashboard import serving
from dashboard.access.cookies import Cookies
from dashboard.access.way import Way
from dashboard.store.door import Store, opened
from dashboard.store.sessions import Person
from tests.access.asking import Said
from tests.access.boards import KEY, PROBE
from tests.access.provider import CLIENT, SECRET, Provider
from tests.dashboard.live import COMPANY, Live, living

ACCESS = """
[access]
domains = ["example.com"]
never = ["gone@example.com"]
operators = ["olga@example.com"]
"""


class Served:
    """The server, the store in which it keeps who may see it, and what was given out."""

    def __init__(self, live: Live, provider: Provider) -> None:
        self.live, self.provider = live, provider
        (live.folder / "smarketing.toml").write_text(COMPANY + ACCESS)
        self.cookies = Cookies(Way("sign-in", live.url, KEY))
        self.given: list[str] = []
        self._store: Store | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What the environment says of the way in."""
        return {
            "SMARKETING_ACCESS": "sign-in",
            "SMARKETING_URL": self.live.url,
            "SMARKETING_SECRET_KEY": KEY,
            "SMARKETING_OIDC_ISSUER": self.provider.issuer,
            "SMARKETING_OIDC_CLIENT": CLIENT,
            "SMARKETING_OIDC_SECRET": SECRET,
            "SMARKETING_PROBE_TOKEN": PROBE,
            "SMARKETING_STORE": f"sqlite:///{self.live.folder / 'store.db'}",
        }

    @property
    def store(self) -> Store:
        """The store, opened when it is first asked for."""
        self._store = self._store or opened(URL.create("sqlite", database=str(self.live.folder / "store.db")))
        return self._store

    def ask(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Said:
        """Return the answer over a connection of its own, so that any worker may give it."""
        return self._ask(method, target, headers, body)[0]

    def each(self, target: str, headers: Mapping[str, str], times: int = 3) -> list[Said]:
        """Return so many answers of each worker: it is asked until every one of them has given as many."""
        found: dict[int, list[Said]] = {pid: [] for pid in self.live.workers()}
        ends = time.monotonic() + 30
        while min(len(found.get(pid, ())) for pid in self.live.workers()) < times:
            assert time.monotonic() < ends, {pid: len(said) for pid, said in found.items()}
            said, worker = self._ask("GET", target, headers)
            found.setdefault(worker, []).append(said)
            # the one that has just answered is quickest to answer again
            time.sleep(0.01 * (len(found[worker]) % 4))
        return [said for some in found.values() for said in some]

    def _ask(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> tuple[Said, int]:
        """Return the answer over a connection of its own, and which worker holds that; 0 where none does any more."""
        line = http.client.HTTPConnection("127.0.0.1", self.live.port, timeout=10)
        try:
            line.connect()
            mine = line.sock.getsockname()[1]
            line.request(method, target, body or None, dict(headers or {}))
            said = line.getresponse()
            return Said(said.status, said.getheaders(), said.read()), self._worker(mine)
        finally:
            line.close()

    def _worker(self, port: int) -> int:
        for pid in self.live.workers():
            with suppress(psutil.Error):
                if any(one.raddr and one.raddr.port == port for one in psutil.Process(pid).net_connections("tcp")):
                    return pid
        return 0

    def signed_in(self, email: str, key: str = KEY, lasts: float = 3600) -> str:
        """Return the cookie of somebody who has signed in, for so many seconds."""
        now, token = datetime.now(UTC), token_urlsafe(32)
        person = Person(f"sub of {email}", email, email.partition("@")[0])
        self.store.sessions.begin(token, person, now, now + timedelta(seconds=lasts), now - timedelta(hours=4))
        signed = Cookies(Way("sign-in", self.live.url, key)).signed(token)
        self.given += [token, signed]
        return f"{self.cookies.session}={signed}"

    def screen(self, name: str) -> tuple[str, str]:
        """Return the id and the cookie of a screen that was paired."""
        now, ask, code, token = datetime.now(UTC), token_urlsafe(32), token_urlsafe(8), token_urlsafe(32)
        self.store.screens.ask(ask, code, "", now, 200)
        made = self.store.screens.take(code, "olga@example.com", name, ["/"], 30, now)
        self.store.screens.fetch(ask, token, now)
        self.given += [ask, code, token]
        return made.screen_id, f"{self.cookies.screen}={token}"


class Listener:
    """One who listens to the stream, until it is cut."""

    def __init__(self, served: Served, cookie: str) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", served.live.port, timeout=20)
        self._line.request("GET", "/stream", headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        self.answer = self._line.getresponse()
        self._open = zlib.decompressobj(31)
        self.heard = ""

    def hears(self, word: str) -> None:
        """Return when a word was heard."""
        while word not in self.heard:
            part = self.answer.read1(65_536)
            assert part, "the stream has ended"
            self.heard += self._open.decompress(part).decode()

    def cut_within(self, seconds: float) -> float:
        """Return after how many seconds the stream was cut; fail where it was not."""
        begun = time.monotonic()
        while self.answer.read1(65_536):
            assert time.monotonic() - begun < seconds, "the stream goes on"
        self._line.close()
        return time.monotonic() - begun


class Browser:
    """A browser that keeps its cookies, and goes where it is led."""

    def __init__(self, served: Served) -> None:
        self.served, self.jar = served, dict[str, str]()

    def looks(self, target: str, method: str = "GET", **more: str) -> Said:
        """Ask for something to show."""
        headers = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", **more}
        if self.jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        said = self.served.ask(method, target, headers)
        self.jar = {name: value for name, value in (self.jar | said.cookies).items() if value}
        self.served.given += [one for one in said.cookies.values() if one]
        return said

    def goes(self, target: str) -> tuple[str, Said]:
        """Go to an address and wherever it leads; return where that ends and what is there."""
        said = self.looks(target)
        for _ in range(6):
            if said.status not in (302, 303):
                return target, said
            target = said.header("location")
            said = self._there(target) if target.startswith("http") else self.looks(target)
        raise AssertionError(f"led in a circle to {target}")

    def _there(self, address: str) -> Said:
        parts = urlsplit(address)
        if parts.port == self.served.live.port:
            return self.looks(f"{parts.path}?{parts.query}")
        line = http.client.HTTPConnection("127.0.0.1", int(parts.port or 0), timeout=10)
        line.request("GET", f"{parts.path}?{parts.query}")
        said = line.getresponse()
        found = Said(said.status, said.getheaders(), said.read())
        line.close()
        return found


@contextmanager
def serving_people(folder: Path, provider: Provider) -> Iterator[Served]:
    """Yield a server of the Procfile that is ready, at which people sign in."""
    with living(folder) as live:
        one = Served(live, provider)
        live.start(**one.environment)
        try:
            yield one
        finally:
            one.store.close()


def refused(folder: Path, words: tuple[str, ...] = (), **environment: str) -> str:
    """Start the Procfile's server over a warehouse that is not there, and return what it says before it ends."""
    (folder / "smarketing.toml").write_text(COMPANY)
    (folder / "agreement.toml").write_text((Path(__file__).parents[1] / "olist" / "agreement.toml").read_text())
    told = {name: value for name, value in os.environ.items() if not name.startswith("SMARKETING_")}
    told |= {
        "WAREHOUSE_URL": f"sqlite:///{folder / 'crm.db'}",
        "SMARKETING_STATE": str(folder / "state"),
        **environment,
    }
    told |= {name: str(folder / file) for name, file in FILES.items()}
    command = serving.command(0)
    run = [*command[:-1], *words] if words else command
    done = subprocess.run(run, env=told, capture_output=True, text=True, timeout=60)
    assert done.returncode not in (0, None), done.stdout + done.stderr
    return done.stdout + done.stderr


FILES = {"SMARKETING_CONFIG": "smarketing.toml", "SMARKETING_AGREEMENT": "agreement.toml"}


def lines(log: str) -> list[dict[str, Any]]:
    """Return the events of a log; what gunicorn itself says is none."""
    return [json.loads(line) for line in log.splitlines() if line.startswith("{")]
