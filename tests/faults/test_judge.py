"""The judge catches what it is there for: a judge that is never angry proves nothing."""

from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from dashboard.look import Looker
from dashboard.settings import settings
from dashboard.words import figure
from queries.warehouse import writer
from tests.faults.company import Company, now
from tests.faults.judge import CORE, Judge, true
from tests.faults.papers import AGREEMENT, COMPANY
from tests.faults.witness import Sample, Tile


@pytest.fixture
def company(tmp_path: Path) -> Company:
    found = Company(writer(URL.create("sqlite", database=str(tmp_path / "warehouse.db"))), 7)
    found.begin()
    return found


@pytest.fixture
def honest(company: Company, tmp_path: Path) -> Sample:
    """What an honest screen shows of the company now."""
    (tmp_path / "smarketing.toml").write_text(COMPANY)
    (tmp_path / "agreement.toml").write_text(AGREEMENT)
    told = settings(f"{tmp_path}/warehouse.db", tmp_path / "smarketing.toml", tmp_path / "agreement.toml")
    looker = Looker(told)
    board = looker.at(now(), now())
    looker.close()
    company.writer.dispose()
    tiles = tuple(Tile(name, figure(one.value, one.unit), "7") for name, one in board.numbers.items())
    return Sample(board.as_of.timestamp() + 1, 1.0, "live", "live, data to 12:00", "", board.as_of, tiles)


def changed(one: Sample, name: str, text: str) -> Sample:
    return one._replace(tiles=tuple(tile._replace(text=text) if tile.name == name else tile for tile in one.tiles))


def test_an_honest_screen_has_nothing_to_fear(company: Company, honest: Sample) -> None:
    judge = Judge(company)
    assert judge.faults([honest, honest]) == []
    assert judge.compared > 30


@pytest.mark.parametrize("name", CORE)
def test_one_number_that_is_a_little_wrong_is_seen(company: Company, honest: Sample, name: str) -> None:
    text = next(tile.text for tile in honest.tiles if tile.name == name)
    lie = "12,345" if text == "—" else text.replace(text[0], str((int(text[0]) + 1) % 10), 1)
    assert any(
        said.startswith("I1: as of") and name in said for said in Judge(company).faults([changed(honest, name, lie)])
    )


def test_a_number_of_a_later_moment_beside_those_of_this_one_is_a_lie(company: Company, honest: Sample) -> None:
    company.add({"leads": [company.lead(now()) for _ in range(3)]})
    company.writer.dispose()
    count = next(tile.text for tile in honest.tiles if tile.name == "marketing.month.done")
    assert Judge(company).faults([changed(honest, "marketing.month.done", f"{int(count) + 3}")])


def test_half_a_load_is_never_true(company: Company, honest: Sample) -> None:
    company.history[-1] = company.history[-1]._replace(whole=False)
    assert Judge(company).faults([honest])


def test_old_numbers_that_are_called_live_a_blank_and_a_step_back_are_seen(company: Company, honest: Sample) -> None:
    judge = Judge(company)
    assert judge.faults([honest._replace(at=honest.at + 30)]) == ["I1: live, and 31 s old"]
    assert judge.faults([honest._replace(at=honest.at + 30, state="stale")]) == []
    assert judge.faults([changed(honest, "sales.week.done", " ")])[0].startswith("I2: nothing stands for sales.week")
    later = honest._replace(as_of=before_by(honest, -5))
    assert any(said.startswith("I3: back from") for said in judge.faults([later, honest]))


def before_by(one: Sample, seconds: float) -> datetime:
    assert one.as_of
    return one.as_of - timedelta(seconds=seconds)


def test_two_snapshots_on_one_screen_are_seen(company: Company, honest: Sample) -> None:
    tiles = (honest.tiles[0]._replace(snapshot="8"), *honest.tiles[1:])
    assert Judge(company).faults([honest._replace(tiles=tiles)]) == ["I3: numbers of snapshots 7, 8 stand together"]


@pytest.mark.parametrize("text", ["nan", "inf", "None", "undefined", "1,23", "12.4", "−12"])
def test_what_is_no_value_or_another_is_not_true(text: str) -> None:
    assert not true(text, Fraction(12))
