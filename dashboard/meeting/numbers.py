"""What the board lacks for a week: marketing's part of its monthly promise, as a whole, by source and by day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from dashboard.agreement import Version
from dashboard.board import Course, Part
from dashboard.calendar import month
from dashboard.number import Number, Rows, sentence
from dashboard.numbers import marketing, sales
from dashboard.promised import Promise, Tally, Target, balance, core, tallied
from dashboard.reading import Reading, by_stretch
from dashboard.reckon import course
from dashboard.words import named, near, per_cent, plain
from queries import campaigns as queries
from queries import leads
from queries.campaigns import Campaign
from queries.knowledge import seen
from queries.moments import Range

TABLES = ("leads",)


@dataclass(frozen=True)
class Weekly:
    """Marketing's week as one reading sees it, by the version of the agreement in force when the week began."""

    reading: Reading

    @cached_property
    def ready(self) -> list[leads.Ready]:
        """Sales-ready leads of the week, a stretch a day (0 is its first day)."""
        one = self.reading
        return leads.ready(one.connection, one.days_to_now(one.week), one.as_of, one.lowest(one.week_version))

    @cached_property
    def target(self) -> Target:
        """What marketing promised for the week."""
        return promised_in_week(self.reading)

    @cached_property
    def promise(self) -> Promise:
        """Marketing's promise of the week as it stands."""
        rows = self.rows(self.reading.to_now(self.reading.week))
        return self._promise("marketing.week", "Sales-ready leads this week", self.target, self.ready, rows)

    def rows(self, stretch: Range, **where: tuple[str | None, ...]) -> Rows:
        """Return the leads that could count in a stretch of the week, narrowed to some values of columns."""
        lowest = self.reading.lowest(self.reading.week_version)
        return Rows("ready", *stretch, where, {"fit": lowest.fit, "interest": lowest.interest})

    def of_source(self, source: str) -> Promise:
        """Return the part of the week's promise that one source carries."""
        found = [row for row in self.ready if row.source == source]
        rows = self.rows(self.reading.to_now(self.reading.week), source=(source,))
        name = named(source)
        prefix, label = f"marketing.week.source.{name}", f"Sales-ready leads from {name} this week"
        return self._promise(prefix, label, self._share(source), found, rows)

    def _share(self, source: str) -> Target:
        if self.target.amount is None:
            return self.target
        share = self.shares.get(source)
        if share is None:
            return Target(None, agreement=self.target.agreement, reason="no share was promised for this source")
        part = self.target.amount * share
        formula = f"{plain(self.target.amount)} × {per_cent(share)} = {plain(part)}"
        return Target(part, formula, self.target.agreement)

    @property
    def shares(self) -> dict[str, Fraction]:
        """The share of the promise that each source carries."""
        return self.reading.week_version.marketing.shares if self.reading.week_version else {}

    @cached_property
    def sources(self) -> list[str]:
        """The sources with a share of the promise, and those that brought leads in the week, largest share first."""
        seen: dict[str, int] = dict.fromkeys(self.shares, 0)
        for row in self.ready:
            seen[row.source] = seen.get(row.source, 0) + (0 if row.reason else row.leads)
        return sorted(seen, key=lambda name: (-self.shares.get(name, Fraction(0)), -seen[name], name))

    def _promise(self, prefix: str, label: str, target: Target, found: Sequence[leads.Ready], rows: Rows) -> Promise:
        one = self.reading
        tally = tallied([(row.reason, Fraction(row.leads), row.leads) for row in found])
        standing = one.standing(one.week, target.amount or Fraction(0), tally.done)
        bands = one.week_version.bands.lines if one.week_version else None
        lacking, by = one.lacks("leads.ready_at"), (leads.ready, promised_in_week)
        return Promise(prefix, label, "leads", target, tally, standing, bands, *by, TABLES, rows, lacking)


def numbers(weekly: Weekly) -> Iterator[Number]:
    """Yield every number of marketing's week."""
    week = weekly.promise
    yield from core(week)
    yield from balance(week)
    yield sales.attainment(week)
    for source in weekly.sources:
        yield from core(weekly.of_source(source))
    yield from days(weekly)


def promised_in_week(reading: Reading) -> Target:
    """Sales-ready leads promised for the week: each working day's share of the promise of its own month.

    Term: sales-ready leads promised for the week (Marketing's promise, leads).
    Variant: by working days, never a quarter of a month; judged by the version of the agreement in force when the week
    began, and by rates measured before the month in which it began.
    Since 0.3.0.
    """
    version = reading.week_version
    if version is None:
        return Target(None, reason=f"no agreement was in force on {reading.week.first:%d %b %Y}")
    worked = [day for day in reading.week.days if reading.calendar.is_working(day)]
    if version.marketing.leads_per_rep_per_month is not None:
        return _per_rep(reading, version, version.marketing.leads_per_rep_per_month, worked)
    monthly = _monthly(reading, version)
    if monthly.amount is None:
        return monthly
    amount = sum((monthly.amount / _working_days(reading, day) for day in worked), Fraction(0))
    formula = f"{plain(monthly.amount)} × ({_shares(reading, worked)}) = {plain(amount)}"
    return Target(amount, formula, version.name)


def _monthly(reading: Reading, version: Version) -> Target:
    typed = version.marketing.leads_per_month
    if isinstance(typed, Fraction):
        return Target(typed, plain(typed), version.name)
    start = reading.calendar.start(reading.week.first).astimezone(reading.calendar.zone)
    return marketing.from_goal(replace(reading, as_of=start), version)


def _per_rep(reading: Reading, version: Version, each: Fraction, worked: Sequence[date]) -> Target:
    active = [sum(one.active_on(day) for one in reading.reps) for day in worked]
    shares = [Fraction(some, _working_days(reading, day)) for some, day in zip(active, worked, strict=True)]
    amount = each * sum(shares, Fraction(0))
    months = near(sum(shares, Fraction(0)))
    return Target(amount, f"{plain(each)} a rep × {months} months of active reps = {plain(amount)}", version.name)


def _working_days(reading: Reading, day: date) -> int:
    return reading.calendar.working_days(month(day))


def _shares(reading: Reading, worked: Sequence[date]) -> str:
    """Return the days of each month over its working days: ``3 ÷ 20 + 2 ÷ 22``."""
    months: dict[date, int] = {}
    for day in worked:
        first = month(day).first
        months[first] = months.get(first, 0) + 1
    told = [f"{days} ÷ {_working_days(reading, first)}" for first, days in months.items()]
    return " + ".join(told) or "no working day"


def days(weekly: Weekly) -> Iterator[Number]:
    """Yield what each day of the week brought: the steps of the course."""
    week, reading = weekly.promise, weekly.reading
    for place, stretch in enumerate(reading.days_to_now(reading.week)):
        day = reading.week.days[place]
        tally = tallied([(one.reason, Fraction(one.leads), one.leads) for one in weekly.ready if one.stretch == place])
        name, label = f"marketing.week.day.{day}", f"Sales-ready leads on {day:%A} {day.day} {day:%B}"
        yield _counted(week, name, label, tally, weekly.rows(stretch))


def campaigns(weekly: Weekly, listed: Sequence[Campaign]) -> Iterator[Number]:
    """Yield the sales-ready leads that each of these campaigns brought in the week."""
    week, reading = weekly.promise, weekly.reading
    stretch, lowest = reading.to_now(reading.week), reading.lowest(reading.week_version)
    brought = queries.ready(reading.connection, stretch, reading.as_of, lowest)
    known = seen(reading.connection, brought, lambda one: one.reason)
    for campaign in listed:
        found = [
            (one.reason, Fraction(one.leads), one.leads) for one in known if one.campaign_id == campaign.campaign_id
        ]
        name, label = named(campaign.campaign_id), f"Sales-ready leads from {named(campaign.name)} in the week"
        rows = weekly.rows(stretch, campaign_id=(campaign.campaign_id,))
        yield _counted(week, f"marketing.week.campaign.{name}", label, tallied(found), rows)


def _counted(week: Promise, name: str, label: str, tally: Tally, rows: Rows) -> Number:
    """Return a part of the week's sales-ready leads that nothing was promised for by itself."""
    done = tally.done if not week.unknown else None
    return Number(
        name,
        label,
        "leads",
        done,
        sentence(leads.ready),
        formula=f"{plain(done)} counted" if done is not None else "",
        reason=week.unknown,
        numerator=done,
        left_out=tally.left_out,
        agreement=week.target.agreement,
        tables=TABLES,
        rows=rows,
    )


def week_course(weekly: Weekly) -> Course:
    """Return how marketing's week went, day by day, beside the week before."""
    reading = weekly.reading
    rows = [(row.stretch, row.reason, Fraction(row.leads)) for row in weekly.ready]
    daily = by_stretch(len(reading.days_to_now(reading.week)), rows, Fraction(0))
    before = reading.past(reading.week)[0]
    version = reading.agreement.in_force(before.first)
    then = reading.ready_in(reading.days_before(reading.week), version)
    return course(reading, reading.week, weekly.promise, daily, then)


def parts(weekly: Weekly) -> list[Part]:
    """Return the sources of the week, whose numbers are ``marketing.week.source.<source>.*``."""
    return [Part(f"marketing.week.source.{named(name)}", named(name)) for name in weekly.sources]
