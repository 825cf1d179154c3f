"""Components as JSON, so that the browser can build them itself."""

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

Node = Component | str | int | float | Sequence[Any] | None


def tree(node: Node) -> Any:
    """Return a component with everything in it as plain JSON: ``{"type", "props"}`` all the way down.

    >>> from dash import html
    >>> tree(html.P(["owed ", html.B("7")], className="owed"))["props"]["children"]
    ['owed ', {'type': 'B', 'props': {'children': '7'}}]
    """
    if isinstance(node, Component):
        told: dict[str, Any] = node.to_plotly_json()  # type: ignore[no-untyped-call]
        props = {name: tree(value) if name == "children" else value for name, value in told["props"].items()}
        return {"type": told["type"], "props": {name: value for name, value in props.items() if value is not None}}
    if isinstance(node, list | tuple):
        return [tree(one) for one in node if one is not None]
    return node


def node(kind: str, inside: Any = None, **props: Any) -> dict[str, Any]:
    """Return a component as plain JSON at once: for what is drawn for hundreds of people with every picture.

    >>> node("P", ["owed ", node("B", "7")], className="owed")["props"]["children"]
    ['owed ', {'type': 'B', 'props': {'children': '7'}}]
    """
    told = {name: value for name, value in props.items() if value is not None}
    return {"type": kind, "props": told if inside is None else {**told, "children": inside}}
