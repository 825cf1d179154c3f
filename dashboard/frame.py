"""The frame around a page: the head, the scripts and the styles that it needs, and the name of the build it is of."""

import hashlib
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path

from dash import html

from dashboard.drawing.marks import marks
from dashboard.drawing.markup import markup
from dashboard.pages import SOMEBODY, Page, below, made_for, pages

HERE = Path(__file__).parent
PLOTLY = "vendor/plotly-basic-4.1.1.min.js"
EARLY = "theme.js"
"""The one script that must have run before anything is seen."""

HEAD = """<!DOCTYPE html>
<html lang="en" data-refresh-seconds="{refresh}" data-shell="{shell}" data-build="{build}" data-plotly="{plotly}">
<head>
{metas}
<title>{title}</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/assets/icons/touch-180.png">
<link rel="manifest" href="/assets/manifest.webmanifest">
<link rel="preload" href="/assets/fonts/inter-latin.woff2" as="font" type="font/woff2" crossorigin>
<script src="{early}"></script>
"""

DASH = """{{%css%}}
</head>
<body>
{{%app_entry%}}
<footer>{{%config%}}{{%scripts%}}{{%renderer%}}</footer>
</body>
</html>"""

LIVE = """{ahead}{styles}
{scripts}
</head>
<body>
<a class="skip" href="#{content}">Skip to the content</a>
{silent}{nav}
{body}
</body>
</html>"""

AHEAD = """<link rel="preload" href="/assets/{plotly}" as="script">
"""
SILENT = """<noscript>This page is drawn by scripts; without them, its numbers are at /api/board.</noscript>
"""

META = [
    {"charset": "utf-8"},
    {"name": "viewport", "content": "width=device-width, initial-scale=1"},
    {"name": "color-scheme", "content": "light dark"},
    {"name": "theme-color", "content": "#f4f4f1", "media": "(prefers-color-scheme: light)"},
    {"name": "theme-color", "content": "#0e1014", "media": "(prefers-color-scheme: dark)"},
    {"name": "mobile-web-app-capable", "content": "yes"},
    {"name": "apple-mobile-web-app-title", "content": "Smarketing"},
]


def assets() -> Path:
    """Return the folder of the assets: inside the package when installed, beside it in a checkout."""
    inside = HERE / "assets"
    return inside if inside.is_dir() else HERE.parent / "assets"


@cache
def build() -> str:
    """Return the name of this build: the same for the same program and assets, and for no others."""
    found = hashlib.sha256()
    for root in (HERE, assets()):
        for path in sorted(root.rglob("*")):
            if path.suffix in (".py", ".js", ".css", ".svg", ".png", ".webmanifest", ".woff2") and path.is_file():
                found.update(path.read_bytes())
    return found.hexdigest()[:12]


def for_dash(refresh_seconds: float) -> str:
    """Return the frame of a page that Dash draws, with the places that Dash fills."""
    return (_head(refresh_seconds, "{%metas%}", "{%title%}", "dash") + DASH).replace("{{", "{").replace("}}", "}")


class Frames:
    """The frames of live pages, each made once; those below a page differ only in whose picture they ask for."""

    def __init__(self, found: Iterable[Page], refresh_seconds: float) -> None:
        self._own, self._below = {}, {}
        for one in found:
            self._own[one.path] = live(one, refresh_seconds)
            if one.part:
                main = partial(one.part, SOMEBODY)
                self._below[one.path] = live(one._replace(title=one.nav, layout=main), refresh_seconds)

    def at(self, path: str) -> str | None:
        """Return the whole of the live page at an address; None where there is none."""
        found = below(path, self._below)
        return made_for(self._below[found[0]], found[1]) if found else self._own.get(path)


def live(page: Page, refresh_seconds: float) -> str:
    """Return the whole of a page that our own scripts draw: its frame is there at once, and Dash's scripts are not."""
    metas, main = "\n".join(_tag(one) for one in META), page.layout()
    names = files(page, pages().values())
    styles = [f'<link rel="stylesheet" href="{address(one)}">' for one in names if one.endswith(".css")]
    scripts = [f'<script defer src="{address(one)}"></script>' for one in names if one.endswith(".js")]
    shell = "page" if "page" in main.className.split() else "board"
    told = {
        "ahead": AHEAD.format(plotly=PLOTLY) if page.draws else "",
        "styles": "\n".join(styles),
        "scripts": "\n".join(scripts),
        "content": main.id,
        "silent": SILENT if "data-picture" in main.to_plotly_json()["props"] else "",
        "nav": markup(nav(page, pages().values(), shell)),
        "body": markup(main),
    }
    title = page.title if page.path == "/" else f"{page.title} · Smarketing"
    return _head(refresh_seconds, metas, title, shell) + LIVE.format(**told)


def files(page: Page, found: Iterable[Page]) -> list[str]:
    """Return the names of the styles and scripts of a page: its own, and those that belong to no other page.

    A file is a page's own when it is called as the page's address is, or begins so and goes on with a dash: what
    ``today.css`` says of a class must mean nothing on ``/data``. Those that go on come after it.
    """
    others = {one.path.strip("/") for one in found} - {page.path.strip("/")}
    every = sorted((path for path in assets().glob("*.*") if path.name != EARLY), key=lambda path: path.stem.split("-"))
    return [path.name for path in every if path.stem.partition("-")[0] not in others]


def nav(page: Page, found: Iterable[Page], shell: str) -> html.Nav:
    """Return the way to every other page: a line of words, or on the board a menu that takes no room."""
    links = [
        html.Li(html.A(one.nav, href=one.path, **marks(**({"aria_current": "page"} if one.path == page.path else {}))))
        for one in found
        if one.nav
    ]
    menu = html.Details(
        [html.Summary(html.Span("Pages", className="unseen")), html.Ul(links)], open=shell == "page", className="menu"
    )
    return html.Nav(menu, className="pages", **marks(aria_label="Pages"))


def address(name: str) -> str:
    """Return the address of an asset, which is another one as soon as its content is another."""
    return f"/assets/{name}?v={hashlib.sha256((assets() / name).read_bytes()).hexdigest()[:12]}"


def _head(refresh_seconds: float, metas: str, title: str, shell: str) -> str:
    told = {
        "shell": shell,
        "refresh": f"{refresh_seconds:g}",
        "plotly": f"/assets/{PLOTLY}",
        "build": build(),
        "early": address(EARLY),
    }
    return HEAD.format(metas=metas, title=title, **told)


def _tag(names: dict[str, str]) -> str:
    told = " ".join(f'{name}="{value}"' for name, value in names.items())
    return f"<meta {told}>"
