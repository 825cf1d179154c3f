"""Cells that attack, through to the screen: no script runs, nothing comes from elsewhere, each is shown exactly."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import URL

from dashboard.words import named
from queries.listing import DEALS, LEADS
from tests.attack.corpus import ABROAD
from tests.attack.planted import SHARED, Planted, planted, write
from tests.browser.real import Company, served
from tests.browser.test_board import PATIENCE, watched
from tests.dashboard.company import HOURS, WEDNESDAY, version

AS_OF = WEDNESDAY.isoformat()
WORDS = {one.name for one in (*LEADS, *DEALS) if one.kind == "text"}
CANARY = """
  window.ran = [];
  window.hit = (what) => { window.ran.push(String(what)); };
  for (const name of ["alert", "confirm", "prompt", "open"]) window[name] = () => { window.ran.push(name); };
"""
IN_SIGHT = """() => [...document.querySelectorAll(".rows .ag-row")].flatMap((row) =>
  [...row.querySelectorAll("[col-id]")].flatMap((cell) => {
    const text = cell.querySelector("bdi");
    return text ? [[`${row.getAttribute("row-index")} ${cell.getAttribute("col-id")}`, text.textContent]] : [];
  }))"""
SCROLL = """([down, right]) => {
  for (const one of document.querySelectorAll(".rows *")) {
    if (one.scrollHeight > one.clientHeight) one.scrollTop = down;
    if (one.scrollWidth > one.clientWidth) one.scrollLeft = right;
  }
}"""
EXTENT = """() => {
  const all = [...document.querySelectorAll(".rows [class*=viewport], .rows [class*=container]")];
  return [Math.max(...all.map((one) => one.scrollHeight)), Math.max(...all.map((one) => one.scrollWidth))];
}"""
FRAMES = """async () => {
  for (let frame = 0; frame < 6; frame++) await new Promise((done) => requestAnimationFrame(done));
}"""
PLANTED = """() => [...document.querySelectorAll("script, iframe, object, embed, base, form, img, svg, a, meta, style")]
  .map((one) => one.outerHTML).filter((text) => text.includes("hit(1)") || text.includes("attacker"))
  .filter((text) => !/^<a [^>]*href="[/?]/.test(text))"""


def as_toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(name))} = {as_toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value)


@pytest.fixture(scope="module")
def rows() -> Planted:
    return planted(21, nul=True, leads=48, huge=True)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, rows: Planted) -> Iterator[Company]:
    """A company whose warehouse is full of attacks, served as the Procfile says."""
    one = Company(tmp_path_factory.mktemp("attack"), "warehouse.db")
    write(URL.create("sqlite", database=str(one.database)), rows).dispose()
    shares = {"leads_per_month": 210, "shares": dict(zip(SHARED, (0.4, 0.3, 0.3), strict=True))}
    quotas = [{"team": team, "period": "week", "unit": "money", "amount": 5000} for team in bearers(rows, "team")]
    facts = {
        "name": "<script>hit(1)</script> Acme",
        "currency": "EUR",
        "time_zone": "UTC",
        "week_starts": "monday",
        "names_on_wall": False,
        "hours": HOURS,
        "holidays": {},
        "ages": {"last_load_minutes": 60, "newest_event_hours": 96},
    }
    papers = {"smarketing": facts, "agreement": {"versions": [version(marketing=shares, quotas=quotas)]}}
    for name, told in papers.items():
        lines = (f"{key} = {as_toml(value)}\n" for key, value in told.items())
        (one.folder / f"{name}.toml").write_text("".join(lines), encoding="utf-8")
    with served(one):
        yield one


def bearers(rows: Planted, what: str) -> list[str]:
    names = [one[what] for one in rows.reps if one[what]]
    return [one for one in names if one == one.strip() and 0 < len(one) <= 80 and one.isprintable()][:4]


def told(company: Company, number: str) -> list[dict[str, Any]]:
    """The rows of a number, as the server says them; that these are exact is held where the server is attacked."""
    words = urlencode({"number": number, "as_of": AS_OF, "count": 500, "side": "counted"})
    with urllib.request.urlopen(f"{company.url}/api/rows?{words}", timeout=60) as answer:
        found: list[dict[str, Any]] = json.loads(answer.read())["rows"]
    return found


def harmless(page: Page) -> None:
    """Nothing of the corpus has run, or has become a part of the page that could."""
    assert page.evaluate("window.ran") == []
    assert page.evaluate(PLANTED) == []
    assert ABROAD not in page.url


def every_cell(page: Page, rows: int) -> dict[str, str]:
    """The text of every cell of the grid, wherever it has to be scrolled to."""
    found: dict[str, str] = {}
    high, wide = page.evaluate(EXTENT)
    for down in range(0, max(int(high), 1), 400):
        for right in range(0, max(int(wide), 1), 700):
            page.evaluate(SCROLL, [down, right])
            page.evaluate(FRAMES)
            found |= dict(page.evaluate(IN_SIGHT))
    return found


@pytest.mark.parametrize("number", ["marketing.month.done", "sales.week.done"])
def test_each_cell_of_the_opened_rows_is_shown_exactly_and_does_nothing(
    browser: Browser, company: Company, number: str
) -> None:
    expected = told(company, number)
    with watched(browser, company, "4k") as one:
        dialogs: list[str] = []
        one.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        one.page.add_init_script(CANARY)
        page = one.opened(company.page(AS_OF, open=number))
        expect(page.locator(".rows .ag-row[row-index='0'] bdi").first).to_be_visible(timeout=PATIENCE)
        expect(page.locator("dialog [aria-busy=true]")).to_have_count(0, timeout=PATIENCE)
        shown = every_cell(page, len(expected))
        wrong = []
        for place, text in shown.items():
            index, column = place.split(" ")
            value = expected[int(index)].get(column)
            if isinstance(value, str) and text != value and column in WORDS:
                wrong.append((column, value[:80], text[:80]))
        assert wrong == []
        assert len(shown) >= 90
        harmless(page)
        assert dialogs == []


def test_the_names_on_the_board_are_shown_exactly_and_every_strange_number_opens_by_its_address(
    browser: Browser, company: Company, rows: Planted
) -> None:
    with watched(browser, company, "1080p") as one:
        one.page.add_init_script(CANARY)
        page = one.opened(company.page(AS_OF))
        text = page.locator("#board").evaluate("board => board.textContent")
        assert "<script>hit(1)</script> Acme" in text
        for name in (*SHARED, *bearers(rows, "team")):
            assert named(name) in text
        harmless(page)
        for name in (*SHARED, rows.leads[10]["source"]):
            address = company.page(AS_OF, open=f"marketing.source.{named(name)}.done")
            page = one.opened(address)
            title = page.locator("#panel-title")
            expect(title).to_be_visible(timeout=PATIENCE)
            assert title.evaluate("one => one.textContent") == f"Sales-ready leads from {named(name)}: done"
            harmless(page)
