"""Lead review: what the warehouse does not record is not known, and never counted as none."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.engine import URL

from dashboard.meeting.freeze import Papers, frozen
from dashboard.meeting.review import NO_DECISIONS, NO_LOSSES
from dashboard.meeting.steps import Walk
from dashboard.meeting.week import week
from queries import warehouse
from queries.tables import deals, leads
from tests.dashboard.company import WEDNESDAY, filled, settings
from tests.meeting.walks import walked

NAMES = ("accepted", "rejected", "won", "lost")
EARLIER = WEDNESDAY - timedelta(days=30)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A warehouse in which one lead became a customer, and nothing else is recorded of what came of leads."""
    made = filled(URL.create("sqlite", database=str(tmp_path / "warehouse.db")))
    with made.begin() as connection:
        connection.execute(update(deals).values(lead_id="l0"))
    yield made
    made.dispose()


def walk_of(engine: Engine) -> Walk:
    told = settings(engine.url)
    one = week("2026-W47", told.company.calendar, told.company.meeting.freeze)
    with warehouse.reading(engine) as connection:
        return walked(frozen(connection, Papers(told.company, told.agreement), one, one.frozen_at))


def values(walk: Walk) -> list[int | None]:
    found = (walk.numbers[f"review.{name}"].value for name in NAMES)
    return [None if one is None else int(one) for one in found]


def test_what_the_warehouse_does_not_record_is_not_known_and_the_sentence_says_nothing_of_it(engine: Engine) -> None:
    found = walk_of(engine)
    assert values(found) == [None, None, 1, None]
    assert [found.numbers[f"review.{name}"].reason for name in NAMES] == [NO_DECISIONS, NO_DECISIONS, "", NO_LOSSES]
    assert found.steps[4].takeaway == "1 deal from leads was won. 1 story of these, drawn by lot."
    assert found.review.lacking[:2] == (NO_DECISIONS, NO_LOSSES)


def test_what_was_recorded_once_counts_as_none_in_a_week_without_any(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            update(leads)
            .where(leads.c.lead_id == "l1")
            .values(ready_at=EARLIER, created_at=EARLIER, accepted_at=EARLIER)
        )
    found = walk_of(engine)
    assert values(found) == [0, 0, 1, None]
    assert found.steps[4].takeaway.startswith("Sales accepted 0 leads and rejected 0; 1 deal from leads was won.")
