"""Versions of the store that are still to come, for the tests of the way there."""

import shutil
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL

from dashboard.store.connections import engine, reading
from dashboard.store.schema import MIGRATIONS, version

SECOND = '''"""Each action says what it is worth."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9001", "{before}"


def upgrade():
    with op.batch_alter_table("actions") as actions:
        actions.add_column(sa.Column("worth", sa.Text))
    op.execute("UPDATE actions SET worth = 'much'")
'''
THIRD = '''"""Notes have a table of their authors."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9002", "9001"


def upgrade():
    op.create_table("authors", sa.Column("name", sa.Text, primary_key=True))
    op.execute("INSERT INTO authors (name) VALUES ('Ann')")
    op.drop_index("actions_of_week", "actions")
'''
LAST = "9002"


def to_come(folder: Path, before: str) -> Path:
    """Return a folder with the versions there are and two that are to come."""
    made = Path(shutil.copytree(MIGRATIONS, folder / "migrations", ignore=shutil.ignore_patterns("__pycache__")))
    (made / "v9001_worth.py").write_text(SECOND.format(before=before), encoding="utf-8")
    (made / "v9002_authors.py").write_text(THIRD, encoding="utf-8")
    return made


def lies_there(url: URL) -> tuple[str | None, bool, bool, bool]:
    """Return the version that a store says it has, and whether each of three traits of the newest one is there."""
    made = engine(url)
    try:
        with reading(made) as connection:
            looked = inspect(connection)
            names = looked.get_table_names()
            columns = {one["name"] for one in looked.get_columns("actions")} if "actions" in names else set()
            indexes = {one["name"] for one in looked.get_indexes("actions")} if "actions" in names else set()
            return version(connection), "worth" in columns, "authors" in names, "actions_of_week" in indexes
    finally:
        made.dispose()
