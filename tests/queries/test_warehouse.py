"""The door to the warehouse: it only reads, sees one moment, gives up in time, and speaks in words without secrets."""

import gc
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from queries.faults import ContractBroken, WarehouseAddressWrong, WarehouseSilent
from queries.tables import deals, leads, metadata
from queries.warehouse import abandon, address, reader, reading
from tests.dashboard.company import WEDNESDAY, deal, filled, lead

NEVER_ENDING = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) SELECT count(*) FROM number"


@pytest.fixture
def writer(warehouse_url: URL) -> Iterator[Engine]:
    engine = filled(warehouse_url)
    yield engine
    engine.dispose()


@pytest.fixture
def read_only(writer: Engine) -> Iterator[Engine]:
    engine = reader(writer.url, seconds=2)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("table", [one.name for one in metadata.sorted_tables])
def test_nothing_can_be_written_through_it(read_only: Engine, table: str) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), read_only.connect() as connection:
        connection.execute(metadata.tables[table].delete())


def test_nothing_can_be_made_or_dropped_through_it(read_only: Engine) -> None:
    for words in ("CREATE TABLE mine (a int)", "DROP TABLE leads"):
        with pytest.raises(DBAPIError, match=r"readonly|read-only"), read_only.connect() as connection:
            connection.execute(text(words))


def test_the_file_of_an_sqlite_warehouse_is_the_same_after_reading(sqlite_url: URL) -> None:
    writer = filled(sqlite_url)
    writer.dispose()
    file = Path(str(sqlite_url.database))
    before = file.read_bytes()
    with reading(reader(sqlite_url)) as connection:
        connection.execute(select(func.count()).select_from(leads))
    assert file.read_bytes() == before


def test_two_queries_of_one_reading_see_one_moment(read_only: Engine, writer: Engine) -> None:
    count = select(func.count()).select_from(leads)
    with reading(read_only) as connection:
        before = connection.execute(count).scalar()
        with writer.begin() as other:
            other.execute(leads.insert(), [lead(77)])
        assert connection.execute(count).scalar() == before
    with reading(read_only) as connection:
        assert connection.execute(count).scalar() == (before or 0) + 1


def test_a_query_that_never_ends_is_given_up_at_the_deadline(read_only: Engine) -> None:
    began = time.monotonic()
    with pytest.raises(WarehouseSilent, match="took too long"), reading(read_only) as connection:
        connection.execute(text(NEVER_ENDING))
    assert time.monotonic() - began < 20


def test_a_server_that_hangs_is_let_go_of(postgresql_url: URL) -> None:
    filled(postgresql_url).dispose()
    engine = reader(postgresql_url, seconds=60)
    said: list[str] = []
    with reading(engine) as connection:
        backend = int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())

    def ask() -> None:
        with pytest.raises(WarehouseSilent) as caught, reading(engine) as connection:
            connection.execute(text("SELECT pg_sleep(60)"))
        said.append(str(caught.value))

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.5)
    os.kill(backend, signal.SIGSTOP)
    try:
        abandon(engine)
        asking.join(10)
        assert said == ["the warehouse's server ended the connection"]
    finally:
        os.kill(backend, signal.SIGCONT)
        engine.dispose()


def test_a_missing_table_is_a_broken_contract_and_is_named(read_only: Engine, writer: Engine) -> None:
    with writer.begin() as connection:
        connection.execute(text("ALTER TABLE deals RENAME TO deals_of_old"))
    with pytest.raises(ContractBroken, match=r"deals.*smarketing check"), reading(read_only) as connection:
        connection.execute(select(deals.c.deal_id))


def test_money_sums_exactly_on_every_engine(writer: Engine, read_only: Engine) -> None:
    cents = [deal(f"c{number}", WEDNESDAY, Decimal("0.01")) for number in range(10_000)]
    with writer.begin() as connection:
        connection.execute(deals.insert(), [*cents, deal("big", WEDNESDAY, Decimal("99999999999.99"))])
    with reading(read_only) as connection:
        assert connection.execute(select(func.sum(deals.c.amount))).scalar() == Decimal("100000000599.99")


@pytest.mark.parametrize(
    "given", ["", "  ", "nosuch://u:hush@h/d", "postgresql://u:hush@h:port/d", "sqlite://", ":memory:"]
)
def test_an_address_that_is_none_is_refused_without_its_secret(given: str) -> None:
    with pytest.raises(WarehouseAddressWrong) as said:
        reader(address(given))
    assert "hush" not in str(said.value)


def test_a_password_is_in_no_words(postgresql_url: URL) -> None:
    wrong = postgresql_url.set(password="hush-hush", port=1)
    with pytest.raises(WarehouseSilent) as said, reading(reader(wrong, 2)):
        pass
    assert "hush" not in str(said.value)


def test_a_connection_that_never_came_about_is_let_go_of_at_once() -> None:
    """Half-open ones would count against the warehouse's limit until garbage is looked for, which is seldom done."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        host, port = silent.getsockname()
        engine = reader(URL.create("postgresql+psycopg", "board", "p", host, port, "crm"), 2)
        gc.disable()
        try:
            with pytest.raises(WarehouseSilent), reading(engine):
                pass
            mine = [one for one in psutil.Process().net_connections() if one.raddr and one.raddr.port == port]
        finally:
            gc.enable()
        assert mine == []
