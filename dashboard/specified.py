"""Which rows stand behind which number, in a form that is published with the board and read back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dashboard.number import Number, Rows


def as_told(numbers: Mapping[str, Number]) -> dict[str, dict[str, Any]]:
    """Return, for every number that has rows, what it takes to find them, as JSON can hold it."""
    return {name: _told(one.rows) for name, one in numbers.items() if one.rows is not None}


def _told(rows: Rows) -> dict[str, Any]:
    return {
        **rows._asdict(),
        "first": rows.first.isoformat(),
        "after": rows.after.isoformat(),
        "known_at": rows.known_at.isoformat() if rows.known_at else None,
    }


def rows(told: Mapping[str, Any]) -> Rows:
    """Return the rows again from what was told of them.

    >>> from datetime import UTC
    >>> one = Rows("won", datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC), {"rep_id": ("r1",)})
    >>> rows(_told(one)) == one
    True
    >>> rows(_told(one._replace(first=date(2026, 11, 16)))).first
    datetime.date(2026, 11, 16)
    """
    return Rows(
        told["of"],
        _when(told["first"]),
        _when(told["after"]),
        {name: tuple(values) for name, values in told["where"].items()},
        told["told"],
        tuple(told["whole"]),
        datetime.fromisoformat(told["known_at"]) if told["known_at"] else None,
    )


def _when(text: str) -> datetime | date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
