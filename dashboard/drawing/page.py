"""The shell of every page but the board: a title, room for what it says of itself, and its content in calm columns."""

from typing import Any

from dash import html

from dashboard.drawing.marks import marks


def page(title: str, *content: Any, intro: Any = "", picture: str = "", stream: str = "", name: str = "") -> html.Main:
    """Return a page: its first line, the bar that speaks of the past, a sentence on what it is for, and its content.

    With ``picture``, the address of a picture, the page is a live one: ``assets/board.js`` draws each ``.block`` of
    its content from that picture by the block's id, hears of new ones at ``stream``, and says how fresh they are.
    ``name`` is a class of its own for its styles.
    """
    live = marks(data_picture=picture, data_stream=stream) if picture else {}
    fresh = html.P(className="freshness", **marks(data_opaque="freshness")) if picture else None
    return html.Main(
        [
            html.Header([html.H1(title), fresh], className="page-header"),
            html.Div(className="bar-line"),
            html.P(intro, className="intro") if intro else None,
            html.Div(list(content), className="content"),
        ],
        id="board" if picture else "content",
        className=f"page {name}".strip(),
        tabIndex=-1,
        **live,
    )
