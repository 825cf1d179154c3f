"""All workers and refreshers die at once (F28): the server heals itself, and nothing old is called new meanwhile."""

import json
import os
import signal
import time

import pytest

from tests.dashboard.live import Live, living

SOON = 60.0
"""Seconds within which it must have healed on the slowest machine; here it takes about four."""


def poll(one: Live) -> tuple[str, float] | None:
    """Return what a poll says was done, and how old it says that is; None where nothing answers."""
    status, headers, body = one.answer("/api/board/picture")
    if status == 0:
        return None
    assert status == 200
    return json.loads(body)["numbers"]["marketing.month.done"]["shown"], float(headers["Age"])


@pytest.mark.parametrize("refreshers_too", [False, True])
def test_polls_recover_by_themselves_and_nothing_old_is_called_new(
    tmp_path_factory: pytest.TempPathFactory, refreshers_too: bool
) -> None:
    with living(tmp_path_factory.mktemp("killed")) as one:
        one.start()
        number = json.loads(one.answer("/api/board/picture")[2])["number"]
        for pid in [*one.workers(), *(one.refreshers() if refreshers_too else [])]:
            os.kill(pid, signal.SIGKILL)
        more, committed = one.one_more_lead(), time.monotonic()
        said: list[tuple[str, float]] = []
        while not said or said[-1][0] != str(more):
            passed = time.monotonic() - committed
            assert passed < SOON, one.log()
            if found := poll(one):
                said.append(found)
                # what was read before the lead came is at least as old as the lead
                assert found[0] == str(more) or found[1] >= passed - 0.1
        print(f"new data again {time.monotonic() - committed:.1f} s after the end of all workers")  # noqa: T201
        assert json.loads(one.answer("/api/board/picture")[2])["number"] > number
        assert one.answer("/readyz")[0] == 200
        while len(one.refreshers()) != 2:
            assert time.monotonic() - committed < SOON
            time.sleep(0.1)
