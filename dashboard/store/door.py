"""The only door to the app's own store: opened by its address, and inside it what the meeting keeps."""

import threading
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from dashboard.store.actions import Actions
from dashboard.store.connections import WAITS, engine
from dashboard.store.mails import Mails
from dashboard.store.notes import Notes
from dashboard.store.packs import Packs
from dashboard.store.promises import Promises
from dashboard.store.schema import MIGRATIONS, brought_up
from dashboard.store.screens import Screens
from dashboard.store.sessions import Sessions


class Store:
    """An open store, for any number of threads; it holds no connection while nothing is asked of it on SQLite."""

    def __init__(self, made: Engine) -> None:
        self.engine = made
        self.packs = Packs(made)
        self.actions = Actions(made)
        self.notes = Notes(made)
        self.promises = Promises(made)
        self.mails = Mails(made)
        self.sessions = Sessions(made)
        self.screens = Screens(made)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


class Opener:
    """Opens a store when it is first asked for, once, for any number of threads."""

    def __init__(self, url: URL) -> None:
        self._url, self._lock = url, threading.Lock()
        self._store: Store | None = None

    def __call__(self) -> Store:
        """Return the store; raise what ``opened`` raises, and try again the next time."""
        with self._lock:
            self._store = self._store or opened(self._url)
            return self._store


def opened(url: URL, waits: float = WAITS, migrations: Path = MIGRATIONS) -> Store:
    """Return the store at ``url``, made where there is none, and brought to this program's version where it is older.

    A write waits ``waits`` seconds for its turn. Raises ``StoreForeign`` for a newer store or for a database that
    holds something else, and ``StoreSilent`` where nothing can be kept; both leave everything as it was.
    """
    made = engine(url, waits)
    try:
        brought_up(made, migrations)
    except BaseException:
        made.dispose()
        raise
    return Store(made)
