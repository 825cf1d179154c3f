"""``smarketing backup`` and ``smarketing restore``, as a person runs them."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from dashboard.cli import main
from dashboard.commands import demo
from dashboard.store.door import Store, opened
from dashboard.store.sessions import Person
from tests.store.meeting import action, everything, filled

NEW = "2 frozen weeks, 2 actions, 1 note and 3 promises"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> object:
    """Run the command line; return its exit status and what it said."""
    monkeypatch.delenv("WAREHOUSE_URL", raising=False)
    monkeypatch.delenv("SMARKETING_STORE", raising=False)
    monkeypatch.setenv("COLUMNS", "300")

    def _run(*words: object) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["smarketing", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return ended.value.code, told.out.strip(), told.err.strip()

    return _run


def test_a_backup_is_written_and_put_back_by_one_command_each(
    store: Store, warehouse_url: URL, said: object, tmp_path: Path
) -> None:
    filled(store)
    named = warehouse_url.render_as_string(hide_password=False)
    file = tmp_path / "kept.db"
    assert said("backup", file, "--store", named) == (0, f"{file} holds {NEW}.", "")  # type: ignore[operator]
    code, out, err = said("restore", file, "--store", named)  # type: ignore[operator]
    assert (code, out) == (2, "")
    assert err.startswith("smarketing: the store (")
    assert f"keeps {NEW} already: say --yes" in err
    before = everything(store)
    action(store)
    code, out, err = said("restore", file, "--store", named, "--yes")  # type: ignore[operator]
    assert (code, err) == (0, "")
    assert out.endswith(f" keeps {NEW}.")
    assert everything(store) == before


def test_the_store_is_found_beside_the_warehouse_and_never_in_it(
    said: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", str(tmp_path / "warehouse.db"))
    opened(URL.create("sqlite", database=str(tmp_path / "smarketing-store.db"))).close()
    code, out, err = said("backup", tmp_path / "kept.db")  # type: ignore[operator]
    assert (code, err) == (0, "")
    monkeypatch.setenv("SMARKETING_STORE", str(tmp_path / "warehouse.db"))
    code, out, err = said("restore", tmp_path / "kept.db")  # type: ignore[operator]
    assert (code, out) == (2, "")
    assert "the store and the warehouse are one" in err
    assert not (tmp_path / "warehouse.db").exists()


def test_a_secret_is_never_said(said: object, tmp_path: Path) -> None:
    url = "postgresql://app:s3cret@127.0.0.1:1/store"
    for words in (("backup", tmp_path / "kept.db"), ("restore", tmp_path / "absent.db")):
        code, out, err = said(*words, "--store", url)  # type: ignore[operator]
        assert code == 2
        assert "s3cret" not in out + err
        assert "Traceback" not in err


def test_the_demo_keeps_its_meetings_beside_its_own_warehouse_whatever_the_user_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMARKETING_STORE", str(tmp_path / "my-own.db"))
    told: dict[str, str] = {}
    monkeypatch.setattr(demo, "child", lambda words, log, given: told.update(given) or demo.alone_in(tmp_path / "x"))
    with demo.serving(tmp_path, URL.create("sqlite", database=str(tmp_path / demo.DATABASE)), 1):
        assert told["SMARKETING_STORE"] == str(tmp_path / "demo-store.db")


def test_a_demo_that_is_made_again_forgets_the_meetings_of_the_company_before(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with demo.alone_in(folder):
        store = opened(URL.create("sqlite", database=str(folder / demo.STORE)))
        filled(store)
        store.close()
    with demo.alone_in(folder):
        assert sorted(path.name for path in folder.iterdir()) == [".gitignore", demo.LOCK]


def test_somebodys_sign_ins_are_ended_and_a_lost_screen_is_shut_out_by_one_command_each(
    store: Store, warehouse_url: URL, said: object
) -> None:
    named = warehouse_url.render_as_string(hide_password=False)
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for token, email in (("one", "ann@acme.example"), ("two", "ann@acme.example"), ("three", "bob@acme.example")):
        store.sessions.begin(token, Person(email, email, "A", ()), at, at + timedelta(hours=8), at - timedelta(hours=1))
    assert said("signout", "Ann@Acme.Example", "--store", named) == (0, "2 sign-ins ended.", "")  # type: ignore[operator]
    assert [store.sessions.of(token) is None for token in ("one", "two", "three")] == [True, True, False]
    for words in ((), ("bob@acme.example", "--all")):
        code, _, err = said("signout", *words, "--store", named)  # type: ignore[operator]
        assert (code, err) == (2, "smarketing: say whose sign-ins end: e-mail addresses, or --all")
    assert said("signout", "--all", "--store", named) == (0, "1 sign-in ended.", "")  # type: ignore[operator]
    assert said("screens", "--store", named) == (0, "No screen is paired.", "")  # type: ignore[operator]
    store.screens.ask("secret", "2345ABCD", "here", at, 5)
    store.screens.take("2345ABCD", "ann@acme.example", "Hall", ["/"], 60, at)
    assert "Hall" in said("screens", "--store", named)[1]  # type: ignore[operator]
    code, _, err = said("screens", "--revoke", "Lobby", "--store", named)  # type: ignore[operator]
    assert (code, err) == (2, "smarketing: no screen is called 'Lobby'; there are: Hall")
    assert said("screens", "--revoke", "hall", "--store", named)[0] == 0  # type: ignore[operator]
    assert store.screens.all() == []
