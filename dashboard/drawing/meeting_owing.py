"""What each side owes the other for every lead: both sides alike, and why sales said no."""

from fractions import Fraction
from typing import Any

from dash import html

from dashboard import theme
from dashboard.drawing.bar import per_cent, share
from dashboard.drawing.marks import marks
from dashboard.drawing.meeting_numbers import moved
from dashboard.drawing.numbers import button, reasons, shown
from dashboard.meeting.sentences import of_all
from dashboard.meeting.steps import Walk
from dashboard.number import Number

MOST_REASONS = 6
MARKETING = (
    ("quality.incomplete", "of the new leads lacked a required field", ()),
    ("quality.duplicates", "of the new leads repeat another", ()),
    (
        "followup.system_delay.median_hours",
        "from sales-ready to a rep, in the middle",
        (("p90", "nine of ten within"),),
    ),
)
SALES = (
    ("followup.first_attempt.in_time", "of the leads tried in time", (("overdue", "overdue"),)),
    ("followup.attempts.kept", "tried as often as promised", (("short", "too few"),)),
    (
        "followup.acceptance.of_decided",
        "of the decided leads accepted",
        (("undecided", "undecided"), ("waiting_too_long", "for too long")),
    ),
)
BESIDE = {"p90": "p90_hours"}


def owing(walk: Walk) -> list[Any]:
    """Return the three duties of each side beside the other's, and the leads that were decided on by what was said."""
    return [
        html.Div([_side(walk, "marketing", MARKETING), _side(walk, "sales", SALES)], className="both-sides"),
        decisions(walk),
    ]


def _side(walk: Walk, side: theme.Side, duties: Any) -> html.Div:
    other = "sales" if side == "marketing" else "marketing"
    rows: list[Any] = [one for name, label, beside in duties if (one := _duty(walk, name, label, beside)) is not None]
    title = html.H3(f"What {side} owes {other}")
    nothing = html.P("Nothing of it is counted.", className="reason")
    return html.Div([title, *(rows or [nothing])], className=f"duties-of of-{side}")


def _duty(walk: Walk, name: str, label: str, beside: Any) -> html.Div | None:
    """Return one duty: a share as it is, of few as a count; and the counts that belong to it."""
    one = walk.numbers.get(name)
    if one is None:
        return None
    stem = name.rpartition(".")[0]
    others = [(walk.numbers.get(f"{stem}.{BESIDE.get(end, end)}"), words) for end, words in beside]
    told = [_beside(other, words) for other, words in others if other is not None and other.value is not None]
    words = of_all(one) if one.unit == "share" and one.value is not None else shown(one)
    line = [button(one, words, "key-share"), html.Span(label, className="label"), *told]
    parts = [html.Div(line, className="duty-line"), reasons([one]), *moved(walk, name)]
    return html.Div([part for part in parts if part is not None], className="duty-of", **marks(data_key=name))


def _beside(one: Number, words: str) -> Any:
    count = shown(one)
    text = f"{words} {count}" if words.endswith("within") else f"{count} {words}"
    return button(one, text, "quiet")


def _track(part: Fraction, whole: Fraction) -> html.Span:
    filled = share(part, whole) or Fraction(0)
    fill = html.Span(className="fill", style={"--share": per_cent(filled)})
    return html.Span(fill, className="bar", **marks(aria_hidden="true"))


def decisions(walk: Walk) -> html.Section:
    """Return the leads handed over by what sales said: accepted, undecided, and each reason for a no; as counts."""
    decided, waiting = (walk.numbers.get(f"followup.acceptance.{name}") for name in ("of_decided", "undecided"))
    title = html.H3("What sales said to the leads it was handed")
    if decided is None or decided.value is None or decided.numerator is None:
        return html.Section([title, reasons([decided])], className="said-to")
    found = decided.detail.get("rejections") or {}
    most = sorted(found.items(), key=lambda one: (one[0] == "other", -one[1], one[0]))
    rows = [("accepted", int(decided.numerator), decided)]
    rows += [(f"no: {reason}", count, decided) for reason, count in most[:MOST_REASONS]]
    if rest := sum(count for _, count in most[MOST_REASONS:]):
        rows.append(("no: other reasons", rest, decided))
    if waiting is not None and waiting.value is not None:
        rows.append(("not decided yet", int(waiting.value), waiting))
    top = max((count for _, count, _ in rows), default=0)
    return html.Section([title, html.Ul([_row(*one, top) for one in rows], className="bars")], className="said-to")


def _row(label: str, count: int, one: Number, top: int) -> html.Li:
    name = html.Span(label, className="name", title=label, dir="auto", **marks(data_clip="name"))
    line = [name, html.Span(html.B(f"{count:,}"), className="of")]
    return html.Li(
        button(one, [*line, _track(Fraction(count), Fraction(top))], "part", f"{label} {count:,}"),
        **marks(data_key=label),
    )
