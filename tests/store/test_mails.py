"""A week is sent to each reader once, whatever restarts in between."""

from datetime import UTC, datetime

from sqlalchemy import text

from dashboard.store.door import Store, opened
from dashboard.store.mails import Mailed

AT = datetime(2026, 11, 16, 7, 1, tzinfo=UTC)
BOTH = ("ann@acme.example", "Ben@acme.example")
WEEK = "2026-W46"


def test_who_has_a_week_is_not_begun_again_however_the_address_is_written(store: Store) -> None:
    assert store.mails.begin(WEEK, BOTH, AT) == list(BOTH)
    store.mails.ended(WEEK, BOTH, AT)
    assert store.mails.begin(WEEK, ["ANN@acme.example", "eve@acme.example"], AT) == ["eve@acme.example"]
    assert store.mails.of(WEEK, BOTH) == Mailed(BOTH, ())
    assert store.mails.begin("2026-W47", BOTH, AT) == list(BOTH)


def test_what_failed_may_be_begun_again_and_what_was_sent_may_not(store: Store) -> None:
    store.mails.begin(WEEK, BOTH, AT)
    store.mails.ended(WEEK, BOTH[:1], AT)
    store.mails.failed(WEEK, BOTH)
    assert store.mails.begin(WEEK, BOTH, AT) == ["Ben@acme.example"]


def test_a_sending_whose_end_was_never_written_is_not_begun_again_and_is_said(store: Store) -> None:
    store.mails.begin(WEEK, BOTH, AT)
    again = opened(store.engine.url)
    assert again.mails.begin(WEEK, BOTH, AT) == []
    assert again.mails.of(WEEK, BOTH) == Mailed((), BOTH)
    again.close()


def test_no_address_is_kept(store: Store) -> None:
    store.mails.begin(WEEK, BOTH, AT)
    with store.engine.connect() as connection:
        assert "acme" not in str(connection.execute(text("SELECT * FROM mails")).all())
