"""The figures of the meeting: the goal as one broad bar, and the week of each side, day by day, drawn by one hand."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import plotly.graph_objects as go

from dashboard import theme
from dashboard.board import Course
from dashboard.drawing.course import DAYS, LETTER, course, short
from dashboard.meeting.steps import Walk
from dashboard.number import Number

FIRST, LAST = 1.05, 1.6
"""Between which heights the bar of the goal lies; above stand what is owed and the target, below what is likely."""
TOP = 2.6
ROOM = 0.45
"""From this share of the figure on, a word fits before its mark; up to it, behind."""
WEEK_DAYS = "marketing.week.day"
BEFORE = "the week before"


def figures(walk: Walk) -> dict[str, Any]:
    """Return every figure of the meeting as JSON by its name, as the places in the steps ask for them."""
    return {called: draw(walk) for called, draw in FIGURES.items()}


def _marketing(walk: Walk) -> dict[str, Any]:
    return _of_week(course(ended(walk.frozen.marketing_week), "marketing", BEFORE), walk)


def _sales(walk: Walk) -> dict[str, Any]:
    return course(ended(walk.frozen.board.sales), "sales", BEFORE)


def ended(one: Course) -> Course:
    """Return the course of a week that is over, which is likely to end nowhere but where it ended."""
    return one._replace(projection=None)


def _of_week(figure: dict[str, Any], walk: Walk) -> dict[str, Any]:
    """Return a figure whose days open the numbers of the week's days, as far as there are such."""
    days = [one.replace(DAYS["marketing"], WEEK_DAYS) for one in figure["layout"]["meta"]["days"]]
    figure["layout"]["meta"] = {"days": days if all(one in walk.numbers for one in days) else []}
    return figure


class Mark(NamedTuple):
    """A value of the goal with its word: where it stands and how high."""

    value: Fraction
    words: str
    height: float
    colour: str


def goal(walk: Walk) -> dict[str, Any]:
    """Return the shared goal as one bar: done over the target, with what was owed, and where it is likely to end."""
    done, target, owed = (_value(walk, name) for name in ("done", "target", "owed"))
    likely = walk.numbers.get("goal.month.projection")
    low, high = spread(likely)
    end = max(one for one in (done, target, owed, _value(walk, "projection"), high, Fraction(1)) if one is not None)
    figure = go.Figure(layout=_layout(float(end)))
    found = list(_marks(done, target, owed, likely))
    figure.update_layout(
        annotations=[_said(one, float(end)) for one in found],
        shapes=[
            *_band(Fraction(0), target, (FIRST, LAST), theme.role("track")),
            *_band(Fraction(0), done, (FIRST, LAST), theme.INK),
            *_band(low, high, (FIRST - 0.16, FIRST - 0.08), theme.role("faint")),
            *(_line(one) for one in found),
        ],
    )
    told: dict[str, Any] = figure.to_plotly_json()
    return {"data": told["data"], "layout": {name: part for name, part in told["layout"].items() if name != "template"}}


def _value(walk: Walk, name: str) -> Fraction | None:
    one = walk.numbers.get(f"goal.month.{name}")
    return one.value if one else None


def spread(likely: Number | None) -> tuple[Fraction | None, Fraction | None]:
    """Return between which ends nearly all past months would have come; nothing without enough of them."""
    if likely is None or likely.value is None:
        return None, None
    low, high = (likely.detail.get(name) for name in ("low", "high"))
    return (Fraction(low), Fraction(high)) if low is not None and high is not None else (None, None)


def _marks(
    done: Fraction | None, target: Fraction | None, owed: Fraction | None, likely: Number | None
) -> Iterator[Mark]:
    if target is not None:
        yield Mark(target, f"goal {short(target)}", 2.35, theme.QUIET)
    if owed is not None and owed != target:
        yield Mark(owed, f"owed {short(owed)}", 2.0, theme.QUIET)
    if done is not None:
        yield Mark(done, f"done {short(done)}", 0.6, theme.INK)
    if likely is not None and likely.value is not None and target is not None:
        yield Mark(likely.value, f"likely {short(likely.value)}", 0.2, theme.QUIET)


def _band(
    first: Fraction | None, last: Fraction | None, heights: tuple[float, float], colour: str
) -> list[dict[str, Any]]:
    """Return a band from one value to another; shapes, as the browser grows the width of bars with its text."""
    if first is None or last is None:
        return []
    place = {"x0": float(first), "x1": float(last), "y0": heights[0], "y1": heights[1]}
    return [{"type": "rect", **place, "fillcolor": colour, "line": {"width": 0}}]


def _said(one: Mark, end: float) -> dict[str, Any]:
    """Return the word of a mark, on the side of it where there is room, on a phone too."""
    side = "right" if float(one.value) > ROOM * end else "left"
    place = {"x": float(one.value), "y": one.height, "xanchor": side, "xshift": -6 if side == "right" else 6}
    font = {"color": one.colour, "weight": 600, "size": theme.FIGURE_TEXT + 3}
    return {**place, "text": one.words, "showarrow": False, "yanchor": "middle", "font": font}


def _line(one: Mark) -> dict[str, Any]:
    """Return the line that leads from the bar to the word of a mark."""
    above = one.height > LAST
    ends = (
        (FIRST, one.height + 0.12) if above else (one.height - 0.12, LAST if one.words.startswith("likely") else FIRST)
    )
    dash = "dot" if one.words.startswith("likely") else "solid"
    line = {"color": one.colour, "width": 2.5, "dash": dash}
    return {"type": "line", "x0": float(one.value), "x1": float(one.value), "y0": ends[0], "y1": ends[1], "line": line}


def _layout(end: float) -> dict[str, Any]:
    bare = {"showgrid": False, "zeroline": False, "showticklabels": False, "fixedrange": True, "type": "linear"}
    return {
        "font": {"family": theme.FONT, "size": theme.FIGURE_TEXT, "color": theme.QUIET},
        "paper_bgcolor": theme.CLEAR,
        "plot_bgcolor": theme.CLEAR,
        "margin": {"l": 2, "r": LETTER, "t": 6, "b": 6, "pad": 0},
        "showlegend": False,
        "xaxis": {**bare, "range": [0, end * 1.01]},
        "yaxis": {**bare, "range": [0, TOP]},
    }


def said_of_goal(walk: Walk) -> str:
    """Return what the figure of the goal shows in one sentence, for those who cannot see it."""
    done, target, owed = (_value(walk, name) for name in ("done", "target", "owed"))
    found = list(_marks(done, target, owed, walk.numbers.get("goal.month.projection")))
    return f"The goal of the month as one bar: {', '.join(one.words for one in found) or 'nothing is known'}."


FIGURES: Mapping[str, Callable[[Walk], dict[str, Any]]] = {
    "meeting-goal": goal,
    "meeting-marketing": _marketing,
    "meeting-sales": _sales,
}
"""What draws each figure, by its name."""
