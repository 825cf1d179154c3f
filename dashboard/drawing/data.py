"""``/data``, drawn: whether the data can be trusted, how old it is, and what is wrong with it, the worst first."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple
from urllib.parse import quote

from dash import html

from dashboard.drawing.bar import per_cent
from dashboard.drawing.marks import marks
from dashboard.drawing.numbers import shape
from dashboard.examined import KINDS, QUIETLY, Found, Report, course, verdict
from dashboard.examined_ages import Aged, Line, Standing
from dashboard.theme import Shape
from dashboard.words import figure, listed, many, moment

ROWS, CSV = "/api/data/rows", "/api/data/rows.csv"
MOST_TOUCHED = 4
SCREENS = ("/", "/today", "/meeting", "/funnel", "/campaigns", "/sources", "/month", "/activity", "/data")
LOOK: dict[str, tuple[Shape, str]] = {
    "fault": ("square", "loud"),
    "remark": ("diamond", "soft"),
    "shortcoming": ("ring", "calm"),
}
STANDINGS: dict[Standing, tuple[Shape, str, str]] = {
    "in time": ("dot", "calm", "in time"),
    "late": ("square", "loud", "late"),
    "failed": ("square", "loud", "the newest load failed"),
    "loading": ("ring", "calm", "loading"),
    "not judged": ("dash", "calm", "not judged"),
}


class View(NamedTuple):
    """Everything the page shows, as of one moment of the company."""

    as_of: datetime
    past: bool
    """Whether somebody asked for that moment."""
    report: Report | None
    """The last examination; None before the first."""
    running: datetime | None
    """Since when an examination runs."""
    failed: str
    """Why the last examination failed; empty where it did not."""
    every: str
    """How often the data is examined at most."""
    ages: Sequence[Aged]
    ages_fault: str
    """Why the ages could not be read just now; empty where they could."""
    numbers: Mapping[str, Line]


def blocks(view: View) -> dict[str, Any]:
    """Return the blocks of the page by their ids."""
    return {"verdict": _verdict(view), "ages": _ages(view), "found": _found(view)}


def _verdict(view: View) -> list[Any]:
    report = view.report
    if report is None:
        return [
            html.H2([shape("ring"), html.Span("Not examined yet")], className="verdict-line calm"),
            html.P(_first(view), className="label"),
        ]
    late = [one.table for one in view.ages if one.share is not None and one.share > 1]
    wrong = bool(late) or any(one.is_fault for one in report.there)
    name: Shape = "square" if wrong else "check"
    tone = "loud" if wrong else "good"
    return [
        html.H2([shape(name), html.Span(verdict(report.found, late))], className=f"verdict-line {tone}"),
        _tally(report),
        html.P(_when(view, report), className="label"),
        html.P([shape("square"), html.Span(f"The last examination failed: {view.failed}")], className="mark loud")
        if view.failed
        else None,
    ]


def _first(view: View) -> str:
    if view.failed:
        return f"The first examination failed: {view.failed}. It is tried again in {view.every}."
    if view.running:
        return f"The first examination has been running since {moment(view.running, view.as_of)}."
    return "The first examination begins as soon as the warehouse answers."


def _when(view: View, report: Report) -> str:
    if view.past:
        return "Examined as it stood at that moment: only rows loaded and events that had happened by then."
    took = f", which took {report.seconds:.0f} s" if report.seconds >= 1 else ""
    said = f"Examined {moment(report.as_of, view.as_of)}{took}."
    if view.running:
        return f"{said} Another examination has been running since {moment(view.running, view.as_of)}."
    return f"{said} The next one comes when loads have moved, at most every {view.every}."


def _tally(report: Report) -> html.Ul:
    there = report.there
    faults = sum(one.is_fault for one in there)
    remarks = sum(one.is_contract and not one.is_fault for one in there)
    each = [
        (faults, "fault", "what the board cannot work with"),
        (remarks, "remark", "of the contract, worth knowing"),
        (len(there) - faults - remarks, "shortcoming", "of the records, worth mending"),
    ]
    return html.Ul([html.Li(_count(*one)) for one in each], className="tally")


def _count(count: int, word: str, means: str) -> list[Any]:
    zero: tuple[Shape, str] = ("check", "good")
    name, tone = LOOK[word] if count else zero
    return [
        html.B(f"{count:,}", className="stat-value"),
        html.Span([shape(name), f" {word if count == 1 else word + 's'}"], className=f"kind {tone}"),
        html.Span(means, className="label"),
    ]


def _ages(view: View) -> list[Any]:
    head = [html.Th(one, scope="col") for one in ("Table", "Newest event", "Last load", "Age against what is allowed")]
    # what the board stands on comes first
    ages = sorted(view.ages, key=lambda one: one.share is None)
    rows = [html.Tr(_aged(one, view), **marks(data_key=f"age-{one.table}")) for one in ages]
    table: Any = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="ages-table")
    late = [html.Li([shape("square"), html.Span(one.says)], className="mark loud") for one in view.ages if one.says]
    polled = f"Last poll: the warehouse was read at {moment(view.as_of, view.as_of)}."
    if view.past:
        polled = f"As of {moment(view.as_of, view.as_of)}, judged as it would have been judged then."
    if view.ages_fault:
        polled = f"The warehouse does not answer just now: {view.ages_fault}. These ages were read before."
    return [
        html.H2("How old the data is"),
        table if rows else html.P("No table of the contract is there to be read.", className="reason"),
        html.Ul(late, className="late") if late else None,
        html.P(polled, className="label" if not view.ages_fault else "mark loud"),
    ]


def _aged(one: Aged, view: View) -> list[Any]:
    name, tone, word = STANDINGS[one.standing]
    rows = view.report.rows.get(one.table) if view.report else None
    under = html.Span(many(rows, "row"), className="label") if rows is not None else None
    return [
        html.Th([one.table, under], scope="row"),
        html.Td(one.newest_event, **marks(data_label="Newest event")),
        html.Td(one.last_load, **marks(data_label="Last load")),
        html.Td(
            [
                html.Span([shape(name), html.Span(word)], className=f"mark {tone}"),
                _budget(one.share),
                html.Span(one.words, className="label"),
            ],
            **marks(data_label="Age"),
        ),
    ]


def _budget(share: Fraction | None) -> html.Span | None:
    """Return a bar twice as long as what is allowed, with a tick where that ends."""
    if share is None:
        return None
    filled = html.Span(className="fill", style={"--share": per_cent(min(share / 2, Fraction(1)))})
    tick = html.Span(className="tick", style={"--share": per_cent(Fraction(1, 2))})
    return html.Span(
        [filled, tick], className=f"bar {'over' if share > 1 else ''}".strip(), **marks(aria_hidden="true")
    )


def _found(view: View) -> list[Any]:
    if view.report is None:
        return [html.H2("What was found"), html.P("Nothing has been examined yet.", className="reason")]
    there = view.report.there
    order = list(dict.fromkeys(one.kind for one in there))
    groups: list[Any] = [_group(kind, [one for one in there if one.kind == kind], view) for kind in order]
    quiet = [
        html.Li([shape("check"), html.Span(QUIETLY[kind])], className="good", **marks(data_key=f"quiet-{kind}"))
        for kind in KINDS
        if kind not in order
    ]
    if not there:
        groups = [html.P("Everything that was looked for was looked for in vain.", className="label")]
    well = html.Section([html.H3("All is well with"), html.Ul(quiet, className="quietly")], className="well")
    return [html.H2("What was found"), *groups, well if quiet else None]


def _group(kind: str, found: Sequence[Found], view: View) -> html.Section:
    return html.Section(
        [html.H3(KINDS[kind]), html.Ul([_item(one, view) for one in found], className="items")],
        className="group",
        **marks(data_key=f"group-{kind}"),
    )


def _item(one: Found, view: View) -> html.Li:
    word = "fault" if one.is_fault else "remark" if one.is_contract else "shortcoming"
    name, tone = LOOK[word]
    where = f"{one.table}.{one.column}".strip(".") or "the warehouse"
    told = [
        html.P([shape(name), html.Span(word), html.Span(where, className="where")], className=f"mark {tone}"),
        html.P(_sentence(one), className="says"),
        _parts(one),
        html.P([html.B(f"For {one.owner}: "), one.remedy], className="mend"),
        _touched(one, view),
        _ways(one, view),
    ]
    measured = [_how_many(one), _trend(one, view)]
    return html.Li(
        [html.Div(told, className="told-of"), html.Div(measured, className="measured")],
        className=f"item {word}",
        **marks(data_key=one.name),
    )


def _sentence(one: Found) -> str:
    return f"{one.sentence[:1].upper()}{one.sentence[1:]}."


def _how_many(one: Found) -> html.P | None:
    if not one.rows:
        return None
    share = f" · {_share(one.share)}" if one.share is not None else ""
    of = f"of {one.whole:,} {one.of}{share}" if one.whole else ""
    return html.P([html.B(f"{one.rows:,}", className="stat-value"), html.Span(of, className="label")], className="many")


def _share(share: Fraction) -> str:
    """Return a share in per cent; what is there is never shown as nothing.

    >>> _share(Fraction(1, 3)), _share(Fraction(1, 5000))
    ('33 %', 'under 0.1 %')
    """
    return "under 0.1 %" if share < Fraction(1, 1000) else figure(share, "share")


def _parts(one: Found) -> html.Ul | None:
    if not one.parts:
        return None
    each = [html.Li([html.Span(_part(name), dir="auto"), " ", html.B(f"{rows:,}")]) for name, rows in one.parts]
    return html.Ul(each, className="kinds", **marks(aria_label="By kind"))


def _part(name: str) -> str:
    """Return a kind as people write it: a day without its year.

    >>> _part("2026-11-08"), _part("phone")
    ('8 Nov', 'phone')
    """
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return name
    return f"{day.day} {day:%b}"


def _touched(one: Found, view: View) -> html.P | None:
    """Return which numbers and which screens it touches; numbers lead to where they are opened."""
    names = one.touches(list(view.numbers))
    then = f"&as_of={quote(view.as_of.isoformat())}" if view.past else ""
    links: list[Any] = []
    for name in names[:MOST_TOUCHED]:
        links += [", " if links else "", html.A(view.numbers[name].label, href=f"/?open={quote(name)}{then}")]
    if len(names) > MOST_TOUCHED:
        links.append(f" and {many(len(names) - MOST_TOUCHED, 'other number')}")
    screens = _screens(one.screens)
    if not links and not screens:
        return None
    return html.P(["Touches ", *links, " · " if links and screens else "", screens], className="touches label")


def _screens(paths: Sequence[str]) -> str:
    """Return the screens as people call them.

    >>> _screens(["/", "/today"]), _screens(SCREENS), _screens([])
    ('on the screens board and today', 'on every screen', '')
    """
    if not paths:
        return ""
    names = ["board" if one == "/" else one.strip("/") for one in paths]
    if len(names) == len(SCREENS):
        return "on every screen"
    return f"on the screen{'s' if len(names) > 1 else ''} {listed(names)}"


def _ways(one: Found, view: View) -> html.P | None:
    if not one.rows:
        return None
    # the rows of a moment: that of the examination, or the one that was asked for
    when = (view.as_of if view.past else view.report.as_of if view.report else view.as_of).isoformat()
    asked = f"finding={quote(one.name)}&as_of={quote(when)}{'&past=1' if view.past else ''}"
    return html.P(
        [
            html.Button(
                f"Show {many(one.rows, 'row') if one.rows == 1 else 'the ' + many(one.rows, 'row')}",
                type="button",
                className="show",
                **marks(data_finding=one.name, data_asked=asked, aria_haspopup="dialog"),
            ),
            html.A("CSV", href=f"{CSV}?{asked}", **marks(aria_label=f"CSV of these rows: {one.sentence}")),
        ],
        className="ways",
    )


def _trend(one: Found, view: View) -> html.Div | None:
    """Return the rows by week as small bars, with words that say the same."""
    report = view.report
    if report is None or not one.by_week:
        return None
    words, most = course(one.by_week, report.by_week.get(one.table, ())), max(one.by_week)
    bars = [
        html.Span(className="week", style={"--share": per_cent(Fraction(count, most or 1))}, title=f"{week}: {count:,}")
        for week, count in zip(report.weeks, one.by_week, strict=False)
    ]
    told = (
        f"Rows by the week in which they came to be, to {report.weeks[-1]}: {listed([f'{c:,}' for c in one.by_week])}"
    )
    return html.Div(
        [
            html.Div(bars, className="weeks", role="img", **marks(aria_label=told)) if most else None,
            html.P(f"By week, {words}", className="label"),
        ],
        className="trend",
    )


def every(minutes: float) -> str:
    """Return how often the data is examined at most.

    >>> every(10), every(0.1)
    ('10 minutes', '6 seconds')
    """
    return many(round(minutes), "minute") if minutes >= 1 else many(round(60 * minutes), "second")
