"""Twenty thousand requests to every address, and papers that nobody signs: only what is declared comes back."""

from pathlib import Path

from tests.fuzz.runs import requests

SEED, COUNT = 20261128, 20_000


def test_every_address_answers_as_declared_whatever_is_asked_of_it(tmp_path: Path) -> None:
    found = requests(tmp_path, SEED, COUNT)
    assert found.wrong == []
    assert found.faults == []
    assert found.answers[200] > COUNT // 8
    assert found.answers[404] > COUNT // 8
    assert {201, 204, 303, 400, 403, 405, 413, 414, 421} <= set(found.answers)
    # Python's and SQLAlchemy's own caches still fill; the campaign, twenty times as long, says whether it ends
    assert found.grown < 0.1
