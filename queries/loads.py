"""What the warehouse's own log says has been written since somebody last looked."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from queries.tables import loads


class Load(NamedTuple):
    """One load of one table: how it ended, and from which of the company's days on it touched rows."""

    load_id: int
    table: str
    status: str
    first_day: date | None
    rows: int | None

    @property
    def wrote_nothing(self) -> bool:
        """Whether the load says that it ended well and wrote no row."""
        return self.status == "ok" and self.first_day is None and self.rows == 0


def after(connection: Connection, load_id: int) -> Sequence[Load]:
    """Return the loads that came after the one of ``load_id``, oldest first. Source: ``loads``."""
    query = select(loads.c.load_id, loads.c.table_name, loads.c.status, loads.c.first_day, loads.c["rows"]).where(
        loads.c.load_id > load_id
    )
    return [Load(*row) for row in connection.execute(query.order_by(loads.c.load_id))]


def newest(connection: Connection) -> int:
    """Return the id of the newest load; 0 where there is none. Source: ``loads``."""
    return connection.execute(select(func.max(loads.c.load_id))).scalar() or 0


def logged(connection: Connection, tables: Sequence[str]) -> frozenset[str]:
    """Return those of ``tables`` of which any load was ever logged. Source: ``loads``."""
    found = (connection.execute(select(loads.c.table_name).where(loads.c.table_name == one).limit(1)) for one in tables)
    return frozenset(name for rows in found for name in rows.scalars())
