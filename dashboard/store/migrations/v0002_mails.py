"""The second store: which week was sent to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of what was sent."""
    op.create_table(
        "mails",
        sa.Column("week", sa.Text, primary_key=True),
        sa.Column("reader", sa.Text, primary_key=True),
        sa.Column("begun_at", sa.DateTime, nullable=False),
        sa.Column("sent_at", sa.DateTime),
    )
