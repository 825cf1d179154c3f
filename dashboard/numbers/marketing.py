"""Marketing's promise: sales-ready leads this month, today, and by source."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

from dashboard.agreement import Version
from dashboard.goal import backwards
from dashboard.number import Number, Rows, sentence
from dashboard.numbers.goal import rate, size
from dashboard.promised import Promise, Target, balance, core, likely_end, tallied
from dashboard.reading import Reading
from dashboard.words import named, near, per_cent, plain
from queries import leads
from queries.moments import Range

TABLES = ("leads",)


def numbers(reading: Reading) -> Iterator[Number]:
    """Yield every number of marketing's promise."""
    month = promise(reading)
    yield from core(month)
    yield from balance(month)
    yield likely_end(month, reading.ready_past)[0]
    yield from today(reading, month)
    for source in sources(reading):
        yield from core(of_source(reading, month, source))
    yield from days(reading, month)
    yield from cells(reading, month)


def promise(reading: Reading) -> Promise:
    """Return marketing's promise of the month as it stands."""
    label, rows = "Sales-ready leads this month", ready_rows(reading, reading.to_now(reading.month))
    return _promise(reading, "marketing.month", label, promised(reading), reading.ready, rows)


def ready_rows(reading: Reading, stretch: Range, **where: tuple[str | None, ...]) -> Rows:
    """Return the leads that could count as sales-ready in a stretch of time, narrowed to some values of columns."""
    lowest = reading.lowest(reading.month_version)
    return Rows("ready", *stretch, where, {"fit": lowest.fit, "interest": lowest.interest})


def _promise(
    reading: Reading, prefix: str, label: str, target: Target, found: Sequence[leads.Ready], rows: Rows
) -> Promise:
    tally = tallied([(row.reason, row.leads, row.leads) for row in found])
    version = reading.month_version
    standing = reading.standing(reading.month, target.amount or Fraction(0), tally.done)
    bands = version.bands.lines if version else None
    lacking = reading.lacks("leads.ready_at")
    return Promise(prefix, label, "leads", target, tally, standing, bands, leads.ready, promised, TABLES, rows, lacking)


def promised(reading: Reading) -> Target:
    """Sales-ready leads marketing promised for the month: a number, worked back from the goal, or so many per rep.

    Term: sales-ready leads promised (Marketing's promise, leads).
    Variant: judged by the version of the agreement in force when the month began; a later one never repaints it.
    Since 0.1.0.
    """
    version = reading.month_version
    if version is None:
        return Target(None, reason=f"no agreement was in force on {reading.month.first:%d %b %Y}")
    marketing = version.marketing
    if marketing.leads_per_rep_per_month is not None:
        return _per_rep(reading, version, marketing.leads_per_rep_per_month)
    if isinstance(marketing.leads_per_month, Fraction):
        return Target(marketing.leads_per_month, f"{plain(marketing.leads_per_month)} a month", version.name)
    return from_goal(reading, version)


def _per_rep(reading: Reading, version: Version, each: Fraction) -> Target:
    days = [day for day in reading.month.days if reading.calendar.is_working(day)]
    reps = sum((Fraction(sum(map(one.active_on, days)), len(days)) for one in reading.reps), Fraction(0)) if days else 0
    formula = f"{plain(each)} a rep × {near(Fraction(reps))} active reps = {plain(each * reps)}"
    return Target(each * reps, formula, version.name)


def from_goal(reading: Reading, version: Version) -> Target:
    """Return the leads a month that the goal of a version needs, by its rates or by measured ones."""
    deal, customers = size(reading, version), rate(reading, version)
    if deal is None or customers is None:
        return Target(
            None, agreement=version.name, reason="the goal cannot be worked backwards: nothing was won before"
        )
    needed = backwards(version.goal.per_month, deal, customers).leads
    formula = f"{plain(version.goal.per_month)} ÷ {plain(deal)} ÷ {per_cent(customers)} = {plain(needed)}"
    return Target(needed, formula, version.name)


def today(reading: Reading, month: Promise) -> Iterator[Number]:
    """Yield today's share of the promise, and what came today."""
    target = today_promised(reading, month)
    days = reading.calendar.working_days(reading.month)
    formula = f"{plain(month.target.amount)} ÷ {days} working days = {plain(target)}" if target else "a day off"
    yield Number(
        "marketing.today.target",
        "Sales-ready leads today: promised",
        "leads",
        target,
        sentence(today_promised),
        formula=formula if target is not None else "",
        reason=month.target.reason if target is None else "",
        agreement=month.target.agreement,
        tables=TABLES,
        parts=("marketing.month.target",),
    )
    yield today_done(reading, month, target)


def today_promised(reading: Reading, month: Promise) -> Fraction | None:
    """Today's even share of the month's promise: the target divided by the month's working days; none on a day off.

    Term: sales-ready leads promised today (Marketing's promise, leads).
    Variant: an even share, with no catching up: what was missed on earlier days stands in the gap, not in today.
    Since 0.1.0.
    """
    if month.target.amount is None:
        return None
    if not reading.calendar.is_working(reading.today.first):
        return Fraction(0)
    return month.target.amount / reading.calendar.working_days(reading.month)


def today_done(reading: Reading, month: Promise, target: Fraction | None) -> Number:
    """Return what came today, since midnight."""
    last = len(reading.days_to_now(reading.month)) - 1
    rows = [row for row in reading.ready if row.stretch == last]
    tally = tallied([(row.reason, row.leads, row.leads) for row in rows])
    return Number(
        "marketing.today.done",
        "Sales-ready leads today: done",
        "leads",
        tally.done if not month.unknown else None,
        sentence(leads.ready),
        formula=f"{plain(tally.done)} counted since midnight" if not month.unknown else "",
        reason=month.unknown,
        numerator=tally.done if not month.unknown else None,
        denominator=target,
        left_out=tally.left_out,
        status="met" if target is not None and tally.done >= target > 0 else None,
        agreement=month.target.agreement,
        tables=TABLES,
        rows=ready_rows(reading, reading.days_to_now(reading.month)[last]),
    )


def sources(reading: Reading) -> list[str]:
    """Return the sources with a share of the promise, and those that brought leads this month, largest share first."""
    shares = reading.month_version.marketing.shares if reading.month_version else {}
    seen: dict[str, int] = dict.fromkeys(shares, 0)
    for row in reading.ready:
        if row.reason != "loaded later":
            seen[row.source] = seen.get(row.source, 0) + (0 if row.reason else row.leads)
    return sorted(seen, key=lambda name: (-shares.get(name, Fraction(0)), -seen[name], name))


def of_source(reading: Reading, month: Promise, source: str) -> Promise:
    """Return the part of the month's promise that one source carries."""
    shares = reading.month_version.marketing.shares if reading.month_version else {}
    rows = [row for row in reading.ready if row.source == source]
    if month.target.amount is None:
        target = month.target
    elif source not in shares:
        target = Target(None, agreement=month.target.agreement, reason="no share was promised for this source")
    else:
        part = month.target.amount * shares[source]
        formula = f"{plain(month.target.amount)} × {per_cent(shares[source])} = {plain(part)}"
        target = Target(part, formula, month.target.agreement)
    behind = ready_rows(reading, reading.to_now(reading.month), source=(source,))
    name = named(source)
    return _promise(reading, f"marketing.source.{name}", f"Sales-ready leads from {name}", target, rows, behind)


def days(reading: Reading, month: Promise) -> Iterator[Number]:
    """Yield what each day of the month brought so far: the steps of the course."""
    for place, stretch in enumerate(reading.days_to_now(reading.month)):
        day = reading.month.days[place]
        found = [row for row in reading.ready if row.stretch == place]
        name, label = f"marketing.month.day.{day}", f"Sales-ready leads on {day:%A} {day.day} {day:%B}"
        yield _counted(month, name, label, found, sentence(leads.ready), ready_rows(reading, stretch))


def cells(reading: Reading, month: Promise) -> Iterator[Number]:
    """Yield how many sales-ready leads lie in each cell of fit and interest."""
    stretch = reading.to_now(reading.month)
    for fit, interest in product(reversed(leads.LEVELS), repeat=2):
        found = in_cell(reading, fit, interest)
        name, label = f"marketing.cell.{fit}.{interest}", f"Fit {fit}, interest {interest}"
        rows = ready_rows(reading, stretch, fit=(fit,), interest=(interest,))
        yield _counted(month, name, label, found, sentence(in_cell), rows)


def in_cell(reading: Reading, fit: str, interest: str) -> list[leads.Ready]:
    """Sales-ready leads of the month whose fit and interest are these.

    Term: fit and interest (Marketing's promise, leads).
    Variant: fit and interest as recorded now, not as they were when the lead became sales-ready.
    Source: ``leads.fit``, ``interest``, ``ready_at``.
    Since 0.1.0.
    """
    return [row for row in reading.ready if (row.fit, row.interest) == (fit, interest)]


def _counted(
    month: Promise, name: str, label: str, found: Sequence[leads.Ready], definition: str, rows: Rows
) -> Number:
    """Return a part of the month's sales-ready leads that nothing was promised for by itself."""
    tally = tallied([(row.reason, row.leads, row.leads) for row in found])
    return Number(
        name,
        label,
        "leads",
        tally.done if not month.unknown else None,
        definition,
        formula=f"{plain(tally.done)} counted" if not month.unknown else "",
        reason=month.unknown,
        numerator=tally.done if not month.unknown else None,
        left_out=tally.left_out,
        agreement=month.target.agreement,
        tables=TABLES,
        rows=rows,
    )
