"""Where the store is: named, beside the warehouse, never the warehouse itself, and shown without a secret."""

import os
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.engine import URL

from dashboard import settings
from dashboard.store.address import address, apart, beside, shown
from dashboard.store.faults import StoreAddressWrong
from queries.faults import Refused


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "mysql://root:s3cret@db/store",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x.db?mode=ro&uri=true",
        "postgresql://app:s3cret@db",
        "postgresql+asyncpg://app:s3cret@db/store",
        "nonsense://app:s3cret@db:port/x",
        "postgresql://app:s3cret@db:port/store",
        "a\0b.db",
    ],
)
def test_a_wrong_address_is_refused_without_its_secret(wrong: str) -> None:
    with pytest.raises(StoreAddressWrong, match="store") as refused:
        address(wrong)
    assert "s3cret" not in str(refused.value)


def test_an_address_is_shown_without_a_secret() -> None:
    assert shown(address("postgresql://app:s3cret@db/store?sslpassword=s3cret")) == "postgresql+psycopg://app@db/store"


def test_the_store_is_beside_an_sqlite_warehouse() -> None:
    assert beside(make_url("sqlite:///data/w.db")).database == "data/smarketing-store.db"
    assert (
        beside(make_url("postgresql+psycopg://b:s3cret@db/crm")).render_as_string() == "sqlite:///smarketing-store.db"
    )


def test_the_warehouses_file_is_refused_by_whatever_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = tmp_path / "warehouse.db"
    warehouse.touch()
    (tmp_path / "link.db").symlink_to(warehouse)
    os.link(warehouse, tmp_path / "hard.db")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for same in ("warehouse.db", "link.db", "hard.db", "folder/../warehouse.db", str(warehouse)):
        with pytest.raises(StoreAddressWrong, match="the store and the warehouse are one"):
            apart(address(same), URL.create("sqlite", database=str(warehouse)))
    other = address("other.db")
    assert apart(other, URL.create("sqlite", database="warehouse.db")) == other


def test_the_warehouses_database_is_refused_whoever_signs_in() -> None:
    warehouse = make_url("postgresql+psycopg://board:s3cret@localhost/crm")
    for same in (
        "postgresql://app@127.0.0.1:5432/crm",
        "postgresql://localhost/crm",
        "postgresql://app:x@LOCALHOST/crm",
    ):
        with pytest.raises(StoreAddressWrong, match="only ever read") as refused:
            apart(address(same), warehouse)
        assert "s3cret" not in str(refused.value)
    for other in ("postgresql://localhost/meeting", "postgresql://localhost:5433/crm", "postgresql://db/crm"):
        assert apart(address(other), warehouse).database in ("meeting", "crm")


def test_the_environment_names_the_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    warehouse = URL.create("sqlite", database=str(tmp_path / "warehouse.db"))
    monkeypatch.delenv("SMARKETING_STORE", raising=False)
    monkeypatch.delenv("WAREHOUSE_URL", raising=False)
    assert settings.store(warehouse).database == str(tmp_path / "smarketing-store.db")
    with pytest.raises(Refused, match="no store is named: set SMARKETING_STORE"):
        settings.store_beside()
    monkeypatch.setenv("SMARKETING_STORE", "postgresql://app:s3cret@db/store")
    assert settings.store(warehouse).database == "store"
    assert settings.store_beside().database == "store"
    assert settings.store_beside("given.db").database == "given.db"
    monkeypatch.setenv("WAREHOUSE_URL", "given.db")
    with pytest.raises(StoreAddressWrong, match="are one"):
        settings.store_beside("given.db")
