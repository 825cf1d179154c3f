"""A server that asks for patience: the page keeps its picture, waits as long as it is told, and goes on."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.dashboard.live import Live, living

DONE = "#marketing .huge"
PATIENCE = 10


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with living(tmp_path_factory.mktemp("busy"), refresh_seconds=10) as one:
        one.start()
        yield one


@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_a_page_told_to_come_later_keeps_its_picture_and_asks_no_sooner(page: Page, server: Live, kind: str) -> None:
    page.clock.install()
    page.goto(f"{server.url}/")
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    expect(page.locator(DONE)).to_have_text(re.compile(r"\d"))
    before = page.locator("#board [data-number]").all_text_contents()
    asked: list[str] = []

    def busy(route: Route) -> None:
        asked.append(route.request.url)
        told = {"Content-Type": kind, "Retry-After": str(PATIENCE)}
        route.fulfill(status=503, headers=told, body='{"state": "busy", "error": "too many ask at once"}')

    page.route("**/stream", lambda route: route.abort())
    page.route("**/api/board/picture*", busy)
    page.evaluate("dispatchEvent(new Event('online'))")
    for _ in range(10):
        page.clock.run_for(500)
        if asked:
            break
    page.evaluate("new Promise((done) => fetch('/healthz').then(done))")
    page.clock.run_for(1000 * PATIENCE - 1000)
    assert len(asked) == 1
    expect(page.locator("html")).to_have_attribute("data-state", "live")
    assert page.locator("#board [data-number]").all_text_contents() == before
    for _ in range(20):
        page.clock.run_for(1000)
        if len(asked) > 1:
            break
    assert len(asked) == 2
    page.unroute_all()
    page.clock.run_for(20_000)
    expect(page.locator("html")).to_have_attribute("data-state", "live")
