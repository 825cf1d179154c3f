"""The living screen, in a real browser before the Procfile's own server: it follows, it tells, it heals by itself."""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.dashboard.live import GTHREAD, Live, living

DONE = "#marketing .huge"
NOTED = """document.addEventListener("DOMContentLoaded", () => {
  const seen = sessionStorage.getItem("builds") || "";
  sessionStorage.setItem("builds", `${seen} ${document.documentElement.dataset.build}`);
})"""
SOON = """([place, text]) => new Promise((done, fail) => {
  const ends = performance.now() + 60000;
  const look = () => {
    if (document.querySelector(place)?.textContent === text) done();
    else if (performance.now() > ends) fail(new Error(`${place} does not say ${text}`));
    else setTimeout(look, 10);
  };
  look();
})"""
FRESH = 17_000
"""Milliseconds after which a page that refreshes every second no longer vouches for its numbers."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The server of the Procfile, for all tests here; who kills it starts it again."""
    with living(tmp_path_factory.mktemp("live")) as one:
        one.start()
        yield one


@pytest.fixture(autouse=True)
def quiet(page: Page) -> Iterator[None]:
    """No script fails; what the network does is the test's business."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    yield
    assert said == []


def shown(page: Page, server: Live, words: str = "") -> None:
    page.goto(f"{server.url}/{words}")
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    expect(page.locator(DONE)).to_have_text(re.compile(r"\d"))


def drawn_within(page: Page, server: Live) -> float:
    """Return the seconds from the commit of a lead to its being on the screen."""
    more = server.one_more_lead()
    begun = time.monotonic()
    page.evaluate(SOON, [DONE, str(more)])
    return time.monotonic() - begun


def viewers(server: Live, wanted: int) -> bool:
    """Return whether so many streams are open, as the server itself soon says."""
    ends = time.monotonic() + 30
    while server.metric("viewers") != wanted and time.monotonic() < ends:
        time.sleep(0.2)
    return server.metric("viewers") == wanted


def hide(page: Page, hidden: bool) -> None:
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def test_a_row_committed_in_the_warehouse_is_soon_on_the_screen(page: Page, server: Live) -> None:
    shown(page, server)
    took = sorted(drawn_within(page, server) for _ in range(5))
    assert took[-1] < 5
    print(f"commit to screen: {[f'{one:.2f}' for one in took]} s")  # noqa: T201 - shown by pytest -s


def test_everything_on_the_screen_carries_the_number_of_one_snapshot(page: Page, server: Live) -> None:
    shown(page, server)
    drawn_within(page, server)
    told = page.evaluate(
        "[document.documentElement.dataset.painted, ...[...document.querySelectorAll('.block, [data-number], .part')]"
        ".map(one => one.closest('[data-snapshot]')?.dataset.snapshot)]"
    )
    assert len(told) > 20
    assert len(set(told)) == 1
    assert int(told[0]) > 0


def test_the_board_stands_without_dashs_scripts(page: Page, server: Live) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    shown(page, server)
    assert not [one for one in asked if "_dash" in one]


def test_a_dead_server_leaves_the_numbers_takes_the_verdicts_and_is_found_again(page: Page, server: Live) -> None:
    shown(page, server)
    before = page.locator(DONE).inner_text()
    expect(page.locator("#marketing .judged .verdict")).to_be_visible()
    server.kill()
    expect(page.locator("html")).to_have_attribute("data-state", "lost", timeout=FRESH + 8_000)
    expect(page.locator(".freshness")).to_have_text(re.compile(r"^no connection since \d\d:\d\d$"))
    expect(page.locator(DONE)).to_have_text(before)
    expect(page.locator("#marketing .judged .verdict")).to_be_hidden()
    server.start()
    expect(page.locator("html")).to_have_attribute("data-state", "live", timeout=5_000)
    expect(page.locator("#marketing .judged .verdict")).to_be_visible()
    assert drawn_within(page, server) < 5


def test_a_killed_refresher_is_followed_by_another(page: Page, server: Live) -> None:
    shown(page, server)
    for one in server.refreshers():
        os.kill(one, signal.SIGKILL)
    assert drawn_within(page, server) < 10
    expect(page.locator("html")).to_have_attribute("data-state", "live")


def test_a_hidden_tab_closes_its_stream_and_opens_it_at_once_when_seen(page: Page, server: Live) -> None:
    shown(page, server)
    assert viewers(server, 1)
    hide(page, True)
    assert viewers(server, 0)
    more = server.one_more_lead()
    page.wait_for_timeout(1_500)
    expect(page.locator(DONE)).not_to_have_text(str(more))
    hide(page, False)
    expect(page.locator(DONE)).to_have_text(str(more), timeout=2_000)
    assert viewers(server, 1)


def test_a_tab_that_slept_shows_no_old_number_without_saying_so(page: Page, server: Live) -> None:
    page.clock.install()
    shown(page, server)
    hide(page, True)
    page.route("**/stream", lambda route: route.abort())
    page.route("**/api/board/picture*", lambda route: route.abort())
    page.clock.fast_forward(8 * 3_600_000)
    hide(page, False)
    expect(page.locator("html")).to_have_attribute("data-state", "lost", timeout=500)
    page.unroute_all()
    page.clock.run_for(3_000)
    expect(page.locator("html")).to_have_attribute("data-state", "live")


def test_what_waited_while_the_page_stood_still_is_asked_for_anew(page: Page, server: Live) -> None:
    streams: list[str] = []
    page.on("request", lambda request: streams.append(request.url) if request.url.endswith("/stream") else None)
    page.clock.install()
    shown(page, server)
    # no timer runs from now on, as in a page that stands still; then its clock says how long it did
    stands = time.time() + 60
    page.clock.pause_at(stands)
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    page.clock.set_system_time(stands + 30)
    before = len(streams)
    more = server.one_more_lead()
    expect(page.locator(DONE)).to_have_text(str(more))
    assert len(streams) == before + 1
    expect(page.locator("html")).to_have_attribute("data-state", "live")


def told(server: Live) -> str:
    """Return how many leads the newest picture shows."""
    return str(json.loads(server.answer("/api/board/picture")[2])["numbers"]["marketing.month.done"]["shown"])


def test_an_answer_that_waited_while_the_page_stood_still_is_not_taken_for_known(page: Page, server: Live) -> None:
    asked: list[str | None] = []
    page.route("**/stream", lambda route: route.fulfill(status=404))
    page.clock.install()
    shown(page, server)
    stands = time.time() + 60
    page.clock.pause_at(stands)
    page.wait_for_timeout(500)
    more = server.one_more_lead()
    ends = time.monotonic() + 30
    while told(server) != str(more) and time.monotonic() < ends:
        time.sleep(0.1)

    def late(route: Route) -> None:
        asked.append(route.request.headers.get("if-none-match"))
        if len(asked) == 1:
            page.clock.set_system_time(stands + 600)
        route.continue_()

    page.route("**/api/board/picture*", late)
    while not asked and time.monotonic() < ends:
        page.clock.run_for(500)
    page.wait_for_timeout(500)  # for the page to have the answer, while no timer of its own runs
    page.clock.run_for(4_000)
    expect(page.locator(DONE)).to_have_text(str(more))
    assert asked[0] and asked[1] is None


def instead(answer: dict[str, Any]) -> Callable[[Route], None]:
    """Return what gives this answer in the place of the server's."""
    return lambda route: route.fulfill(**answer)


def wrong() -> dict[str, dict[str, Any]]:
    """Return answers that are not ours, by what they are."""
    picture = {
        "number": 10**6,
        "id": "x",
        "as_of": "2030-01-01T00:00:00+00:00",
        "state": {"kind": "live", "words": "!"},
    }
    json_ = {"Content-Type": "application/json", "Age": "0"}
    return {
        "a captive portal": {"status": 200, "headers": {"Content-Type": "text/html", "Age": "0"}, "body": "<p>Log in"},
        "nothing": {"status": 204, "headers": {}, "body": ""},
        "a stranger's refusal": {"status": 401, "headers": json_, "body": '{"error": "log in"}'},
        "a broken proxy": {"status": 502, "headers": {"Content-Type": "text/html"}, "body": "Bad Gateway"},
        "another shape": {"status": 200, "headers": json_, "body": json.dumps({"hello": 1})},
        "no blocks to speak of": {"status": 200, "headers": json_, "body": json.dumps(picture | {"blocks": [1]})},
        "half an answer": {"status": 200, "headers": json_, "body": json.dumps(picture)[:40]},
        "unchanged, of what was never asked": {"status": 304, "headers": {"Age": "0", "ETag": '"1000000"'}, "body": ""},
    }


def test_what_is_not_ours_is_never_taken_for_data(page: Page, server: Live) -> None:
    shown(page, server)
    for answer in wrong().values():
        page.unroute_all()
        page.clock.install()
        shown(page, server)
        # hidden it hears nothing: what it showed last is what must still stand
        hide(page, True)
        before = page.locator("#board [data-number]").all_text_contents()
        page.route("**/stream", instead(answer))
        page.route("**/api/board/picture*", instead(answer))
        hide(page, False)
        for _ in range(9):
            page.clock.run_for(2_000)
        expect(page.locator("html")).to_have_attribute("data-state", "lost")
        expect(page.locator(".freshness")).to_contain_text("no connection since")
        assert page.locator("#board [data-number]").all_text_contents() == before
    page.unroute_all()
    page.clock.run_for(4_000)
    expect(page.locator("html")).to_have_attribute("data-state", "live")


def test_a_snapshot_that_goes_back_in_time_is_not_shown(page: Page, server: Live) -> None:
    old: list[dict[str, object]] = []

    def older(route: Route) -> None:
        told = json.loads(server.answer("/api/board/picture")[2])
        old.append(told | {"number": 1, "as_of": "2020-01-01T00:00:00+01:00"})
        headers = {"Content-Type": "application/json", "Age": "0", "ETag": '"1"'}
        route.fulfill(status=200, headers=headers, body=json.dumps(old[-1]))

    shown(page, server)
    number = page.evaluate("Number(document.documentElement.dataset.painted)")
    page.route("**/stream", lambda route: route.fulfill(status=404))
    page.route("**/api/board/picture*", older)
    hide(page, True)
    hide(page, False)
    ends = time.monotonic() + 60
    while len(old) < 3 and time.monotonic() < ends:
        page.wait_for_timeout(100)
    # who asks a third time has looked at the first two answers
    assert len(old) >= 3
    assert page.evaluate("Number(document.documentElement.dataset.painted)") >= number


def test_the_ages_of_the_data_are_behind_the_words_on_freshness(page: Page, server: Live) -> None:
    shown(page, server)
    page.locator(".freshness button").click()
    panel = page.locator("dialog[open]")
    expect(panel).to_contain_text("How old the data is")
    expect(panel.locator("tbody th", has_text="leads")).to_have_count(1)
    assert page.url.endswith("?open=ages")


def test_a_screen_whose_clock_is_wrong_says_by_how_much_and_stays_live(page: Page, server: Live) -> None:
    page.clock.install(time=time.time() + 3_600)
    shown(page, server)
    expect(page.locator(".clock-off")).to_have_text("this screen's clock is 60 min off the server's")
    expect(page.locator("html")).to_have_attribute("data-state", "live")


def test_a_wall_tells_what_it_shows_and_remembers_that_it_is_one(
    page: Page, context: BrowserContext, server: Live
) -> None:
    shown(page, server, "?wall=Hall")
    shown(page, server)
    hall, ages, ends = 'smarketing_wall_age_seconds{wall="Hall"} ', [], time.monotonic() + 30
    while not ages and time.monotonic() < ends:
        # one answer is asked for all of it: the next may come from a worker that has only just begun
        told = server.answer("/metrics")[2].decode().splitlines()
        ages = [float(line.removeprefix(hall)) for line in told if line.startswith(hall)]
        time.sleep(0.2)
    assert len(ages) == 1
    assert 0 <= ages[0] < 45
    assert "smarketing_walls 1.0" in told


def test_a_wall_renews_itself_once_at_a_quiet_hour(page: Page, server: Live) -> None:
    quiet = "2026-11-24T03:59:30+01:00"
    page.clock.install(time="2026-11-23T22:00:00+01:00")
    shown(page, server, "?wall=Hall")
    page.evaluate("document.documentElement.className = 'before'")
    page.clock.pause_at(quiet)
    # the server's clock is what counts; here it is told to be this screen's
    page.evaluate("smarketing.wall({ number: 1, age: null, now: Date.now(), asOf: '2026-11-24T03:00:00+01:00' })")
    expect(page.locator("html")).not_to_have_class("before")
    expect(page.locator(DONE)).to_have_text(re.compile(r"\d"))


def test_a_new_build_is_loaded_once_and_the_screen_is_never_blank(page: Page, server: Live) -> None:
    loads: list[str] = []
    page.on("domcontentloaded", lambda one: loads.append(one.url))
    shown(page, server)

    def older(route: Route) -> None:
        answer = route.fetch()
        text = re.sub(r'data-build="\w+"', 'data-build="older"', answer.text())
        route.fulfill(response=answer, body=text.replace('id="owing"', 'id="duties"'))

    page.route(f"{server.url}/", older, times=1)
    # noted by the page itself: it may be replaced before anybody can ask it
    page.add_init_script(NOTED)
    page.reload(wait_until="commit")
    expect(page.locator("html")).not_to_have_attribute("data-build", "older", timeout=10_000)
    expect(page.locator(DONE)).to_have_text(re.compile(r"\d"), timeout=1_000)
    assert page.evaluate("sessionStorage.getItem('builds')").split()[0] == "older"
    assert len(loads) == 3
    page.wait_for_timeout(3_000)
    assert len(loads) == 3


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The same app under a server that cannot stream."""
    with living(tmp_path_factory.mktemp("polled")) as one:
        one.start(*GTHREAD)
        yield one


def test_without_a_stream_the_page_lives_by_asking(page: Page, polled: Live) -> None:
    shown(page, polled)
    assert drawn_within(page, polled) < 6
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    assert page.evaluate("document.documentElement.dataset.painted") == page.evaluate(
        "document.querySelector('#sales').dataset.snapshot"
    )


def test_the_address_of_a_moment_opens_no_stream(page: Page, server: Live) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/?as_of={datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    expect(page.locator("html")).to_have_attribute("data-state", "as of")
    page.wait_for_timeout(2_500)
    assert not [one for one in asked if one.endswith("/stream")]
    assert len([one for one in asked if "/api/board/picture" in one]) == 1
