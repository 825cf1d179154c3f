"""The player as a process: ``python -m queries.demo ADDRESS``, until it is told to stop or its parent has gone."""

import argparse
import os
import signal
import sys
from datetime import UTC, datetime
from threading import Event
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError

from queries import warehouse
from queries.demo.player import Player

EVERY = 2.0
"""Seconds between two steps."""


def main() -> None:
    """Play until a signal comes or the process that started this one has gone."""
    asked = argparse.ArgumentParser(prog="python -m queries.demo", description="Plays the demo's CRM.")
    asked.add_argument("address", help="the warehouse that the demo has made")
    asked.add_argument("--leads", type=int, default=40_000, help="how many leads the demo was made with")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--parent", type=int, default=os.getppid(), help="stop when this is no longer the parent")
    given = asked.parse_args()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    engine = _engine(given.address)
    play(Player(engine, given.leads, given.seed, datetime.now(UTC)), stop, given.parent)
    engine.dispose()


def play(player: Player, stop: Event, parent: int) -> None:
    """Take a step every two seconds; a warehouse that is locked or gone is asked again at the next one."""
    silent = False
    while not stop.wait(EVERY) and os.getppid() == parent:
        try:
            player.step(datetime.now(UTC))
            silent = False
        except DBAPIError as failed:
            if not silent:
                sys.stderr.write(f"the demo's player waits for the warehouse: {str(failed.orig).splitlines()[0]}\n")
            silent = True


def _engine(address: str) -> Engine:
    """Return a writing engine that waits a second for a lock and no longer, so that a signal is heard soon."""
    url = warehouse.address(address)
    engine = warehouse.writer(url)
    if url.get_backend_name() == "sqlite":

        @event.listens_for(engine, "connect")
        def _impatient(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA busy_timeout = 1000")

    return engine


if __name__ == "__main__":
    main()
