"""What the board's own role may do in the warehouse: it should be able to read, and nothing else.

On PostgreSQL such a role is made by its owner with::

    CREATE ROLE board LOGIN PASSWORD '…';
    GRANT USAGE ON SCHEMA public TO board;
    GRANT SELECT ON reps, campaigns, leads, activities, deals, campaign_days, touches, loads TO board;
    ALTER ROLE board SET default_transaction_read_only = on;

(of the tables, those that are there). The board's sessions are read-only whatever the role may do.
"""

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from queries.ages import present

CHANGES = "INSERT, UPDATE, DELETE, TRUNCATE"


class Access(NamedTuple):
    """A role, and the contract's tables that it could change."""

    role: str
    changes: list[str]


def access(connection: Connection) -> Access | None:
    """Return what this role could change; None of a warehouse that knows no roles, such as a file."""
    if connection.dialect.name != "postgresql":
        return None
    role = str(connection.execute(select(func.current_user())).scalar_one())
    return Access(role, [name for name in sorted(present(connection)) if _may_change(connection, name)])


def _may_change(connection: Connection, table: str) -> bool:
    return bool(connection.execute(select(func.has_table_privilege(table, CHANGES))).scalar())
