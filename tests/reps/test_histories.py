"""Follow-up agrees with its twin on ten thousand leads: over nights, weekends, holidays and DST, in changing hands."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import URL

from dashboard.followed import FIRSTS, KEPT
from dashboard.opened import judge
from queries import tables, warehouse
from tests.twin import plain
from tests.twin.beside import agreement_of, company_of
from tests.twin.follow import follow
from tests.twin.rows import Rows

LEADS, BUSY = 2500, 0.6
COMPANY = """\
name = "Histories"
currency = "EUR"
time_zone = "{zone}"
week_starts = "monday"
names_on_wall = false
[hours]
monday = "09:00-18:00"
tuesday = ["08:00-12:00", "13:00-17:30"]
wednesday = "09:00-18:00"
thursday = "09:00-20:00"
friday = "09:00-15:00"
saturday = "{saturday}"
[holidays]
country = "{country}"
[ages]
last_load_minutes = 60
newest_event_hours = 96
"""
AGREEMENT = """\
[[versions]]
name = "v1"
from = 2020-01-01
signed = [{{ side = "marketing", name = "M", on = 2019-12-01 }}, {{ side = "sales", name = "S", on = 2019-12-01 }}]
[versions.goal]
unit = "money"
per_month = 1000
deal_size = 100
lead_to_customer = 0.1
[versions.marketing]
leads_per_month = 100
[versions.sales]
first_attempt_hours = {hours}
first_attempt_clock = "{clock}"
attempts = 4
attempts_within_days = 9
decide_within_days = 3
judged_over_days = 45
[versions.sales_ready]
[versions.bands]
ahead_from = 1.05
on_pace_from = 0.97
behind_below = 0.90
too_early_until = 0.1
"""
COMPANIES = {
    "Berlin in spring": ("Europe/Berlin", "00:00-06:00", "DE", 4, "working", "2026-04-09T10:30"),
    "New York in autumn, by the wall": ("America/New_York", "10:00-14:00", "US", 6, "wall", "2026-11-12T15:00"),
    "Lord Howe, half an hour": ("Australia/Lord_Howe", "00:00-04:00", "AU", 3, "working", "2026-04-20T03:10"),
    "Apia over Christmas": ("Pacific/Apia", "22:00-23:30", "DE", 8, "working", "2026-01-06T20:00"),
}
APART = (0, 1, 599, 600, 601, 3600, 86_400)


def history(chance: random.Random, as_of: datetime) -> dict[str, list[dict[str, Any]]]:
    """Leads given in the last six weeks and what became of them; half of them change hands on the way."""
    found: dict[str, list[dict[str, Any]]] = {"leads": [], "activities": [], "deals": []}
    for number in range(LEADS):
        assigned = as_of - timedelta(seconds=chance.randrange(44 * 86_400))
        found["leads"].append(lead(chance, number, assigned))
        found["activities"] += attempts(chance, number, assigned, as_of)
        if chance.random() < 0.2:
            opened = assigned + timedelta(days=chance.uniform(-2, 20))
            told = {"deal_id": f"d{number}", "created_at": opened, "rep_id": "r1", "lead_id": f"l{number}"}
            found["deals"].append(told)
    return found


def lead(chance: random.Random, number: int, assigned: datetime) -> dict[str, Any]:
    """A lead; who has it now need not be who was given it first."""
    rejected = assigned + timedelta(days=chance.uniform(0, 20)) if chance.random() < 0.3 else None
    return {
        "lead_id": f"l{number}",
        "created_at": assigned - timedelta(hours=chance.uniform(0, 30)),
        "source": "web",
        "ready_at": assigned,
        "assigned_at": assigned,
        "owner_id": chance.choice(["r1", "r2", "r3", None]),
        "rejected_at": rejected,
        "duplicate_of": "l0" if number and chance.random() < 0.02 else None,
    }


def attempts(chance: random.Random, number: int, assigned: datetime, as_of: datetime) -> Iterator[dict[str, Any]]:
    """Attempts by one rep and another: some by machines, some close together, some before the lead was given."""
    at = assigned + timedelta(hours=chance.expovariate(1 / 12) - 0.5)
    for one in range(chance.choice([0, 0, 1, 3, 5, 9])):
        if at < as_of:
            yield {
                "activity_id": f"a{number}-{one}",
                "lead_id": f"l{number}",
                "happened_at": at,
                "kind": "call",
                "rep_id": chance.choice(["r1", "r2", None]),
                "outcome": chance.choice(["connected", "no_answer", None]),
                "automated": chance.choice([True, False, None]),
            }
        step = chance.choice(APART) if chance.random() < BUSY else chance.uniform(0, 4 * 86_400)
        at += timedelta(seconds=step, microseconds=chance.choice([0, 1]))


@pytest.mark.parametrize("name", COMPANIES)
def test_every_lead_of_ten_thousand_is_judged_as_its_twin_judges_it(name: str, tmp_path: Path) -> None:
    zone, saturday, country, hours, clock, moment = COMPANIES[name]
    as_of = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    company = COMPANY.format(zone=zone, saturday=saturday, country=country)
    agreement = AGREEMENT.format(hours=hours, clock=clock)
    rows = history(random.Random(name), as_of)
    url = URL.create("sqlite", database=str(tmp_path / "warehouse.db"))
    writer = warehouse.writer(url)
    warehouse.prepare(writer)
    with writer.begin() as connection:
        for table, some in rows.items():
            names = [one.name for one in tables.metadata.tables[table].columns]
            rows[table] = [dict.fromkeys(names) | one for one in some]
            connection.execute(insert(tables.metadata.tables[table]), rows[table])
    writer.dispose()
    assert differences(url, company, agreement, rows, as_of) == []


def differences(url: URL, company: str, agreement: str, rows: dict[str, Any], as_of: datetime) -> list[str]:
    reader = warehouse.reader(url, 60)
    with warehouse.reading(reader) as connection:
        verdicts = judge(connection, company_of(company), agreement_of(agreement), as_of)
    reader.dispose()
    found, place = verdicts.found, verdicts.place
    known = Rows({"reps": [], "loads": [], **rows})
    days, promise = plain.facts(company)["days"], plain.versions(agreement)[0]["sales"]
    start = days.midnight(days.day(as_of) - timedelta(days=44))
    judged = [one for one in rows["leads"] if start <= one["assigned_at"] < as_of and one["duplicate_of"] is None]
    wrong = [] if len(judged) == len(found) else [f"{len(judged)} leads are judged by the twin, {len(found)} here"]
    again = found.again(int(promise["attempts"]))
    for one in judged:
        at, told = place[one["lead_id"]], follow(one, known, days, promise, as_of)
        mine = (FIRSTS[found.first[at]], KEPT[found.kept[at]], bool(again[at]))
        near = abs(found.wall_hours[at] - told.wall) < 1e-6 and abs(found.working_hours[at] - told.working) < 1e-6
        if mine != (told.first, told.attempts, told.again) or not near:
            wrong.append(f"{one['lead_id']}: {mine} {found.working_hours[at]}, its twin says {told}")
    return wrong
