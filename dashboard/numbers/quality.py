"""How clean the new leads are: duplicates, and leads that lack something required."""

from collections.abc import Iterator
from fractions import Fraction

from dashboard.number import Number, Rows, ratio, sentence
from dashboard.reading import Reading
from dashboard.words import figure

CLEAN = {"duplicates": "no duplicate", "incomplete": "nothing missing"}


def numbers(reading: Reading) -> Iterator[Number]:
    """Yield both."""
    yield duplicates(reading)
    yield incomplete(reading)


def duplicates(reading: Reading) -> Number:
    """Leads created this month that repeat another lead, as a share of all leads created this month.

    Term: duplicates among new leads (Quality, share).
    Variant: as the CRM marks them; a repeat that nobody marked is not found here.
    Source: ``leads.created_at``, ``duplicate_of``.
    Since 0.1.0.
    """
    why = "" if reading.knows_duplicates else "the warehouse never says that one lead repeats another"
    label, rows = "Duplicates among new leads", reading.new.duplicates
    return _share(reading, "duplicates", label, rows, sentence(duplicates), why)


def incomplete(reading: Reading) -> Number:
    """Leads created this month that lack a required field, as a share of all leads created this month.

    Term: new leads that lack a required field (Quality, share).
    Variant: as the CRM says; duplicates are among the leads.
    Source: ``leads.created_at``, ``missing``.
    Since 0.1.0.
    """
    why = "" if reading.knows_missing else "the warehouse never says what a lead lacks (leads.missing)"
    label, rows = "New leads that lack a required field", reading.new.incomplete
    return _share(reading, "incomplete", label, rows, sentence(incomplete), why)


def _share(reading: Reading, name: str, label: str, rows: int, definition: str, why: str) -> Number:
    value = ratio(rows, reading.new.leads) if not why else None
    formula = f"{rows:,} ÷ {reading.new.leads:,} new leads = {figure(value, 'share')}"
    return Number(
        f"quality.{name}",
        label,
        "share",
        value,
        definition,
        formula=formula if value is not None else "",
        numerator=None if why else Fraction(rows),
        denominator=None if why else Fraction(reading.new.leads),
        left_out={"loaded later": reading.new.later} if reading.new.later and not why else {},
        reason=why or ("" if value is not None else "no lead was created this month"),
        tables=("leads",),
        rows=Rows("new", *reading.to_now(reading.month), {}, {"those": name}, (CLEAN[name],)),
    )
