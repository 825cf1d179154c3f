"""What /data says: the same as the check, counted once for everybody, as of any moment, and never blank."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import URL

from dashboard import api
from dashboard.answers import Counter
from dashboard.cli import main
from dashboard.data_api import DataApi
from dashboard.examine import Examining, latest, say
from dashboard.examine_past import Past, StillExamining
from dashboard.examiner import once
from dashboard.snapshot import Shelf
from dashboard.travel import Travel
from queries.faults import WarehouseSilent
from queries.warehouse import writer
from tests.contract.conftest import planted, run
from tests.dashboard.company import agreement, settings, version
from tests.queries.test_quality import AS_OF, COUNTED, LATE, MARCH, MORE

PICTURE, ROWS = "/api/data/picture", "/api/data/rows"


def words(node: Any) -> str:
    """Return what a drawn component says, word by word."""
    if isinstance(node, dict):
        return words(node["props"].get("children"))
    if isinstance(node, list):
        return " ".join(" ".join(map(words, node)).split())
    return "" if node is None else str(node)


def named(node: Any, name: str) -> list[dict[str, Any]]:
    """Return the properties of every drawn component that has one called ``name``."""
    if isinstance(node, list):
        return [found for one in node for found in named(one, name)]
    if not isinstance(node, dict):
        return []
    mine = [node["props"]] if name in node["props"] else []
    return mine + named(node["props"].get("children"), name)


class Place:
    """A planted warehouse, and what the addresses answer about it."""

    def __init__(self, url: URL, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.told = settings(url, agreement=agreement(version(**{"from": "2024-01-01"})))
        self.moment = AS_OF
        self.seconds = 1000.0
        self.counter = Counter(Shelf(folder), 10)
        self.travel = Travel(self.told)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(api, "DataApi", self._by_our_clocks)
            server = Flask("data")
            api.register(server, self.counter, self.travel)
        self.client: FlaskClient = server.test_client()

    def _by_our_clocks(self, counter: Counter, travel: Travel) -> DataApi:
        self.api = DataApi(counter, travel, lambda: self.moment, lambda: self.seconds)
        return self.api

    def close(self) -> None:
        self.travel.close()

    def examine(self) -> bool:
        return once(self.told, self.folder, lambda: self.moment)

    def blocks(self, query: str = "") -> dict[str, Any]:
        answer = self.client.get(PICTURE + query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json["blocks"]
        return found


@pytest.fixture
def place(warehouse_url: URL, tmp_path: Path) -> Iterator[Place]:
    found = Place(planted(warehouse_url, MORE), tmp_path)
    yield found
    found.close()


def on_the_page(place: Place) -> dict[str, int]:
    """Return the findings on the page with their rows, as their buttons say."""
    items = [one for one in named(place.blocks()["found"], "data-key") if "item" in one.get("className", "")]
    found = {}
    for one in items:
        counts = [part for part in named(one["children"], "className") if part["className"] == "stat-value"]
        found[one["data-key"]] = int(words(counts[0]["children"]).replace(",", "")) if counts else 0
    return found


def test_the_page_says_what_the_check_says(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = place.url.render_as_string(hide_password=False)
    monkeypatch.setattr(
        sys, "argv", ["smarketing", "check", "--json", "--warehouse", address, "--as-of", AS_OF.isoformat()]
    )
    with pytest.raises(SystemExit):
        main()
    check = json.loads(capsys.readouterr().out)
    both = {one["name"]: one["rows"] for one in (*check["findings"], *check["shortcomings"])}
    assert place.examine()
    assert on_the_page(place) == both
    assert {name: rows for name, (rows, _, _) in COUNTED.items() if rows}.items() <= both.items()
    said = words(place.blocks()["verdict"])
    assert f"{check['counts']['remarks']} remarks and {len(check['shortcomings'])} shortcomings" in said
    assert "email 2 phone 1" in words(place.blocks()["found"])


def test_where_nothing_is_found_it_is_said_quietly(sqlite_url: URL, tmp_path: Path) -> None:
    place = Place(
        planted(sqlite_url, "DELETE FROM deals; DELETE FROM loads; DELETE FROM leads WHERE lead_id = 'L3'"), tmp_path
    )
    place.moment = datetime(2024, 3, 3, 12, tzinfo=UTC)
    place.examine()
    assert set(on_the_page(place)) == {"may-write"}
    said = words(place.blocks()["found"])
    assert "No lead is known to repeat another." in said and "Every deal has its lead and its amount." in said
    assert words(place.blocks()["verdict"]).startswith("The data can be trusted, with 1 remark 0 faults")


def test_a_finding_says_whose_it_is_what_it_touches_and_how_it_goes(place: Place) -> None:
    place.examine()
    items = {one["data-key"]: words(one["children"]) for one in named(place.blocks()["found"], "data-key")}
    lacks = items["incomplete-lead:leads.missing"]
    assert "For marketing:" in lacks and "of 10 leads · 20 %" in lacks and "Touches on the screen data" in lacks
    assert "By week, 17 % of what came in the last 4 weeks" in lacks
    assert "For whoever loads the data:" in items["points-at-nothing:activities.lead_id"]


def test_every_row_of_a_finding_is_at_an_address_ordered_by_id_and_as_csv(place: Place) -> None:
    place.examine()
    for asked in (one["data-asked"] for one in named(place.blocks()["found"], "data-asked")):
        body = place.client.get(f"{ROWS}?{asked}").json
        ids = [row["id_0"] for row in body["rows"]]
        assert body["total"] == len(ids) == on_the_page(place)[body["finding"]]
        assert ids == sorted(ids)
        lines = list(csv.reader(io.StringIO(place.client.get(f"{ROWS}.csv?{asked}").data.decode("utf-8-sig"))))
        assert lines[0][: len(body["columns"])] == [one["label"] for one in body["columns"]]
        assert [line[0] for line in lines[1:]] == ids
    late = place.client.get(f"{ROWS}?finding=late-row:leads.loaded_at-created_at&as_of={AS_OF:%Y-%m-%dT%H:%MZ}").json
    assert [(row["id_0"], row["value_0"]) for row in late["rows"]] == [
        ("T2", "2024-05-22 00:00:00"),
        ("T3", "2024-05-31 00:00:00"),
    ]


def test_rows_are_told_a_page_at_a_time_and_what_cannot_be_meant_is_refused(place: Place) -> None:
    name = "deal-without-lead:deals.created_at"
    pages = [place.client.get(f"{ROWS}?finding={name}&start={at}&count=2").json for at in (0, 2)]
    assert [[row["id_0"] for row in page["rows"]] for page in pages] == [["D2", "E1"], ["E2"]]
    assert {page["total"] for page in pages} == {3}
    for words_ in ("finding=nothing", f"finding={name}&count=9999", f"finding={name}&as_of=soon"):
        answer = place.client.get(f"{ROWS}?{words_}")
        assert answer.status_code == 400 and answer.json["state"] == "refused"
    assert place.client.get(f"{ROWS}.csv?finding=nothing").status_code == 400


def test_a_cell_that_looks_like_a_formula_is_text_in_the_file(place: Place) -> None:
    engine = writer(place.url)
    run(engine, "UPDATE leads SET missing = '=cmd()' WHERE lead_id = 'M1'")
    engine.dispose()
    file = place.client.get(f"{ROWS}.csv?finding=incomplete-lead:leads.missing").data.decode("utf-8-sig")
    assert 'M1","\'=cmd()"' in file


def test_a_past_moment_shows_what_was_there_then(place: Place) -> None:
    past = place.blocks(f"?as_of={MARCH:%Y-%m-%dT%H:%MZ}")
    said = words(past["verdict"])
    assert "Examined as it stood at that moment" in said and "3 shortcomings" in said
    asked = {one["data-finding"]: one["data-asked"] for one in named(past["found"], "data-asked")}
    body = place.client.get(f"{ROWS}?{asked['deal-without-lead:deals.created_at']}").json
    assert [row["id_0"] for row in body["rows"]] == ["D2", "E1"]
    # what is loaded since does not change it, also when it is counted anew
    engine = writer(place.url)
    run(engine, f"INSERT INTO deals (deal_id, created_at, rep_id) VALUES ('Z', '{LATE}', 'R1')")
    run(
        engine,
        f"INSERT INTO leads (lead_id, created_at, source, loaded_at, missing) "
        f"VALUES ('Z', '2024-03-01 10:00:00.000000', 'web', '{LATE}', 'email')",
    )
    engine.dispose()
    for path in place.folder.glob("examined-*.json"):
        path.unlink()
    again = place.blocks(f"?as_of={MARCH:%Y-%m-%dT%H:%MZ}")
    assert {name: words(one) for name, one in again.items()} == {name: words(one) for name, one in past.items()}


def test_a_past_moment_that_takes_too_long_says_so_and_another_waits_for_its_turn(place: Place) -> None:
    impatient = Past(place.told, place.folder, longest=60, patience=0.0)
    with pytest.raises(StillExamining, match="this moment is being examined, for 0 s so far and for 60 s at most"):
        impatient.report(MARCH)
    work = impatient._work
    assert work is not None
    work.join(60)
    assert impatient.report(MARCH).company == "Acme"
    if place.url.get_backend_name() == "postgresql":
        return
    hurried = Past(place.told, place.folder, longest=0.0, patience=60)
    with pytest.raises(WarehouseSilent, match="the examination of this moment failed: the warehouse took too long"):
        Past(place.told._replace(warehouse=big(place)), place.folder, 0.0, 60).report(AS_OF)
    assert hurried.report(MARCH).company == "Acme"


def big(place: Place) -> URL:
    """Return the planted SQLite warehouse with so many more leads that a question cannot be answered in no time."""
    engine = writer(place.url)
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
    run(engine, f"INSERT INTO leads (lead_id, created_at, source) {many}SELECT 'n' || i, '{LATE}', 'web' FROM n")
    engine.dispose()
    return place.url


def test_before_the_first_examination_the_page_says_that_none_was_made(place: Place) -> None:
    assert "Not examined yet" in words(place.blocks()["verdict"])
    assert "leads" in words(place.blocks()["ages"])
    say(place.folder, Examining("running", AS_OF - timedelta(minutes=1)))
    assert "The first examination has been running since 11:59." in words(place.blocks()["verdict"])
    say(place.folder, Examining("failed", AS_OF, "the disk is full"))
    assert "The first examination failed: the disk is full." in words(place.blocks()["verdict"])


def test_a_failed_or_running_examination_is_said_beside_the_last_good_one(place: Place) -> None:
    place.examine()
    place.moment += timedelta(minutes=30)
    say(place.folder, Examining("failed", place.moment, "the warehouse took too long to answer"))
    said = words(place.blocks()["verdict"])
    assert "The last examination failed: the warehouse took too long to answer" in said and "Examined 12:00" in said
    say(place.folder, Examining("running", place.moment))
    assert "Another examination has been running since 12:30." in words(place.blocks()["verdict"])
    # one that nobody looked after is not said to run for ever
    place.moment += timedelta(hours=1)
    place.seconds += 60
    assert "running" not in words(place.blocks()["verdict"])


def test_whoever_has_the_picture_is_told_so_and_the_ages_are_read_once_a_refresh(place: Place) -> None:
    place.examine()
    first = place.client.get(PICTURE)
    etag = first.headers["ETag"]
    assert first.json["number"] == int(etag.strip('"')) and first.json["state"]["kind"] == "live"
    assert place.client.get(PICTURE, headers={"If-None-Match": etag}).status_code == 304
    place.moment += timedelta(minutes=5)
    assert place.client.get(PICTURE, headers={"If-None-Match": etag}).status_code == 304
    place.seconds += 11
    later = place.client.get(PICTURE, headers={"If-None-Match": etag})
    assert later.status_code == 200 and later.json["number"] > first.json["number"]


def test_a_warehouse_that_is_gone_leaves_the_ages_and_says_so(sqlite_url: URL, tmp_path: Path) -> None:
    place = Place(planted(sqlite_url, MORE), tmp_path)
    place.examine()
    before = words(place.blocks()["found"])
    path = Path(str(sqlite_url.database))
    path.rename(path.with_suffix(".away"))
    place.seconds += 11
    answer = place.client.get(PICTURE).json
    assert answer["state"]["kind"] == "stale" and "cannot be opened" in answer["state"]["words"]
    assert "The warehouse does not answer just now" in words(answer["blocks"]["ages"])
    assert "leads" in words(answer["blocks"]["ages"]) and words(answer["blocks"]["found"]) == before
    assert not place.examine()
    assert "cannot be opened" in words(place.blocks()["verdict"])


def test_a_report_of_another_company_or_a_torn_one_is_none(place: Place) -> None:
    place.examine()
    assert latest(place.folder, "Acme") is not None
    assert latest(place.folder, "Other") is None
    (place.folder / "data.json").write_text('{"company": "Acme", "found": [')
    assert latest(place.folder, "Acme") is None
