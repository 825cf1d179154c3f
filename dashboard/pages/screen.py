"""``/screen``: what a TV opens: a code to be typed by somebody who is signed in; from then on it shows the board."""

from dash import html

from dashboard.drawing.marks import marks

PATH = "/screen"
TITLE = "Pair this screen"
NAV = ""
LIVE = True


def layout() -> html.Main:
    """Return the frame: a place for the code, one for how to type it, and one for what goes wrong."""
    code = html.P(id="code", className="code", **marks(aria_live="polite"))
    way = html.Div([html.P(id="how", className="how"), html.P(id="left", className="left")], className="way")
    picture = html.Div(id="qr", className="qr", hidden=True)
    return html.Main(
        [
            html.H1("Pair this screen"),
            html.Div([html.Div([code, way]), picture], className="pairing"),
            html.P(id="trouble", className="trouble", role="status"),
            html.P("Nobody signs in here: the screen only shows what it is told to.", className="quiet"),
        ],
        id="content",
        className="page screen",
        tabIndex=-1,
    )
