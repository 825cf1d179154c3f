"""Deals: what was won by stretch of time and rep, what is open, and what wins are like."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from queries.columns import Money
from queries.moments import Range, learned_at, ranges
from queries.tables import deals

COUNTED = ""
MOST = Decimal(10) ** 12
"""No single deal is worth more; an amount beyond it is a typing error, and NaN and infinity lie beyond it too."""


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
    customer, but a further deal of a customer already won is left out. Source: ``deals.won_at``, ``amount``.
    """
    stretch, reason = ranges(stretches), _why_not(as_of, unit).label("reason")
    amount = func.coalesce(func.sum(case((_usable(), deals.c.amount)), type_=Money()), 0, type_=Money())
    within = and_(deals.c.won_at >= stretch.c.starts_at, deals.c.won_at < stretch.c.ends_at)
    query = (
        select(stretch.c.number, deals.c.rep_id, reason, func.count(), amount)
        .select_from(stretch.join(deals, within))
        .group_by(stretch.c.number, deals.c.rep_id, reason)
    )
    return [Won(*row) for row in connection.execute(query)]


def _usable() -> ColumnElement[bool]:
    return deals.c.amount.between(Decimal(0), MOST)


def _why_not(as_of: datetime, unit: Literal["money", "customers"]) -> ColumnElement[str]:
    """Return the one reason for which a won deal adds nothing, or the empty text."""
    by_unit = (
        [(deals.c.amount.is_(None), "no amount"), (~_usable(), "amount below zero or no number")]
        if unit == "money"
        else [(_won_before(as_of), "customer already won")]
    )
    return case(
        (deals.c.won_at >= as_of, "not yet happened"),
        (learned_at(deals, "deals") >= as_of, "loaded later"),
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
            learned_at(first, "deals") < as_of,
        )
    )


class Open(NamedTuple):
    """Deals still open that are expected to close in some days: how many, their amount, and how many have none."""

    deals: int
    amount: Decimal
    without_amount: int


def pipeline(connection: Connection, first: date, after: date, as_of: datetime) -> Open:
    """Deals neither won nor lost whose expected day of closing lies in the days left of the period.

    Source: ``deals.expected_close_on``, ``amount``, ``won_at``, ``lost_at``.
    """
    query = select(
        func.count(),
        func.coalesce(func.sum(case((_usable(), deals.c.amount)), type_=Money()), 0, type_=Money()),
        func.coalesce(func.sum(case((_usable(), 0), else_=1)), 0),
    ).where(
        deals.c.expected_close_on >= first,
        deals.c.expected_close_on < after,
        deals.c.created_at < as_of,
        learned_at(deals, "deals") < as_of,
        or_(deals.c.won_at.is_(None), deals.c.won_at >= as_of),
        or_(deals.c.lost_at.is_(None), deals.c.lost_at >= as_of),
    )
    count, amount, without = connection.execute(query).one()
    return Open(int(count), amount, int(without))


def knows_expected_close(connection: Connection, as_of: datetime) -> bool:
    """Return whether this warehouse records when deals are expected to close: any deal by ``as_of`` says so."""
    query = select(deals.c.deal_id).where(
        deals.c.expected_close_on >= EARLIEST, deals.c.created_at < as_of, learned_at(deals, "deals") < as_of
    )
    return connection.execute(query.limit(1)).first() is not None


EARLIEST = date(1900, 1, 1)


def oldest_won(connection: Connection, as_of: datetime) -> datetime | None:
    """Return the first instant at which any deal was won, as known at ``as_of``; None when none ever was."""
    query = select(deals.c.won_at).where(deals.c.won_at < as_of, learned_at(deals, "deals") < as_of)
    return connection.execute(query.order_by(deals.c.won_at).limit(1)).scalar()
