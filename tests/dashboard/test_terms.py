"""No number without a definition and an opening, no reason without a sentence, no meaning that changes in silence."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BindParameter, Case, ColumnElement

from dashboard import app
from dashboard.board import Board
from dashboard.drawing.markup import markup
from dashboard.number import Number, sentence
from dashboard.numbers import acceptance, followup
from dashboard.opened import Opener
from dashboard.pages import Page, pages
from dashboard.pages import board as board_page
from dashboard.pages.terms import chapters
from dashboard.terms import REASONS, Term, anchor, term, terms
from queries.leads import FAULTY, LEVELS
from queries.listing import CANDIDATES
from queries.tables import metadata
from queries.warehouse import reader
from tests.dashboard import boards
from tests.dashboard.whole import AS_OF, Whole, whole
from tests.test_project import sources

DEFINITIONS = Path(__file__).with_name("definitions.toml")
PAGES = pages()
LED_TO = [path for path, one in PAGES.items() if one.nav]
"""The pages to which every page leads."""
TOLD: dict[str, list[dict[str, Any]]] = {
    "ready": [{"fit": fit, "interest": interest} for fit, interest in product((None, *LEVELS), repeat=2)],
    "new": [{"those": those} for those in FAULTY],
    "handed": [{"those": those} for those in ("accepted", "rejected", "undecided")],
    "won": [{"unit": unit} for unit in ("money", "customers")],
    "open": [{"unit": unit} for unit in ("money", "customers")],
}
"""What else may be told of candidates; of those that are not named, nothing."""
CONTESTED = (
    *("accepted-of-decided", "accepted-of-handed-over", "pipeline-coverage", "attempts-as-promised", "median-wait"),
    *("first-attempt-in-time", "lead-to-customer-rate-measured", "bookings", "same-point-of-last-week", "likely-end"),
)
"""What companies count in more than one way under one name."""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """A whole company."""
    return whole(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def board(company: Whole) -> Board:
    """Its board."""
    return company.board


# numbers


def test_every_number_of_a_board_stands_on_a_term(board: Board) -> None:
    assert [name for name, one in board.numbers.items() if anchor(one.definition) is None] == []


def test_every_number_of_a_board_opens_on_rows_on_its_parts_or_on_what_was_agreed(board: Board) -> None:
    assert [name for name, one in board.numbers.items() if not opens(board, one)] == []


def opens(board: Board, one: Number) -> bool:
    """Whether there is something under a number, or it says why there is no number."""
    agreed = bool(one.agreement and one.formula)
    parts = bool(one.parts) and all(part in board.numbers for part in one.parts)
    return one.rows is not None or parts or agreed or bool(one.value is None and one.reason)


def test_a_number_with_nothing_under_it_would_be_seen(board: Board) -> None:
    bare = board.numbers["marketing.month.done"]._replace(rows=None, parts=(), formula="")
    assert not opens(board, bare)
    assert not opens(board, bare._replace(parts=("no.such.number",)))


@pytest.mark.parametrize("name", ["whole", *boards.BOARDS])
def test_every_button_of_every_page_opens_a_number_that_the_page_carries(name: str, board: Board) -> None:
    shown = board if name == "whole" else boards.BOARDS[name]()
    told = board_page.picture(shown)
    asked = {*named(told["blocks"])}
    assert len(asked) > 20
    assert asked <= {*told["numbers"]}


def named(node: Any) -> Iterator[str]:
    """Yield the number that each component of a picture opens."""
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "data-number")
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from named(one)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_stands_still_names_no_number_that_is_not_there(path: str, board: Board) -> None:
    seen = Seen(markup(PAGES[path].layout()))
    asked = {attrs["data-number"] for _, attrs in seen.tags if "data-number" in attrs}
    assert asked <= {*board.numbers}


def test_every_opening_of_the_picture_says_where_its_term_stands(board: Board) -> None:
    places = {one.anchor for one in terms()}
    assert {one["term"] for one in board_page.picture(board)["numbers"].values()} <= places


# terms


def test_every_function_that_a_number_is_defined_by_is_found() -> None:
    """What is handed to ``sentence`` anywhere in the program is a term."""
    known = {one.counted_by.rpartition(".")[2] for one in terms()}
    calls = re.compile(r"(?<!def )\bsentence\((?:\w+\.)*(\w+)\)")
    used = {name for path in sources("dashboard") for name in calls.findall(path.read_text("utf-8"))}
    assert {"in_time", "bookings", "owed"} <= used
    assert used - known - {"promised_by", "counted_by", "one", "answer"} == set()


def test_terms_are_told_apart_by_name_and_by_sentence() -> None:
    found = terms()
    for what in ("anchor", "definition", "counted_by"):
        assert len({getattr(one, what) for one in found}) == len(found)


@pytest.mark.parametrize("name", CONTESTED)
def test_where_the_field_disagrees_the_term_says_which_meaning_is_meant(name: str) -> None:
    found = next(one for one in terms() if one.anchor == name)
    assert found.variant.endswith(".")
    assert len(found.variant) > 40


def test_every_column_that_a_term_names_is_one_of_the_contract() -> None:
    columns = {f"{table}.{name}" for table, name in contract()}
    for one in terms():
        table = ""
        for word in filter(None, one.source.split(", ")):
            table, _, name = word.rpartition(".") if "." in word else (table, "", word)
            assert f"{table}.{name}" in columns, f"{one.name} names {table}.{name}"


def contract() -> Iterator[tuple[str, str]]:
    """Yield every table with every column of it."""
    return ((table.name, column.name) for table in metadata.tables.values() for column in table.columns)


def test_a_function_that_does_not_say_since_when_defines_no_number() -> None:
    def lacking() -> None:
        """Leads that nobody has defined."""

    with pytest.raises(ValueError, match="Since"):
        sentence(lacking)


def test_a_term_without_a_name_is_refused() -> None:
    def nameless() -> None:
        """Leads without a name.

        Since 0.1.0.
        """

    with pytest.raises(ValueError, match="Term: name"):
        term(nameless)


def test_a_meaning_that_changes_says_since_when() -> None:
    noted = tomllib.loads(DEFINITIONS.read_text("utf-8"))
    assert [said for one in terms() if (said := silence(one, noted.get(one.anchor, "")))] == []
    gone = {*noted} - {one.anchor for one in terms()}
    assert gone == set(), f"strike these out of {DEFINITIONS.name}: no function defines them any more"


def silence(one: Term, noted: str) -> str:
    """Return what is wrong with what was noted of a term; nothing when it is as it was."""
    digest = hashlib.sha256(f"{one.definition}\n{one.variant}".encode()).hexdigest()[:12]
    since, _, before = noted.partition(" ")
    line = f'{one.anchor} = "{one.since} {digest}"'
    if noted and since == one.since and before != digest:
        return (
            f"{one.counted_by}: what {one.name!r} means has changed, and its docstring still says 'Since {since}.': "
            f"write the version from which on it means this, then put its new line into {DEFINITIONS.name}"
        )
    return "" if (since, before) == (one.since, digest) else f"{DEFINITIONS.name} lacks the line: {line}"


def test_a_sentence_that_changes_in_silence_is_seen() -> None:
    one = terms()[0]
    noted = tomllib.loads(DEFINITIONS.read_text("utf-8"))[one.anchor]
    assert silence(one, noted) == ""
    assert "still says 'Since 0.1.0.'" in silence(one._replace(definition="Something else."), noted)
    assert "still says" not in silence(one._replace(definition="Something else.", since="0.2.0"), noted)
    assert "lacks the line" in silence(one._replace(definition="Something else.", since="0.2.0"), noted)


# reasons


def test_every_reason_that_a_row_can_bear_has_its_sentence_and_no_other_has() -> None:
    queries = {word for of in CANDIDATES for told in TOLD.get(of, [{}]) for word in reasons(of, told)}
    assert {"loaded later", "duplicate", "no amount", "below the agreed fit", "customer already won"} <= queries
    followed = {*followup.FIRSTS.values(), *followup.KEPT.values(), acceptance.NO_REASON}
    assert (queries | followed) - {"", *REASONS} == set()
    named = vars(followup) | vars(acceptance)
    constants = {word for name, value in named.items() if name.isupper() for word in texts(value)}
    assert {*REASONS} - queries - constants == set()


def texts(value: Any) -> Iterator[str]:
    """Yield every text in a constant."""
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
        yield from texts(one)


def reasons(of: str, told: dict[str, Any]) -> set[str]:
    """Return every reason that candidates can give a row, from the very expression that gives it."""
    return {*words(CANDIDATES[of](AS_OF, told).reason)}


def words(node: ColumnElement[Any]) -> Iterator[str]:
    if isinstance(node, BindParameter):
        yield node.value
    elif isinstance(node, Case):
        for result in (*(result for _, result in node.whens), node.else_):
            yield from words(result)
    else:
        raise AssertionError(f"a reason is made by {type(node).__name__}, which this test cannot read")


def test_every_reason_on_a_board_is_explained(board: Board) -> None:
    said = {reason for one in board.numbers.values() for reason in one.left_out}
    assert {"undecided", followup.NOT_OVER} <= said
    assert said <= {*REASONS}


def test_every_reason_on_the_rows_of_a_board_is_explained(company: Whole) -> None:
    engine, found = reader(company.settings.warehouse, 60), set()
    opener = Opener(company.settings, engine)
    told = {repr(one.rows): one.rows for one in company.board.numbers.values() if one.rows is not None}
    for rows in told.values():
        with opener.opened(AS_OF, rows) as opened:
            found |= {group.reason for group in opened.groups()}
    engine.dispose()
    assert {"", "tried in time", "rejected", "no customer"} <= found
    assert found - {""} <= {*REASONS}


# pages


class Seen(HTMLParser):
    """What a page is made of: its elements with their attributes, and the words in its title."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.title, self._within = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.title += data if self._within == "title" else ""

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def client() -> Any:
    return app.shell(10).server.test_client()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_with_its_language_its_title_a_heading_and_the_way_to_every_other(
    path: str, client: Any, board: Board
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    seen = Seen(answer.get_data(as_text=True))
    assert seen.of("html")[0]["lang"] == "en"
    assert seen.title.strip()
    assert len(seen.of("main")) == 1
    assert len(seen.of("h1")) + heading(PAGES[path], board) == 1
    links = [one["href"] for one in seen.of("a") if "href" in one]
    assert links[0] == f"#{seen.of('main')[0]['id']}"
    assert links[1 : len(LED_TO) + 1] == LED_TO
    # a screen that waits to be paired is nowhere on the way: people have no business there
    assert [one["href"] for one in seen.of("a") if one.get("aria-current")] == [path] * (path in LED_TO)
    assert seen.of("nav")[0]["aria-label"] == "Pages"


def heading(page: Page, board: Board) -> int:
    """Return how many first headings the board's picture has, which its page leaves to it."""
    return markup(board_page.BLOCKS["header"](board)).count("<h1") if page.path == "/" else 0


def test_an_address_without_a_page_has_the_way_to_every_page(client: Any) -> None:
    answer = client.get("/nowhere/at/all")
    assert answer.status_code == 404
    seen = Seen(answer.get_data(as_text=True))
    assert len(seen.of("h1")) == 1
    assert {*LED_TO} <= {one["href"] for one in seen.of("a")}
    assert [one for one in seen.of("a") if one.get("aria-current")] == []


@pytest.mark.parametrize("path", PAGES)
def test_only_a_page_that_draws_figures_fetches_ahead_what_draws_them(path: str, client: Any) -> None:
    ahead = [one["href"] or "" for one in Seen(client.get(path).get_data(as_text=True)).of("link")]
    assert any("plotly" in one for one in ahead) == PAGES[path].draws


def test_no_two_places_of_the_page_of_terms_have_one_name(client: Any) -> None:
    seen = Seen(client.get("/terms").get_data(as_text=True))
    names = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
    assert len({*names}) == len(names)
    inner = {(one["href"] or "")[1:] for one in seen.of("a") if (one["href"] or "").startswith("#")}
    assert inner <= {*names}
    assert {one.anchor for one in terms()} <= inner


def test_every_table_and_every_key_of_the_agreement_is_explained_by_a_sentence() -> None:
    text = markup([one.entries for one in chapters()])
    assert "<dd></dd>" not in text
    assert "When it became sales-ready and was handed over." in text
    assert "Hours within which a new lead is first tried." in text
