"""A real server, started by the Procfile's own command, over a small real warehouse."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from dashboard import serving
from queries.tables import leads
from tests.dashboard.company import filled, lead

GTHREAD = ("--worker-class", "gthread", "--threads", "8", "--workers", "1", "dashboard.app:server")
STARTS_WITHIN = 120.0
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COMPANY = f"""\
name = "Acme"
currency = "EUR"
time_zone = "Europe/Berlin"
week_starts = "monday"
names_on_wall = false
[hours]
{"".join(f'{day} = "00:00-23:59"{chr(10)}' for day in DAYS)}
[holidays]
[ages]
last_load_minutes = 1000
newest_event_hours = 900
"""
AGREEMENT = """\
[[versions]]
name = "v1"
from = 2024-01-01
signed = [{ side = "marketing", name = "M", on = 2023-12-01 }, { side = "sales", name = "S", on = 2023-12-01 }]
bands = { ahead_from = 1.05, on_pace_from = 0.97, behind_below = 0.9, too_early_until = 0.0001 }
sales_ready = {}
[versions.goal]
unit = "money"
per_month = 400000
deal_size = 5000
lead_to_customer = 0.2
[versions.marketing]
leads_per_month = 100000
[versions.sales]
first_attempt_hours = 4
first_attempt_clock = "wall"
attempts = 6
attempts_within_days = 14
decide_within_days = 3
judged_over_days = 28
[[versions.quotas]]
period = "week"
unit = "money"
amount = 60000
"""


class Live:
    """A server that can be started, ended and killed, and the warehouse it reads."""

    def __init__(self, folder: Path, refresh_seconds: float) -> None:
        self.folder, self.refresh_seconds = folder, refresh_seconds
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.warehouse = filled(URL.create("sqlite", database=str(folder / "crm.db")), 3, datetime.now(UTC))
        self._leads = 3
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "smarketing.toml").write_text(COMPANY)
        (folder / "agreement.toml").write_text(AGREEMENT)

    def start(self, *words: str, **environment: str) -> None:
        """Start the server, as the Procfile says, with other words behind its own if need be; return when ready."""
        command = serving.command(self.port)
        told = {
            **os.environ,
            "WAREHOUSE_URL": self.warehouse.url.render_as_string(hide_password=False),
            "SMARKETING_CONFIG": str(self.folder / "smarketing.toml"),
            "SMARKETING_AGREEMENT": str(self.folder / "agreement.toml"),
            "SMARKETING_REFRESH_SECONDS": str(self.refresh_seconds),
            "SMARKETING_STATE": str(self.folder / "state"),
            **environment,
        }
        with (self.folder / "log").open("ab") as log:
            run = [*command[:-1], *words] if words else command
            self._process = subprocess.Popen(run, env=told, stdout=log, stderr=log, start_new_session=True)
        ends = time.monotonic() + STARTS_WITHIN
        while self.answer("/readyz")[0] != 200:
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < ends, self.log()
            time.sleep(0.1)

    def log(self) -> str:
        """Return what the server has said."""
        return (self.folder / "log").read_text()

    def answer(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, Any, bytes]:
        """Return status, headers and body of one answer; the status is 0 where there is none."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = urllib.request.Request(self.url + path, body, named, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=5) as said:
                return said.status, said.headers, said.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers, refused.read()
        except (OSError, HTTPException):
            return 0, {}, b""

    def metric(self, name: str) -> float:
        """Return one of the numbers that monitoring asks for."""
        text = self.answer("/metrics")[2].decode()
        return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(f"smarketing_{name} "))

    def one_more_lead(self) -> int:
        """Commit one more lead that is ready for sales, and return how many there are."""
        self._leads += 1
        with self.warehouse.begin() as connection:
            connection.execute(leads.insert(), [lead(0, datetime.now(UTC)) | {"lead_id": f"late{self._leads}"}])
        return self._leads

    def refreshers(self) -> list[int]:
        """Return the process ids of this server's refreshers."""
        mine = str(self.folder / "state").encode()
        found = [path for path in Path("/proc").glob("[0-9]*/cmdline") if mine in _read(path)]
        return [int(path.parent.name) for path in found if b"dashboard.refresher" in _read(path)]

    def kill(self) -> None:
        """Kill the server and all that it started, as a power cut would."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def workers(self) -> list[int]:
        """Return the process ids of the server's workers."""
        assert self._process
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def reload(self) -> None:
        """Have the server replace its workers, and return when none of the old ones is left."""
        assert self._process
        old = set(self.workers())
        self._process.send_signal(signal.SIGHUP)
        ends = time.monotonic() + STARTS_WITHIN
        while old & set(self.workers()):
            assert time.monotonic() < ends, self.log()
            time.sleep(0.05)

    def end(self) -> float:
        """Ask the server to end, and return how many seconds that took."""
        assert self._process
        begun = time.monotonic()
        self._process.terminate()
        self._process.wait(20)
        self._process = None
        return time.monotonic() - begun


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def living(folder: Path, refresh_seconds: float = 1) -> Iterator[Live]:
    """Yield a server that has not been started yet, and leave nothing of it behind."""
    one = Live(folder, refresh_seconds)
    try:
        yield one
    finally:
        one.kill()
        one.warehouse.dispose()
