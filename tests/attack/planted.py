"""A warehouse whose every text is an attack, and the app that serves it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from dashboard.answers import Counter
from dashboard.app import create
from dashboard.refresher import Refresher
from dashboard.settings import Settings
from dashboard.snapshot import Shelf
from dashboard.travel import Travel
from queries.tables import activities, campaigns, deals, leads, reps
from queries.warehouse import prepare, writer
from tests.attack.corpus import HUGE, WITH_NUL, cells
from tests.dashboard.company import WEDNESDAY, agreement, company, settings, version

Row = dict[str, Any]
SHARED = ("<img src=x onerror=hit(1)>", "__proto__", "\u202egnirts desrever\u202c")
"""Sources that the agreement itself names, so that the board says what each still owes."""


class Planted(NamedTuple):
    """The rows of each table, as they were written."""

    reps: list[Row]
    campaigns: list[Row]
    leads: list[Row]
    deals: list[Row]

    @property
    def texts(self) -> int:
        """How many texts there are."""
        return sum(isinstance(value, str) for rows in self for row in rows for value in row.values())


class Columns:
    """Cells for one column after the other: each column meets the whole corpus in an order of its own."""

    def __init__(self, seed: int, longest: int) -> None:
        self._seed, self._longest = seed, longest
        self._streams: dict[str, Iterator[str]] = {}

    def words(self, table: str, *names: str) -> Row:
        """Return a new cell for each of some columns."""
        return {name: next(self._stream(f"{table}.{name}")) for name in names}

    def _stream(self, column: str) -> Iterator[str]:
        if column not in self._streams:
            every = cells(self._seed + 1 + len(self._streams))
            self._streams[column] = (one for one in every if len(one) <= self._longest)
        return self._streams[column]


def planted(seed: int, nul: bool, leads: int = 330, huge: bool = True) -> Planted:
    """Return rows full of attacks, for an engine that does or does not keep a NUL."""
    # no index of PostgreSQL takes a longer text
    longest = 6000 if nul else 600
    endless = Columns(seed, longest)
    first = [*SHARED, *(WITH_NUL if nul else ()), *(HUGE if huge and nul else ())]
    sources = [
        *first,
        *(one for one in islice(cells(seed), leads * 2 // 3) if one not in first and len(one) <= longest),
    ]
    people = [_rep(endless, number) for number in range(leads // 5)]
    runs = [_campaign(endless) for _ in range(leads // 6)]
    found = [_lead(endless, number, sources, people, runs) for number in range(leads)]
    if huge:
        found[7]["label"], people[3]["name"], people[4]["team"] = HUGE[0], HUGE[1] + "!", HUGE[0] + "!"
    sold = [_deal(endless, number, people, found) for number in range(leads // 2)]
    return Planted(people, runs, found, sold)


def _rep(endless: Columns, number: int) -> Row:
    found = endless.words("reps", "rep_id", "name", "email", "team")
    return found | ({} if number % 3 else {"team": None})


def _campaign(endless: Columns) -> Row:
    return endless.words("campaigns", "campaign_id", "name", "source", "brief")


def _lead(endless: Columns, number: int, sources: list[str], people: list[Row], runs: list[Row]) -> Row:
    at = WEDNESDAY - timedelta(hours=number + 1)
    names = ("lead_id", "persona", "fit", "interest", "rejection_reason", "url", "label", "missing", "campaign_id")
    found = endless.words("leads", *names, "duplicate_of", "owner_id")
    known = {
        "label": number % 9 == 0 and None,
        "missing": number % 2 == 0 and None,
        "duplicate_of": number % 11 != 10 and None,
        "campaign_id": number % 5 != 0 and runs[number % len(runs)]["campaign_id"],
        "owner_id": number % 4 != 0 and people[number % len(people)]["rep_id"],
    }
    return {
        **found,
        **{name: value for name, value in known.items() if value is not False},
        "source": sources[number % len(sources)],
        "created_at": at,
        "ready_at": at,
        "assigned_at": at,
        "accepted_at": at + timedelta(minutes=1) if number % 3 == 0 else None,
        "rejected_at": at + timedelta(minutes=1) if number % 3 == 1 else None,
        "rating": number % 5 + 1,
    }


def _deal(endless: Columns, number: int, people: list[Row], found: list[Row]) -> Row:
    words = endless.words("deals", "deal_id", "customer_id", "stage", "lost_reason", "label", "url", "rep_id")
    return {
        **words,
        **({"rep_id": people[number % len(people)]["rep_id"]} if number % 8 else {}),
        "lead_id": found[number]["lead_id"],
        "amount": Decimal(1000 + 7 * number),
        "created_at": WEDNESDAY - timedelta(days=3),
        "won_at": WEDNESDAY - timedelta(minutes=number + 1),
    }


def write(url: URL, rows: Planted) -> Engine:
    """Return a writer on a new warehouse that holds these rows, and an attempt to reach every other lead."""
    engine = writer(url)
    prepare(engine)
    tried = [
        {"activity_id": f"a{n}", "lead_id": one["lead_id"], "happened_at": one["assigned_at"], "kind": "call"}
        for n, one in enumerate(rows.leads[::2])
    ]
    with engine.begin() as connection:
        for table, found in zip((reps, campaigns, leads, deals, activities), [*rows, tried], strict=True):
            connection.execute(table.insert(), found)
    return engine


def told(url: URL, rows: Planted) -> Settings:
    """Return the settings of a company that names its reps, under an agreement that names an attack or two."""
    shares = dict(zip(SHARED, (0.4, 0.3, 0.3), strict=True))
    bearers = [one["rep_id"] for one in rows.reps if one["rep_id"] == one["rep_id"].strip() and len(one["rep_id"]) < 80]
    quotas = [{"team": None, "period": "week", "unit": "money", "amount": 9000}]
    quotas += [{"rep": one, "period": "week", "unit": "money", "amount": 2000} for one in bearers]
    signed = agreement(version(marketing={"leads_per_month": 210, "shares": shares}, quotas=quotas))
    return settings(url, company=company(names_on_wall=True), agreement=signed)


@contextmanager
def served(known: Settings, folder: Path, now: datetime = WEDNESDAY) -> Iterator[FlaskClient]:
    """Publish the board of this moment as the refresher does, and answer for it."""
    refresher, travel = Refresher(known, folder, lambda: now), Travel(known)
    refresher.turn()
    try:
        with create(known, Counter(Shelf(folder), 10), travel).server.test_client() as client:
            yield client
    finally:
        travel.close()
        refresher.close()
