"""What sales is to bring in the week, and what it brought."""

from fractions import Fraction

from tests.twin.moment import DAY, Moment
from tests.twin.plain import Version
from tests.twin.rows import Row
from tests.twin.told import Numbers, Told, active, divided


class Sales(Moment):
    """Bookings of the week against its quotas, by team and rep, and of today."""

    def sales(self) -> Numbers:
        """The week, its parts by team and rep, and today."""
        teams, reps, target = self.quotas()
        span = self.until_now(self.week)
        tally = self.rows.booked(*span, self.as_of, self.unit)
        found = self.whole("sales.week", target, tally, self.week, self.by_week)
        found["sales.week.attainment"] = Told(divided(tally.done, target), tally.done, target)
        past = self.won_in_the_past(self.week, self.past_weeks(), self.unit)
        found["sales.week.projection"] = self.projection(target, tally.done, self.week, past)
        found |= self.before() | self.still_to_close(target, tally.done)
        team_of = {one["rep_id"]: one["team"] or "no team" for one in self.rows.reps}
        selling = self.selling()
        for team in {*teams, *(team_of.get(rep, "no team") for rep in selling)}:
            members = {rep for rep in {*team_of, *selling} if team_of.get(rep, "no team") == team}
            part = self.rows.booked(*span, self.as_of, self.unit, members)
            found |= self.core(f"sales.team.{team}", teams.get(team), part, self.week, self.by_week)
        for rep in {*reps, *selling}:
            part = self.rows.booked(*span, self.as_of, self.unit, {rep})
            found |= self.core(f"sales.rep.{rep}", reps.get(rep), part, self.week, self.by_week)
        return found

    def selling(self) -> set[str]:
        """Whose deals were won this week, as far as it can be seen; known as a rep or not."""
        won = self.rows.within("deals", "won_at", *self.until_now(self.week))
        return {deal["rep_id"] for deal in won if self.rows.seen(deal, self.as_of)}

    def before(self) -> Numbers:
        """Bookings today, on the same weekday a week ago by now, and of the week before at the same point."""
        today = self.rows.booked(self.days.midnight(self.today), self.as_of, self.as_of, self.unit)
        ago = self.days.midnight(self.today - 7 * DAY), self.days.same_clock(self.as_of, -7)
        last = self.past_weeks()[0]
        point = self.days.same_point(self.week, self.as_of, last)
        weekday = self.rows.booked(*ago, self.as_of, self.unit).done
        week = self.rows.booked(self.days.start(last), point, self.as_of, self.unit).done
        return {
            **self.days_of_the_week(),
            "sales.today.done": Told(today.done, today.done, None, today.left_out),
            "sales.today.previous": Told(weekday, weekday),
            "sales.week.previous": Told(week, week),
        }

    def days_of_the_week(self) -> Numbers:
        """What was booked on each day of the week, as far as it has come."""
        found = {}
        for day in self.week:
            if day <= self.today:
                ends = min(self.as_of, self.days.midnight(day + DAY))
                tally = self.rows.booked(self.days.midnight(day), ends, self.as_of, self.unit)
                found[f"sales.week.day.{day}"] = Told(tally.done, tally.done, None, tally.left_out)
        return found

    def still_to_close(self, target: Fraction | None, done: Fraction) -> Numbers:
        """The pipeline of the rest of the week, and how far it covers what is missing."""
        missing = target - done if target else None
        if not self.rows.any_by("deals", "created_at", self.as_of) or not any(
            one["expected_close_on"] and one["created_at"] < self.as_of and self.rows.seen(one, self.as_of)
            for one in self.rows.deals
        ):
            return {"sales.week.pipeline": Told(None), "sales.week.coverage": Told(None, None, missing)}
        tally = self.rows.pipeline(self.today, self.week[-1] + DAY, self.as_of, self.unit)
        coverage = divided(tally.done, missing) if missing is not None and missing > 0 else None
        return {
            "sales.week.pipeline": Told(tally.done, tally.done, None, tally.left_out),
            "sales.week.coverage": Told(coverage, tally.done, missing),
        }

    def quotas(self) -> tuple[dict[str, Fraction], dict[str, Fraction], Fraction | None]:
        """What each team, each rep, and everybody together is to bring this week."""
        stated = self.by_week.get("quotas", []) if self.by_week else []
        reps, teams, everybody = {}, {}, None
        for quota in stated:
            if "rep" in quota:
                for rep in self.rows.reps:
                    if rep["rep_id"] == quota["rep"] and any(active(rep, day) for day in self.week):
                        reps[rep["rep_id"]] = self.asked(quota, rep)
            elif "team" in quota:
                teams[quota["team"]] = self.asked(quota)
            else:
                everybody = self.asked(quota)
        team_of = {rep["rep_id"]: rep["team"] for rep in self.rows.reps}
        summed: dict[str, Fraction] = {}
        for rep, amount in reps.items():
            if team_of[rep] and team_of[rep] not in teams:
                summed[team_of[rep]] = summed.get(team_of[rep], Fraction(0)) + amount
        parts = [*teams.values(), *summed.values(), *(reps[one] for one in reps if not team_of[one])]
        if everybody is None and parts:
            everybody = sum(parts, Fraction(0))
        if alone := [amount for rep, amount in reps.items() if not team_of[rep]]:
            summed["no team"] = sum(alone, Fraction(0))
        return teams | summed, reps, everybody

    def asked(self, quota: Version, rep: Row | None = None) -> Fraction:
        """A quota's part of this week: of each day worked, its share of the week or month it is stated for."""
        total = Fraction(0)
        for day in self.days.worked(self.week):
            if rep is None or active(rep, day):
                stated_for = self.days.month(day) if quota["period"] == "month" else self.days.week(day)
                total += Fraction(quota["amount"]) / len(self.days.worked(stated_for))
        return total
