"""The meeting in a real browser when answers come late, when the person who asked has moved on meanwhile."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.meeting import Met, meeting, on_step, quiet, stands, write

ACTIONS, NOTES, PROMISES, LEDGER, WEEKS = (
    f"/api/meeting/{name}" for name in ("actions", "notes", "promises", "ledger", "weeks")
)
SCROLLED = "() => document.querySelector('#ledger-sheet').scrollTop"


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


class Held:
    """What a page asks an address by a method, held back from now on until it is let go: the oldest first."""

    def __init__(self, page: Page, path: str, method: str = "GET") -> None:
        self._page, self._method = page, method
        self._routes: list[Route] = []
        page.route(f"**{path}*", self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method == self._method:
            self._routes.append(route)
        else:
            route.fallback()

    def next(self) -> Route:
        """Return what has been held longest, as soon as anything is; it is the caller's to let go."""
        ends = time.monotonic() + 10
        while not self._routes and time.monotonic() < ends:
            self._page.wait_for_timeout(10)
        return self._routes.pop(0)


def decided(page: Page, met: Met, *texts: str) -> list[Locator]:
    """Have actions decided in the last week by somebody elsewhere; return their rows."""
    for text in texts:
        due = f"{datetime.now(UTC) + timedelta(days=7):%Y-%m-%d}"
        asked = {"id": str(uuid4()), "week": met.weeks[0], "side": "sales", "owner": "Ada", "due_on": due, "text": text}
        assert page.request.post(f"{met.url}{ACTIONS}", data=asked).ok
    return [page.locator(".decided .action").filter(has_text=text) for text in texts]


def told(page: Page, met: Met, path: str, week: int = 1) -> Any:
    """Return what an address tells of a week as of now."""
    return page.request.get(f"{met.url}{path}?week={met.weeks[week - 1]}").json()


def later(page: Page, path: str) -> None:
    """Return when a page has heard what it was told by now: it asks by itself once a second, and has asked twice."""
    for _ in range(2):
        with page.expect_request(f"**{path}*"):
            pass


def presses(row: Locator, change: str) -> None:
    """Press what changes an action, or ends it."""
    row.locator(f"[data-change={change}]").press("Enter")


# a sheet whose answer is still to come


def test_an_action_on_its_way_keeps_its_sheet_until_it_is_answered(page: Page, met: Met) -> None:
    first, second = decided(page, met, "The first that is changed", "The second that is changed")
    stands(page, f"{met.meeting()}#7")
    waiting = Held(page, ACTIONS, "PATCH")
    sheet = page.locator("#action-sheet")
    presses(first, "change")
    sheet.get_by_label("Who").fill("Bea")
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("status")).to_have_text("Sending …")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    presses(second, "change")
    expect(sheet.get_by_role("status")).to_have_text("Sending …")
    expect(sheet.get_by_label("What")).to_have_value("The first that is changed")
    expect(sheet.get_by_label("What")).to_be_disabled()
    expect(sheet.get_by_role("button", name="Save")).to_be_disabled()
    waiting.next().continue_()
    expect(first).to_contain_text("Bea")
    expect(sheet).to_be_hidden()
    presses(second, "change")
    expect(sheet.get_by_label("What")).to_have_value("The second that is changed")
    sheet.get_by_role("button", name="Take off the list").press("Enter")
    expect(sheet.get_by_role("status")).to_have_text("Sending …")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("a")
    expect(sheet.get_by_label("What")).to_have_value("The second that is changed")
    waiting.next().continue_()
    expect(second).to_have_count(0)
    expect(sheet).to_be_hidden()


def test_an_action_that_is_not_taken_can_be_written_on_where_the_keyboard_was(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting()}#7")
    waiting = Held(page, ACTIONS, "POST")
    page.keyboard.press("a")
    said = write(page, "Cem", "Sent again")
    what = page.locator("#action-sheet").get_by_label("What")
    expect(what).to_be_disabled()
    waiting.next().abort()
    expect(said).to_contain_text("Not added: no connection to the server.")
    expect(what).to_be_focused()
    page.keyboard.type(", and better")
    page.keyboard.press("Enter")
    expect(said).to_have_text("Sending …")
    waiting.next().continue_()
    expect(said).to_contain_text("Added: Sent again, and better")
    expect(page.locator("#action-sheet").get_by_label("Who")).to_be_focused()
    expect(what).to_have_value("")


def test_what_was_closed_on_its_way_and_is_not_done_comes_back_and_says_so(page: Page, met: Met) -> None:
    (row,) = decided(page, met, "The one that fails")
    stands(page, f"{met.meeting()}#7")
    waiting = Held(page, ACTIONS, "PATCH")
    sheet = page.locator("#done-sheet")
    presses(row, "done")
    page.keyboard.type("It came to nothing")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    waiting.next().abort()
    expect(sheet.get_by_role("status")).to_contain_text("Not saved: no connection to the server.")
    expect(sheet.get_by_label("What came of it")).to_have_value("It came to nothing")


def test_what_came_of_an_action_is_kept_before_that_of_another_is_asked(page: Page, met: Met) -> None:
    first, second = decided(page, met, "The first that is done", "The second that is done")
    stands(page, f"{met.meeting()}#7")
    waiting = Held(page, ACTIONS, "PATCH")
    sheet = page.locator("#done-sheet")
    presses(first, "done")
    page.keyboard.type("It went well")
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("status")).to_have_text("Sending …")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    presses(second, "done")
    expect(sheet.get_by_role("heading")).to_have_text("The first that is done")
    expect(sheet.get_by_label("What came of it")).to_have_value("It went well")
    expect(sheet.get_by_role("button", name="Done")).to_be_disabled()
    waiting.next().continue_()
    expect(first).to_contain_text("It went well")
    expect(sheet).to_be_hidden()
    presses(second, "done")
    expect(sheet.get_by_role("heading")).to_have_text("The second that is done")


def test_what_was_taken_off_last_can_be_put_back_while_another_is_on_its_way_back(page: Page, met: Met) -> None:
    first, second = decided(page, met, "The first that is taken off", "The second that is taken off")
    stands(page, f"{met.meeting()}#7")
    back = page.locator(".taken")
    remove = page.locator("#action-sheet").get_by_role("button", name="Take off the list")
    presses(first, "change")
    remove.press("Enter")
    expect(back).to_contain_text("The first that is taken off")
    waiting = Held(page, ACTIONS, "PATCH")
    back.get_by_role("button").press("Enter")
    presses(second, "change")
    remove.press("Enter")
    late, second_off = waiting.next(), waiting.next()
    second_off.continue_()
    expect(back).to_contain_text("The second that is taken off")
    late.continue_()
    expect(first).to_have_count(1)
    expect(back).to_contain_text("The second that is taken off")
    back.get_by_role("button").press("Enter")
    expect(back.get_by_role("button")).to_be_visible()
    waiting.next().continue_()
    expect(second).to_have_count(1)
    expect(back).to_have_count(0)


def test_a_sides_word_on_its_way_keeps_its_sheet_until_it_is_answered(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting(2)}#7")
    waiting = Held(page, PROMISES, "POST")
    sheet = page.locator("#word-sheet")
    page.locator("[data-word=marketing]").press("Enter")
    page.keyboard.type("400")
    sheet.get_by_label("Who says it").fill("Mia")
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("status")).to_have_text("Sending …")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.locator("[data-word=sales]").press("Enter")
    expect(sheet.get_by_role("heading")).to_have_text("Marketing’s word on the week to come")
    expect(sheet.locator("[name=value]")).to_be_disabled()
    waiting.next().continue_()
    expect(page.locator(".word.marketing .coming")).to_contain_text("400 says Mia")
    expect(sheet).to_be_hidden()
    page.locator("[data-word=sales]").press("Enter")
    expect(sheet.get_by_role("heading")).to_have_text("Sales’ word on the week to come")


# an answer that newer ones have overtaken


def test_a_note_stands_when_an_older_reading_comes_late(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting()}?presenter#1")
    elsewhere = {"week": met.weeks[0], "step": 2, "text": "Theirs, on the second step", "was": 0}
    assert page.request.post(f"{met.url}{NOTES}", data=elsewhere).ok
    waiting, older = Held(page, NOTES), told(page, met, NOTES)
    late = waiting.next()
    note, said = page.get_by_role("textbox"), page.locator(".note .said")
    note.fill("Mine, on the first")
    expect(said).to_have_text("Saved")
    late.fulfill(json=older)
    # what is new in it is taken, which also shows that it was heard
    page.get_by_role("button", name="Step 2").click()
    expect(note).to_have_value("Theirs, on the second step")
    page.get_by_role("button", name="Step 1").click()
    expect(note).to_have_value("Mine, on the first")
    expect(said).to_have_text("Saved")


def test_an_action_stands_when_an_older_reading_comes_late(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting()}#7")
    waiting, older = Held(page, ACTIONS), told(page, met, ACTIONS)
    late = waiting.next()
    (row,) = decided(page, met, "Decided meanwhile")
    waiting.next().fulfill(json=told(page, met, ACTIONS))
    expect(row).to_have_count(1)
    late.fulfill(json=older)
    later(page, ACTIONS)
    assert row.count() == 1


def test_a_sides_word_stands_when_an_older_reading_comes_late(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting(3)}#7")
    waiting, older = Held(page, PROMISES), told(page, met, PROMISES, 3)
    late = waiting.next()
    page.locator("[data-word=sales]").press("Enter")
    page.keyboard.type("12,000")
    page.locator("#word-sheet").get_by_label("Who says it").fill("Cem")
    page.keyboard.press("Enter")
    coming = page.locator(".word.sales .coming")
    expect(coming).to_contain_text("12,000 says Cem")
    late.fulfill(json=older)
    later(page, PROMISES)
    assert "12,000 says Cem" in coming.inner_text()


# what is read while somebody looks at it


def test_what_has_moved_stands_as_it_was_left_while_it_is_read_anew(page: Page, met: Met) -> None:
    page.set_viewport_size({"width": 1280, "height": 500})
    stands(page, f"{met.meeting()}#2")
    sheet = page.locator("#ledger-sheet")
    said, numbers = sheet.get_by_role("status"), sheet.locator("details")
    page.keyboard.press("l")
    expect(numbers.first).to_have_attribute("open", "")
    numbers.nth(2).locator("summary").press("Enter")
    numbers.first.locator("summary").press("Enter")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    waiting, moved = Held(page, LEDGER), told(page, met, LEDGER)
    page.keyboard.press("l")
    expect(said).to_have_text("Reading it anew …")
    expect(sheet.locator("details[open]")).to_have_count(1)
    numbers.nth(3).locator("summary").press("Enter")
    page.evaluate("document.querySelector('#ledger-sheet').scrollTop = 100")
    assert page.evaluate(SCROLLED) == 100
    moved["changes"][3]["words"] += "!"
    waiting.next().fulfill(json=moved)
    expect(numbers.nth(3).locator("summary")).to_contain_text(moved["changes"][3]["words"])
    expect(said).to_have_text("")
    opened = numbers.evaluate_all("all => all.flatMap((one, at) => one.open ? [at] : [])")
    assert opened == [2, 3]
    assert page.evaluate(SCROLLED) == 100
    expect(numbers.nth(3).locator("summary")).to_be_focused()


def test_what_has_moved_stays_when_it_cannot_be_read_anew(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting()}#2")
    sheet = page.locator("#ledger-sheet")
    page.route(f"**{LEDGER}*", lambda route: route.abort())
    page.keyboard.press("l")
    expect(sheet.get_by_role("status")).to_have_text("This cannot be shown: no connection to the server.")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.unroute(f"**{LEDGER}*")
    page.keyboard.press("l")
    expect(sheet.locator("details").first).to_be_visible()
    there = sheet.locator("details").count()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.route(f"**{LEDGER}*", lambda route: route.abort())
    page.keyboard.press("l")
    expect(sheet.get_by_role("status")).to_have_text(
        "This could not be read anew: no connection to the server. It stands here as it was read before."
    )
    expect(sheet.locator("details")).to_have_count(there)


def test_the_number_that_was_asked_for_last_is_the_one_that_opens(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting()}#2")
    waiting, sheet = Held(page, LEDGER), page.locator("#ledger-sheet")
    first, last = page.locator("#step-2 .moved[data-number]").all()[:2]
    for one in (first, last):
        one.press("Enter")
        expect(sheet.get_by_role("status")).to_have_text("Reading …")
        if one is first:
            page.keyboard.press("Escape")
            expect(sheet).to_be_hidden()
    late = waiting.next()
    waiting.next().continue_()
    places = [one["number"] for one in told(page, met, LEDGER)["changes"]]
    summary = sheet.locator("summary").nth(places.index(last.get_attribute("data-number")))
    expect(summary).to_be_focused()
    late.continue_()
    later(page, NOTES)
    expect(summary).to_be_focused()
    expect(sheet.locator("details[open]")).to_have_count(1)


def test_whoever_writes_a_week_goes_on_when_the_weeks_that_were_kept_come(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting()}#2")
    waiting, sheet = Held(page, WEEKS), page.locator("#weeks-sheet")
    page.keyboard.press("w")
    name = sheet.get_by_label("Another week")
    name.click()
    page.keyboard.type("2026-")
    waiting.next().continue_()
    expect(sheet.get_by_role("link")).to_have_text(met.weeks)
    page.keyboard.type("W01")
    expect(name).to_have_value("2026-W01")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("w")
    waiting.next().continue_()
    expect(sheet.locator("[aria-current]")).to_be_focused()


# what is written while somebody else turns


def test_a_note_belongs_to_the_step_it_was_opened_on_when_the_presenter_turns(page: Page, met: Met) -> None:
    stands(page, f"{met.meeting(2)}#3")
    presenter = page.context.new_page()
    stands(presenter, f"{met.meeting(2)}?presenter#3")
    page.keyboard.press("n")
    page.keyboard.type("About sales")
    presenter.get_by_role("button", name="Step 4").click()
    on_step(page, 4)
    page.keyboard.type(", and more")
    sheet, theirs = page.locator("#note-sheet"), presenter.get_by_role("textbox")
    expect(sheet.locator(".said")).to_have_text("Saved")
    expect(sheet.get_by_role("heading")).to_have_text("Note on “Sales’ week”")
    expect(sheet.get_by_role("textbox")).to_have_value("About sales, and more")
    assert {step: one["text"] for step, one in told(page, met, NOTES, 2)["notes"].items()} == {
        "3": "About sales, and more"
    }
    expect(theirs).to_have_attribute("aria-label", "Note on step 4: What each owes the other")
    expect(theirs).to_have_value("")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("n")
    expect(sheet.get_by_role("heading")).to_have_text("Note on “What each owes the other”")
    expect(sheet.get_by_role("textbox")).to_have_value("")
    presenter.close()
