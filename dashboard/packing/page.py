"""A week as one HTML file: opened from a disk it needs no server and no network, and printed it has one step a page."""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from dash import html

from dashboard.drawing.marks import marks
from dashboard.drawing.markup import markup
from dashboard.drawing.meeting import FIGURES
from dashboard.drawing.still import still
from dashboard.frame import assets
from dashboard.packing import parts
from dashboard.packing.week import Packed

HERE = Path(__file__).parent
STYLES = ("theme.css", "board.css", "meeting.css", "meeting-steps.css")
"""The styles of the meeting's page, in the order in which it loads them; the pack's own come after."""
SIZES = {
    "meeting-goal": ((1010, 360), (420, 260)),
    "meeting-marketing": ((1010, 470), (420, 280)),
    "meeting-sales": ((1010, 470), (420, 280)),
}
"""How large each figure is drawn, for paper and for a phone, in units of a page whose text is 16 high."""
NARROW = re.compile(r"@media (\(max-[^{]*)\{")

FILE = """<!DOCTYPE html>
<html lang="en" data-shell="board" data-theme="light" data-state="as of">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
<script>{script}</script>
</body>
</html>
"""


def page(packed: Packed) -> bytes:
    """Return the whole walk through a week as one HTML file, the same for the same week.

    What lies outside it can only be followed by a click (the way to a record): its own policy lets nothing be loaded.
    """
    told = {
        "policy": escape(_policy(_style(), _script())),
        "title": escape(f"{packed.walk.company}: {packed.walk.title}"),
        "style": _style(),
        "body": _body(packed),
        "script": _script(),
    }
    return FILE.format(**told).encode()


def name(packed: Packed) -> str:
    """Return what the file is called: smarketing-2026-W46.html."""
    return f"smarketing-{packed.walk.week}.html"


def _body(packed: Packed) -> str:
    drawn = [scene for scene, _ in parts.steps(packed)]
    names = list(dict.fromkeys(parts.standing(drawn)))
    after = [
        _section(packed, "ledger", parts.drawn(lambda: parts.ledger(packed), "What has moved since")[0]),
        _section(packed, "ages", parts.drawn(lambda: [*parts.ages(packed), _made(packed)], "The data’s age")[0]),
        _section(packed, "means", parts.drawn(lambda: parts.meanings(packed.walk, names), "What numbers mean")[0]),
    ]
    scenes = [_scene(packed, place, inside) for place, inside in enumerate(drawn, 1)]
    main = html.Main([*scenes, *after], id="board", className="meeting pack", tabIndex=-1)
    return markup([_nav(packed), main, _dialog()], {called: _still(packed, called) for called in FIGURES})


def _still(packed: Packed, called: str) -> str:
    """Return a figure drawn twice, of which one is seen; or a sentence in its place, where it cannot be drawn."""
    found, fault = parts.drawn(lambda: _drawn_twice(FIGURES[called](packed.walk), *SIZES[called]), "This figure")
    return markup(found) if fault else str(found)


def _drawn_twice(figure: Any, wide: tuple[int, int], narrow: tuple[int, int]) -> str:
    return still(figure, *wide, "wide") + still(figure, *narrow, "narrow")


def _scene(packed: Packed, place: int, inside: Any) -> html.Section:
    head, foot = _head(packed), _foot(packed, f"Step {place} of {len(packed.walk.steps)}")
    # "block scene": what the steps look like on the page, they look like here
    return html.Section([head, *inside, foot], id=f"step-{place}", className="block scene")


def _section(packed: Packed, called: str, inside: Any) -> html.Section:
    return html.Section([_head(packed), *inside], id=called, className="block after")


def _head(packed: Packed) -> html.Header:
    week, _, dates = packed.walk.title.partition(" · ")
    words = [html.B(packed.walk.company, dir="auto"), html.Span(week), html.Span(dates, className="dates")]
    return html.Header([*words, html.Span(packed.walk.state, className="state")], className="pack-head")


def _foot(packed: Packed, place: str) -> html.Footer:
    told: list[Any] = [html.Span(one) for one in parts.facts(packed)]
    return html.Footer([*told, html.Span(place, className="place")], className="pack-foot")


def _made(packed: Packed) -> html.P:
    return html.P(parts.made(packed), className="made")


def _nav(packed: Packed) -> html.Nav:
    steps = [(f"step-{one.place}", str(one.place), one.title) for one in packed.walk.steps]
    after = [("ledger", "Moved", "What has moved"), ("ages", "Data", "The data’s age"), ("means", "Terms", "Terms")]
    links = [html.A(words, href=f"#{place}", title=title) for place, words, title in [*steps, *after]]
    return html.Nav(links, className="pack-way", **marks(aria_label="Steps"))


def _dialog() -> html.Dialog:
    close = html.Button("×", type="button", className="close", **marks(aria_label="Close"))
    return html.Dialog([close, html.Div(className="inside")], className="sheet meaning", **marks(aria_label="A number"))


# what is inlined


@cache
def _style() -> str:
    texts = [(assets() / one).read_text("utf-8") for one in STYLES] + [(HERE / "pack.css").read_text("utf-8")]
    return re.sub(r'url\("(fonts/[\w-]+\.woff2)"\)', _font, NARROW.sub(_on_a_screen, "\n".join(texts)))


def _on_a_screen(found: re.Match[str]) -> str:
    """Return a rule for small screens as one that is not for paper, whose size a browser learns too late."""
    return "@media " + ", ".join(f"screen and {one.strip()}" for one in found[1].split(",")) + " {"


def _font(found: re.Match[str]) -> str:
    told = base64.b64encode((assets() / found[1]).read_bytes()).decode()
    return f'url("data:font/woff2;base64,{told}")'


@cache
def _script() -> str:
    return (HERE / "pack.js").read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """Return what the file may do: draw with what it brings along, and nothing else."""
    styles, scripts = (_hashes([one]) for one in (style, script))
    return (
        f"default-src 'none'; script-src {scripts}; style-src-elem {styles}; style-src-attr 'unsafe-inline'; "
        "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hashes(texts: Sequence[str]) -> str:
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in texts)
