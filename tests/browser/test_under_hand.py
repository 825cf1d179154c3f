"""What somebody is in the middle of stands when the next picture comes, and no press is taken for another."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.dashboard.live import Live, living

DONE = "marketing.month.done"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A living company, refreshed every second."""
    with living(tmp_path_factory.mktemp("hand")) as one:
        one.start()
        yield one


@pytest.fixture
def panel(page: Page, server: Live) -> Locator:
    """The panel of the leads of the month, with its rows."""
    page.goto(f"{server.url}/?open={DONE}")
    found = page.locator("dialog[open]")
    expect(found.locator(".rows .ag-row").first).to_be_visible()
    return found


def test_a_filter_that_is_being_typed_stays_when_the_next_picture_comes(
    page: Page, server: Live, panel: Locator
) -> None:
    page.locator(".ag-header-cell[col-id=source] .ag-header-cell-filter-button").click()
    page.keyboard.type("w")
    server.one_more_lead()
    expect(panel.locator(".moved")).to_be_visible()
    page.keyboard.type("eb")
    expect(page.locator(".ag-popup-child input").first).to_have_value("web")
    page.keyboard.press("Escape")
    expect(page.locator(".ag-popup-child")).to_have_count(0)
    expect(panel).to_be_visible()


def test_a_selection_that_ends_beside_the_panel_leaves_it_open_and_a_press_there_closes_it(
    page: Page, panel: Locator
) -> None:
    box = panel.locator(".definition").bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(20, box["y"] + 10, steps=5)
    page.mouse.up()
    expect(panel).to_be_visible()
    # the panel's own edge is not beside it
    page.mouse.click(box["x"] - 8, box["y"] + 10)
    expect(panel).to_be_visible()
    page.mouse.click(4, 4)
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_what_is_pressed_twice_opens_and_stays_open(page: Page, server: Live) -> None:
    page.goto(f"{server.url}/")
    # it lies beside the panel that it opens
    page.locator("#header button[data-open=travel]").dblclick()
    expect(page.get_by_role("heading", name="Another moment")).to_be_visible()
    page.wait_for_timeout(300)
    expect(page.locator("dialog[open]")).to_have_count(1)


def test_another_side_chosen_before_the_first_rows_are_there_has_its_own_rows_alone(page: Page, server: Live) -> None:
    held: list[Route] = []
    page.route("**/api/rows?*side=counted*", lambda one: held.append(one))
    page.goto(f"{server.url}/?open={DONE}")
    page.get_by_role("button", name="Left out").click()
    expect(page.locator(".rows-said")).to_have_text("Nothing was left out.")
    page.get_by_role("button", name="Counted").click()
    first, second = held
    second.continue_()
    expect(page.locator(".rows .ag-row").first).to_be_visible()
    with page.expect_response("**/api/rows?*side=counted*"):
        first.continue_()
    page.evaluate("new Promise((done) => setTimeout(done, 200))")
    expect(page.locator(".rows .ag-root")).to_have_count(1)
    expect(page.locator(".rows-said")).to_contain_text("rows")
    expect(page.get_by_role("button", name="Counted")).to_be_focused()


def test_tab_leaves_the_rows_for_what_stands_below_them(page: Page, panel: Locator) -> None:
    panel.locator(".rows .ag-row[row-index='0'] .ag-cell").first.click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(panel.locator(".ag-root :focus")).to_have_count(0)
    expect(panel.locator(".permanent a:focus, .rows ~ dl :focus")).to_have_count(1)


def test_who_does_not_see_the_first_line_hears_of_its_state_and_not_of_every_minute(
    page: Page, server: Live, context: BrowserContext
) -> None:
    page.clock.install()
    page.goto(f"{server.url}/")
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    announced = page.locator("#announced")
    painted = page.locator("html").get_attribute("data-painted") or ""
    server.one_more_lead()
    page.clock.run_for(5000)
    expect(page.locator("html")).not_to_have_attribute("data-painted", painted)
    expect(announced).to_have_text("")
    expect(page.locator("main [role=status]")).to_have_count(0)
    context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('resume'))")
    page.clock.fast_forward("01:00")
    expect(announced).to_contain_text("no connection since ")
    context.set_offline(False)
    expect(announced).to_contain_text("live, data to ")
