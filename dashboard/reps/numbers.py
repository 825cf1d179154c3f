"""The numbers of one rep: what is due, the week, follow-up beside the team's, and what marketing gave."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.followed import FIRSTS, KEPT
from dashboard.followup import First
from dashboard.number import Number, Rows, Unit, ratio, sentence
from dashboard.numbers import followup, sales
from dashboard.pace import percentile
from dashboard.promised import Promise, balance, core
from dashboard.reps.day import Kind
from dashboard.reps.reading import RepReading
from dashboard.reps.spread import team_median
from dashboard.reps.stake import KINDS
from dashboard.words import figure, many, per_cent, plain
from queries import deals, handover, leads
from queries.handover import Received
from queries.reps import Rep

FEWEST = 5
"""A rep with fewer leads that can be judged has no share to compare."""
Places = NDArray[np.int64]


class RepNumbers:
    """The numbers of one rep, from the reading for all of them."""

    def __init__(self, field: RepReading, rep: Rep) -> None:
        self.field, self.reading, self.rep = field, field.reading, rep
        self.prefix = f"rep.{rep.rep_id}"

    def all(self) -> Iterator[Number]:
        """Yield every number of the rep's page."""
        yield from self.due()
        yield from self.week()
        yield from self.follow_up()
        yield from self.given()

    # what is due

    @property
    def places(self) -> Places:
        """Where the rep's leads stand among all that are judged."""
        number = self.field.numbers.get(self.rep.rep_id)
        return self.field.places.get(number, NONE) if number is not None else NONE

    def due(self) -> Iterator[Number]:
        """Yield how many leads are late, to be tried first, and to be tried again."""
        kinds = self.field.stakes.kind[self.places]
        for kind, (label, counted_by, by, counted) in DUE.items():
            found = Fraction(int(np.count_nonzero(kinds == KINDS.index(kind))))
            rows = self._given(by, counted, followup.others(counted)) if counted else self._again()
            words = f"{plain(found)} of my {many(len(self.places), 'lead')}"
            yield self._followed(f"due.{kind}", label, "leads", found, sentence(counted_by), rows, words)

    def _again(self) -> Rows | None:
        version = self.reading.judged_by
        return self._given("again", str(version.sales.attempts if version else 0), followup.NOT_AGAIN)

    def _given(self, by: str, counted: str, whole: tuple[str, ...]) -> Rows | None:
        rows = followup.given_rows(self.reading, by, counted, whole)
        return rows._replace(where={"owner_id": (self.rep.rep_id,)}) if rows else None

    def _followed(
        self,
        name: str,
        label: str,
        unit: Unit,
        value: Fraction | None,
        definition: str,
        rows: Rows | None,
        formula: str,
        denominator: Fraction | None = None,
        reason: str = "",
    ) -> Number:
        """Return one number of follow-up, or why this warehouse cannot tell it."""
        why = followup.why_no_attempts(self.reading) or (reason if value is None else "")
        version = self.reading.judged_by
        return Number(
            f"{self.prefix}.{name}",
            label,
            unit,
            None if why else value,
            definition,
            formula="" if why else formula,
            numerator=None
            if why or unit == "hours"
            else value
            if denominator is None
            else value and value * denominator,
            denominator=None if why else denominator,
            reason=why,
            agreement=version.name if version else None,
            tables=followup.TABLES,
            rows=rows,
        )

    # the week

    def week(self) -> Iterator[Number]:
        """Yield the rep's promise of the week, the same point of last week, and what can still close."""
        yield from core(self.promise)
        yield from balance(self.promise)
        yield self.previous(self.promise)
        yield self.pipeline()
        yield from self.days()

    def days(self) -> Iterator[Number]:
        """Yield what the rep booked on each day of the week so far."""
        reading, mine = self.reading, self.field.won.get(self.rep.rep_id, [])
        for place, stretch in enumerate(self.field.week_days):
            day = reading.week.days[place]
            found = [row for row in mine if row.stretch == place]
            rows = sales.won_rows(reading, stretch, self.rep.rep_id)
            name, label = f"{self.prefix}.week.day.{day}", f"My bookings on {day:%A} {day.day} {day:%B}"
            yield sales.booked_in(reading, name, label, found, self.promise.unknown, rows)

    @cached_property
    def promise(self) -> Promise:
        """Return the part of the week's quota that the rep carries."""
        return sales.of_rep(self.reading, self.rep)._replace(
            prefix=f"{self.prefix}.week", label="My bookings this week"
        )

    def previous(self, week: Promise) -> Number:
        """Return what the rep had booked at the same point of last week."""
        stretch = self.field.last_week_to_now
        done = sum(self.field.days_before.get(self.rep.rep_id, ()), Fraction(0))
        rows = sales.won_rows(self.reading, stretch, self.rep.rep_id)
        formula, definition = f"{plain(done)} up to {stretch.end:%a %d %b %H:%M}", sentence(sales.previous)
        label = "same point of last week"
        return week.number("previous", label, done, definition, formula=formula, numerator=done, rows=rows)

    def pipeline(self) -> Number:
        """Return what of the rep's open deals can still close this week."""
        reading = self.reading
        count, amount = self.field.pipeline.get(self.rep.rep_id, (0, 0))
        known = reading.knows_expected_close
        value = Fraction(amount) if reading.unit == "money" else Fraction(count)
        where = {"rep_id": (self.rep.rep_id,)}
        return Number(
            f"{self.prefix}.pipeline",
            "Can still close this week",
            "money" if reading.unit == "money" else "deals",
            value if known else None,
            sentence(deals.pipeline),
            formula=f"{plain(value)} in {many(count, 'open deal')}" if known else "",
            numerator=value if known else None,
            reason="" if known else sales.NO_EXPECTED_CLOSE,
            tables=sales.TABLES,
            rows=Rows("open", reading.today.first, reading.week.after, where, {"unit": reading.unit}),
        )

    # follow-up, beside the team's

    def follow_up(self) -> Iterator[Number]:
        """Yield the rep's share in time, share as promised and median wait, each beside the team's."""
        for measure in MEASURES:
            mine = self.field.measured(self.rep, measure)
            judged = measure.judged(self.field, self.places)
            words = f"{figure(mine, measure.unit)} over {many(judged, 'lead')}"
            rows = self._given(measure.by, measure.counted, measure.whole)
            denominator = Fraction(judged) if measure.unit == "share" else None
            reason = f"fewer than {FEWEST} leads can be judged"
            one = (f"follow.{measure.name}", measure.label, measure.unit, mine, measure.definition, rows, words)
            yield self._followed(*one, denominator, reason)
            yield self._of_team(measure)

    def _of_team(self, measure: "Measure") -> Number:
        """Return the team's median and spread: of the shares of everybody in it who has enough leads."""
        found = self.field.spread(self.rep, measure)
        return Number(
            f"{self.prefix}.team.{measure.name}",
            f"{measure.label}: median of {found.whose}",
            measure.unit,
            found.median,
            sentence(team_median),
            formula=f"the middle of {many(found.of, 'rep')}" if found.of else "",
            reason="" if found.of else "too few reps have leads that can be judged",
            agreement=self.reading.judged_by.name if self.reading.judged_by else None,
            tables=followup.TABLES,
            detail={"low": found.low, "high": found.high, "of": found.of} if found.of else {},
            parts=(f"{self.prefix}.follow.{measure.name}",),
            rows=followup.given_rows(self.reading, measure.by, measure.counted, measure.whole),
        )

    # what marketing gave

    def given(self) -> Iterator[Number]:
        """Yield what marketing gave the rep this month, all and by source, against its promise for each rep."""
        month, rows = self.field.month, self.field.received.get(self.rep.rep_id, [])
        part = self.field.part_of(self.rep)
        yield from self._received("given", "Leads given to me this month", month, rows, Fraction(1), part)
        shares = self.reading.month_version.marketing.shares if self.reading.month_version else {}
        found = _by(rows, lambda row: row.source)
        for source in {**dict.fromkeys(shares), **found}:
            mine = found.get(source, [])
            name, label = f"given.source.{source}", f"Leads given to me from {source}"
            yield from self._received(name, label, month, mine, shares.get(source), part, source)
        yield from self.cells(rows)

    def cells(self, rows: Sequence[Received]) -> Iterator[Number]:
        """Yield how many of the leads given to the rep lie in each cell of fit and interest, where any is rated."""
        if not any(row.fit and row.interest for row in rows):
            return
        found = _by(rows, lambda row: (row.fit, row.interest))
        for fit, interest in product(reversed(leads.LEVELS), repeat=2):
            mine = found.get((fit, interest), [])
            where = {"owner_id": (self.rep.rep_id,), "fit": (fit,), "interest": (interest,)}
            yield self._count(f"given.cell.{fit}.{interest}", f"Fit {fit}, interest {interest}", mine, where, None)

    def _received(
        self,
        name: str,
        label: str,
        month: Promise,
        rows: Sequence[Received],
        share: Fraction | None,
        part: Fraction,
        source: str | None = None,
    ) -> Iterator[Number]:
        """Yield what was promised, and what was given by now."""
        whole = month.target.amount
        promised = promised_a_rep(whole, share, part)
        reason = month.target.reason or ("no share was promised for this source" if share is None else "")
        parts = f"{per_cent(share or Fraction(0))} × {per_cent(part)} of the reps' working days"
        formula = f"{plain(whole)} × {parts} = {plain(promised)}"
        where = {"owner_id": (self.rep.rep_id,)} | ({"source": (source,)} if source is not None else {})
        yield Number(
            f"{self.prefix}.{name}.target",
            f"{label}: promised for each rep",
            "leads",
            promised,
            sentence(promised_a_rep),
            formula=formula if promised is not None else "",
            reason="" if promised is not None else reason,
            agreement=month.target.agreement,
            tables=("leads",),
        )
        yield self._count(f"{name}.done", label, rows, where, promised)

    def _count(
        self,
        name: str,
        label: str,
        rows: Sequence[Received],
        where: Mapping[str, tuple[str | None, ...]],
        promised: Fraction | None,
    ) -> Number:
        """Return how many leads the rep was given, of some kind."""
        done = sum(row.leads for row in rows if row.decision in DECIDED)
        left_out: dict[str, int] = {}
        for row in rows:
            if row.decision not in DECIDED:
                left_out[row.decision] = left_out.get(row.decision, 0) + row.leads
        return Number(
            f"{self.prefix}.{name}",
            label,
            "leads",
            Fraction(done),
            sentence(handover.received),
            formula=f"{done:,} counted",
            numerator=Fraction(done),
            denominator=promised,
            left_out=left_out,
            agreement=self.field.month.target.agreement,
            tables=("leads",),
            rows=Rows("received", *self.field.month_to_now, where),
        )


def _by(rows: Sequence[Received], what: Callable[[Received], Hashable]) -> dict[Any, list[Received]]:
    """Return rows by what they have in common, in the order in which that comes first."""
    found: dict[Any, list[Received]] = {}
    for row in rows:
        found.setdefault(what(row), []).append(row)
    return found


DECIDED = ("accepted", "rejected", "undecided")
NONE = np.empty(0, dtype=np.int64)


def promised_a_rep(whole: Fraction | None, share: Fraction | None, part: Fraction) -> Fraction | None:
    """Marketing's promise of the month, shared among the reps by the working days on which each is active.

    Term: leads promised a rep (Marketing's promise, leads).
    Variant: whoever came or left in the middle of the month is promised the part for the days worked.
    Since 0.2.0.
    """
    return whole * share * part if whole is not None and share is not None else None


DUE: dict[Kind, tuple[str, Callable[..., Any], str, First | None]] = {
    "late": ("Late", followup.overdue, "first", "overdue"),
    "first": ("To be tried", followup.due_next, "first", "due"),
    "again": ("To be tried again", followup.due_again, "again", None),
}
"""What is due: how it is called, who counts it for everybody, and by what its rows are known."""


class Measure:
    """One way in which follow-up is measured, for one rep and for the team."""

    def __init__(self, name: str, label: str, unit: Unit, definition: str, by: str, counted: str) -> None:
        self.name, self.label, self.unit, self.definition = name, label, unit, definition
        self.by, self.counted = by, counted

    @property
    def whole(self) -> tuple[str, ...]:
        """The reasons that are part of the whole."""
        return {"first": followup.LATE, "kept": (followup.KEPT["short"],)}.get(self.by, ())

    def judged(self, field: RepReading, places: Places) -> int:
        """Return how many of these leads can be judged."""
        found = field.reading.followed
        if self.by == "first":
            unjudged = [FIRSTS.index(one) for one in followup.UNJUDGED]
            return int(np.count_nonzero(~np.isin(found.first[places], unjudged)))
        if self.by == "kept":
            return int(np.count_nonzero(found.kept[places] != KEPT.index("open")))
        return len(places)

    def of(self, field: RepReading, places: Places) -> Fraction | None:
        """Return what it comes to for these leads; None where too few can be judged."""
        judged, found = self.judged(field, places), field.reading.followed
        if judged < FEWEST:
            return None
        if self.by == "first":
            return ratio(int(np.count_nonzero(found.first[places] == FIRSTS.index("in time"))), judged)
        if self.by == "kept":
            return ratio(int(np.count_nonzero(found.kept[places] == KEPT.index("kept"))), judged)
        version = field.reading.judged_by
        clock = version.sales.first_attempt_clock if version else "working"
        waits = np.sort(found.hours(clock)[places])
        return Fraction(percentile(waits.tolist(), Fraction(1, 2))).limit_denominator(3600)


MEASURES = (
    Measure("in_time", "First attempt in time", "share", sentence(followup.in_time), "first", "in time"),
    Measure("kept", "Attempts as promised", "share", sentence(followup.kept), "kept", "kept"),
    Measure("wait", "Median wait", "hours", sentence(followup.median_wait), "all", ""),
)
