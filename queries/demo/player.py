"""Plays the company's CRM: as time passes it writes new leads, attempts, decisions and deals into the warehouse."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, Engine, Table, insert, update

from queries import tables
from queries.demo import facts, rows
from queries.demo.answers import lead_id
from queries.demo.clock import Clock
from queries.demo.loads import LATEST_ROW
from queries.demo.memory import MOST, WORKED_DAYS, Memory, OpenDeal, OpenLead, recalled
from queries.demo.rhythm import KINDS, Rhythm
from queries.watermark import tell

MOST_SECONDS = 300
"""After a longer pause (a machine that slept) only so much of it is made up for."""
EMPTY_LOAD = 300
"""Seconds after which a load is logged even if nothing happened."""


class Player:
    """The company's people and machines; every step is one transaction, with its loads in the log."""

    def __init__(self, engine: Engine, leads: int, seed: int, begun: datetime) -> None:
        self.engine, self.random = engine, np.random.default_rng([seed, int(begun.timestamp())])
        first = (begun - timedelta(days=40)).date()
        self.zone = ZoneInfo(facts.ZONE)
        self.clock = Clock(
            self.zone, first, first + timedelta(days=800), facts.OPENS, facts.CLOSES, facts.COUNTRY, facts.REGION
        )
        self.rhythm = Rhythm(leads, self.clock, begun.timestamp(), self.random)
        self.last, self.logged = begun, begun
        self.memory: Memory | None = None

    def step(self, now: datetime) -> dict[str, int]:
        """Write what happened since the last step; return how many of each kind. What fails leaves nothing behind."""
        since = max(self.last, now - timedelta(seconds=MOST_SECONDS))
        counts = self.rhythm.happen(since.timestamp(), now.timestamp())
        try:
            with self.engine.begin() as connection:
                memory = self.memory or recalled(connection, now)
                done = Step(memory, self.random, now, self.zone).play(counts)
                if done.touched or now - self.logged >= timedelta(seconds=EMPTY_LOAD):
                    done.write(connection)
                    tell(connection)
                    self.logged = now
        except BaseException:
            # what was in mind may not be in the warehouse: ask it again next time
            self.memory = None
            raise
        self.memory, self.last = memory, now
        return dict(done.counts)


class Step:
    """One step: what happens in it, first in mind, then into the warehouse."""

    def __init__(self, memory: Memory, random: np.random.Generator, now: datetime, zone: ZoneInfo) -> None:
        self.memory, self.random, self.now, self.zone = memory, random, now, zone
        self.new: dict[Table, list[dict[str, Any]]] = {tables.leads: [], tables.activities: [], tables.deals: []}
        self.changed: list[tuple[Table, str, dict[str, Any]]] = []
        self.touched: dict[Table, list[date]] = {}
        self.counts: Counter[str] = Counter()
        self.born: list[OpenLead] = []

    def play(self, counts: dict[str, int]) -> "Step":
        """Let so many of each kind happen, as far as there is something for them to happen to."""
        happen = {
            "lead": self.lead, "attempt": self.attempt, "decision": self.decision,
            "deal": self.deal, "won": self.won, "lost": self.lost,
        }  # fmt: skip
        for kind in KINDS:
            for _ in range(counts[kind]):
                if happen[kind]():
                    self.counts[kind] += 1
        # a lead is tried in a later step than the one it came in
        self.memory.leads[:0] = self.born
        oldest = self.now - timedelta(days=WORKED_DAYS)
        self.memory.leads = [one for one in self.memory.leads if one.assigned_at > oldest][:MOST]
        del self.memory.deals[MOST:]
        return self

    def _chance(self, share: float) -> bool:
        return bool(self.random.random() < share)

    def _one(self, some: list[Any]) -> Any:
        return some[int(self.random.integers(len(some)))] if some else None

    def _next(self, kind: str) -> int:
        self.memory.numbers[kind] += 1
        return self.memory.numbers[kind]

    def _touch(self, table: Table, born: datetime) -> None:
        self.touched.setdefault(table, []).append(born.astimezone(self.zone).date())

    def _change(self, table: Table, key: str, born: datetime, **values: Any) -> bool:
        self.changed.append((table, key, values))
        self._touch(table, born)
        return True

    def lead(self) -> bool:
        """A new lead comes in; most are sales-ready and given to a rep at once."""
        number = lead_id(self._next("L"))
        place = int(self.random.choice(len(facts.SOURCES), p=[one.share for one in facts.SOURCES]))
        source, ready = facts.SOURCES[place], self._chance(facts.SOURCES[place].ready)
        rep = self._one(self.memory.reps) if ready else None
        campaign = self._one([one for one, its in self.memory.campaigns if its == source.name])
        high = (0.44, 0.40, 0.16) if ready else (0.28, 0.42, 0.30)
        row = {
            "lead_id": number,
            "created_at": self.now,
            "source": source.name,
            "campaign_id": campaign,
            "persona": self._one(list(facts.PERSONAS)),
            "fit": str(self.random.choice(facts.LEVELS, p=high)),
            "interest": str(self.random.choice(facts.LEVELS, p=high)),
            "ready_at": self.now if ready else None,
            "owner_id": rep,
            "assigned_at": self.now if rep else None,
            "missing": self._one(list(facts.MISSING)) if self._chance(0.09) else None,
            "label": self._one(rows.COMPANY_NAMES),
            "url": f"{rows.CRM}/leads/{number}",
            "loaded_at": self.now,
        }
        self.new[tables.leads].append(row)
        self._touch(tables.leads, self.now)
        if rep:
            self.born.append(OpenLead(number, self.now, self.now, rep, row["label"], 0, False))
        return True

    def attempt(self) -> bool:
        """A rep tries to reach a lead: mostly the one that has waited longest for its first attempt."""
        untried = [one for one in self.memory.leads if not one.attempts]
        again = [one for one in self.memory.leads if 0 < one.attempts < 8]
        fresh = untried and (not again or self._chance(0.45))
        lead = self._one(untried[-8:]) if fresh else self._one(again)
        if lead is None:
            return False
        lead.attempts += 1
        kind = str(self.random.choice(facts.KINDS, p=(0.58, 0.28, 0.05, 0.09)))
        outcome = "sent" if kind in ("email", "message") else self._one(["connected", "no_answer", "voicemail"])
        self.new[tables.activities].append(
            {
                "activity_id": rows.activity_id(self._next("A")),
                "lead_id": lead.lead_id,
                "happened_at": self.now,
                "kind": kind,
                "rep_id": lead.rep_id,
                "outcome": outcome,
                "automated": False,
                "loaded_at": self.now,
            }
        )
        self._touch(tables.activities, self.now)
        return True

    def decision(self) -> bool:
        """Sales says yes or no to a lead it has tried to reach."""
        lead = self._one([one for one in self.memory.leads if one.attempts and not one.accepted])
        if lead is None:
            return False
        rating = int(self.random.integers(1, 6)) if self._chance(0.45) else None
        if self._chance(0.74):
            lead.accepted = True
            return self._change(tables.leads, lead.lead_id, lead.created_at, accepted_at=self.now, rating=rating)
        self.memory.leads.remove(lead)
        reason = facts.REASONS[int(self.random.choice(len(facts.REASONS), p=facts.REASON_WEIGHTS))]
        values = {"rejected_at": self.now, "rejection_reason": reason, "rating": rating}
        return self._change(tables.leads, lead.lead_id, lead.created_at, **values)

    def deal(self) -> bool:
        """A deal begins with a lead that was accepted."""
        lead = self._one([one for one in self.memory.leads if one.accepted])
        if lead is None:
            return False
        self.memory.leads.remove(lead)
        number, amount = rows.deal_id(self._next("D")), self._amount()
        self.new[tables.deals].append(
            {
                "deal_id": number,
                "created_at": self.now,
                "rep_id": lead.rep_id,
                "lead_id": lead.lead_id,
                "customer_id": rows.customer_id(int(lead.lead_id[1:])),
                "stage": facts.STAGES[0],
                "amount": amount,
                "margin": amount * 45 / 100,
                "expected_close_on": self.now.astimezone(self.zone).date()
                + timedelta(int(self.random.integers(4, 60))),
                "label": lead.label,
                "url": f"{rows.CRM}/deals/{number}",
                "loaded_at": self.now,
            }
        )
        self.memory.deals.insert(0, OpenDeal(number, self.now))
        self._touch(tables.deals, self.now)
        return True

    def _amount(self) -> Decimal:
        """Return what a new deal is worth, in tens of euros."""
        return Decimal(max(15, round(float(self.random.lognormal(np.log(240) - 0.2, 0.62))))) * 10

    def won(self) -> bool:
        """A deal is won."""
        return self._end(won_at=self.now, stage="won")

    def lost(self) -> bool:
        """A deal is lost."""
        return self._end(lost_at=self.now, stage="lost", lost_reason=self._one(list(facts.LOST_REASONS)))

    def _end(self, **values: Any) -> bool:
        deal = self._one([one for one in self.memory.deals if one.created_at < self.now])
        if deal is None:
            return False
        self.memory.deals.remove(deal)
        return self._change(tables.deals, deal.deal_id, deal.created_at, **values)

    def write(self, connection: Connection) -> None:
        """Write everything that happened, and the loads that brought it."""
        for table, new in self.new.items():
            if new:
                connection.execute(insert(table), new)
        for table, key, values in self.changed:
            (id_column,) = table.primary_key
            connection.execute(update(table).where(id_column == key).values(values))
        connection.execute(insert(tables.loads), [self._load(table) for table in self.new])

    def _load(self, table: Table) -> dict[str, Any]:
        days = self.touched.get(table, [])
        return {
            "load_id": self._next("load"),
            "table_name": table.name,
            "loaded_at": self.now,
            "status": "ok",
            "first_day": min(days, default=None),
            "last_day": max(days, default=None),
            "complete_through": self.now.astimezone(UTC) - timedelta(seconds=LATEST_ROW),
            "rows": len(days),
        }
