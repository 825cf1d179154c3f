"""People sign in at a real provider, in a real browser; what they see goes when they may see it no more."""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.access.provider import CLIENT, SECRET, Provider, providing
from tests.dashboard.live import COMPANY, Live

ACCESS = """
[access]
domains = ["acme.example"]
never = ["gone@acme.example"]
"""
KEY = "what-sign-ins-are-signed-with-8f2b6d1c9a"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """The company's provider."""
    with providing() as one:
        yield one


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Live]:
    """The real server, at which people sign in."""
    one = Live(tmp_path_factory.mktemp("sign-in"), 1)
    (one.folder / "smarketing.toml").write_text(COMPANY + ACCESS)
    one.start(**environment(one, provider))
    yield one
    one.end()


def environment(live: Live, provider: Provider, key: str = KEY) -> dict[str, str]:
    return {
        "SMARKETING_ACCESS": "sign-in",
        "SMARKETING_URL": live.url,
        "SMARKETING_OIDC_ISSUER": provider.issuer,
        "SMARKETING_OIDC_CLIENT": CLIENT,
        "SMARKETING_OIDC_SECRET": SECRET,
        "SMARKETING_SECRET_KEY": key,
    }


@pytest.fixture
def context(browser: Browser, provider: Provider) -> Iterator[BrowserContext]:
    """A browser in which nobody has signed in, and somebody of the company who sits at it."""
    provider.misbehaves = ""
    provider.signs_in("mia@acme.example", name="Mia Berg")
    found = browser.new_context(viewport={"width": 1280, "height": 800})
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of that browser."""
    return context.new_page()


def test_who_asks_for_a_number_signs_in_and_lands_on_that_number(page: Page, live: Live) -> None:
    page.goto(f"{live.url}/?open=marketing.month.done")
    expect(page).to_have_url(f"{live.url}/?open=marketing.month.done")
    expect(page.locator("dialog.panel h2, dialog.panel #panel-title").first).to_be_visible()


def test_the_menu_says_who_is_signed_in_and_signing_out_there_ends_it(page: Page, live: Live) -> None:
    page.goto(f"{live.url}/terms")
    expect(page.locator("nav.pages .me b")).to_have_text("Mia Berg")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{live.url}/signed-out")
    expect(page.locator("main")).to_contain_text("You are signed out in this browser")
    answer = page.request.get(f"{live.url}/api/board")
    assert (answer.status, "Acme" in answer.text()) == (401, False)


def test_the_menu_says_where_else_one_is_signed_in_and_ends_that_after_one_more_sign_in(
    browser: Browser, page: Page, live: Live, provider: Provider
) -> None:
    provider.signs_in("ann@acme.example", name="Ann Oak")
    lost = browser.new_context()
    there = lost.new_page()
    for one in (there, page):
        one.goto(f"{live.url}/terms")
        expect(one.locator("nav.pages .me b")).to_have_text("Ann Oak")
    page.get_by_role("link", name="Sign out 1 other browser").click()
    expect(page.locator("#marketing .huge").first).to_be_visible()
    page.goto(f"{live.url}/terms")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("link", name="other browser")).to_have_count(0)
    there.wait_for_timeout(2500)
    assert there.request.get(f"{live.url}/api/board").status == 401
    lost.close()


def look_at(page: Page) -> None:
    """Have a page know that somebody looks at it again; one that begins anew at that very moment knows by itself."""
    with suppress(PlaywrightError):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.parametrize("path", ["/", "/meeting", "/data", "/today", "/screens", "/terms"])
def test_signed_out_in_one_tab_the_numbers_are_gone_from_another_and_come_back_by_themselves_after_a_sign_in(
    context: BrowserContext, live: Live, path: str
) -> None:
    one, other = context.new_page(), context.new_page()
    one.goto(f"{live.url}{path}")
    expect(one.locator("main h1, main h2").first).to_be_visible()
    other.goto(f"{live.url}/terms")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("link", name="Sign in")).to_be_visible()
    look_at(one)
    expect(one.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert one.locator("main, dialog").count() == 0
    assert "Acme" not in one.locator("body").inner_html()
    expect(one.get_by_role("link", name="Sign in")).to_be_visible()
    other.get_by_role("link", name="Sign in").click()
    expect(other.locator("main:not(.notice)")).to_be_attached()
    look_at(one)
    expect(one.locator("main h1, main h2").first).to_be_visible()
    expect(one).to_have_url(re.compile(f"^{re.escape(live.url + path)}"))


@pytest.mark.parametrize(
    ("email", "fault", "words"),
    [
        ("eve@other.example", "", "is not one of those who may see this board"),
        ("gone@acme.example", "", "may not see this board"),
        ("mia@acme.example", "disabled user", "your account may be closed"),
    ],
)
def test_who_is_not_let_in_is_told_so_in_words_and_sees_nothing(
    page: Page, live: Live, provider: Provider, email: str, fault: str, words: str
) -> None:
    provider.signs_in(email)
    provider.misbehaves = fault
    page.goto(live.url)
    expect(page.locator("main")).to_contain_text(re.compile(words, re.IGNORECASE))
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert "Acme" not in page.content()


def test_another_key_ends_every_sign_in_and_the_open_board_says_so(page: Page, live: Live, provider: Provider) -> None:
    page.goto(live.url)
    expect(page.locator("#marketing .huge").first).to_be_visible()
    live.end()
    live.start(**environment(live, provider, f"another-{KEY}"))
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible(timeout=30_000)
    expect(page.locator("#marketing")).to_be_hidden()


def test_a_tv_at_such_a_server_never_sees_a_sign_in_page(browser: Browser, page: Page, live: Live) -> None:
    tv = browser.new_context(viewport={"width": 1920, "height": 1080})
    screen = tv.new_page()
    seen: list[str] = []
    screen.on("framenavigated", lambda frame: seen.append(frame.url))
    screen.goto(f"{live.url}/screen")
    expect(screen.locator("#code")).to_have_text(re.compile(r"^\w{4} \w{4}$"))
    page.goto(f"{live.url}/screens")
    page.get_by_label("Code on the screen").fill(screen.locator("#code").text_content() or "")
    page.get_by_label("Name").first.fill("Hall")
    page.get_by_role("button", name="Pair").click()
    screen.wait_for_url(f"{live.url}/", timeout=15_000)
    expect(screen.locator("#marketing .huge").first).to_be_visible()
    page.get_by_role("button", name="Shut out").click()
    page.get_by_role("button", name="Shut out Hall for good").click()
    screen.wait_for_url(f"{live.url}/screen", timeout=15_000)
    assert [one for one in seen if "/sign-in" in one or "authorize" in one] == []
    tv.close()


def test_the_log_names_who_came_and_went_and_holds_no_secret(live: Live) -> None:
    log = live.log()
    assert "signed_in" in log and "signed_out" in log
    assert [one for one in (KEY, SECRET) if one in log] == []
