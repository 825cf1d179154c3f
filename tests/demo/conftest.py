"""What the tests of the demo share: made-up companies, each made once for the whole run."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the companies are kept; nobody changes one."""
    return tmp_path_factory.mktemp("companies")
