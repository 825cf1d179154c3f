"""``smarketing demo`` as a person runs it: one command, an address that opens, a board that moves, nothing left."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from dashboard import signed
from dashboard.agreement import Agreement
from dashboard.cli import main
from dashboard.company import Company
from dashboard.reckon import board
from queries import warehouse
from queries.demo.make import make
from queries.demo.plan import Plan
from tests.demo.companies import MOMENTS
from tests.demo.test_player import wait_for

MAIN = [sys.executable, "-c", "from dashboard.cli import main; main()", "demo"]


def free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def demo(folder: Path, port: int, *options: str) -> Iterator[list[str]]:
    """A demo that has printed its address, and the lines it printed; when it is ended, nothing is left running."""
    words = [*MAIN, "--leads", "1200", "--dir", str(folder), "--port", str(port), *options]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines: list[str] = []
    try:
        assert process.stdout is not None
        while "Ctrl-C" not in (lines[-1] if lines else "") and process.poll() is None:
            lines.append(process.stdout.readline())
        yield lines
    finally:
        process.send_signal(signal.SIGINT if "--still" in options else signal.SIGTERM)
        said, wrong = process.communicate(timeout=60)
    assert (process.returncode, said.strip(), "Traceback" in wrong) == (0, "Stopped.", False)
    assert not is_listening(used_port(lines))
    assert not players(folder)


def used_port(lines: list[str]) -> int:
    (line,) = (one for one in lines if "http://" in one)
    return int(line.rsplit(":", 1)[1])


def asked(port: int, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def is_listening(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def players(folder: Path) -> list[str]:
    """The processes that play the company in ``folder``."""
    listed = subprocess.run(["ps", "-Awwo", "pid,stat,command"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if f"queries.demo sqlite:///{folder}" in line]


def loads_in(path: Path) -> int:
    """How many loads brought rows: every step of the player in which something happened wrote some."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM loads WHERE rows > 0").fetchone()[0])


def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *options: str) -> str:
    monkeypatch.setattr(sys, "argv", ["smarketing", "demo", *options])
    with pytest.raises(SystemExit, match="2"):
        main()
    return capsys.readouterr().err


def test_the_board_opens_and_moves_though_the_port_was_taken(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = int(other.getsockname()[1])
        with demo(folder, taken) as lines:
            assert f"Port {taken} is taken" in lines[0]
            assert used_port(lines) > taken
            assert asked(used_port(lines), "/")[0] == 200
            # of any one kind there may be nothing for a minute or two; of all kinds together there is
            before = loads_in(folder / "demo.db")
            assert wait_for(lambda: loads_in(folder / "demo.db") > before, 120)
            assert len(players(folder)) == 1


def test_a_still_demo_made_again_in_its_directory_says_exactly_the_known_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    for name in ("demo.lock", "demo.db", "demo.db-wal", "answers.json"):
        (folder / name).write_text("left by an earlier demo")
    with demo(folder, free(), "--still", "--seed", "2") as lines:
        known = json.loads((folder / "answers.json").read_text())
        status, body = asked(used_port(lines), f"/api/board?as_of={quote(known['as_of'])}")
        assert not players(folder)
        assert "already running" in refused(capsys, monkeypatch, "--dir", str(folder), "--port", str(free()))
        assert json.loads((folder / "answers.json").read_text()) == known
    assert status == 200
    assert differences(known["numbers"], json.loads(body)["numbers"]) == []
    assert known["seed"] == 2


def differences(known: dict[str, Any], shown: dict[str, Any]) -> list[str]:
    """The names whose answer on the board is not the known one; a name the board does not use is left out."""
    return [
        f"{name}: {one} is shown as {shown[name]}"
        for name, one in known.items()
        if name in shown and any(float(value) != float(shown[name][key]) for key, value in one.items())
    ]


def test_most_known_answers_are_numbers_of_the_board(tmp_path: Path) -> None:
    plan = Plan(1, MOMENTS["a Wednesday at noon"], 2500)
    url = warehouse.address(str(tmp_path / "demo.db"))
    engine = warehouse.writer(url)
    known = make(engine, plan, lambda *_: None)
    engine.dispose()
    (tmp_path / "smarketing.toml").write_text(known.company)
    (tmp_path / "agreement.toml").write_text(known.agreement)
    company = signed.read(Company, tmp_path / "smarketing.toml")
    promised = signed.read(Agreement, tmp_path / "agreement.toml")
    with warehouse.reading(warehouse.reader(url)) as connection:
        shown = board(connection, company, promised, plan.as_of, plan.as_of, travelled=True).numbers
    assert len(promised.versions) == 4
    both = set(shown) & set(known.answers["numbers"])
    assert len(both) >= len(known.answers["numbers"]) - 4
    for name in both:
        one = known.answers["numbers"][name]
        assert all(float(value) == float(getattr(shown[name], key)) for key, value in one.items()), name


def test_a_server_that_cannot_start_is_refused_with_its_last_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMARKETING_REFRESH_SECONDS", "often")
    folder = str(tmp_path / "demo")
    said = refused(capsys, monkeypatch, "--leads", "300", "--dir", folder, "--port", str(free()))
    assert "the board's server did not start" in said
    assert "SMARKETING_REFRESH_SECONDS" in said


def test_a_directory_that_holds_something_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "smarketing.toml").write_text("name = 'Ours'")
    assert "holds files that are no demo's" in refused(capsys, monkeypatch, "--dir", str(tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == ["smarketing.toml"]
    assert (tmp_path / "smarketing.toml").read_text() == "name = 'Ours'"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--leads", "0"), "--leads 0: a demo has 1 to 10,000,000 leads"),
        (("--leads", "20000000"), "--leads 20000000"),
        (("--dir", "/dev/null/demo"), "cannot be used for the demo"),
    ],
)
def test_what_cannot_be_made_is_refused_in_words(
    options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said in refused(capsys, monkeypatch, *options)
