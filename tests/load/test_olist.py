"""The real data: 8,000 leads and 842 deals of Olist."""

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.engine import URL

from queries.load import load, read_mapping
from tests.load.made import NOW, at, rows

MAPPING = Path(__file__).parent.parent / "olist" / "mapping.toml"
LOCAL = ZoneInfo("America/Sao_Paulo")


def told(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_olist_loads_whole_and_a_second_time_changes_nothing(warehouse_url: URL, olist: Path) -> None:
    first = {one.table: one.new for one in load(read_mapping(MAPPING), olist, warehouse_url, NOW)}
    before = {name: rows(warehouse_url, name) for name in first}
    again = load(read_mapping(MAPPING), olist, warehouse_url, NOW)
    assert first == {"reps": 41, "campaigns": 495, "leads": 8000, "deals": 842}
    assert [(one.new, one.changed) for one in again] == [(0, 0)] * 4
    assert {name: rows(warehouse_url, name) for name in first} == before


def test_every_lead_and_deal_of_olist_says_what_its_files_say(sqlite_url: URL, olist: Path) -> None:
    load(read_mapping(MAPPING), olist, sqlite_url, NOW)
    won = {one["mql_id"]: one for one in told(olist / "olist_closed_deals_dataset.csv")}
    contacts = {one["mql_id"]: one for one in told(olist / "olist_marketing_qualified_leads_dataset.csv")}
    for lead in rows(sqlite_url, "leads"):
        contact, deal = contacts[lead["lead_id"]], won.get(lead["lead_id"], {})
        day = lead["created_at"].astimezone(LOCAL)
        assert day.date().isoformat() == contact["first_contact_date"]
        assert (day - day.replace(hour=0, minute=0)).total_seconds() in (0, 3600)
        assert lead["ready_at"] == lead["created_at"] and lead["assigned_at"] is None and lead["loaded_at"] is None
        assert lead["source"] == (contact["origin"] or "unknown")
        assert lead["owner_id"] == deal.get("sdr_id")
        assert lead["persona"] == (deal.get("lead_behaviour_profile") or None)
    for deal in rows(sqlite_url, "deals"):
        said = won[deal["deal_id"]]
        assert deal["won_at"] == datetime.fromisoformat(said["won_date"]).replace(tzinfo=UTC)
        assert (deal["customer_id"], deal["rep_id"], deal["amount"]) == (said["seller_id"], said["sr_id"], None)


def test_a_landing_page_carries_the_source_most_of_its_leads_came_from(warehouse_url: URL, olist: Path) -> None:
    load(read_mapping(MAPPING), olist, warehouse_url, NOW)
    pages: dict[str, Counter[str]] = {}
    for one in told(olist / "olist_marketing_qualified_leads_dataset.csv"):
        pages.setdefault(one["landing_page_id"], Counter())[one["origin"] or "unknown"] += 1
    # most_common lists equals in the order they were first met, which is the order of the file
    assert dict(rows(warehouse_url, "campaigns", "campaign_id", "source")) == {
        page: sources.most_common(1)[0][0] for page, sources in pages.items()
    }


def test_people_of_olist_have_names_that_tell_them_apart(sqlite_url: URL, olist: Path) -> None:
    load(read_mapping(MAPPING), olist, sqlite_url, NOW)
    names = [name for _, name in rows(sqlite_url, "reps", "rep_id", "name")]
    assert len(set(names)) == len(names) == 41


def test_the_midnight_that_did_not_exist_in_brazil_becomes_one_o_clock(sqlite_url: URL, olist: Path) -> None:
    load(read_mapping(MAPPING), olist, sqlite_url, NOW)
    created = [one for (one,) in rows(sqlite_url, "leads", "created_at")]
    assert at("2017-10-15T03:00") in created
    assert at("2017-10-15T02:00") not in created
