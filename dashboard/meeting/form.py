"""A frozen week as bytes, and back: values by their own types, the same bytes for the same week. Pure."""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import cache
from hashlib import sha256
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from dashboard.agreement import Agreement
from dashboard.company import WEEKDAYS, Company
from dashboard.meeting.frozen import Entry, Facts, Frozen, Group
from queries.behind import COLUMNS

FORM = 1
"""The form of these bytes; one that is not known is refused by who opens them."""


class Pressed(NamedTuple):
    """A frozen week ready to be kept: its bytes, and the digest of what they hold."""

    body: bytes
    digest: str


def pressed(frozen: Frozen) -> Pressed:
    """Return a frozen week as bytes: the same for the same week, on whatever machine."""
    told = plain(frozen._replace(groups={}, facts={}, company=None, agreement=None))  # type: ignore[arg-type]
    told |= {
        "form": FORM,
        "company": _company(frozen.company),
        "agreement": frozen.agreement.model_dump(mode="json", by_alias=True),
        "groups": {name: _group(one) for name, one in frozen.groups.items()},
        "facts": {table: _columns(table, rows) for table, rows in frozen.facts.items()},
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    # level, time and system are written into the bytes too
    return Pressed(gzip.compress(text, 6, mtime=0), sha256(text).hexdigest())


def opened(body: bytes) -> Frozen:
    """Return the frozen week that these bytes hold."""
    told = json.loads(gzip.decompress(body))
    company, agreement = Company.model_validate(told["company"]), Agreement.model_validate(told["agreement"])
    found: Frozen = value(Frozen, told | {"company": None, "agreement": None, "groups": {}, "facts": {}})
    board = found.board._replace(
        as_of=found.board.as_of.astimezone(company.calendar.zone),
        polled_at=found.board.polled_at.astimezone(company.calendar.zone),
    )
    return found._replace(
        company=company,
        agreement=agreement,
        board=board,
        groups={name: _grouped(one) for name, one in told["groups"].items()},
        facts={table: _rows(table, one) for table, one in told["facts"].items()},
    )


def plain(one: Any) -> Any:
    """Return a value as JSON can hold it: instants in UTC, fractions exactly, what is as by default left out.

    >>> from dashboard.number import Number
    >>> plain(Number("a", "A", "leads", Fraction(1, 3), "What is counted."))["value"]
    '1/3'
    """
    if one is None or isinstance(one, bool | int | float | str):
        return one
    if isinstance(one, datetime):
        return one.astimezone(UTC).isoformat()
    if isinstance(one, date):
        return one.isoformat()
    if isinstance(one, Fraction | Decimal):
        return str(one)
    if isinstance(one, Mapping):
        return {str(name): plain(part) for name, part in one.items()}
    if hasattr(one, "_fields"):
        usual = one._field_defaults
        named = zip(one._fields, one, strict=True)
        return {name: plain(part) for name, part in named if name not in usual or usual[name] != part}
    return [plain(part) for part in one]


def value(kind: Any, told: Any) -> Any:
    """Return the value of a type that ``plain`` has told.

    >>> value(Sequence[Fraction | None], ["1/3", None])
    [Fraction(1, 3), None]
    """
    if told is None or kind is Any:
        return told
    return _maker(kind)(told)


PLAIN: Mapping[Any, Callable[[Any], Any]] = {
    str: str,
    int: int,
    float: float,
    bool: bool,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Fraction: Fraction,
    Decimal: Decimal,
}


@cache
def _maker(kind: Any) -> Callable[[Any], Any]:
    """Return what makes a value of a type from what was told of it."""
    if kind in PLAIN:
        return PLAIN[kind]
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal or kind is object:
        return lambda told: told
    if origin in (Union, UnionType):
        return _of_either([one for one in parts if one is not NoneType])
    if origin is tuple:
        return _tuple(parts)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return lambda told: {name: value(parts[1], one) for name, one in told.items()}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return lambda told: [value(parts[0], one) for one in told]
    if isinstance(kind, type) and hasattr(kind, "_fields"):
        hints = get_type_hints(kind)
        return lambda told: kind(**{name: value(hints[name], told[name]) for name in kind._fields if name in told})
    return lambda told: told


def _of_either(kinds: Sequence[Any]) -> Callable[[Any], Any]:
    if {*kinds} == {datetime, date}:
        return lambda told: value(datetime if "T" in told else date, told)
    return lambda told: value(kinds[0], told)


def _tuple(parts: Sequence[Any]) -> Callable[[Any], Any]:
    if len(parts) == 2 and parts[1] is Ellipsis:
        return lambda told: tuple(value(parts[0], one) for one in told)
    return lambda told: tuple(value(kind, one) for kind, one in zip(parts, told, strict=True))


# the company's facts, as its file would say them


def _company(company: Company) -> dict[str, Any]:
    told: dict[str, Any] = company.model_dump(mode="json", by_alias=True)
    hours = {day: [f"{_clock(one)}-{_clock(other)}" for one, other in spans] for day, spans in company.hours.items()}
    freeze = f"{WEEKDAYS[company.meeting.freeze.weekday][:3].title()} {_clock(company.meeting.freeze.at)}"
    for name in ("days", "worked"):
        told["holidays"][name] = sorted(told["holidays"][name])
    return told | {"hours": hours, "meeting": {"freeze": freeze}}


def _clock(at: time) -> str:
    return at.isoformat("minutes") if not at.second else at.isoformat()


# rows, by column: they are many, and what stands together is alike


def _group(group: Group) -> dict[str, Any]:
    ids = sorted(group.rows)
    reasons = sorted({entry.reason for entry in group.rows.values()})
    place = {reason: number for number, reason in enumerate(reasons)}
    adds = [group.rows[one].adds for one in ids]
    return {
        "of": group.of,
        "whole": group.whole,
        "ids": ids,
        "reasons": reasons,
        "reason": [place[group.rows[one].reason] for one in ids],
        "adds": None if all(one == 1 for one in adds) else [str(one) for one in adds],
    }


def _grouped(told: Mapping[str, Any]) -> Group:
    reasons = [told["reasons"][place] for place in told["reason"]]
    adds = [Fraction(one) for one in told["adds"]] if told["adds"] is not None else [Fraction(1)] * len(reasons)
    rows = {one: Entry(reason, added) for one, reason, added in zip(told["ids"], reasons, adds, strict=True)}
    return Group(told["of"], rows, told["whole"])


def _columns(table: str, rows: Mapping[str, Facts]) -> dict[str, list[Any]]:
    ids = sorted(rows)
    return {"": ids} | {name: [plain(rows[one][name]) for one in ids] for name in COLUMNS[table]}


def _rows(table: str, told: Mapping[str, Sequence[Any]]) -> dict[str, Facts]:
    columns = [[value(_kind(name), one) for one in told[name]] for name in COLUMNS[table] if name in told]
    names = [name for name in COLUMNS[table] if name in told]
    rows = zip(*columns, strict=True) if columns else ()
    return {one: dict(zip(names, row, strict=True)) for one, row in zip(told[""], rows, strict=True)}


def _kind(column: str) -> Any:
    """Return the type of a column, by its name as the contract has them."""
    if column.endswith("_at"):
        return datetime
    return date if column.endswith("_on") else Decimal if column == "amount" else str
