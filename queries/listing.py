"""The rows behind a number: the very candidates it was counted from, sorted, filtered and a page at a time."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    LargeBinary,
    Select,
    Table,
    Text,
    and_,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)

from queries import deals, followup, leads, rates
from queries.candidates import COUNTED, Candidates
from queries.columns import Bytewise, Money
from queries.knowledge import LOADED_LATER, known_at
from queries.tables import deals as deals_table
from queries.tables import leads as leads_table
from queries.tables import reps

Where = Mapping[str, Sequence[str | None]]
FOLDED = (0, 4, 16)
"""So many letters beyond A to Z are folded at once; few steps, so that the warehouse meets few statements.

SQLite's parser takes no expression that is nested much deeper: what has more such letters is looked for as it stands.
"""
Kind = Literal["text", "number", "money", "instant", "day"]


class Listed(NamedTuple):
    """A column as it is listed: its name, what people call it, what it holds, and where it comes from."""

    name: str
    label: str
    kind: Kind
    of: ColumnElement[Any]


class Filter(NamedTuple):
    """What a column must be like: an operation and its operands, which are of the column's own kind."""

    column: str
    operation: Literal["contains", "lacks", "is", "is not", "begins", "ends", "from", "before", "blank", "filled"]
    operand: Any = None


class Asked(NamedTuple):
    """Which of the rows, in which order: from ``start`` on, at most so many."""

    start: int = 0
    most: int = 100
    order: Sequence[tuple[str, bool]] = ()
    """Columns, and whether they go downwards."""
    filters: Sequence[Filter] = ()
    reasons: Sequence[str] | None = None
    """Only rows with one of these reasons, the empty one being that of rows that count; None: all rows."""


class Group(NamedTuple):
    """How many of the candidates share one reason, and what they would add."""

    reason: str
    rows: int
    amount: Any


def lowest(told: Mapping[str, str | None]) -> leads.Lowest:
    """Return what is told of the lowest fit and interest that count; None of what was told before there was any."""
    return leads.Lowest(told.get("fit"), told.get("interest"))


CANDIDATES: Mapping[str, Callable[[datetime, Mapping[str, Any]], Candidates]] = {
    "ready": lambda as_of, told: leads.ready_leads(as_of, lowest(told)),
    "new": lambda as_of, told: leads.new_leads(as_of, told["those"]),
    "handed": lambda as_of, told: leads.handed_leads(as_of, told["those"]),
    "given": lambda as_of, _: followup.given_leads(as_of),
    "received": lambda as_of, _: followup.given_leads(as_of),
    "cohort": lambda as_of, told: rates.cohort_leads(as_of, lowest(told)),
    "won": lambda as_of, told: deals.won_deals(as_of, told["unit"]),
    "lost": lambda as_of, _: deals.lost_deals(as_of),
    "open": lambda as_of, told: deals.open_deals(as_of, told["unit"]),
}
"""Every kind of candidates by the name that a number's rows have, made as of a moment from what else is told."""


def columns(table: Table) -> list[Listed]:
    """Return the columns in which the rows of ``table`` are listed, those people look for first at the front."""
    return LEADS if table is leads_table else DEALS


def _listed(table: Table, *told: tuple[str, str, Kind]) -> list[Listed]:
    return [Listed(name, label, kind, table.c[name]) for name, label, kind in told]


REP = Listed("rep", "Rep", "text", func.coalesce(reps.c.name, leads_table.c.owner_id))
LEADS = [
    *_listed(leads_table, ("label", "Lead", "text"), ("lead_id", "Id", "text"), ("source", "Source", "text")),
    REP,
    *_listed(
        leads_table,
        ("created_at", "Created", "instant"),
        ("ready_at", "Sales-ready", "instant"),
        ("assigned_at", "Given to a rep", "instant"),
        ("accepted_at", "Accepted", "instant"),
        ("rejected_at", "Rejected", "instant"),
        ("rejection_reason", "Why rejected", "text"),
        ("fit", "Fit", "text"),
        ("interest", "Interest", "text"),
        ("rating", "Rating", "number"),
        ("persona", "Persona", "text"),
        ("campaign_id", "Campaign", "text"),
        ("missing", "Missing", "text"),
        ("duplicate_of", "Repeats", "text"),
        ("loaded_at", "Loaded", "instant"),
        ("url", "Record", "text"),
    ),
]
DEALS = [
    *_listed(deals_table, ("label", "Deal", "text"), ("deal_id", "Id", "text"), ("amount", "Amount", "money")),
    Listed("rep", "Rep", "text", func.coalesce(reps.c.name, deals_table.c.rep_id)),
    *_listed(
        deals_table,
        ("customer_id", "Customer", "text"),
        ("lead_id", "Lead", "text"),
        ("stage", "Stage", "text"),
        ("created_at", "Opened", "instant"),
        ("won_at", "Won", "instant"),
        ("lost_at", "Lost", "instant"),
        ("expected_close_on", "Expected to close", "day"),
        ("loaded_at", "Loaded", "instant"),
        ("url", "Record", "text"),
    ),
]
OWNER = {leads_table.name: leads_table.c.owner_id, deals_table.name: deals_table.c.rep_id}


class Listing:
    """The candidates of one number, asked over one connection."""

    def __init__(
        self,
        connection: Connection,
        candidates: Candidates,
        first: datetime | date,
        after: datetime | date,
        where: Where,
    ) -> None:
        self.connection, self.candidates = connection, candidates
        self.columns = columns(candidates.table)
        self._by_name = {one.name: one.of for one in self.columns} | {"reason": candidates.reason}
        narrowed = [self._one_of(candidates.table.c[name], values) for name, values in where.items()]
        # where it was told what the connection knows, nobody knew of those that came later
        if known_at(connection) is not None:
            narrowed.append(candidates.reason != LOADED_LATER)
        self._within = and_(candidates.between(first, after), *narrowed)
        (self.key,) = candidates.table.primary_key

    def groups(self, filters: Sequence[Filter] = ()) -> list[Group]:
        """Return how many candidates there are by reason, of those that pass the filters; the counted ones first."""
        reason = self.candidates.reason.label("reason")
        query: Select[Any] = select(reason, func.count(), self.candidates.amount).where(*self._passing(filters))
        found = self.connection.execute(query.select_from(self._joined(filters, ())).group_by(reason))
        return sorted((Group(*row) for row in found), key=lambda one: (one.reason != COUNTED, -one.rows, one.reason))

    def page(self, asked: Asked) -> list[dict[str, Any]]:
        """Return the rows asked for: each its columns by name, and its ``reason``."""
        return list(self._rows(self._query(asked).limit(asked.most).offset(asked.start)))

    def every(self, asked: Asked) -> Iterator[dict[str, Any]]:
        """Yield all rows that pass, in order, a few thousand at a time."""
        yield from self._rows(self._query(asked).execution_options(yield_per=2000))

    def those(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the rows with these ids, by id."""
        query = self._columns().select_from(self._joined((), (), all_columns=True))
        query = query.where(self._one_of(self.key, ids))
        return {row[self.key.name]: row for row in self._rows(query)}

    def ids(self, asked: Asked) -> list[tuple[str, str]]:
        """Return the id and the reason of every row that passes the filters, in order, whatever the reasons asked."""
        query = select(self.key, self.candidates.reason).where(*self._passing(asked.filters))
        query = query.select_from(self._joined(asked.filters, asked.order)).order_by(*self._order(asked.order))
        return [(row[0], row[1]) for row in self.connection.execute(query)]

    def values(self, name: str, filters: Sequence[Filter]) -> dict[str, Any]:
        """Return what the rows that pass the filters hold in one column, by id."""
        query = select(self.key, self._by_name[name]).where(*self._passing(filters))
        found = self.connection.execute(query.select_from(self._joined(filters, [(name, False)])))
        return {row[0]: row[1] for row in found}

    def _query(self, asked: Asked) -> Select[Any]:
        query = self._columns().select_from(self._joined((), (), all_columns=True)).where(*self._passing(asked.filters))
        if asked.reasons is not None:
            query = query.where(self.candidates.reason.in_(asked.reasons))
        return query.order_by(*self._order(asked.order))

    def _columns(self) -> Select[Any]:
        return select(*(one.of.label(one.name) for one in self.columns), self.candidates.reason.label("reason"))

    def _rows(self, query: Select[Any]) -> Iterator[dict[str, Any]]:
        for row in self.connection.execute(query).mappings():
            yield dict(row)

    def _joined(
        self, filters: Sequence[Filter], order: Sequence[tuple[str, bool]], all_columns: bool = False
    ) -> FromClause:
        """Return the table, with the reps beside it where somebody looks at them."""
        table = self.candidates.table
        named = all_columns or "rep" in {*(one.column for one in filters), *(name for name, _ in order)}
        return table.outerjoin(reps, reps.c.rep_id == OWNER[table.name]) if named else table

    def _passing(self, filters: Sequence[Filter]) -> list[ColumnElement[bool]]:
        return [self._within, *(_test(self._by_name[one.column], one) for one in filters)]

    def _order(self, order: Sequence[tuple[str, bool]]) -> list[ColumnElement[Any]]:
        """Return the order asked for, the newest first where none is; empty ones last, and ties by id."""
        if not order:
            return [self.candidates.at.desc(), Bytewise(self.key)]
        found: list[ColumnElement[Any]] = []
        for name, downwards in order:
            of = self._by_name[name]
            by = Bytewise(of) if isinstance(of.type, Text) or name == "reason" else of
            found += [of.is_(None), by.desc() if downwards else by.asc()]
        return [*found, Bytewise(self.key)]

    def _one_of(self, column: ColumnElement[Any], values: Sequence[str | None]) -> ColumnElement[bool]:
        """Return whether a column holds one of some values; SQLite may hold them in bytes that are not UTF-8."""
        raw = [one for one in values if one and "\\x" in one] if self.connection.dialect.name == "sqlite" else []
        tests: list[ColumnElement[bool]] = [column.in_([one for one in values if one is not None])]
        tests += [column == cast(literal(_bytes(one), LargeBinary), Text) for one in raw]
        return or_(*tests, *([column.is_(None)] if None in values else []))


def _bytes(shown: str) -> bytes:
    """Return the bytes that are shown as ``shown``.

    >>> _bytes("caf\\\\xe9")
    b'caf\\xe9'
    """
    parts = re.split(r"\\x([89a-f][0-9a-f])", shown)
    return b"".join(bytes.fromhex(one) if place % 2 else one.encode() for place, one in enumerate(parts))


def folded(text: str) -> str:
    """Return ``text`` with small letters for capitals, wherever one letter stands for one.

    >>> folded("MÜLLER & Söhne, Straße, İ")
    'müller & söhne, straße, İ'
    """
    return "".join(one.lower() if one.isascii() or one.lower().upper() == one else one for one in text)


def _folded(of: ColumnElement[Any], like: str) -> ColumnElement[Any]:
    """Return a column folded as far as ``like``, itself folded, can tell: A to Z, and the other letters that it has."""
    found: ColumnElement[Any] = func.lower(Bytewise(of))
    pairs = [(one.upper(), one) for one in sorted({*like}) if not one.isascii() and folded(one.upper()) == one]
    pairs = [(capital, small) for capital, small in pairs if capital != small]
    pairs = pairs[: FOLDED[-1]]
    # no engine's own lower() is like another's: SQLite knows A to Z, PostgreSQL what its database was made for
    steps = next(count for count in FOLDED if count >= len(pairs))
    for capital, small in [*pairs, *[("", "")] * (steps - len(pairs))]:
        found = func.replace(found, capital, small)
    return found


def _like(of: ColumnElement[Any], one: str, pattern: str) -> ColumnElement[bool]:
    plain = folded(one)
    return _folded(of, plain).like(pattern.format(re.sub("([/%_])", r"/\1", plain)), escape="/")


def _test(of: ColumnElement[Any], asked: Filter) -> ColumnElement[bool]:
    """Return whether a column is as asked, capitals or not where a part is looked for; what is empty contains nothing.

    Numbers are compared exactly, to the four places that amounts have.
    """
    one: Any = literal(asked.operand, Money()) if isinstance(asked.operand, Decimal) else asked.operand
    tests: Mapping[str, Callable[[], ColumnElement[bool]]] = {
        "contains": lambda: _like(of, one, "%{}%"),
        "lacks": lambda: or_(of.is_(None), ~_like(of, one, "%{}%")),
        "begins": lambda: _like(of, one, "{}%"),
        "ends": lambda: _like(of, one, "%{}"),
        "is": lambda: of == one,
        "is not": lambda: or_(of.is_(None), of != one),
        "from": lambda: of >= one,
        "before": lambda: of < one,
        "blank": lambda: of.is_(None),
        "filled": lambda: of.is_not(None),
    }
    return tests.get(asked.operation, false)()
