"""Components as HTML, so that a page's frame can stand in the page itself and need no script to appear."""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any

from dash.development.base_component import Component

from dashboard.drawing.tree import Node

NAMES = {"className": "class", "htmlFor": "for", "tabIndex": "tabindex", "dateTime": "datetime"}
"""What HTML calls a property that components call otherwise; the others have one name, in small letters."""
EMPTY = {"br", "hr", "img", "input"}
"""Elements that never hold anything."""
NONE: Mapping[str, str] = MappingProxyType({})


def markup(node: Node, figures: Mapping[str, str] = NONE) -> str:
    """Return a component with everything in it as HTML; of its properties, those that say something.

    Into the place of a figure goes its picture, where ``figures`` has one by that name.

    >>> from dash import html
    >>> markup(html.Main([html.P("1 < 2", className="small"), None], id="board"))
    '<main id="board"><p class="small">1 &lt; 2</p></main>'
    >>> markup(html.Details(html.Label("Find", htmlFor="find"), open=True))
    '<details open><label for="find">Find</label></details>'
    """
    if isinstance(node, Component):
        props = node.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
        inside, tag = props.pop("children", None), type(node).__name__.lower()
        told = "".join(_attribute(name, value) for name, value in props.items())
        if tag in EMPTY:
            return f"<{tag}{told}>"
        return f"<{tag}{told}>{figures.get(props.get('data-figure', ''), '')}{markup(inside, figures)}</{tag}>"
    if isinstance(node, list | tuple):
        return "".join(markup(one, figures) for one in node)
    return "" if node is None else escape(str(node))


def _attribute(name: str, value: Any) -> str:
    told = NAMES.get(name, name.lower())
    if value is None or (value is False and not told.startswith(("aria-", "data-"))):
        return ""
    if isinstance(value, dict):
        value = "; ".join(f"{name}: {one}" for name, one in value.items())
    return f" {told}" if value is True else f' {told}="{escape(str(value))}"'
