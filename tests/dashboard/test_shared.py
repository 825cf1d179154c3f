"""The folder in which this machine's processes share the board: nobody else may write into it."""

import tempfile
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from dashboard.answers import folder
from dashboard.settings import Settings
from queries.faults import Refused
from tests.dashboard.company import agreement, company


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return Settings(URL.create("sqlite", database=str(tmp_path / "crm.db")), company(), agreement(), 10, 10)


def test_the_folder_is_this_users_alone_and_the_same_the_next_time(told: Settings) -> None:
    found = folder(told)
    assert found.stat().st_mode & 0o777 == 0o700
    assert folder(told) == found


def test_a_folder_that_somebody_else_could_write_into_is_refused(told: Settings, tmp_path: Path) -> None:
    found = folder(told)
    found.chmod(0o777)
    with pytest.raises(Refused, match="SMARKETING_STATE"):
        folder(told)
    found.rmdir()
    (tmp_path / "elsewhere").mkdir()
    found.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="not this user's alone"):
        folder(told)
    assert folder(told, str(found)) == found, "whoever names one has chosen it"
