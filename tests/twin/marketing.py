"""What marketing promised, and what came."""

from fractions import Fraction

from tests.twin.goal import Goal
from tests.twin.moment import DAY
from tests.twin.rows import LEVELS, Row
from tests.twin.told import Numbers, Told, active


class Marketing(Goal):
    """Sales-ready leads of the month, of today, and by source; the promise may come from the goal."""

    def marketing(self) -> Numbers:
        target, lowest = self.promised(), self.lowest(self.by_month)
        start, end = self.until_now(self.month)
        tally = self.rows.ready(start, end, self.as_of, lowest)
        found = self.whole("marketing.month", target, tally, self.month, self.by_month)
        past = self.ready_in_the_past(lowest)
        found["marketing.month.projection"] = self.projection(target, tally.done, self.month, past)
        today = self.rows.ready(self.days.midnight(self.today), end, self.as_of, lowest)
        share = self.todays_share(target)
        met = "met" if share and today.done >= share else None
        found["marketing.today.target"] = Told(share)
        found["marketing.today.done"] = Told(today.done, today.done, share, today.left_out, met)
        for source in self.sources():
            part = self.rows.ready(start, end, self.as_of, lowest, source=source)
            own = self.source_target(target, source)
            found |= self.core(f"marketing.source.{source}", own, part, self.month, self.by_month)
        return found | self.days_of_the_month(lowest) | self.cells(lowest)

    def days_of_the_month(self, lowest: Row) -> Numbers:
        """What each day of the month brought, as far as it has come."""
        found = {}
        for day in self.month:
            if day <= self.today:
                ends = min(self.as_of, self.days.midnight(day + DAY))
                tally = self.rows.ready(self.days.midnight(day), ends, self.as_of, lowest)
                found[f"marketing.month.day.{day}"] = Told(tally.done, tally.done, None, tally.left_out)
        return found

    def cells(self, lowest: Row) -> Numbers:
        """The month's sales-ready leads by fit and interest."""
        found = {}
        for fit in LEVELS:
            for interest in LEVELS:
                tally = self.rows.ready(*self.until_now(self.month), self.as_of, lowest, fit=fit, interest=interest)
                name = f"marketing.cell.{fit}.{interest}"
                found[name] = Told(tally.done, tally.done, None, tally.left_out)
        return found

    def promised(self) -> Fraction | None:
        """What marketing promised for the month."""
        if self.by_month is None:
            return None
        told = self.by_month["marketing"]
        if "leads_per_rep_per_month" in told:
            worked = self.days.worked(self.month)
            there = sum(active(rep, day) for rep in self.rows.reps for day in worked)
            return told["leads_per_rep_per_month"] * Fraction(there, len(worked) or 1)
        if told["leads_per_month"] == "from the goal":
            return self.needed(self.by_month, *self.typed(self.by_month))
        return Fraction(told["leads_per_month"])

    def todays_share(self, target: Fraction | None) -> Fraction | None:
        if target is None or not self.days.works(self.today):
            return None if target is None else Fraction(0)
        return target / len(self.days.worked(self.month))

    def shares(self) -> dict[str, Fraction]:
        return dict(self.by_month["marketing"].get("shares", {})) if self.by_month else {}

    def source_target(self, target: Fraction | None, source: str) -> Fraction | None:
        share = self.shares().get(source)
        return None if target is None or share is None else target * share

    def sources(self) -> set[str]:
        """Sources with a share of the promise, and those that brought a sales-ready lead this month."""
        came = self.rows.within("leads", "ready_at", *self.until_now(self.month))
        return {*self.shares(), *(lead["source"] for lead in came if self.rows.seen(lead, self.as_of))}

    def ready_in_the_past(self, lowest: Row) -> list[tuple[Fraction, Fraction]]:
        """Sales-ready leads of past months by the same point and in the end; only months whose first day has data."""
        oldest = self.rows.oldest("leads", "ready_at", self.as_of)
        found = []
        for others in self.past_months():
            start, end = self.days.start(others), self.days.end(others)
            if oldest is not None and oldest < start + DAY:
                point = self.days.same_point(self.month, self.as_of, others)
                found.append(tuple(self.rows.ready(start, to, self.as_of, lowest).done for to in (point, end)))
        return found
