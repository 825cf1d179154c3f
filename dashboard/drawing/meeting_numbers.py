"""A number in the meeting: large, with what it is, and under it in small words what has moved since it was kept."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.drawing.bar import bar
from dashboard.drawing.marks import marks
from dashboard.drawing.numbers import button, gap_either_way, key_figure, reasons, shown, verdict
from dashboard.meeting.steps import Walk


def figure(name: str, told: str) -> html.Div:
    """Return the place of a figure; ``told`` says in words what it shows."""
    return html.Div(className="figure", role="img", **marks(data_figure=f"meeting-{name}", aria_label=told))


def moved(walk: Walk, *names: str) -> list[Any]:
    """Return what has moved since the week was kept of some numbers: a line each, which opens the number."""
    lines = [(walk.numbers.get(name), words) for name in names if (words := walk.changes.get(name))]
    return [button(one, words, "moved", f"since then {words}") for one, words in lines if one]


def measure(walk: Walk, name: str, label: str, look: str = "big", more: Any = None) -> html.Div | None:
    """Return a number over its label, with why it is not known, and what has moved; nothing where there is none."""
    one = walk.numbers.get(name)
    if one is None:
        return None
    parts = [button(one, look=look), html.Span(label, className="label"), more, reasons([one]), *moved(walk, name)]
    return html.Div([part for part in parts if part is not None], className="measure", **marks(data_key=name))


def key(walk: Walk, prefix: str, caption: str) -> html.Div:
    """Return the key figure of a promise, of what was promised, with the word for where it stands."""
    done, target = (walk.numbers.get(f"{prefix}.{name}") for name in ("done", "target"))
    said = button(done, verdict(done.status), "judged") if done and done.status in ("met", "too early") else None
    of = html.Span([" of ", button(target, look="middle")], className="of") if target else None
    parts = [html.P(caption, className="label"), html.P([key_figure(done), of], className="key-line"), said]
    told = [*parts, reasons([done, target]), *moved(walk, f"{prefix}.done", f"{prefix}.target")]
    return html.Div([one for one in told if one is not None], className="key-measure", **marks(data_key=prefix))


def gap(walk: Walk, prefix: str) -> html.Div | None:
    """Return how far a promise is ahead or behind, in words; nothing where that is not known, or too early to say."""
    one, owed, target = (walk.numbers.get(f"{prefix}.{name}") for name in ("gap", "owed", "target"))
    told = gap_either_way(one, owed, marked=True)
    if one is None or told is None or one.status == "too early":
        return None
    whole = owed is not None and target is not None and owed.value == target.value
    label = html.Span("of all that was promised" if whole else "of what was owed by then", className="label")
    parts = [button(one, told, "big"), label, *moved(walk, one.name, f"{prefix}.owed")]
    return html.Div(parts, className="measure", **marks(data_key=one.name))


def parts(walk: Walk, some: Sequence[tuple[str, str]], title: str, nobody: str) -> html.Div:
    """Return parts of a promise, each by its name and label, as bars that open, each against its own."""
    rows = [html.Li(_part(walk, prefix, label), **marks(data_key=prefix)) for prefix, label in some]
    inside: Any = html.Ul(rows, className="bars") if rows else html.P(nobody, className="reason")
    return html.Div([html.H3(title), inside], className="by")


def _part(walk: Walk, prefix: str, label: str) -> list[Any]:
    target, done, owed = (walk.numbers.get(f"{prefix}.{name}") for name in ("target", "done", "owed"))
    if done is None:
        return []
    promised = target is not None and target.value is not None
    of = f" of {shown(target)}" if target and promised else " nothing promised"
    line = [
        html.Span(label, className="name", title=label, dir="auto", **marks(data_clip="name")),
        html.Span([html.B(shown(done)), of], className="of"),
        bar(done, target, owed),
    ]
    return [button(done, line, "part"), *moved(walk, done.name)]
