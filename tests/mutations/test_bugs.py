"""Every planted bug fits the code as it is: its place is there once, and so are the tests that must see it."""

import pytest

from tests.conftest import ROOT
from tests.mutations.bugs import BUGS, Bug


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_fits_the_code(bug: Bug) -> None:
    text = (ROOT / bug.file).read_text(encoding="utf-8")
    assert text.count(bug.right) == 1
    assert bug.right != bug.wrong
    for words in bug.tests.split():
        file, _, name = words.partition("::")
        assert (ROOT / file).exists()
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8") if name else True


def test_there_are_thirty_and_more() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 30
