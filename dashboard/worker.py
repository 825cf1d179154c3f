"""The worker that the Procfile names: gunicorn's own for ASGI, which ends at once when it is told to.

Gunicorn waits for every open connection, and says nothing to the app before: streams, and connections that are only
kept for a next question, would hold a worker up until its graceful timeout.
"""

import asyncio
from collections.abc import Awaitable, Callable

from gunicorn.workers.gasgi import ASGIWorker  # type: ignore[import-untyped]


class Worker(ASGIWorker):  # type: ignore[misc]
    """Takes no more connections when told to end, has the app end its streams, and goes when all is answered."""

    _ending: "asyncio.Task[None] | None" = None

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
