"""The screen in a real browser: it fits everywhere, opens every number, refreshes in place, and says when it is old."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dashboard.board import State
from dashboard.pages.board import waiting
from tests.browser.screen import OVERFLOW, Screen, served
from tests.dashboard import boards
from tests.dashboard.boards import BOARDS

WALLS = {"720p": (1280, 720), "1440x900": (1440, 900), "1080p": (1920, 1080), "4k": (3840, 2160)}
DRAWN = """[...document.querySelectorAll('.figure')].every(place => {
  const svg = place.querySelector('svg.main-svg');
  const off = svg ? [svg.clientHeight - place.clientHeight, svg.clientWidth - place.clientWidth] : [9];
  return off.every(pixels => Math.abs(pixels) < 1);
})"""
HANDS = {"small phone": (360, 740), "phone": (430, 932), "tablet": (768, 1024)}


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    """A screen that shows a usual day."""
    with served(boards.usual()) as one:
        yield one


@pytest.fixture(autouse=True)
def usual_day(screen: Screen) -> None:
    screen.board, screen.refusal, screen.told = boards.usual(), None, None
    screen.asked.clear()


@pytest.fixture(autouse=True)
def quiet(page: Page) -> Iterator[None]:
    """No script fails and nothing is refused by the page's own policy; what the network does is the test's business."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    yield
    assert [one for one in said if "Failed to load resource" not in one] == []


def shown(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#hands :is(li, p)").first).to_be_visible()
    expect(page.locator(".figure svg.main-svg").nth(3)).to_be_attached()
    page.evaluate("document.fonts.ready")
    page.wait_for_function(DRAWN)


@pytest.mark.parametrize("size", WALLS)
def test_every_board_fits_the_wall_without_scrolling(page: Page, screen: Screen, size: str) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), WALLS[size], strict=True)))
    for name, made in BOARDS.items():
        screen.board = made()
        shown(page, screen.url)
        assert (name, page.evaluate(OVERFLOW, False)) == (name, [])


@pytest.mark.parametrize("size", HANDS)
def test_every_board_fits_the_hand_in_one_column(page: Page, screen: Screen, size: str) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), HANDS[size], strict=True)))
    for name, made in BOARDS.items():
        screen.board = made()
        shown(page, screen.url)
        assert (name, page.evaluate(OVERFLOW, True)) == (name, [])
        lefts = page.evaluate(
            "[...document.querySelectorAll('section.block')].map(s => s.getBoundingClientRect().left)"
        )
        assert len(set(lefts)) == 1


def test_both_promises_stand_side_by_side_at_one_size(page: Page, screen: Screen) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    shown(page, screen.url)
    for part in ("", " .huge", " .figure", " .today"):
        one, other = (page.locator(f"#{side}{part}").first.bounding_box() for side in ("marketing", "sales"))
        assert one is not None
        assert other is not None
        assert (one["y"], one["height"]) == pytest.approx((other["y"], other["height"]), abs=1)


def test_the_wall_is_written_large_enough_for_four_metres(page: Page, screen: Screen) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    shown(page, screen.url)
    sizes = page.evaluate(
        "[...document.querySelectorAll('#board *')].filter(e => [...e.childNodes].some(n => n.nodeType == 3 && "
        "n.data.trim()) && !e.closest('.unseen')).map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 18.7
    assert max(sizes) >= 72


def test_a_number_opens_with_the_keyboard_has_an_address_and_closes_where_it_was(page: Page, screen: Screen) -> None:
    shown(page, screen.url)
    page.focus("[data-number='marketing.month.owed']")
    page.keyboard.press("Enter")
    panel = page.locator("dialog[open]")
    expect(panel).to_contain_text("1,810")
    expect(panel).to_contain_text("What marketing.month.owed means, in one sentence.")
    assert page.url.endswith("?open=marketing.month.owed")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    assert page.url == screen.url + "/"
    assert page.evaluate("document.activeElement.dataset.number") == "marketing.month.owed"


def test_back_closes_a_number_and_a_link_opens_it(page: Page, screen: Screen) -> None:
    shown(page, screen.url)
    page.locator("[data-number='marketing.month.done']").first.click()
    expect(page.locator("dialog[open]")).to_contain_text("203 fit below the agreed")
    page.go_back()
    expect(page.locator("dialog[open]")).to_have_count(0)
    shown(page, screen.url + "/?open=sales.week.gap")
    expect(page.locator("dialog[open]")).to_contain_text("−3,500")
    page.locator("dialog .close").click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_an_open_number_keeps_its_moment_and_offers_the_next(page: Page, screen: Screen) -> None:
    shown(page, screen.url + "/?open=marketing.month.done")
    panel = page.locator("dialog")
    expect(panel.locator(".huge-value")).to_have_text("1,734")
    screen.board = boards.good()
    expect(panel.locator(".moved")).to_have_text(" · now 1,950 — show", use_inner_text=True)
    expect(page.locator("#marketing .huge")).to_have_text("1,950")
    expect(panel.locator(".huge-value")).to_have_text("1,734")
    expect(panel.locator(".moment")).to_contain_text("as of Friday 20 November 2026, 14:32:00")
    panel.get_by_role("button", name="show").click()
    expect(panel.locator(".huge-value")).to_have_text("1,950")
    expect(panel.locator(".moved")).to_have_count(0)


def test_a_new_picture_changes_the_words_and_leaves_what_they_stand_in(page: Page, screen: Screen) -> None:
    shown(page, screen.url)
    page.evaluate("window.kept = [...document.querySelectorAll('#marketing .huge, #sales .figure, .part')]")
    page.focus("#marketing .huge")
    screen.board = boards.good()
    expect(page.locator("#marketing .huge")).to_have_text("1,950")
    assert page.evaluate("window.kept.every(one => one.isConnected)")
    assert page.evaluate("document.activeElement.classList.contains('huge')")


def test_the_server_gone_keeps_the_numbers_and_takes_the_verdicts(page: Page, screen: Screen) -> None:
    shown(page, screen.url)
    screen.refusal = "the warehouse does not answer"
    expect(page.locator(".freshness")).to_have_text("the warehouse does not answer")
    expect(page.locator("#marketing .huge")).to_have_text("1,734")
    expect(page.locator("#marketing .judged .verdict")).to_be_hidden()
    expect(page.locator("#marketing .stats")).to_contain_text("−76")
    screen.refusal = None
    expect(page.locator("#marketing .judged .verdict")).to_be_visible()
    expect(page.locator(".freshness")).to_have_text("live, data to 14:31")


def test_no_answer_is_told_by_the_browsers_own_clock(page: Page, screen: Screen) -> None:
    page.clock.install()
    shown(page, screen.url)
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    page.route("**/api/board/picture*", lambda route: route.abort())
    page.clock.run_for(16_000)
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    page.clock.run_for(4_000)
    expect(page.locator("html")).to_have_attribute("data-state", "lost")
    expect(page.locator(".freshness")).to_contain_text("no connection since ")
    assert page.locator(".freshness").inner_text()[-5:].replace(":", "").isdigit()


def test_a_moment_of_the_past_is_asked_for_once_and_leads_back_to_live(page: Page, screen: Screen) -> None:
    screen.board = boards.in_the_past()
    shown(page, screen.url + "/?as_of=2026-11-20T14:32+01:00")
    expect(page.locator("#bar")).to_contain_text("You are looking at the past: Friday 20 November 2026")
    page.wait_for_timeout(2_500)
    assert screen.asked == ["2026-11-20T14:32+01:00"]
    assert page.locator("#bar a").get_attribute("href") == "/"


def test_a_warehouse_without_data_is_waited_for_in_words(page: Page, screen: Screen) -> None:
    screen.board, screen.told = None, waiting(State("waiting", "waiting for first data: there is no table leads"))
    page.goto(screen.url)
    expect(page.locator(".waiting-words")).to_have_text("Waiting for first datathere is no table leads")
    screen.board = boards.usual()
    expect(page.locator("#marketing .huge")).to_have_text("1,734")
    expect(page.locator(".waiting-words")).to_have_count(0)


def test_the_theme_is_the_systems_until_somebody_chooses_and_then_remembered(page: Page, screen: Screen) -> None:
    page.emulate_media(color_scheme="dark")
    shown(page, screen.url)
    line = "document.querySelector('#marketing .figure .lines path.js-line').style.stroke"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 16, 20)"
    dark = page.evaluate(line)
    shown(page, screen.url + "/?theme=light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(244, 244, 241)"
    assert page.evaluate(line) != dark
    shown(page, screen.url)
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_names_from_the_warehouse_stay_words(page: Page, screen: Screen) -> None:
    screen.board = boards.long_names()
    shown(page, screen.url)
    expect(page.locator("#marketing .name", has_text="<b>paid</b> %{x} & <script>")).to_have_count(1)
    assert page.locator("#board b b, #board script").count() == 0
