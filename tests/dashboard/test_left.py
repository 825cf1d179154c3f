"""Whoever asks for much and goes leaves nothing behind: no thread that waits for ever, and no open connection."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

from a2wsgi import WSGIMiddleware

from dashboard.front import to_its_end

SCOPE = {
    "type": "http", "method": "GET", "path": "/", "root_path": "", "query_string": b"", "headers": [],
    "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
}  # fmt: skip
PARTS, ASKED = 40, 3


def test_an_answer_that_nobody_waits_for_any_more_is_made_to_its_end_and_let_go() -> None:
    closed: list[int] = []

    def large(_: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
        start("200 OK", [("Content-Type", "text/csv")])
        try:
            for _one in range(PARTS):
                yield b"a part"
        finally:
            closed.append(threading.get_ident())

    asyncio.run(_left(WSGIMiddleware(large, workers=1)))
    assert len(closed) == ASKED


async def _left(app: Any) -> None:
    async def received() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    for _ in range(ASKED):
        sent: list[Any] = []
        goes = asyncio.Event()

        async def send(message: Any, sent: list[Any] = sent, goes: asyncio.Event = goes) -> None:
            sent.append(message)
            # whoever listens goes, and what is sent from then on is taken late
            if len(sent) == 4:
                goes.set()
                await asyncio.sleep(0.2)

        asked = asyncio.ensure_future(to_its_end(app(SCOPE, received, send)))
        # where the thread of the one before never came back, this one is never begun
        await asyncio.wait_for(goes.wait(), 10)
        asked.cancel()
        await asyncio.wait([asked], timeout=10)
        assert asked.cancelled()
