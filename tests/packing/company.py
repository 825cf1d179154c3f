"""A made-up company with a kept week and what its meeting decided, for the tests of the pack."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import insert, update

from dashboard.meeting.freezer import keep
from dashboard.packing.week import Packed, read
from dashboard.settings import Settings
from dashboard.store import door
from dashboard.store.door import Store
from queries import warehouse
from queries.tables import deals, leads
from tests.dashboard.whole import whole

WEEK = "2026-W46"
KEPT_AT = datetime(2026, 11, 18, 13, tzinfo=UTC)
READERS = ("ann@acme.example", "Ben@acme.example", "eve@acme.example")
LATE = 6


class Kept(NamedTuple):
    """A company's settings; its store is opened by whoever needs it."""

    told: Settings
    folder: Path

    def store(self) -> Store:
        """Return the store, opened."""
        return door.opened(self.told.store)

    def packed(self, name: str | None = WEEK, at: datetime = KEPT_AT, **words: Any) -> Packed:
        """Return a week as it is packed at a moment."""
        store = self.store()
        try:
            return read(self.told, store, name, at, **words)
        finally:
            store.close()


def made(folder: Path) -> Kept:
    """Return a company made up in ``folder`` whose week 46 is kept, with an action and a word of its meeting."""
    told = whole(folder).settings
    store = door.opened(told.store)
    keep(told, store, WEEK, KEPT_AT)
    store.actions.add(
        "action-one",
        WEEK,
        side="sales",
        text="Call <b>Fuchs & Söhne</b> before noon",
        owner="Inés",
        due_on=date(2026, 11, 20),
        number="marketing.week.done",
        value="17",
        written_at=KEPT_AT,
    )
    store.promises.say("word-one", "2026-W47", "marketing", "marketing.week.done", "21", "21 leads", KEPT_AT, "Ann", 0)
    store.close()
    return Kept(told, folder)


def copied(one: Kept, folder: Path) -> Kept:
    """Return a company of the same rows, whose warehouse and store are nobody else's."""
    shutil.copytree(one.folder, folder, dirs_exist_ok=True)
    return Kept(one.told._replace(warehouse=warehouse.address(str(folder / "demo.db"))), folder)


def mailing_to(one: Kept, *readers: str) -> Settings:
    """Return the settings of a company that sends its weeks to ``readers``."""
    meeting = one.told.company.meeting.model_copy(update={"mail_to": readers or READERS})
    return one.told._replace(company=one.told.company.model_copy(update={"meeting": meeting}))


def a_month_goes_by(one: Kept) -> None:
    """Load rows of the four weeks after, and some of the kept week itself: late, gone, and changed."""
    within, loaded = datetime(2026, 11, 12, 10, tzinfo=UTC), KEPT_AT + timedelta(hours=1)
    ready = {"source": "email", "fit": "high", "interest": "high"}

    def row(name: str, at: datetime, loaded_at: datetime) -> dict[str, Any]:
        return {**ready, "lead_id": name, "label": name, "created_at": at, "ready_at": at, "loaded_at": loaded_at}

    writer = warehouse.writer(one.told.warehouse)
    with writer.begin() as connection:
        connection.execute(insert(leads), [row(f"late{n}", within, loaded) for n in range(LATE)])
        days = [within + timedelta(days=7 + day) for day in range(28)]
        connection.execute(insert(leads), [row(f"next{n}", at, at) for n, at in enumerate(days)])
        won = deals.c.won_at.between(datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 15, tzinfo=UTC))
        connection.execute(update(deals).where(won).values(amount=deals.c.amount + 100, loaded_at=loaded))
    writer.dispose()
