"""A deploy that could not serve is refused, and what serves goes on."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

from dashboard import deploy
from tests.dashboard.live import Live, living
from tests.faults.papers import AGREEMENT, COMPANY


@pytest.fixture
def papers(tmp_path: Path, sqlite_url: URL, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a company's two files, which the environment names."""
    (tmp_path / "smarketing.toml").write_text(COMPANY)
    (tmp_path / "agreement.toml").write_text(AGREEMENT)
    monkeypatch.setenv("WAREHOUSE_URL", f"sqlite:///{sqlite_url.database}")
    monkeypatch.setenv("SMARKETING_CONFIG", str(tmp_path / "smarketing.toml"))
    monkeypatch.setenv("SMARKETING_AGREEMENT", str(tmp_path / "agreement.toml"))
    monkeypatch.setenv("SMARKETING_STATE", str(tmp_path / "state"))
    return tmp_path


def test_a_trial_says_in_words_why_it_could_not_serve(papers: Path) -> None:
    assert deploy.trial() == ""
    (papers / "smarketing.toml").write_text(f"colour = 'red'\n{COMPANY}")
    assert "colour" in deploy.trial()


def test_only_what_could_serve_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    class Arbiter:
        reloads = 0

        def handle_hup(self) -> None:
            self.reloads += 1

    server, why = Arbiter(), ["smarketing.toml has no key colour", ""]
    monkeypatch.setattr(deploy, "trial", lambda: why.pop(0))
    deploy.on_starting(server)
    with capture_logs() as logged:
        server.handle_hup()
    assert (server.reloads, logged[0]["event"], logged[0]["why"]) == (
        0,
        "deploy_refused",
        "smarketing.toml has no key colour",
    )
    server.handle_hup()
    assert server.reloads == 1


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with living(tmp_path) as one:
        one.start()
        yield one


def test_a_worker_that_cannot_take_anothers_place_waits_until_it_can(live: Live) -> None:
    file = live.folder / "smarketing.toml"
    right = file.read_text()
    file.write_text(f"colour = 'red'\n{right}")
    os.kill(live.workers()[0], signal.SIGKILL)
    until(lambda: "worker_waits" in live.log(), live)
    assert live.answer("/healthz")[0] == 200
    file.write_text(right)
    until(lambda: live.log().count("Booting worker") == 3 and len(live.refreshers()) == 2, live)
    assert live.log().count("worker_waits") == 1
    assert live.end() < 8


def until(true: object, live: Live) -> None:
    ends = time.monotonic() + 60
    while not true():  # type: ignore[operator]
        assert time.monotonic() < ends, live.log()
        time.sleep(0.1)
