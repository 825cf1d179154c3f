"""Many who ask for one thing at once have it made once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from dashboard.front import Front
from tests.dashboard.company import filled, settings

ASKED = 30


async def answered(front: Front, path: str) -> tuple[int, bytes]:
    """The status and body of one answer of the front itself."""
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"127.0.0.1")], "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
        "http_version": "1.1", "asgi": {"version": "3.0"},
    }  # fmt: skip
    await front(scope, receive, send)
    return said[0]["status"], b"".join(one.get("body", b"") for one in said[1:])


def test_a_bundle_that_many_ask_for_at_once_is_fetched_and_compressed_once(sqlite_url: URL, tmp_path: Path) -> None:
    filled(sqlite_url).dispose()
    front, fetched = Front(settings(sqlite_url), tmp_path), []
    rest = front._dash

    async def counted(scope: dict[str, Any], receive: Any, send: Any) -> None:
        fetched.append(scope["path"])
        await rest(scope, receive, send)

    front._dash = counted

    async def all_at_once() -> list[tuple[int, bytes]]:
        return await asyncio.gather(*(answered(front, "/assets/board.js") for _ in range(ASKED)))

    # a browser opened by an earlier test leaves its own loop running in this thread, where no second one may run
    with ThreadPoolExecutor(1) as apart:
        said = apart.submit(asyncio.run, all_at_once()).result()
    assert {status for status, _ in said} == {200}
    assert len({body for _, body in said}) == 1
    assert fetched == ["/assets/board.js"]
    assert not front._bundles._turns
