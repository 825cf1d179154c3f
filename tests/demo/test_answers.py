"""The known answers are what the warehouse holds, reckoned a second time without any of the generator's code."""

import json
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from queries.demo.plan import Plan
from tests.demo.companies import MOMENTS, company, made, rows_at
from tests.demo.slowly import answers


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_known_answer_is_what_a_slow_pass_over_the_rows_finds(folder: Path, moment: str) -> None:
    known, rows, plan = company(folder, moment)
    assert known.answers["numbers"] == answers(rows, plan.as_of)


def test_the_known_answers_hold_on_every_engine(warehouse_url: URL) -> None:
    plan = Plan(5, MOMENTS["a Wednesday at noon"], 1200)
    known = made(warehouse_url, plan)
    assert known.answers["numbers"] == answers(rows_at(warehouse_url), plan.as_of)


def test_the_answers_say_something(folder: Path) -> None:
    known, _, _ = company(folder, "a Wednesday at noon", 20_000)
    numbers = known.answers["numbers"]
    empty = [name for name, one in numbers.items() if one in ({"value": 0}, {"value": "0.00"})]
    # the one who left books nothing any more; a rep may have a week without a win
    assert all(name.startswith("sales.rep.") for name in empty)
    assert "sales.rep.r11.done" in empty
    assert all(0 < one["numerator"] < one["denominator"] for one in numbers.values() if "numerator" in one)


def test_the_answers_can_be_written_as_json(folder: Path) -> None:
    known, _, plan = company(folder, "a Wednesday at noon")
    again = json.loads(json.dumps(known.answers))
    assert again == known.answers
    assert again["as_of"] == plan.as_of.isoformat()
