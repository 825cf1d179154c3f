"""Many stretches of time are one question, and questions over many stretches are few."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.engine import URL

from queries.followup import attempts
from queries.moments import SIZES, Range, bounds, ranges
from queries.tables import activities
from queries.warehouse import prepare, reader, writer

START = datetime(2026, 11, 18, tzinfo=UTC)
HOURS = [Range(START + timedelta(hours=n), START + timedelta(hours=n + 1)) for n in range(200)]


def test_any_number_of_stretches_is_asked_for_by_one_of_few_statements() -> None:
    texts = {str(select(ranges(HOURS[:count]))) for count in range(1, 151)}
    assert len(texts) == len(SIZES)
    assert len(bounds(HOURS)) == 2 * len(HOURS)


def test_each_stretch_has_its_own_rows_and_what_fills_a_statement_up_has_none(warehouse_url: URL) -> None:
    engine = writer(warehouse_url)
    prepare(engine)
    rows = [
        {"activity_id": f"a{n}", "lead_id": "l", "happened_at": one.start, "kind": "call", "loaded_at": START}
        for n, one in enumerate(HOURS)
    ]
    with engine.begin() as connection:
        connection.execute(insert(activities), rows)
    engine.dispose()
    eyes = reader(warehouse_url)
    with eyes.connect() as connection:
        for count in (1, 5, 24, 33, 200):
            found = attempts(connection, HOURS[:count], HOURS[2].end)
            assert sorted(found.stretch) == [*range(min(count, 3))]
    eyes.dispose()
