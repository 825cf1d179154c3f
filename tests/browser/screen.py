"""The board's screen, served from boards made by hand, so that a browser can be shown anything."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Response, jsonify, request
from werkzeug.serving import make_server

from dashboard import app
from dashboard.board import Board
from dashboard.pages import board as page

OVERFLOW = (Path(__file__).parent / "overflow.js").read_text()
"""What does not fit on a page, and what overlaps; asked with whether the page may be scrolled."""


class Screen:
    """A served screen: what it shows, or what it answers instead, can be changed while it runs."""

    def __init__(self, board: Board | None) -> None:
        self.board = board
        self.refusal: str | None = None
        self.told: dict[str, Any] | None = None
        self.asked: list[str] = []
        self.url = ""
        self._seen: dict[str, int] = {}

    def answer(self) -> Response:
        """Return what the browser is told now."""
        self.asked.append(request.args.get("as_of", ""))
        if self.refusal is not None:
            refused = jsonify({"state": "refused", "error": self.refusal})
            refused.status_code = 503
            return refused
        told = self.told if self.board is None else page.picture(self.board)
        assert told is not None
        number = self._number(told["id"])
        answer = jsonify({"number": number, **told})
        answer.headers["Age"] = "0.0"
        answer.set_etag(str(number))
        return answer.make_conditional(request)

    def _number(self, name: str) -> int:
        """Return the number of a picture: a greater one than the last when it is not the last one's."""
        if not self._seen or name != next(reversed(self._seen)):
            number = max(self._seen.values(), default=0) + 1
            self._seen.pop(name, None)
            self._seen[name] = number
        return self._seen[name]


def whole_answers(app: Any) -> Any:
    """Return a WSGI app that reads each file to its end: a browser that goes away meanwhile leaves none open."""

    def answered(environ: Any, start_response: Any) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):
                parts.close()

    return answered


@contextmanager
def served(board: Board | None, refresh_seconds: float = 1) -> Iterator[Screen]:
    """Serve a screen on a free port for as long as the block lasts."""
    screen, shell = Screen(board), app.shell(refresh_seconds)
    shell.server.add_url_rule(page.PICTURE, "picture", screen.answer)
    server = make_server("127.0.0.1", 0, whole_answers(shell.server), threaded=True)
    screen.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield screen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
