"""An opened number, the whole way: a real warehouse, the server, a browser, and the rows under the number."""

import csv
import io
import json
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select, update

from queries import tables, warehouse
from tests.browser.real import Company, served
from tests.browser.test_board import AS_OF, PATIENCE, Watched, made, picture, pressed, violations, watched

DONE, BOOKED = "marketing.month.done", "sales.week.done"
FIRST = ".rows .ag-row[row-index='0'] .cell bdi"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company on a Wednesday afternoon, served."""
    with served(made(tmp_path_factory.mktemp("opening"), datetime.fromisoformat(AS_OF), 4000)) as one:
        yield one


def told(company: Company, number: str, **more: str) -> dict[str, Any]:
    """What the server itself says of the rows of a number."""
    words = "&".join(f"{name}={quote(value)}" for name, value in {"number": number, "as_of": AS_OF, **more}.items())
    with urllib.request.urlopen(f"{company.url}/api/rows?{words}", timeout=60) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


def side(found: dict[str, Any], name: str) -> int:
    """How many rows stand on one side."""
    return sum(group["rows"] for group in found["groups"] if group["side"] == name)


def with_rows(page: Page) -> Locator:
    """The panel, once its first row stands in it."""
    expect(page.locator(FIRST).first).to_be_visible(timeout=PATIENCE)
    return page.locator("dialog[open]")


def settled(page: Page) -> None:
    """Return when the panel has been told of its rows: who asks for many at once is told to wait."""
    expect(page.locator("dialog[open] .rows-said")).to_contain_text("row", timeout=PATIENCE)
    expect(page.locator("dialog [aria-busy=true]")).to_have_count(0, timeout=PATIENCE)


def opened(one: Watched, company: Company, number: str) -> Locator:
    """The panel of a number that a link opens."""
    return with_rows(one.opened(company.page(AS_OF, open=number)))


@pytest.mark.parametrize("how", ["click", "Enter", "tap"])
def test_a_number_opens_with_its_rows_and_back_leads_to_where_it_was(
    browser: Browser, company: Company, how: str
) -> None:
    size, look = ("phone", {"has_touch": True}) if how == "tap" else ("720p", {})
    counted = side(told(company, DONE), "counted")
    with watched(browser, company, size, **look) as one:
        page = one.opened(company.page(AS_OF))
        home = page.url
        button = page.locator(f"#marketing .huge[data-number='{DONE}']")
        pressed(button, how)
        panel = with_rows(page)
        assert f"open={DONE}" in page.url
        expect(panel.locator(".huge-value")).to_have_text(f"{counted:,}")
        expect(panel.get_by_role("status").filter(has_text="rows")).to_have_text(f"{counted:,} rows")
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
        assert page.get_by_role("dialog", name="Sales-ready leads this month: done").count() == 1
        page.go_back()
        expect(panel).to_have_count(0)
        assert page.url == home
        assert page.evaluate("document.activeElement.dataset.number") == DONE


def test_a_link_of_the_past_opens_the_same_number_and_a_reload_opens_it_again(
    browser: Browser, company: Company
) -> None:
    with watched(browser, company, "720p") as one:
        panel = opened(one, company, BOOKED)
        said = panel.locator(".value").inner_text()
        link = panel.locator(".permanent a").get_attribute("href")
        assert link is not None
        assert parse_qs(urlsplit(link).query) == {"open": [BOOKED], "as_of": [AS_OF]}
        one.page.goto(company.url + link)
        assert with_rows(one.page).locator(".value").inner_text() == said
        one.page.reload()
        assert with_rows(one.page).locator(".value").inner_text() == said
        expect(one.page.locator("dialog .moment")).to_contain_text("as of Wednesday 18 November 2026, 14:32:10")
        one.page.keyboard.press("Escape")
        expect(one.page.locator("dialog[open]")).to_have_count(0)
        assert "open=" not in one.page.url


def test_the_grid_sorts_filters_and_pages_by_asking_for_no_more_than_a_page(browser: Browser, company: Company) -> None:
    asked: list[str] = []
    with watched(browser, company, "1080p") as one:
        one.page.on("request", lambda it: asked.append(it.url) if "/api/rows?" in it.url else None)
        panel = opened(one, company, DONE)
        one.page.locator(".rows .ag-header-cell[col-id=lead_id]").click()
        first = told(company, DONE, side="counted", sort="lead_id", count="1")["rows"][0]["lead_id"]
        expect(one.page.locator(".ag-row[row-index='0'] [col-id=lead_id] bdi")).to_have_text(first, timeout=PATIENCE)
        one.page.locator(".ag-header-cell[col-id=source] .ag-header-cell-filter-button").click()
        one.page.keyboard.type("paid")
        words = '[["source","contains","paid"]]'
        paid = told(company, DONE, side="counted", filter=words, sort="lead_id")
        expect(panel.locator(".rows-said")).to_contain_text(f"{paid['total']:,} rows of ", timeout=PATIENCE)
        one.page.keyboard.press("Escape")
        expect(panel).to_have_count(1)
        expect(one.page.locator(".ag-popup-child")).to_have_count(0)
        one.page.evaluate(
            "[...document.querySelectorAll('.rows .table *')].filter(e => e.scrollHeight > e.clientHeight + 50 && "
            "e.clientHeight > 100).forEach(e => e.scrollTop = e.scrollHeight)"
        )
        last = told(company, DONE, side="counted", filter=words, sort="-lead_id", count="1")["rows"][0]["lead_id"]
        expect(one.page.locator(".rows .ag-row [col-id=lead_id]").get_by_text(last)).to_be_visible(timeout=PATIENCE)
    counts = [int(parse_qs(urlsplit(url).query)["count"][0]) for url in asked]
    assert max(counts) <= 100
    assert len(counts) < 10


def test_what_was_left_out_is_shown_by_reason_and_every_file_holds_what_is_shown(
    browser: Browser, company: Company
) -> None:
    number = "followup.first_attempt.in_time"
    found = told(company, number)
    with watched(browser, company, "1080p") as one:
        panel = opened(one, company, number)
        for name, words in (("counted", "Counted"), ("whole", "Of the whole, not counted"), ("left out", "Left out")):
            segment = panel.locator(f".segment[data-choice='{name}']")
            expect(segment).to_have_text(f"{words} {side(found, name):,}")
        for group in found["groups"]:
            if group["side"] == "counted":
                continue
            chip = panel.locator(".chip", has_text=group["reason"]).first
            expect(chip).to_have_text(f"{group['rows']:,} {group['reason']}")
            chip.click()
            expect(chip).to_have_attribute("aria-pressed", "true")
            rows = group["rows"]
            expect(panel.locator(".rows-said")).to_have_text(in_words(rows), timeout=PATIENCE)
            cells = panel.locator(".ag-row [col-id=reason] bdi")
            expect(cells.first).to_have_text(group["reason"], timeout=PATIENCE)
            assert set(cells.all_inner_texts()) == {group["reason"]}
        assert len(lines(one.page, "CSV")) == len(sheet(one.page)) == rows + 1
        panel.locator(".segment[data-choice='left out']").click()
        expect(panel.locator(".rows-said")).to_have_text(in_words(side(found, "left out")), timeout=PATIENCE)
        assert len(lines(one.page, "CSV")) == side(found, "left out") + 1


def in_words(rows: int) -> str:
    """So many rows, as the panel says it."""
    return f"{rows:,} {'row' if rows == 1 else 'rows'}"


def lines(page: Page, words: str) -> list[list[str]]:
    """The lines of the file that a click on ``words`` brings."""
    with page.expect_download(timeout=PATIENCE) as coming:
        page.locator(".files a", has_text=words).click()
    text = coming.value.path().read_text("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def sheet(page: Page) -> list[tuple[Any, ...]]:
    """The lines of the sheet that a click on XLSX brings."""
    with page.expect_download(timeout=PATIENCE) as coming:
        page.locator(".files a", has_text="XLSX").click()
    book = load_workbook(io.BytesIO(coming.value.path().read_bytes()), read_only=True)
    found = list(book["Rows"].iter_rows(values_only=True))
    book.close()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_opened_number_is_read_by_everybody(browser: Browser, company: Company, scheme: str) -> None:
    for size in ("1080p", "phone"):
        with watched(browser, company, size, color_scheme=scheme) as one:
            panel = opened(one, company, BOOKED)
            box, (width, height) = panel.bounding_box(), one.page.evaluate("[innerWidth, innerHeight]")
            assert box is not None
            assert box["height"] == pytest.approx(height, abs=1)
            assert box["x"] + box["width"] == pytest.approx(width, abs=1)
            assert box["width"] == pytest.approx(width if size == "phone" else 960, abs=1)
            heads = panel.locator(".ag-header-cell:visible")
            assert heads.count() == 3 if size == "phone" else heads.count() > 4
            assert one.page.evaluate("document.querySelector('dialog').scrollWidth <= innerWidth")
            assert violations(one.page) == []
            picture(one.page, f"opened-{size}-{scheme}")


def test_every_day_of_both_courses_opens_by_a_click_in_the_figure_and_by_a_button(
    browser: Browser, company: Company
) -> None:
    with watched(browser, company, "1080p") as one:
        page = one.opened(company.page(AS_OF))
        for side_of, prefix in (("marketing", "marketing.month.day"), ("sales", "sales.week.day")):
            days = page.locator(f"#{side_of} .figure [data-day]")
            names = days.evaluate_all("all => all.map(one => one.dataset.day)")
            assert names[-1] == f"{prefix}.2026-11-18"
            for place in (0, len(names) - 1):
                days.nth(place).click()
                expect(page.locator("dialog [aria-current]")).to_have_attribute("data-number", names[place])
                settled(page)
                page.go_back()
                expect(page.locator("dialog[open]")).to_have_count(0)
        page.locator(f".huge[data-number='{DONE}']").click()
        settled(page)
        page.locator("dialog .day", has_text="17").press("Enter")
        expect(page.locator("dialog h2")).to_have_text("Sales-ready leads on Tuesday 17 November")
        assert "marketing.month.day.2026-11-17" in page.url
        settled(page)
        page.go_back()
        for name in ("marketing.source.paid search.done", "marketing.cell.high.high"):
            page.locator(f"#marketing [data-number='{name}']").click()
            with_rows(page)
            page.go_back()


def test_a_click_beside_the_panel_opens_what_lies_there_and_a_part_leads_on(browser: Browser, company: Company) -> None:
    with watched(browser, company, "1080p") as one:
        page = one.opened(company.page(AS_OF, open="marketing.month.owed"))
        panel = page.locator("dialog[open]")
        expect(panel).to_contain_text("Worked out, not counted")
        panel.locator("[data-number='marketing.month.target']").first.click()
        expect(panel).to_contain_text("Promised, not counted: it stands in agreement v")
        box = page.locator(f"#marketing .huge[data-number='{DONE}']").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 9, box["y"] + 9)
        expect(panel.locator("h2")).to_have_text("Sales-ready leads this month: done")
        page.mouse.click(5, 5)
        expect(panel).to_have_count(0)


def test_the_grid_is_fetched_when_a_number_is_first_opened_and_not_before(browser: Browser, company: Company) -> None:
    fetched: list[str] = []
    with watched(browser, company, "720p") as one:
        one.page.on("request", lambda it: fetched.append(it.url))
        page = one.opened(company.page(AS_OF))
        assert [url for url in fetched if "ag-grid" in url or "/api/rows" in url] == []
        page.locator(f".huge[data-number='{DONE}']").click()
        with_rows(page)
        assert len([url for url in fetched if "ag-grid" in url]) == 1


def test_rows_that_cannot_be_had_are_words_and_are_asked_for_again(browser: Browser, company: Company) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    one = Watched(page, company.url)
    answers = {"status": 503, "headers": {"Retry-After": "2"}, "body": '{"error": "the warehouse does not answer"}'}
    page.route("**/api/rows?*", lambda route: route.fulfill(**answers))
    one.opened(company.page(AS_OF, open=DONE))
    trouble = page.locator(".rows-trouble")
    expect(trouble).to_contain_text("the warehouse does not answer. It is tried again in 2 s.", timeout=PATIENCE)
    page.unroute("**/api/rows?*")
    with_rows(page)
    expect(trouble).to_be_hidden()
    page.route("**/api/rows?*", lambda route: route.abort())
    page.locator("dialog [data-number='marketing.month.day.2026-11-17']").click()
    expect(trouble).to_contain_text("No connection: the rows cannot be fetched.")
    page.unroute("**/api/rows?*")
    trouble.get_by_role("button").click()
    with_rows(page)
    assert [said for said in one.wrong if "Failed to load resource" not in said] == []
    page.close()


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "%{x} ${alert(1)} #{7*7}",
    '=HYPERLINK("https://evil.example","x")',
    "\u202egnp.exe\u202c",
    "שלום abc 123",
    "a\u200bb\u200dc",
    "👩‍🔬 Labs",
    "  two  blanks  ",
    "<a href='https://evil.example'>x</a>",
    "&lt;b&gt;&amp;",
    "x" * 900,
    "12,5",
    "2026-01-01",
    "null",
]
ADDRESSES = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    "https://crm.example/ok",
]


def test_what_stands_in_the_warehouse_is_shown_exactly_and_runs_nothing(browser: Browser, company: Company) -> None:
    engine = warehouse.writer(warehouse.address(str(company.database)))
    ids = [row["lead_id"] for row in told(company, DONE, side="counted", sort="lead_id", count="100")["rows"]]
    table = tables.leads
    with engine.begin() as connection:
        kept = connection.execute(select(table.c.lead_id, table.c.label, table.c.url)).all()
        for place, lead in enumerate(ids):
            words = {"label": HOSTILE[place % len(HOSTILE)], "url": ADDRESSES[place % len(ADDRESSES)]}
            connection.execute(update(table).where(table.c.lead_id == lead).values(**words))
    try:
        with watched(browser, company, "1080p") as one:
            one.page.on("dialog", lambda it: one.wrong.append(it.message))
            opened(one, company, DONE)
            one.page.locator(".rows .ag-header-cell[col-id=lead_id]").click()
            first = one.page.locator(".ag-row[row-index='0'] [col-id=lead_id] bdi")
            expect(first).to_have_text(ids[0], timeout=PATIENCE)
            for place in range(13):
                cell = one.page.locator(f".ag-row[row-index='{place}'] [col-id=label] .cell")
                assert cell.text_content() == HOSTILE[place % len(HOSTILE)]
                link = cell.locator("a")
                safe = ADDRESSES[place % len(ADDRESSES)].startswith("https:")
                assert link.count() == int(safe)
                if safe:
                    assert link.get_attribute("rel") == "noopener noreferrer"
                    assert link.get_attribute("target") == "_blank"
            isolated = "getComputedStyle(document.querySelector('.ag-row [col-id=label] bdi')).unicodeBidi"
            assert one.page.evaluate(isolated) == "isolate"
            assert one.page.locator(".rows :is(script, img, iframe)").count() == 0
    finally:
        with engine.begin() as connection:
            for lead, label, url in kept:
                if lead in ids:
                    connection.execute(update(table).where(table.c.lead_id == lead).values(label=label, url=url))
        engine.dispose()


def test_the_past_has_a_bar_with_a_way_to_any_day_and_back_to_live(browser: Browser, company: Company) -> None:
    with watched(browser, company, "720p") as one:
        page = one.opened(company.page(AS_OF))
        bar = page.locator(".bar-line")
        expect(bar).to_contain_text("You are looking at the past: Wednesday 18 November 2026, 14:32")
        bar.get_by_role("button", name="The day before").click()
        expect(bar).to_contain_text("Tuesday 17 November 2026, 14:32", timeout=PATIENCE)
        bar.get_by_role("button", name="The next day").click()
        expect(bar).to_contain_text("Wednesday 18 November 2026, 14:32", timeout=PATIENCE)
        bar.get_by_label("A moment, by the company's clocks").fill("2026-11-05T09:15")
        bar.get_by_role("button", name="Go").click()
        expect(bar).to_contain_text("Thursday 5 November 2026, 09:15", timeout=PATIENCE)
        expect(page.locator("#header .moment")).to_contain_text("Thursday 5 November 2026 · 09:15", timeout=PATIENCE)
        bar.get_by_role("link", name="Back to live").click()
        expect(page.locator("html")).not_to_have_attribute("data-state", "as of", timeout=PATIENCE)
        assert "as_of" not in page.url
        expect(bar).to_be_hidden()


def test_from_the_live_board_the_date_leads_to_the_past_but_not_on_a_wall(browser: Browser, company: Company) -> None:
    with watched(browser, company, "720p") as one:
        page = one.opened(company.page())
        page.locator("#header .moment button").click()
        expect(page.locator("dialog h2")).to_have_text("Another moment")
        page.locator("dialog .when").fill("2026-11-17T10:00")
        page.get_by_role("button", name="Look").click()
        expect(page.locator(".bar-line")).to_contain_text("Tuesday 17 November 2026, 10:00", timeout=PATIENCE)
        assert "open=" not in page.url
        one.opened(company.page(wall="Hall"))
        still = "getComputedStyle(document.querySelector('#header .moment button')).pointerEvents"
        assert page.evaluate(still) == "none"
