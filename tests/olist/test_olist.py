"""The board of the real Olist data holds the known values, and says what this data cannot tell."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import URL

from queries.tables import deals, leads
from tests.postgres import Server

HERE = Path(__file__).parent
AS_OF = "2018-04-18T13:30-03:00"

Told = dict[str, Any]


def smarketing(url: URL, *words: str) -> str:
    """What the command says, run as people run it."""
    program = "from dashboard.cli import main; main()"
    environment = {**os.environ, "WAREHOUSE_URL": url.render_as_string(hide_password=False)}
    done = subprocess.run(
        [sys.executable, "-c", program, *words], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def warehouse(
    request: pytest.FixtureRequest, olist: Path, tmp_path_factory: pytest.TempPathFactory, postgres: Server
) -> Iterator[URL]:
    """Olist loaded on one engine."""
    if request.param == "postgresql":
        with postgres.empty() as url:
            smarketing(url, "load", str(HERE / "mapping.toml"), "--from", str(olist))
            yield url
    else:
        url = URL.create("sqlite", database=str(tmp_path_factory.mktemp("olist") / "warehouse.db"))
        smarketing(url, "load", str(HERE / "mapping.toml"), "--from", str(olist))
        yield url


@pytest.fixture(scope="module")
def board(warehouse: URL) -> Told:
    """Its board as machines get it."""
    papers = ["--config", str(HERE / "smarketing.toml"), "--agreement", str(HERE / "agreement.toml")]
    told: Told = json.loads(smarketing(warehouse, "board", "--as-of", AS_OF, *papers, "--json"))
    return told


KNOWN = {
    "marketing.month.target": 1300,
    "marketing.month.done": 828,
    "marketing.month.owed": pytest.approx(773.8, abs=0.05),
    "marketing.today.done": 67,
    "sales.week.done": 15,
    "sales.week.owed": 12.5,
    "sales.week.previous": 24,
    "goal.month.done": 102,
}
"""As the data's own description has them."""


@pytest.mark.parametrize("name", KNOWN)
def test_the_board_holds_the_known_values(board: Told, name: str) -> None:
    assert board["numbers"][name]["value"] == KNOWN[name]


def test_every_lead_and_deal_is_loaded(warehouse: URL) -> None:
    engine = create_engine(warehouse)
    with engine.connect() as connection:
        counts = [connection.execute(select(func.count()).select_from(table)).scalar() for table in (leads, deals)]
    engine.dispose()
    assert counts == [8_000, 842]


def test_what_is_owed_is_shown_with_the_working_days_it_comes_from(board: Told) -> None:
    assert "12.5 of 21 working days" in board["numbers"]["marketing.month.owed"]["formula"]


UNKNOWN = ("followup.", "quality.", "sales.week.pipeline", "sales.week.coverage")


def test_what_this_data_cannot_tell_is_null_with_a_reason(board: Told) -> None:
    silent = {name: one for name, one in board["numbers"].items() if name.startswith(UNKNOWN)}
    assert len(silent) >= 15
    assert {name for name, one in silent.items() if one["value"] is not None} == set()
    assert {name for name, one in silent.items() if not one["reason"]} == set()


def test_nothing_but_what_this_data_cannot_tell_is_null(board: Told) -> None:
    empty = {name for name, one in board["numbers"].items() if one["value"] is None and not name.startswith(UNKNOWN)}
    # there is one quota, of everybody; and no deal has an amount
    assert {name for name in empty if not name.startswith(("sales.rep.", "sales.team."))} == {"goal.measured.deal_size"}
    assert not {name for name in empty if name.endswith(".done")}


def test_the_sources_of_the_month_add_up_to_the_whole(board: Told) -> None:
    parts = [one["value"] for name, one in board["numbers"].items() if name.startswith("marketing.source.")]
    done = [one["value"] for name, one in board["numbers"].items() if is_part(name, "marketing.source.")]
    assert len(parts) == 3 * len(done)
    assert sum(done) == 828


def test_the_reps_of_the_week_add_up_to_the_whole(board: Told) -> None:
    assert sum(one["value"] for name, one in board["numbers"].items() if is_part(name, "sales.rep.")) == 15


def is_part(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and name.endswith(".done")


def test_the_board_says_of_which_moment_and_agreement_it_is(board: Told) -> None:
    assert (board["as_of"], board["week"], board["agreement"]) == ("2018-04-18T13:30:00-03:00", "2018-W16", "v1")
