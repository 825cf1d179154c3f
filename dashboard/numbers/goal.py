"""The shared goal: revenue or new customers this month, and the rates by which leads are worked backwards from it."""

from collections.abc import Iterator
from fractions import Fraction

from dashboard.agreement import Version
from dashboard.goal import backwards
from dashboard.number import Number, Rows, ratio, sentence
from dashboard.promised import Promise, Target, balance, core, likely_end, tallied
from dashboard.reading import Reading, booked
from dashboard.words import per_cent, plain
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
    rows = Rows("won", *reading.to_now(reading.month), {}, {"unit": unit})
    return Promise(
        "goal.month", label, unit, target, tally, standing, bands, deals.bookings, wanted, TABLES, rows, lacking
    )


def wanted(reading: Reading) -> Target:
    """What both sides want to reach together in the month: so much revenue, or so many new customers.

    Term: shared goal (Shared goal, money or customers).
    Variant: one goal for both sides; judged by the version of the agreement in force when the month began.
    Since 0.1.0.
    """
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
    rates_of_both = measured_rate(reading), measured_size(reading)
    customers, deal = (one.value for one in rates_of_both)
    if version.goal.unit == "customers":
        deal = Fraction(1)
    asked = version.goal.lead_to_customer, version.goal.deal_size
    parts = tuple(one.name for one, typed in zip(rates_of_both, asked, strict=True) if not isinstance(typed, Fraction))
    typed = size(reading, version), rate(reading, version)
    yield _needed("goal.backwards.leads", "Leads the goal needs", version, *typed, parts)
    name, label = "goal.backwards.leads_measured", "Leads the goal needs, as measured"
    yield _needed(name, label, version, deal, customers or None, tuple(one.name for one in rates_of_both))
    yield from rates_of_both


def measured_rate(reading: Reading) -> Number:
    """Return the lead-to-customer rate of the leads that have ripened."""
    cohort = reading.cohort
    value = ratio(cohort.customers, cohort.leads) if cohort else None
    return Number(
        "goal.measured.lead_to_customer",
        "Lead-to-customer rate, measured on ripe cohorts",
        "share",
        value,
        sentence(rates.lead_to_customer),
        formula=f"{cohort.customers:,} ÷ {cohort.leads:,}; ripe after {cohort.ripe_after.days} days" if cohort else "",
        numerator=Fraction(cohort.customers) if cohort else None,
        denominator=Fraction(cohort.leads) if cohort else None,
        reason="" if value is not None else "no sales-ready lead has ripened yet",
        tables=("leads", "deals"),
        rows=ripe_rows(reading),
    )


def ripe_rows(reading: Reading) -> Rows | None:
    """Return the leads of the ripe year, of which those count that became customers; None before anything ripened."""
    if reading.cohort is None:
        return None
    until, lowest = reading.calendar.start(reading.month.first), reading.lowest(reading.month_version)
    told = {"fit": lowest.fit, "interest": lowest.interest}
    return Rows("cohort", *rates.ripe(until, reading.cohort.ripe_after), {}, told, ("no customer",), until)


def measured_size(reading: Reading) -> Number:
    """Return what a deal was worth on the average."""
    deal, until = reading.deal_size, reading.calendar.start(reading.month.first)
    return Number(
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
        rows=Rows("won", until - rates.LOOK_BACK, until, {}, {"unit": "money"}, (), until),
    )


def _needed(
    name: str,
    label: str,
    version: Version,
    deal: Fraction | None,
    customers: Fraction | None,
    parts: tuple[str, ...],
) -> Number:
    value = backwards(version.goal.per_month, deal, customers).leads if deal and customers else None
    rate = per_cent(customers) if customers else ""
    formula = f"{plain(version.goal.per_month)} ÷ {plain(deal)} ÷ {rate} = {plain(value)}"
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
        parts=parts,
    )
