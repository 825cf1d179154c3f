"""The leader sends each week by itself: once it is kept, ever more seldom where it fails, and says a fault once."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

from dashboard.meeting.freezer import keep
from dashboard.meeting.week import newest
from dashboard.packing.mailer import Mailer, outcome
from dashboard.settings import Settings, now
from tests.dashboard.company import company, settings
from tests.meeting.test_freezer import Clock
from tests.packing.company import Kept, mailing_to
from tests.packing.mailbox import mailbox

HOUR = datetime(2026, 11, 23, 7, tzinfo=UTC)
FAILED = outcome(False, why="the mail server refuses the mail (554)")


@pytest.fixture
def told() -> Settings:
    """Settings of a company that sends its weeks; nothing is ever read of it here."""
    readers = {"mail_to": ["ann@acme.example"]}
    return settings(URL.create("sqlite", database="nowhere.db"), company=company(meeting=readers))


def saying(found: dict[str, object]) -> tuple[str, ...]:
    """Return a command that says what became of a sending."""
    return (sys.executable, "-S", "-c", f"print({json.dumps(found)!r})")


def turned(made: Mailer, clock: Clock, seconds: range) -> Iterator[int]:
    """Yield the seconds at which a sending ran."""
    for second in seconds:
        clock.seconds = float(second)
        made.turn()
        if made._child is not None:
            made._child.wait(60)
            made.turn()
            yield second


def test_a_week_is_sent_when_its_hour_comes_and_the_next_one_a_week_later(told: Settings) -> None:
    clock = Clock(HOUR)
    made = Mailer(told, clock.now, clock.monotonic, saying(outcome(True, "2026-W47 was sent to 1 reader")))
    with capture_logs() as said:
        assert list(turned(made, clock, range(0, 7 * 86400 + 1, 43200))) == [0, 7 * 86400]
    assert [(one["event"], one["week"]) for one in said] == [("week_mailed", "2026-W47"), ("week_mailed", "2026-W48")]


def test_a_fault_is_tried_again_ever_more_seldom_and_said_once(told: Settings) -> None:
    clock = Clock(HOUR)
    made = Mailer(told, clock.now, clock.monotonic, saying(FAILED))
    with capture_logs() as said:
        assert list(turned(made, clock, range(0, 1000, 20))) == [0, 120, 360, 840]
    assert [(one["event"], one["why"]) for one in said] == [("week_not_mailed", FAILED["why"])]
    assert "acme" not in str(said)


def test_a_week_that_is_not_kept_yet_is_asked_for_every_minute_in_silence(told: Settings) -> None:
    clock = Clock(HOUR)
    made = Mailer(told, clock.now, clock.monotonic, saying(outcome(False)))
    with capture_logs() as said:
        assert list(turned(made, clock, range(0, 200, 20))) == [0, 60, 120, 180]
    assert said == []


def test_a_sending_without_a_word_and_one_that_cannot_begin_are_said(told: Settings) -> None:
    clock = Clock(HOUR)
    with capture_logs() as said:
        list(turned(Mailer(told, clock.now, clock.monotonic, ("false",)), clock, range(1)))
        list(turned(Mailer(told, clock.now, clock.monotonic, ("no-such-program",)), clock, range(1)))
    assert [one["why"].partition(":")[0] for one in said] == [
        "it ended with status 1 and without a word",
        "it could not be started",
    ]


def test_a_sending_that_takes_too_long_is_ended(told: Settings) -> None:
    clock = Clock(HOUR)
    made = Mailer(told, clock.now, clock.monotonic, ("sleep", "600"), longest=5)
    made.turn()
    child = made._child
    assert child is not None
    clock.seconds = 6
    with capture_logs() as said:
        made.turn()
    assert (child.returncode, made._child) == (-9, None)
    assert [one["why"] for one in said] == ["it took too long and was ended"]


def test_nothing_starts_where_nobody_is_named(told: Settings) -> None:
    clock = Clock(HOUR + timedelta(days=1))
    made = Mailer(told._replace(company=company()), clock.now, clock.monotonic, ("false",))
    made.turn()
    assert made._child is None


def test_its_own_process_sends_a_kept_week_and_after_a_restart_nothing_more(
    own: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, store = mailing_to(own, "ann@acme.example"), own.store()
    week = newest(now(), told.company.calendar, told.company.meeting.freeze).name
    keep(told, store, week, now())
    store.close()
    facts = own.folder / "smarketing.toml"
    facts.write_text(f'{facts.read_text()}\n[meeting]\nmail_to = ["ann@acme.example"]\n')
    monkeypatch.setenv("WAREHOUSE_URL", f"sqlite:///{own.folder}/demo.db")
    monkeypatch.setenv("SMARKETING_CONFIG", str(own.folder / "smarketing.toml"))
    monkeypatch.setenv("SMARKETING_AGREEMENT", str(own.folder / "agreement.toml"))
    with mailbox() as box, capture_logs() as said:
        monkeypatch.setenv("SMARKETING_SMTP", f"smtp://127.0.0.1:{box.port}")
        for _ in range(2):
            clock = Clock(now())
            assert list(turned(Mailer(told, clock.now, clock.monotonic), clock, range(1))) == [0]
    assert [(one["event"], one["what"]) for one in said] == [("week_mailed", f"{week} was sent to 1 reader")]
    assert box.readers == [["ann@acme.example"]]
