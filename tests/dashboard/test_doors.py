"""The front answers what it can make in time, and tells the others at once to come again."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from dashboard import bundles, front
from dashboard.front import Front
from tests.dashboard.company import filled, settings
from tests.dashboard.test_herd import answered


@pytest.fixture
def busy(sqlite_url: URL, tmp_path: Path) -> Front:
    """A front whose Dash answers nothing until it is let."""
    filled(sqlite_url).dispose()
    one = Front(settings(sqlite_url), tmp_path)
    one.let = asyncio.Event()  # type: ignore[attr-defined]

    async def hanging(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await one.let.wait()  # type: ignore[attr-defined]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"made"})

    one._dash = hanging
    return one


def statuses(one: Front, paths: list[str], beside: list[str]) -> tuple[list[int], list[int]]:
    """Return what ``paths`` are answered that are asked all at once, and ``beside`` while those still hang."""

    async def asked() -> tuple[list[int], list[int]]:
        under_way = [asyncio.ensure_future(answered(one, path)) for path in paths]
        await asyncio.sleep(0)
        meanwhile = [(await asyncio.wait_for(answered(one, path), 20))[0] for path in beside]
        one.let.set()  # type: ignore[attr-defined]
        return [status for status, _ in await asyncio.gather(*under_way)], meanwhile

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, asked()).result()


def test_no_more_wait_for_dash_than_it_can_answer_and_what_needs_no_dash_is_answered(busy: Front) -> None:
    asked = [f"/page{number}" for number in range(front.MOST_MADE + 5)]
    said, meanwhile = statuses(busy, asked, ["/healthz", "/metrics", "/one-more", "/assets/board.js"])
    assert said == [200] * front.MOST_MADE + [503] * 5
    assert meanwhile == [200, 200, 503, 503]
    assert busy._made.inside == 0


def test_no_more_wait_for_one_bundle_than_there_is_room_for(busy: Front) -> None:
    asked = ["/assets/board.js"] * (bundles.MOST_WAITING + 5)
    said, _ = statuses(busy, asked, ["/healthz"])
    assert said == [200] * bundles.MOST_WAITING + [503] * 5


def test_no_more_read_the_warehouse_than_leave_room_for_the_others(busy: Front) -> None:
    asked = ["/api/rows"] * (front.MOST_READ + 5) + ["/page"]
    said, _ = statuses(busy, asked, ["/healthz"])
    assert said == [200] * front.MOST_READ + [503] * 5 + [200]
