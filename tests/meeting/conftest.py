"""What the tests of the meeting share: one kept week of a made-up company."""

import pytest

from dashboard.meeting.frozen import Frozen
from tests.meeting import walks


@pytest.fixture(scope="session")
def kept_week(tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    """A kept week; nobody changes it."""
    return walks.kept(tmp_path_factory.mktemp("kept"))
