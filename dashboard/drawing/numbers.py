"""A number on the screen: a button that opens it, the word that judges it, and the words for a gap."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from dash import html

from dashboard import theme
from dashboard.drawing.marks import marks
from dashboard.number import Number, Unit
from dashboard.pace import Status
from dashboard.words import SMALL_COUNT, figure, rounded

LONG = 7
"""From this many characters on a key figure is set smaller, so that millions stand where hundreds do."""


def shown(one: Number) -> str:
    """Return a number as it stands on the screen; a dash where there is none."""
    return figure(one.value, one.unit)


def button(one: Number | None, words: Any = None, look: str = "", said: str = "") -> html.Button | None:
    """Return a number as a button that opens it, saying ``words`` or its value; nothing where the board has none.

    ``said`` is what is read aloud besides the number itself: what its ``words`` say more than that.
    """
    if one is None:
        return None
    return html.Button(shown(one) if words is None else words, **opens(one, look, said))


def opens(one: Number, look: str = "", said: str = "") -> dict[str, Any]:
    """Return what makes a button open a number: its name, its look, and how it and what is ``said`` are read aloud."""
    return {
        "type": "button",
        "className": " ".join(["number", *look.split(), *(["unknown"] if one.value is None else [])]),
        "title": one.reason if one.value is None else None,
        **marks(data_number=one.name, aria_haspopup="dialog", aria_label=spoken(one) + (f"; {said}" if said else "")),
    }


def spoken(one: Number) -> str:
    """Return a number as it is read aloud: what it is, what it comes to, how it is judged."""
    value = shown(one) if one.value is not None else one.reason or "not known"
    return f"{one.label}: {value}" + (f", {one.status}" if one.status else "")


def key_figure(one: Number | None) -> html.Button | None:
    """Return the one huge number of a block."""
    if one is None:
        return None
    size = len(shown(one))
    return button(one, look="huge longest" if size > LONG + 1 else "huge long" if size >= LONG else "huge")


def verdict(status: Status | None, words: str | None = None) -> html.Span | None:
    """Return a judgement: its shape, then its word; nothing where nothing is judged."""
    if status is None:
        return None
    said = words or status
    return html.Span([shape(theme.SHAPES[status]), html.Span(said)], className=f"verdict {theme.tone(status)}")


def shape(name: theme.Shape) -> html.I:
    """Return a small shape in the colour of the words beside it; those words say what it means."""
    return html.I(className=f"shape {name}", **marks(aria_hidden="true"))


def distance(value: Fraction, beside: Number | None, unit: Unit) -> str:
    """Return how far one is ahead or behind, as finely as the number ``beside`` it is shown: whole from twenty on.

    >>> twelve, fifty = (Number("owed", "Owed", "leads", Fraction(n), "") for n in (12, 50))
    >>> distance(Fraction(23, 2), fifty, "leads"), distance(Fraction(5, 2), twelve, "leads")
    ('12', '2.5')
    """
    whole = beside is not None and beside.value is not None and beside.value >= SMALL_COUNT
    return rounded(value) if whole and unit in ("leads", "customers", "deals") else figure(value, unit)


def gap_words(gap: Number | None, owed: Number | None = None) -> str | None:
    """Return a gap in words.

    >>> gap_words(Number("gap", "Gap", "leads", Fraction(-76), ""))
    '76 behind'
    >>> gap_words(Number("gap", "Gap", "leads", Fraction(1, 300), ""))
    'as owed'
    """
    if gap is None or gap.value is None:
        return None
    size = distance(abs(gap.value), owed, gap.unit)
    if size == "0":
        return "as owed"
    return f"{size} {'ahead' if gap.value > 0 else 'behind'}"


def gap_either_way(gap: Number | None, owed: Number | None, marked: bool = False) -> html.Span | None:
    """Return a gap as a judgement, with the bare figure beside it for when the data is too old to judge."""
    words = gap_words(gap, owed)
    if gap is None or words is None:
        return None
    bare = html.Span(shown(gap), className="bare")
    if gap.status in (None, "no verdict"):
        return bare
    judged = verdict(gap.status, words) if marked else html.Span(words, className=f"verdict {theme.tone(gap.status)}")
    return html.Span([judged, bare], className="either")


def reasons(numbers: Iterable[Number | None]) -> html.P | None:
    """Return in small words why numbers are missing, each reason once; nothing when none is missing."""
    found = dict.fromkeys(one.reason for one in numbers if one is not None and one.value is None and one.reason)
    return html.P("; ".join(found), className="reason") if found else None


def stat(label: str, *parts: Any) -> html.Div | None:
    """Return a small figure over its label; nothing when the figure is not on the board."""
    if not any(part is not None for part in parts):
        return None
    return html.Div(
        [html.Span(list(parts), className="stat-value"), html.Span(label, className="label")], className="stat"
    )
