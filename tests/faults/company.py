"""A small living company: it writes its events into the warehouse, and remembers every state the warehouse was in."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from queries import tables
from queries.warehouse import prepare

Row = dict[str, Any]
Tables = dict[str, list[Row]]
LEADS, PACE = 300, 0.7
"""Leads at the start, and seconds from one event to the next."""


class Kept(NamedTuple):
    """What the warehouse held: from some instant within the commit that brought it."""

    begun: datetime
    """Just before the commit: nobody can have seen it earlier."""
    done: datetime
    """Just after the commit: nobody can have seen what was before any later."""
    tables: Tables
    whole: bool
    """False for half a load, which nobody may ever be shown."""


class Company:
    """The company's events: written for all to read, and remembered."""

    def __init__(self, writer: Engine, seed: int, clock: Callable[[], datetime] | None = None) -> None:
        """``clock`` tells what time it is where the company lives; the history is kept by the real one."""
        self.writer = writer
        self.clock = clock or now
        self.history: list[Kept] = []
        self._chance = random.Random(seed)
        self._number = 0
        self._one_at_a_time = threading.RLock()

    @property
    def tables(self) -> Tables:
        """What the warehouse holds now."""
        return self.history[-1].tables

    def begin(self) -> None:
        """Make the warehouse and its first rows."""
        prepare(self.writer)
        empty: Tables = {name: [] for name in ("reps", "leads", "activities", "deals", "loads")}
        self.history = [Kept(now(), now(), empty, True)]
        reps = [row("reps", rep_id=f"r{n}", name=f"Rep {n}", team=team) for n, team in enumerate(("North", "South"))]
        added: Tables = {"reps": reps, "leads": [], "activities": [], "deals": []}
        for _ in range(LEADS):
            self._event(added, self.clock() - timedelta(seconds=self._chance.uniform(600, 40 * 86400)))
        self.add(added)

    def add(self, rows: Tables, whole: bool = True) -> None:
        """Write some rows in one transaction."""
        after = {name: some + rows.get(name, []) for name, some in self.tables.items()}

        def write(connection: Connection) -> None:
            for name, some in rows.items():
                if some:
                    connection.execute(tables.metadata.tables[name].insert(), some)

        self.commit(write, after, whole)

    def commit(self, write: Callable[[Connection], None], after: Tables, whole: bool = True) -> None:
        """Write in one transaction what makes the warehouse hold ``after``."""
        with self._one_at_a_time:
            begun = now()
            with self.writer.begin() as connection:
                write(connection)
            self.history.append(Kept(begun, now(), after, whole))

    def live_on(self) -> None:
        """Let one thing happen: mostly a lead, often a call, sometimes a deal won."""
        with self._one_at_a_time:
            added: Tables = {"leads": [], "activities": [], "deals": []}
            self._event(added, self.clock() - timedelta(milliseconds=self._chance.randint(1, 900)))
            self.add(added)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Keep everything still for a while, so that what a test writes itself is all there is."""
        with self._one_at_a_time:
            yield

    def lead(self, at: datetime, **more: Any) -> Row:
        """A new sales-ready lead of some instant."""
        self._number += 1
        source = self._chance.choice(("web", "fairs"))
        return row(
            "leads",
            lead_id=f"l{self._number:06}",
            created_at=at,
            ready_at=at,
            assigned_at=at,
            source=source,
            **more,
        )

    def deal(self, at: datetime, amount: Any, **more: Any) -> Row:
        """A new deal, won at some instant."""
        self._number += 1
        name, rep = f"d{self._number:06}", self._chance.choice(("r0", "r1"))
        opened = at - timedelta(days=3)
        return row("deals", deal_id=name, created_at=opened, rep_id=rep, amount=amount, won_at=at) | more

    def _event(self, added: Tables, at: datetime) -> None:
        lead = self.lead(at)
        added["leads"].append(lead)
        kind = self._chance.random()
        if kind < 0.7:
            self._number += 1
            tried = row("activities", activity_id=f"a{self._number:06}", lead_id=lead["lead_id"], kind="call")
            added["activities"].append(tried | {"happened_at": at + timedelta(milliseconds=1), "rep_id": "r0"})
        if kind < 0.3:
            amount = Decimal(self._chance.randint(100_00, 9_000_00)) / 100
            added["deals"].append(self.deal(at, amount, lead_id=lead["lead_id"], customer_id=f"c{self._number}"))


def row(table: str, **known: Any) -> Row:
    """A row with every column of the contract; what is not known is empty."""
    return dict.fromkeys(tables.metadata.tables[table].columns.keys()) | known


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def living(company: Company) -> Iterator[None]:
    """Have things happen in the company as long as the block lasts; while the warehouse is down, nothing does."""
    over = threading.Event()

    def live() -> None:
        while not over.wait(PACE):
            try:
                company.live_on()
            except SQLAlchemyError:
                company.writer.dispose()

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(20)
