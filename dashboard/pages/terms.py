"""``/terms``: what every word and number means, from the code that counts it."""

from typing import Any

from dash import html

from dashboard import agreement
from dashboard.drawing import glossary
from dashboard.drawing.glossary import Chapter, Word
from dashboard.drawing.page import page
from dashboard.signed import Signed
from dashboard.terms import REASONS, terms
from queries.tables import metadata

PATH = "/terms"
TITLE = "Terms"
LIVE = True

INTRO = (
    "Every number opens on the sentence that defines it. Here they all stand together, taken from the code that counts "
    "them: which meaning is meant where people disagree, what it is counted from, and since which version it is so."
)
LEFT_OUT = "A row that could have counted and does not bears one reason, and only one. Here is what each of them means."
WAREHOUSE = "What the board reads, and nothing more: each name is a table or a view of the company's own warehouse."
AGREED = "What both sides sign, in the words of their file, agreement.toml; the values in force are in that file."
PROMISES: dict[str, type[Signed]] = {
    "The shared goal": agreement.Goal,
    "Marketing's promise": agreement.MarketingPromise,
    "Sales' promise": agreement.SalesPromise,
    "Quotas": agreement.Quota,
    "Sales-ready": agreement.SalesReady,
    "The lines between the verdicts": agreement.BandLines,
}


def layout() -> html.Main:
    """Return the page, which is the same for everybody until the code is another."""
    found = chapters()
    count = sum(len(one.entries) for one in found)
    aside = html.Div([glossary.find(count), glossary.contents(found)], className="aside-line")
    body = html.Div([glossary.chapter(one) for one in found], className="chapters")
    return page(TITLE, aside, body, intro=INTRO, name="terms")


def chapters() -> list[Chapter]:
    """Return all that is explained, in the order in which it stands on the page."""
    reasons = [Word(_capital(name), sentence) for name, sentence in REASONS.items()]
    promises = [Word(name, _first(kind), _keys(kind)) for name, kind in PROMISES.items()]
    tables = [Word(_title(one), one.comment or "", _columns(one)) for one in metadata.sorted_tables]
    return [
        *glossary.metrics(terms()),
        glossary.words("Why a row is left out", LEFT_OUT, "left-out", reasons),
        glossary.words("In the agreement", AGREED, "agreed", promises, "key"),
        glossary.words("In the warehouse", WAREHOUSE, "table", tables, "column"),
    ]


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _first(kind: type[Any]) -> str:
    return " ".join((kind.__doc__ or "").split("\n\n")[0].split())


def _keys(kind: type[Signed]) -> dict[str, str]:
    return {name: one.description or "" for name, one in kind.model_fields.items()}


def _title(table: Any) -> str:
    return _capital(table.name.replace("_", " "))


def _columns(table: Any) -> dict[str, str]:
    return {one.name: one.comment or "" for one in table.columns}
