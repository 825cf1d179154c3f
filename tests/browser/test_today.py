"""A rep's own day in a real browser, before the Procfile's own server: on phones, by keyboard, as the data changes."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from queries.tables import activities, deals, leads, reps
from tests.browser.screen import OVERFLOW
from tests.dashboard.company import deal
from tests.dashboard.live import AGREEMENT, COMPANY, Live, living

PICTURES = Path(__file__).parent.parent.parent / "artefacts"
SIZES = {"360x640": (360, 640), "390x844": (390, 844), "768x1024": (768, 1024), "1440x900": (1440, 900)}
SOURCES = ("web", "paid search", "a fair of the trade", "email")
LONG = "Werkzeugmaschinenbau und Feinmechanik Sankt Johannisthal-Oberniederfeld Gesellschaft"
QUOTA = """[[versions.quotas]]
rep = "r1"
period = "week"
unit = "money"
amount = 12500
"""
MANY = 30
"""So many leads that somebody has tried five times and owes a sixth attempt."""
SMALL = """() => [...document.querySelectorAll('main :is(a[href], button)')]
  .filter(one => one.checkVisibility() && !one.closest('p.beside-team'))
  .map(one => [one, (one.matches('a.lead') ? one.closest('.told-of') : one).getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([one]) => one.outerHTML.slice(0, 160))"""


def given(number: int, owner: str | None, ago: float, **more: Any) -> dict[str, Any]:
    """Return a lead that was given to a rep so many hours ago."""
    at = datetime.now(UTC) - timedelta(hours=ago)
    row = {"lead_id": f"due{number}", "created_at": at, "ready_at": at, "assigned_at": at, "owner_id": owner}
    told = {"source": SOURCES[number % 4], "persona": "buyer", "fit": "high", "interest": "medium"}
    return {**row, **told, "label": f"Company {number}", "url": f"https://crm.example/{number}", **more}


def tried(lead: str, times: int, last: datetime) -> list[dict[str, Any]]:
    """Return so many calls at a lead, an hour apart, the last one at a moment."""
    return [
        {
            "activity_id": f"{lead}-{n}-{last:%s}",
            "lead_id": lead,
            "happened_at": last - timedelta(hours=n),
            "kind": "call",
        }
        | {"rep_id": "r1", "outcome": "no_answer", "automated": False}
        for n in range(times)
    ]


def fill(server: Live) -> None:
    """Give the rep Ada late leads, some for today and many for later; a colleague nothing, and nobody one."""
    now = datetime.now(UTC)
    strange = {"label": LONG, "url": "javascript:alert(1)", "phone": "+49 (30) 1234-567", "email": "ada@example.com"}
    rows = [
        given(0, "r1", 9.2, **strange),
        given(1, "r1", 7, url=None, phone="call me?x=1", email="a@b.c?bcc=all@example.com"),
        given(2, "r1", 3.5),
        *(given(n, "r1", 40 + n) for n in range(3, 3 + MANY)),
        given(90, None, 6),
        given(91, "gone", 3, label="Left behind"),
    ]
    calls = [one for n in range(3, 3 + MANY) for one in tried(f"due{n}", 5, now - timedelta(hours=2))]
    people: list[dict[str, Any]] = [
        {"rep_id": "r2", "name": "Zoë Ångström", "team": "south"},
        {"rep_id": "gone", "name": "Gone", "team": "south", "active_to": now.date() - timedelta(days=3)},
        {"rep_id": 'o"<&/1', "name": "Odd <i>", "team": None},
    ]
    with server.warehouse.begin() as connection:
        for person in people:
            connection.execute(reps.insert(), [person])
        connection.execute(leads.insert(), [{"phone": None, "email": None, **row} for row in rows])
        connection.execute(activities.insert(), calls)
        connection.execute(deals.insert(), [deal("d7", now - timedelta(days=7), Decimal(7_000))])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server over the day of Ada, which shows how to reach a lead."""
    with living(tmp_path_factory.mktemp("today")) as one:
        (one.folder / "smarketing.toml").write_text(COMPANY.replace("[hours]", "contacts = true\n[hours]"))
        (one.folder / "agreement.toml").write_text(AGREEMENT + QUOTA)
        fill(one)
        one.start()
        yield one


@pytest.fixture(autouse=True)
def quiet(page: Page) -> Iterator[None]:
    """No script fails, and nothing is refused by the page's own policy."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    yield
    assert [one for one in said if "Failed to load resource" not in one] == []


def opened(page: Page, server: Live, path: str = "/today/r1") -> None:
    page.goto(server.url + path)
    expect(page.locator("html")).to_have_attribute("data-state", re.compile("live|as of"))
    expect(page.locator("#given .key-line")).to_be_visible()
    page.evaluate("document.fonts.ready")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_day_fits_and_is_clean_for_those_who_do_not_see_it(page: Page, server: Live, size: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    opened(page, server)
    assert page.evaluate(OVERFLOW, True) == []
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[size][0]
    first = page.locator(".due-row").first.bounding_box()
    assert first is not None
    assert first["y"] < 0.75 * SIZES[size][1]
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"today-{size}-{scheme}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_on_a_phone_everything_that_can_be_touched_is_large_enough(page: Page, server: Live) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    opened(page, server)
    assert "\n".join(page.evaluate(SMALL)) == ""


def test_what_is_late_stands_first_and_all_is_counted(page: Page, server: Live) -> None:
    opened(page, server)
    expect(page.locator(".due-group h3").first).to_contain_text("Late")
    expect(page.locator(".due-row .lead").nth(0)).to_have_text(LONG)
    expect(page.locator(".due-row .left").nth(0)).to_have_text(re.compile(r"^5 h \d+ min late$"))
    expect(page.locator("#due .counts")).to_have_text(re.compile(rf"2 late\s*1 to try\s*{MANY} to try again"))
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".due-row")).to_have_count(3 + MANY)
    assert page.evaluate("document.activeElement.className") == "lead"


def test_a_record_opens_elsewhere_and_only_where_its_address_is_one(page: Page, server: Live) -> None:
    opened(page, server)
    rows = page.locator(".due-row a.lead")
    assert [rows.nth(n).get_attribute("href") for n in range(2)] == [None, None]
    expect(rows.nth(2)).to_have_attribute("href", "https://crm.example/2")
    expect(rows.nth(2)).to_have_attribute("rel", "noopener noreferrer")


def test_a_call_or_a_mail_is_one_tap_where_it_leads_to_one_person(page: Page, server: Live) -> None:
    opened(page, server)
    first, second = (page.locator(".due-row").nth(n) for n in range(2))
    expect(first.get_by_role("link", name=f"Call {LONG}")).to_have_attribute("href", "tel:+49301234567")
    expect(first.get_by_role("link", name=f"Write to {LONG}")).to_have_attribute("href", "mailto:ada@example.com")
    expect(second.locator(".reach-out:visible")).to_have_count(0)


def test_keys_go_from_lead_to_lead(page: Page, server: Live) -> None:
    opened(page, server)
    linked = page.locator(".due-row a.lead[href]")
    for key, place in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(linked.nth(place)).to_be_focused()


def test_a_call_that_is_logged_clears_the_lead_from_the_list(page: Page, server: Live) -> None:
    opened(page, server)
    page.get_by_role("button", name="Show").click()
    row = page.locator('.due-row[data-lead="due32"]')
    expect(row).to_contain_text("attempt 6 of 6")
    page.locator('.due-row[data-lead="due31"] a.lead').focus()
    with server.warehouse.begin() as connection:
        connection.execute(activities.insert(), tried("due32", 1, datetime.now(UTC)))
    begun = time.monotonic()
    expect(row).to_have_count(0, timeout=15_000)
    print(f"from the commit of a call to its lead's being gone: {time.monotonic() - begun:.2f} s")  # noqa: T201
    expect(page.locator("#due .counts")).to_contain_text(f"{MANY - 1} to try again")
    # the list changes under the hand that works in it, and leaves it where it was
    assert page.evaluate("document.activeElement.closest('.due-row')?.dataset.lead") == "due31"
    # and when it is the lead in hand that is done, the keys go on from its place
    place = page.locator(".due-row a.lead").evaluate_all("all => all.indexOf(document.activeElement)")
    with server.warehouse.begin() as connection:
        connection.execute(activities.insert(), tried("due31", 1, datetime.now(UTC)))
    expect(page.locator('.due-row[data-lead="due31"]')).to_have_count(0, timeout=15_000)
    expect(page.locator(".due-row a.lead").nth(place)).to_be_focused()


def test_a_lead_that_is_given_away_moves_to_the_other_one(page: Page, context: BrowserContext, server: Live) -> None:
    opened(page, server, "/today/r2")
    expect(page.locator("#due")).to_contain_text("Nothing is due.")
    with server.warehouse.begin() as connection:
        connection.execute(update(leads).where(leads.c.lead_id == "due2").values(owner_id="r2"))
    expect(page.locator('.due-row[data-lead="due2"]')).to_be_visible(timeout=15_000)
    other = context.new_page()
    opened(other, server)
    expect(other.locator('.due-row[data-lead="due2"]')).to_have_count(0)
    with server.warehouse.begin() as connection:
        connection.execute(update(leads).where(leads.c.lead_id == "due2").values(owner_id="r1"))
    expect(page.locator("#due")).to_contain_text("Nothing is due.", timeout=15_000)


def test_every_number_opens_and_has_an_address(page: Page, server: Live) -> None:
    opened(page, server)
    for one in ("#due .counts button", "#week .key-line button", "#follow .measures button", "#given .sources button"):
        button = page.locator(one).first
        name = button.get_attribute("data-number")
        button.click()
        expect(page.locator("dialog[open] .huge-value")).to_be_visible()
        assert page.evaluate("new URLSearchParams(location.search).get('open')") == name
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_rows_behind_what_is_late_are_hers(page: Page, server: Live) -> None:
    opened(page, server)
    page.locator("#due .counts button").first.click()
    panel = page.locator("dialog[open]")
    expect(panel.locator(".rows-said")).to_contain_text("2 rows", timeout=20_000)
    expect(panel).to_contain_text("due0")
    expect(panel).not_to_contain_text("due90")


def test_the_page_draws_without_dash_or_plotly(page: Page, server: Live) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, server)
    expect(page.locator(".course-figure .done")).to_be_attached()
    assert [one for one in asked if "plotly" in one or "_dash" in one or not one.startswith(server.url)] == []


def test_the_past_is_shown_as_of_its_moment(page: Page, server: Live) -> None:
    moment = (datetime.now(UTC) - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%MZ")
    opened(page, server, f"/today/r1?as_of={moment}")
    expect(page.locator("html")).to_have_attribute("data-state", "as of")
    expect(page.locator(".bar-line")).to_contain_text("You are looking at the past")
    # what is five hours late now was due by then
    expect(page.locator('.due-row[data-lead="due0"] .until')).to_contain_text(re.compile("until|since"))
    expect(page.locator('.due-row[data-lead="due2"]')).to_have_count(0)
    expect(page.get_by_role("link", name="Not you?")).to_have_attribute("href", re.compile(r"\?choose=&as_of="))


def test_without_a_server_the_day_stays_and_nothing_looks_judged(
    page: Page, context: BrowserContext, server: Live
) -> None:
    page.clock.install()
    opened(page, server)
    late = page.locator(".due-row.late .left").first
    words, loud = late.inner_text(), "node => getComputedStyle(node).color"
    colour = late.evaluate(loud)
    context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('resume'))")
    page.clock.fast_forward("01:00")
    expect(page.locator("html")).to_have_attribute("data-state", "lost")
    expect(late).to_have_text(words)
    assert late.evaluate(loud) != colour
    expect(page.locator("#week .judged .verdict")).to_be_hidden()
    context.set_offline(False)
    expect(page.locator("html")).to_have_attribute("data-state", "live", timeout=20_000)


def test_a_name_is_chosen_once_and_remembered(page: Page, server: Live) -> None:
    page.goto(f"{server.url}/today")
    names = page.locator(".name-row")
    expect(names).to_have_text(["Odd <i>", "Ada", "Zoë Ångström"], use_inner_text=True)
    page.get_by_label("Find your name").fill("angst")
    expect(page.locator(".name-row:visible")).to_have_text(["Zoë Ångström"])
    expect(page.locator("#names-found")).to_have_text("1 name")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Zoë Ångström")
    page.goto(f"{server.url}/today")
    expect(page).to_have_url(f"{server.url}/today/r2")
    page.get_by_role("link", name="Not you?").click()
    page.get_by_role("link", name="Ada").click()
    expect(page.locator("h1")).to_have_text("Ada")
    page.goto(f"{server.url}/today")
    expect(page).to_have_url(f"{server.url}/today/r1")


def test_a_strange_id_leads_to_its_own_day(page: Page, server: Live) -> None:
    page.goto(f"{server.url}/today")
    page.get_by_role("link", name="Odd <i>").click()
    expect(page.locator("h1")).to_have_text("Odd <i>")
    expect(page.locator("#due")).to_contain_text("Nothing is due.")


def test_leads_that_nobody_has_are_told_where_names_are_chosen(page: Page, server: Live) -> None:
    page.goto(f"{server.url}/today?choose=")
    expect(page.locator("#orphans")).to_contain_text("2 leads due that nobody here has: 1 late, 1 to try")
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert "\n".join(page.evaluate(SMALL)) == ""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_somebody_who_is_nobody_is_told_where_to_choose(page: Page, server: Live) -> None:
    page.goto(f"{server.url}/today/nobody")
    expect(page.locator(".waiting-words")).to_contain_text("nobody in sales has the id 'nobody'")
    expect(page.get_by_role("link", name="Not you?")).to_be_visible()


def test_the_page_can_be_installed(page: Page, server: Live) -> None:
    opened(page, server)
    told = page.context.new_cdp_session(page).send("Page.getAppManifest")
    assert (told["errors"], told["url"]) == ([], f"{server.url}/assets/manifest.webmanifest")
    faults = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")
    # the test's own browser keeps nothing, and nothing can be installed in it
    assert {one["errorId"] for one in faults["installabilityErrors"]} <= {"in-incognito"}
