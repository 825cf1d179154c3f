"""One reading of the warehouse as of one moment: what the numbers are made of, asked for once and kept.

The one place where queries meet the calendar and the agreement. Everything is read over one connection, so that all
numbers of a board are of one moment.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import Connection

from dashboard import followed, given, quota
from dashboard.agreement import Unit, Version
from dashboard.calendar import Period
from dashboard.followup import Promise
from dashboard.handovers import Handovers, Part, part
from dashboard.kept import Kept, Piece
from dashboard.moment import LATER, Moment
from dashboard.pace import Past
from dashboard.stretches import days_of, pieces
from queries import absent, ages, deals, handover, leads, rates, reps
from queries import followup as follow_queries
from queries.moments import Range
from queries.reps import Rep

Measured = TypeVar("Measured")
LEADS, DEALS = frozenset({"leads"}), frozenset({"deals"})


@dataclass(frozen=True)
class Reading(Moment):
    """The warehouse as of one moment, seen by one company under its agreement."""

    connection: Connection
    before: Kept = field(default_factory=Kept)
    """What earlier readings read and still holds."""
    sold_then: Sequence[Rep] | None = None
    """The reps as they were told before; None: as the warehouse tells them now."""

    # what is kept of earlier readings

    def over(
        self, name: Hashable, tables: frozenset[str], stretches: Sequence[Range], read: Callable[[list[Range]], Any]
    ) -> list[list[Any]]:
        """Return what ``read`` says of each stretch, a part a piece; pieces that are kept are not asked for again."""
        whole = not self.before.keeps
        split = [[Piece(one, False)] if whole else pieces(self.calendar, one, self.as_of) for one in stretches]
        found = iter(self.before.over(name, tables, [one for parts in split for one in parts], read))
        return [[next(found) for _ in parts] for parts in split]

    # freshness

    @cached_property
    def present(self) -> frozenset[str]:
        """The contract's tables that this warehouse has."""
        return ages.present(self.connection)

    def demanded(self) -> None:
        """Raise ``ContractBroken`` when a table or column is missing that the board cannot do without."""
        ages.demand(self.present)
        _ = self.absent

    @cached_property
    def absent(self) -> frozenset[str]:
        """The optional columns that this warehouse lacks, as table.column; they are read as unknown."""
        return absent.note(self.connection, self.present)

    def lacks(self, *columns: str) -> str:
        """Return in words which of ``columns`` this warehouse lacks, or nothing."""
        lacking = [one for one in columns if one in self.absent]
        return f"the warehouse has no column {', '.join(lacking)}" if lacking else ""

    @cached_property
    def ages(self) -> list[ages.Age]:
        """How recent each table is."""
        return ages.ages(self.connection, self.as_of, self.present)

    # leads

    def lowest(self, version: Version | None) -> leads.Lowest:
        """Return what ``version`` calls sales-ready."""
        return leads.Lowest(*(version.sales_ready.lowest_fit, version.sales_ready.lowest_interest) if version else ())

    @cached_property
    def ready(self) -> list[leads.Ready]:
        """Sales-ready leads of the month, a stretch a day (0 is the first of the month)."""
        lowest = self.lowest(self.month_version)
        found = self.over(
            ("ready", lowest),
            LEADS,
            self.days_to_now(self.month),
            lambda some: given.by_stretch(len(some), leads.ready(self.connection, some, self.as_of, lowest)),
        )
        return [row._replace(stretch=day) for day, parts in enumerate(found) for part in parts for row in part]

    def ready_in(self, stretches: Sequence[Range], version: Version | None) -> list[Fraction]:
        """Return how many sales-ready leads each stretch had, as ``version`` defines them."""
        lowest = self.lowest(version)

        def read(some: list[Range]) -> list[int]:
            rows = leads.ready(self.connection, some, self.as_of, lowest)
            return by_stretch(len(some), ((row.stretch, row.reason, row.leads) for row in rows), 0)

        return [Fraction(sum(parts)) for parts in self.over(("ready in", lowest), LEADS, stretches, read)]

    def days_before(self, period: Period) -> list[Range]:
        """Return the days of the period before, up to the same point."""
        before = self.past(period)[0]
        return self._days_to(before, self.calendar.same_point(period, self.as_of, before))

    @cached_property
    def ready_before(self) -> list[Fraction]:
        """Sales-ready leads of the month before, day by day up to the same point."""
        before = self.past(self.month)[0]
        return self.ready_in(self.days_before(self.month), self.agreement.in_force(before.first))

    def _days_to(self, period: Period, until: datetime) -> list[Range]:
        """Return the days of ``period`` up to ``until``, the last one cut there."""
        bounds = days_of(self.calendar, period.first, period.after)
        begun = [Range(start, min(end, until)) for start, end in bounds if start < until]
        return begun or [Range(bounds[0].start, bounds[0].start)]

    @cached_property
    def ready_past(self) -> list[Past]:
        """Sales-ready leads of past months with data, up to this same point and in the end."""
        first = leads.oldest_ready(self.connection, self.as_of)
        periods = [one for one in self.past(self.month) if first and first < self.calendar.start(one.first) + LATER]
        stretches = self._halves(self.month, periods)
        return pasts(self.ready_in(stretches, self.month_version)) if stretches else []

    def _halves(self, period: Period, periods: Sequence[Period]) -> list[Range]:
        """Return each past period in two: up to the same point as now, and from there to its end."""
        halves = []
        for one in periods:
            start, end = self.calendar.bounds(one)
            point = self.calendar.same_point(period, self.as_of, one)
            halves += [Range(start, point), Range(point, end)]
        return halves

    @cached_property
    def new(self) -> leads.New:
        """Leads created this month, and how clean they are."""

        def read(some: list[Range]) -> list[list[leads.New]]:
            return given.by_stretch(len(some), leads.new(self.connection, some, self.as_of))

        (parts,) = self.over("new", LEADS, [self.to_now(self.month)], read)
        rows = [row[1:] for part in parts for row in part]
        return leads.New(0, *map(sum, zip((0, 0, 0, 0), *rows, strict=True)))

    @cached_property
    def knows_duplicates(self) -> bool:
        """Whether this warehouse records duplicates: any lead of the last year is one."""
        return leads.known(self.connection, "duplicate_of", self._a_year_ago, self.as_of)

    @cached_property
    def knows_missing(self) -> bool:
        """Whether this warehouse records missing fields: any lead of the last year lacks one."""
        return leads.known(self.connection, "missing", self._a_year_ago, self.as_of)

    @property
    def _a_year_ago(self) -> datetime:
        return self.as_of - 365 * LATER

    # deals

    def won(self, stretches: Sequence[Range], unit: Unit) -> list[deals.Won]:
        """Return what was won in each stretch, by rep."""
        return deals.bookings(self.connection, stretches, self.as_of, unit)

    @cached_property
    def won_days(self) -> list[deals.Won]:
        """Bookings of the week, a stretch a day (0 is its first day)."""
        return self.won(self.days_to_now(self.week), self.unit)

    @cached_property
    def won_month(self) -> list[deals.Won]:
        """What was won this month, in the goal's unit."""
        return self.won([self.to_now(self.month)], self.goal_unit)

    @cached_property
    def won_before(self) -> list[Fraction]:
        """Bookings of the week before, day by day up to the same point."""
        return self._won_by_stretch(self.days_before(self.week), self.unit)

    @cached_property
    def won_past_weeks(self) -> list[Past]:
        """Bookings of past weeks, up to this same point and in the end."""
        return self._won_past(self.week, self.unit)

    @cached_property
    def won_past_months(self) -> list[Past]:
        """What was won in past months, in the goal's unit, up to this same point and in the end."""
        return self._won_past(self.month, self.goal_unit)

    def _won_past(self, period: Period, unit: Unit) -> list[Past]:
        first = deals.oldest_won(self.connection, self.as_of)
        periods = [one for one in self.past(period) if first and first < self.calendar.start(one.first) + 7 * LATER]
        stretches = self._halves(period, periods)
        return pasts(self._won_by_stretch(stretches, unit)) if stretches else []

    def _won_by_stretch(self, stretches: Sequence[Range], unit: Unit) -> list[Fraction]:
        def read(some: list[Range]) -> list[Decimal]:
            rows = ((one.stretch, one.reason, booked_exactly(one, unit)) for one in self.won(some, unit))
            return by_stretch(len(some), rows, Decimal(0))

        return [Fraction(sum(parts, Decimal(0))) for parts in self.over(("won", unit), DEALS, stretches, read)]

    @cached_property
    def won_same_day(self) -> Fraction:
        """Bookings of this weekday a week ago, up to the same time of day."""
        return self._won_by_stretch([self.same_day_before], self.unit)[0]

    @property
    def same_day_before(self) -> Range:
        """This weekday a week ago, up to the same time of day."""
        start = self.calendar.start(self.today.first - 7 * LATER)
        return Range(start, max(start, self.calendar.same_clock(self.as_of, -7)))

    @cached_property
    def pipeline(self) -> deals.Open:
        """Open deals expected to close in what is left of the week."""
        return deals.pipeline(self.connection, self.today.first, self.week.after, self.as_of, self.unit)

    @cached_property
    def knows_expected_close(self) -> bool:
        """Whether this warehouse records when deals are expected to close."""
        return deals.knows_expected_close(self.connection, self.as_of)

    @cached_property
    def reps(self) -> list[Rep]:
        """Every rep there ever was."""
        return list(self.sold_then) if self.sold_then is not None else reps.everyone(self.connection)

    @cached_property
    def selling(self) -> set[str]:
        """The ids under which deals were won this week, as known at this moment."""
        return {row.rep_id for row in self.won_days if row.reason != "loaded later"}

    @cached_property
    def sellers(self) -> list[Rep]:
        """Every rep, and after them the ids with bookings this week that no rep has: their parts must not be lost."""
        known = {one.rep_id for one in self.reps}
        strangers = sorted(self.selling - known)
        return [*self.reps, *(Rep(one, one, None, None, None) for one in strangers)]

    @cached_property
    def quotas(self) -> quota.Targets:
        """What everybody, each team and each rep is to bring this week."""
        return self.quotas_of(self.week, self.week_version)

    def quotas_of(self, period: Period, version: Version | None) -> quota.Targets:
        """Return the targets of ``period`` under ``version``."""
        sellers = [quota.Seller(one.rep_id, one.team, one.active_on) for one in self.reps]
        return quota.targets(version.quotas if version else (), sellers, period, self.calendar)

    # measured rates, frozen at the beginning of the month

    @cached_property
    def deal_size(self) -> rates.Size:
        """What won deals were worth before the month began."""
        return self.before_month("deal size", DEALS, self.calendar.start(self.month.first), rates.deal_size)

    @cached_property
    def cohort(self) -> rates.Cohort | None:
        """How many ripe leads became customers, measured before the month began, as its agreement counts leads."""
        until, lowest = self.calendar.start(self.month.first), self.lowest(self.month_version)
        ripe_after = self.before_month("ripening", LEADS | DEALS, until, rates.ripening)
        if ripe_after is None:
            return None
        ripe = rates.ripe(until, ripe_after)
        of = ripe, until, lowest
        handed = self.before_month(("ripe", lowest), LEADS, ripe.end, lambda one, _: rates.handed_over(one, *of))
        won = self.before_month(("won", lowest), LEADS | DEALS, until, lambda one, _: rates.customers(one, *of))
        return rates.Cohort(handed, won, ripe_after)

    def before_month(
        self,
        name: Hashable,
        tables: frozenset[str],
        end: datetime,
        measured: Callable[[Connection, datetime], Measured],
    ) -> Measured:
        """Return what is measured up to ``end``: once, unless a load touches the time before."""
        before = Piece(Range(end - rates.LOOK_BACK, end), True)
        found: list[Measured] = self.before.over(name, tables, [before], lambda _: [measured(self.connection, end)])
        return found[0]

    # follow-up

    @property
    def judged_by(self) -> Version | None:
        """The version of the agreement by which follow-up is judged: that of this month."""
        return self.month_version

    @cached_property
    def judged(self) -> Range | None:
        """The days over which follow-up is judged, up to this moment."""
        if self.judged_by is None:
            return None
        first = self.today.first - timedelta(days=self.judged_by.sales.judged_over_days - 1)
        return Range(self.calendar.start(first), self.as_of)

    @cached_property
    def followed(self) -> followed.Followed:
        """How each lead given to a rep in those days was followed up."""
        if self.judged is None or self.judged_by is None:
            return followed.nobody()
        sales = self.judged_by.sales
        promise = Promise(
            sales.first_attempt_hours, sales.first_attempt_clock, sales.attempts, sales.attempts_within_days
        )
        reader = given.Reader(self.connection, self.before, self.calendar, promise, self.as_of)
        return reader.followed(self.judged)

    @cached_property
    def knows_assignment(self) -> bool:
        """Whether this warehouse records when leads are given to reps."""
        return follow_queries.any_assigned(self.connection, self.as_of)

    @cached_property
    def knows_attempts(self) -> bool:
        """Whether this warehouse records attempts to reach leads."""
        return follow_queries.any_attempt(self.connection, self.as_of)

    @cached_property
    def knows_decisions(self) -> bool:
        """Whether this warehouse records sales' yes or no."""
        return leads.any_decided(self.connection, self.as_of)

    @cached_property
    def handed(self) -> list[leads.Handed]:
        """What sales decided about the leads handed over in those days."""
        return self.handed_in(self.judged) if self.judged else []

    def handed_in(self, stretch: Range) -> list[leads.Handed]:
        """Return what sales decided about the leads handed over in a stretch, in one row a part of it and decision."""

        def read(some: list[Range]) -> list[list[leads.Handed]]:
            return given.by_stretch(len(some), leads.handed_over(self.connection, some, self.as_of))

        (parts,) = self.over("handed", LEADS, [stretch], read)
        return [row for part in parts for row in part]

    @cached_property
    def handovers(self) -> Handovers:
        """When the leads handed over in those days were given to a rep, and decided on."""

        def read(some: list[Range]) -> list[Part]:
            rows = handover.handed(self.connection, some, self.as_of)
            return [part(found) for found in given.by_stretch(len(some), rows)]

        stretches = [self.judged] if self.judged else []
        found = self.over("handovers", LEADS, stretches, read)
        return Handovers([one for parts in found for one in parts], self.calendar, self.as_of)

    @cached_property
    def handed_long_ago(self) -> list[leads.Handed]:
        """What sales decided about those of them that were handed over longer ago than the days for a yes or no."""
        return self.handed_in(self.long_ago) if self.long_ago else []

    @cached_property
    def long_ago(self) -> Range | None:
        """The part of the judged days by whose end a yes or no should have come by now."""
        if self.judged is None or self.judged_by is None:
            return None
        since = self.calendar.same_clock(self.as_of, -self.judged_by.sales.decide_within_days)
        return Range(self.judged.start, max(since, self.judged.start))


def booked(row: deals.Won, unit: Unit) -> Fraction:
    """Return what a row of bookings adds, in money or in customers."""
    return Fraction(booked_exactly(row, unit))


def booked_exactly(row: deals.Won, unit: Unit) -> Decimal:
    """Return the same as a decimal, of which many are added faster."""
    return row.amount if unit == "money" else Decimal(row.deals)


Amount = TypeVar("Amount", int, Decimal, Fraction)


def by_stretch(count: int, rows: Iterable[tuple[int, str, Amount]], nothing: Amount) -> list[Amount]:
    """Return the counted sum of each of ``count`` stretches, from rows of (stretch, reason, amount)."""
    sums = [nothing] * count
    for stretch, reason, amount in rows:
        if not reason:
            sums[stretch] += amount
    return sums


def pasts(halves: Sequence[Fraction]) -> list[Past]:
    """Return past periods from their two halves, one after the other."""
    return [Past(first, first + rest) for first, rest in zip(halves[::2], halves[1::2], strict=True)]
