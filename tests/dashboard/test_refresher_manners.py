"""How a refresher treats its warehouse, and what it says of it: it holds nothing twice, and says nothing twice."""

import gc
from pathlib import Path

import psutil
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

from dashboard.refresher import Refresher
from tests.dashboard.company import filled, settings
from tests.dashboard.test_refresher import Time


def test_a_damaged_file_is_not_held_open_once_more_with_every_look(sqlite_url: URL, tmp_path: Path) -> None:
    filled(sqlite_url, ready=500).dispose()
    file = Path(str(sqlite_url.database))
    time = Time()
    one = Refresher(settings(sqlite_url), tmp_path, time.told, time.monotonic)
    one.turn()
    half = file.read_bytes()
    (tmp_path / "half").write_bytes(half[: len(half) // 2])
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    (tmp_path / "half").replace(file)
    gc.disable()
    try:
        held = [_looked(one, time) for _ in range(8)]
    finally:
        gc.enable()
    assert "damaged" in str(one._fault)
    assert held[-1] <= held[1]
    one.close()


def _looked(one: Refresher, time: Time) -> int:
    """Return how many files this process holds open after one more look."""
    time.passes(10)
    one.turn()
    return psutil.Process().num_fds()


def test_a_role_that_could_write_is_told_once_for_a_server(postgresql_url: URL, tmp_path: Path) -> None:
    filled(postgresql_url).dispose()

    def told(server: str) -> list[str]:
        with capture_logs() as logged:
            one = Refresher(settings(postgresql_url), tmp_path)
            one.say_if_it_could_write(server)
            one.close()
        return [line["event"] for line in logged]

    # the role of these tests owns all there is
    assert told("8001") == ["warehouse_can_write"]
    assert told("8001") == []
    assert told("8002") == ["warehouse_can_write"]
