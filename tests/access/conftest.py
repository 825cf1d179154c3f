"""A store on each engine, in which it is kept who may see the board."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from dashboard.store.door import Store, opened


@pytest.fixture(scope="session")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a new store: to bring one up takes longer than most tests here."""
    file = tmp_path_factory.mktemp("store") / "new.db"
    opened(URL.create("sqlite", database=str(file))).close()
    return file


@pytest.fixture
def store_url(new_store: Path, sqlite_url: URL) -> URL:
    """The address of a new store in an SQLite file."""
    shutil.copy(new_store, str(sqlite_url.database))
    return sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A new store; the test runs once on each engine."""
    made = opened(request.getfixturevalue("store_url" if request.param == "sqlite" else "postgresql_url"))
    yield made
    made.close()
