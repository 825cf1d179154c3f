"""The weekly meeting in a real browser, before the Procfile's own server: by keyboard, in two windows, by two."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.meeting import CUT, LATE, SMALL, Met, meeting, on_step, quiet, stands, step, swipe, write
from tests.browser.screen import OVERFLOW

PICTURES = Path(__file__).parent.parent.parent / "artefacts"
WALLS = {"1280x720": (1280, 720), "1920x1080": (1920, 1080), "3840x2160": (3840, 2160)}
STEPS = range(1, 8)


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Met]:
    """A company whose last weeks are kept."""
    with meeting(tmp_path_factory.mktemp("meeting")) as one:
        yield one


@pytest.fixture(autouse=True)
def watched(page: Page) -> Iterator[None]:
    """No script fails, and nothing is refused by the page's own policy."""
    with quiet(page):
        yield


# the walk


@pytest.mark.parametrize("size", WALLS)
def test_every_step_fits_a_wall_and_is_clean_for_those_who_do_not_see_it(page: Page, met: Met, size: str) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), WALLS[size], strict=True)))
    stands(page, met.meeting())
    PICTURES.mkdir(exist_ok=True)
    found = {}
    for number in STEPS:
        page.keyboard.press(str(number))
        on_step(page, number)
        drawn = page.locator(f"#step-{number} .figure .main-svg")
        if page.locator(f"#step-{number} .figure").count():
            expect(drawn.first).to_be_attached(timeout=20_000)
        page.screenshot(path=PICTURES / f"meeting-{size}-{number}.png")
        found[number] = page.evaluate(OVERFLOW, False)
        if size == "1280x720":
            checked = Axe().run(page)
            assert checked.violations_count == 0, checked.generate_report()
    assert found == {number: [] for number in STEPS}


def test_the_whole_walk_goes_by_keyboard_and_by_a_clicker(page: Page, met: Met) -> None:
    stands(page, met.meeting())
    assert step(page) == 1
    for key, number in (
        *(("ArrowRight", 2), ("Space", 3), ("PageDown", 4), ("ArrowDown", 5), ("PageUp", 4), ("ArrowLeft", 3)),
        *(("End", 7), ("ArrowRight", 7), ("Home", 1), ("ArrowLeft", 1), ("6", 6)),
    ):
        page.keyboard.press(key)
        on_step(page, number)
        assert step(page) == number
    page.get_by_role("button", name="Step 5: Lead review").click()
    page.keyboard.press("Space")
    on_step(page, 6)
    expect(page.locator("#step-said")).to_have_text(re.compile(r"^Step 6 of 7: Campaigns\. \S"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("the presenter’s window")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement !== null")
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement === null")
    page.reload()
    on_step(page, 6)


def test_the_page_opens_on_the_week_that_just_ended_and_its_address_means_that_week(page: Page, met: Met) -> None:
    stands(page, f"{met.url}/meeting#3")
    expect(page).to_have_url(f"{met.meeting()}#3")
    number = int(met.weeks[0].partition("-W")[2])
    expect(page.locator("h1")).to_have_text(f"Week {number}")
    expect(page.locator(".freshness")).to_contain_text("as it stood on")
    page.get_by_role("link", name="The week before").click()
    expect(page.locator("h1")).to_have_text(f"Week {int(met.weeks[1].partition('-W')[2])}")


def test_any_week_is_chosen_by_keyboard(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting()}#2")
    page.keyboard.press("w")
    sheet = page.get_by_role("dialog", name="Weeks that were kept")
    expect(sheet.get_by_role("link")).to_have_text(met.weeks)
    sheet.get_by_role("link", name=met.weeks[2]).press("Enter")
    expect(page).to_have_url(f"{met.meeting(3)}#2")
    expect(page.locator("#step-2 .takeaway")).to_be_visible(timeout=20_000)
    page.keyboard.press("w")
    sheet.get_by_label("Another week").fill(f" {met.running.lower()} ")
    page.keyboard.press("Enter")
    expect(page.locator(".freshness")).to_contain_text("still running", timeout=20_000)


def test_a_week_that_runs_says_so_and_one_that_is_none_leads_back(page: Page, met: Met) -> None:
    stands(page, f"{met.url}/meeting/{met.running}")
    expect(page.locator(".freshness")).to_contain_text("still running")
    page.goto(f"{met.url}/meeting/2026-W99")
    expect(page.locator(".waiting-words")).to_contain_text("'2026-W99' names no week; write it like 2026-W46")
    page.get_by_role("link", name="To the week that just ended").click()
    expect(page).to_have_url(f"{met.meeting()}#1")


def test_what_has_moved_since_is_listed_row_by_row(page: Page, met: Met) -> None:
    stands(page, met.meeting())
    page.keyboard.press("l")
    sheet = page.get_by_role("dialog", name="What has moved since")
    expect(sheet.locator("details").first).to_contain_text(re.compile(rf"\d+ → \d+: {LATE} late email leads"))
    expect(sheet.locator("details").first.locator("tbody tr")).to_have_count(LATE)
    page.keyboard.press("Escape")
    expect(page.locator(".moved-since")).to_have_text(re.compile(r"\d+ numbers have moved since"))
    page.keyboard.press("2")
    page.locator('#step-2 .moved[data-number="marketing.week.gap"]').press("Enter")
    opened_one = sheet.locator("details[open]")
    expect(opened_one).to_contain_text(re.compile(r"ahead or behind.*follows from", re.DOTALL))


def test_a_number_opens_with_the_rows_of_its_week_and_the_step_stays_in_the_address(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting()}#2")
    page.locator('#step-2 button[data-number="marketing.week.done"]').first.click()
    panel = page.locator("dialog.panel[open]")
    expect(panel.locator(".rows-said")).to_contain_text(re.compile(r"\d+ rows"), timeout=20_000)
    expect(page).to_have_url(re.compile(r"\?open=marketing\.week\.done#2$"))
    page.reload()
    expect(panel).to_be_visible(timeout=20_000)
    page.keyboard.press("a")
    expect(page.locator("#action-sheet select[name=number]")).to_have_value("marketing.week.done")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    on_step(page, 2)


def test_a_past_moment_shows_the_week_that_had_ended_then_and_nobody_writes_into_it(page: Page, met: Met) -> None:
    day = datetime.now(UTC) - timedelta(days=7)
    stands(page, f"{met.url}/meeting?as_of={day:%Y-%m-%dT%H:%MZ}#7")
    expect(page.locator("h1")).to_have_text(f"Week {int(met.weeks[1].partition('-W')[2])}")
    expect(page.locator(".bar-line .past")).to_contain_text(f"{day:%A} {day.day} {day:%B %Y}")
    expect(page.get_by_role("button", name="Add an action")).to_have_count(0)
    page.keyboard.press("a")
    page.keyboard.press("n")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("button", name="The next day").click()
    after = day + timedelta(days=1)
    expect(page.locator(".bar-line .past")).to_contain_text(f"{after:%A} {after.day} {after:%B %Y}", timeout=20_000)


# two windows


def test_the_presenters_window_and_the_screen_are_in_step(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting()}#2")
    with page.expect_popup() as popup:
        page.keyboard.press("p")
    presenter = popup.value
    shown = presenter.locator(".presenter")
    expect(shown.locator(".shown .takeaway")).to_have_text(page.locator("#step-2 .takeaway").inner_text())
    expect(shown.locator(".next h3")).to_have_text("Sales’ week")
    presenter.keyboard.press("PageDown")
    on_step(page, 3)
    page.keyboard.press("ArrowRight")
    expect(shown.locator("h2")).to_have_text("What each owes the other")
    on_step(presenter, 4)
    expect(shown.locator(".timed.all b")).to_have_text(re.compile(r"^0:0[1-9]$"))
    assert presenter.evaluate(OVERFLOW, False) == []
    checked = Axe().run(presenter)
    assert checked.violations_count == 0, checked.generate_report()
    PICTURES.mkdir(exist_ok=True)
    presenter.screenshot(path=PICTURES / "meeting-presenter.png")
    presenter.close()


def test_a_second_tab_joins_where_the_first_one_is(page: Page, context: BrowserContext, met: Met) -> None:
    stands(page, f"{met.meeting()}#5")
    other = context.new_page()
    stands(other, met.meeting())
    on_step(other, 5)
    other.keyboard.press("Home")
    on_step(page, 1)


# notes


def test_a_note_is_saved_as_it_is_typed_and_is_there_for_everybody(page: Page, browser: Browser, met: Met) -> None:
    stands(page, f"{met.meeting()}#1")
    page.keyboard.press("n")
    page.keyboard.type("Ask Bea about 3 fairs")
    expect(page.locator("#note-sheet .said")).to_have_text("Saved")
    assert step(page) == 1
    elsewhere = browser.new_context().new_page()
    stands(elsewhere, f"{met.meeting()}?presenter")
    expect(elsewhere.get_by_role("textbox")).to_have_value("Ask Bea about 3 fairs")
    elsewhere.context.close()


def test_without_a_server_nothing_that_was_typed_is_lost(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting()}#2")
    page.route("**/api/meeting/notes", lambda route: route.abort())
    page.keyboard.press("n")
    page.keyboard.type("Kept here")
    said = page.locator("#note-sheet .said")
    expect(said).to_contain_text("Not saved yet: no connection to the server. It is kept in this browser")
    page.reload()
    expect(page.locator("#step-7 .lists h3").first).to_be_attached()
    page.keyboard.press("n")
    expect(page.locator("#note-sheet textarea")).to_have_value("Kept here")
    page.unroute("**/api/meeting/notes")
    expect(said).to_have_text("Saved", timeout=40_000)


def test_two_who_write_one_note_are_both_heard(page: Page, browser: Browser, met: Met) -> None:
    stands(page, f"{met.meeting()}#4")
    other = browser.new_context().new_page()
    stands(other, f"{met.meeting()}#4")
    held: list[Route] = []
    other.route("**/api/meeting/notes", lambda route: route.continue_() if held else held.append(route))
    other.keyboard.press("n")
    other.keyboard.type("Mine")
    expect(other.locator("#note-sheet .said")).to_have_text("Saving …")
    page.keyboard.press("n")
    page.keyboard.type("Theirs")
    expect(page.locator("#note-sheet .said")).to_have_text("Saved")
    held[0].continue_()
    expect(other.locator("#note-sheet .clash blockquote")).to_have_text("Theirs")
    other.get_by_role("button", name="Keep both").click()
    expect(other.locator("#note-sheet .said")).to_have_text("Saved")
    expect(page.locator("#note-sheet textarea")).to_have_value("Theirs\nMine", timeout=20_000)
    other.context.close()


# what is decided


def test_an_action_is_written_by_keyboard_from_the_number_in_focus(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting(2)}#3")
    page.locator('#step-3 button[data-number="sales.week.done"]').first.focus()
    page.keyboard.press("a")
    sheet = page.locator("#action-sheet")
    expect(sheet.get_by_label("Side")).to_have_value("sales")
    expect(sheet.locator("select[name=number]")).to_have_value("sales.week.done")
    expect(sheet.get_by_label("By when")).to_have_value(re.compile(r"\d{4}-\d\d-\d\d"))
    expect(write(page, "Ada", "Call the fair’s leads")).to_contain_text("Added: Call the fair’s leads")
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    row = page.locator(".decided .action")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(re.compile(r"Bookings this week: [\d,]+"))
    row.get_by_role("button", name="Change").press("Enter")
    sheet.get_by_label("Who").fill("Ada L.")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Ada L.")
    row.get_by_role("button", name="Change").press("Enter")
    sheet.get_by_role("button", name="Take off the list").press("Enter")
    expect(row).to_have_count(0)
    back = page.get_by_role("button", name="Put it back")
    expect(back).to_be_focused()
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Ada L.")
    expect(back).to_have_count(0)


def test_an_action_comes_back_next_week_with_what_became_of_it(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting(3)}#2")
    page.keyboard.press("a")
    sheet = page.locator("#action-sheet")
    sheet.locator("select[name=number]").select_option("marketing.week.done")
    expect(write(page, "Mia", "Two more fairs")).to_contain_text("Added")
    stands(page, f"{met.meeting(2)}#7")
    row = page.locator(".carried .action").filter(has_text="Two more fairs")
    expect(row).to_contain_text(
        re.compile(r"Sales-ready leads this week: \d+ then, \d+ now, (\d+ (more|less)|the same)")
    )
    row.locator("[data-change=done]").press("Enter")
    page.keyboard.type("Both are booked")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Both are booked")
    expect(row).to_have_class(re.compile("done"))
    row.locator(".about button").press("Enter")
    expect(page.locator("dialog.panel[open] #panel-title")).to_contain_text("Sales-ready leads")


def test_two_people_who_add_at_once_are_both_there(page: Page, browser: Browser, met: Met) -> None:
    other = browser.new_context().new_page()
    for one in (page, other):
        stands(one, f"{met.meeting()}#7")
        one.keyboard.press("a")
        one.locator("#action-sheet").get_by_label("Who").fill("Somebody")
    for one, what in ((page, "The one thing"), (other, "The other thing")):
        one.locator("#action-sheet").get_by_label("What").fill(what)
    for one in (page, other):
        one.evaluate("document.querySelector('#action-sheet form').requestSubmit()")
    for one in (page, other):
        there = one.locator(".decided .action b")
        expect(there).to_have_count(2, timeout=20_000)
        # who came first stands first, and nobody can tell beforehand who that is
        assert sorted(there.all_text_contents()) == ["The one thing", "The other thing"]
    other.context.close()


def test_what_could_not_be_added_stays_in_the_form_and_says_why(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting()}#7")
    there = page.locator(".decided .action").count()
    sent: list[Any] = []

    def lose(route: Route) -> None:
        """Let the server hear it, and its answer be lost."""
        sent.append(route.fetch().json())
        route.abort()

    page.route("**/api/meeting/actions", lose)
    page.keyboard.press("a")
    said = write(page, "Cem", "Only once")
    expect(said).to_have_text("Not added: no connection to the server. What you wrote is still here; send it again.")
    assert sent[0]["action"]["text"] == "Only once"
    page.unroute("**/api/meeting/actions")
    page.reload()
    expect(page.locator("#step-7 .lists h3").first).to_be_attached()
    page.keyboard.press("a")
    expect(page.locator("#action-sheet").get_by_label("What")).to_have_value("Only once")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Added: Only once")
    page.keyboard.press("Escape")
    expect(page.locator(".decided .action")).to_have_count(there + 1)


def test_a_sides_word_is_given_by_keyboard_and_held_against_the_week(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting(2)}#7")
    page.locator("[data-word=marketing]").press("Enter")
    page.keyboard.type("5,000")
    page.keyboard.press("Tab")
    page.keyboard.type("Mia")
    page.keyboard.press("Enter")
    expect(page.locator(".word.marketing .coming")).to_contain_text("5,000 says Mia")
    stands(page, f"{met.meeting()}#7")
    expect(page.locator(".word.marketing .past")).to_contain_text(re.compile(r"said 5,000, came to \d+: [\d,]+ short"))
    expect(page.locator(".word.marketing .record")).to_contain_text("Reached in 0 of 1 week")


# a phone


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_a_step_is_one_column_and_a_thumb_reaches_all(browser: Browser, met: Met, scheme: Any) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    stands(page, f"{met.meeting()}#7")
    found = {}
    for number in reversed(STEPS):
        if number < 7:
            page.get_by_role("button", name="The step before").tap()
        on_step(page, number)
        page.screenshot(path=PICTURES / f"meeting-390x844-{scheme}-{number}.png", full_page=True)
        # the way through the steps lies over what is further down; at the end it lies under it
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        found[number] = [*page.evaluate(OVERFLOW, True), *page.evaluate(SMALL), *page.evaluate(CUT)]
    assert found == {number: [] for number in STEPS}
    swipe(page, 300, 60)
    on_step(page, 2)
    checked = Axe().run(page)
    assert checked.violations_count == 0, checked.generate_report()
    context.close()
