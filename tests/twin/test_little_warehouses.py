"""Board and twin agree on whatever little warehouse Hypothesis can think of."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy.engine import URL

from tests.postgres import Server
from tests.twin.beside import Beside, beside
from tests.twin.little import Little, littles

# the same examples with every commit; shrinking a whole warehouse takes minutes, so only the campaign does it
EVERY_COMMIT = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
ON_POSTGRESQL = settings(EVERY_COMMIT, max_examples=40)
CAMPAIGN = settings(EVERY_COMMIT, max_examples=4000, derandomize=False, phases=(Phase.generate, Phase.shrink))


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    with beside(URL.create("sqlite", database=str(tmp_path_factory.mktemp("little") / "warehouse.db"))) as found:
        yield found


@pytest.fixture(scope="module")
def on_postgresql(postgres: Server) -> Iterator[Beside]:
    with postgres.empty() as url, beside(url) as found:
        yield found


@EVERY_COMMIT
@given(littles())
def test_board_and_twin_agree_on_any_little_warehouse(on_sqlite: Beside, little: Little) -> None:
    assert on_sqlite.differ(little) == []


@ON_POSTGRESQL
@given(littles())
def test_board_and_twin_agree_on_postgresql_too(on_postgresql: Beside, little: Little) -> None:
    assert on_postgresql.differ(little) == []


@pytest.mark.campaign
@CAMPAIGN
@given(littles())
def test_board_and_twin_agree_through_a_campaign(on_sqlite: Beside, little: Little) -> None:
    assert on_sqlite.differ(little) == []
