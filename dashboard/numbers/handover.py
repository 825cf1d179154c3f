"""How long leads lay before a rep had them, and how long sales took to say yes or no."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from dashboard.followed import Hours, below
from dashboard.number import Number, sentence
from dashboard.numbers.acceptance import handed_rows, why_no_decisions
from dashboard.numbers.followup import lately
from dashboard.reading import Reading
from dashboard.words import many

TABLES = ("leads",)
NEVER_GIVEN = "the warehouse does not say when leads were given to reps (leads.assigned_at)"


def numbers(reading: Reading) -> Iterator[Number]:
    """Yield the delay of the system and the time to a yes or no: median, and what nine of ten stay below."""
    clock = reading.judged_by.sales.first_attempt_clock if reading.judged_by else "working"
    for share, name, words in ((Fraction(1, 2), "median", "Median"), (Fraction(9, 10), "p90", "Nine of ten")):
        label = f"{words} from sales-ready to a rep, {clock} hours"
        yield _delay(reading, f"system_delay.{name}_hours", label, "assigned", clock, share, system_delay)
        label = f"{words} to a yes or no, hours"
        yield _delay(reading, f"decision.{name}_hours", label, "decided", "wall", share, decision_time)


def system_delay(reading: Reading, clock: str) -> tuple[Hours, int]:
    """Time from sales-ready to given to a rep; a lead that no rep has yet counts as at least its age.

    Term: system delay (What sales owes, hours).
    Variant: the part of the wait that is nobody's in sales; the human part, until the first attempt, is the wait.
    Source: ``leads.ready_at``, ``assigned_at``.
    Since 0.2.0.
    """
    return reading.handovers.hours("assigned", clock)


def decision_time(reading: Reading, clock: str) -> tuple[Hours, int]:
    """Time from sales-ready to sales' yes or no, the earlier standing; an undecided lead counts as at least its age.

    Term: time to a yes or no (What sales owes, hours).
    Variant: by the wall, as the promise is in days; undecided leads are never left out.
    Source: ``leads.ready_at``, ``accepted_at``, ``rejected_at``.
    Since 0.2.0.
    """
    return reading.handovers.hours("decided", clock)


def _delay(
    reading: Reading,
    name: str,
    label: str,
    until: str,
    clock: str,
    share: Fraction,
    counted_by: Callable[[Reading, str], tuple[Hours, int]],
) -> Number:
    """Return a share of the way through the delays of the leads handed over, in order."""
    delays, still = counted_by(reading, clock)
    found = below(delays, share) if len(delays) else None
    reason = _why(reading, until) or ("" if len(delays) else f"no lead was handed over {lately(reading)}")
    words = f"{many(len(delays), 'lead')} handed over {lately(reading)}" + (
        f"; at least this: {still:,} are still waiting" if still else ""
    )
    more: dict[str, Any] = {"detail": {"at_least": bool(still), "clock": clock}} if not reason else {}
    return Number(
        f"followup.{name}",
        label,
        "hours",
        Fraction(found).limit_denominator(3600) if found is not None and not reason else None,
        sentence(counted_by),
        formula=words if not reason else "",
        reason=reason,
        agreement=reading.judged_by.name if reading.judged_by else None,
        tables=TABLES,
        rows=handed_rows(reading, "all", ()) if not reason else None,
        **more,
    )


def _why(reading: Reading, until: str) -> str:
    """Return why a delay cannot be told, or nothing."""
    if until == "decided" or reading.judged is None:
        return why_no_decisions(reading)
    return "" if reading.knows_assignment else NEVER_GIVEN
