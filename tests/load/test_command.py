"""``smarketing load`` as it is typed."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from dashboard.cli import main
from tests.load.made import LEADS, at, rows


def typed(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """Run the command line with these words and return its exit status."""
    monkeypatch.setattr(sys, "argv", ["smarketing", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def export(folder: Path, text: str) -> Path:
    """Write an export and its mapping, and return where the mapping is."""
    (folder / "leads.csv").write_text(text)
    (folder / "mapping.toml").write_text("stamp_loaded_at = true\n" + LEADS)
    return folder / "mapping.toml"


def test_it_says_what_became_of_each_table(
    sqlite_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = export(tmp_path, "id,created,source\n1,2024-05-01,web\n2,2024-05-03,web\n")
    before = datetime.now(UTC)
    assert typed(monkeypatch, "load", mapping, "--warehouse", sqlite_url.database) == 0
    line = next(one for one in capsys.readouterr().out.splitlines() if one.split()[:1] == ["leads"])
    assert line.split() == ["leads", "2", "2", "0", "0", "2024-05-01", "2024-05-03"]
    assert all(before <= one <= datetime.now(UTC) for (one,) in rows(sqlite_url, "leads", "loaded_at"))


def test_the_address_may_come_from_the_environment_and_the_files_from_another_folder(
    warehouse_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = export(tmp_path, "id,created,source\n1,2024-05-01,web\n")
    (tmp_path / "exports").mkdir()
    (tmp_path / "leads.csv").rename(tmp_path / "exports" / "leads.csv")
    monkeypatch.setenv("WAREHOUSE_URL", warehouse_url.render_as_string(hide_password=False))
    words = ("load", mapping, "--from", tmp_path / "exports", "--complete-through", "2024-05-02T00:00+02:00")
    assert typed(monkeypatch, *words) == 0
    assert rows(warehouse_url, "loads", "complete_through") == [(at("2024-05-01T22:00"),)]


def test_rows_set_aside_are_counted_and_their_file_is_named(
    sqlite_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = export(tmp_path, "id,created,source\n1,2024-05-01,web\n2,soon,web\n")
    monkeypatch.chdir(tmp_path)
    words = ("load", mapping, "--warehouse", sqlite_url.database, "--set-aside", "bad.csv")
    assert typed(monkeypatch, *words) == 0
    assert "Rows set aside are in bad.csv" in capsys.readouterr().out
    assert (tmp_path / "bad.csv").read_text().splitlines()[1].startswith("leads.csv,3,leads,created,soon,")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--warehouse", ""), "the warehouse's address is empty"),
        (("--warehouse", "x.db", "--complete-through", "today"), "'today' is no instant"),
        (("--warehouse", "x.db", "--set-aside", "no/such/folder.csv"), "cannot be written"),
        (("--warehouse", "x.db"), "leads.csv, line 3, column 'created': 'soon' is no date"),
    ],
    ids=["no address", "no instant", "nowhere to set aside", "a bad row"],
)
def test_what_it_refuses_is_said_without_a_traceback(
    words: tuple[str, ...],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    mapping = export(tmp_path, "id,created,source\n1,2024-05-01,web\n2,soon,web\n")
    assert typed(monkeypatch, "load", mapping, *words) == 2
    error = capsys.readouterr().err
    assert says in error
    assert "Traceback" not in error
