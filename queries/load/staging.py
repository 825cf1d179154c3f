"""Rows that wait: read and checked, in temporary tables beside the warehouse, where they disturb nobody.

A load of any size needs little memory this way, and the warehouse's own tables are written in one short transaction.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, delete, func, insert, select
from sqlalchemy.sql.elements import ColumnElement

from queries.load.faults import RepeatedId
from queries.load.fill import Values
from queries.load.mapping import TABLES, Feed
from queries.tables import key

BATCH = 2_000
"""Rows written at once."""


class Waiting:
    """The rows of one table that wait, each with its feed, its file and its line."""

    def __init__(self, connection: Connection, name: str, feeds: dict[int, Feed]) -> None:
        self.connection, self.name, self.feeds = connection, name, feeds
        self.columns = list(dict.fromkeys(column for feed in feeds.values() for column in feed.columns))
        self.files: list[Path] = []
        self.rows = self.repeated = 0
        self.batches: dict[int, list[dict[str, Any]]] = {number: [] for number in feeds}
        contract = TABLES[name].columns
        self.table = Table(
            f"incoming_{name}",
            MetaData(),
            *(Column(one, Integer) for one in ("seq", "feed", "file", "line")),
            *(Column(one, contract[one].type) for one in self.columns),
            prefixes=["TEMPORARY"],
        )
        self.table.create(connection)

    def begin_file(self, path: Path) -> None:
        """Note that the rows to come are of this file."""
        self.files.append(path)

    def add(self, feed: int, line: int, values: Values) -> None:
        """Add one row of the file begun last."""
        self.rows += 1
        batch = self.batches[feed]
        row = dict(zip(self.feeds[feed].columns, values, strict=True))
        row["seq"], row["feed"], row["file"], row["line"] = self.rows, feed, len(self.files) - 1, line
        batch.append(row)
        if len(batch) >= BATCH:
            self._write(batch)

    def _write(self, batch: list[dict[str, Any]]) -> None:
        """Write a batch and empty it."""
        if batch:
            self.connection.execute(insert(self.table), batch)
            batch.clear()

    def finish(self) -> None:
        """Write what is left, and settle which row counts where several have one id; raises ``RepeatedId``."""
        for batch in self.batches.values():
            self._write(batch)
        Index(f"incoming_{self.name}_key", *self.key).create(self.connection)
        rule = next(iter(self.feeds.values())).repeats
        if rule != "refuse":
            self._drop_beaten(rule)
        self._refuse_repeated()

    @property
    def key(self) -> list[Column[Any]]:
        """Return the waiting table's columns that make a row's id."""
        return [self.table.columns[one] for one in key(TABLES[self.name]) if one in self.columns]

    def _drop_beaten(self, rule: str) -> None:
        """Delete every row that another one of its id beats."""
        seq = self.table.c.seq
        equal = [self.table.columns[one] for one in self.columns]
        if rule == "equal":
            ranked = select(seq, func.row_number().over(partition_by=equal, order_by=seq).label("rank"))
        elif rule == "most":
            often = select(seq, *self.key, func.count().over(partition_by=equal).label("often")).subquery("counted")
            ids = [often.columns[one.name] for one in self.key]
            order: Sequence[ColumnElement[Any]] = (often.c.often.desc(), often.c.seq)
            ranked = select(often.c.seq, func.row_number().over(partition_by=ids, order_by=order).label("rank"))
        else:
            order = (seq if rule == "first" else seq.desc(),)
            ranked = select(seq, func.row_number().over(partition_by=self.key, order_by=order).label("rank"))
        beaten = ranked.subquery("ranked")
        losers = delete(self.table).where(seq.in_(select(beaten.c.seq).where(beaten.c.rank > 1)))
        self.repeated = self.connection.execute(losers).rowcount

    def _refuse_repeated(self) -> None:
        """Raise ``RepeatedId`` when two rows of one id are left."""
        lowest, highest = func.min(self.table.c.seq), func.max(self.table.c.seq)
        repeated = select(lowest, highest).group_by(*self.key).having(func.count() > 1).order_by(lowest).limit(1)
        pair = self.connection.execute(repeated).first()
        if pair:
            self._refuse(pair[0], pair[1])

    def _refuse(self, one: int, other: int) -> None:
        """Say which two rows have one id."""
        where = self.table.c.seq.in_((one, other))
        rows = self.connection.execute(select(self.table).where(where).order_by(self.table.c.seq)).all()
        first, second = (f"{self.files[row.file].name}, line {row.line}" for row in rows)
        ids = ", ".join(f"{one.name} '{getattr(rows[0], one.name)}'" for one in self.key)
        raise RepeatedId(
            f"{second}: {ids} stands in {first} too; correct one of them, or say in the mapping which counts with "
            'repeats = "first", "last", "most" or (for rows that are all the same) "equal"'
        )
