"""A clock is believed until the warehouse's own clock, or rows that are there, say otherwise."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from queries import clocks
from queries.faults import ClockDoubted
from queries.tables import leads
from queries.warehouse import reader, reading, writer
from tests.dashboard.company import WEDNESDAY, filled, lead

HOUR = timedelta(hours=1)


@pytest.fixture
def file(sqlite_url: URL) -> Iterator[Engine]:
    """A warehouse that is a file, whose newest rows are some seconds older than ``WEDNESDAY``."""
    filled(sqlite_url).dispose()
    found = reader(sqlite_url)
    yield found
    found.dispose()


def doubted(engine: Engine, now: datetime, believed: datetime | None) -> str:
    try:
        with reading(engine) as connection:
            clocks.refuse(connection, now, believed)
    except ClockDoubted as doubt:
        return str(doubt)
    return ""


@pytest.mark.parametrize("believed", [None, WEDNESDAY + timedelta(minutes=4), WEDNESDAY - timedelta(minutes=4)])
def test_a_clock_that_went_on_as_the_seconds_did_is_believed(file: Engine, believed: datetime | None) -> None:
    assert doubted(file, WEDNESDAY, believed) == ""


def test_a_clock_that_went_back_behind_rows_is_not_believed(file: Engine) -> None:
    assert "went back 60 minutes, behind rows" in doubted(file, WEDNESDAY - HOUR, WEDNESDAY)


def test_a_clock_that_was_wrong_and_is_put_back_is_believed(file: Engine) -> None:
    assert doubted(file, WEDNESDAY, WEDNESDAY + HOUR) == ""


def test_a_clock_that_was_put_forward_is_believed_with_the_first_row_that_bears_it_out(
    file: Engine, sqlite_url: URL
) -> None:
    later = WEDNESDAY + HOUR
    assert "put forward 60 minutes" in doubted(file, later, WEDNESDAY)
    pen = writer(sqlite_url)
    with pen.begin() as connection:
        connection.execute(leads.insert(), [lead(1, later) | {"lead_id": "new"}])
    pen.dispose()
    assert doubted(file, later, WEDNESDAY) == ""


@pytest.mark.parametrize(("off", "words"), [(HOUR, "60 minutes ahead of"), (-25 * HOUR, "25 hours behind")])
def test_the_clock_of_a_warehouses_server_bears_witness_from_the_first_look_on(
    postgresql_url: URL, off: timedelta, words: str
) -> None:
    filled(postgresql_url).dispose()
    engine, now = reader(postgresql_url), datetime.now(UTC)
    assert words in doubted(engine, now + off, None)
    assert doubted(engine, now, None) == ""
    # a clock that was wrong, and is as the server's now
    assert doubted(engine, now, now - HOUR) == ""
    engine.dispose()
