"""Components as HTML, so that a page's frame can stand in the page itself and need no script to appear."""

from html import escape

from dash.development.base_component import Component

from dashboard.drawing.tree import Node

NAMES = {"className": "class"}


def markup(node: Node) -> str:
    """Return a component with everything in it as HTML; of its properties, those that a frame needs.

    >>> from dash import html
    >>> markup(html.Main([html.P("1 < 2", className="small"), None], id="board"))
    '<main id="board"><p class="small">1 &lt; 2</p></main>'
    """
    if isinstance(node, Component):
        props = node.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
        inside, tag = props.pop("children", None), type(node).__name__.lower()
        told = "".join(f' {NAMES.get(name, name)}="{escape(str(value))}"' for name, value in props.items())
        return f"<{tag}{told}>{markup(inside)}</{tag}>"
    if isinstance(node, list | tuple):
        return "".join(markup(one) for one in node)
    return "" if node is None else escape(str(node))
