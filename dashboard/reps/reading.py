"""What the reps' days are made of, asked of the warehouse once for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dashboard import given
from dashboard.followed import NOBODY, number
from dashboard.number import ratio
from dashboard.numbers import goal, marketing
from dashboard.promised import Promise
from dashboard.reading import DEALS, LEADS, Reading, booked
from dashboard.reps.spread import Spread, spread
from dashboard.reps.stake import Stakes, stakes
from dashboard.reps.worth import Cell, Ripe, worths
from queries import deals, handover, rates
from queries.moments import Range
from queries.reps import Rep

AT_ONCE = 400
"""So many leads are asked for in one query."""
MOST_DETAILS = 200_000
"""Of more leads than these nothing is kept in mind."""

FEWEST_MATES = 4
"""Of fewer than these a spread would tell who is who."""
NOWHERE = np.empty(0, dtype=np.int64)

Details = dict[str, handover.Detail]


class Measured(Protocol):
    """A way in which follow-up is measured."""

    name: str

    def of(self, field: "RepReading", places: NDArray[np.int64]) -> Fraction | None:
        """Return what it comes to for some leads; None where too few can be judged."""


@dataclass
class RepReading:
    """One reading of the warehouse, as the reps need it."""

    reading: Reading
    details: Details
    """What earlier readings learned of leads; forgotten by whoever keeps it when leads have moved."""

    @cached_property
    def reps(self) -> list[Rep]:
        """Everybody who carries a quota or receives leads today, or had part in what is judged."""
        known = {one.rep_id for one in self.reading.reps}
        strangers = sorted({one for one in self.owners.values() if one not in known})
        return [*self.reading.reps, *(Rep(one, one, None, None, None) for one in strangers)]

    @cached_property
    def owners(self) -> dict[int, str]:
        """The ids of those who have leads, by the number under which follow-up knows them."""
        numbers, names = set(self.reading.followed.owner.tolist()) - {NOBODY}, self.reading.before.names
        return {number: names[number] for number in numbers}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The same the other way round."""
        return {name: number for number, name in self.owners.items()}

    def word(self, number: int) -> str | None:
        """Return the id or the word that a number of follow-up stands for."""
        return None if number == NOBODY else self.reading.before.names[number]

    @cached_property
    def places(self) -> Mapping[int, NDArray[np.int64]]:
        """Where the leads of each owner stand in follow-up, by the owner's number."""
        owner = self.reading.followed.owner
        order = np.argsort(owner, kind="stable")
        numbers, begins = np.unique(owner[order], return_index=True)
        return dict(zip(numbers.tolist(), np.split(order, begins[1:]), strict=True))

    @cached_property
    def _measured(self) -> dict[tuple[str, str], Fraction | None]:
        return {}

    def measured(self, rep: Rep, measure: "Measured") -> Fraction | None:
        """Return what a measure comes to for one rep's leads, reckoned once."""
        at = (rep.rep_id, measure.name)
        if at not in self._measured:
            owner = self.numbers.get(rep.rep_id)
            places = self.places.get(owner, NOWHERE) if owner is not None else NOWHERE
            self._measured[at] = measure.of(self, places)
        return self._measured[at]

    def spread(self, rep: Rep, measure: "Measured") -> Spread:
        """Return the same of everybody in the rep's team who has enough leads; of all reps where those are too few."""
        found = self._of_team(rep.team, measure) if rep.team else None
        return found if found and found.of >= FEWEST_MATES else self._of_team(None, measure)

    def _of_team(self, team: str | None, measure: "Measured") -> Spread:
        """Return how a measure is spread over a team, or over all; reckoned once."""
        at = (team, measure.name)
        if at not in self._spreads:
            values = (self.measured(one, measure) for one in self.reps if team is None or one.team == team)
            whose = "all reps" if team is None else f"team {team}"
            self._spreads[at] = spread([one for one in values if one is not None], whose)
        return self._spreads[at]

    @cached_property
    def _spreads(self) -> dict[tuple[str | None, str], Spread]:
        return {}

    @cached_property
    def month(self) -> Promise:
        """What marketing promised for the month, and where it stands."""
        return marketing.promise(self.reading)

    @cached_property
    def known(self) -> frozenset[str]:
        """The ids of all who have a row of their own."""
        return frozenset(one.rep_id for one in self.reading.reps)

    @cached_property
    def active_days(self) -> Mapping[str, int]:
        """On how many working days of the month each rep is active."""
        reading = self.reading
        days = [day for day in reading.month.days if reading.calendar.is_working(day)]
        return {one.rep_id: sum(map(one.active_on, days)) for one in reading.reps}

    def part_of(self, rep: Rep) -> Fraction:
        """Return the part of all reps' working days of the month that one rep works."""
        return Fraction(self.active_days.get(rep.rep_id, 0), sum(self.active_days.values()) or 1)

    @cached_property
    def stakes(self) -> Stakes:
        """What is due of all leads."""
        version = self.reading.judged_by
        return stakes(self.reading.followed, version.sales.attempts if version else 0)

    @cached_property
    def received(self) -> Mapping[str | None, Sequence[handover.Received]]:
        """Leads given to reps this month, by who has them now."""

        def read(some: list[Range]) -> list[list[handover.Received]]:
            rows = handover.received(self.reading.connection, some, self.reading.as_of)
            return given.by_stretch(len(some), rows)

        (parts,) = self.reading.over("received", LEADS, [self.month_to_now], read)
        found: dict[str | None, list[handover.Received]] = {}
        for part in parts:
            for row in part:
                found.setdefault(row.owner_id, []).append(row)
        return found

    @cached_property
    def became(self) -> Mapping[tuple[str | None, str], int]:
        """How many of the leads given this month became customers in it, by who has them now and source."""
        reading = self.reading
        rows = handover.became(reading.connection, self.month_to_now, reading.as_of)
        return {(one.owner_id, one.source): one.leads for one in rows}

    @cached_property
    def won(self) -> Mapping[str, Sequence[deals.Won]]:
        """What was won this week, a stretch a day, by rep."""
        found: dict[str, list[deals.Won]] = {}
        for row in self.reading.won_days:
            found.setdefault(row.rep_id, []).append(row)
        return found

    @cached_property
    def days_before(self) -> Mapping[str, Sequence[Fraction]]:
        """Bookings of last week by rep, day by day up to the same point."""
        reading, stretches = self.reading, self.week_days_before
        found: dict[str, list[Fraction]] = {}
        for row in reading.won(stretches, reading.unit):
            if not row.reason:
                days = found.setdefault(row.rep_id, [Fraction(0)] * len(stretches))
                days[row.stretch] += booked(row, reading.unit)
        return found

    @cached_property
    def pipeline(self) -> Mapping[str, tuple[int, Decimal]]:
        """Open deals that can still close this week, by rep: how many, and their amount."""
        reading = self.reading
        first, after = reading.today.first, reading.week.after
        rows = deals.pipeline_by_rep(reading.connection, first, after, reading.as_of, reading.unit)
        return {rep_id: (count, amount) for rep_id, count, amount in rows}

    @cached_property
    def worth(self) -> tuple[Mapping[Cell, Fraction], Fraction | None]:
        """What leads are worth by source, fit and interest, and on the average."""
        reading, version = self.reading, self.reading.month_version
        if reading.cohort is None or version is None:
            return {}, None
        until = reading.calendar.start(reading.month.first)
        ripe = rates.ripe(until, reading.cohort.ripe_after)
        rows = reading.before_month("worth", LEADS | DEALS, until, lambda one, _: handover.worth(one, ripe, until))
        size = ratio(Fraction(reading.deal_size.amount), reading.deal_size.deals)
        deal = size if size is not None else goal.size(reading, version)
        return worths((Ripe((one.source, one.fit, one.interest), one.leads, one.customers) for one in rows), deal)

    @cached_property
    def working_hours_left(self) -> NDArray[np.float64]:
        """How many working hours are left until each lead's deadline, by its place; below zero when it has passed."""
        clock, deadline = self.reading.followed.clock, self.stakes.deadline
        if clock is None:
            return np.zeros(len(deadline))
        now = np.array([self.now])
        left: NDArray[np.float64] = (clock.reading(deadline) - clock.reading(now)) / 3600
        return left

    @cached_property
    def month_to_now(self) -> Range:
        """The part of the month that has gone by."""
        return self.reading.to_now(self.reading.month)

    @cached_property
    def week_days(self) -> Sequence[Range]:
        """The days of the week so far, the last one cut at this moment."""
        return self.reading.days_to_now(self.reading.week)

    @cached_property
    def last_week_to_now(self) -> Range:
        """The part of last week up to the same point."""
        reading = self.reading
        before = reading.past(reading.week)[0]
        until = reading.calendar.same_point(reading.week, reading.as_of, before)
        return Range(reading.calendar.start(before.first), until.astimezone(reading.calendar.zone))

    @cached_property
    def now(self) -> int:
        """This moment, as follow-up counts instants."""
        return number(self.reading.as_of)

    @cached_property
    def week_days_before(self) -> Sequence[Range]:
        """The days of last week up to the same point."""
        return self.reading.days_before(self.reading.week)

    def learn(self, lead_ids: Sequence[str]) -> Details:
        """Return what there is to know of some leads, asking only for those that are not known yet."""
        if len(self.details) > MOST_DETAILS:
            self.details.clear()
        unknown = [one for one in lead_ids if one not in self.details]
        for begin in range(0, len(unknown), AT_ONCE):
            some = unknown[begin : begin + AT_ONCE]
            told = handover.details(self.reading.connection, some, self.reading.company.contacts)
            self.details.update((one.lead_id, one) for one in told)
        return self.details
