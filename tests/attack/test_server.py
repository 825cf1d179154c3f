"""Five thousand cells that attack, asked of the server: each comes back as it stands, and none does anything else."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import structlog
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.engine import URL

from dashboard.exports import LONGEST_CELL, harmless
from dashboard.rows_api import LONGEST_SHOWN
from dashboard.words import LONGEST_NAME, named
from queries.tables import leads as leads_table
from queries.tables import metadata
from tests.attack.corpus import NO_TEXT
from tests.attack.planted import SHARED, Planted, Row, planted, served, told, write
from tests.postgres import Server

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TEXTS = {
    "leads": ["lead_id", "source", "label", "persona", "fit", "interest", "rejection_reason", "missing", "url"],
    "deals": ["deal_id", "customer_id", "stage", "label", "url", "lead_id"],
}
CONTACTS = {"email", "phone"}
"""What no number is counted by and no list shows."""
FOLLOWED = "followup.first_attempt.in_time"
Numbers = dict[str, dict[str, Any]]


class Attacked(NamedTuple):
    """A server over a warehouse full of attacks, and what was planted."""

    client: FlaskClient
    rows: Planted

    def asked(self, **words: str) -> dict[str, Any]:
        """Return the answer to a question about rows; its JSON is read as strictly as a browser reads it."""
        answer = self.client.get("/api/rows", query_string=words)
        assert answer.status_code == 200, (words, answer.data[:200])
        found: dict[str, Any] = json.loads(answer.data, parse_constant=pytest.fail)
        return found

    def all_rows(self, number: str) -> list[Row]:
        """Return all rows behind a number, page by page."""
        found: list[Row] = []
        while True:
            page = self.asked(number=number, start=str(len(found)), count="150")
            found += page["rows"]
            if len(found) >= page["total"]:
                return found

    @property
    def numbers(self) -> Numbers:
        """What machines are told."""
        answer = self.client.get("/api/board")
        assert answer.status_code == 200
        found: Numbers = json.loads(answer.data, parse_constant=pytest.fail)["numbers"]
        return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def attacked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres: Server
) -> Iterator[Attacked]:
    folder = tmp_path_factory.mktemp("attacked")
    rows = planted(11, nul=request.param == "sqlite")
    if request.param == "sqlite":
        yield from _served(URL.create("sqlite", database=str(folder / "warehouse.db")), rows, folder)
    else:
        with postgres.empty() as url:
            yield from _served(url, rows, folder)


def _served(url: URL, rows: Planted, folder: Path) -> Iterator[Attacked]:
    write(url, rows).dispose()
    with served(told(url, rows), folder) as client:
        yield Attacked(client, rows)


def ready(rows: Planted) -> list[Row]:
    """The leads that count: no duplicates, this month."""
    return [one for one in rows.leads if one["duplicate_of"] is None]


def test_there_are_five_thousand_cells_and_each_kind_of_text_meets_them(attacked: Attacked) -> None:
    assert attacked.rows.texts > 5000
    assert (
        len({value for rows in attacked.rows for row in rows for value in row.values() if isinstance(value, str)})
        > 1000
    )
    for name, rows in zip(("reps", "campaigns", "leads", "deals"), attacked.rows, strict=True):
        words = {
            one.name for one in metadata.tables[name].columns if isinstance(one.type, type(leads_table.c.label.type))
        }
        assert {key for row in rows for key, value in row.items() if isinstance(value, str)} >= words - CONTACTS


def test_every_source_has_a_number_of_its_own_with_its_exact_value(attacked: Attacked) -> None:
    done = {
        name: one["value"]
        for name, one in attacked.numbers.items()
        if name.startswith("marketing.source.") and name.endswith(".done")
    }
    counted = Counter(one["source"] for one in ready(attacked.rows))
    sources = {one["source"] for one in attacked.rows.leads}
    assert done == {f"marketing.source.{named(source)}.done": counted[source] for source in sources}
    assert len({named(one) for one in sources}) == len(sources) > 200
    assert attacked.numbers["marketing.month.done"]["value"] == sum(done.values()) == len(ready(attacked.rows))


def test_every_rep_has_a_number_of_ones_own_with_the_exact_amount(attacked: Attacked) -> None:
    sold: Counter[str] = Counter()
    for one in attacked.rows.deals:
        sold[one["rep_id"]] += int(one["amount"])
    numbers = attacked.numbers
    for rep, amount in sold.items():
        assert numbers[f"sales.rep.{named(rep)}.done"]["value"] == amount
    names = {one["rep_id"]: one["name"] for one in attacked.rows.reps}
    for rep in sold:
        assert numbers[f"sales.rep.{named(rep)}.done"]["label"].startswith(
            f"Bookings of {named(names.get(rep, rep))} this"
        )
    assert numbers["sales.week.done"]["value"] == sum(sold.values())


def test_every_team_has_the_bookings_of_its_own_reps(attacked: Attacked) -> None:
    team = {one["rep_id"]: one["team"] for one in attacked.rows.reps}
    sold: Counter[str] = Counter()
    for one in attacked.rows.deals:
        sold[team.get(one["rep_id"]) or "no team"] += int(one["amount"])
    numbers = attacked.numbers
    assert {one: numbers[f"sales.team.{named(one)}.done"]["value"] for one in sold} == dict(sold)


def test_the_picture_is_json_says_what_machines_are_told_and_is_no_heavier_for_a_million_letters(
    attacked: Attacked,
) -> None:
    answer = attacked.client.get("/api/board/picture")
    found = json.loads(answer.data, parse_constant=pytest.fail)
    assert {*found["numbers"]} == {*attacked.numbers}
    assert len(answer.data) < 2_000_000
    labels = {one["label"] for one in found["numbers"].values()}
    sources = {named(one["source"]) for one in attacked.rows.leads}
    assert {f"Sales-ready leads from {one}: done" for one in sources} <= labels
    shown = {*texts_of(found["blocks"])}
    assert {named(one) for one in SHARED} <= shown
    assert len(shown & sources) > 4
    tags = {one["type"] for one in components_of(found["blocks"])}
    assert not tags & {"Script", "Img", "Iframe", "A", "Svg"}


def components_of(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, list):
        for one in tree:
            yield from components_of(one)
    elif isinstance(tree, dict) and isinstance(tree.get("type"), str):
        yield tree
        yield from components_of(tree["props"].get("children"))
    elif isinstance(tree, dict):
        for one in tree.values():
            yield from components_of(one)


def texts_of(tree: Any) -> Iterator[str]:
    for one in components_of(tree):
        children = one["props"].get("children")
        yield from (text for text in (children if isinstance(children, list) else [children]) if isinstance(text, str))


def cut(value: str) -> str:
    """A cell as the grid gets it: whole, or cut where it says so."""
    return value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}… ({len(value):,} characters)"


@pytest.mark.parametrize(
    ("number", "table"), [("marketing.month.done", "leads"), ("sales.week.done", "deals"), (FOLLOWED, "leads")]
)
def test_every_row_comes_back_with_its_exact_texts(attacked: Attacked, number: str, table: str) -> None:
    found = attacked.all_rows(number)
    key = TEXTS[table][0]
    by_id = {row[key]: row for row in found}
    mine = {cut(one[key]): one for one in getattr(attacked.rows, table)}
    assert len(by_id) == len(found) > 100
    assert number == FOLLOWED or by_id.keys() == mine.keys()
    names = {one["rep_id"]: one["name"] for one in attacked.rows.reps}
    for one, row in by_id.items():
        was = mine[one]
        for column in TEXTS[table]:
            assert row[column] == (was[column] if was[column] is None else cut(was[column])), column
        owner = was.get("owner_id") or was.get("rep_id")
        assert row["rep"] == (owner and cut(names.get(owner, owner)))


def test_the_rows_of_every_source_are_its_own_and_as_many_as_its_number_says(attacked: Attacked) -> None:
    for source in {one["source"] for one in attacked.rows.leads}:
        page = attacked.asked(number=f"marketing.source.{named(source)}.done", side="counted")
        assert {row["source"] for row in page["rows"]} <= {cut(source)}
        ids = {cut(one["lead_id"]) for one in ready(attacked.rows) if one["source"] == source}
        assert {row["lead_id"] for row in page["rows"]} == ids
        assert page["number"] == f"marketing.source.{named(source)}.done"
        assert len(page["number"]) < LONGEST_NAME + 30


def test_rows_of_every_rep_are_ones_own(attacked: Attacked) -> None:
    for rep in {one["rep_id"] for one in attacked.rows.deals}:
        page = attacked.asked(number=f"sales.rep.{named(rep)}.done", side="counted")
        assert {row["deal_id"] for row in page["rows"]} == {
            cut(one["deal_id"]) for one in attacked.rows.deals if one["rep_id"] == rep
        }


@pytest.mark.parametrize(("number", "table"), [("marketing.month.done", "leads"), ("sales.week.done", "deals")])
def test_a_csv_holds_every_text_whole_and_starts_no_formula(attacked: Attacked, number: str, table: str) -> None:
    answer = attacked.client.get("/api/rows.csv", query_string={"number": number})
    assert answer.status_code == 200
    csv.field_size_limit(2**24)
    lines = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    labels = {one["name"]: one["label"] for one in attacked.asked(number=number)["columns"]}
    assert [cell for line in lines for cell in line.values() if cell.startswith(STARTS)] == []
    key = TEXTS[table][0]
    mine = {as_filed(one[key]): one for one in getattr(attacked.rows, table)}
    assert {line[labels[key]] for line in lines} == mine.keys()
    assert len(lines) == len(mine)
    for line in lines:
        was = mine[line[labels[key]]]
        assert [line[labels[one]] for one in TEXTS[table]] == [as_filed(was[one]) for one in TEXTS[table]]
        assert table == "leads" or Decimal(line["Amount"]) == was["amount"]


def as_filed(value: str | None) -> str:
    """A text as a file holds it: an apostrophe before what could start a formula; no file holds a NUL."""
    return "" if value is None else harmless(value.replace("\x00", "\ufffd"))


@pytest.mark.parametrize(("number", "table"), [("marketing.month.done", "leads"), ("sales.week.done", "deals")])
def test_a_sheet_holds_every_text_and_no_formula(attacked: Attacked, number: str, table: str) -> None:
    answer = attacked.client.get("/api/rows.xlsx", query_string={"number": number})
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.data))["Rows"]
    heads = [str(one.value) for one in sheet[1]]
    labels = {one["name"]: one["label"] for one in attacked.asked(number=number)["columns"]}
    cells = [one for line in sheet.iter_rows(min_row=2) for one in line if one.value is not None]
    assert {one.data_type for one in cells} == {"s", "n"}
    assert [one.coordinate for one in cells if one.hyperlink] == []
    assert [one.value for one in cells if isinstance(one.value, str) and one.value.startswith(STARTS)] == []
    found = [dict(zip(heads, (as_read(one.value) for one in line), strict=True)) for line in sheet.iter_rows(min_row=2)]
    key = TEXTS[table][0]
    mine = {as_filed(one[key])[:LONGEST_CELL]: one for one in getattr(attacked.rows, table)}
    assert {line[labels[key]] for line in found} == mine.keys()
    for line in found:
        was = mine[line[labels[key]]]
        for one in TEXTS[table]:
            assert (line[labels[one]] or "") == as_filed(was[one])[:LONGEST_CELL], one


def as_read(value: Any) -> Any:
    """What stands in a cell: openpyxl leaves the escapes of what XML cannot hold to whoever reads."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), value) if isinstance(value, str) else value


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What is logged, as it is written."""
    before, file = structlog.get_config()["logger_factory"], io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file))
    yield file
    structlog.configure(logger_factory=before)


def some(rows: Planted) -> list[str]:
    """Sources that stand for all."""
    found = sorted({one["source"] for one in rows.leads})
    return [*found[::4], *(one for one in found if re.search("[\\r\\n\\x00\\x1b\\x85\u2028\u2029]", one))]


def test_a_log_line_stays_one_line_whatever_is_exported(attacked: Attacked, said: io.StringIO) -> None:
    sources = some(attacked.rows)
    for source in sources:
        attacked.client.get("/api/rows.csv", query_string={"number": f"marketing.source.{named(source)}.done"}).close()
    whole = said.getvalue()
    assert len(whole.splitlines()) == whole.count("\n") == len(sources) > 50
    assert [json.loads(line)["number"] for line in whole.splitlines()] == [
        f"marketing.source.{named(source)}.done" for source in sources
    ]
    assert not re.search("[^\\x20-\\x7e\n]", whole)


def test_the_name_of_a_file_is_plain_letters_whatever_the_number_is_called(attacked: Attacked) -> None:
    for source in some(attacked.rows):
        words = {"number": f"marketing.source.{named(source)}.done"}
        answer = attacked.client.get("/api/rows.csv", query_string=words)
        told_as = answer.headers["Content-Disposition"]
        assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+\.csv"', told_as), told_as
        answer.close()


def on_sqlite(folder: Path, *statements: tuple[str, dict[str, Any]]) -> tuple[URL, Planted]:
    """A small warehouse in which some cells were written by other means than ours."""
    rows, url = planted(5, nul=True, leads=60, huge=False), URL.create("sqlite", database=str(folder / "warehouse.db"))
    engine = write(url, rows)
    with engine.begin() as connection:
        for statement, words in statements:
            connection.execute(text(statement), words)
    engine.dispose()
    return url, rows


TEXT_COLUMNS = [
    (table.name, one.name)
    for table in (metadata.tables[name] for name in ("reps", "campaigns", "leads", "deals"))
    for one in table.columns
    if isinstance(one.type, type(leads_table.c.label.type))
]


def test_bytes_that_are_no_text_stand_in_every_text_of_sqlite_and_each_is_shown(tmp_path: Path) -> None:
    planting = [
        (f"UPDATE {table} SET {column} = CAST(:raw AS TEXT) WHERE rowid = :place", {"raw": raw, "place": 12 + place})
        for table, column in TEXT_COLUMNS
        for place, raw in enumerate(NO_TEXT if table != "campaigns" else NO_TEXT[:0])
    ]
    url, rows = on_sqlite(tmp_path, *planting)
    known = told(url, rows)
    with served(known, tmp_path) as client:
        attacked = Attacked(client, rows)
        numbers = attacked.numbers
        for number in ("marketing.month.done", "sales.week.done", FOLLOWED, "quality.duplicates"):
            assert attacked.all_rows(number)
            for path in ("/api/rows.csv", "/api/rows.xlsx"):
                assert client.get(path, query_string={"number": number}).status_code == 200
        assert client.get("/api/board/picture").status_code == 200
        for raw in NO_TEXT:
            name = f"marketing.source.{raw.decode('utf-8', 'backslashreplace')}.done"
            page = attacked.asked(number=name)
            assert sum(one["rows"] for one in page["groups"] if one["side"] == "counted") == numbers[name]["value"]
            assert len(page["rows"]) == 1


WRONG = {
    "bytes among sources": "UPDATE leads SET source = X'ff00' WHERE rowid = 5",
    "bytes among reps": "UPDATE reps SET name = X'ff' WHERE rowid = 1",
    "bytes among reasons": "UPDATE leads SET rejection_reason = X'ff'",
    "a script for an instant": "UPDATE leads SET created_at = '<script>' WHERE rowid = 5",
    "a number for an instant": "UPDATE leads SET ready_at = 12345 WHERE rowid = 5",
    "a formula for an instant": "UPDATE leads SET assigned_at = '2026-11-11 =1+1' WHERE rowid = 5",
    "a word for a day": "UPDATE reps SET active_from = 'x' WHERE rowid = 1",
}


@pytest.mark.parametrize("statement", WRONG.values(), ids=WRONG)
def test_a_cell_of_another_kind_than_its_column_is_refused_in_words_and_stops_nobody(
    statement: str, tmp_path: Path
) -> None:
    url, rows = on_sqlite(tmp_path, (statement, {}))
    with served(told(url, rows), tmp_path) as client:
        answer = client.get("/api/board")
        assert answer.status_code == 503
        assert answer.json
        assert re.search("of another kind than its column|a text is expected where bytes", answer.json["error"])
        assert client.get("/api/board/picture").status_code == 200
        assert client.get("/api/board?as_of=2026-11-18T13:29:59").status_code in (200, 503)


HARMLESS = {
    "a formula for a rating": "UPDATE leads SET rating = '=1+1'",
    "infinity for a rating": "UPDATE leads SET rating = 9e999",
    "bytes for a rating": "UPDATE leads SET rating = X'ff'",
    "a word for an amount": "UPDATE deals SET amount = 'abc' WHERE rowid = 5",
    "bytes for an amount": "UPDATE deals SET amount = X'ff' WHERE rowid = 5",
    "infinity for an amount": "UPDATE deals SET amount = 9e999 WHERE rowid = 5",
}


@pytest.mark.parametrize("statement", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_number_is_shown_as_it_stands_and_adds_nothing(statement: str, tmp_path: Path) -> None:
    url, rows = on_sqlite(tmp_path, (statement, {}))
    with served(told(url, rows), tmp_path) as client:
        attacked, whole = Attacked(client, rows), sum(one["amount"] for one in rows.deals)
        lost = rows.deals[4]["amount"] if "deals" in statement else 0
        assert attacked.numbers["sales.week.done"]["value"] == whole - lost
        for number in ("marketing.month.done", "sales.week.done"):
            assert len(attacked.all_rows(number)) == len(rows.leads if number.startswith("m") else rows.deals)
            for path in ("/api/rows.csv", "/api/rows.xlsx"):
                assert client.get(path, query_string={"number": number}).status_code == 200
