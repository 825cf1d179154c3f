"""The terms on their page: metrics by group, reasons for leaving rows out, the warehouse's columns, the agreement."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from dash import dcc, html

from dashboard.drawing.marks import marks
from dashboard.terms import Term, slug
from dashboard.words import many

ODD = {"share": "a share", "one word": "one word"}
"""What a term is, where it is not counted in something."""


class Word(NamedTuple):
    """A plain term: what it is called, its sentence, and the columns or keys that belong to it, each with its own."""

    name: str
    sentence: str
    parts: Mapping[str, str] = {}


class Chapter(NamedTuple):
    """Terms that belong together, drawn."""

    title: str
    intro: str
    entries: Sequence[Any]


def metrics(terms: Sequence[Term]) -> list[Chapter]:
    """Return a chapter for each group of metrics."""
    groups = groupby(terms, key=lambda one: one.group)
    return [Chapter(group, "", [metric(one) for one in found]) for group, found in groups]


def metric(one: Term) -> html.Article:
    """Return a metric: its sentence, the meaning that is meant, what it is counted in and from, and since when."""
    unit = ODD.get(one.unit, f"in {one.unit}")
    source = [html.Span(["from ", html.Code(one.source)])] if one.source else []
    facts = [html.Span(unit), *source, html.Span(["counted by ", html.Code(one.counted_by)]), html.Span(_since(one))]
    return _entry(
        one.anchor,
        one.name,
        html.P(one.definition, className="definition"),
        html.P([html.B("Which meaning "), one.variant], className="variant") if one.variant else None,
        html.P(facts, className="facts"),
        html.Div(className="where", **marks(data_numbers=one.anchor)),
    )


def _since(one: Term) -> str:
    return f"so since version {one.since}"


def words(title: str, intro: str, prefix: str, found: Sequence[Word], part: str = "") -> Chapter:
    """Return a chapter of plain terms, whose parts are called ``part``; ``prefix`` keeps its places from others'."""
    return Chapter(title, intro, [_word(prefix, one, part) for one in found])


def _word(prefix: str, one: Word, part: str) -> html.Article:
    parts = [html.Div([html.Dt(html.Code(name)), html.Dd(said)]) for name, said in one.parts.items()]
    more = html.Details([html.Summary(many(len(parts), part)), html.Dl(parts)]) if parts else None
    return _entry(f"{prefix}-{slug(one.name)}", one.name, html.P(one.sentence, className="definition"), more)


def _entry(anchor: str, name: str, *inside: Any) -> html.Article:
    title = html.H3(html.A(name, href=f"#{anchor}"))
    return html.Article([title, *inside], id=anchor, className="term", tabIndex=-1)


def find(count: int) -> html.Form:
    """Return the box that narrows the page to the terms one looks for, and says how many are left."""
    box = dcc.Input(type="search", id="find", name="find", autoComplete="off", spellCheck="false")
    told = html.P(f"{count} terms", id="found", role="status")
    return html.Form([html.Label("Find a term", htmlFor="find"), box, told], className="find", role="search")


def contents(chapters: Sequence[Chapter]) -> html.Nav:
    """Return the way to each chapter."""
    links = [html.Li(html.A(one.title, href=f"#{place(one)}")) for one in chapters]
    return html.Nav(html.Ul(links), className="contents", **marks(aria_label="On this page"))


def chapter(one: Chapter) -> html.Section:
    """Return a chapter whole."""
    intro = html.P(one.intro, className="quiet") if one.intro else None
    title = html.H2(one.title, id=f"{place(one)}-title")
    labelled = marks(aria_labelledby=f"{place(one)}-title")
    return html.Section([title, intro, *one.entries], id=place(one), className="chapter", **labelled)


def place(one: Chapter) -> str:
    """Return where on the page a chapter begins."""
    return f"about-{slug(one.title)}"
