"""What sales owes marketing for every lead that is handed over: a yes or no, in time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from dashboard.number import Number, Rows, ratio, sentence
from dashboard.numbers.followup import lately, told
from dashboard.reading import Reading
from dashboard.words import figure, many, named, plain
from queries.leads import Handed
from queries.moments import Range

NO_DECISIONS = "the warehouse does not say what sales accepted or rejected (leads.accepted_at, rejected_at)"

NO_REASON = "no reason given"


def numbers(reading: Reading) -> Iterator[Number]:
    """Yield every number of acceptance."""
    yield of_decided(reading)
    yield of_handed_over(reading)
    yield undecided(reading)
    yield waiting_too_long(reading)


def of_decided(reading: Reading) -> Number:
    """Leads that sales accepted, of those it accepted or rejected; the undecided are shown beside it.

    Term: accepted of decided (What sales owes, share).
    Variant: the undecided are in neither part, so a side that decides little can look good: read it with accepted of
    handed over.
    Source: ``leads.ready_at``, ``accepted_at``, ``rejected_at``.
    Since 0.1.0.
    """
    accepted, rejected, waiting = decisions(reading)
    left_out = repeated(reading.handed) | ({"undecided": waiting} if waiting else {})
    name, label = "acceptance.of_decided", "Accepted of decided"
    rows = handed_rows(reading, "accepted", ("rejected",))
    return _decided(reading, name, label, accepted, accepted + rejected, left_out, sentence(of_decided), rows)


def of_handed_over(reading: Reading) -> Number:
    """Leads that sales accepted, of all that were handed over, the undecided among them.

    Term: accepted of handed over (What sales owes, share).
    Variant: the undecided count against it, so it is low while leads are young: read it with accepted of decided.
    Source: ``leads.ready_at``, ``accepted_at``, ``rejected_at``.
    Since 0.1.0.
    """
    accepted, rejected, waiting = decisions(reading)
    name, label = "acceptance.of_handed_over", "Accepted of handed over"
    whole, left_out = accepted + rejected + waiting, repeated(reading.handed)
    rows = handed_rows(reading, "accepted", ("rejected", "undecided"))
    return _decided(reading, name, label, accepted, whole, left_out, sentence(of_handed_over), rows)


def undecided(reading: Reading) -> Number:
    """Leads handed over that sales has neither accepted nor rejected.

    Term: undecided (What sales owes, leads).
    Variant: of the days over which follow-up is judged; the earlier of two decisions stands.
    Source: ``leads.ready_at``, ``accepted_at``, ``rejected_at``.
    Since 0.1.0.
    """
    waiting = Fraction(decisions(reading)[2])
    words = f"{plain(waiting)} of {many(sum(decisions(reading)), 'lead')} handed over {lately(reading)}"
    rows = handed_rows(reading, "undecided", ("accepted", "rejected"))
    why, more = why_no_decisions(reading), {"left_out": repeated(reading.handed), "numerator": waiting, "rows": rows}
    name, label = "acceptance.undecided", "Undecided"
    return told(reading, name, label, "leads", waiting, sentence(undecided), words, why, more)


def waiting_too_long(reading: Reading) -> Number:
    """Leads of the days over which follow-up is judged that sales has left undecided longer than the promised days.

    Term: undecided too long (What sales owes, leads).
    Variant: handed over longer ago than the days promised for a yes or no, by days of the calendar, days off among
    them; a lead handed over before the judged days is counted no longer.
    Source: ``leads.ready_at``, ``accepted_at``, ``rejected_at``.
    Since 0.4.0.
    """
    days = reading.judged_by.sales.decide_within_days if reading.judged_by else 0
    words = f"handed over {lately(reading)}, more than {many(days, 'day')} ago, and still undecided"
    long_ago = reading.handed_long_ago
    value = Fraction(sum(row.leads for row in long_ago if row.decision == "undecided"))
    rows = handed_rows(reading, "undecided", ("accepted", "rejected"), reading.long_ago)
    why, more = why_no_decisions(reading), {"left_out": repeated(long_ago), "numerator": value, "rows": rows}
    name, label = "acceptance.waiting_too_long", "Undecided too long"
    return told(reading, name, label, "leads", value, sentence(waiting_too_long), words, why, more)


def decisions(reading: Reading) -> tuple[int, int, int]:
    """Return how many leads were accepted, rejected, and are undecided."""
    found: Counter[str] = Counter()
    for row in reading.handed:
        found[row.decision] += row.leads
    return found["accepted"], found["rejected"], found["undecided"]


def repeated(handed: Sequence[Handed]) -> dict[str, int]:
    """Return how many of these leads nobody has to decide on, by reason: duplicates, and those loaded later."""
    found: Counter[str] = Counter()
    for row in handed:
        if row.decision not in ("accepted", "rejected", "undecided"):
            found[row.decision] += row.leads
    return dict(found)


def rejections(reading: Reading) -> dict[str, int]:
    """Return how many leads sales rejected by reason, most frequent first; those without one say so."""
    found: Counter[str] = Counter()
    for row in reading.handed:
        if row.decision == "rejected":
            found[named(row.reason or NO_REASON)] += row.leads
    return dict(sorted(found.items(), key=lambda row: (-row[1], row[0])))


def _decided(
    reading: Reading,
    name: str,
    label: str,
    accepted: int,
    whole: int,
    left_out: dict[str, int],
    definition: str,
    rows: Rows | None,
) -> Number:
    value = ratio(accepted, whole)
    words = f"{accepted:,} ÷ {whole:,} = {figure(value, 'share')}, handed over {lately(reading)}"
    reason = why_no_decisions(reading) or ("" if whole else f"nothing was decided {lately(reading)}")
    parts = {"numerator": Fraction(accepted), "denominator": Fraction(whole), "left_out": left_out, "rows": rows}
    more = parts | {"detail": {"rejections": rejections(reading)}}
    return told(reading, name, label, "share", value, definition, words, reason, more)


def handed_rows(reading: Reading, counted: str, whole: tuple[str, ...], stretch: Range | None = None) -> Rows | None:
    """Return the leads handed over in the judged days or another stretch; those count on which was decided as said."""
    where = stretch or reading.judged
    return Rows("handed", *where, {}, {"those": counted}, whole) if where else None


def why_no_decisions(reading: Reading) -> str:
    """Return why acceptance cannot be told, or nothing."""
    if reading.judged is None:
        return f"no agreement was in force on {reading.month.first:%d %b %Y}"
    if not reading.knows_decisions:
        return NO_DECISIONS
    return ""
