"""The ledger of lead review: which leads its counts take now and did not take then, or the other way round. Pure."""

from collections.abc import Iterator
from fractions import Fraction

from dashboard.meeting.changes import Cause, Kind, RowChange
from dashboard.meeting.frozen import Frozen
from dashboard.meeting.review import named
from dashboard.meeting.standing import GONE, UNKNOWN, learned
from dashboard.number import Number

NOTHING = Fraction(0)
COUNTED = "counted"
MANY = "leads that are too many to be told one by one, or several deals of one lead"


def counts(frozen: Frozen) -> dict[str, Number]:
    """Return the numbers of the review by name."""
    return {one.name: one for one in frozen.review.numbers}


def settled(then: Frozen, now: Frozen, name: str) -> tuple[list[RowChange], Fraction, list[Cause]]:
    """Return the leads that stand otherwise in a count, by how much they move it, and what else does.

    A count of deals names the leads they grew from, each once; more deals of a lead that is named are told together.
    """
    was, one = counts(then).get(name), counts(now).get(name)
    rows = list(_rows(then, now, name, was, one)) if _told(was) and _told(one) else []
    by_rows = sum((row.adds for row in rows), NOTHING)
    rest = _value(one) - _value(was) - by_rows
    return rows, by_rows, [Cause("follows", f"follows from {MANY}", "", "", rest)] if rest else []


def _value(one: Number | None) -> Fraction:
    return (one.value if one else None) or NOTHING


def _told(one: Number | None) -> bool:
    """Return whether the leads of a count are named: those of a great many are not."""
    return not _value(one) or (one is not None and one.rows is not None)


def _rows(then: Frozen, now: Frozen, name: str, was: Number | None, one: Number | None) -> Iterator[RowChange]:
    before, after = named(was), named(one)
    for lead in sorted(before ^ after):
        yield _change(then, now, name, lead, lead in after)


def _change(then: Frozen, now: Frozen, name: str, lead: str, is_counted: bool) -> RowChange:
    told = then.facts["leads"].get(lead), now.facts["leads"].get(lead)
    known, at = told[1] or told[0] or {}, learned(told[1])
    kind = _kind(is_counted, told[1] is None, told[0] is None and at is not None and at >= then.known_at)
    other = {"late": UNKNOWN, "gone": GONE}.get(kind, f"not {name.partition('.')[2]} in the week")
    return RowChange(
        lead,
        str(known.get("label") or lead),
        known.get("url"),
        str(known.get("source") or ""),
        kind,
        other if is_counted else COUNTED,
        COUNTED if is_counted else other,
        at,
        Fraction(1 if is_counted else -1),
    )


def _kind(is_counted: bool, is_gone: bool, is_late: bool) -> Kind:
    if is_counted:
        return "late" if is_late else "let in"
    return "gone" if is_gone else "left out"
