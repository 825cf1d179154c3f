"""The examiner: a process of its own, started when data has moved and not too often, ended when it hangs."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from dashboard import examiner
from dashboard.examine import REPORT, Examining, latest, said, say
from dashboard.examiner import Examiner
from tests.contract.conftest import planted
from tests.dashboard.company import settings
from tests.dashboard.live import AGREEMENT, COMPANY, living
from tests.queries.test_quality import AS_OF, MORE

SLEEPS = (sys.executable, "-c", "import sys; sys.stdin.buffer.read()")
FAILS = (sys.executable, "-c", "raise SystemExit(3)")


class Clock:
    seconds = 1000.0
    moment = AS_OF

    def forward(self, minutes: float) -> None:
        self.seconds += 60 * minutes
        self.moment += timedelta(minutes=minutes)


Made = Callable[..., Examiner]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def made(sqlite_url: URL, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    planted(sqlite_url, MORE)
    (tmp_path / "smarketing.toml").write_text(COMPANY)
    (tmp_path / "agreement.toml").write_text(AGREEMENT)
    monkeypatch.setenv("WAREHOUSE_URL", sqlite_url.render_as_string())
    monkeypatch.setenv("SMARKETING_CONFIG", str(tmp_path / "smarketing.toml"))
    monkeypatch.setenv("SMARKETING_AGREEMENT", str(tmp_path / "agreement.toml"))
    ours: list[Examiner] = []

    def make(*command: str, longest: float = 600) -> Examiner:
        words = {"command": command} if command else {}
        ours.append(
            Examiner(
                settings(sqlite_url),
                tmp_path,
                lambda: clock.moment,
                lambda: clock.seconds,
                longest=longest,
                **words,  # type: ignore[arg-type]
            )
        )
        return ours[-1]

    yield make
    for one in ours:
        one.close()


def until_ended(one: Examiner, mark: object) -> None:
    """Turn until the examination that runs has ended."""
    ends = time.monotonic() + 120
    while one._child is not None:
        assert time.monotonic() < ends, "the examination does not end"
        one.turn(mark)
        time.sleep(0.05)


def state(folder: Path) -> str:
    how = said(folder)
    return how.state if how else "unsaid"


def test_a_process_of_its_own_examines_and_publishes(made: Made, tmp_path: Path, clock: Clock) -> None:
    one = made()
    one.turn(None)
    assert state(tmp_path) == "unsaid"
    one.turn("first")
    assert said(tmp_path) == Examining("running", AS_OF)
    until_ended(one, "first")
    found = latest(tmp_path, "Acme")
    assert state(tmp_path) == "done" and found is not None
    assert {kind.kind for kind in found.there} >= {"duplicates", "incomplete", "orphans", "deals", "owners"}
    assert not list(tmp_path.glob("data.json.*"))


def test_it_examines_when_data_has_moved_and_not_more_often_than_it_was_told(
    made: Made, tmp_path: Path, clock: Clock
) -> None:
    one = made(sys.executable, "-c", "import pathlib, sys; pathlib.Path(sys.argv[1], 'ran').open('a').write('x')")
    ran = tmp_path / "ran"
    one.turn("first")
    until_ended(one, "first")
    clock.forward(9.9)
    one.turn("second")
    assert ran.read_text() == "x"
    clock.forward(0.2)
    one.turn("first")
    assert ran.read_text() == "x"
    one.turn("second")
    until_ended(one, "second")
    assert ran.read_text() == "xx"


def test_one_that_hangs_is_ended_and_said_to_have_failed_and_tried_again_in_its_time(
    made: Made, tmp_path: Path, clock: Clock
) -> None:
    one = made(*SLEEPS, longest=120)
    one.turn("first")
    child = one._child
    assert child is not None
    clock.forward(1)
    one.turn("first")
    assert child.poll() is None
    clock.forward(1.1)
    one.turn("first")
    assert child.poll() is not None
    how = said(tmp_path)
    assert how is not None and how.state == "failed" and how.why == "it took longer than 2 minutes and was ended"
    one.turn("first")
    assert one._child is None
    clock.forward(10)
    one.turn("first")
    assert one._child is not None


def test_one_that_ends_without_a_word_is_said_to_have_failed(made: Made, tmp_path: Path) -> None:
    one = made(*FAILS)
    one.turn("first")
    until_ended(one, "first")
    how = said(tmp_path)
    assert how is not None and how.why == "it ended before it was done; the server's log may say why"


def test_one_that_says_why_it_failed_is_not_contradicted(made: Made, tmp_path: Path, sqlite_url: URL) -> None:
    Path(str(sqlite_url.database)).unlink()
    one = made()
    one.turn("first")
    until_ended(one, "first")
    how = said(tmp_path)
    assert how is not None and "cannot be opened" in how.why


def test_one_that_cannot_be_started_is_said_and_stops_nobody(made: Made, tmp_path: Path) -> None:
    made(str(tmp_path / "nowhere")).turn("first")
    how = said(tmp_path)
    assert how is not None and how.why == "it could not be started: No such file or directory"


def test_it_ends_with_whoever_looks_after_it(made: Made) -> None:
    one = made(*SLEEPS)
    one.turn("first")
    child = one._child
    assert child is not None
    one.close()
    assert child.poll() is not None


def test_the_next_leader_waits_its_turn_unless_the_last_one_died_meanwhile(
    made: Made, tmp_path: Path, clock: Clock, sqlite_url: URL
) -> None:
    assert examiner.once(settings(sqlite_url), tmp_path, lambda: clock.moment)
    clock.forward(3)
    patient = made(*SLEEPS)
    patient.turn("first")
    assert patient._child is None
    clock.forward(8)
    patient.turn("first")
    assert patient._child is not None
    patient.close()
    say(tmp_path, Examining("running", clock.moment))
    heir = made(*SLEEPS)
    heir.turn("first")
    assert heir._child is not None


def test_a_disk_that_refuses_is_said_and_leaves_the_last_report(
    made: Made, tmp_path: Path, clock: Clock, sqlite_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = settings(sqlite_url)
    assert examiner.once(told, tmp_path, lambda: clock.moment)
    before = (tmp_path / REPORT).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(examiner, "publish", full)
    assert not examiner.once(told, tmp_path, lambda: clock.moment + timedelta(hours=1))
    how = said(tmp_path)
    assert how is not None and how.why == "the report could not be kept: No space left on device"
    assert (tmp_path / REPORT).read_bytes() == before


def test_a_served_company_is_examined_by_itself_and_no_examiner_outlives_its_server(tmp_path: Path) -> None:
    with living(tmp_path) as server:
        server.start()
        until(lambda: b"Examined" in server.answer("/api/data/picture")[2])
        assert latest(server.folder / "state", "Acme") is not None
        assert server.answer("/data")[0] == 200
        (server.folder / "state" / REPORT).unlink()
        server.kill()
        # the next one begins at once, since none is there, and is cut off
        server.start()
        until(lambda: bool(examiners(server.folder)) or (server.folder / "state" / REPORT).exists())
        server.kill()
        until(lambda: not examiners(server.folder))


def examiners(folder: Path) -> list[str]:
    """Return the processes that examine for the state of ``folder``."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = path.read_bytes()
            if b"dashboard.examiner" in words and str(folder).encode() in words:
                found.append(path.parent.name)
    return found


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.1)
