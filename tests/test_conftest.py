"""The engines the other tests stand on."""

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_gets_a_warehouse_that_nobody_has_touched(warehouse_url: URL, turn: str) -> None:
    engine = create_engine(warehouse_url)
    try:
        with engine.begin() as connection:
            assert inspect(connection).get_table_names() == []
            connection.execute(text("CREATE TABLE traces (turn TEXT)"))
    finally:
        engine.dispose()


def test_the_postgresql_of_the_tests_is_a_real_server_whose_own_zone_is_not_utc(postgresql_url: URL) -> None:
    engine = create_engine(postgresql_url)
    try:
        with engine.connect() as connection:
            assert str(connection.scalar(text("SELECT version()"))).startswith("PostgreSQL 1")
            assert connection.scalar(text("SHOW timezone")) == "Pacific/Auckland"
    finally:
        engine.dispose()


def test_a_database_is_dropped_though_somebody_is_still_connected(postgres) -> None:
    with postgres.empty() as url:
        engine = create_engine(url)
        connection = engine.connect()
    names = create_engine(postgres.url("postgres"))
    with names.connect() as asking:
        assert (
            asking.scalar(text("SELECT count(*) FROM pg_database WHERE datname = :name"), {"name": url.database}) == 0
        )
    names.dispose()
    connection.invalidate()
    connection.close()
    engine.dispose()


def test_the_browser_is_one_that_was_installed_here(page) -> None:
    page.set_content("<h1>Smarketing</h1>")
    assert page.get_by_role("heading").inner_text() == "Smarketing"
