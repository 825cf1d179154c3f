"""What companies really export, and what becomes of it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy.engine import URL

from tests.load.made import LEADS, at, loaded, rows


def test_semicolons_decimal_commas_thousands_points_and_cp1252(warehouse_url: URL, tmp_path: Path) -> None:
    text = (
        "Nr;Angelegt am;Gewonnen;Betrag;Name ; Verkäufer\r\n"
        '1;23.01.2023 14:05;;1.234.567,89 €;"Müller; Söhne "; r1  \r\n'
        "2;23.01.2023 14:06;24.01.2023;-17;Größe;r2;;\r\n"
    )
    (tmp_path / "deals.csv").write_bytes(text.encode("cp1252"))
    mapping = """
    time_zone = "Europe/Berlin"
    [files.deals]
    path = "deals.csv"
    delimiter = ";"
    encoding = "cp1252"
    decimal = ","
    thousands = "."
    time_zone = "Europe/Berlin"
    [[feeds]]
    table = "deals"
    file = "deals"
    [feeds.columns]
    deal_id = "Nr"
    created_at = { column = "Angelegt am", formats = ["%d.%m.%Y %H:%M"] }
    won_at = { column = "Gewonnen", formats = ["%d.%m.%Y"] }
    amount = { column = "Betrag", drop = ["€"] }
    rep_id = "Verkäufer"
    label = "Name"
    """
    assert loaded(tmp_path, mapping, warehouse_url)["deals"].new == 2
    assert loaded(tmp_path, mapping, warehouse_url)["deals"].unchanged == 2
    assert rows(warehouse_url, "deals", "deal_id", "created_at", "won_at", "amount", "rep_id", "label") == [
        ("1", at("2023-01-23T13:05"), None, Decimal("1234567.8900"), "r1", "Müller; Söhne"),
        ("2", at("2023-01-23T13:06"), at("2023-01-23T23:00"), Decimal("-17.0000"), "r2", "Größe"),
    ]


def test_two_date_formats_in_one_folder_and_midnight_the_american_way(warehouse_url: URL, tmp_path: Path) -> None:
    (tmp_path / "leads-2022.csv").write_text("source,created,id\nweb,2022-12-31 23:30:00,a\n")
    (tmp_path / "leads-2023.csv").write_text(
        "id,created,source\nb,1/23/2023 12:00 AM,web\nc,2023-02-01T08:00:00+05:30,x\n"
    )
    mapping = LEADS.replace('path = "leads.csv"', 'path = "leads-*.csv"\ntime_zone = "America/New_York"').replace(
        '"created"', '{ column = "created", formats = ["iso", "%m/%d/%Y %I:%M %p"] }'
    )
    loaded(tmp_path, mapping, warehouse_url)
    assert rows(warehouse_url, "leads", "lead_id", "created_at") == [
        ("a", at("2023-01-01T04:30")),
        ("b", at("2023-01-23T05:00")),
        ("c", at("2023-02-01T02:30")),
    ]


def test_no_id_column_one_file_for_two_tables_and_words_for_unknown(warehouse_url: URL, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(
        "Report of all calls\n\n"
        "mail,when,who,first,last,result,robot\n"
        "a@x.com,2024-05-01 09:00,Ann ,Jo,Lee,Reached,no\n"
        "a@x.com,2024-05-02 09:00,Bob,Jo,Lee,N/A,yes\n"
        "\n"
        "Total,,,,,,\n"
        "b@x.com,2024-05-02 09:05,Bob,,Ray,Busy,\n"
    )
    mapping = """
    time_zone = "UTC"
    blank = ["n/a", "-"]
    [files.calls]
    path = "calls.csv"
    skip_lines = 2
    time_zone = "UTC"
    [[feeds]]
    table = "activities"
    file = "calls"
    where = [{ column = "mail", is_not = ["total"] }]
    [feeds.columns]
    activity_id = { id_from = ["mail", "when"] }
    lead_id = { id_from = ["mail"] }
    happened_at = "when"
    kind = { constant = "call" }
    rep_id = "who"
    outcome = { column = "result", map = { reached = "connected", busy = "no_answer" } }
    automated = "robot"
    [[feeds]]
    table = "leads"
    file = "calls"
    where = [{ column = "when", blank = false }]
    repeats = "first"
    [feeds.columns]
    lead_id = { id_from = ["mail"] }
    created_at = "when"
    source = { constant = "phone" }
    label = { template = "{first} {last}" }
    rating = { constant = 3 }
    """
    done = loaded(tmp_path, mapping, warehouse_url)
    assert (done["activities"].new, done["activities"].left_out, done["leads"].new, done["leads"].repeated) == (
        3,
        1,
        2,
        1,
    )
    calls = {row[0]: row for row in rows(warehouse_url, "activities", "happened_at", "rep_id", "outcome", "automated")}
    assert calls == {
        at("2024-05-01T09:00"): (at("2024-05-01T09:00"), "Ann", "connected", False),
        at("2024-05-02T09:00"): (at("2024-05-02T09:00"), "Bob", None, True),
        at("2024-05-02T09:05"): (at("2024-05-02T09:05"), "Bob", "no_answer", None),
    }
    people = rows(warehouse_url, "leads", "lead_id", "created_at", "label", "rating")
    assert sorted(row[1:] for row in people) == [
        (at("2024-05-01T09:00"), "Jo Lee", 3),
        (at("2024-05-02T09:05"), "Ray", 3),
    ]
    assert {row[0] for row in people} == {row[0] for row in rows(warehouse_url, "activities", "lead_id")}


def test_an_id_made_from_columns_is_the_same_for_ever(sqlite_url: URL, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("id,created,source\n a@x.com ,2024-05-01,web\n")
    loaded(tmp_path, LEADS.replace('lead_id = "id"', 'lead_id = { id_from = ["id", "source"] }'), sqlite_url)
    # sha256 of "a@x.com", the separator U+001F, and "web": a change here would load every lead a second time
    assert rows(sqlite_url, "leads", "lead_id") == [("9c201aafdfb35829e1cd501ef93214f3",)]


def test_a_join_fills_what_another_file_knows_and_leaves_the_rest_unknown(warehouse_url: URL, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("id,created,source\n1,2024-05-01,web\n2,2024-05-01,web\n3,2024-05-01,web\n")
    (tmp_path / "owners.csv").write_text("lead;owner;old\n1 ;r1;no\n2;r2;yes\n;r9;no\n", "utf-8")
    mapping = LEADS.replace("[[feeds]]", '[files.owners]\npath = "owners.csv"\ndelimiter = ";"\n[[feeds]]')
    join = 'join = { file = "owners", ours = "id", theirs = "lead", where = [{ column = "old", is = "no" }] }'
    mapping += f'owner_id = {{ column = "owner", {join} }}'
    loaded(tmp_path, mapping, warehouse_url)
    assert rows(warehouse_url, "leads", "lead_id", "owner_id") == [("1", "r1"), ("2", None), ("3", None)]


def test_a_value_can_be_filled_only_when_something_holds(sqlite_url: URL, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("id,created,source,state\n1,2024-05-01,web,Rejected\n2,2024-05-01,web,open\n")
    mapping = LEADS + 'rejected_at = { column = "created", when = [{ column = "state", is = "rejected" }] }'
    loaded(tmp_path, mapping, sqlite_url)
    assert rows(sqlite_url, "leads", "lead_id", "rejected_at") == [("1", at("2024-04-30T22:00")), ("2", None)]


def test_quoted_line_breaks_blank_lines_and_a_byte_order_mark_are_read(sqlite_url: URL, tmp_path: Path) -> None:
    text = '\ufeffid,created,source\n\n1,2024-05-01,"web\nsearch"\n\n2,2024-05-01,""\n'
    (tmp_path / "leads.csv").write_text(text, "utf-8")
    loaded(tmp_path, LEADS.replace('"source"\n', '{ column = "source", if_blank = "unknown" }\n'), sqlite_url)
    assert rows(sqlite_url, "leads", "lead_id", "source") == [("1", "web\nsearch"), ("2", "unknown")]


def test_utf_16_as_excel_saves_unicode_text(sqlite_url: URL, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("id\tcreated\tsource\n1\t2024-05-01\tMüller\n", "utf-16")
    settings = 'path = "leads.csv"\nencoding = "utf-16"\ndelimiter = "\\t"'
    loaded(tmp_path, LEADS.replace('path = "leads.csv"', settings), sqlite_url)
    assert rows(sqlite_url, "leads", "source") == [("Müller",)]


def test_days_of_cost_are_known_by_day_source_and_campaign_even_without_one(warehouse_url: URL, tmp_path: Path) -> None:
    mapping = """
    time_zone = "Europe/Berlin"
    [files.cost]
    path = "cost.csv"
    decimal = "."
    [[feeds]]
    table = "campaign_days"
    file = "cost"
    [feeds.columns]
    day = "day"
    source = "source"
    campaign_id = "campaign"
    cost = "cost"
    visits = "visits"
    """
    (tmp_path / "cost.csv").write_text(
        "day,source,campaign,cost,visits\n2024-05-01,web,,10.5,7\n2024-05-01,web,k1,1,2.0\n"
    )
    assert loaded(tmp_path, mapping, warehouse_url)["campaign_days"].new == 2
    (tmp_path / "cost.csv").write_text(
        "day,source,campaign,cost,visits\n2024-05-01,web,,11.5,7\n2024-05-01,web,k1,1,2\n"
    )
    again = loaded(tmp_path, mapping, warehouse_url)["campaign_days"]
    assert (again.new, again.changed, again.unchanged, again.first_day) == (0, 1, 1, date(2024, 5, 1))
    found = rows(warehouse_url, "campaign_days", "cost", "campaign_id", "visits")
    assert found == [(Decimal(1), "k1", 2), (Decimal("11.5"), None, 7)]


def test_unix_milliseconds_are_instants(sqlite_url: URL, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("id,created,source\n1,1714521600500,web\n")
    loaded(tmp_path, LEADS.replace('"created"', '{ column = "created", formats = ["unix milliseconds"] }'), sqlite_url)
    assert rows(sqlite_url, "leads", "created_at") == [(at("2024-05-01T00:00:00.5"),)]


def test_a_deal_is_won_when_its_stage_in_another_file_says_so(warehouse_url: URL, tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(
        "id,owner,stage,opened,closed\n1,r1,s9,2024-05-01,2024-05-03\n2,r1,s1,2024-05-01,2024-06-01\n3,r1,,2024-05-01,\n"
    )
    (tmp_path / "stages.csv").write_text("stage,label,won\ns1,Offer,FALSE\ns9,Won,TRUE\n")
    mapping = """
    time_zone = "UTC"
    [files.deals]
    path = "deals.csv"
    [files.stages]
    path = "stages.csv"
    [[feeds]]
    table = "deals"
    file = "deals"
    [feeds.columns]
    deal_id = "id"
    rep_id = "owner"
    created_at = "opened"
    stage = { column = "label", join = { file = "stages", ours = "stage", theirs = "stage" } }
    [feeds.columns.won_at]
    column = "closed"
    when = [{ column = "won", is = "true", join = { file = "stages", ours = "stage", theirs = "stage" } }]
    """
    loaded(tmp_path, mapping, warehouse_url)
    assert rows(warehouse_url, "deals", "deal_id", "stage", "won_at") == [
        ("1", "Won", at("2024-05-03")),
        ("2", "Offer", None),
        ("3", None, None),
    ]


def test_a_moment_in_a_column_of_days_is_the_companys_day(sqlite_url: URL, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("id,name,until\n1,Ann,2024-05-01 22:30\n2,Bob,2024-05-01\n")
    mapping = """
    time_zone = "Europe/Berlin"
    [files.people]
    path = "leads.csv"
    time_zone = "UTC"
    [[feeds]]
    table = "reps"
    file = "people"
    [feeds.columns]
    rep_id = "id"
    name = { template = "Rep {name:.2}" }
    active_to = { column = "until", formats = ["iso", "%Y-%m-%d %H:%M"] }
    """
    loaded(tmp_path, mapping, sqlite_url)
    assert rows(sqlite_url, "reps", "rep_id", "name", "active_to") == [
        ("1", "Rep An", date(2024, 5, 2)),
        ("2", "Rep Bo", date(2024, 5, 1)),
    ]


def test_an_empty_id_joins_nothing(sqlite_url: URL, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("id,created,source,ref\n1,2024-05-01,web,\n2,2024-05-01,web,k\n")
    (tmp_path / "owners.csv").write_text("lead,owner\n,r1\nk,r2\n")
    mapping = LEADS.replace("[[feeds]]", '[files.owners]\npath = "owners.csv"\n[[feeds]]')
    mapping += 'owner_id = { column = "owner", join = { file = "owners", ours = "ref", theirs = "lead" } }'
    loaded(tmp_path, mapping, sqlite_url)
    assert rows(sqlite_url, "leads", "lead_id", "owner_id") == [("1", None), ("2", "r2")]
