"""Two thousand papers that nobody signs: refused at once and in words, or a board can be reckoned."""

from pathlib import Path

from tests.fuzz.starts import LONGEST, starts

SEED, COUNT = 20261128, 2000


def test_papers_are_refused_in_words_or_make_a_board(tmp_path: Path) -> None:
    found = starts(tmp_path, SEED, COUNT)
    assert found.wrong == []
    assert found.count == COUNT
    assert found.slowest < LONGEST
    assert found.outcomes["refused"] > COUNT // 2
    assert found.outcomes["read"] > COUNT // 20
    assert set(found.outcomes) <= {"refused", "read", "read, and refused a board"}
