"""A bar: the full track is what was promised, the filled part is done, the tick is owed by now."""

from fractions import Fraction

from dash import html

from dashboard.drawing.marks import marks
from dashboard.number import Number


def bar(done: Number | None, target: Number | None, owed: Number | None) -> html.Span:
    """Return the bar of a promise; an empty, dashed track where nothing was promised."""
    whole = target.value if target else None
    filled, tick = (share(one.value if one else None, whole) for one in (done, owed))
    if filled is None:
        return html.Span(className="bar nothing", **marks(aria_hidden="true"))
    inside = [html.Span(className="fill", style={"--share": per_cent(filled)})]
    if tick is not None:
        inside.append(html.Span(className="tick", style={"--share": per_cent(tick)}))
    return html.Span(inside, className="bar", **marks(aria_hidden="true"))


def share(part: Fraction | None, whole: Fraction | None) -> Fraction | None:
    """Return a part as a share of the whole, held between 0 and 1; nothing where either is missing.

    >>> share(Fraction(3), Fraction(2)), share(Fraction(1), None)
    (Fraction(1, 1), None)
    """
    return min(max(part / whole, Fraction(0)), Fraction(1)) if part is not None and whole else None


def per_cent(value: Fraction) -> str:
    """Return a share as CSS writes it.

    >>> per_cent(Fraction(1, 3))
    '33.33%'
    """
    return f"{float(value * 100):.2f}%"
