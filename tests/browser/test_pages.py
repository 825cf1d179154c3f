"""Every page in a real browser: the way from one to the other, the page of terms, and that nothing is cut off."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.board import Board
from dashboard.pages import pages
from dashboard.terms import terms
from tests.browser.screen import Screen, served
from tests.dashboard.whole import whole

PAST = "2026-11-18T14:32+01:00"
ENCODED = "2026-11-18T14%3A32%2B01%3A00"
STATIC = [path for path, one in pages().items() if "data-picture" not in one.layout().to_plotly_json()["props"]]


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    """The board of a whole company."""
    return whole(tmp_path_factory.mktemp("whole")).board


@pytest.fixture(scope="module")
def screen(board: Board) -> Iterator[Screen]:
    """All pages of that company."""
    with served(board) as one:
        yield one


@pytest.fixture(autouse=True)
def quiet(page: Page) -> Iterator[None]:
    """No script fails, and nothing is refused by the page's own policy."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    yield
    assert [one for one in said if "Failed to load resource" not in one] == []


def test_the_page_of_terms_loads_nothing_that_draws_and_says_which_numbers_stand_on_a_term(
    page: Page, screen: Screen, board: Board
) -> None:
    fetched: list[str] = []
    page.on("request", lambda asked: fetched.append(asked.url))
    page.goto(f"{screen.url}/terms")
    place = page.locator("#bookings .where")
    mine = [
        one for one in board.numbers.values() if one.definition == definition("bookings") and ".rep." not in one.name
    ]
    expect(place.locator("li")).to_have_count(6)
    expect(place.locator("li").first).to_have_text("Revenue this month: done")
    place.get_by_role("button", name=f"and {len(mine) - 6} more").click()
    expect(place.locator("li")).to_have_count(len(mine))
    assert [one for one in fetched if "plotly" in one or not one.startswith(screen.url)] == []


def definition(anchor: str) -> str:
    """Return the sentence of a term."""
    return next(one.definition for one in terms() if one.anchor == anchor)


def test_a_term_leads_to_a_number_that_says_the_same_sentence(page: Page, screen: Screen) -> None:
    page.goto(f"{screen.url}/terms#undecided")
    page.locator("#undecided .where a").first.click()
    expect(page.locator("dialog[open]")).to_contain_text(definition("undecided"))
    assert page.url == f"{screen.url}/?open=followup.acceptance.undecided"


def test_terms_are_narrowed_by_keyboard_and_the_number_left_is_told(page: Page, screen: Screen) -> None:
    page.goto(f"{screen.url}/terms")
    shown = page.locator("article.term:visible")
    every = shown.count()
    assert every > len(terms())
    expect(page.locator("#found")).to_have_text(f"{every} terms")
    page.keyboard.press("/")
    page.keyboard.type("Accepted  DECIDED undecided")
    expect(page.locator("#found")).to_have_text(f"{shown.count()} of {every} terms")
    assert page.locator("#accepted-of-decided").is_visible()
    assert not page.locator("#pace").is_visible()
    assert not page.locator("#about-pace").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.hash") == "#accepted-of-decided"
    page.focus("#find")
    page.keyboard.press("Escape")
    expect(shown).to_have_count(every)
    assert page.url == f"{screen.url}/terms"


def test_what_was_looked_for_has_an_address_and_a_link_shows_its_term_all_the_same(page: Page, screen: Screen) -> None:
    page.goto(f"{screen.url}/terms?find=duplicate_of")
    expect(page.locator("#table-leads dd", has_text="The lead it repeats")).to_be_visible()
    assert not page.locator("#pace").is_visible()
    page.evaluate("location.hash = '#pace'")
    expect(page.locator("#pace")).to_be_in_viewport()
    expect(page.locator("#find")).to_have_value("")


def test_the_menu_of_the_board_opens_and_closes_by_keyboard_and_is_not_on_a_wall(page: Page, screen: Screen) -> None:
    page.goto(screen.url)
    link = page.get_by_role("link", name="Terms")
    expect(link).to_be_hidden()
    page.focus("nav.pages summary")
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    assert page.evaluate("document.activeElement.localName") == "summary"
    page.goto(f"{screen.url}/?wall=Hall")
    expect(page.locator("nav.pages")).to_be_hidden()
    page.goto(f"{screen.url}/?wall=")
    expect(page.locator("nav.pages summary")).to_be_visible()


def test_the_menu_takes_no_room_from_the_board(page: Page, screen: Screen) -> None:
    for size in ((1280, 720), (1920, 1080), (3840, 2160)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(screen.url)
        expect(page.locator("#header h1")).to_be_visible()
        with_menu = page.locator("#goal").bounding_box()
        name, mark = (page.locator(one).bounding_box() for one in ("#header h1", "nav.pages summary"))
        assert name is not None
        assert mark is not None
        assert mark["x"] + mark["width"] <= name["x"] + 1
        page.evaluate("document.documentElement.dataset.wall = ''")
        assert page.locator("#goal").bounding_box() == with_menu


def test_the_moment_that_is_looked_at_goes_along_from_page_to_page(page: Page, screen: Screen) -> None:
    page.goto(f"{screen.url}/?as_of={ENCODED}")
    page.locator("nav.pages summary").click()
    page.get_by_role("link", name="Terms").click()
    expect(page).to_have_url(f"{screen.url}/terms?as_of={ENCODED}")
    expect(page.locator("#undecided .where a").first).to_have_attribute(
        "href", f"/?open=followup.acceptance.undecided&as_of={ENCODED}"
    )
    page.get_by_role("link", name="Board", exact=True).click()
    expect(page).to_have_url(f"{screen.url}/?as_of={ENCODED}")


def test_whoever_goes_by_keyboard_can_skip_the_way_to_the_pages(page: Page, screen: Screen) -> None:
    page.goto(f"{screen.url}/terms")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("path", [one for one in STATIC if not one.startswith("/screen")])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_is_clean_for_those_who_do_not_see_it(page: Page, screen: Screen, path: str, theme: str) -> None:
    page.goto(f"{screen.url}{path}?theme={theme}")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".where li, #names > *").first).to_be_attached()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", [path for path, one in pages().items() if one.nav])
def test_a_page_fits_a_phone_without_scrolling_sideways(page: Page, screen: Screen, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{screen.url}{path}")
    for one in page.locator("main details > summary").all():
        one.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    summary = page.locator("nav.pages summary")
    box = summary.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    summary.click()
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link")).to_have_count(
        sum(bool(one.nav) for one in pages().values())
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 390
