"""``/``: the board, one transparent screen.

The page is an empty frame. What stands in it, the picture, is made here once for everybody and drawn by the browser
(``assets/board.js``), which asks for it again and again: live data never goes through Dash's own store.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.board import Board, State
from dashboard.drawing.course import course
from dashboard.drawing.hands import hands
from dashboard.drawing.header import goal, header
from dashboard.drawing.marks import marks
from dashboard.drawing.opening import ages, openings
from dashboard.drawing.owing import owing
from dashboard.drawing.promise import marketing, sales
from dashboard.drawing.tree import tree

PATH = "/"
TITLE = "Smarketing"
NAV = "Board"
LIVE = DRAWS = True
PICTURE, STREAM = "/api/board/picture", "/stream"

BLOCKS = {"header": header, "goal": goal, "marketing": marketing, "sales": sales, "owing": owing, "hands": hands}


def layout() -> html.Main:
    """Return the frame: an empty place for each block, which Dash never fills."""
    places = [html.Section(id=name, className=f"block {name}") for name in BLOCKS if name != "header"]
    return html.Main(
        [html.Header(id="header", className="block header"), html.Div(id="bar", className="bar-line"), *places],
        id="board",
        className="board",
        **marks(data_picture=PICTURE, data_stream=STREAM),
    )


def picture(board: Board) -> dict[str, Any]:
    """Return the whole screen as JSON: blocks, figures, what each number says when opened, an id of its content."""
    told = {
        "state": {"kind": board.state.kind, "words": board.state.words},
        "company": board.company,
        "blocks": {name: tree(draw(board)) for name, draw in BLOCKS.items()},
        "figures": {
            "marketing": course(board.marketing, "marketing", "last month by now"),
            "sales": course(board.sales, "sales", "last week by now"),
        },
        "numbers": openings(board),
        "ages": ages(board, board.polled_at),
    }
    return {"id": content_id(told), "as_of": board.as_of.isoformat(), **told}


def waiting(state: State) -> dict[str, Any]:
    """Return the picture of a board that has nothing to show yet, and why."""
    told = {
        "state": {"kind": state.kind, "words": state.words},
        "company": "",
        "blocks": {},
        "figures": {},
        "numbers": {},
        "ages": None,
    }
    return {"id": content_id(told), "as_of": None, **told}


def content_id(told: Mapping[str, Any]) -> str:
    """Return a short name that two pictures share exactly when they look the same.

    >>> content_id({"a": 1}) == content_id({"a": 1}), content_id({"a": 1}) == content_id({"a": 2})
    (True, False)
    """
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
