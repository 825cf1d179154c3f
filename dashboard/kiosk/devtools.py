"""Speaks with a browser over the pipe of its DevTools protocol: no port is opened, and nothing else can listen."""

import json
import os
import select
import time
from typing import Any

LONGEST = 5.0
"""Seconds in which the browser answers, or hangs."""


class Lost(Exception):
    """The browser is gone: the other end of the pipe is closed."""


class Hangs(Exception):
    """No answer within its time, or none but an error."""


class Devtools:
    """One browser's DevTools, asked one thing at a time."""

    def __init__(self, writes: int, reads: int) -> None:
        """Speak through two file descriptors, which are closed with this."""
        self._writes, self._reads = writes, reads
        self._number = 0
        self._rest = b""
        self.crashed = False
        """Whether a page has told that its process ended; whoever reads it sets it back."""

    def ask(self, method: str, session: str = "", **words: Any) -> dict[str, Any]:
        """Return what the browser answers; raise ``Hangs`` or ``Lost``."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": words} | ({"sessionId": session} if session else {})
        try:
            os.write(self._writes, json.dumps(asked).encode() + b"\0")
        except OSError as closed:
            raise Lost(str(closed)) from None
        return self._answer(self._number, time.monotonic() + LONGEST)

    def _answer(self, number: int, ends: float) -> dict[str, Any]:
        while (left := ends - time.monotonic()) > 0:
            for told in self._heard(left):
                self.crashed = self.crashed or told.get("method") in ("Target.targetCrashed", "Inspector.targetCrashed")
                if told.get("id") == number:
                    if "error" in told:
                        raise Hangs(told["error"].get("message", "an error"))
                    result: dict[str, Any] = told["result"]
                    return result
        raise Hangs("no answer")

    def _heard(self, seconds: float) -> list[dict[str, Any]]:
        """Return the messages that have come within ``seconds``, as soon as there are some."""
        if not select.select([self._reads], [], [], seconds)[0]:
            return []
        piece = os.read(self._reads, 1 << 16)
        if not piece:
            raise Lost("it ended")
        *whole, self._rest = (self._rest + piece).split(b"\0")
        return [json.loads(one) for one in whole]

    def close(self) -> None:
        """Let go of the browser."""
        os.close(self._writes)
        os.close(self._reads)
