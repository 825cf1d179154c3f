"""``smarketing check`` as it is typed: what it prints, what a machine gets, and with which status it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from dashboard.cli import main
from queries.contract import Finding
from tests.contract.conftest import check, planted
from tests.contract.test_rules import Plant

MOMENT = ("--as-of", "2024-06-01T12:00:00+00:00")
BAD = "\x1b[31m[bold]\u202ered"


@pytest.fixture(autouse=True)
def no_warehouse_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAREHOUSE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "100")


class Said:
    """What a command printed and the status it ended with."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.capsys, self.monkeypatch = capsys, monkeypatch
        self.out = self.err = ""

    def status(self, *words: str) -> int:
        """Run ``smarketing check`` with ``words`` in this process; keep what it prints."""
        self.monkeypatch.setattr(sys, "argv", ["smarketing", "check", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        self.out, self.err = self.capsys.readouterr()
        assert "Traceback" not in self.out + self.err
        return int(ended.value.code or 0)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    return Said(capsys, monkeypatch)


def named(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def test_a_clean_warehouse_ends_with_status_0_and_says_that_the_contract_holds(plant: Plant, said: Said) -> None:
    assert said.status("--warehouse", named(plant()), *MOMENT) == 0
    assert "The contract holds in " in said.out
    assert "0 faults, 1 remark." in said.out


def test_a_fault_ends_with_status_1_and_names_the_screens_it_breaks(plant: Plant, said: Said) -> None:
    assert said.status("--warehouse", named(plant("DROP TABLE activities")), *MOMENT) == 1
    assert "Faults" in said.out and "activities is not there" in said.out
    assert "breaks /  /today  /meeting  /month  /activity  /data" in said.out
    assert "The contract does not hold in " in said.out


def test_remarks_alone_end_with_status_0(plant: Plant, said: Said) -> None:
    url = plant("UPDATE leads SET rating = 9 WHERE lead_id = 'L1'")
    assert said.status("--warehouse", named(url), *MOMENT) == 0
    assert "ratings lie outside 1 to 5" in said.out and "L1 '9'" in said.out


def test_a_machine_gets_the_same_findings_as_one_object(plant: Plant, said: Said) -> None:
    url = plant("DROP TABLE reps", "UPDATE leads SET rating = 9 WHERE lead_id = 'L1'")
    assert said.status("--warehouse", named(url), *MOMENT, "--json") == 1
    told = json.loads(said.out)
    assert list(told) == ["warehouse", "as_of", "holds", "findings", "counts", "shortcomings"]
    assert (told["as_of"], told["holds"]) == ("2024-06-01T12:00:00+00:00", False)
    assert told["counts"] == {"faults": 1, "remarks": 2}
    by_rule = {one["rule"]: one for one in told["findings"]}
    assert set(by_rule["rating-off-the-scale"]) == set(Finding._fields)
    assert by_rule["rating-off-the-scale"]["examples"] == [{"id": "L1", "value": "9"}]
    told_of = [one["sentence"] for one in told["findings"] if one["rule"] != "may-write"]
    assert told_of == [one.sentence for one in check(url)]


def test_without_a_moment_the_future_begins_now(plant: Plant, said: Said) -> None:
    url = plant("UPDATE leads SET loaded_at = '2059-01-01 00:00:00.000000'")
    assert said.status("--warehouse", named(url), "--json") == 0
    assert [one["rows"] for one in json.loads(said.out)["findings"] if one["rule"] == "instant-in-the-future"] == [3]


def test_what_stands_in_the_warehouse_is_never_read_as_markup_or_by_the_terminal(sqlite_url: URL, said: Said) -> None:
    url = planted(sqlite_url, f"UPDATE leads SET fit = '{BAD}' WHERE lead_id = 'L1'")
    assert said.status("--warehouse", named(url), *MOMENT) == 0
    assert r"\x1b[31m[bold]\u202ered" in said.out
    assert "\x1b[31m" not in said.out and "\u202e" not in said.out


def test_a_long_value_is_cut(sqlite_url: URL) -> None:
    url = planted(sqlite_url, f"UPDATE leads SET fit = '{'x' * 1_000_000}' WHERE lead_id = 'L1'")
    (found,) = check(url)
    assert len(str(found.examples[0].value)) == 80


def test_the_warehouse_may_be_named_by_the_environment(
    sqlite_url: URL, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", named(planted(sqlite_url)))
    assert said.status(*MOMENT) == 0


def test_a_password_is_never_printed(postgresql_url: URL, said: Said) -> None:
    planted(postgresql_url)
    secret = postgresql_url.set(password="hush-hush").update_query_dict({"application_name": "hush-too"})
    for words in ([], ["--json"]):
        assert said.status("--warehouse", named(secret), *MOMENT, *words) == 0
        assert "hush" not in said.out + said.err
        assert str(postgresql_url.database) in said.out


# what is wrong with the warehouse, its name, and the words that must be said
BAD_WAREHOUSES = {
    "no warehouse is named": ("", "no warehouse is named"),
    "a file that is not there": ("none.db", "none.db: the warehouse's file cannot be opened"),
    "a file in a folder that is not there": ("none/none.db", "cannot be opened"),
    "a text file": ("notes.txt", "notes.txt: the warehouse's file is no SQLite database, or is damaged"),
    "a file of noise": ("noise.db", "noise.db: the warehouse's file is no SQLite database, or is damaged"),
    "a folder": ("folder", "folder: the warehouse"),
    "a database in memory": (":memory:", "needs a file"),
    "an engine that does not exist": ("oracel://u:hush@h/d", "is not understood"),
    "an address that is none": ("postgresql://u:hush@h:port/d", "is not understood"),
    "a server that is not there": (
        "postgresql://u:hush@127.0.0.1:1/d",
        "127.0.0.1:1/d: the warehouse's server refused the connection",
    ),
}


@pytest.mark.parametrize(("name", "words"), BAD_WAREHOUSES.values(), ids=BAD_WAREHOUSES)
def test_a_warehouse_that_cannot_be_opened_ends_with_status_2_and_its_name(
    tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("lead_id;created_at\nL1;2024-03-01\n" * 100)
    (tmp_path / "noise.db").write_bytes(bytes(range(256)) * 64)
    (tmp_path / "folder").mkdir()
    assert said.status("--warehouse", name, *MOMENT) == 2
    assert words in said.err
    assert said.out == "" and "hush" not in said.err


def test_a_damaged_database_ends_with_status_2(sqlite_url: URL, said: Said) -> None:
    path = Path(str(planted(sqlite_url).database))
    whole = path.read_bytes()
    path.write_bytes(whole[:2048] + b"\xff" * (len(whole) - 2048))
    assert said.status("--warehouse", named(sqlite_url), *MOMENT) == 2
    assert "warehouse.db: the warehouse's file is no SQLite database, or is damaged" in said.err


def test_an_empty_file_is_a_warehouse_that_lacks_everything(tmp_path: Path, said: Said) -> None:
    (tmp_path / "empty.db").touch()
    assert said.status("--warehouse", str(tmp_path / "empty.db"), *MOMENT) == 1
    assert "5 faults" in said.out


@pytest.mark.parametrize("moment", ["yesterday", "2024-13-01", "1000-01-01"])
def test_a_moment_that_is_none_ends_with_status_2(sqlite_url: URL, said: Said, moment: str) -> None:
    assert said.status("--warehouse", named(planted(sqlite_url)), "--as-of", moment) == 2
    assert moment in said.err


def test_it_runs_as_a_command_and_changes_nothing(sqlite_url: URL) -> None:
    path = Path(str(planted(sqlite_url).database))
    before = path.read_bytes()
    smarketing = Path(sys.executable).with_name("smarketing")
    ran = subprocess.run([smarketing, "check", "--warehouse", str(path), *MOMENT], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "The contract holds" in ran.stdout
    assert path.read_bytes() == before
