"""How clean the new leads are: duplicates, and leads that lack something required."""

from collections.abc import Iterator
from fractions import Fraction

from dashboard.number import Number, ratio, sentence
from dashboard.reading import Reading
from dashboard.words import figure


def numbers(reading: Reading) -> Iterator[Number]:
    """Yield both."""
    yield duplicates(reading)
    yield incomplete(reading)


def duplicates(reading: Reading) -> Number:
    """Leads created this month that repeat another lead, as a share of all leads created this month."""
    return _share(reading, "duplicates", "Duplicates among new leads", reading.new.duplicates, sentence(duplicates))


def incomplete(reading: Reading) -> Number:
    """Leads created this month that lack a required field, as a share of all leads created this month."""
    return _share(
        reading, "incomplete", "New leads that lack a required field", reading.new.incomplete, sentence(incomplete)
    )


def _share(reading: Reading, name: str, label: str, rows: int, definition: str) -> Number:
    value = ratio(rows, reading.new.leads)
    formula = f"{rows:,} ÷ {reading.new.leads:,} new leads = {figure(value, 'share')}"
    return Number(
        f"quality.{name}",
        label,
        "share",
        value,
        definition,
        formula=formula if value is not None else "",
        numerator=Fraction(rows),
        denominator=Fraction(reading.new.leads),
        reason="" if value is not None else "no lead was created this month",
        tables=("leads",),
    )
