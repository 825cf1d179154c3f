"""Tables as a connector lands them from HubSpot and Salesforce: names, types and shapes of the real thing."""

import csv
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from queries.load import Loaded, load, read_mapping
from tests.conftest import ROOT
from tests.load.made import NOW, at, rows

SAMPLES = ROOT.parent / "shared" / "data" / "fivetran"


@pytest.fixture
def samples() -> Path:
    if not SAMPLES.is_dir():
        pytest.skip("the CRM samples are not at hand (../shared/data/fivetran)")
    return SAMPLES


def loaded(name: str, samples: Path, url: URL) -> dict[str, Loaded]:
    mapping = read_mapping(Path(__file__).with_name(f"{name}.toml"))
    return {one.table: one for one in load(mapping, samples / name, url, NOW)}


def told(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_hubspot_contacts_deals_owners_and_calls(warehouse_url: URL, samples: Path) -> None:
    done = loaded("hubspot", samples, warehouse_url)
    assert sum(one.changed + one.new for one in loaded("hubspot", samples, warehouse_url).values()) == 0
    contacts = {one["id"]: one for one in told(samples / "hubspot" / "contact_data.csv")}
    deals = {one["deal_id"]: one for one in told(samples / "hubspot" / "deal_data.csv")}
    assert done["leads"].new == len(contacts) and done["deals"].new == len(deals)
    for lead_id, created_at, label in rows(warehouse_url, "leads", "lead_id", "created_at", "label"):
        contact = contacts[lead_id]
        assert created_at == at(contact["property_createdate"])
        assert label == f"{contact['property_firstname']} {contact['property_lastname']}"
    # no deal of the samples has a stage or an end, so none is won
    assert rows(warehouse_url, "deals", "deal_id", "rep_id", "stage", "won_at") == [
        (one, deals[one]["owner_id"] or "nobody", None, None) for one in sorted(deals)
    ]
    assert rows(warehouse_url, "activities", "activity_id", "lead_id", "kind", "happened_at") == [
        ("19732910159", "501", "call", at("2014-08-27T20:50:44.778"))
    ]


def test_salesforce_leads_tasks_opportunities_and_users(warehouse_url: URL, samples: Path) -> None:
    loaded("salesforce", samples, warehouse_url)
    assert sum(one.changed + one.new for one in loaded("salesforce", samples, warehouse_url).values()) == 0
    opportunities = told(samples / "salesforce" / "sf_opportunity_data.csv")
    expected = {
        one["id"]: (
            one["is_won"].lower() == "true",
            one["is_closed"].lower() == "true" and one["is_won"].lower() != "true",
            float(one["amount"]) if one["amount"] else None,
        )
        for one in opportunities
    }
    found = rows(warehouse_url, "deals", "deal_id", "won_at", "lost_at", "amount")
    assert {
        deal: (won is not None, lost is not None, None if amount is None else float(amount))
        for deal, won, lost, amount in found
    } == expected
    calls = {one["id"] for one in told(samples / "salesforce" / "sf_event_data.csv")}
    tasks = {one["id"] for one in told(samples / "salesforce" / "sf_task_data.csv")}
    assert {one for (one,) in rows(warehouse_url, "activities", "activity_id")} == calls | tasks
    assert {one for (one,) in rows(warehouse_url, "activities", "kind")} <= {"call", "meeting", "message"}
    assert rows(warehouse_url, "leads", "source", "created_at") == [("unknown", at("2019-11-11T17:23:34"))]
