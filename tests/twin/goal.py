"""The shared goal, and the leads it needs."""

from fractions import Fraction

from tests.twin.moment import Moment
from tests.twin.plain import Version
from tests.twin.rows import Row
from tests.twin.told import Numbers, Told, divided


class Goal(Moment):
    """What both sides want to reach together in the month."""

    def goal(self) -> Numbers:
        target = self.by_month["goal"]["per_month"] if self.by_month else None
        tally = self.rows.booked(*self.until_now(self.month), self.as_of, self.goal_unit)
        found = self.whole("goal.month", target, tally, self.month, self.by_month)
        past = self.won_in_the_past(self.month, self.past_months(), self.goal_unit)
        found["goal.month.projection"] = self.projection(target, tally.done, self.month, past)
        return found | (self.backwards(self.by_month) if self.by_month else {})

    def lowest(self, version: Version | None) -> Row:
        """What both sides call sales-ready."""
        return version.get("sales_ready", {}) if version else {}

    def measured(self) -> tuple[Fraction | None, Fraction | None]:
        """The average deal and the lead-to-customer rate before this month, of one in customers the deal is 1."""
        until = self.days.start(self.month)
        customers, leads = self.rows.cohort(until, self.lowest(self.by_month)) or (0, 0)
        size = Fraction(1) if self.goal_unit == "customers" else divided(*self.rows.deal_size(until))
        return size, divided(customers, leads) or None

    def typed(self, version: Version) -> tuple[Fraction | None, Fraction | None]:
        """The two rates that the agreement uses."""
        size, rate = self.measured()
        goal = version["goal"]
        return (
            size if goal["deal_size"] == "measured" or goal["unit"] == "customers" else goal["deal_size"],
            rate if goal["lead_to_customer"] == "measured" else goal["lead_to_customer"],
        )

    def needed(self, version: Version, size: Fraction | None, rate: Fraction | None) -> Fraction | None:
        return divided(divided(version["goal"]["per_month"], size), rate)

    def backwards(self, version: Version) -> Numbers:
        until = self.days.start(self.month)
        amount, deals = self.rows.deal_size(until)
        cohort = self.rows.cohort(until, self.lowest(self.by_month))
        customers, leads = map(Fraction, cohort) if cohort else (None, None)
        return {
            "goal.backwards.leads": Told(self.needed(version, *self.typed(version))),
            "goal.backwards.leads_measured": Told(self.needed(version, *self.measured())),
            "goal.measured.lead_to_customer": Told(divided(customers, leads), customers, leads),
            "goal.measured.deal_size": Told(divided(amount, deals), amount, Fraction(deals)),
        }
