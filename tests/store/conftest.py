"""A store on each engine, and a few things to keep in it."""

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL

from dashboard.store.door import Store, opened


@pytest.fixture
def store(warehouse_url: URL) -> Iterator[Store]:
    """A new store; the test runs once on each engine."""
    made = opened(warehouse_url)
    yield made
    made.close()


@pytest.fixture
def little(sqlite_url: URL) -> Iterator[Store]:
    """A new store in an SQLite file."""
    made = opened(sqlite_url)
    yield made
    made.close()
