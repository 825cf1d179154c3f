"""Broken company files, agreements and settings: each is refused with file, key and remedy, in words."""

from datetime import date
from pathlib import Path

import pytest

from dashboard import signed
from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.settings import settings
from queries.faults import Refused

COMPANY = """
name = "Acme"
currency = "EUR"
time_zone = "Europe/Berlin"
week_starts = "monday"
names_on_wall = false
[hours]
monday = ["09:00-12:30", "13:30-18:00"]
[holidays]
country = "DE"
region = "BE"
[ages]
last_load_minutes = 30
newest_event_hours = 96
"""
AGREEMENT = """
[[versions]]
name = "v1"
from = 2026-01-01
signed = [{ side = "marketing", name = "Ito", on = 2025-12-01 }, { side = "sales", name = "Vega", on = 2025-12-01 }]
[versions.goal]
unit = "money"
per_month = 100000
deal_size = 1000
lead_to_customer = 0.04
[versions.marketing]
leads_per_month = 2500
[versions.marketing.shares]
web = 0.6
email = 0.4
[versions.sales]
first_attempt_hours = 4
first_attempt_clock = "working"
attempts = 6
attempts_within_days = 14
decide_within_days = 3
judged_over_days = 28
[[versions.quotas]]
rep = "r1"
period = "week"
unit = "money"
amount = 2500
[versions.bands]
ahead_from = 1.05
on_pace_from = 0.97
behind_below = 0.9
too_early_until = 0.1
"""
SECOND = AGREEMENT[1:].replace('"v1"', '"v2"')


def refused(kind: type, path: Path, text: str | bytes) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Refused) as said:
        signed.read(kind, path)
    return str(said.value)


def test_the_files_these_cases_break_are_whole(tmp_path: Path) -> None:
    for kind, text in ((Company, COMPANY), (Agreement, AGREEMENT)):
        (tmp_path / "file.toml").write_text(text)
        assert signed.read(kind, tmp_path / "file.toml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Europe/Berlin", "Europe/Belin", "time_zone: 'Europe/Belin' is not a time zone; write an IANA name"),
        ('"EUR"', '"Euro"', "currency: "),
        ('name = "Acme"', "", "name: is missing: add it"),
        ('name = "Acme"', 'name = " "', "name: "),
        ("names_on_wall", "name_on_wall", "name_on_wall: unknown key"),
        ('"monday"\n', '"Montag"\n', "week_starts: "),
        ('"09:00-12:30"', '"9 to 12"', "hours.monday: write hours like"),
        ('"09:00-12:30"', '"12:30-09:00"', "ends before it begins"),
        ('"09:00-12:30"', '"09:00-14:00"', "without overlap"),
        ("monday = [", "moonday = [", "hours.moonday"),
        ('monday = ["09:00-12:30", "13:30-18:00"]', "", "name at least one working day"),
        ('"DE"', '"XX"', "holidays: country 'XX' is not one the holidays library knows"),
        ('"BE"', '"QQ"', "holidays: region 'QQ' is not one of DE"),
        ("last_load_minutes = 30", "last_load_minutes = 0", "ages.last_load_minutes: "),
        ("last_load_minutes = 30", 'last_load_minutes = "soon"', "ages.last_load_minutes: "),
        ("[ages]", "[ages", "this is not TOML"),
    ],
)
def test_a_broken_company_file_is_refused_by_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in COMPANY
    path = tmp_path / "smarketing.toml"
    told = refused(Company, path, COMPANY.replace(old, new))
    assert told.startswith(str(path))
    assert said in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("amount = 2500", "amount = 0", "versions.1.quotas.1.amount: "),
        ("amount = 2500", 'amount = "much"', "versions.1.quotas.1.amount: write a number, not 'much'"),
        ("amount = 2500", "amount = nan", "versions.1.quotas.1.amount: write a number"),
        ("amount = 2500", "amount = inf", "versions.1.quotas.1.amount: write a number"),
        ("leads_per_month = 2500", "leads_per_month = -1", "versions.1.marketing.leads_per_month"),
        ("leads_per_month = 2500", "", "promise either leads_per_month or leads_per_rep_per_month"),
        ("web = 0.6", "web = 0.5", "versions.1.marketing.shares: the shares must sum to 1; they sum to 0.9"),
        ('side = "sales"', 'side = "marketing"', "nobody signed for sales"),
        ("from = 2026-01-01", 'from = "soon"', "versions.1.from: "),
        ("first_attempt_hours = 4", "first_attempt_hours = 0", "versions.1.sales.first_attempt_hours"),
        ('"working"', '"company"', "versions.1.sales.first_attempt_clock"),
        ("behind_below = 0.9", "behind_below = 0.99", "behind_below may not lie above on_pace_from"),
        ('rep = "r1"', 'rep = "r1"\nteam = "t"', "a quota is a rep's or a team's, not both"),
        ('unit = "money"\namount', 'unit = "leads"\namount', "versions.1.quotas.1.unit"),
        ("judged_over_days = 28", "", "versions.1.sales.judged_over_days: is missing: add it"),
        (
            "judged_over_days = 28",
            "judged_over_days = 14",
            "judged_over_days (14) must be longer than attempts_within_days",
        ),
        (
            "decide_within_days = 3",
            "decide_within_days = 28",
            "longer than decide_within_days (28): else no lead's days",
        ),
        ("decide_within_days = 3", "decide_within_days = 30", "lengthen it or shorten decide_within_days"),
        ("[versions.bands]", "[versions.band]", "versions.1.band: unknown key"),
    ],
)
def test_a_broken_agreement_is_refused_by_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in AGREEMENT
    assert said in refused(Agreement, tmp_path / "agreement.toml", AGREEMENT.replace(old, new))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "versions: is missing: add it"),
        ("versions = []", "versions: "),
        (AGREEMENT + SECOND, "both begin on 2026-01-01; date them apart"),
        (AGREEMENT + SECOND.replace("2026-01-01", "2026-02-01").replace('"v2"', '"v1"'), "share one name"),
        (
            AGREEMENT.replace(
                "[versions.bands]",
                '[[versions.quotas]]\nrep="r1"\nperiod="month"\nunit="money"\namount=1\n[versions.bands]',
            ),
            "r1 has two quotas; keep one",
        ),
        (AGREEMENT.encode("utf-16"), "is not UTF-8; save the file as UTF-8"),
        (b"\x00" * 10, "this is not TOML"),
        ("x = " + "[" * 100_000, "this is not TOML"),
        (b"# " + b"x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_an_agreement_of_another_shape_is_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert said in refused(Agreement, tmp_path / "agreement.toml", text)


def test_a_missing_file_and_a_folder_in_its_place_are_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"smarketing\.toml: there is no such file; write one"):
        signed.read(Company, tmp_path / "smarketing.toml")
    with pytest.raises(Refused, match="cannot be read"):
        signed.read(Company, tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WAREHOUSE_URL", "", "no warehouse is named: set WAREHOUSE_URL"),
        ("WAREHOUSE_URL", "nosuch://somewhere/at", "the warehouse's address is not understood"),
        ("WAREHOUSE_URL", "http//:secret-word@", "there is no such file"),
        ("SMARKETING_REFRESH_SECONDS", "0", "SMARKETING_REFRESH_SECONDS: "),
        ("SMARKETING_REFRESH_SECONDS", "soon", "SMARKETING_REFRESH_SECONDS: "),
    ],
)
def test_a_broken_environment_is_refused_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", "sqlite:///somewhere.db")
    monkeypatch.setenv(name, value)
    with pytest.raises(Refused, match=said):
        settings(config=tmp_path / "none.toml")


def test_the_version_in_force_is_that_of_the_day(tmp_path: Path) -> None:
    path = tmp_path / "agreement.toml"
    path.write_text(AGREEMENT + SECOND.replace("2026-01-01", "2026-11-02"))
    read = signed.read(Agreement, path)
    days = [read.in_force(date.fromisoformat(day)) for day in ("2025-12-31", "2026-11-01", "2026-11-02")]
    assert [one and one.name for one in days] == [None, "v1", "v2"]
