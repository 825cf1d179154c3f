"""Twenty thousand bodies for Dash's callback address: what a page of ours sends is answered, all else is refused."""

from pathlib import Path

from tests.fuzz.runs import callbacks

SEED, COUNT = 20261128, 20_000


def test_only_what_a_page_of_ours_sends_gets_as_far_as_dash(tmp_path: Path) -> None:
    found = callbacks(tmp_path, SEED, COUNT)
    assert found.wrong == []
    assert found.faults == []
    assert found.answers[200] > COUNT // 20
    assert found.answers[400] > COUNT // 3
    assert found.answers[413] > COUNT // 100
    assert found.slow < COUNT // 500
    assert found.grown < 0.05
