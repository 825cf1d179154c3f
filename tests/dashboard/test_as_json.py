"""What machines are told of a board: one object, plain JSON, and a reason wherever there is no value."""

import json
from datetime import UTC, timedelta
from fractions import Fraction

import pytest

from dashboard.board import Board, as_json, exact
from tests.dashboard.boards import BOARDS, usual

TOP = {"as_of", "state", "ages", "agreement", "numbers"}
EACH = {"value", "status", "numerator", "denominator", "left_out", "unit"}


@pytest.mark.parametrize("name", BOARDS)
def test_every_board_is_plain_json_with_what_was_agreed_for_machines(name: str) -> None:
    told = as_json(BOARDS[name]())
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert set(told) >= TOP
    assert set(told["ages"]) == {"newest_event", "last_load", "last_poll"}
    assert all(set(one) >= EACH for one in told["numbers"].values())


@pytest.mark.parametrize("name", BOARDS)
def test_a_value_or_a_reason_never_both_never_neither(name: str) -> None:
    for called, one in as_json(BOARDS[name]())["numbers"].items():
        assert (one["value"] is None) == bool(one.get("reason")), called


def test_the_boards_age_is_that_of_the_newest_load_and_a_numbers_that_of_its_oldest() -> None:
    board = usual()
    loads = [board.as_of.astimezone(UTC) - timedelta(minutes=7 + n) for n in range(len(board.ages))]
    aged = board._replace(ages=[one._replace(last_load=at) for one, at in zip(board.ages, loads, strict=True)])
    told = as_json(aged)
    age = told["ages"]["last_load"]
    assert (age["seconds"], age["at"]) == (60 * 7, max(loads).astimezone(board.as_of.tzinfo).isoformat())
    by_table = dict(zip((one.table for one in board.ages), loads, strict=True))
    for name, one in board.numbers.items():
        oldest = min(by_table[table] for table in one.tables)
        found = told["numbers"][name]["ages"]["last_load"]
        assert found["at"] == oldest.astimezone(board.as_of.tzinfo).isoformat()


def test_a_table_that_never_told_of_a_load_is_no_age_with_a_reason() -> None:
    board = usual()
    silent: Board = board._replace(ages=[one._replace(last_load=None) for one in board.ages])
    assert as_json(silent)["ages"]["last_load"] == {
        "at": None,
        "seconds": None,
        "reason": "no load is recorded by then",
    }


def test_the_last_poll_is_the_moment_somebody_looked_not_the_moment_looked_at() -> None:
    board = usual()
    later = board._replace(polled_at=board.as_of + timedelta(days=3))
    assert as_json(later)["ages"]["last_poll"]["at"] == (board.as_of + timedelta(days=3)).isoformat()


def test_whole_numbers_are_whole_and_others_have_six_places() -> None:
    told = [exact(Fraction(828)), exact(Fraction(1, 3)), exact(Fraction(-5, 2)), exact(None)]
    assert json.dumps(told) == "[828, 0.333333, -2.5, null]"
