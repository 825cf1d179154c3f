"""The shared goal: revenue or new customers this month, and the rates by which leads are worked backwards from it."""

from collections.abc import Iterator
from fractions import Fraction

from dashboard.agreement import Version
from dashboard.goal import backwards
from dashboard.number import Number, ratio, sentence
from dashboard.promised import Promise, Target, balance, core, likely_end, tallied
from dashboard.reading import Reading, booked
from dashboard.words import figure, plain
from queries import deals, rates

TABLES = ("deals",)


def numbers(reading: Reading) -> Iterator[Number]:
    """Yield every number of the shared goal."""
    month = promise(reading)
    yield from core(month)
    yield from balance(month)
    yield likely_end(month, reading.won_past_months)[0]
    if reading.month_version:
        yield from worked_backwards(reading, reading.month_version)


def promise(reading: Reading) -> Promise:
    """Return the shared goal of the month as it stands."""
    unit, version = reading.goal_unit, reading.month_version
    tally = tallied([(row.reason, booked(row, unit), row.deals) for row in reading.won_month])
    target = wanted(reading)
    label = "Revenue this month" if unit == "money" else "New customers this month"
    standing = reading.standing(reading.month, target.amount or Fraction(0), tally.done)
    bands = version.bands.lines if version else None
    lacking = reading.lacks("deals.won_at", *(["deals.amount"] if unit == "money" else []))
    return Promise("goal.month", label, unit, target, tally, standing, bands, deals.bookings, wanted, TABLES, lacking)


def wanted(reading: Reading) -> Target:
    """What both sides want to reach together in the month: so much revenue, or so many new customers."""
    version = reading.month_version
    if version is None:
        return Target(None, reason=f"no agreement was in force on {reading.month.first:%d %b %Y}")
    return Target(version.goal.per_month, f"{plain(version.goal.per_month)} a month", version.name)


def size(reading: Reading, version: Version) -> Fraction | None:
    """Return the deal size of a version: one for a goal in customers, typed, or measured; None when nothing came in."""
    if version.goal.unit == "customers":
        return Fraction(1)
    if isinstance(version.goal.deal_size, Fraction):
        return version.goal.deal_size
    return ratio(Fraction(reading.deal_size.amount), reading.deal_size.deals) or None


def rate(reading: Reading, version: Version) -> Fraction | None:
    """Return the lead-to-customer rate of a version: typed, or measured; None when none became a customer."""
    if isinstance(version.goal.lead_to_customer, Fraction):
        return version.goal.lead_to_customer
    cohort = reading.cohort
    return (ratio(cohort.customers, cohort.leads) or None) if cohort else None


def worked_backwards(reading: Reading, version: Version) -> Iterator[Number]:
    """Yield the leads that the goal needs, on the agreement's rates and on measured ones, and those rates."""
    typed = size(reading, version), rate(reading, version)
    yield _needed("goal.backwards.leads", "Leads the goal needs", version, *typed)
    cohort, deal = reading.cohort, reading.deal_size
    measured = ratio(cohort.customers, cohort.leads) if cohort else None
    average = Fraction(1) if version.goal.unit == "customers" else ratio(Fraction(deal.amount), deal.deals)
    yield _needed(
        "goal.backwards.leads_measured", "Leads the goal needs, as measured", version, average, measured or None
    )
    yield Number(
        "goal.measured.lead_to_customer",
        "Lead-to-customer rate, measured on ripe cohorts",
        "share",
        measured,
        sentence(rates.lead_to_customer),
        formula=f"{cohort.customers:,} ÷ {cohort.leads:,}; ripe after {cohort.ripe_after.days} days" if cohort else "",
        numerator=Fraction(cohort.customers) if cohort else None,
        denominator=Fraction(cohort.leads) if cohort else None,
        reason="" if measured is not None else "no lead has ripened yet",
        tables=("leads", "deals"),
    )
    yield Number(
        "goal.measured.deal_size",
        "Average deal, measured",
        "money",
        ratio(Fraction(deal.amount), deal.deals),
        sentence(rates.deal_size),
        formula=f"{plain(Fraction(deal.amount))} ÷ {deal.deals:,} deals" if deal.deals else "",
        numerator=Fraction(deal.amount),
        denominator=Fraction(deal.deals),
        reason="" if deal.deals else "no deal with an amount was won in the year before",
        tables=TABLES,
    )


def _needed(name: str, label: str, version: Version, deal: Fraction | None, customers: Fraction | None) -> Number:
    value = backwards(version.goal.per_month, deal, customers).leads if deal and customers else None
    formula = f"{plain(version.goal.per_month)} ÷ {plain(deal)} ÷ {figure(customers, 'share')} = {plain(value)}"
    return Number(
        name,
        label,
        "leads",
        value,
        sentence(backwards),
        formula=formula if value is not None else "",
        reason="" if value is not None else "there is no past win to measure by",
        agreement=version.name,
        tables=("leads", "deals"),
    )
