"""The wall holds no more after 1,500 refreshes than after the first 500; ``python -m tests.soak`` shows it weeks."""

import socket
from pathlib import Path

from playwright.sync_api import Page

from tests.soak import wall
from tests.soak.scene import scene

REFRESHES, EVERY = 1500, 30
MOST_A_REFRESH = 1024
"""Bytes of heap that a refresh may leave behind, at the upper end of a 95 % interval."""


def test_a_wall_does_not_grow_through_1500_refreshes(page: Page, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with scene(tmp_path, port) as found:
        soaked = wall.soak(page, found, REFRESHES, EVERY, lambda _: None)
    assert soaked.upper_bytes < MOST_A_REFRESH, soaked
    first, last = soaked.measures[len(soaked.measures) // 3], soaked.measures[-1]
    assert abs(last.nodes - first.nodes) <= 0.05 * first.nodes + 50, soaked
    assert abs(last.listeners - first.listeners) <= 0.05 * first.listeners + 5, soaked
