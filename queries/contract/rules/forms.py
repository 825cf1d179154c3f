"""In what form the values stand, where the engine lets a column hold anything: SQLite, in tables and in views."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Boolean, Column, ColumnElement, Date, Integer, Text, and_, func, type_coerce
from sqlalchemy.types import TypeEngine

from queries.columns import Instant, Money
from queries.contract.finding import Level
from queries.contract.question import Question
from queries.contract.ruling import Stage, rule
from queries.contract.shape import Warehouse

FRACTION = "." + "[0-9]" * 6
RECKONED = "+0 days"
"""Makes SQLite reckon with a date instead of repeating it, so that 30 February is read as 1 March."""

Condition = Callable[[Column[Any]], ColumnElement[bool]]


@rule(Stage.FORM)
def instant_in_another_form(here: Warehouse) -> Iterator[Question]:
    """An instant is not written YYYY-MM-DD HH:MM:SS.ffffff in UTC, the one form in which instants compare as text."""
    yield from _judged(
        here,
        Instant,
        _no_instant,
        "holds instants in another form than YYYY-MM-DD HH:MM:SS.ffffff (UTC), so ranges of time miss them",
        "write them in UTC, with a blank between day and time, six decimals and no zone: 2024-03-01 09:30:00.000000",
    )


@rule(Stage.FORM)
def day_in_another_form(here: Warehouse) -> Iterator[Question]:
    """A day is not written YYYY-MM-DD, the one form in which days compare as text."""
    yield from _judged(here, Date, _no_day, "holds days in another form than YYYY-MM-DD", "write them as 2024-03-01")


@rule(Stage.FORM)
def money_that_is_no_number(here: Warehouse) -> Iterator[Question]:
    """An amount is text or something else than a number."""
    says, remedy = "holds amounts that are no numbers", "write plain numbers with a decimal point, NULL when unknown"
    yield from _judged(here, Money, lambda one: _stored_other_than(one, "integer", "real"), says, remedy)


@rule(Stage.FORM)
def number_that_is_not_whole(here: Warehouse) -> Iterator[Question]:
    """A whole number is text, a fraction or something else."""
    says, remedy = "holds values that are no whole numbers", "write whole numbers, NULL when unknown"
    yield from _judged(here, Integer, lambda one: _stored_other_than(one, "integer"), says, remedy)


@rule(Stage.FORM)
def flag_that_is_neither(here: Warehouse) -> Iterator[Question]:
    """A flag is neither 0 nor 1."""
    says, remedy = "holds flags that are neither 0 nor 1", "write 1 for true, 0 for false"
    yield from _judged(here, Boolean, lambda one: type_coerce(one, Integer).not_in([0, 1]), says, remedy)


@rule(Stage.FORM)
def text_that_is_a_number(here: Warehouse) -> Iterator[Question]:
    """A text, ids among them, is stored as a number or as bytes, and so equals no text."""
    says, remedy = "holds numbers or bytes where the contract says text", "cast it to text: CAST(… AS TEXT)"
    yield from _judged(here, Text, lambda one: _stored_other_than(one, "text"), says, remedy)


def _judged(
    here: Warehouse, kind: type[TypeEngine[Any]], wrong: Condition, says: str, remedy: str
) -> Iterator[Question]:
    """Yield one question for each column of ``kind``, on the engine that does not judge by itself."""
    for one in here.columns(kind) if here.engine == "sqlite" else ():
        yield Question(Level.FAULT, (one,), wrong(one), f"{one} {says}", remedy)


def _stored_other_than(column: Column[Any], *storages: str) -> ColumnElement[bool]:
    return and_(*(func.typeof(column) != one for one in storages), column.is_not(None))


def _no_instant(column: Column[Any]) -> ColumnElement[bool]:
    raw = type_coerce(column, Text)
    # what SQLite reads to the second (it would round .999999 up), and then six decimals
    form = func.coalesce(func.datetime(func.substr(raw, 1, 19), RECKONED), "").concat(FRACTION)
    return raw.op("NOT GLOB", is_comparison=True)(form)


def _no_day(column: Column[Any]) -> ColumnElement[bool]:
    raw = type_coerce(column, Text)
    return func.coalesce(func.date(raw, RECKONED), "") != raw
