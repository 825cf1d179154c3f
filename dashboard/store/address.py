"""Where the store is: its address read, told from the warehouse's, and shown without a secret."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from dashboard.store.faults import StoreAddressWrong

NAME = "smarketing-store.db"
HOW = "write it like sqlite:///smarketing-store.db or postgresql://user:password@host/database"
PORT = 5432


def address(text: str) -> URL:
    """Return the store's address from ``text``: an SQLite file (a path or a URL), or a PostgreSQL database.

    Raises ``StoreAddressWrong`` for anything else; its words never hold the address, which may hold a password.

    >>> address("kept/store.db").render_as_string()
    'sqlite:///kept/store.db'
    >>> address("postgres://app@db/smarketing").drivername
    'postgresql+psycopg'
    """
    if not text.strip():
        raise StoreAddressWrong(f"the store's address is empty: set SMARKETING_STORE, or leave it out; {HOW}")
    if "://" not in text:
        return _file(URL.create("sqlite", database=text))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StoreAddressWrong(f"the store's address (SMARKETING_STORE) is not understood: {HOW}") from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return _database(url.set(drivername="postgresql+psycopg"))
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return _file(url.set(drivername="sqlite"))
    raise StoreAddressWrong(f"the store (SMARKETING_STORE) is kept in SQLite or PostgreSQL only: {HOW}")


def _file(url: URL) -> URL:
    """Return an SQLite address that names a file, and nothing besides."""
    if url.query or not url.database or url.database.startswith((":", "file:")):
        raise StoreAddressWrong("an SQLite store (SMARKETING_STORE) needs a file: write sqlite:///smarketing-store.db")
    if "\0" in url.database:
        raise StoreAddressWrong("the store's file (SMARKETING_STORE) has a name that no file can have")
    return url


def _database(url: URL) -> URL:
    """Return a PostgreSQL address that names a database."""
    if not url.database:
        raise StoreAddressWrong(f"the store's address (SMARKETING_STORE) names no database: {HOW}")
    return url


def beside(warehouse: URL) -> URL:
    """Return where the store is when nobody says: beside an SQLite warehouse, else in the current folder.

    >>> beside(make_url("sqlite:////data/warehouse.db")).database
    '/data/smarketing-store.db'
    >>> beside(make_url("postgresql://board@db/crm")).database
    'smarketing-store.db'
    """
    is_file = warehouse.get_backend_name() == "sqlite" and warehouse.database
    folder = Path(str(warehouse.database)).parent if is_file else Path()
    return URL.create("sqlite", database=str(folder / NAME))


def apart(store: URL, warehouse: URL) -> URL:
    """Return ``store``; raise ``StoreAddressWrong`` when it is the warehouse, which is only ever read."""
    if _place(store) == _place(warehouse) or _same_file(store, warehouse):
        raise StoreAddressWrong(
            f"the store and the warehouse are one ({shown(store)}): the warehouse is only ever read. "
            "Name another file or database by SMARKETING_STORE"
        )
    return store


def _place(url: URL) -> tuple[str, ...]:
    """Return what tells one database from another, whoever signs in."""
    backend, database = url.get_backend_name(), str(url.database)
    if backend == "sqlite":
        return backend, str(Path(database).absolute())
    named = str(url.host or "localhost").lower()
    host = "127.0.0.1" if named in ("localhost", "::1") else named
    return backend, host, str(url.port or PORT), database


def _same_file(store: URL, warehouse: URL) -> bool:
    """Return whether two SQLite addresses lead to one file, by whatever links."""
    if {store.get_backend_name(), warehouse.get_backend_name()} != {"sqlite"}:
        return False
    ours, theirs = Path(str(store.database)), Path(str(warehouse.database))
    try:
        return ours.resolve() == theirs.resolve() or ours.samefile(theirs)
    except (OSError, RuntimeError):  # one of them is not there yet, or cannot be looked at: opening says so
        return False


def shown(url: URL) -> str:
    """Return the store's address as it may be shown: without a password, and without options that may hold one.

    >>> shown(make_url("postgresql+psycopg://app:secret@db/store?sslpassword=secret"))
    'postgresql+psycopg://app@db/store'
    """
    return url.set(query={})._replace(password=None).render_as_string()
