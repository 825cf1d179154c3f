"""A company whose weeks are kept, served exactly as the Procfile says, for the tests of the meeting."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.engine import URL

from dashboard.agreement import Agreement
from dashboard.company import Company as Facts
from dashboard.meeting.form import pressed
from dashboard.meeting.freeze import Papers, frozen
from dashboard.meeting.week import Week, beside, week_of
from dashboard.signed import read
from dashboard.store import address
from dashboard.store.door import opened
from queries import warehouse
from queries.demo.make import make, write_papers
from queries.demo.plan import Plan
from queries.tables import leads
from tests.browser.real import Company, served

KEPT, LATE = 3, 6
"""So many weeks are kept; so many leads of the last of them are loaded later."""


class Met(NamedTuple):
    """A served company, and its weeks: the last one first."""

    url: str
    weeks: list[str]
    running: str

    def meeting(self, back: int = 1) -> str:
        """Return the address of the meeting on the week so many weeks ago."""
        return f"{self.url}/meeting/{self.weeks[back - 1]}"


@contextmanager
def meeting(folder: Path) -> Iterator[Met]:
    """Serve a company made up until now, whose last weeks are kept, until the block ends."""
    now = datetime.now(UTC).replace(microsecond=0)
    url = warehouse.address(str(folder / "demo.db"))
    writer = warehouse.writer(url)
    write_papers(folder, make(writer, Plan(1, now, 1500), lambda *_: None))
    facts, promised = read(Facts, folder / "smarketing.toml"), read(Agreement, folder / "agreement.toml")
    running = week_of(facts.calendar.day(now), facts.calendar, facts.meeting.freeze)
    weeks = [beside(running, -back, facts.calendar, facts.meeting.freeze) for back in range(1, KEPT + 1)]
    keep(url, Papers(facts, promised), weeks)
    at = weeks[0].ends_at - timedelta(days=3)
    row = {"created_at": at, "ready_at": at, "source": "email", "fit": "high", "interest": "high"}
    rows = [{**row, "lead_id": f"late{n}", "label": f"Late company {n}", "loaded_at": now} for n in range(LATE)]
    with writer.begin() as connection:
        connection.execute(leads.insert(), rows)
    writer.dispose()
    with served(Company(folder, "demo.db")) as company:
        yield Met(company.url, [one.name for one in weeks], running.name)


def keep(url: URL, papers: Papers, weeks: list[Week]) -> None:
    """Keep weeks as they are known at their hour, in the store beside the warehouse."""
    engine, store = warehouse.reader(url, 60), opened(address.beside(url))
    for one in weeks:
        with warehouse.reading(engine) as connection:
            found = pressed(frozen(connection, papers, one, one.frozen_at))
        assert store.packs.keep(one.name, one.frozen_at, one.frozen_at, found.body, found.digest)
    store.close()
    engine.dispose()
