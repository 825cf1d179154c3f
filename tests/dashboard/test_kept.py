"""What is kept of earlier readings says at every moment what a reading of the whole warehouse says."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, event, func, insert, select, update
from sqlalchemy.engine import URL

from dashboard.company import Company
from dashboard.kept import A_FEW, TABLES
from dashboard.look import GATED, Looker
from dashboard.settings import Settings
from queries import ages
from queries.faults import DataRefused
from queries.tables import activities, deals, leads, loads, reps
from queries.warehouse import prepare, reader, writer
from queries.watermark import Watermark, watermark
from tests.dashboard.company import agreement, company, settings, version

START = datetime(2026, 3, 27, 16, 30, tzinfo=UTC)
STEPS = {"sqlite": 24, "postgresql": 6}
"""PostgreSQL is asked the same questions in the same way; there it is the engine's answers that are tested."""
JUMPS = [
    timedelta(seconds=7), timedelta(minutes=11), timedelta(hours=2), timedelta(hours=9), timedelta(days=1),
    timedelta(days=3), timedelta(seconds=-90),
]  # fmt: skip
TURNS = [
    "2026-03-28T22:59:59+00:00",
    "2026-03-29T01:00:00+00:00",
    "2026-03-31T21:59:50+00:00",
    "2026-03-31T22:00:00+00:00",
]
"""A midnight, the clocks that go forward, and both sides of a month's end, in Berlin."""


def berlin(**changes: object) -> Company:
    return company(
        time_zone="Europe/Berlin", ages={"last_load_minutes": 10_000_000, "newest_event_hours": 100_000}, **changes
    )


def told(url: URL, unit: str) -> Settings:
    goal = {"unit": unit, "per_month": 40, "deal_size": "measured", "lead_to_customer": "measured"}
    promise = version(goal=goal, quotas=[{"period": "week", "unit": unit, "amount": 10}], **{"from": "2024-01-01"})
    return settings(url, company=berlin(), agreement=agreement(promise))


Touched = list[tuple[str, list[datetime | None]]]
"""Tables, each with the instants of a row that was touched in it."""


class Life:
    """A warehouse in which things happen, late things and undone things among them, with a log of loads."""

    def __init__(self, url: URL, seed: int, logged: tuple[str, ...] = TABLES) -> None:
        self.engine, self.chance, self.now = writer(url), random.Random(seed), START
        self.ids, self.logged = count(1), True
        prepare(self.engine)
        with self.engine.begin() as connection:
            connection.execute(
                insert(reps), [{"rep_id": f"r{n}", "name": f"Rep {n}", "team": "north"} for n in range(3)]
            )
            for _ in range(150):
                self.lead(connection, self.chance.uniform(0, 420))
            for table in logged:
                self._log(connection, table, [])

    def step(self) -> None:
        """Let time pass, and let something happen: logged, not logged, or nothing at all."""
        self.now = self._later()
        kind = self.chance.choice(["nothing", "logged", "logged", "logged", "unlogged"])
        if kind == "nothing":
            return
        with self.engine.begin() as connection:
            for _ in range(self.chance.randint(1, 4)):
                happens: Callable[[Connection], Touched] = self.chance.choice(
                    [self.comes, self.is_tried, self.changes, self.is_gone, self.is_won, self.is_worth]
                )
                for table, touched in happens(connection):
                    if kind == "logged":
                        self._log(connection, table, touched)

    def _later(self) -> datetime:
        turn = datetime.fromisoformat(self.chance.choice(TURNS))
        if turn > self.now and self.chance.random() < 0.3:
            return turn
        return self.now + self.chance.choice(JUMPS)

    def _log(self, connection: Connection, table: str, touched: list[datetime | None]) -> None:
        days = [one.astimezone(berlin().calendar.zone).date() for one in touched if one]
        row = {
            "load_id": next(self.ids), "table_name": table, "loaded_at": self.now, "status": "ok", "rows": len(days),
            "first_day": min(days, default=None), "last_day": max(days, default=None),
        }  # fmt: skip
        connection.execute(insert(loads), row)

    def lead(self, connection: Connection, days_ago: float) -> list[datetime | None]:
        at = self.now - timedelta(days=days_ago)
        hours = [self.chance.uniform(0, 80) for _ in range(5)]
        ready, given, no, won = (at + timedelta(hours=sum(hours[: n + 1])) for n in range(4))
        likely = [self.chance.random() < share for share in (0.8, 0.9, 0.2, 0.4, 0.1)]
        name = f"l{next(self.ids)}"
        row = {
            "lead_id": name, "created_at": at, "source": "web", "loaded_at": self._learned(),
            "fit": self.chance.choice(["high", "low", None]), "interest": self.chance.choice(["high", "low", None]),
            "ready_at": ready if likely[0] else None, "assigned_at": given if likely[1] else None,
            "rejected_at": no if likely[2] else None, "duplicate_of": "l0" if likely[4] else None,
        }  # fmt: skip
        connection.execute(insert(leads), row)
        for _ in range(self.chance.randint(0, 4)):
            self._try(connection, name, given + timedelta(hours=self.chance.expovariate(1 / 40)))
        if likely[3]:
            self._deal(connection, name, won - timedelta(hours=9), won)
        return [at, *(one for one in row.values() if isinstance(one, datetime))]

    def _learned(self) -> datetime | None:
        return self.chance.choice(
            [None, self.now - timedelta(seconds=1), self.now - timedelta(days=500), self.now + timedelta(hours=1)]
        )

    def _try(self, connection: Connection, lead: str, at: datetime) -> None:
        row = {
            "activity_id": f"a{next(self.ids)}", "lead_id": lead, "happened_at": at, "kind": "call",
            "automated": self.chance.choice([None, False, True]), "loaded_at": self._learned(),
        }  # fmt: skip
        connection.execute(insert(activities), row)

    def _deal(self, connection: Connection, lead: str | None, opened: datetime, won: datetime | None) -> None:
        row = {
            "deal_id": f"d{next(self.ids)}", "created_at": opened, "rep_id": f"r{self.chance.randrange(4)}",
            "lead_id": lead, "customer_id": f"c{self.chance.randrange(40)}", "won_at": won,
            "amount": self.chance.choice([None, Decimal("99.50"), Decimal(1000)]), "loaded_at": self._learned(),
        }  # fmt: skip
        connection.execute(insert(deals), row)

    # what may happen: each returns every instant of the rows it touched, before and after

    def comes(self, connection: Connection) -> "Touched":
        """A lead comes, often late; what belongs to it comes with it."""
        before = self._tops(connection)
        found = [("leads", self.lead(connection, self.chance.choice([0, 0.1, 3, 30, 200])))]
        for table, column in ((activities, activities.c.activity_id), (deals, deals.c.deal_id)):
            for row in connection.execute(select(table).where(column.not_in(before[table.name]))).mappings():
                found.append((table.name, _instants(dict(row))))
        return found

    @staticmethod
    def _tops(connection: Connection) -> dict[str, list[str]]:
        return {
            "activities": list(connection.execute(select(activities.c.activity_id)).scalars()),
            "deals": list(connection.execute(select(deals.c.deal_id)).scalars()),
        }

    def is_tried(self, connection: Connection) -> "Touched":
        """Somebody tries to reach a lead, now or some days ago."""
        lead, at = self._some(connection, leads), self.now - timedelta(days=self.chance.choice([0, 0.01, 1, 20]))
        self._try(connection, lead["lead_id"], at)
        return [("activities", [at])]

    def changes(self, connection: Connection) -> "Touched":
        """A lead is accepted, rejected, given, becomes ready, or turns out to be another."""
        lead = self._some(connection, leads)
        near = self.now + timedelta(hours=self.chance.choice([-300, -30, -1, 0, 5]))
        values = self.chance.choice(
            [
                {"accepted_at": near},
                {"rejected_at": near},
                {"assigned_at": near},
                {"ready_at": near},
                {"duplicate_of": "l1"},
                {"missing": "phone"},
            ]
        )
        connection.execute(update(leads).where(leads.c.lead_id == lead["lead_id"]).values(values))
        return [("leads", _instants(lead) + _instants(values))]

    def is_won(self, connection: Connection) -> "Touched":
        """A deal is won, lately or long ago."""
        deal = self._some(connection, deals)
        won = self.now - timedelta(days=self.chance.choice([0, 1, 9, 60]))
        connection.execute(update(deals).where(deals.c.deal_id == deal["deal_id"]).values(won_at=won))
        return [("deals", [*_instants(deal), won])]

    def is_worth(self, connection: Connection) -> "Touched":
        """A deal turns out to be worth something else."""
        deal = self._some(connection, deals)
        connection.execute(update(deals).where(deals.c.deal_id == deal["deal_id"]).values(amount=Decimal(7)))
        return [("deals", _instants(deal))]

    def is_gone(self, connection: Connection) -> "Touched":
        """A row is deleted."""
        table, name = self.chance.choice([(leads, "lead_id"), (activities, "activity_id"), (deals, "deal_id")])
        row = self._some(connection, table)
        connection.execute(delete(table).where(table.c[name] == row[name]))
        return [(table.name, _instants(row))]

    def _some(self, connection: Connection, table: Any) -> dict[str, Any]:
        many = connection.execute(select(func.count()).select_from(table)).scalar_one()
        query = select(table).order_by(*table.primary_key).offset(self.chance.randrange(many)).limit(1)
        return dict(connection.execute(query).mappings().one())


def _instants(row: dict[str, Any]) -> list[datetime | None]:
    return [one for name, one in row.items() if isinstance(one, datetime) and name != "loaded_at"]


class Pair:
    """One who keeps, and one who reads everything anew."""

    def __init__(self, told: Settings) -> None:
        self.told, self.keeping = told, Looker(told)
        self.engine = reader(told.warehouse, told.read_seconds)
        self.mark: Watermark = watermark(told.warehouse, self.keeping.engine)

    def boards(self, now: datetime) -> tuple[Any, Any]:
        anew = self._anew()
        found = self.keeping.fresh(now, None, self.mark.mark).board, anew.fresh(now, None).board
        anew._end()  # the engine is another's: to close all would close it
        return found

    def days(self, now: datetime) -> tuple[Any, Any]:
        """Return the reps' days, from the same look as the boards and after them."""
        anew = self._anew()
        anew.fresh(now, None)
        return self.keeping.days(), anew.days()

    def _anew(self) -> Looker:
        anew = Looker(self.told)
        anew._engine = self.engine  # who reads anew each time has kept nothing but the text of the statements
        return anew

    def close(self) -> None:
        self.mark.close()
        self.keeping.close()
        self.engine.dispose()


@pytest.fixture(params=["money", "customers"])
def pair(request: pytest.FixtureRequest, warehouse_url: URL) -> Iterator[tuple[Life, Pair]]:
    life = Life(warehouse_url, seed=len(request.param))
    pair = Pair(told(warehouse_url, request.param))
    yield life, pair
    pair.close()
    life.engine.dispose()


def test_a_kept_reading_is_a_fresh_one_whatever_happens_to_the_warehouse(pair: tuple[Life, Pair]) -> None:
    life, beside = pair
    for step in range(STEPS[life.engine.dialect.name]):
        life.step()
        kept, fresh = beside.boards(life.now)
        assert differences(kept, fresh) == {}, f"step {step}, {life.now}"
        mine, anew = beside.days(life.now)
        assert mine == anew, f"step {step}, {life.now}"


def test_a_deal_won_in_the_end_is_told_of_a_lead_that_was_given_on_a_day_before_it_began(warehouse_url: URL) -> None:
    life, beside = Life(warehouse_url, seed=6), Pair(told(warehouse_url, "money"))
    given, now = datetime(2026, 4, 7, 9, tzinfo=UTC), datetime(2026, 4, 10, 9, tzinfo=UTC)
    opened = given + timedelta(days=1)
    with life.engine.begin() as connection:
        row = {"lead_id": "late", "created_at": given, "source": "web", "owner_id": "r1", "assigned_at": given}
        connection.execute(insert(leads), row)
        connection.execute(insert(deals), {"deal_id": "late", "created_at": opened, "rep_id": "r1", "lead_id": "late"})
    life.now = now
    beside.boards(now)
    beside.days(now)
    with life.engine.begin() as connection:
        connection.execute(update(deals).where(deals.c.deal_id == "late").values(won_at=now))
        life._log(connection, "deals", [opened, now])
    for minutes in (0, 1):
        life.now = now + timedelta(minutes=minutes)
        beside.boards(life.now)
        kept, anew = beside.days(life.now)
        assert kept == anew
        assert [one.won for one in kept.reps["r1"].sources if one.label == "web"] == [minutes]
    beside.close()
    life.engine.dispose()


def test_a_table_whose_loads_nobody_logs_is_read_anew_with_every_change(warehouse_url: URL) -> None:
    life, beside = Life(warehouse_url, 8, ("activities",)), Pair(told(warehouse_url, "money"))
    with life.engine.begin() as connection:
        connection.execute(update(leads).values(loaded_at=None))
    before, _ = beside.boards(life.now)
    given = life.now - timedelta(days=3)
    life.now += timedelta(minutes=1)
    with life.engine.begin() as connection:
        row = {"lead_id": "new", "created_at": given, "ready_at": given, "source": "web", "assigned_at": given}
        connection.execute(insert(leads), row)
        life._log(connection, "activities", [life.now])
    kept, fresh = beside.boards(life.now)
    assert differences(kept, fresh) == {}
    done = "marketing.month.done"
    assert kept.numbers[done].value == before.numbers[done].value + 1
    beside.close()
    life.engine.dispose()


def differences(kept: Any, fresh: Any) -> dict[str, tuple[Any, Any]]:
    found = {
        name: (kept.numbers.get(name), one) for name, one in fresh.numbers.items() if kept.numbers.get(name) != one
    }
    others = {
        name: (value, other)
        for name, value, other in zip(kept._fields, kept, fresh, strict=True)
        if name != "numbers" and value != other
    }
    return found | others


def statements(engine: Engine) -> list[tuple[str, Any]]:
    told: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *said: told.append((said[2], said[3])))
    return told


def test_days_gone_by_are_not_asked_for_again_until_a_load_touches_them(warehouse_url: URL) -> None:
    life, pair = Life(warehouse_url, seed=3), Pair(told(warehouse_url, "money"))
    with life.engine.begin() as connection:
        for table in (leads, activities, deals):
            connection.execute(update(table).values(loaded_at=None))
            born = table.c.get("happened_at", table.c.get("created_at"))
            connection.execute(delete(table).where(born >= life.now))
        connection.execute(update(leads).values(rejected_at=None))
    asked = statements(pair.keeping.engine)

    def days_asked() -> int:
        asked.clear()
        pair.boards(life.now)
        return sum(text.count("UNION ALL") for text, _ in asked)

    everything = days_asked()
    life.now += timedelta(seconds=10)
    still = days_asked()
    assert still < everything / 4
    with life.engine.begin() as connection:
        life._log(connection, "leads", [life.now - timedelta(days=100)])
    assert still + 100 < days_asked() < everything * 3 / 4
    pair.close()
    life.engine.dispose()


def test_what_came_and_went_is_what_a_whole_count_says_and_a_loss_is_seen_at_once(sqlite_url: URL) -> None:
    life, pair = Life(sqlite_url, seed=5), Pair(told(sqlite_url, "money"))
    with life.engine.begin() as connection:
        for table in (leads, activities, deals):
            connection.execute(update(table).values(loaded_at=None))
            born = table.c.get("happened_at", table.c.get("created_at"))
            connection.execute(delete(table).where(born >= life.now))
        connection.execute(update(leads).values(rejected_at=None))
    looked = None
    for later in (0, 10, 3600, 5 * 86_400, 60 * 86_400):
        life.now += timedelta(seconds=later)
        looked = pair.keeping.fresh(life.now, looked, pair.mark.mark)
        with pair.engine.connect() as connection:
            assert looked.rows == ages.rows(connection, life.now - GATED, life.now, life.now)
    before = looked and looked._replace(rows=dict.fromkeys(looked.rows, 1000))
    with life.engine.begin() as connection:
        connection.execute(delete(activities))
    with pytest.raises(DataRefused, match="no load says why"):
        pair.keeping.fresh(life.now, before, pair.mark.mark)
    pair.close()
    life.engine.dispose()


def test_what_was_read_long_ago_is_read_anew_a_little_at_a_time(sqlite_url: URL) -> None:
    life, pair = Life(sqlite_url, seed=4), Pair(told(sqlite_url, "money"))
    with life.engine.begin() as connection:
        for table in (leads, activities, deals):
            connection.execute(update(table).values(loaded_at=None))
            born = table.c.get("happened_at", table.c.get("created_at"))
            connection.execute(delete(table).where(born >= life.now))
        connection.execute(update(leads).values(rejected_at=None))
    pair.boards(life.now)
    parts = dict(pair.keeping._kept._parts)
    life.now += timedelta(minutes=16)
    pair.boards(life.now)
    renewed = [at for at, part in parts.items() if pair.keeping._kept._parts.get(at) is not part]
    assert renewed == list(parts)[:A_FEW]
    pair.close()
    life.engine.dispose()
