"""Makes the demo: a company's warehouse, its two files, and the known answers beside them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, Engine
from sqlalchemy.schema import CreateTable

from queries.demo import papers, rows
from queries.demo.answers import Answers
from queries.demo.campaigns import days_of, touches_of
from queries.demo.clock import NEVER, day_number
from queries.demo.deals import Deals, deals_of, together, weekly_wins
from queries.demo.followup import attempts_on, decisions_on
from queries.demo.leads import leads_of, stretches
from queries.demo.loads import Loads
from queries.demo.plan import Plan
from queries.demo.pour import pour
from queries.tables import metadata

STRETCH = 20_000
"""Leads that are in memory at a time."""
WEEKS = 13

Told = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""


class Made(NamedTuple):
    """What was made besides the warehouse: the answers, and the two files as text."""

    answers: dict[str, Any]
    company: str
    agreement: str


def make(engine: Engine, plan: Plan, told: Told) -> Made:
    """Fill an empty warehouse with the company of ``plan``; return its answers and papers.

    Rows go in a stretch at a time, so that memory stays bounded; indexes are made at the end.
    """
    making = _Making(engine, plan, told)
    making.frame()
    parts = stretches(plan, STRETCH)
    for first, after in parts:
        making.stretch(first, after)
    quotas = making.this_week()
    making.log()
    told("indexes", plan.leads, plan.leads)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            for index in sorted(table.indexes, key=lambda one: str(one.name)):
                index.create(connection, checkfirst=True)
    return Made(making.answers.as_written(), papers.company(), papers.agreement(plan, quotas))


class _Making:
    """One demo in the making: the counters that run through all of its stretches."""

    def __init__(self, engine: Engine, plan: Plan, told: Told) -> None:
        self.engine, self.plan, self.told = engine, plan, told
        self.answers = Answers(plan)
        self.loads = Loads(plan.clock.start(int(plan.days[0])), plan.now)
        self.weeks = np.zeros(WEEKS, dtype=np.int64)
        self.late_deals: list[Deals] = []
        self.next = {"activities": 1, "deals": 1, "touches": 1, "leads": 0}

    def frame(self) -> None:
        """Create the tables, and write reps, campaigns and their days."""
        with self.engine.begin() as connection:
            for table in metadata.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
            for batch in (rows.reps(self.plan), rows.campaigns(self.plan), rows.campaign_days(days_of(self.plan))):
                pour(connection, batch)

    def stretch(self, first: int, after: int) -> None:
        """Make and write the leads of some days, with all that became of them."""
        plan, loads = self.plan, self.loads
        leads = leads_of(plan, loads, first, after)
        decided = decisions_on(plan, leads, first)
        attempts = attempts_on(plan, loads, leads, decided, first)
        deals = deals_of(plan, loads, leads, decided, first)
        touches = touches_of(plan, leads, first)
        deal_from = np.full(len(leads) + 1, NEVER)
        own = deals.lead >= 0
        deal_from[deals.lead[own] - leads.number[0] if len(leads) else []] = deals.created[own]
        self.answers.add_leads(leads, decided, attempts, deal_from[:-1])
        self.answers.count["rows.activities"] += len(attempts)
        self.answers.count["rows.touches"] += len(touches.lead)
        known = leads.loaded < NEVER
        loads.note("leads", leads.created[known], leads.loaded[known], plan.clock)
        loads.note("activities", attempts.happened, attempts.loaded, plan.clock)
        touched = loads.after(touches.happened)
        seen = touched < NEVER
        loads.note("touches", touches.happened[seen], touched[seen], plan.clock)
        with self.engine.begin() as connection:
            pour(connection, rows.leads(plan, leads, decided))
            pour(connection, rows.activities(attempts, leads.number, self.next["activities"]))
            pour(connection, rows.touches(*touches, self.next["touches"]))
            self._deals(connection, deals)
        self.next["activities"] += len(attempts)
        self.next["touches"] += len(touches.lead)
        self.next["leads"] += len(leads)
        self.told("leads", self.next["leads"], plan.leads)

    def _deals(self, connection: Connection, deals: Deals) -> None:
        """Write the deals, but keep those won this week until it is known how the week shall stand."""
        week = self.plan.clock.start(day_number(self.plan.today) - self.plan.today.weekday())
        this_week = (deals.won < NEVER) & (deals.won >= week)
        self.late_deals.append(deals.only(np.nonzero(this_week)[0]))
        self.weeks += weekly_wins(self.plan, deals, WEEKS)
        self._write_deals(connection, deals.only(np.nonzero(~this_week)[0]))

    def _write_deals(self, connection: Connection, deals: Deals) -> None:
        self.answers.add_deals(deals)
        self.loads.note("deals", deals.created, deals.loaded, self.plan.clock)
        pour(connection, rows.deals(self.plan, deals, self.next["deals"]))
        self.next["deals"] += len(deals)

    def this_week(self) -> papers.Quotas:
        """Write what was won this week, sized so that the week stands a little behind; return the quotas."""
        plan, quotas = self.plan, papers.quotas_from(self.weeks)
        monday = day_number(plan.today) - plan.today.weekday()
        version = plan.version(plan.today.fromordinal(plan.today.toordinal() - plan.today.weekday()))
        owed = quotas.total(version) * 100 * plan.clock.share(monday, monday + 7, plan.now)
        deals = together(self.late_deals)
        _sized(deals, owed * plan.random(8).uniform(0.9, 0.98))
        with self.engine.begin() as connection:
            self._write_deals(connection, deals)
        return quotas

    def log(self) -> None:
        """Write the log of the loads."""
        entries = list(self.loads.log())
        with self.engine.begin() as connection:
            pour(connection, rows.loads(entries))


def _sized(deals: Deals, cents: float) -> None:
    """Change the amounts of ``deals`` in proportion, to sum to about ``cents``; never by more than half or double."""
    known = deals.amount >= 0
    done = deals.amount[known].sum()
    if not done or not cents:
        return
    factor = float(np.clip(cents / done, 0.5, 2.0))
    for money in (deals.amount, deals.margin):
        some = money >= 0
        money[some] = np.rint(money[some] * factor / 1000).astype(np.int64) * 1000


FILES = ("smarketing.toml", "agreement.toml", "answers.json")


def write_papers(folder: Path, made: Made) -> None:
    """Write the company's two files and the answers into ``folder``."""
    texts = (made.company, made.agreement, json.dumps(made.answers, indent=1) + "\n")
    for name, text in zip(FILES, texts, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
