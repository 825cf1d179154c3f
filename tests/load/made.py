"""Small exports and mappings written by a test, loaded, and read back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import URL

from queries import warehouse
from queries.load import Loaded, load, read_mapping
from queries.tables import metadata

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)

LEADS = """
time_zone = "Europe/Berlin"
[files.leads]
path = "leads.csv"
[[feeds]]
table = "leads"
file = "leads"
[feeds.columns]
lead_id = "id"
created_at = "created"
source = "source"
"""


def at(text: str) -> datetime:
    """Return an instant of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def loaded(folder: Path, mapping: str, url: URL, now: datetime = NOW, **options: Any) -> dict[str, Loaded]:
    """Load ``folder`` by the text of a mapping and return what became of each table."""
    path = folder / "mapping.toml"
    path.write_text(mapping, "utf-8")
    return {one.table: one for one in load(read_mapping(path), folder, url, now, **options)}


def rows(url: URL, name: str, *columns: str) -> list[Any]:
    """Return the rows of a table, or some of its columns, in order."""
    table = metadata.tables[name]
    wanted = [table.columns[one] for one in columns] or list(table.columns)
    engine = warehouse.reader(url)
    try:
        with warehouse.reading(engine) as connection:
            return [
                tuple(row) if columns else row._asdict()
                for row in connection.execute(select(*wanted).order_by(*wanted[:1]))
            ]
    finally:
        engine.dispose()
