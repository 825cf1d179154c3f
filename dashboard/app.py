"""The app: Dash's shell around the pages, the assets, and the addresses that machines ask.

``server`` is made when it is first asked for, so that importing this file reads nothing.
"""

from pathlib import Path
from typing import Any

import flask
from dash import Dash, Input, Output, dcc, html

from dashboard import api, settings
from dashboard.answers import Counter, folder
from dashboard.keeper import Keeper
from dashboard.pages import Page, pages
from dashboard.snapshot import Shelf
from dashboard.travel import Travel

HERE = Path(__file__).parent
PLOTLY = "vendor/plotly-basic-4.1.1.min.js"
A_YEAR = 31_536_000

FRAME = """<!DOCTYPE html>
<html lang="en" data-refresh-seconds="{refresh}" data-plotly="/assets/{plotly}">
<head>
{{%metas%}}
<title>{{%title%}}</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<link rel="preload" href="/assets/fonts/inter-latin.woff2" as="font" type="font/woff2" crossorigin>
<script src="/assets/theme.js"></script>
{{%css%}}
</head>
<body>
<noscript>This board is drawn by scripts; without them, its numbers are at /api/board.</noscript>
{{%app_entry%}}
<footer>{{%config%}}{{%scripts%}}{{%renderer%}}</footer>
</body>
</html>"""

META = [
    {"name": "viewport", "content": "width=device-width, initial-scale=1"},
    {"name": "color-scheme", "content": "light dark"},
]


def assets() -> Path:
    """Return the folder of the assets: inside the package when installed, beside it in a checkout."""
    inside = HERE / "assets"
    return inside if inside.is_dir() else HERE.parent / "assets"


def create(told: settings.Settings, counter: Counter, travel: Travel) -> Dash:
    """Return the whole app for one company: live by what ``counter`` hands out, and as of any moment by ``travel``."""
    app = shell(told.refresh_seconds)
    api.register(app.server, counter, travel)
    return app


def shell(refresh_seconds: float) -> Dash:
    """Return the app without its data: pages, assets and rules, refreshing every so many seconds."""
    app = Dash(
        "dashboard",
        assets_folder=str(assets().resolve()),
        assets_ignore=r"plotly.*|theme\.js",
        use_pages=False,
        pages_folder="",
        title="Smarketing",
        update_title="",
        meta_tags=META,
        index_string=FRAME.format(refresh=f"{refresh_seconds:g}", plotly=PLOTLY),
        compress=False,
        enable_mcp=False,
    )
    found = pages()
    app.layout = html.Div([dcc.Location(id="address"), html.Div(id="page")])
    app.callback(Output("page", "children"), Input("address", "pathname"))(lambda path: shown(found.get(path or "/")))
    _say_what_is_not_there(app.server, frozenset(found))
    _keep_to_ourselves(app)
    return app


def shown(page: Page | None) -> Any:
    """Return what a page shows; of an address without one, what to do."""
    if page is not None:
        return page.layout()
    words = [html.H1("There is no page at this address."), html.P(html.A("To the board", href="/"))]
    return html.Main(words, className="nothing-here")


def _say_what_is_not_there(server: flask.Flask, paths: frozenset[str]) -> None:
    """Answer 404, with the same shell, where there is no page."""
    frame = server.view_functions["/<path:path>"]

    def answered(path: str) -> Any:
        answer = flask.make_response(frame(path=path))
        if f"/{path}" not in paths:
            answer.status_code = 404
        return answer

    server.view_functions["/<path:path>"] = answered


def _keep_to_ourselves(app: Dash) -> None:
    """Let the page run no script but ours, and load nothing from elsewhere."""
    policy: list[str] = []

    def guarded(answer: flask.Response) -> flask.Response:
        if not policy:
            policy.append(_policy(app.csp_hashes()))
        answer.headers.setdefault("Content-Security-Policy", policy[0])
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        if flask.request.path.startswith("/assets/vendor/"):
            answer.cache_control.no_cache = None
            answer.cache_control.max_age = A_YEAR
        return answer

    app.server.after_request(guarded)


def _policy(hashes: Any) -> str:
    scripts = " ".join(["'self'", *hashes])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
    )


def __getattr__(name: str) -> Any:
    """Make ``server``, for a server without ASGI, from what the environment says; it has a refresher of its own."""
    if name != "server":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    told = settings.settings()
    shared = folder(told, settings.state())
    Keeper(shared).start()
    globals()["server"] = made = create(told, Counter(Shelf(shared), told.refresh_seconds), Travel(told)).server
    return made
