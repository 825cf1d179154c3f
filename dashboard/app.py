"""The app: Dash's shell around the pages, the assets, and the addresses that machines ask.

``server`` is made when it is first asked for, so that importing this file reads nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import flask
from dash import Dash, Input, Output, dcc, html
from dash.exceptions import DependencyException

from dashboard import api, frame, plain, settings
from dashboard.access.guard import WsgiGuard
from dashboard.access.heads import POLICY, STRICT
from dashboard.access.house import House
from dashboard.answers import Counter, folder
from dashboard.drawing.page import page
from dashboard.keeper import Keeper
from dashboard.pages import Page, below, pages
from dashboard.snapshot import Shelf
from dashboard.store.door import Opener, Store
from dashboard.travel import Travel

A_YEAR = 31_536_000


def create(told: settings.Settings, counter: Counter, travel: Travel, store: Callable[[], Store] | None = None) -> Dash:
    """Return the whole app for one company: live by what ``counter`` hands out, and as of any moment by ``travel``."""
    app = shell(told.refresh_seconds)
    api.register(app.server, counter, travel, store)
    return app


def shell(refresh_seconds: float) -> Dash:
    """Return the app without its data: pages, assets and rules, refreshing every so many seconds."""
    app = Dash(
        "dashboard",
        assets_folder=str(frame.assets().resolve()),
        assets_ignore=r"plotly.*|theme\.js",
        use_pages=False,
        pages_folder="",
        title="Smarketing",
        update_title="",
        meta_tags=frame.META,
        index_string=frame.for_dash(refresh_seconds),
        compress=False,
        enable_mcp=False,
    )
    found = pages()
    app.layout = html.Div([dcc.Location(id="address"), html.Div(id="page")])
    app.callback(Output("page", "children"), Input("address", "pathname"))(lambda path: shown(found.get(path or "/")))
    _stand_alone(app.server, [one for one in found.values() if one.live], refresh_seconds)
    _say_what_is_not_there(app.server, found, refresh_seconds)
    _keep_to_ourselves(app)
    return app


def shown(found: Page | None) -> Any:
    """Return what a page shows; of an address without one, what to do."""
    if found is not None:
        return found.layout()
    return page("There is no page at this address.", html.P(html.A("To the board", href="/")))


def _stand_alone(server: flask.Flask, live: Iterable[Page], refresh_seconds: float) -> None:
    """Answer with a live page itself, in the place of Dash's shell around it."""
    told = frame.Frames(live, refresh_seconds)
    for rule in ("/", "/<path:path>"):
        server.view_functions[rule] = _unless(told, server.view_functions[rule])


def _unless(told: frame.Frames, dashs: Callable[..., Any]) -> Callable[..., Any]:
    def answered(**words: str) -> Any:
        text = told.at(flask.request.path)
        return flask.make_response(text) if text else dashs(**words)

    return answered


def _say_what_is_not_there(server: flask.Flask, found: Mapping[str, Page], refresh_seconds: float) -> None:
    """Answer 404, with the same shell, where there is no page."""
    dashs = server.view_functions["/<path:path>"]
    parted = [one.path for one in found.values() if one.part]
    nothing = frame.live(Page("", "Nothing here", lambda: shown(None)), refresh_seconds)

    def answered(path: str) -> Any:
        return (
            dashs(path=path) if f"/{path}" in found or below(f"/{path}", parted) else flask.make_response(nothing, 404)
        )

    server.view_functions["/<path:path>"] = answered
    server.register_error_handler(DependencyException, lambda _: flask.make_response(nothing, 404))


def _keep_to_ourselves(app: Dash) -> None:
    """Let the page run no script but ours, and load nothing from elsewhere."""
    policy: list[str] = []

    def guarded(answer: flask.Response) -> flask.Response:
        if not policy:
            policy.append(_policy(app.csp_hashes()))
        answer.headers.setdefault(POLICY, policy[0])
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        if flask.request.path.startswith("/assets/vendor/"):
            answer.cache_control.no_cache = None
            answer.cache_control.max_age = A_YEAR
        return answer

    app.server.after_request(guarded)


def _policy(hashes: Iterable[str]) -> str:
    """Return what a page may run: our own scripts, and those that Dash writes into its pages."""
    return STRICT.replace("script-src 'self'", " ".join(["script-src 'self'", *hashes]))


def __getattr__(name: str) -> Any:
    """Make ``server``, for a server without ASGI, from what the environment says; it has a refresher of its own."""
    if name != "server":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    told = settings.settings()
    shared = folder(told, settings.state())
    Keeper(shared).start()
    counter = Counter(Shelf(shared), told.refresh_seconds, frame.build())
    way, travel, store = settings.way(told.company.access), Travel(told), Opener(told.store)
    globals()["server"] = made = create(told, counter, travel, store).server
    house = House(way, travel, store, shared)
    house.register(made)
    plain.register(made, shared, counter)
    made.wsgi_app = WsgiGuard(made.wsgi_app, house.doorman)
    return made
