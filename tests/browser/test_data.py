"""/data in a browser: it fits, anybody can use it, its rows open by hand or by address, and cells are only text."""

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import URL
from werkzeug.serving import make_server

from dashboard import api
from dashboard.answers import Counter
from dashboard.app import create
from dashboard.data_api import DataApi
from dashboard.examiner import once
from dashboard.snapshot import Shelf
from dashboard.travel import Travel
from tests.browser.real import ROOT
from tests.browser.screen import OVERFLOW, whole_answers
from tests.conftest import PATIENCE as SOON
from tests.contract.conftest import planted
from tests.dashboard.company import agreement, settings, version
from tests.queries.test_quality import AS_OF, MARCH, MORE

PICTURES = ROOT / "artefacts"
SIZES = {"720p": (1280, 720), "1080p": (1920, 1080), "phone": (390, 844)}
HOSTILE = "<img src=x onerror=document.title=1>"
NAME = "incomplete-lead:leads.missing"
PATIENCE = 60_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A planted company, examined and served; its clock stands still."""
    folder = tmp_path_factory.mktemp("data")
    planted_at = URL.create("sqlite", database=str(folder / "crm.db"))
    url = planted(planted_at, MORE, f"UPDATE leads SET missing = '{HOSTILE}', label = '{HOSTILE}' WHERE lead_id = 'M1'")
    told = settings(url, agreement=agreement(version(**{"from": "2024-01-01"})))
    once(told, folder, lambda: AS_OF)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "DataApi", lambda counter, travel: DataApi(counter, travel, lambda: AS_OF))
        app = create(told, Counter(Shelf(folder), 10), Travel(told))
    server = make_server("127.0.0.1", 0, whole_answers(app.server), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def patiently() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=SOON)


@pytest.fixture
def screen(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = SIZES[getattr(request, "param", "720p")]
    context = browser.new_context(base_url=site, viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def drawn(page: Page, words: str = "") -> None:
    page.goto(f"/data{words}")
    page.wait_for_selector(".data .item", timeout=PATIENCE)


def axe(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]


@pytest.mark.parametrize("screen", SIZES, indirect=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_and_anybody_can_use_it(screen: Page, theme: str, request: pytest.FixtureRequest) -> None:
    drawn(screen, f"?theme={theme}")
    expect(screen.locator(".verdict-line")).to_contain_text(
        "Late: leads, activities and deals; else the data can be trusted, with 4 remarks and 7 shortcomings"
    )
    assert screen.evaluate(OVERFLOW, True) == []
    PICTURES.mkdir(exist_ok=True)
    size = request.node.callspec.params["screen"]
    screen.screenshot(path=str(PICTURES / f"data-{size}-{theme}.png"), full_page=True)
    assert axe(screen) == []


@pytest.mark.parametrize("screen", ["720p", "phone"], indirect=True)
def test_the_rows_of_a_finding_open_by_keyboard_and_escape_and_back_close_them(screen: Page) -> None:
    drawn(screen)
    button = screen.locator(f'[data-finding="{NAME}"]')
    button.focus()
    screen.keyboard.press("Enter")
    dialog = screen.get_by_role("dialog", name="Leads lack a required field.")
    expect(dialog.locator("tbody tr")).to_have_count(2)
    expect(dialog.get_by_role("status")).to_have_text("2 rows now, ordered by id.")
    assert "finding=incomplete-lead" in screen.url
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(screen) == []
    screen.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()
    expect(screen).not_to_have_url(f"*{NAME}*")
    button.click()
    expect(dialog.locator("tbody tr")).to_have_count(2)
    screen.go_back()
    expect(dialog).to_have_count(0)


def test_an_address_opens_the_rows_and_a_hostile_cell_is_only_text(screen: Page) -> None:
    drawn(screen, f"?finding={quote(NAME)}")
    dialog = screen.get_by_role("dialog", name="Leads lack a required field.")
    expect(dialog.get_by_text(HOSTILE)).to_have_count(2)
    expect(screen.locator(".item .kinds").get_by_text(HOSTILE)).to_have_count(1)
    assert screen.locator("main img, dialog img").count() == 0 and screen.title() != "1"
    with screen.expect_download() as download:
        dialog.get_by_role("link", name="CSV").click()
    assert Path(download.value.path()).read_text("utf-8-sig").count("\n") == 3


def test_rows_that_cannot_be_read_are_said_and_tried_again(screen: Page) -> None:
    drawn(screen)
    screen.route("**/api/data/rows?*", lambda route: route.fulfill(status=503, json={"error": "the warehouse is gone"}))
    screen.locator(f'[data-finding="{NAME}"]').click()
    expect(screen.get_by_role("alert")).to_contain_text("The rows cannot be shown: the warehouse is gone")
    screen.unroute("**/api/data/rows?*")
    screen.get_by_role("button", name="Try again").click()
    expect(screen.locator("dialog tbody tr")).to_have_count(2)


def test_a_past_moment_is_found_out_shown_and_said_to_be_past(screen: Page) -> None:
    drawn(screen, f"?as_of={MARCH:%Y-%m-%dT%H:%MZ}")
    expect(screen.locator(".verdict-line")).to_contain_text("3 shortcomings")
    expect(screen.locator(".bar-line")).to_contain_text("11 March 2024")
    expect(screen.locator('[data-finding="deal-without-lead:deals.created_at"]')).to_have_text("Show the 2 rows")
