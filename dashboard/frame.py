"""The frame around a page: the head, the scripts and the styles that it needs, and the name of the build it is of."""

import hashlib
from functools import cache
from pathlib import Path

from dashboard.drawing.markup import markup
from dashboard.pages import Page

HERE = Path(__file__).parent
PLOTLY = "vendor/plotly-basic-4.1.1.min.js"
EARLY = "theme.js"
"""The one script that must have run before anything is seen."""

HEAD = """<!DOCTYPE html>
<html lang="en" data-refresh-seconds="{refresh}" data-plotly="/assets/{plotly}" data-build="{build}">
<head>
{metas}
<title>{title}</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
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

LIVE = """<link rel="preload" href="/assets/{plotly}" as="script">
{styles}
{scripts}
</head>
<body>
<noscript>This board is drawn by scripts; without them, its numbers are at /api/board.</noscript>
{body}
</body>
</html>"""

META = [
    {"charset": "utf-8"},
    {"name": "viewport", "content": "width=device-width, initial-scale=1"},
    {"name": "color-scheme", "content": "light dark"},
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
            if path.suffix in (".py", ".js", ".css", ".svg", ".woff2") and path.is_file():
                found.update(path.read_bytes())
    return found.hexdigest()[:12]


def for_dash(refresh_seconds: float) -> str:
    """Return the frame of a page that Dash draws, with the places that Dash fills."""
    return (_head(refresh_seconds, "{%metas%}", "{%title%}") + DASH).replace("{{", "{").replace("}}", "}")


def live(page: Page, refresh_seconds: float) -> str:
    """Return the whole of a page that our own scripts draw: its frame is there at once, and Dash's scripts are not."""
    metas = "\n".join(_tag(one) for one in META)
    names = [one for one in sorted(path.name for path in assets().glob("*.*")) if one != EARLY]
    styles = [f'<link rel="stylesheet" href="{address(one)}">' for one in names if one.endswith(".css")]
    scripts = [f'<script defer src="{address(one)}"></script>' for one in names if one.endswith(".js")]
    body = LIVE.format(plotly=PLOTLY, styles="\n".join(styles), scripts="\n".join(scripts), body=markup(page.layout()))
    return _head(refresh_seconds, metas, page.title) + body


def address(name: str) -> str:
    """Return the address of an asset, which is another one as soon as its content is another."""
    return f"/assets/{name}?v={hashlib.sha256((assets() / name).read_bytes()).hexdigest()[:12]}"


def _head(refresh_seconds: float, metas: str, title: str) -> str:
    told = {"refresh": f"{refresh_seconds:g}", "plotly": PLOTLY, "build": build(), "early": address(EARLY)}
    return HEAD.format(metas=metas, title=title, **told)


def _tag(names: dict[str, str]) -> str:
    told = " ".join(f'{name}="{value}"' for name, value in names.items())
    return f"<meta {told}>"
