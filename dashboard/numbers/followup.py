"""What sales owes marketing for every lead it is given: a first attempt in time, and attempts enough."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from dashboard import followup
from dashboard.followed import below
from dashboard.number import Number, Rows, Unit, ratio, sentence
from dashboard.reading import Reading
from dashboard.words import figure, many

TABLES = ("leads", "activities")
INSIDE, NOT_OVER = "still inside its time", "days not over"
FIRSTS: dict[followup.First, str] = {
    "in time": "tried in time",
    "late": "tried late",
    "overdue": "not tried, its time is up",
    "given up": "settled untried, its time was up",
    "due": INSIDE,
    "settled": "settled inside its time",
}
"""What is said of a lead that was left out or does not count, by how its first attempt stands."""
UNJUDGED: tuple[followup.First, ...] = ("due", "settled")
LATE = tuple(FIRSTS[one] for one in ("late", "overdue", "given up"))
KEPT = {"kept": "tried often enough or settled", "short": "too few attempts", "open": NOT_OVER}
"""The same by how its attempts stand."""
ENOUGH = "tried often enough so far"
NOT_AGAIN = (
    *(FIRSTS[one] for one in ("overdue", "given up", "due", "settled")),
    *(KEPT[one] for one in ("kept", "short")),
    ENOUGH,
)
"""The same of a lead that need not be tried again, or not yet."""


def others(first: followup.First) -> tuple[str, ...]:
    """Return what is said of leads whose first attempt stands otherwise than ``first``."""
    return tuple(words for one, words in FIRSTS.items() if one != first)


def why_not_again(first: followup.First, kept: str) -> str:
    """Return why a lead need not be tried again: nobody has tried it yet, it is settled, its days are over, …

    >>> why_not_again("late", "open"), why_not_again("due", "open"), why_not_again("in time", "short")
    ('tried often enough so far', 'still inside its time', 'too few attempts')
    """
    if first not in ("in time", "late"):
        return FIRSTS[first]
    return ENOUGH if kept == "open" else KEPT[kept]


def numbers(reading: Reading) -> Iterator[Number]:
    """Yield every number of the attempts that were promised."""
    yield in_time(reading)
    yield overdue(reading)
    yield due_next(reading)
    yield from waits(reading)
    yield kept(reading)
    yield short(reading)
    yield still_open(reading)
    yield due_again(reading)


# the first attempt


def in_time(reading: Reading) -> Number:
    """Leads first tried within the promised hours, of those whose time is up or who were tried.

    Term: first attempt in time (What sales owes, share).
    Variant: over leads given to reps on the days the agreement says, by the clock it names; what machines send is no
    attempt, and leads still inside their time are shown apart.
    Source: ``leads.assigned_at``, ``rejected_at``, ``activities.happened_at``, ``automated``, ``deals.created_at``.
    Since 0.1.0.
    """
    good = reading.followed.firsts("in time")
    inside = {FIRSTS[one]: reading.followed.firsts(one) for one in UNJUDGED}
    judged = len(reading.followed) - sum(inside.values())
    left_out = {**reading.followed.left_out} | {reason: count for reason, count in inside.items() if count}
    rows, name = given_rows(reading, "first", "in time", LATE), "first_attempt.in_time"
    return _share(reading, name, "First attempt in time", good, judged, left_out, sentence(in_time), rows)


def overdue(reading: Reading) -> Number:
    """Leads that nobody has tried though their time is up, and that are neither rejected nor accepted into a deal.

    Term: first attempt overdue (What sales owes, leads).
    Variant: as it stands now; a lead that was tried late is overdue no longer, and stays late in the share in time.
    Source: ``leads.assigned_at``, ``rejected_at``, ``activities.happened_at``, ``automated``, ``deals.created_at``.
    Since 0.1.0.
    """
    return _count(reading, "first_attempt.overdue", "First attempt overdue", "overdue", sentence(overdue))


def due_next(reading: Reading) -> Number:
    """Leads that nobody has tried yet and whose time is not up.

    Term: first attempt due next (What sales owes, leads).
    Variant: a lead that was settled untried, by a rejection or a deal, is due no longer.
    Source: ``leads.assigned_at``, ``rejected_at``, ``activities.happened_at``, ``automated``, ``deals.created_at``.
    Since 0.1.0.
    """
    return _count(reading, "first_attempt.due_next", "First attempt due next", "due", sentence(due_next))


def _count(reading: Reading, name: str, label: str, first: followup.First, definition: str) -> Number:
    found = reading.followed.firsts(first)
    words = f"{found:,} of {many(len(reading.followed), 'lead')} given to reps {lately(reading)}"
    rows = given_rows(reading, "first", first, others(first))
    more = {"left_out": reading.followed.left_out, "numerator": Fraction(found), "rows": rows}
    return told(reading, name, label, "leads", Fraction(found), definition, words, why_no_attempts(reading), more)


def waits(reading: Reading) -> Iterator[Number]:
    """Yield the median wait by the promised clock, its 90th percentile, and the median by the other clock."""
    version = reading.judged_by
    promised, other = (
        ("wall", "working") if version and version.sales.first_attempt_clock == "wall" else ("working", "wall")
    )
    yield median_wait(reading, "median_hours", promised)
    yield slow_wait(reading, promised)
    yield median_wait(reading, f"median_{other}_hours", other)


def median_wait(reading: Reading, name: str, clock: str) -> Number:
    """Median time from assignment to the first attempt; a lead not yet tried counts as at least its age.

    Term: median wait (What sales owes, hours).
    Variant: the clock starts when the lead is first given to a rep, not when it became ready, and does not start anew
    with another owner; it runs by working hours or by the wall, as the label says.
    Source: ``leads.assigned_at``, ``rejected_at``, ``activities.happened_at``, ``automated``, ``deals.created_at``.
    Since 0.1.0.
    """
    return _wait(reading, name, f"Median wait, {clock} hours", clock, Fraction(1, 2), sentence(median_wait))


def slow_wait(reading: Reading, clock: str) -> Number:
    """Time from assignment to the first attempt that nine of ten leads stay below; one not yet tried counts its age.

    Term: nine of ten waits (What sales owes, hours).
    Variant: the 90th percentile by the promised clock; leads not yet tried are never left out.
    Source: ``leads.assigned_at``, ``rejected_at``, ``activities.happened_at``, ``automated``, ``deals.created_at``.
    Since 0.1.0.
    """
    return _wait(reading, "p90_hours", f"Nine of ten waits, {clock} hours", clock, Fraction(9, 10), sentence(slow_wait))


def _wait(reading: Reading, name: str, label: str, clock: str, share: Fraction, definition: str) -> Number:
    waits = reading.followed.hours(clock)
    found = below(waits, share) if len(waits) else None
    value = Fraction(found).limit_denominator(3600) if found is not None else None
    untried = reading.followed.untried(clock, found) if found is not None else 0
    words = f"{many(len(waits), 'lead')} given {lately(reading)}" + (
        f"; at least this: {untried:,} of the shorter waits are not over" if untried else ""
    )
    reason = why_no_attempts(reading) or ("" if len(waits) else f"no lead was given to a rep {lately(reading)}")
    more = {
        "detail": {"at_least": bool(untried), "clock": clock},
        "left_out": reading.followed.left_out,
        "rows": given_rows(reading, "all", "", ()),
    }
    return told(reading, f"first_attempt.{name}", label, "hours", value, definition, words, reason, more)


# the attempts


def kept(reading: Reading) -> Number:
    """Leads tried often enough or settled within the promised days, of those settled or whose days are over.

    Term: attempts as promised (What sales owes, share).
    Variant: attempts less than ten minutes apart count once and those of machines not at all; they follow the lead
    through a change of owner.
    Source: ``leads.assigned_at``, ``rejected_at``, ``activities.happened_at``, ``automated``, ``deals.created_at``.
    Since 0.1.0.
    """
    found = reading.followed
    good, not_over = found.states("kept"), found.states("open")
    judged = len(found) - not_over
    left_out = {**found.left_out} | ({NOT_OVER: not_over} if not_over else {})
    rows, name = given_rows(reading, "kept", "kept", (KEPT["short"],)), "attempts.kept"
    return _share(reading, name, "Attempts as promised", good, judged, left_out, sentence(kept), rows)


def short(reading: Reading) -> Number:
    """Leads whose days are over without enough attempts, and that were not settled in time.

    Term: too few attempts (What sales owes, leads).
    Variant: counted once the promised days are over; attempts made later do not mend it.
    Source: ``leads.assigned_at``, ``rejected_at``, ``activities.happened_at``, ``automated``, ``deals.created_at``.
    Since 0.1.0.
    """
    return _state(reading, "short", "Too few attempts", "short", sentence(short))


def still_open(reading: Reading) -> Number:
    """Leads whose promised days are not over and that are not settled: they are not judged yet.

    Term: attempts still open (What sales owes, leads).
    Variant: also those that already have some of the attempts.
    Source: ``leads.assigned_at``, ``rejected_at``, ``activities.happened_at``, ``automated``, ``deals.created_at``.
    Since 0.1.0.
    """
    return _state(reading, "open", "Attempts still open", "open", sentence(still_open))


def due_again(reading: Reading) -> Number:
    """Leads that were tried and are not settled, and that still lack attempts while their promised days run.

    Term: to be tried again (What sales owes, leads).
    Variant: leads that nobody has tried yet are not among them: those are overdue or due next.
    Source: ``leads.assigned_at``, ``rejected_at``, ``activities.happened_at``, ``automated``, ``deals.created_at``.
    Since 0.2.0.
    """
    wanted = reading.judged_by.sales.attempts if reading.judged_by else 0
    found = int(reading.followed.again(wanted).sum())
    words = f"{found:,} of {many(len(reading.followed), 'lead')} given to reps {lately(reading)}"
    rows = given_rows(reading, "again", str(wanted), NOT_AGAIN)
    more = {"left_out": reading.followed.left_out, "numerator": Fraction(found), "rows": rows}
    why, name, label = why_no_attempts(reading), "attempts.due_again", "To be tried again"
    return told(reading, name, label, "leads", Fraction(found), sentence(due_again), words, why, more)


def _state(reading: Reading, name: str, label: str, state: str, definition: str) -> Number:
    found = reading.followed.states(state)
    words = f"{found:,} of {many(len(reading.followed), 'lead')} given to reps {lately(reading)}"
    rows = given_rows(reading, "kept", state, tuple({*KEPT.values()} - {KEPT[state]}))
    more = {"left_out": reading.followed.left_out, "numerator": Fraction(found), "rows": rows}
    why = why_no_attempts(reading)
    return told(reading, f"attempts.{name}", label, "leads", Fraction(found), definition, words, why, more)


# what all of them share


def given_rows(reading: Reading, by: str, counted: str, whole: tuple[str, ...]) -> Rows | None:
    """Return the leads given to reps: judged by their first attempt or by all; those count that stand as said."""
    return Rows("given", *reading.judged, {}, {"by": by, "counted": counted}, whole) if reading.judged else None


def _share(
    reading: Reading,
    name: str,
    label: str,
    good: int,
    judged: int,
    left_out: dict[str, int],
    definition: str,
    rows: Rows | None,
) -> Number:
    value = ratio(good, judged)
    words = f"{good:,} ÷ {judged:,} = {figure(value, 'share')}, given to reps {lately(reading)}"
    reason = why_no_attempts(reading) or ("" if judged else f"no lead was due {lately(reading)}")
    more = {"numerator": Fraction(good), "denominator": Fraction(judged), "left_out": left_out, "rows": rows}
    return told(reading, name, label, "share", value, definition, words, reason, more)


def told(
    reading: Reading,
    name: str,
    label: str,
    unit: Unit,
    value: Fraction | None,
    definition: str,
    formula: str,
    reason: str,
    more: dict[str, Any] | None = None,
) -> Number:
    """Return one number of follow-up, or the reason why this warehouse cannot tell it."""
    version = reading.judged_by.name if reading.judged_by else None
    if reason:
        return Number(
            f"followup.{name}", label, unit, None, definition, reason=reason, agreement=version, tables=TABLES
        )
    whole = {"formula": formula, "agreement": version, "tables": TABLES} | (more or {})
    return Number(f"followup.{name}", label, unit, value, definition, **whole)


def why_no_attempts(reading: Reading) -> str:
    """Return why follow-up cannot be told, or nothing."""
    if reading.judged is None:
        return f"no agreement was in force on {reading.month.first:%d %b %Y}"
    if not reading.knows_assignment:
        return "the warehouse does not say when leads were given to reps (leads.assigned_at)"
    return "" if reading.knows_attempts else "the warehouse holds no attempts to reach leads (activities)"


def lately(reading: Reading) -> str:
    """Return over which days follow-up is judged, as formulas say it."""
    days = reading.judged_by.sales.judged_over_days if reading.judged_by else 0
    return f"in the last {many(days, 'day')}"
