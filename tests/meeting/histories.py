"""Random weeks of small companies, and what happens to their rows after they were kept: all from plain dictionaries."""

import tomllib
from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.meeting import week as weeks
from dashboard.meeting.week import Week
from tests.twin import papers
from tests.twin.rows import Row, Rows

Tables = dict[str, list[Row]]
KEYS = {"reps": "rep_id", "leads": "lead_id", "activities": "activity_id", "deals": "deal_id"}
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
WEEKS = ["2026-W13", "2026-W18", "2026-W40", "2026-W44", "2026-W46", "2026-W52", "2026-W53", "2027-W01", "2026-W09"]
"""Weeks with changed clocks, with a holiday, across two months, and at the end of a year of 53 weeks."""
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
FREEZES = ["Mon 07:00", "Mon 00:00", "Tue 12:30"]
LEVELS = ["high", "medium", "low", None]
AMOUNTS = ["0", "0.01", "1000", "999.9999", "-5", "123456.78", "4000", None]


class Papers(NamedTuple):
    """A company's file and its agreement, as text and as the program reads them."""

    company: str
    agreement: str

    @property
    def read(self) -> tuple[Company, Agreement]:
        """Both as the program has them."""
        company = Company.model_validate(tomllib.loads(self.company))
        return company, Agreement.model_validate(tomllib.loads(self.agreement))


class Base(NamedTuple):
    """A small company with one of its weeks."""

    papers: Papers
    company: Company
    agreement: Agreement
    week: Week
    tables: Tables


class History(NamedTuple):
    """What became of it: its rows as they are later, the agreement of then, and the moment."""

    tables: Tables
    papers: Papers
    now: datetime
    late: set[str]
    """The ids of rows that were loaded after the week was kept."""
    gone: set[str]
    """The ids of rows that are no longer there."""


class KnownRows(Rows):
    """Rows as they are known at another moment than that of the events: for the moment of the week, and no other."""

    def __init__(self, tables: Tables, as_of: datetime, known_at: datetime) -> None:
        super().__init__(tables)
        self._as_of, self._known_at = as_of, known_at

    def seen(self, row: Row, as_of: datetime) -> bool:
        """Whether the warehouse had learned of a row by then, or by when the week was kept."""
        return super().seen(row, self._known_at if as_of == self._as_of else as_of)


def base(random: Random) -> Base:
    """A small company and a week of it that is full of rows."""
    company_text = company(random)
    read = Company.model_validate(tomllib.loads(company_text))
    week = weeks.week(random.choice(WEEKS), read.calendar, read.meeting.freeze)
    told = Papers(company_text, agreement(random, week.period.first))
    return Base(told, *told.read, week, tables(random, week))


def company(random: Random) -> str:
    """The text of a company file."""
    hours = "\n".join(f"{day} = {spans}" for day, spans in random.choice(papers.WEEKS).items())
    return f"""
name = "Little"
currency = "EUR"
time_zone = "{random.choice(ZONES)}"
week_starts = "{random.choice(["monday", "monday", "sunday"])}"
names_on_wall = {random.choice(["true", "false"])}
[hours]
{hours}
[holidays]
{random.choice(papers.HOLIDAYS)}
[ages]
last_load_minutes = 100000
newest_event_hours = 9000
[meeting]
freeze = "{random.choice(FREEZES)}"
"""


def agreement(random: Random, first: date) -> str:
    """The text of an agreement whose first version began long before, and whose second may begin in the week."""
    begins = [first - 400 * DAY, *random.choice([[], [], [first + 2 * DAY], [first.replace(day=1)]])]
    return "".join(version(random, f"v{n}", day) for n, day in enumerate(dict.fromkeys(begins)))


def version(random: Random, name: str, begins: date) -> str:
    """One version of it."""
    unit = random.choice(["money", "customers"])
    quotas = "\n".join(
        f'[[versions.quotas]]\n{bearer}\nperiod = "{random.choice(["week", "month"])}"\nunit = "{unit}"\n'
        f"amount = {random.choice([1, 2, 1000])}\n"
        for bearer in random.choice([*papers.BEARERS, []])
    )
    return f"""
[[versions]]
name = "{name}"
from = {begins}
signed = [{{ side = "marketing", name = "M", on = {begins} }}, {{ side = "sales", name = "S", on = {begins} }}]
[versions.goal]
unit = "{random.choice(["money", "customers"])}"
per_month = {random.choice([1, 3, "1000.5"])}
deal_size = {random.choice(['"measured"', 1000])}
lead_to_customer = {random.choice(['"measured"', "0.04"])}
[versions.marketing]
{random.choice(papers.PROMISES)}
{random.choice(papers.SHARES)}
[versions.sales]
first_attempt_hours = {random.choice([1, 4, "0.5"])}
first_attempt_clock = "{random.choice(["working", "wall"])}"
attempts = {random.choice([1, 2, 3])}
attempts_within_days = {random.choice([1, 14])}
decide_within_days = {random.choice([2, 7])}
judged_over_days = {random.choice([15, 28])}
[versions.sales_ready]
{random.choice(papers.READY)}
[versions.bands]
ahead_from = 1.05
on_pace_from = 0.97
behind_below = 0.90
too_early_until = 0.1
{quotas}
"""


# rows


def tables(random: Random, week: Week) -> Tables:
    """The rows of a small warehouse: most of the week and of its month, some of the year before."""
    leads = [lead(random, f"L{n:02}", week) for n in range(random.randint(12, 24))]
    deals = [deal(random, f"D{n:02}", week, leads) for n in range(random.randint(8, 16))]
    tries = [attempt(random, f"A{n:02}", one, week) for n, one in enumerate(random.choices(leads, k=20))]
    reps = [rep(random, name, week) for name in ("r1", "r2", "r3") if random.random() < 0.9]
    loads = [{"load_id": 1, "table_name": "leads", "loaded_at": week.ends_at - DAY, "status": "ok"}]
    return {"reps": reps, "leads": leads, "activities": tries, "deals": deals, "loads": loads}


def moment(random: Random, week: Week) -> datetime:
    """A moment at which things happen: mostly in the week, at its very edges, in the month, or in the year before."""
    edges = [week.starts_at, week.ends_at, week.ends_at - timedelta(microseconds=2), week.starts_at - SECOND]
    spans = [7, 7, 7, 35, 35, 420]
    if random.random() < 0.1:
        return random.choice(edges)
    ago = random.uniform(0, random.choice(spans) * 86400)
    return week.ends_at - timedelta(seconds=round(ago))


def some(random: Random, value: Any, share: float) -> Any:
    """A value, or nothing."""
    return value if random.random() < share else None


def lead(random: Random, name: str, week: Week) -> Row:
    """One lead, known at once or some hours later, by the hour at which the week is kept."""
    at = moment(random, week)
    ready = some(random, at + random.choice([0, 1, 60]) * SECOND, 0.85)
    assigned = some(random, (ready or at) + random.randint(0, 7200) * SECOND, 0.7)
    return {
        "lead_id": name,
        "created_at": at,
        "source": random.choice(["ads", "fairs", "unknown"]),
        "campaign_id": some(random, "c1", 0.3),
        "owner_id": some(random, random.choice(["r1", "r2"]), 0.5),
        "fit": random.choice(LEVELS),
        "interest": random.choice(LEVELS),
        "ready_at": ready,
        "assigned_at": assigned,
        "accepted_at": some(random, (ready or at) + random.randint(0, 300000) * SECOND, 0.4),
        "rejected_at": some(random, (ready or at) + random.randint(0, 300000) * SECOND, 0.3),
        "rejection_reason": some(random, "no budget", 0.2),
        "missing": some(random, "phone", 0.2),
        "duplicate_of": some(random, "L00", 0.1),
        "label": some(random, f"Lead {name}", 0.5),
        "loaded_at": known(random, at, week),
    }


def known(random: Random, at: datetime, week: Week) -> datetime | None:
    """When the warehouse learned of a row that is known by the week's hour."""
    learned = min(at + random.randint(0, 40) * 3600 * SECOND, week.frozen_at - SECOND)
    return some(random, max(at, learned), 0.4) if at < week.frozen_at else None


def deal(random: Random, name: str, week: Week, leads: list[Row]) -> Row:
    """One deal, most of them won."""
    at = moment(random, week)
    amount = random.choice(AMOUNTS)
    return {
        "deal_id": name,
        "created_at": at - random.randint(0, 20) * 3600 * SECOND,
        "rep_id": random.choice(["r1", "r2", "r3", "gone"]),
        "lead_id": some(random, random.choice(leads)["lead_id"], 0.8),
        "customer_id": some(random, random.choice(["c1", "c2", "c3", "c4"]), 0.8),
        "amount": None if amount is None else Decimal(amount),
        "expected_close_on": some(random, week.period.after - random.randint(0, 9) * DAY, 0.5),
        "won_at": some(random, at, 0.75),
        "lost_at": some(random, at + DAY, 0.1),
        "label": some(random, f"Deal {name}", 0.5),
        "loaded_at": known(random, at, week),
    }


def attempt(random: Random, name: str, of: Row, week: Week) -> Row:
    """One attempt to reach a lead, around when it was given to a rep."""
    at = (of["assigned_at"] or of["created_at"]) + random.choice([0, 599, 600, 3600, 14400, 90000]) * SECOND
    return {
        "activity_id": name,
        "lead_id": of["lead_id"],
        "happened_at": at,
        "kind": "call",
        "automated": random.choice([None, False, False, True]),
        "loaded_at": known(random, at, week),
    }


def rep(random: Random, name: str, week: Week) -> Row:
    """One rep; some came or left lately."""
    near = week.period.first + random.randint(-20, 9) * DAY
    return {
        "rep_id": name,
        "name": f"Rep {name}",
        "team": random.choice(["North", "South", None]),
        "active_from": some(random, near - 30 * DAY, 0.3),
        "active_to": some(random, near, 0.2),
    }


# what happens afterwards


def history(random: Random, of: Base) -> History:
    """What became of a company in the weeks after: late, changed, deleted, moved, repeated rows; another agreement."""
    found, now = deepcopy(of.tables), of.week.frozen_at + timedelta(seconds=random.randint(60, 40 * 86400))
    for _ in range(random.randint(1, 8)):
        random.choice(HAPPENINGS)(random, found, of.week, now)
    told = of.papers
    if random.random() < 0.25:
        told = told._replace(agreement=agreement(random, of.week.period.first))
    ids = {name: {row[key] for row in of.tables[name]} for name, key in KEYS.items()}
    later = {name: {row[key] for row in found[name]} for name, key in KEYS.items()}
    late = {one for name in KEYS for one in later[name] - ids[name]}
    return History(found, told, now, late, {one for name in KEYS for one in ids[name] - later[name]})


def _late(random: Random, week: Week, now: datetime) -> datetime:
    """When a late row was loaded: at the week's hour or after it; now and then so late that nobody knows it yet."""
    if random.random() < 0.1:
        return random.choice([week.frozen_at, now + SECOND])
    return week.frozen_at + (now - week.frozen_at) * random.random()


def _late_lead(random: Random, found: Tables, week: Week, now: datetime) -> None:
    name = f"X{random.getrandbits(40):010x}"
    found["leads"].append(lead(random, name, week) | {"loaded_at": _late(random, week, now)})


def _late_deal(random: Random, found: Tables, week: Week, now: datetime) -> None:
    name = f"Y{random.getrandbits(40):010x}"
    found["deals"].append(deal(random, name, week, found["leads"]) | {"loaded_at": _late(random, week, now)})


def _late_attempt(random: Random, found: Tables, week: Week, now: datetime) -> None:
    name = f"Z{random.getrandbits(40):010x}"
    of = random.choice(found["leads"])
    found["activities"].append(attempt(random, name, of, week) | {"loaded_at": _late(random, week, now)})


def _deleted(random: Random, found: Tables, week: Week, now: datetime) -> None:
    rows = found[random.choice(["leads", "deals", "activities"])]
    if len(rows) > 2:
        rows.pop(random.randrange(len(rows)))


def _changed_lead(random: Random, found: Tables, week: Week, now: datetime) -> None:
    row = random.choice(found["leads"])
    fresh = lead(random, row["lead_id"], week)
    for name in random.sample(["source", "fit", "interest", "ready_at", "assigned_at", "rejected_at", "missing"], 2):
        row[name] = fresh[name]


def _repeated(random: Random, found: Tables, week: Week, now: datetime) -> None:
    row = random.choice(found["leads"])
    row["duplicate_of"] = None if row["duplicate_of"] else "L01"


def _changed_deal(random: Random, found: Tables, week: Week, now: datetime) -> None:
    row = random.choice(found["deals"])
    fresh = deal(random, row["deal_id"], week, found["leads"])
    for name in random.sample(["amount", "won_at", "rep_id", "customer_id", "lost_at", "expected_close_on"], 2):
        row[name] = fresh[name]


def _changed_attempt(random: Random, found: Tables, week: Week, now: datetime) -> None:
    row = random.choice(found["activities"])
    row["automated"] = random.choice([None, False, True])


def _changed_rep(random: Random, found: Tables, week: Week, now: datetime) -> None:
    if found["reps"] and random.random() < 0.5:
        row = random.choice(found["reps"])
        row |= rep(random, row["rep_id"], week)


HAPPENINGS = [
    *(_late_lead, _late_lead, _late_deal, _late_attempt, _deleted, _changed_lead, _repeated, _changed_deal),
    *(_changed_attempt, _changed_rep),
]
