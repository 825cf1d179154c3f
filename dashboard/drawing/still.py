"""A figure as a still picture: the same dicts that the browser draws with plotly.js, as SVG that needs no script. Pure.

It knows what our figures are made of: lines, their fills and points, rectangles, words, and the names of days.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from dashboard.drawing.course import EDGE

Told = Mapping[str, Any]
ROOM = 1.3
"""Height of a line of words, by the size of its letters."""
DASHES = {"dot": 1, "dash": 3}
ANCHORS = {"left": "start", "right": "end", "center": "middle"}


class Plane(NamedTuple):
    """Where the values of a figure lie in a picture of so many units."""

    width: float
    height: float
    margin: Told
    spans: Mapping[str, Sequence[float]]

    def x(self, value: float, paper: bool = False) -> float:
        """Return how far from the left a value lies, or a share of the width."""
        first, last = (0, 1) if paper else self.spans["x"]
        inner = self.width - self.margin["l"] - self.margin["r"]
        return float(self.margin["l"] + inner * (value - first) / (last - first))

    def y(self, value: float, paper: bool = False) -> float:
        """Return how far from the top a value lies, or a share of the height."""
        first, last = (0, 1) if paper else self.spans["y"]
        inner = self.height - self.margin["t"] - self.margin["b"]
        return float(self.height - self.margin["b"] - inner * (value - first) / (last - first))


def still(figure: Told, width: float, height: float, look: str = "") -> str:
    """Return a figure as SVG of that size, in units of a page whose text is 16 high; what it says stands beside it."""
    layout = figure["layout"]
    spans = {name: layout[f"{name}axis"]["range"] for name in "xy"}
    plane = Plane(width, height, layout["margin"], spans)
    shapes = layout.get("shapes", ())
    parts = [
        *(_shape(one, plane) for one in shapes if one.get("layer") == "below"),
        *(part for one in figure["data"] for part in _trace(one, plane)),
        *(_shape(one, plane) for one in shapes if one.get("layer") != "below"),
        *_days(layout, plane),
        *(_words(one, layout["font"], plane) for one in apart(layout, plane)),
    ]
    head = f'class="still {escape(look)}" viewBox="0 0 {_n(width)} {_n(height)}" aria-hidden="true"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{"".join(parts)}</svg>'


def _n(value: float) -> str:
    """Return a length as short as it can be told.

    >>> _n(12.0), _n(0.25), _n(-0.01)
    ('12', '0.2', '0')
    """
    told = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if told == "-0" else told


def _style(**told: str | None) -> str:
    words = "; ".join(f"{name.replace('_', '-')}: {value}" for name, value in told.items() if value is not None)
    return f'style="{escape(words)}"'


def _stroke(line: Told) -> dict[str, str | None]:
    width = line.get("width", 2)
    if not width:
        return {"stroke": "none"}
    piece = max(width, 3) * DASHES.get(line.get("dash", ""), 0)
    dashes = f"{_n(piece)} {_n(piece)}" if piece else None
    return {"stroke": line["color"], "stroke_width": _n(width), "stroke_dasharray": dashes}


def _shape(one: Told, plane: Plane) -> str:
    across, down = (one.get(f"{name}ref") == "paper" for name in "xy")
    left, right = sorted(plane.x(one[name], across) for name in ("x0", "x1"))
    top, bottom = sorted(plane.y(one[name], down) for name in ("y0", "y1"))
    if one["type"] == "line":
        ends = f'x1="{_n(left)}" y1="{_n(top)}" x2="{_n(right)}" y2="{_n(bottom)}"'
        return f"<line {ends} {_style(**_stroke(one['line']))}/>"
    place = f'x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_n(bottom - top)}"'
    return f"<rect {place} {_style(fill=one['fillcolor'], **_stroke(one['line']))}/>"


def _trace(one: Told, plane: Plane) -> list[str]:
    """Return a line with the wash under it, or points."""
    points = [(plane.x(x), plane.y(y)) for x, y in zip(one["x"], one["y"], strict=True)]
    opacity = str(one["opacity"]) if "opacity" in one else None
    if one["mode"] == "markers":
        return [_point(point, one["marker"]) for point in points]
    line = f'<polyline points="{_path(points)}" {_style(fill="none", opacity=opacity, **_stroke(one["line"]))}/>'
    if one.get("fill") != "tozeroy":
        return [line]
    ground = plane.y(0)
    area = [(points[0][0], ground), *points, (points[-1][0], ground)]
    return [f'<polygon points="{_path(area)}" {_style(fill=one["fillcolor"])}/>', line]


def _path(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _point(at: tuple[float, float], look: Told) -> str:
    place = f'cx="{_n(at[0])}" cy="{_n(at[1])}" r="{_n(look["size"] / 2)}"'
    return f"<circle {place} {_style(fill=look['color'], **_stroke(look['line']))}/>"


def _days(layout: Told, plane: Plane) -> list[str]:
    axis = layout["xaxis"]
    size = axis.get("tickfont", {}).get("size", layout["font"]["size"])
    font = {**layout["font"], "size": size}
    named = zip(axis.get("tickvals", ()), axis.get("ticktext", ()), strict=True)
    bottom = plane.height - plane.margin["b"] + ROOM * size * 0.7
    return [_text(plane.x(at), bottom, words, font, "center") for at, words in named]


def apart(layout: Told, plane: Plane) -> list[dict[str, Any]]:
    """Return the words of a figure; those at its edge stand at the height of what they say, and give way to others."""
    room = layout["font"]["size"] * ROOM
    words = [dict(one) for one in layout.get("annotations", ())]
    edge = sorted((one for one in words if one.get("name") == EDGE), key=lambda one: one["y"])
    ground, top = plane.y(0), plane.y(plane.spans["y"][1])
    heights = _spread([ground - plane.y(one["y"]) for one in edge], room, ground - top)
    for one, height in zip(edge, heights, strict=True):
        one["y"] = plane.spans["y"][1] * height / (ground - top)
    return words


def _spread(wanted: Sequence[float], room: float, top: float) -> list[float]:
    """Return heights from low to high that lie ``room`` apart and, where there is room enough, under ``top``.

    >>> _spread([2, 50, 52], 20, 60)
    [10.0, 35.0, 55.0]
    """
    lowest, rising = room / 2, []
    for one in wanted:
        rising.append(max(one, lowest))
        lowest = rising[-1] + room
    highest, found = top - room / 4, []
    for one in reversed(rising):
        found.append(min(one, highest))
        highest = found[-1] - room
    return found[::-1]


def _words(one: Told, font: Told, plane: Plane) -> str:
    x = plane.x(one["x"], one.get("xref") == "paper") + one.get("xshift", 0)
    y = plane.y(one["y"], one.get("yref") == "paper") + (-6 if one["yanchor"] == "bottom" else 0)
    middle = one["yanchor"] == "middle"
    return _text(x, y, one["text"], {**font, **one.get("font", {})}, one["xanchor"], middle)


def _text(x: float, y: float, words: str, font: Told, anchor: str, middle: bool = False) -> str:
    weight = str(font["weight"]) if "weight" in font else None
    look = _style(fill=font["color"], font_size=f"{_n(font['size'])}px", font_weight=weight)
    # the middle of small letters and figures lies about a third of their size above the line
    base = y + 0.35 * font["size"] if middle else y
    return f'<text x="{_n(x)}" y="{_n(base)}" text-anchor="{ANCHORS[anchor]}" {look}>{escape(words)}</text>'
