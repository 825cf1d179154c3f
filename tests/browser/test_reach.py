"""Whoever comes: with a finger, held across or upright, without colours, or by keyboard, reaches and reads it all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from queries import warehouse
from queries.tables import campaigns
from tests.browser.meeting import Met, meeting, on_step
from tests.browser.meeting import stands as on_the_meeting
from tests.browser.screen import OVERFLOW, Screen, served
from tests.browser.test_today import SMALL
from tests.dashboard import boards

ROOT_FONT = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
BARE = """one => {
  const { left, right, top, bottom } = one.getBoundingClientRect();
  const hit = [top + 2, bottom - 2].map((y) => document.elementFromPoint((left + right) / 2, y));
  return hit.every((found) => found !== null && (found === one || one.contains(found)));
}"""
"""Whether nothing lies over an element, nor cuts it."""
BESIDE = """([one, part, property]) => {
  const [seen, ground] = [getComputedStyle(one, part), getComputedStyle(document.body)];
  return [seen[property], ground.backgroundColor];
}"""
"""The colour of something, and that of the page."""
LONG = "Offer the calibration check. " * 8 + "And then call."
TOLD = "new data refused since 14:32: leads.created_at, leads.ready_at is missing; 'smarketing check' says what to do"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the company's warehouse is."""
    return tmp_path_factory.mktemp("reach")


@pytest.fixture(scope="module")
def met(folder: Path) -> Iterator[Met]:
    """A company with all its pages, served."""
    with meeting(folder) as one:
        yield one


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    """A board that can be made to say anything."""
    with served(boards.usual()) as one:
        yield one


@contextmanager
def at(browser: Browser, size: tuple[int, int], **look: Any) -> Iterator[Page]:
    """A page of one size, seen as somebody sees it."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce", **look)
    yield context.new_page()
    context.close()


def stands(page: Page, address: str) -> None:
    """Open the board or a rep's day, and return when it is drawn."""
    page.goto(address)
    expect(page.locator("html[data-painted]")).to_be_attached()
    expect(page.locator("#hands :is(li, p), #given .key-line").first).to_be_visible()
    page.evaluate("document.fonts.ready")


# a finger


@pytest.mark.parametrize(
    ("path", "size"), [("/", (390, 844)), ("/", (1180, 820)), ("/today/r01", (844, 390)), ("/today/r01", (768, 1024))]
)
def test_a_finger_hits_whatever_can_be_opened(browser: Browser, met: Met, path: str, size: tuple[int, int]) -> None:
    with at(browser, size, has_touch=True) as page:
        stands(page, met.url + path)
        assert "\n".join(page.evaluate(SMALL)) == ""
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
        for one in page.locator("nav.pages :is(a, summary):visible").all():
            box = one.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 43.5


@pytest.mark.parametrize("size", [(915, 412), (932, 430)])
def test_a_phone_that_is_held_across_is_read_in_one_column(browser: Browser, met: Met, size: tuple[int, int]) -> None:
    with at(browser, size, has_touch=True) as page:
        stands(page, met.url)
        assert page.evaluate(ROOT_FONT) >= 16
        lefts = page.locator("section.block").evaluate_all("all => all.map(one => one.getBoundingClientRect().left)")
        assert len(set(lefts)) == 1
        assert page.evaluate(OVERFLOW, True) == []


def test_a_wall_is_the_same_where_its_tv_claims_to_be_touched(browser: Browser, met: Met) -> None:
    with at(browser, (1920, 1080), has_touch=True) as page:
        stands(page, f"{met.url}/?wall=Hall")
        assert page.evaluate(OVERFLOW, False) == []


# words


@pytest.mark.parametrize("size", [(390, 844), (768, 1024), (1080, 1920)])
def test_what_is_wrong_with_the_data_is_read_to_its_end(page: Page, screen: Screen, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    screen.refusal = None
    stands(page, screen.url)
    screen.refusal = TOLD
    told = page.locator(".freshness .told")
    expect(told).to_have_text(TOLD)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert told.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert page.evaluate(OVERFLOW, True) == []


# a wall that hangs upright


@pytest.mark.parametrize("size", [(1080, 1920), (2160, 3840)])
def test_a_wall_that_hangs_upright_shows_every_board_without_scrolling(
    page: Page, screen: Screen, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    screen.refusal = None
    for name, made in boards.BOARDS.items():
        screen.board = made()
        stands(page, f"{screen.url}/?wall=Hall")
        assert (name, page.evaluate(OVERFLOW, False)) == (name, [])
        assert page.evaluate(ROOT_FONT) >= size[0] / 57


@pytest.mark.parametrize("size", [(1080, 1920), (2160, 3840)])
def test_an_upright_wall_holds_a_real_companys_board(browser: Browser, met: Met, size: tuple[int, int]) -> None:
    with at(browser, size) as page:
        stands(page, f"{met.url}/?wall=Hall")
        assert page.evaluate(OVERFLOW, False) == []
        assert page.locator(".figure").first.evaluate("one => one.clientHeight") >= 5 * page.evaluate(ROOT_FONT)


# the keyboard


def test_the_menu_closes_when_the_keyboard_leaves_it(page: Page, met: Met) -> None:
    stands(page, met.url)
    page.locator("nav.pages summary").press("Enter")
    links = page.locator("nav.pages a")
    links.last.focus()
    expect(links.last).to_be_visible()
    page.keyboard.press("Tab")
    expect(links.last).to_be_hidden()


def test_what_the_keyboard_goes_back_to_comes_out_from_under_the_panels_head(page: Page, met: Met) -> None:
    page.set_viewport_size({"width": 390, "height": 640})
    stands(page, f"{met.url}/?open=marketing.month.done")
    panel = page.locator("dialog.panel[open]")
    expect(panel.locator(".rows-said")).to_contain_text("rows")
    day = panel.locator(".day").first
    # on the screen, and under the head: a browser that is not told of it sees no need to scroll
    day.evaluate("one => { one.closest('dialog').scrollBy(0, one.getBoundingClientRect().top - 4); one.focus(); }")
    expect(day).to_be_focused()
    assert day.evaluate(BARE)


def test_what_the_keyboard_goes_to_does_not_stay_under_the_way_of_the_meeting(page: Page, met: Met) -> None:
    page.set_viewport_size({"width": 390, "height": 640})
    on_the_meeting(page, f"{met.meeting()}#2")
    button = page.locator("#step-2 button[data-number]").nth(5)
    button.evaluate("one => { scrollBy(0, one.getBoundingClientRect().bottom - innerHeight + 4); one.focus(); }")
    expect(button).to_be_focused()
    assert button.evaluate(BARE)


@pytest.mark.parametrize(("size", "scrolls"), [((320, 256), "html"), ((1000, 520), "#step-6")])
def test_an_arrow_reads_an_enlarged_step_on_before_it_turns(
    page: Page, met: Met, size: tuple[int, int], scrolls: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    on_the_meeting(page, f"{met.meeting()}#6")
    page.keyboard.press("ArrowDown")
    expect(page.locator(scrolls)).not_to_have_js_property("scrollTop", 0)
    on_step(page, 6)
    page.locator(scrolls).evaluate("one => one.scrollTo({ top: 9999, behavior: 'instant' })")
    page.keyboard.press("ArrowDown")
    on_step(page, 7)
    page.keyboard.press("PageUp")
    on_step(page, 6)
    # a clicker's keys turn wherever the step stands
    page.keyboard.press("PageUp")
    on_step(page, 5)


def test_an_arrow_scrolls_the_stories_that_have_the_focus(page: Page, met: Met) -> None:
    on_the_meeting(page, f"{met.meeting()}#5")
    page.set_viewport_size({"width": 1000, "height": 520})
    page.locator("#step-5 .cards").press("ArrowDown")
    expect(page.locator("#step-5 .cards")).not_to_have_js_property("scrollTop", 0)
    on_step(page, 5)


# what only a mouse could read


def wrote(folder: Path, which: str, **words: str) -> None:
    """Have a campaign say something else."""
    writer = warehouse.writer(warehouse.address(str(folder / "demo.db")))
    with writer.begin() as connection:
        assert connection.execute(update(campaigns).where(campaigns.c.name == which).values(**words)).rowcount == 1
    writer.dispose()


def test_a_long_brief_is_opened_by_keyboard_and_stays_open_as_the_picture_changes(
    page: Page, met: Met, folder: Path
) -> None:
    on_the_meeting(page, f"{met.url}/meeting/{met.running}#6")
    names = page.locator("#step-6 .campaigns .name")
    first, second = names.nth(0).inner_text(), names.nth(1).inner_text()
    wrote(folder, first, brief=LONG)
    brief = page.locator("#step-6 .campaigns details.brief")
    rest = brief.locator("p")
    expect(rest).to_be_hidden()
    brief.locator("summary").press("Enter")
    expect(rest).to_contain_text("And then call.")
    expect(rest).to_be_visible()
    assert " ".join(f"{brief.locator('summary span').first.inner_text()} {rest.inner_text()}".split()) == LONG
    wrote(folder, second, brief="Something else.")
    expect(page.locator("#step-6 .campaigns")).to_contain_text("Something else.")
    expect(rest).to_be_visible()
    on_step(page, 6)


def test_a_long_name_is_read_to_its_end(page: Page, met: Met, folder: Path) -> None:
    long = "Werkzeugmaschinenbau und Feinmechanik in Johannisthal: " * 3 + "Ende"
    on_the_meeting(page, f"{met.url}/meeting/{met.running}#6")
    names = page.locator("#step-6 .campaigns .name")
    wrote(folder, names.last.inner_text(), name=long)
    last = names.filter(has_text="Ende")
    expect(last).to_be_visible()
    # every line of it stands within its row
    assert last.evaluate("one => one.scrollWidth <= one.clientWidth && one.clientHeight >= one.scrollHeight")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


# forced colours


def stands_out(page: Page, place: str, part: str | None = None, by: str = "backgroundColor") -> bool:
    """Return whether something has another colour than the page behind it."""
    one = page.locator(place).first.element_handle()
    seen, ground = page.evaluate(BESIDE, [one, part, by])
    return bool(seen != ground and seen != "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_where_colours_are_forced_signs_bars_and_choices_stay(browser: Browser, met: Met, scheme: Any) -> None:
    with at(browser, (1280, 720), forced_colors="active", color_scheme=scheme) as page:
        stands(page, f"{met.url}/?open=marketing.month.done")
        assert all(stands_out(page, f"#board .bar .{one}") for one in ("fill", "tick"))
        assert stands_out(page, "nav.pages summary", "::before", "borderTopColor")
        assert (
            page.locator("nav.pages summary").evaluate("one => getComputedStyle(one, '::before').borderTopWidth")
            != "0px"
        )
        pressed = page.locator("dialog [aria-pressed=true]").first
        expect(pressed).to_have_css("outline-style", "solid")
        stands(page, f"{met.url}/today/r01")
        # whether a company shows how to reach a lead is another matter than how that is drawn
        page.locator("main").evaluate(
            "one => one.insertAdjacentHTML('beforeend', '<a class=\"reach-out tel\" href=\"tel:1\"></a>')"
        )
        assert stands_out(page, "a.reach-out.tel", "::before")
        assert stands_out(page, ".bar .fill")
