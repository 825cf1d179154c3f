"""Whatever is wrong with a mapping or a file: the error says what, where, and what to do, and nothing is written."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy.engine import URL

from queries import warehouse
from queries.faults import Refused
from queries.load import load, read_mapping
from tests.load.made import LEADS, NOW, loaded, rows

GOOD = b"id,created,source\n1,2024-05-01,web\n"
DEALS = """
time_zone = "UTC"
[files.deals]
path = "leads.csv"
decimal = "."
[[feeds]]
table = "deals"
file = "deals"
[feeds.columns]
deal_id = "id"
created_at = "created"
rep_id = "source"
amount = "source"
"""
OWNERS = """
owner_id = { column = "owner", join = { file = "owners", ours = "id", theirs = "lead" } }
"""


class Bad(NamedTuple):
    """One wrong thing: the mapping, the files, and what the error must say."""

    says: tuple[str, ...]
    mapping: str = LEADS
    leads: bytes | None = GOOD
    owners: bytes | None = None


def swapped(old: str, new: str, text: str = LEADS) -> str:
    assert old in text
    return text.replace(old, new)


def with_source(more: str) -> str:
    return swapped('source = "source"', f"source = {{ {more} }}")


CASES = {
    # the mapping
    "a mapping that is no TOML": Bad(("mapping.toml", "no TOML", "line 2", "correct"), LEADS.replace("=", ":", 1)),
    "an unknown key": Bad(("feeds[1]", "colums", "not known", "did you mean 'columns'?"), LEADS + "[feeds.colums]"),
    "an unknown key of a file": Bad(
        ("files → leads → delimeter", "did you mean 'delimiter'?"), swapped('path = "', 'delimeter = ";"\npath = "')
    ),
    "an unknown transform": Bad(
        ("feeds[1] → columns → source → uppercase", "not known", "known: column, constant"),
        with_source('column = "source", uppercase = true'),
    ),
    "a missing key": Bad(
        ("files → leads → path", "missing", "add it (Name of the file"), swapped('path = "leads.csv"', "skip_lines = 1")
    ),
    "an unknown table": Bad(
        ("feeds[1]", "no table 'lead'", "did you mean 'leads'?"), swapped('"leads"\nfile', '"lead"\nfile')
    ),
    "an unknown column": Bad(("leads has no column 'sorce'", "did you mean 'source'?"), LEADS + 'sorce = "source"'),
    "a required column that nothing fills": Bad(
        ("leads.source", "must never be empty", "add it to columns"), swapped('source = "source"\n', "")
    ),
    "an unknown file": Bad(
        ("feed 1", "no file 'leeds'", "did you mean 'leads'?"), swapped('file = "leads"', 'file = "leeds"')
    ),
    "a zone that does not exist": Bad(
        ("time_zone", "no time zone 'Europe/Berlim'", "like Europe/Berlin"), swapped("Europe/Berlin", "Europe/Berlim")
    ),
    "an encoding that does not exist": Bad(
        ("files → leads → encoding", "no encoding 'utf-88'", "write one like"), swapped("[[", 'encoding = "utf-88"\n[[')
    ),
    "a format that is none": Bad(
        ("columns → created_at → formats", "'YYYY-MM-DD' is no date format", "%d.%m.%Y"),
        swapped('"created"', '{ column = "created", formats = ["YYYY-MM-DD"] }'),
    ),
    "two origins of one value": Bad(
        ("columns → source", "exactly one of column, constant, template, id_from"),
        with_source('column = "source", constant = "x"'),
    ),
    "a template with a method call": Bad(
        ("columns → source → template", "nothing else"), with_source('template = "{a!r}"')
    ),
    "a template without a column": Bad(
        ("columns → source → template", "use constant"), with_source('template = "web"')
    ),
    "a join to an unknown file": Bad(("feed 1", "no file 'owners'", "known: leads"), LEADS + OWNERS),
    "money without a decimal mark": Bad(
        ("feed 1", "amount is money", "add decimal to the file"), swapped('decimal = "."', "", DEALS)
    ),
    "one mark for decimals and thousands": Bad(
        ("files → deals", "both '.'", "state the decimal mark"), swapped('decimal = "."', 'thousands = "."', DEALS)
    ),
    "a constant that cannot be read": Bad(
        ("leads from leads", "rating → constant", "'good' is no number", "correct it"),
        LEADS + 'rating = { constant = "good" }',
    ),
    "two ways to fill loaded_at": Bad(
        ("feed 1", "fills loaded_at", "drop one"), "stamp_loaded_at = true" + LEADS + 'loaded_at = "created"'
    ),
    "an absolute path": Bad(("files → leads → path", "--from"), swapped('"leads.csv"', '"/etc/leads.csv"')),
    # the files
    "a missing file": Bad(("leads.csv", "files.leads.path", "--from"), leads=None),
    "an empty file": Bad(("leads.csv", "is empty", "export it again"), leads=b""),
    "a header and no row": Bad(
        ("leads.csv", "a header and no row", "may_be_empty = true"), leads=b"id,created,source\n"
    ),
    "a missing column": Bad(
        ("leads.csv, line 1", "no column 'source'", "known: id, created", "Correct the mapping"),
        leads=b"id,created\n1,2024-05-01\n",
    ),
    "a misspelt column": Bad(
        ("leads.csv, line 1", "no column 'source'", "did you mean 'Source'?"),
        leads=b"id,created,Source\n1,2024-05-01,x\n",
    ),
    "another delimiter": Bad(
        ("leads.csv, line 1", "is the delimiter ',' right?"), leads=b"id;created;source\n1;2024-05-01;web\n"
    ),
    "two columns of one name": Bad(
        ("leads.csv, line 1", "two columns 'source'", "rename"), leads=b"id,created,source,source\n1,2024-05-01,a,b\n"
    ),
    "another encoding": Bad(
        ("leads.csv, line 3", "not written in utf-8", '"cp1252"'), leads=GOOD + "2,2024-05-01,Müller\n".encode("cp1252")
    ),
    "UTF-16 read as UTF-8": Bad(("leads.csv, line 1", "NUL byte", '"utf-16"'), leads=GOOD.decode().encode("utf-16")),
    "UTF-8 read as UTF-16": Bad(
        ("leads.csv, line 1", "not written in utf-16", '"utf-8"'), swapped("[[", 'encoding = "utf-16"\n[['), GOOD
    ),
    "a NUL byte": Bad(("leads.csv, line 3", "NUL byte", "export the file again"), leads=GOOD + b"2,2024-05-01,we\0b\n"),
    "a quotation mark that is not closed": Bad(
        ("leads.csv, line 3", "no CSV", "not closed"), leads=GOOD + b'2,2024-05-01,"web\n' + b"3,2024-05-01,web\n" * 9
    ),
    "a quotation mark inside a quoted cell": Bad(
        ("leads.csv, line 3", "no CSV", "not doubled"), leads=GOOD + b'2,2024-05-01,"the "web""\n'
    ),
    "a row with a cell too few": Bad(
        ("leads.csv, line 3", "has 2 cells, the header has 3", "correct the row", "--set-aside"),
        leads=GOOD + b"2,2024-05-01\n",
    ),
    "a row with a cell too many": Bad(
        ("leads.csv, line 3", "has 4 cells, the header has 3"), leads=GOOD + b"2,2024-05-01,web,search\n"
    ),
    "a date that is none, after a quoted line break": Bad(
        ("leads.csv, line 4, column 'created'", "'2024-02-30' is no date in the format iso", "formats", "--set-aside"),
        leads=b'id,created,source\n1,2024-05-01,"web\nsearch"\n2,2024-02-30,web\n',
    ),
    "a time without a zone": Bad(
        ("leads.csv, line 3, column 'created'", "'2024-05-01 10:00'", "no time zone", "state time_zone"),
        leads=GOOD + b"2,2024-05-01 10:00,web\n",
    ),
    "a year that cannot be": Bad(
        ("line 3", "'9999-12-31' lies outside the years 1900 to 2200", "list it under blank"),
        leads=GOOD + b"2,9999-12-31,x\n",
    ),
    "a required value that is empty": Bad(
        ("leads.csv, line 3, column 'source'", "is empty, and leads.source must not be", "if_blank", "blank = false"),
        leads=GOOD + b"2,2024-05-01, \n",
    ),
    "a value that its map lacks": Bad(
        ("line 2, column 'source'", "'web' is not in its map", 'not_in_map = "keep"'),
        with_source('column = "source", map = { fair = "event" }'),
    ),
    "a number that is none": Bad(
        ("line 3, column 'source'", "'12a' is no number with decimal mark '.'", "set decimal"),
        DEALS,
        b"id,created,source\n1,2024-05-01,-12.5\n2,2024-05-01,12a\n",
    ),
    "a number with the other marks": Bad(
        ("line 2", "'1.234,50' is no number with decimal mark '.'"),
        DEALS,
        b'id,created,source\n1,2024-05-01,"1.234,50"\n',
    ),
    "a thousands mark in the wrong place": Bad(
        ("line 2", "'12,34' is no number", "thousands mark ','"),
        swapped('decimal = "."', 'thousands = ","\ndecimal = "."', DEALS),
        b'id,created,source\n1,2024-05-01,"12,34"\n',
    ),
    "an amount nobody has": Bad(
        ("line 2", "larger than any amount"), DEALS, b"id,created,source\n1,2024-05-01,1000000000000000\n"
    ),
    "a rating that is no whole number": Bad(
        ("line 2, column 'source'", "'4.5' is no whole number"),
        LEADS + 'rating = "source"',
        b"id,created,source\n1,2024-05-01,4.5\n",
    ),
    "neither yes nor no": Bad(
        ("line 2, column 'source'", "'maybe' is neither yes nor no", "map"),
        LEADS.replace('"leads"\nfile', '"activities"\nfile')
        .replace("lead_id", "activity_id")
        .replace("created_at", "happened_at")
        .replace('source = "source"', 'lead_id = "id"\nkind = "source"\nautomated = "source"'),
        b"id,created,source\n1,2024-05-01,maybe\n",
    ),
    "two of one id": Bad(
        ("leads.csv, line 4", "lead_id '1' stands in leads.csv, line 2 too", "repeats"),
        leads=GOOD + b"2,2024-05-01,web\n1,2024-05-01,web\n",
    ),
    "two rows of a joined file that differ": Bad(
        ("owners.csv, line 3", "lead '1' stands in owners.csv, line 2 too", 'repeats = "first"'),
        LEADS.replace("[[", '[files.owners]\npath = "owners.csv"\n[[') + OWNERS,
        owners=b"lead,owner\n1,r1\n1,r2\n",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_wrong_is_said_with_its_place_and_its_remedy(case: Bad, sqlite_url: URL, tmp_path: Path) -> None:
    for name, content in (("leads.csv", case.leads), ("owners.csv", case.owners)):
        if content is not None:
            (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as refused:
        loaded(tmp_path, case.mapping, sqlite_url)
    said = str(refused.value)
    assert [words for words in case.says if words not in said] == [], said
    assert not _rows_of(sqlite_url)


def _rows_of(url: URL) -> bool:
    """Return whether anything was written."""
    return Path(str(url.database)).exists() and _has_tables(url) and bool(rows(url, "leads") + rows(url, "deals"))


def _has_tables(url: URL) -> bool:
    with closing(sqlite3.connect(str(url.database))) as connection:
        return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'leads'").fetchone())


def test_a_missing_mapping_and_a_missing_folder_are_said(sqlite_url: URL, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"nowhere\.toml: there is no such file; name the mapping"):
        read_mapping(tmp_path / "nowhere.toml")
    (tmp_path / "mapping.toml").write_text(LEADS)
    with pytest.raises(Refused, match=r"gone: there is no such folder; name the folder of the files with --from"):
        load(read_mapping(tmp_path / "mapping.toml"), tmp_path / "gone", sqlite_url, NOW)


def test_a_warehouse_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_bytes(GOOD)
    for url in (
        URL.create("sqlite", database=str(tmp_path / "no" / "folder.db")),
        URL.create("postgresql+psycopg", "board", "secret", "127.0.0.1", 1, "crm"),
    ):
        with pytest.raises(Refused, match="nothing was written") as refused:
            loaded(tmp_path, LEADS, url)
        assert "address" in str(refused.value)
        assert "secret" not in str(refused.value)


def test_a_warehouse_that_lacks_a_column_is_said(warehouse_url: URL, tmp_path: Path) -> None:
    engine = warehouse.writer(warehouse_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE leads (lead_id TEXT PRIMARY KEY, created_at TIMESTAMP, ready_at TIMESTAMP,"
            " assigned_at TIMESTAMP, accepted_at TIMESTAMP, rejected_at TIMESTAMP)"
        )
    engine.dispose()
    (tmp_path / "leads.csv").write_bytes(GOOD)
    with pytest.raises(Refused, match=r"(?s)source.*nothing was written.*smarketing check"):
        loaded(tmp_path, LEADS, warehouse_url)
