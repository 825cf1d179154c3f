"""Which rep somebody is who has signed in: by the e-mail address in the warehouse."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import date

from sqlalchemy import Engine

from queries import reps
from queries.faults import Refused
from queries.warehouse import reading

KNOWN_FOR, MOST = 300.0, 5000


class RepsByMail:
    """Asks the warehouse once in a while, and not with every look at a page."""

    def __init__(
        self, engine: Engine, today: Callable[[], date], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine, self._today, self._monotonic = engine, today, monotonic
        self._known: OrderedDict[str, tuple[float, str | None]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, email: str) -> str | None:
        """Return the id of the rep with this address; None of nobody, or while the warehouse does not say."""
        if not email:
            return None
        with self._lock:
            known = self._known.get(email)
        if known and self._monotonic() - known[0] < KNOWN_FOR:
            return known[1]
        try:
            with reading(self._engine) as connection:
                found = reps.by_email(connection, email, self._today())
        except Refused:
            return known[1] if known else None
        with self._lock:
            self._known[email] = (self._monotonic(), found)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return found
