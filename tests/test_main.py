"""The test command: all checks run, the first that failed gives the exit status, and a second run installs nothing."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import __main__ as command
from tests import browsers
from tests.conftest import ROOT


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing to install, and checks that run under this Python."""
    monkeypatch.setattr(command, "install", lambda: 0)
    monkeypatch.setattr(command, "browser", lambda: 0)
    monkeypatch.setattr(command, "PYTHON", Path(sys.executable))
    return monkeypatch


def exits(status: int) -> list[str]:
    return ["-c", f"import sys; sys.exit({status})"]


def test_every_check_runs_and_the_first_that_failed_gives_the_status(prepared, tmp_path: Path, capsys) -> None:
    last = ["-c", f"open({str(tmp_path / 'ran')!r}, 'w').close()"]
    prepared.setattr(command, "checks", lambda words: [("A", exits(0)), ("B", exits(3)), ("C", exits(4)), ("D", last)])
    assert command.main([]) == 3
    assert (tmp_path / "ran").exists()
    assert "FAILED: B, C" in capsys.readouterr().out


def test_all_well_is_said_and_gives_no_status(prepared, capsys) -> None:
    prepared.setattr(command, "checks", lambda words: [("A", exits(0))])
    assert command.main([]) == 0
    assert "All is well." in capsys.readouterr().out


def test_nothing_is_checked_when_the_installation_failed(prepared) -> None:
    prepared.setattr(command, "install", lambda: 5)
    prepared.setattr(command, "checks", lambda words: pytest.fail("checked all the same"))
    assert command.main([]) == 5


def test_words_go_to_one_pytest_and_then_coverage_has_no_floor() -> None:
    *others, (_, tests) = command.checks(["-k", "load"])
    assert tests == ["-m", "pytest", "-k", "load"]
    assert [words for _, words in others if "pytest" in words] == []


def test_the_runs_of_all_tests_leave_none_out_and_run_none_twice(pytestconfig: pytest.Config) -> None:
    runs = [words for _, words in command.checks([]) if "pytest" in words]
    asked = [words[words.index("-m", 2) + 1] for words in runs]
    for kind in ("alone", "served", ""):
        for campaign in (True, False):
            marks = {"alone": kind == "alone", "served": kind == "served", "campaign": campaign}
            assert sum(eval(one, marks) for one in asked) == (not campaign)
    assert ["--cov-append" in words for words in runs] == [False, True, True]


def test_the_floor_of_coverage_is_asked_when_all_has_run() -> None:
    *others, last = (words for _, words in command.checks([]) if "pytest" in words)
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert told["tool"]["coverage"]["report"]["fail_under"] >= 90
    assert all("--cov-fail-under=0" in words for words in others)
    assert not any(word.startswith("--cov-fail-under") for word in last)


def test_a_changed_lock_is_installed_and_an_unchanged_one_is_not(prepared, tmp_path: Path) -> None:
    prepared.undo()
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text("one")
    calls: list[tuple[str, ...]] = []
    prepared.setattr(command, "ROOT", tmp_path)
    prepared.setattr(command, "STAMP", tmp_path / "stamp")
    prepared.setattr(command, "PYTHON", Path(sys.executable))
    prepared.setattr(command, "pip", lambda *words: calls.append(words))
    command.install(), command.install()
    assert len(calls) == 2
    assert calls[0][0] == "--require-hashes"
    (tmp_path / "requirements.lock").write_text("two")
    command.install()
    assert len(calls) == 4


def test_a_stub_that_only_says_what_to_install_is_no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\necho 'install the snap' >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browsers, "PLACES", ())
    assert browsers.chromium() is None
    stub.write_text("#!/bin/sh\necho 'Chromium 1'\n")
    assert browsers.chromium() == str(stub)


@pytest.mark.parametrize(
    ("words", "status", "said"), [("true", 1, "a browser is required"), ("", 0, "will be skipped")]
)
def test_a_missing_browser_fails_in_ci_and_is_said_elsewhere(monkeypatch, capsys, words, status, said) -> None:
    monkeypatch.setenv("CI", words)
    monkeypatch.setattr(browsers, "chromium", lambda: None)
    monkeypatch.setattr(browsers, "install", lambda: None)
    assert command.browser() == status
    assert said in capsys.readouterr().out


def test_continuous_integration_runs_the_same_command() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert 'exec python3 -m tests "$@"' in script.read_text()
    assert subprocess.run(["bash", "-n", script]).returncode == 0
