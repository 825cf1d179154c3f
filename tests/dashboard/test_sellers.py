"""The parts of sales' promise: by team, or by rep where the company shows names; together they are the whole."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.engine import URL

from dashboard.board import Board
from dashboard.drawing.promise import sales
from dashboard.reckon import board
from queries import tables, warehouse
from tests.dashboard import company

HOUR = timedelta(hours=1)
NORTH, ALONE = {"rep_id": "r1", "name": "Ada", "team": "North"}, {"rep_id": "r2", "name": "Ben", "team": None}
STATED = [{"team": "North"}], [{}], [{"team": "North"}, {"rep": "r2"}], [{"rep": "r1"}], []
"""Quotas of a team, of everybody, of a team and a rep without one, of one of two reps, and none."""


def shown(folder: Path, bearers: Sequence[dict[str, str]], won: dict[str, int], names: bool) -> Board:
    """The board of two reps, one of a team, of whom each has won so much today; each quota is of 1,000 a week."""
    url = URL.create("sqlite", database=str(folder / "warehouse.db"))
    writer = company.filled(url)
    with writer.begin() as connection:
        connection.execute(tables.deals.delete())
        connection.execute(update(tables.reps).values(NORTH))
        connection.execute(tables.reps.insert(), [ALONE])
        for rep, amount in won.items():
            row = company.deal(f"d-{rep}", company.WEDNESDAY - HOUR, Decimal(amount)) | {"rep_id": rep}
            connection.execute(tables.deals.insert(), [row])
    writer.dispose()
    quotas = [one | {"period": "week", "unit": "money", "amount": 1000} for one in bearers]
    promised, reader = company.agreement(company.version(quotas=quotas)), warehouse.reader(url, 60)
    with warehouse.reading(reader) as connection:
        at = company.WEDNESDAY
        found = board(connection, company.company(names_on_wall=names), promised, at, at)
    reader.dispose()
    return found


def together(found: Board, name: str) -> Fraction:
    return sum((found.numbers[f"{one.prefix}.{name}"].value or Fraction(0) for one in found.sellers), Fraction(0))


@pytest.mark.parametrize("won", [{"r1": 700, "r2": 500}, {"r2": 500}, {"r1": 700, "stranger": 90}, {}])
@pytest.mark.parametrize("bearers", STATED)
def test_what_the_names_on_the_wall_have_done_is_what_everybody_has_done(
    tmp_path: Path, bearers: list[dict[str, str]], won: dict[str, int]
) -> None:
    found = shown(tmp_path, bearers, won, names=True)
    assert together(found, "done") == found.numbers["sales.week.done"].value == sum(won.values())
    assert {f"sales.rep.{rep}" for rep in won} <= {one.prefix for one in found.sellers}


def test_where_no_rep_has_a_quota_or_bookings_the_teams_are_shown_also_with_names(tmp_path: Path) -> None:
    found = shown(tmp_path, [{"team": "North"}], {}, names=True)
    assert [one.prefix for one in found.sellers] == ["sales.team.North"]
    assert "No team has a quota" not in str(sales(found))


@pytest.mark.parametrize("won", [{"r1": 700, "r2": 500}, {"r1": 700}, {}])
def test_what_the_teams_are_to_bring_is_what_everybody_is_to_bring_also_with_a_rep_who_has_no_team(
    tmp_path: Path, won: dict[str, int]
) -> None:
    found = shown(tmp_path, [{"rep": "r1"}, {"rep": "r2"}], won, names=False)
    assert [one.prefix for one in found.sellers] == ["sales.team.North", "sales.team.no team"]
    assert together(found, "target") == found.numbers["sales.week.target"].value == 2000
    assert together(found, "done") == found.numbers["sales.week.done"].value == sum(won.values())
