"""The worker that the Procfile names: gunicorn's own for ASGI, which ends at once when it is told to.

Gunicorn waits for every open connection, and says nothing to the app before: streams, and connections that are only
kept for a next question, would hold a worker up until its graceful timeout.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from gunicorn.asgi.protocol import ASGIProtocol  # type: ignore[import-untyped]
from gunicorn.workers import gasgi  # type: ignore[import-untyped]

from dashboard.access.way import refuse_elsewhere
from dashboard.logs import log
from queries.faults import Refused

AGAIN = 2.0
"""Seconds from one try to start to the next."""


class Impatient(ASGIProtocol):  # type: ignore[misc]
    """A connection that must ask something in the time in which it must ask again; gunicorn waits without end."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first request: the same timer ends that as ends what is only kept."""
        super().connection_made(transport)
        self._arm_keepalive_timer()


gasgi.ASGIProtocol = Impatient


class Worker(gasgi.ASGIWorker):  # type: ignore[misc]
    """Takes no more connections when told to end, has the app end its streams, and goes when all is answered."""

    _ending: "asyncio.Task[None] | None" = None

    def init_process(self) -> None:
        """Begin the worker's life; what is refused at the start is said in words, and no other worker is tried."""
        try:
            super().init_process()
        except Refused as refused:
            self.log.error("Smarketing does not start: %s", refused)
            sys.exit(Arbiter.APP_LOAD_ERROR)

    def load_wsgi(self) -> None:
        """Make the app; while it cannot be made, one that takes another's place waits, and the others go on serving.

        Gunicorn would end altogether with it. One of the first does not wait: who starts a server wants to know.
        """
        said: str | None = None
        while True:
            try:
                super().load_wsgi()
                return self._refuse_elsewhere()
            except Exception as wrong:
                if self.age <= self.cfg.workers:
                    raise
                # what a program's own failure says may hold an address with its password; what is refused does not
                why = str(wrong)[:500] if isinstance(wrong, Refused) else "it cannot be made"
                if why != said:
                    log.error("worker_waits", why=why, kind=type(wrong).__name__)
                said = why
            self._wait()

    def _refuse_elsewhere(self) -> None:
        """Raise ``Refused`` where the app would listen where its way in must not be reached."""
        house = getattr(self.asgi, "house", None)
        if house:
            places = [one.sock.getsockname() for one in self.sockets]
            refuse_elsewhere(house.way, [str(one[0]) for one in places if isinstance(one, tuple)])

    def _wait(self) -> None:
        """Wait a little, saying all the while that this worker lives; end with whoever started it."""
        self.notify()
        self.loop.run_until_complete(asyncio.sleep(AGAIN))
        if not self.alive or self.ppid != os.getppid():
            sys.exit(0)

    def handle_exit_signal(self) -> None:
        """End gracefully: what is being answered is answered, within gunicorn's graceful timeout."""
        super().handle_exit_signal()
        for server in self.servers:
            server.close()
        end = getattr(self.asgi, "end", None)
        if end and not self._ending:
            self._ending = self.loop.create_task(self._end(end))

    async def _end(self, end: Callable[[], Awaitable[None]]) -> None:
        await end()
        # what is still open waits for nothing
        self.handle_quit_signal()
