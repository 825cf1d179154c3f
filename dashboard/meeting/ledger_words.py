"""The ledger's words: ``412 → 418: 6 late web leads, loaded Tue 02:10``. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.meeting.changes import Cause, Kind, RowChange
from dashboard.meeting.frozen import Entry, Facts
from dashboard.number import Unit
from dashboard.words import figure, listed, many, plain

KINDS: dict[Kind, str] = {
    "late": "late",
    "gone": "no longer there",
    "changed": "changed",
    "moved": "placed otherwise",
    "left out": "left out now",
    "let in": "counted now",
    "verdict": "followed up otherwise than was known",
}
"""What is said of rows of one kind, in the order in which it is said; late ones are called so before their noun."""
PAPERS = {"agreement": "agreement", "company": "company's facts", "reps": "list of reps"}
COLUMNS = {
    "label": "name",
    "url": "record",
    "source": "source",
    "campaign_id": "campaign",
    "owner_id": "owner",
    "fit": "fit",
    "interest": "interest",
    "created_at": "created",
    "ready_at": "sales-ready",
    "assigned_at": "given to a rep",
    "accepted_at": "accepted",
    "rejected_at": "rejected",
    "rejection_reason": "why rejected",
    "missing": "missing",
    "duplicate_of": "repeats",
    "rep_id": "rep",
    "lead_id": "lead",
    "customer_id": "customer",
    "amount": "amount",
    "expected_close_on": "expected to close",
    "won_at": "won",
    "lost_at": "lost",
}
"""What people call the columns of a row; when it was loaded is no change of what it says."""


def arrow(was: Fraction | None, now: Fraction | None, unit: Unit) -> str:
    """Return both values of a number that moved, to as many places as it takes to tell them apart.

    >>> arrow(Fraction(412), Fraction(418), "leads"), arrow(Fraction(953, 1000), Fraction(954, 1000), "share")
    ('412 → 418', '95.3 % → 95.4 %')
    """
    told = figure(was, unit), figure(now, unit)
    if told[0] == told[1] and was is not None and now is not None and was != now:
        told = _finely(was, now, unit)
    return " → ".join(told)


def _finely(was: Fraction, now: Fraction, unit: Unit) -> tuple[str, str]:
    times, after = (100, " %") if unit == "share" else (1, " h" if unit == "hours" else "")
    for places in range(1, 7):
        told = plain(was * times, places) + after, plain(now * times, places) + after
        if told[0] != told[1]:
            return told
    return told


def in_words(entry: Entry, unit: Unit, hours: float | None = None) -> str:
    """Return how a row stands in a number.

    >>> in_words(Entry("", Fraction(4000)), "money"), in_words(Entry("duplicate", Fraction(1)), "leads")
    ('4,000', 'duplicate')
    """
    if entry.reason:
        return entry.reason
    if hours is not None:
        return figure(Fraction(hours), "hours")
    return plain(entry.adds) if unit == "money" else "counted"


def columns_in_words(was: Facts | None, now: Facts | None, zone: ZoneInfo) -> str:
    """Return which columns of a row changed, and how; nothing for a row that is not known from before and now.

    >>> columns_in_words({"amount": Decimal(4000)}, {"amount": Decimal("5000.5")}, ZoneInfo("UTC"))
    'amount 4,000 → 5,000.5'
    """
    if was is None or now is None:
        return ""
    changed = [name for name in COLUMNS if name in was and was[name] != now.get(name)]
    return ", ".join(f"{COLUMNS[name]} {_cell(was[name], zone)} → {_cell(now.get(name), zone)}" for name in changed)


def _cell(value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return "empty"
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return f"{local:%a} {local.day} {local:%b %Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%a} {value.day} {value:%b %Y}"
    if isinstance(value, Decimal):
        return plain(Fraction(value)) if value.is_finite() else str(value)
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def explained(
    rows: Sequence[RowChange], causes: Sequence[Cause], table: str, unit: Unit, as_of: datetime, zone: ZoneInfo
) -> str:
    """Return in words what moved a number: its rows by kind, then all else."""
    told = [*_rows(rows, table, as_of, zone), *(_cause(one, unit) for one in causes)]
    return "; ".join(told)


def _rows(rows: Sequence[RowChange], table: str, as_of: datetime, zone: ZoneInfo) -> Iterator[str]:
    for kind, said in KINDS.items():
        found = [one for one in rows if one.kind == kind]
        if not found:
            continue
        source = _source(found) if table == "leads" else ""
        nouns = " ".join(part for part in ("late" if kind == "late" else "", source, table.removesuffix("s")) if part)
        if kind == "late":
            yield f"{many(len(found), nouns)}, {_loaded(found, as_of, zone)}"
        else:
            yield f"{many(len(found), nouns)} {said}{_why(found)}"


def _source(found: Sequence[RowChange]) -> str:
    """Return the one source of all these rows; nothing where they have several."""
    sources = {one.source for one in found}
    return sources.pop() if len(sources) == 1 else ""


def _why(found: Sequence[RowChange]) -> str:
    reasons = sorted({one.now for one in found if one.kind == "left out"})
    return f" ({listed(reasons)})" if reasons else ""


def _loaded(found: Sequence[RowChange], as_of: datetime, zone: ZoneInfo) -> str:
    """Return when late rows were loaded: at one minute, or between two."""
    at = sorted(one.learned_at for one in found if one.learned_at is not None)
    told = list(dict.fromkeys(_minute(one.astimezone(zone), as_of) for one in (at[0], at[-1])))
    return f"loaded {told[0]}" if len(told) == 1 else f"loaded from {told[0]} to {told[1]}"


def _minute(at: datetime, as_of: datetime) -> str:
    near = abs((at - as_of).days) < 7
    return f"{at:%a %H:%M}" if near else f"{at:%a} {at.day} {at:%b %Y %H:%M}"


def _cause(one: Cause, unit: Unit) -> str:
    sign = "+" if one.amount > 0 else ""
    moved = f"{sign}{plain(one.amount * 100)} points" if unit == "share" else f"{sign}{plain(one.amount)}"
    said = f"the {PAPERS[one.kind]} changed" if one.kind in PAPERS else one.words
    return f"{said}: {moved}"
