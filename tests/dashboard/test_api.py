"""What the addresses answer: the published snapshot, a moment of the past, and refusals in words."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL

from dashboard.answers import Counter
from dashboard.app import create
from dashboard.board import as_json
from dashboard.look import Looker
from dashboard.refresher import Refresher
from dashboard.snapshot import Shelf
from dashboard.travel import Travel
from tests.dashboard.company import WEDNESDAY, filled, settings

THEN = "2026-11-18T13:29:58"


@pytest.fixture
def warehouse(warehouse_url: URL) -> Iterator[Engine]:
    engine = filled(warehouse_url, ready=40)
    yield engine
    engine.dispose()


class Clocks:
    """The machine's seconds, moved by a test."""

    seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def refresher(warehouse: Engine, tmp_path: Path, clocks: Clocks) -> Iterator[Refresher]:
    found = Refresher(settings(warehouse.url), tmp_path, lambda: WEDNESDAY, clocks.monotonic)
    yield found
    found.close()


@pytest.fixture
def client(warehouse: Engine, tmp_path: Path, clocks: Clocks) -> Iterator[FlaskClient]:
    counter, travel = Counter(Shelf(tmp_path, clocks.monotonic), 10), Travel(settings(warehouse.url))
    with create(settings(warehouse.url), counter, travel).server.test_client() as found:
        yield found
    travel.close()


def test_numbers_and_picture_are_those_of_one_snapshot(client: FlaskClient, refresher: Refresher) -> None:
    refresher.turn()
    numbers, picture = client.get("/api/board"), client.get("/api/board/picture")
    assert numbers.json
    assert picture.json
    assert numbers.json["numbers"]["marketing.month.done"]["value"] == 40
    assert numbers.json["as_of"] == picture.json["as_of"]
    assert numbers.json["state"] == picture.json["state"]["kind"] == "live"


def test_an_unchanged_picture_is_not_sent_again_and_says_its_age(
    client: FlaskClient, refresher: Refresher, clocks: Clocks
) -> None:
    refresher.turn()
    first = client.get("/api/board/picture")
    clocks.seconds += 7
    again = client.get("/api/board/picture", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Age"]) == (304, b"", "7.0")
    clocks.seconds += 10
    refresher.turn()
    assert client.get("/api/board/picture", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_refresher_that_has_stopped_is_no_secret(client: FlaskClient, refresher: Refresher, clocks: Clocks) -> None:
    refresher.turn()
    assert client.get("/readyz").status_code == 200
    clocks.seconds += 36
    answer = client.get("/api/board")
    assert answer.json
    assert (answer.json["state"], answer.json["state_words"]) == ("stale", "no data read for 36 s")
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").data == b"ok\n"


def test_before_the_first_snapshot_it_says_that_it_waits(client: FlaskClient) -> None:
    for path in ("/api/board", "/api/board/picture"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.json
        assert answer.json["error"].startswith("waiting for first data")


def test_a_past_moment_is_read_as_of_then(client: FlaskClient) -> None:
    answer = client.get(f"/api/board?as_of={THEN}")
    assert answer.json
    assert answer.json["numbers"]["marketing.month.done"]["value"] == 38
    assert answer.json["state"] == "as of"
    picture = client.get(f"/api/board/picture?as_of={THEN}").json
    assert picture
    assert picture["as_of"] == answer.json["as_of"]


@pytest.mark.parametrize(
    "moment",
    ["yesterday", "2026-13-01", "1900-01-01", "9999-12-31", "2026-11-18T25:00", "<script>", "1" * 5000, "\x00"],
)
def test_a_moment_that_is_none_is_refused_in_words(client: FlaskClient, moment: str) -> None:
    answer = client.get("/api/board", query_string={"as_of": moment})
    assert answer.status_code == 400
    assert answer.json
    assert answer.json["error"].startswith("as_of ")
    assert len(answer.data) < 300


def test_a_warehouse_that_is_gone_refuses_the_past_and_not_the_present(sqlite_url: URL, tmp_path: Path) -> None:
    filled(sqlite_url).dispose()
    told = settings(sqlite_url)
    refresher = Refresher(told, tmp_path, lambda: WEDNESDAY)
    refresher.turn()
    refresher.close()
    Path(str(sqlite_url.database)).unlink()
    with create(told, Counter(Shelf(tmp_path), 10), Travel(told)).server.test_client() as client:
        assert client.get("/api/board").status_code == 200
        past = client.get(f"/api/board?as_of={THEN}")
        assert past.status_code == 503
        assert past.json
        assert "cannot be opened" in past.json["error"]


def test_however_many_travel_to_one_moment_the_warehouse_is_read_once(warehouse: Engine, clocks: Clocks) -> None:
    travel = Travel(settings(warehouse.url), clocks.monotonic)
    begun: list[object] = []
    event.listen(travel.looker.engine, "begin", begun.append)
    first = travel.to(WEDNESDAY)
    assert [travel.to(WEDNESDAY) is first for _ in range(5)] == [True] * 5
    assert len(begun) == 1
    clocks.seconds += 11
    travel.to(WEDNESDAY)
    assert len(begun) == 2
    travel.close()


def test_data_older_than_its_budget_keeps_its_numbers_and_loses_its_verdicts(warehouse: Engine) -> None:
    looker = Looker(settings(warehouse.url))
    fresh, old = (as_json(looker.at(at, at)) for at in (WEDNESDAY, WEDNESDAY + timedelta(hours=97)))
    looker.close()
    assert fresh["numbers"]["marketing.month.pace"]["status"] == "behind"
    assert old["state"] == "stale"
    assert "nothing has happened since Wed 18 Nov 13:29" in old["state_words"]
    assert old["numbers"]["marketing.month.done"]["value"] == 40
    assert old["numbers"]["marketing.month.pace"]["status"] == "no verdict"


def test_an_address_without_a_page_is_404(client: FlaskClient) -> None:
    assert client.get("/nothing/here").status_code == 404
    assert client.get("/").status_code == 200
