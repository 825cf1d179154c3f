"""The column types that every engine must read and write alike: an instant, money, and words."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, Numeric, Text, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from queries.faults import ContractBroken

MONEY_PLACES = Decimal("0.0001")
MOST_MONEY = Decimal(10) ** 12
"""No single amount is larger: one beyond it is a typing error, and neither loaded nor added."""


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: aware in Python, naive UTC in the warehouse, always written in one form.

    SQLite compares instants as text, so one written without microseconds would be missed at a lower bound;
    SQLAlchemy's own form (``YYYY-MM-DD HH:MM:SS.ffffff``) is the only one this type writes.
    """

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return ``value`` as naive UTC; a naive one is refused, since its zone can only be guessed."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored instant as an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(Text):
    """A text. SQLite keeps bytes in any column, even among texts; there they are refused in words."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return the check that a value is a text, for SQLite; elsewhere the engine sees to it."""
        return _no_bytes if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _no_bytes(value: Any) -> Any:
    if isinstance(value, bytes):
        raise ContractBroken(f"a text is expected where bytes stand ({value[:40]!r}); write the column as text")
    return value


class Bytewise(FunctionElement[Any]):
    """A text, ordered and lowered by its bytes: alike on every engine, whatever language the database speaks."""

    inherit_cache = True

    def __init__(self, text: ColumnElement[Any]) -> None:
        super().__init__(text)
        self.type = text.type


@compiles(Bytewise)
def _as_it_is(element: Bytewise, compiler: Any, **more: Any) -> str:
    return str(compiler.process(element.clauses, **more))


@compiles(Bytewise, "postgresql")
def _collated(element: Bytewise, compiler: Any, **more: Any) -> str:
    return f'({compiler.process(element.clauses, **more)} COLLATE "C")'


class Money(TypeDecorator[Decimal]):
    """An exact amount in the company's currency, with at most four decimals.

    SQLite has no exact decimals: it stores and sums doubles. Rounded to four places a sum stays exact up to about
    10^11 (2^53 ten-thousandths), which a test holds; every other engine keeps NUMERIC.
    """

    impl = Numeric(20, 4)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return a float for SQLite, where it is what the engine does anyway, and NUMERIC elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Numeric(20, 4, asdecimal=False))
        return dialect.type_descriptor(Numeric(20, 4))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Return ``value`` in the engine's own number."""
        if value is None:
            return None
        return float(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return an exact decimal of four places; NaN for what is no number, infinity: for the caller to leave out."""
        if value is None:
            return None
        try:
            amount = Decimal(str(value))
        except InvalidOperation:  # SQLite holds a text in any column
            return Decimal("NaN")
        return amount.quantize(MONEY_PLACES) if amount.is_finite() and abs(amount) < Decimal(10) ** 20 else amount
