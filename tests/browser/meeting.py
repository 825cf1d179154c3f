"""A company whose weeks are kept, served exactly as the Procfile says, for the tests of the meeting."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect
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


SMALL = """() => [...document.querySelectorAll('main :is(a[href], button, input, select)')]
  .filter(one => one.checkVisibility() && !one.closest('.slide:not(.actions-slide), .freshness'))
  .filter(one => getComputedStyle(one).pointerEvents !== 'none')
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([one]) => one.outerHTML.slice(0, 160))"""
"""What is too small for a thumb, in the frame of the page and in the last step."""

CUT = """() => [...document.querySelectorAll('.scene:not([hidden]) .figure text')].flatMap(one => {
  const [box, place] = [one.getBoundingClientRect(), one.closest('.figure').getBoundingClientRect()];
  return box.left < place.left - 1 || box.right > place.right + 1 ? [`${one.textContent} leaves its figure`] : [];
})"""
"""Which words of a figure are cut at its sides."""


@contextmanager
def quiet(page: Page) -> Iterator[None]:
    """Hold that until the block ends no script fails, and nothing is refused by the page's own policy."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.emulate_media(reduced_motion="reduce")
    yield
    assert [one for one in said if "Failed to load resource" not in one] == []


def stands(page: Page, address: str) -> None:
    """Open a meeting and return when it stands."""
    page.goto(address)
    expect(page.locator("#step-7 .takeaway")).to_be_attached(timeout=20_000)
    expect(page.locator("#step-7 .lists h3").first).to_be_attached()
    page.evaluate("document.fonts.ready")


def step(page: Page) -> int:
    """Return the one step that is seen."""
    seen = page.locator("section.scene:visible")
    assert seen.count() == 1
    return int((seen.get_attribute("id") or "").removeprefix("step-"))


def on_step(page: Page, number: int) -> None:
    """Return when a page shows a step, and its address says so."""
    expect(page).to_have_url(re.compile(rf"#{number}$"))
    expect(page.locator(f'.way [aria-current="step"][data-step="{number}"]')).to_be_attached()


def write(page: Page, who: str, what: str) -> Locator:
    """Write an action in the one line, and return the words that answer."""
    sheet = page.locator("#action-sheet")
    sheet.get_by_label("Who").fill(who)
    sheet.get_by_label("What").fill(what)
    page.keyboard.press("Enter")
    return sheet.get_by_role("status")


def swipe(page: Page, begins: int, ends: int) -> None:
    """Draw a finger from one side of the page to the other."""
    touch = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [{"x": begins, "y": 400}]),
        ("touchMove", [{"x": (begins + ends) // 2, "y": 402}]),
        ("touchMove", [{"x": ends, "y": 404}]),
        ("touchEnd", []),
    ):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
