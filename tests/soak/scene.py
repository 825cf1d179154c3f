"""A real server that shows what the soak publishes: it holds the refresher's lock, so that nobody else does."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from dashboard import signed
from dashboard.agreement import Agreement
from dashboard.board import as_json
from dashboard.company import Company
from dashboard.leader import Leadership
from dashboard.look import Looker
from dashboard.pages import board as page
from dashboard.serving import command
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot, publish
from dashboard.steady import steady
from queries.demo.make import make
from queries.demo.plan import Plan
from queries.warehouse import address, writer

AS_OF = datetime(2026, 11, 20, 13, 32, tzinfo=UTC)
DIFFERENT = 40
"""Different pictures that take turns, each a minute after the one before."""


class Scene(NamedTuple):
    """A server's address, and the folder whose snapshot it serves."""

    url: str
    folder: Path
    snapshots: list[Snapshot]
    server: "subprocess.Popen[bytes]"

    def publish(self, number: int) -> None:
        """Publish the next snapshot."""
        turn = self.snapshots[number % len(self.snapshots)]
        publish(self.folder, turn._replace(number=number, beat=steady()))


@contextmanager
def scene(folder: Path, port: int, leads: int = 3000, seed: int = 7) -> Iterator[Scene]:
    """Yield a running server over a made-up company's pictures."""
    told = company(folder, leads, seed)
    state = folder / "state"
    state.mkdir()
    lead = Leadership(state, hung_after=1e9)
    assert lead.take()
    snapshots = pictures(told)
    environment = os.environ | {
        "WAREHOUSE_URL": told.warehouse.render_as_string(hide_password=False),
        "SMARKETING_CONFIG": str(folder / "smarketing.toml"),
        "SMARKETING_AGREEMENT": str(folder / "agreement.toml"),
        "SMARKETING_STATE": str(state),
        "SMARKETING_REFRESH_SECONDS": "60",
    }
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command(port), env=environment, stdout=log, stderr=log, cwd=folder)
        try:
            found = Scene(f"http://127.0.0.1:{port}", state, snapshots, server)
            found.publish(1)
            _answers(found.url)
            yield found
        finally:
            server.terminate()
            server.wait(20)
            lead.release()


def company(folder: Path, leads: int, seed: int) -> Settings:
    """Return the settings of a company made up in ``folder``."""
    url = address(str(folder / "warehouse.db"))
    engine = writer(url)
    made = make(engine, Plan(seed, AS_OF, leads), lambda *_: None)
    engine.dispose()
    (folder / "smarketing.toml").write_text(made.company)
    (folder / "agreement.toml").write_text(made.agreement)
    papers = signed.read(Company, folder / "smarketing.toml"), signed.read(Agreement, folder / "agreement.toml")
    return Settings(url, *papers, 60, 60)


def pictures(told: Settings) -> list[Snapshot]:
    """Return the company's snapshots, a minute apart."""
    looker = Looker(told)
    found = []
    for minute in range(DIFFERENT):
        board = looker.fresh(AS_OF - timedelta(minutes=DIFFERENT - minute), None).board
        found.append(Snapshot(0, board.as_of, 0.0, board.state.kind, as_json(board), page.picture(board)))
    looker.close()
    return found


def _answers(url: str) -> None:
    """Wait until the server answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server did not answer within a minute")
