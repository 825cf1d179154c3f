"""Rows as files: nothing in them starts a formula, numbers are numbers, and all of it can be read back."""

import csv
import io
import random
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from dashboard.exports import LONGEST_CELL, Heading, as_csv, as_xlsx, harmless
from tests.attack.corpus import HUGE, WITH_NUL, cells

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HEADINGS = [Heading("id", "Id"), Heading("text", "Text"), Heading("amount", "Amount")]
TEXTS = [*islice(cells(3), 2000), *WITH_NUL, *HUGE]
Row = dict[str, Any]


def rows(texts: Sequence[str] = TEXTS) -> list[Row]:
    dice = random.Random(1)
    return [
        {"id": number, "text": text, "amount": Decimal(dice.randrange(-(10**9), 10**9)) / 10_000}
        for number, text in enumerate(texts)
    ]


def csv_of(found: Sequence[Row], headings: Sequence[Heading] = HEADINGS) -> list[list[str]]:
    whole = b"".join(as_csv(headings, found, UTC)).decode("utf-8-sig")
    csv.field_size_limit(2**24)
    return list(csv.reader(io.StringIO(whole, newline="")))


def sheet_of(found: Sequence[Row], headings: Sequence[Heading] = HEADINGS) -> Any:
    return load_workbook(io.BytesIO(as_xlsx(headings, found, UTC, ["what it is", "=1+1"])))


def undone(text: str) -> str:
    """A text of a file as it was before: without the apostrophe that keeps it harmless."""
    return text.removeprefix("'")


def as_read(text: str) -> str:
    """What openpyxl makes of a cell's text: it leaves the escapes of what XML cannot hold to whoever reads."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


def whole(text: str) -> str:
    return text.replace("\x00", "\ufffd")


def test_no_cell_of_a_csv_starts_a_formula_and_each_comes_back_as_it_was() -> None:
    found = csv_of(rows())
    assert found[0] == ["Id", "Text", "Amount"]
    texts = [one[1] for one in found[1:]]
    assert [one for one in texts if one.startswith(STARTS)] == []
    assert [undone(one) for one in texts] == [whole(one) for one in TEXTS]


def test_a_negative_amount_of_a_csv_is_a_number_and_exact() -> None:
    found = [Decimal(one[2]) for one in csv_of(rows())[1:]]
    assert found == [one["amount"] for one in rows()]
    assert min(found) < 0
    assert b'"-5"' not in b"".join(as_csv(HEADINGS, [{"id": 1, "text": None, "amount": Decimal(-5)}], UTC))


def test_a_semicolon_in_a_text_begins_no_cell_where_lists_are_separated_by_it() -> None:
    written = b"".join(as_csv(HEADINGS, rows(["x;=1+1", 'x";=1+1']), UTC)).decode("utf-8-sig")
    assert [line.rpartition(",")[0] for line in written.splitlines()[1:]] == ['0,"x;=1+1"', '1,"x"";=1+1"']


def test_no_cell_of_a_sheet_is_a_formula_or_a_link_and_each_comes_back_as_it_was() -> None:
    texts = [one for one in TEXTS if one]
    sheet = sheet_of(rows(texts))["Rows"]
    column = [line[1] for line in sheet.iter_rows(min_row=2, max_col=3)]
    assert {one.data_type for one in column} == {"s"}
    assert [one.coordinate for one in column if one.hyperlink] == []
    read = [undone(as_read(one.value)) for one in column]
    assert [one for one in read if len(one) > LONGEST_CELL] == []
    assert [a[:200] for a, b in zip(read, texts, strict=True) if a != whole(b) and len(b) < LONGEST_CELL] == []


def test_a_number_of_a_sheet_is_a_number() -> None:
    sheet = sheet_of(rows())["Rows"]
    column = [line[2] for line in sheet.iter_rows(min_row=2, max_col=3)]
    assert {one.data_type for one in column} == {"n"}
    assert [Decimal(str(one.value)) for one in column] == [one["amount"] for one in rows()]


def test_the_sheet_about_the_rows_is_harmless_too() -> None:
    about = sheet_of(rows(["x"]))["About"]
    assert [one.value for (one,) in about.iter_rows()] == ["what it is", "'=1+1"]


def test_an_instant_is_written_in_the_companys_time_and_nothing_as_nothing() -> None:
    headings = [Heading("at", "At"), Heading("on", "On"), Heading("none", "None")]
    row = {"at": datetime(2026, 11, 20, 9, tzinfo=UTC), "on": date(2026, 11, 20), "none": None}
    written = b"".join(as_csv(headings, [row], ZoneInfo("Europe/Berlin"))).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(written)))[1] == ["2026-11-20 10:00:00", "2026-11-20", ""]


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_among_numbers_spoils_no_file(number: Any) -> None:
    found = [{"id": 1, "text": "x", "amount": number}]
    assert csv_of(found)[1][2] == harmless(str(number))
    assert sheet_of(found)["Rows"]["C2"].data_type == "s"


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_half_a_character_spoils_no_file(text: str) -> None:
    assert csv_of(rows([text]))[1][1] == text.encode("utf-8", "replace").decode()
    assert sheet_of(rows([text]))["Rows"]["B2"].value == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("start", STARTS)
def test_every_start_of_a_formula_is_made_harmless_and_can_be_told_from_an_apostrophe_of_ones_own(start: str) -> None:
    assert harmless(start + "1") == f"'{start}1"
    assert undone(harmless("'" + start + "1")) == "'" + start + "1"


def test_a_file_of_many_rows_comes_in_parts_and_whole() -> None:
    many = rows(["x"] * 3500)
    assert len(list(as_csv(HEADINGS, many, UTC))) == 4
    assert len(csv_of(many)) == 3501
