"""What the tests of the pack share: one company whose week is kept."""

from pathlib import Path

import pytest

from tests.packing.company import Kept, copied, made


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A company whose week is kept; nobody changes it."""
    return made(tmp_path_factory.mktemp("packed"))


@pytest.fixture
def own(company: Kept, tmp_path: Path) -> Kept:
    """A company like it, of this test's own."""
    return copied(company, tmp_path / "own")
