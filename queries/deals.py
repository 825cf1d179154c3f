"""Deals: what was won by stretch of time and rep, what is open, and what wins are like."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from queries.candidates import COUNTED, Candidates, counted
from queries.columns import MOST_MONEY
from queries.knowledge import known_by, seen
from queries.moments import Range, learned_at
from queries.tables import deals


class Won(NamedTuple):
    """The deals one rep won in one stretch that are counted, or left out for one reason: how many, and their amount."""

    stretch: int
    rep_id: str
    reason: str
    """Empty when counted, else why they add nothing."""
    deals: int
    amount: Decimal


def bookings(
    connection: Connection, stretches: Sequence[Range], as_of: datetime, unit: Literal["money", "customers"]
) -> list[Won]:
    """Bookings: the sum of the amounts of the deals won in the period or, in customers, the customers who bought first.

    In money, a deal without a usable amount adds nothing and is left out. In customers, every won deal is one
    customer, but a further deal of a customer already won is left out.

    Term: bookings (Sales' promise, money or customers).
    Variant: by the day a deal was won, not by when it was invoiced or paid; in customers, one counts once, with the
    first deal won.
    Source: ``deals.won_at``, ``amount``.
    Since 0.1.0.
    """
    rows = counted(connection, won_deals(as_of, unit), stretches, deals.c.rep_id)
    return [Won(*row) for row in rows]


def won_deals(as_of: datetime, unit: Literal["money", "customers"]) -> Candidates:
    """Return the deals that could count as bookings: all that were won, by when."""
    return Candidates(deals, deals.c.won_at, _why_not(as_of, unit), _worth())


def lost_deals(as_of: datetime) -> Candidates:
    """Return the deals that were lost, by when; one that was won before is not lost."""
    won_before = and_(deals.c.won_at < as_of, deals.c.won_at <= deals.c.lost_at)
    reason = case(
        (deals.c.lost_at >= as_of, "not yet happened"),
        (learned_at(deals, "deals") >= known_by(as_of), "loaded later"),
        (won_before, "won before"),
        else_=COUNTED,
    )
    return Candidates(deals, deals.c.lost_at, reason, _worth())


def _worth() -> ColumnElement[Any]:
    """Return what a deal adds in money: its amount where that can be used."""
    return case((_usable(), deals.c.amount))


def _usable() -> ColumnElement[bool]:
    # NaN and infinity lie beyond it too
    return deals.c.amount.between(Decimal(0), MOST_MONEY)


def _unusable() -> list[tuple[ColumnElement[bool], str]]:
    """Return why an amount adds no money; what is no number, and infinity, is not more when it is doubled."""
    amount = deals.c.amount
    return [
        (amount.is_(None), "no amount"),
        (and_(amount > MOST_MONEY, amount + amount > amount), "amount too large"),
        (~_usable(), "amount below zero or no number"),
    ]


def _why_not(as_of: datetime, unit: Literal["money", "customers"]) -> ColumnElement[str]:
    """Return the one reason for which a won deal adds nothing, or the empty text."""
    by_unit = _unusable() if unit == "money" else [(_won_before(as_of), "customer already won")]
    return case(
        (deals.c.won_at >= as_of, "not yet happened"),
        (learned_at(deals, "deals") >= known_by(as_of), "loaded later"),
        *by_unit,
        else_=COUNTED,
    )


def _won_before(as_of: datetime) -> ColumnElement[bool]:
    """Return whether the deal's customer had already bought; of two at one instant the smaller id is the first."""
    first = deals.alias("first")
    return exists(
        select(first.c.deal_id).where(
            first.c.customer_id == deals.c.customer_id,
            or_(
                first.c.won_at < deals.c.won_at,
                and_(first.c.won_at == deals.c.won_at, first.c.deal_id < deals.c.deal_id),
            ),
            learned_at(first, "deals") < known_by(as_of),
        )
    )


class Open(NamedTuple):
    """Deals still open that are expected to close in some days: how many, what they add, and who is left out."""

    deals: int
    amount: Decimal
    left_out: Mapping[str, int]


def pipeline(
    connection: Connection, first: date, after: date, as_of: datetime, unit: Literal["money", "customers"]
) -> Open:
    """Deals neither won nor lost whose expected day of closing lies in the days left of the period.

    Term: pipeline that can still close (Sales' promise, money or deals).
    Variant: unweighted: an open deal counts with its whole amount, whatever its stage or chance, and only by its
    expected day.
    Source: ``deals.expected_close_on``, ``amount``, ``won_at``, ``lost_at``.
    Since 0.1.0.
    """
    candidates = open_deals(as_of, unit)
    reason = candidates.reason.label("reason")
    query = select(reason, func.count(), candidates.amount).where(candidates.between(first, after)).group_by(reason)
    rows = seen(connection, connection.execute(query), lambda row: str(row[0]))
    found = {reason: (count, amount) for reason, count, amount in rows}
    count, amount = found.pop(COUNTED, (0, Decimal(0)))
    return Open(count, amount, {reason: rows for reason, (rows, _) in found.items()})


def pipeline_by_rep(
    connection: Connection, first: date, after: date, as_of: datetime, unit: Literal["money", "customers"]
) -> list[tuple[str, int, Decimal]]:
    """Return the same by rep: how many of the open deals count, and their amount."""
    candidates = open_deals(as_of, unit)
    query = select(deals.c.rep_id, func.count(), candidates.amount).where(
        candidates.between(first, after), candidates.reason == COUNTED
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query.group_by(deals.c.rep_id))]


def open_deals(as_of: datetime, unit: Literal["money", "customers"]) -> Candidates:
    """Return the deals that could close: all that were expected to, by the day; in money only those with an amount."""
    reason = case(
        (deals.c.created_at >= as_of, "not yet happened"),
        (learned_at(deals, "deals") >= known_by(as_of), "loaded later"),
        (deals.c.won_at < as_of, "already won"),
        (deals.c.lost_at < as_of, "lost"),
        *(_unusable() if unit == "money" else []),
        else_=COUNTED,
    )
    return Candidates(deals, deals.c.expected_close_on, reason, _worth())


def knows_expected_close(connection: Connection, as_of: datetime) -> bool:
    """Return whether this warehouse records when deals are expected to close: any deal by ``as_of`` says so."""
    query = select(deals.c.deal_id).where(
        deals.c.expected_close_on >= EARLIEST, deals.c.created_at < as_of, learned_at(deals, "deals") < known_by(as_of)
    )
    return connection.execute(query.limit(1)).first() is not None


EARLIEST = date(1900, 1, 1)


def oldest_won(connection: Connection, as_of: datetime) -> datetime | None:
    """Return the first instant at which any deal was won, as known at ``as_of``; None when none ever was."""
    query = select(deals.c.won_at).where(deals.c.won_at < as_of, learned_at(deals, "deals") < known_by(as_of))
    return connection.execute(query.order_by(deals.c.won_at).limit(1)).scalar()
