"""The first store: frozen weeks, actions, notes and promises."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the four tables."""
    _packs()
    _actions()
    _notes()
    _promises()


def _packs() -> None:
    op.create_table(
        "packs",
        sa.Column("week", sa.Text, primary_key=True),
        sa.Column("frozen_at", sa.DateTime, nullable=False),
        sa.Column("kept_at", sa.DateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
    )


def _actions() -> None:
    op.create_table(
        "actions",
        sa.Column("action_id", sa.Text, primary_key=True),
        sa.Column("week", sa.Text, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("value", sa.Text),
        sa.Column("written_at", sa.DateTime, nullable=False),
        sa.Column("done_at", sa.DateTime),
        sa.Column("outcome", sa.Text),
        sa.Column("removed_at", sa.DateTime),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("actions_of_week", "actions", ["week"])


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("week", sa.Text, primary_key=True),
        sa.Column("step", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _promises() -> None:
    op.create_table(
        "promises",
        sa.Column("word_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("week", sa.Text, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("value", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("said_at", sa.DateTime, nullable=False),
        sa.Column("said_by", sa.Text, nullable=False),
        sa.Column("taken_back", sa.Integer, nullable=False),
    )
    op.create_index("promises_of_week", "promises", ["week"])
