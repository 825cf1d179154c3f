"""What the addresses of the meeting answer: a week as it was kept, what is decided, and refusals in words."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from sqlalchemy.engine import URL

from dashboard import api
from dashboard.answers import Counter
from dashboard.app import create
from dashboard.frame import files
from dashboard.meeting_api import MeetingApi
from dashboard.pages import pages
from dashboard.settings import Settings
from dashboard.snapshot import Shelf
from dashboard.store.door import opened
from dashboard.travel import Travel
from queries.tables import deals, leads
from tests.dashboard.company import WEDNESDAY, filled, lead, settings
from tests.dashboard.meetings import DONE, MONDAY, Clock, an_action, asked, keep, late, sent, text_of

READY = 12


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told(tmp_path: Path) -> Settings:
    return settings(URL.create("sqlite", database=str(tmp_path / "warehouse.db")))


@pytest.fixture
def warehouse(told: Settings) -> Iterator[Engine]:
    engine = filled(told.warehouse, ready=READY)
    yield engine
    engine.dispose()


@pytest.fixture
def client(
    warehouse: Engine, told: Settings, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    made = lambda travel, build, store: MeetingApi(travel, build, store, clock.now, clock.monotonic)  # noqa: E731
    monkeypatch.setattr(api, "MeetingApi", made)
    travel = Travel(told)
    with create(told, Counter(Shelf(tmp_path / "state", clock.monotonic), 10), travel).server.test_client() as found:
        yield found
    travel.close()


# which week


def test_it_opens_on_the_week_that_just_ended(client: FlaskClient, told: Settings) -> None:
    keep(told)
    found = asked(client, "picture")
    assert found["meeting"]["week"] == "2026-W47"
    assert found["state"] == {"kind": "as of", "words": "as it stood on 07:00"}
    assert found["as_of"] == "2026-11-23T07:00:00+00:00"
    assert list(found["blocks"]) == ["week", *(f"step-{place}" for place in range(1, 8))]
    assert found["numbers"][DONE]["shown"] == str(READY)
    assert found["meeting"]["due"] == "2026-11-27"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("2026-W48", None),
        ("2026-W49", "2026-W49 has not begun: it begins on Monday 30 November 2026"),
        ("2025-W53", "'2025-W53' names no week; write it like 2026-W46"),
        ("yesterday", "'yesterday' names no week; write it like 2026-W46"),
    ],
)
def test_a_week_that_is_none_or_has_not_begun_is_refused_in_words(
    client: FlaskClient, name: str, why: str | None
) -> None:
    found = asked(client, "picture", 404 if why else 200, week=name)
    assert (found["error"] if why else None) == why


def test_a_week_that_is_not_kept_is_shown_as_it_stands_and_says_so(client: FlaskClient, clock: Clock) -> None:
    words = [asked(client, "picture", week=name)["state"]["words"] for name in ("2026-W47", "2026-W48")]
    assert words[0] == "never kept: as it is known now"
    assert words[1] == "still running: as it stands at 09:00; it is kept from Mon 30 Nov 07:00 on"
    clock.moment = MONDAY - timedelta(hours=3)
    assert asked(client, "picture")["state"]["words"] == "not kept yet: it will be on 07:00; as it stands at 06:00"
    owed = asked(client, "picture", week="2026-W48")["numbers"]["marketing.week.owed"]
    assert owed["shown"] == "0"


def test_a_week_before_any_data_is_shown_with_nothing_in_it(client: FlaskClient) -> None:
    found = asked(client, "picture", week="2026-W02")
    assert found["numbers"][DONE]["shown"] == "0"


def test_a_kept_week_stays_and_what_moved_since_is_listed_row_by_row(
    client: FlaskClient, told: Settings, warehouse: Engine, clock: Clock
) -> None:
    keep(told)
    before = asked(client, "picture")
    assert asked(client, "ledger")["changes"] == []
    late(warehouse, 6)
    clock.moment += timedelta(days=2)
    after = asked(client, "picture")
    assert after["numbers"] == before["numbers"]
    assert "moved since" in text_of(after["blocks"]["week"])
    first = asked(client, "ledger")["changes"][0]
    assert (first["number"], first["was"], first["now"]) == (DONE, str(READY), str(READY + 6))
    assert first["words"] == f"{READY} → {READY + 6}: 6 late web leads, loaded Tue 02:10"
    assert [row["adds"] for row in first["rows"]] == ["+1"] * 6


def test_an_unchanged_picture_is_not_sent_again(client: FlaskClient, told: Settings) -> None:
    keep(told)
    first = client.get("/api/meeting/picture")
    again = client.get("/api/meeting/picture", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    small = client.get("/api/meeting/picture", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(small.data) == first.data
    sent(client, "actions", an_action())
    after = client.get("/api/meeting/picture", headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200


def test_a_kept_week_is_shown_while_the_warehouse_is_away(client: FlaskClient, told: Settings, tmp_path: Path) -> None:
    keep(told)
    (tmp_path / "warehouse.db").rename(tmp_path / "elsewhere.db")
    found = asked(client, "picture")
    assert found["numbers"][DONE]["shown"] == str(READY)
    assert "what has moved since is not known" in text_of(found["blocks"]["week"])


def test_the_rows_of_a_number_are_those_that_were_known_when_the_week_was_kept(
    client: FlaskClient, told: Settings, warehouse: Engine, clock: Clock
) -> None:
    keep(told)
    late(warehouse, 6)
    clock.moment += timedelta(days=2)
    as_of = asked(client, "picture")["as_of"]
    found = client.get("/api/rows", query_string={"number": f"2026-W47/{DONE}", "as_of": as_of}).json
    assert found is not None
    assert found["total"] == READY
    wrong = client.get("/api/rows", query_string={"number": "2026-W47/nonsense", "as_of": as_of})
    assert wrong.status_code == 404


def test_the_deals_that_were_lost_open_with_their_rows(client: FlaskClient, told: Settings, warehouse: Engine) -> None:
    day = WEDNESDAY + timedelta(hours=3)
    lost = {"created_at": WEDNESDAY, "rep_id": "r1", "lead_id": "", "lost_at": day, "lost_reason": "price"}
    with warehouse.begin() as connection:
        [first, *_] = connection.execute(select(leads.c.lead_id).order_by(leads.c.lead_id)).scalars()
        rows = [lost | {"deal_id": f"lost{n}", "lead_id": first} for n in range(2)]
        connection.execute(deals.insert(), rows)
        connection.execute(deals.insert(), lost | {"deal_id": "won", "lead_id": first, "won_at": WEDNESDAY})
    keep(told)
    found = asked(client, "picture")
    assert found["numbers"]["review.lost"]["shown"] == "2"
    asks = {"number": "2026-W47/review.lost", "as_of": found["as_of"]}
    listed = client.get("/api/rows", query_string=asks).json
    assert listed is not None
    reasons = {row["deal_id"]: row["reason"] for row in listed["rows"]}
    assert reasons == {"lost0": "", "lost1": "", "won": "won before"}


def test_the_weeks_that_were_kept_are_named_the_newest_first(client: FlaskClient, told: Settings) -> None:
    keep(told, "2026-W46")
    keep(told)
    assert asked(client, "weeks") == {"latest": "2026-W47", "kept": ["2026-W47", "2026-W46"]}


# actions


def test_an_action_is_listed_at_once_with_the_number_it_came_from(client: FlaskClient) -> None:
    added = sent(client, "actions", an_action())["action"]
    assert added["about"] == f"Sales-ready leads this week: {READY}"
    assert added["due"] == "by Fri 27 Nov"
    assert [one["id"] for one in asked(client, "actions")["actions"]] == [added["id"]]


def test_an_action_that_is_sent_twice_is_added_once(client: FlaskClient, clock: Clock) -> None:
    one = an_action()
    first = sent(client, "actions", one)
    clock.moment += timedelta(seconds=9)
    assert sent(client, "actions", one) == first
    assert len(asked(client, "actions")["actions"]) == 1


def test_an_action_that_was_corrected_before_it_was_sent_again_says_what_was_sent_last(client: FlaskClient) -> None:
    one = an_action()
    sent(client, "actions", one)
    assert sent(client, "actions", one | {"text": "Call five"})["action"]["text"] == "Call five"
    assert [row["text"] for row in asked(client, "actions")["actions"]] == ["Call five"]
    refused = sent(client, "actions", one | {"text": "Call six"}, 409)
    assert refused["now"]["text"] == "Call five"


def test_an_action_comes_back_next_week_with_what_became_of_its_number(
    client: FlaskClient, warehouse: Engine, clock: Clock
) -> None:
    sent(client, "actions", an_action())
    with warehouse.begin() as connection:
        rows = [{**lead(n, WEDNESDAY + timedelta(days=7)), "lead_id": f"next{n}"} for n in range(READY + 3)]
        connection.execute(leads.insert(), rows)
    clock.moment += timedelta(days=7)
    found = asked(client, "actions")
    assert (found["week"], found["actions"]) == ("2026-W48", [])
    [carried] = found["carried"]
    assert carried["about"] == f"Sales-ready leads this week: {READY} then, {READY + 3} now, 3 more"
    assert (carried["due"], carried["late"]) == ("by Fri 27 Nov, 3 days ago", True)
    assert "Call them all" in text_of(asked(client, "picture")["blocks"]["step-7"])


def test_what_is_done_says_what_came_of_it_and_can_be_opened_again(client: FlaskClient, clock: Clock) -> None:
    one = sent(client, "actions", an_action())["action"]
    change = {"id": one["id"], "was": 1, "seen_in": "2026-W47"}
    done = sent(client, "actions", change | {"done": True, "outcome": "Four will meet us"}, 200, "PATCH")["action"]
    assert (done["done"], done["outcome"], done["late"]) == (True, "Four will meet us", False)
    corrected = sent(client, "actions", change | {"was": 2, "done": True, "outcome": "Five"}, 200, "PATCH")["action"]
    assert (corrected["done"], corrected["outcome"]) == (True, "Five")
    opened_again = sent(client, "actions", change | {"was": 3, "done": False}, 200, "PATCH")["action"]
    assert not opened_again["done"]
    sent(client, "actions", change | {"was": 4, "removed": True}, 200, "PATCH")
    assert asked(client, "actions")["actions"] == []


def test_who_changes_what_somebody_else_has_changed_is_told_what_is_there(client: FlaskClient) -> None:
    one = sent(client, "actions", an_action())["action"]
    change = {"id": one["id"], "was": 1, "seen_in": "2026-W47"}
    sent(client, "actions", change | {"owner": "Bea"}, 200, "PATCH")
    refused = sent(client, "actions", change | {"owner": "Cem"}, 409, "PATCH")
    assert "somebody changed this action meanwhile" in refused["error"]
    assert (refused["now"]["owner"], refused["now"]["version"]) == ("Bea", 2)


def test_of_a_past_moment_only_what_was_decided_by_then_is_told(client: FlaskClient, clock: Clock) -> None:
    one = sent(client, "actions", an_action())["action"]
    clock.moment += timedelta(hours=1)
    change = {"id": one["id"], "was": 1, "seen_in": "2026-W47", "done": True, "outcome": "Well"}
    sent(client, "actions", change, 200, "PATCH")
    clock.moment += timedelta(hours=1)
    before, between = (asked(client, "actions", as_of=f"2026-11-23T{hour}Z") for hour in ("08:30", "09:30"))
    assert before["actions"] == []
    assert [(row["done"], row["outcome"]) for row in between["actions"]] == [(False, "")]


# notes and words


def test_a_note_is_kept_by_version_and_a_clash_says_what_is_there(client: FlaskClient) -> None:
    one = {"week": "2026-W47", "step": 3, "text": "Ask Bea", "was": 0}
    assert sent(client, "notes", one, 200) == {"text": "Ask Bea", "version": 1}
    assert sent(client, "notes", one, 200)["version"] == 1
    refused = sent(client, "notes", one | {"text": "Ask Cem"}, 409)
    assert refused["now"] == {"text": "Ask Bea", "version": 1}
    assert sent(client, "notes", one | {"text": "Ask both", "was": 1}, 200)["version"] == 2
    assert asked(client, "notes")["notes"] == {"3": {"text": "Ask both", "version": 2}}
    assert "none of the seven" in sent(client, "notes", one | {"step": 8}, 400)["error"]
    assert "has not begun" in sent(client, "notes", one | {"week": "2027-W01"}, 404)["error"]
    assert "names no week" in sent(client, "notes", one | {"week": "1066-W01"}, 404)["error"]


def test_a_sides_word_is_held_against_what_came(client: FlaskClient, told: Settings, clock: Clock) -> None:
    clock.moment = MONDAY - timedelta(days=7)
    word = {"id": str(uuid4()), "week": "2026-W46", "side": "marketing", "value": "20", "by": "Mia"}
    said = sent(client, "promises", word)
    assert said["coming"] == "2026-W47"
    assert said["sides"][0]["coming"]["shown"] == "20"
    clock.moment = MONDAY
    keep(told)
    marketing, sales = asked(client, "promises")["sides"]
    assert marketing["past"]["words"] == f"said 20, came to {READY}: 8 short"
    assert (marketing["reached"], len(marketing["record"])) == (0, 1)
    assert (sales["past"], sales["came"]) == (None, "500")
    refused = sent(client, "promises", word | {"id": str(uuid4()), "week": "2026-W46", "value": "30"}, 409)
    assert "given its word" in refused["error"]
    assert "is no figure" in sent(client, "promises", word | {"value": "many", "was": 1}, 400)["error"]


def test_a_word_that_was_corrected_or_taken_back_later_is_told_as_it_stood_then(
    client: FlaskClient, told: Settings, clock: Clock
) -> None:
    word = {"id": str(uuid4()), "week": "2026-W47", "side": "marketing", "value": "20", "by": "Mia"}
    sent(client, "promises", word)
    clock.moment += timedelta(days=2)
    sent(client, "promises", word | {"value": "30", "was": 1})
    clock.moment += timedelta(days=1)
    store = opened(told.store)
    store.promises.take_back(word["id"], clock.moment, "Mia", 2)
    store.close()
    coming = [
        asked(client, "promises", as_of=f"2026-11-{day}T09:30Z")["sides"][0]["coming"] for day in (22, 24, 25, 26)
    ]
    assert [one and one["shown"] for one in coming] == [None, "20", "30", None]


# who may write, and what


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "https://a.proxy.example"}, 201),
        ({"Origin": "http://localhost"}, 201),
        ({}, 201),
    ],
)
def test_only_this_sites_own_pages_write(client: FlaskClient, headers: dict[str, str], status: int) -> None:
    said = sent(client, "actions", an_action(), status, **headers)
    assert len(asked(client, "actions")["actions"]) == (status == 201)
    assert ("only this site’s own pages" in said.get("error", "").replace("'", "’")) == (status == 403)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": "  "}, "text: is empty"),
        ({"owner": None}, "owner: is missing"),
        ({"due_on": "soon"}, "due_on: 'soon' is no day"),
        ({"side": "both"}, "side: 'both' is neither"),
        ({"number": "nonsense"}, "no number 'nonsense'"),
        ({"id": "1"}, "is no id"),
        ({"week": "2027-W40"}, "has not begun"),
        ({"text": 5}, "text: is no text"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(client: FlaskClient, wrong: dict[str, Any], words: str) -> None:
    said = sent(client, "actions", an_action(**wrong), 404 if "week" in wrong else 400)
    assert words in said["error"]
    assert asked(client, "actions")["actions"] == []


def test_a_body_that_is_too_long_or_no_object_is_refused(client: FlaskClient) -> None:
    assert "64" in sent(client, "actions", an_action(text="x" * 70_000), 413)["error"].replace("65,536", "64")
    assert "no JSON object" in sent(client, "actions", [1], 400)["error"]
    plain = client.post("/api/meeting/actions", data="text=1")
    assert plain.status_code == 400
    assert "must be sent as JSON" in plain.text


def test_another_method_is_not_taken(client: FlaskClient) -> None:
    answer = client.put("/api/meeting/actions", json=an_action())
    assert answer.status_code == 405
    assert "PATCH" in answer.headers["Allow"]


def test_decisions_are_told_and_written_while_the_warehouse_is_away(
    client: FlaskClient, told: Settings, tmp_path: Path, warehouse: Engine
) -> None:
    with warehouse.begin() as connection:
        connection.execute(delete(leads))
    keep(told)
    (tmp_path / "warehouse.db").rename(tmp_path / "elsewhere.db")
    assert sent(client, "actions", an_action())["action"]["about"].endswith("this week: 0")


def test_the_files_of_the_meeting_are_loaded_by_no_other_page() -> None:
    found = pages()
    mine = [name for name in files(found["/meeting"], found.values()) if name.startswith("meeting")]
    assert mine.index("meeting.js") < mine.index("meeting-notes.js")
    assert [name for name in files(found["/today"], found.values()) if name.startswith("meeting")] == []


def test_a_store_that_cannot_be_opened_is_said_in_words_and_the_week_is_shown_all_the_same(
    client: FlaskClient, told: Settings
) -> None:
    Path(str(told.store.database)).write_text("not a database at all, but a text of some length" * 100)
    found = asked(client, "picture", week="2026-W48")
    assert found["numbers"][DONE]["shown"] == "0"
    assert "What was decided cannot be told: " in text_of(found["blocks"]["step-7"])
    assert "No action came over" not in text_of(found["blocks"]["step-7"])
    for path in ("actions", "notes", "promises", "weeks"):
        answer = client.get(f"/api/meeting/{path}", query_string={"week": "2026-W48"})
        assert answer.status_code in (400, 503), path
        assert answer.json is not None
        assert answer.json["error"]
