"""A TV is paired by its code, shows what it is told to, and is shut out: two real browsers and the real server.

People come by a trusted reverse proxy's header here; who signs in with a provider is in ``test_sign_in.py``.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.screen import OVERFLOW
from tests.dashboard.live import Live

SECRET = "only-the-proxy-knows-5c1f7b9a2d8e4036"
ANN = {"X-Smarketing-Proxy": SECRET, "X-Forwarded-Email": "ann@acme.example", "X-Forwarded-Preferred-Username": "Ann"}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The real server, reached through a proxy that says who asks."""
    one = Live(tmp_path_factory.mktemp("screens"), 1)
    one.start(
        SMARKETING_ACCESS="proxy",
        SMARKETING_PROXY_SECRET=SECRET,
        SMARKETING_PROXIES="127.0.0.1",
        SMARKETING_URL=one.url,
    )
    yield one
    one.end()


@pytest.fixture
def said() -> Iterator[list[str]]:
    """What scripts and the page's own policy complain of: nothing."""
    found: list[str] = []
    yield found
    assert [one for one in found if "Failed to load resource" not in one] == []


@pytest.fixture
def tv(browser: Browser, said: list[str]) -> Iterator[Page]:
    """A TV that nobody has touched."""
    with one_of(browser, said, viewport={"width": 1920, "height": 1080}) as page:
        yield page


@pytest.fixture
def desk(browser: Browser, said: list[str]) -> Iterator[Page]:
    """The browser of somebody who may see the board."""
    with one_of(browser, said, viewport={"width": 1280, "height": 720}, extra_http_headers=ANN) as page:
        yield page


class one_of:  # noqa: N801 - reads as a function does
    """A page of a context of its own, whose complaints are noted."""

    def __init__(self, browser: Browser, said: list[str], **words: Any) -> None:
        self._context: BrowserContext = browser.new_context(**words)
        self._said = said

    def __enter__(self) -> Page:
        page = self._context.new_page()
        page.on("pageerror", lambda error: self._said.append(str(error)))
        page.on("console", lambda line: self._said.append(line.text) if line.type == "error" else None)
        return page

    def __exit__(self, *_: object) -> None:
        self._context.close()


def paired(live: Live, tv: Page, desk: Page, name: str) -> None:
    tv.goto(f"{live.url}/screen")
    expect(tv.locator("#code")).to_have_text(re.compile(r"^\w{4} \w{4}$"))
    desk.goto(f"{live.url}/screens")
    desk.get_by_label("Code on the screen").fill((tv.locator("#code").text_content() or "").lower())
    desk.get_by_label("Name").first.fill(name)
    desk.get_by_role("button", name="Pair").click()
    expect(desk.locator("#pair .said")).to_contain_text(f"{name} is paired")
    tv.wait_for_url(f"{live.url}/", timeout=15_000)
    expect(tv.locator("#marketing .huge").first).to_be_visible()


def card(desk: Page, name: str) -> Any:
    return desk.locator(".card", has=desk.get_by_role("heading", name=name, exact=True))


def test_a_tv_is_paired_named_moved_and_shut_out(live: Live, tv: Page, desk: Page) -> None:
    paired(live, tv, desk, "Hall")
    expect(card(desk, "Hall").locator(".how-it-is")).to_contain_text("shows data", timeout=20_000)
    expect(card(desk, "Hall")).to_contain_text("1920×1080")
    expect(card(desk, "Hall")).to_contain_text("by ann@acme.example")
    card(desk, "Hall").get_by_role("button", name="Change").click()
    card(desk, "Hall").get_by_label("Name").fill("Lobby")
    card(desk, "Hall").get_by_label("Board").uncheck()
    card(desk, "Hall").get_by_label("Data").check()
    desk.get_by_role("button", name="Save").click()
    expect(card(desk, "Lobby")).to_be_visible()
    tv.wait_for_url(f"{live.url}/data", timeout=25_000)
    shut_out(desk, "Lobby")
    # the stream is cut, and what was shown is gone at once
    tv.wait_for_url(f"{live.url}/screen", timeout=15_000)
    expect(tv.locator("#code")).to_have_text(re.compile(r"^\w{4} \w{4}$"))
    expect(card(desk, "Lobby")).to_have_count(0)
    tv.goto(f"{live.url}/")
    expect(tv).to_have_url(f"{live.url}/screen")


def shut_out(desk: Page, name: str) -> None:
    card(desk, name).get_by_role("button", name="Shut out").click()
    desk.get_by_role("button", name=f"Shut out {name} for good").click()


def test_a_paired_tv_comes_back_after_a_restart_and_turns_from_page_to_page(live: Live, tv: Page, desk: Page) -> None:
    paired(live, tv, desk, "Corner")
    other = tv.context.new_page()
    tv.close()
    # switched on anew it begins wherever it is told to, and is a wall there, without a menu and without a sign-in
    other.goto(f"{live.url}/")
    expect(other.locator("html")).to_have_attribute("data-wall", "")
    expect(other.locator("nav.pages")).to_be_hidden()
    card(desk, "Corner").get_by_role("button", name="Change").click()
    card(desk, "Corner").get_by_label("Data").check()
    card(desk, "Corner").get_by_label("Seconds a page").fill("5")
    desk.get_by_role("button", name="Save").click()
    other.wait_for_url(f"{live.url}/data", timeout=30_000)
    other.wait_for_url(f"{live.url}/", timeout=30_000)
    other.goto(f"{live.url}/today")
    expect(other).to_have_url(f"{live.url}/")
    shut_out(desk, "Corner")


def test_a_wall_shows_the_way_to_a_phone_and_hides_nothing_by_it(live: Live, tv: Page, desk: Page) -> None:
    paired(live, tv, desk, "Kitchen")
    expect(tv.locator(".to-phone img")).to_be_visible(timeout=10_000)
    for width, height in ((1280, 720), (1920, 1080), (3840, 2160)):
        tv.set_viewport_size({"width": width, "height": height})
        tv.wait_for_timeout(300)
        found = tv.evaluate(OVERFLOW, False)
        assert found == [], (width, found)
    shut_out(desk, "Kitchen")


def test_what_somebody_does_at_a_screen_stands_while_the_list_is_read_anew(live: Live, tv: Page, desk: Page) -> None:
    paired(live, tv, desk, "Attic")
    reload, out = (card(desk, "Attic").get_by_role("button", name=name) for name in ("Reload", "Shut out"))
    reload.click()
    said = card(desk, "Attic").locator(".said")
    expect(said).to_have_text("It loads itself anew within ten seconds.")
    read_anew(desk)
    expect(said).to_have_text("It loads itself anew within ten seconds.")
    expect(reload).to_be_focused()
    # two quick presses ask, and so does a key that is held; only another press answers
    out.dblclick()
    expect(out).to_have_text("Shut out Attic for good")
    # a form half filled in stays, whatever else is done
    card(desk, "Attic").get_by_role("button", name="Change").click()
    card(desk, "Attic").get_by_label("Name").fill("Loft")
    desk.get_by_label("Code on the screen").focus()
    read_anew(desk)
    expect(card(desk, "Attic").get_by_label("Name")).to_have_value("Loft")
    card(desk, "Attic").get_by_role("button", name="Leave as it is").click()
    expect(card(desk, "Attic").get_by_role("button", name="Change")).to_be_focused()
    out.focus()
    for _ in range(3):
        desk.keyboard.down("Enter")
    desk.keyboard.up("Enter")
    expect(out).to_have_text("Shut out Attic for good")
    desk.keyboard.press("Enter")
    expect(card(desk, "Attic")).to_have_count(0)
    expect(desk.locator("#screens-title")).to_be_focused()


def read_anew(desk: Page) -> None:
    """Return when the list of screens has been read once more, and drawn."""
    with desk.expect_response(lambda one: one.url.endswith("/api/screens") and one.request.method == "GET") as answer:
        pass
    answer.value.finished()
    desk.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def test_a_code_sent_twice_is_paired_once(live: Live, tv: Page, desk: Page) -> None:
    tv.goto(f"{live.url}/screen")
    expect(tv.locator("#code")).to_have_text(re.compile(r"^\w{4} \w{4}$"))
    desk.goto(f"{live.url}/screens?code={(tv.locator('#code').text_content() or '').replace(' ', '')}")
    desk.get_by_label("Name").first.fill("Cellar")
    asked: list[str] = []
    desk.on("request", lambda one: asked.append(one.method) if one.url.endswith("/api/screens") else None)
    desk.get_by_role("button", name="Pair").dblclick()
    expect(desk.locator("#pair .said")).to_have_text("Cellar is paired, and shows its page in a moment.")
    assert asked.count("POST") == 1
    shut_out(desk, "Cellar")


def test_a_wrong_code_is_said_in_words_and_after_five_nobody_may_guess_on(live: Live, desk: Page) -> None:
    desk.set_extra_http_headers(ANN | {"X-Forwarded-Email": "guesser@acme.example"})
    desk.goto(f"{live.url}/screens")
    desk.get_by_role("button", name="Pair").click()
    expect(desk.locator("#pair .said")).to_have_text("Type the code that the screen shows.")
    for number in range(6):
        desk.get_by_label("Code on the screen").fill(f"2222 222{number}")
        desk.get_by_label("Name").first.fill("Nowhere")
        desk.get_by_role("button", name="Pair").click()
        words = "No screen shows this code now" if number < 5 else "5 wrong codes were typed"
        expect(desk.locator("#pair .said")).to_contain_text(words)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("path", "ready"), [("/screen", "#code:not(:empty)"), ("/screens", "#screens > *")])
def test_the_pages_of_screens_are_clean_for_those_who_do_not_see_them(
    live: Live, desk: Page, path: str, ready: str, theme: str
) -> None:
    desk.goto(f"{live.url}{path}?theme={theme}")
    expect(desk.locator(ready).first).to_be_visible()
    found = Axe().run(desk)
    assert found.violations_count == 0, found.generate_report()
    desk.set_viewport_size({"width": 390, "height": 844})
    assert desk.evaluate("document.documentElement.scrollWidth") == 390


def test_who_is_nobody_is_told_so_in_words_and_sees_nothing(live: Live, tv: Page) -> None:
    answer = tv.goto(f"{live.url}/")
    assert answer is not None
    assert answer.status == 403
    expect(tv.locator("h1")).to_have_text("This board is not open to you")
    expect(tv.locator("main")).to_contain_text("Come by the company's own address")
    assert "Acme" not in tv.content()


def test_a_number_can_be_taken_along_on_a_phone(live: Live, desk: Page) -> None:
    desk.goto(f"{live.url}/?open=marketing.month.done")
    desk.get_by_role("button", name="On a phone").click()
    expect(desk.locator(".qr-line img")).to_be_visible()
    expect(desk.locator(".qr-line img")).to_have_js_property("complete", True)
    assert desk.locator(".qr-line img").evaluate("(one) => one.naturalWidth") > 100
    live.one_more_lead()
    expect(desk.locator(".panel .moved")).to_be_visible()
    # a phone is still held to it when the next picture comes
    expect(desk.locator(".qr-line img")).to_be_visible()
    desk.get_by_role("button", name="On a phone").click()
    expect(desk.locator(".qr-line")).to_have_count(0)


def test_every_page_keeps_to_its_own_policy(live: Live, desk: Page) -> None:
    """What the policy refuses is an error in the console, and the fixture that notes those asks for none."""
    for path in ("/", "/data", "/meeting", "/screens", "/terms", "/today", "/screen", "/no/such/page"):
        desk.goto(f"{live.url}{path}")
        expect(desk.locator("h1, #header").first).to_be_attached()
        desk.wait_for_timeout(400)
