"""One promise, day by day: what is done over what is owed, the likely end, and the period before.

The days lie on a plain number line: day 3 runs from 2 to 3, so the moment of the board has its place within today.
Names never enter a figure but through ``shown``; everything else is ours.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import plotly.graph_objects as go

from dashboard import theme
from dashboard.board import Course
from dashboard.words import rounded

DAYS: Mapping[theme.Side, str] = {"marketing": "marketing.month.day", "sales": "sales.week.day"}
"""How the numbers of single days are named, before the day."""
LETTER = 8
EDGE = "edge"
"""The name of words at the right edge: the browser, which knows their size, moves them apart."""
PREVIOUS = {"color": theme.role("faint"), "width": 2, "dash": "dot"}
BEYOND = 0.014
"""How far right of the last day the spread of likely ends stands, as a share of the period."""


class Word(NamedTuple):
    """A word at the right edge: at which height it belongs, what it says and in which colour."""

    height: Fraction
    text: str
    colour: str


def course(one: Course, side: theme.Side, before: str) -> dict[str, Any]:
    """Return the figure of a course as JSON; ``before`` names the period before: "last week"."""
    top = _top(one)
    figure = go.Figure(layout=_layout(one, top, side))
    traces = [*_owed(one), *_previous(one), *_done(one, side), *_ahead(one, side)]
    # what is done has a wash: behind all lines, or it hides what is owed from whoever is ahead of it
    for trace in sorted(traces, key=lambda trace: trace.name != "done"):
        figure.add_trace(trace)
    figure.update_layout(annotations=[_at_the_edge(word) for word in _words(one, side)] + _of_previous(one, before))
    figure.update_layout(meta={"days": days_done(one, side)})
    told: dict[str, Any] = figure.to_plotly_json()
    return {"data": told["data"], "layout": {name: part for name, part in told["layout"].items() if name != "template"}}


def told(one: Course, side: theme.Side) -> str:
    """Return what the figure shows in one sentence, for those who cannot see it."""
    done, target = _last(one.done), _last(one.owed)
    parts = [f"{rounded(done)} done by now" if done is not None else "nothing is known to be done"]
    parts += [f"{rounded(target)} owed by the end"] if target is not None else []
    parts += [word.text for word in _words(one, side) if word.text.startswith("likely")]
    return f"Running total, day by day: {', '.join(parts)}."


def days_done(one: Course, side: theme.Side) -> list[str]:
    """Return the names of the numbers of the days that lie behind, today among them: what a click on a day opens."""
    return [
        f"{DAYS[side]}.{day.isoformat()}" for day, done in zip(one.days, one.done, strict=False) if done is not None
    ]


def short(value: Fraction) -> str:
    """Return a value as it stands at the edge of a figure: millions with two decimals, all else as a whole.

    >>> short(Fraction(25_000)), short(Fraction(12_604_651))
    ('25,000', '12.60 M')
    """
    return f"{rounded(value / 10**6, 2)} M" if abs(value) >= 10**6 else rounded(value)


def _last(values: Sequence[Fraction | None]) -> Fraction | None:
    return next((value for value in reversed(values) if value is not None), None)


def _known(values: Sequence[Fraction | None]) -> list[Fraction]:
    return [value for value in values if value is not None]


def _top(one: Course) -> Fraction:
    """Return the height of the figure: what is highest in it, and some air."""
    likely = [one.projection.high or one.projection.expected] if one.projection else []
    highest = max([*_known(one.done), *_known(one.owed), *one.previous, *likely], default=Fraction(0))
    return highest * Fraction(108, 100) or Fraction(1)


def _line(x: Sequence[float], y: Sequence[Fraction], name: str, **look: Any) -> go.Scatter:
    return go.Scatter(x=list(x), y=[float(value) for value in y], name=name, mode="lines", hoverinfo="skip", **look)


def _running(values: Sequence[Fraction | None], until: float) -> tuple[list[float], list[Fraction]]:
    """Return the corners of a running total: nothing at the start, then each day's end, the last one at ``until``."""
    known = _known(values)
    days = [float(n + 1) for n in range(len(known))]
    if days and days[-1] - 1 < until < days[-1]:
        days[-1] = until
    return [0.0, *days], [Fraction(0), *known]


def _owed(one: Course) -> list[go.Scatter]:
    if not _known(one.owed):
        return []
    x, y = _running(one.owed, float(len(one.days)))
    return [_line(x, y, "owed", line={"color": theme.QUIET, "width": 1.5})]


def _previous(one: Course) -> list[go.Scatter]:
    if not one.previous:
        return []
    x, y = _running(one.previous, float(one.now))
    return [_line(x, y, "before", line=PREVIOUS)]


def _done(one: Course, side: theme.Side) -> list[go.Scatter]:
    if not _known(one.done):
        return []
    x, y = _running(one.done, float(one.now))
    colour, wash = theme.accent(side), theme.role(f"{side}-wash")
    line = _line(x, y, "done", line={"color": colour, "width": 3.5}, fill="tozeroy", fillcolor=wash)
    here = go.Scatter(x=x[-1:], y=[float(y[-1])], name="now", mode="markers", hoverinfo="skip")
    here.update(marker={"color": colour, "size": 10, "line": {"color": theme.CARD, "width": 2}}, cliponaxis=False)
    return [line, here]


def _ahead(one: Course, side: theme.Side) -> list[go.Scatter]:
    """Return the days to come: dashed to the likely end, and the spread of likely ends as a bracket beyond."""
    done, likely = _last(one.done), one.projection
    if done is None or likely is None:
        return []
    colour, edge = theme.accent(side), len(one.days) * (1 + BEYOND)
    dashed = {"color": colour, "width": 2.5, "dash": "dash"}
    way = _line([float(one.now), len(one.days)], [done, likely.expected], "likely", line=dashed)
    if likely.low is None or likely.high is None:
        return [way]
    bracket = _line([edge, edge], [likely.low, likely.high], "spread", line={"color": colour, "width": 5})
    return [way, bracket.update(cliponaxis=False, opacity=0.55)]


def _words(one: Course, side: theme.Side) -> list[Word]:
    target = _last(one.owed)
    words = [] if target is None else [Word(target, f"target {short(target)}", theme.QUIET)]
    if one.projection and _last(one.done) is not None:
        likely = one.projection.expected
        words.append(Word(likely, f"likely {short(likely)}", theme.accent(side)))
    return words


def _at_the_edge(word: Word) -> dict[str, Any]:
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": float(word.height), "yanchor": "middle"}
    return {**place, "name": EDGE, "text": word.text, "showarrow": False, "font": {"color": word.colour, "weight": 600}}


def _of_previous(one: Course, before: str) -> list[dict[str, Any]]:
    """Return what the period before had come to, over the figure, after dots like those of its line."""
    if not one.previous:
        return []
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom"}
    words = f"··· {before} {rounded(one.previous[-1])}"
    return [{**place, "text": words, "showarrow": False, "font": {"color": theme.QUIET}}]


def _layout(one: Course, top: Fraction, side: theme.Side) -> dict[str, Any]:
    longest = max((len(word.text) for word in _words(one, side)), default=0)
    return {
        "font": {"family": theme.FONT, "size": theme.FIGURE_TEXT, "color": theme.QUIET},
        "paper_bgcolor": theme.CLEAR,
        "plot_bgcolor": theme.CLEAR,
        "margin": {"l": 2, "r": LETTER * longest + 14, "t": 26 if one.previous else 6, "b": 24, "pad": 0},
        "showlegend": False,
        "xaxis": _days(one),
        "yaxis": {"range": [0, float(top)], "showgrid": False, "zeroline": False, "showticklabels": False}
        | {"fixedrange": True, "type": "linear"},
        "shapes": [*_rest(one), _ground()],
    }


def _days(one: Course) -> dict[str, Any]:
    week = len(one.days) <= 7
    named = [n for n, day in enumerate(one.days) if week or day.weekday() == 0]
    return {
        "type": "linear",
        "range": [0, len(one.days) * (1 + 2 * BEYOND)],
        "tickmode": "array",
        "tickangle": 0,
        "tickvals": [n + 0.5 for n in named],
        "ticktext": [f"{one.days[n]:%a}"[:2] if week else str(one.days[n].day) for n in named],
        "tickfont": {"size": theme.FIGURE_TEXT - 1},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def _rest(one: Course) -> list[dict[str, Any]]:
    """Return a quiet shade over every day without work."""
    shade = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 0}, "layer": "below"}
    days = [n for n, works in enumerate(one.worked) if not works]
    return [{**shade, "x0": n, "x1": n + 1, "fillcolor": theme.SHADE} for n in days]


def _ground() -> dict[str, Any]:
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "paper", "y0": 0, "y1": 0}
    return {**line, "line": {"color": theme.role("line"), "width": 1.5}, "layer": "below"}
