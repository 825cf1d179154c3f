"""``/screens``: the screens that nobody touches: pair one by its code, say what it shows, shut one out."""

from typing import Any

from dash import dcc, html

from dashboard.drawing.page import page

PATH = "/screens"
TITLE = "Screens"
LIVE = True

INTRO = (
    "A TV opens /screen and shows a code. Type it here, and from then on that TV shows the board, across restarts, "
    "without a sign-in. A screen only looks: it opens no rows, and what it may see ends the moment it is shut out."
)


def layout() -> html.Main:
    """Return the frame: a form to pair a screen, and a place for those there are."""
    pairing = html.Section(_form(), className="block pairing")
    return page(TITLE, pairing, _list(), intro=INTRO, name="screens-page")


def _form() -> html.Form:
    return html.Form(
        [
            html.H2("Pair a screen"),
            html.Div(
                [
                    _field(
                        "Code on the screen", "code", "code", autoComplete="off", maxLength=12, placeholder="XXXX XXXX"
                    ),
                    _field("Name", "name", "name", autoComplete="off", maxLength=60, placeholder="Hall, second floor"),
                    html.Fieldset([html.Legend("Shows"), html.Div(id="pages-choice")], className="pages-choice"),
                    _field("Seconds a page", "every", "every", type="number", min=5, max=86400, value=60),
                ],
                className="fields",
            ),
            html.Button("Pair", type="submit", className="button"),
            html.P(className="said", role="status"),
        ],
        id="pair",
        className="pair",
    )


def _field(label: str, name: str, look: str, **more: Any) -> html.Label:
    return html.Label([html.Span(label), dcc.Input(name=name, id=f"pair-{name}", **more)], className=f"field {look}")


def _list() -> html.Section:
    return html.Section(
        [html.H2("Screens", id="screens-title", tabIndex=-1), html.Div(id="screens")],
        className="block list",
    )
