"""The third store: who is signed in, and which screens are paired."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the four tables."""
    _sessions()
    _screens()
    _pairings()
    _tries()


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("session", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("groups", sa.Text, nullable=False),
        sa.Column("begun_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("ends_at", sa.DateTime, nullable=False),
    )
    op.create_index("sessions_of_email", "sessions", ["email"])


def _screens() -> None:
    op.create_table(
        "screens",
        sa.Column("screen_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("token", sa.Text, unique=True),
        sa.Column("pages", sa.Text, nullable=False),
        sa.Column("every", sa.Integer, nullable=False),
        sa.Column("reloads", sa.Integer, nullable=False),
        sa.Column("paired_by", sa.Text, nullable=False),
        sa.Column("paired_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime),
        sa.Column("revoked_at", sa.DateTime),
    )


def _pairings() -> None:
    op.create_table(
        "pairings",
        sa.Column("ask", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("begun_at", sa.DateTime, nullable=False),
        sa.Column("ends_at", sa.DateTime, nullable=False),
        sa.Column("screen_id", sa.Text),
    )


def _tries() -> None:
    op.create_table(
        "tries",
        sa.Column("try_id", sa.Text, primary_key=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("tried_at", sa.DateTime, nullable=False),
    )
    op.create_index("tries_of_who", "tries", ["who", "tried_at"])
