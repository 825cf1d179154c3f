"""One moment of a company, and what every promise has: done, owed, a verdict, a likely end."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from tests.twin.plain import Facts, Version
from tests.twin.rows import Rows, Tally
from tests.twin.told import Numbers, Told, divided, in_force, percentile

DAY = timedelta(days=1)


class Moment:
    """A company's rows, days and agreement as of one moment."""

    def __init__(self, rows: Rows, facts: Facts, versions: list[Version], as_of: datetime) -> None:
        self.rows, self.facts, self.days, self.versions, self.as_of = rows, facts, facts["days"], versions, as_of
        self.today = self.days.day(as_of)
        self.week, self.month = self.days.week(self.today), self.days.month(self.today)
        self.by_week, self.by_month = in_force(versions, self.week[0]), in_force(versions, self.month[0])
        self.unit = self._unit()
        self.goal_unit = self.by_month["goal"]["unit"] if self.by_month else self.unit

    def _unit(self) -> str:
        if not self.by_week:
            return "money"
        quotas = self.by_week.get("quotas", [])
        return str(quotas[0]["unit"] if quotas else self.by_week["goal"]["unit"])

    def stale(self) -> bool:
        newest, loaded = self.rows.newest(self.as_of), set(self._loads())
        if newest is None:
            return True
        if loaded:
            return loaded == self.late()
        return self.as_of - newest > timedelta(hours=self.facts["newest_event_hours"])

    def late(self) -> set[str]:
        """The tables whose own last load is longer ago than allowed."""
        allowed = {
            table: timedelta(minutes=self.facts.get(f"{table}_minutes") or self.facts["last_load_minutes"])
            for table in ("leads", "activities", "deals")
        }
        return {table for table, load in self._loads().items() if self.as_of - load > allowed[table]}

    def _loads(self) -> dict[str, datetime]:
        """When each table with events was last loaded, as far as that is logged."""
        loads = {table: self.rows.last_load(self.as_of, table) for table in ("leads", "activities", "deals")}
        return {table: load for table, load in loads.items() if load is not None}

    def status(self, target: Fraction | None, done: Fraction, days: list[date], version: Version | None) -> str:
        if version is None or not target:
            return "no verdict"
        lines, gone = version["bands"], self.days.share(days, self.as_of)
        if done >= target:
            return "met"
        if gone < lines["too_early_until"] or gone == 0:
            return "too early"
        pace = done / (target * gone)
        if pace >= lines["ahead_from"]:
            return "ahead"
        if pace >= lines["on_pace_from"]:
            return "on pace"
        return "behind" if pace < lines["behind_below"] else "slightly behind"

    def core(
        self, prefix: str, target: Fraction | None, tally: Tally, days: list[date], version: Version | None
    ) -> Numbers:
        """Target, done and owed."""
        owed = None if target is None else target * self.days.share(days, self.as_of)
        status = self.status(target, tally.done, days, version)
        return {
            f"{prefix}.target": Told(target),
            f"{prefix}.done": Told(tally.done, tally.done, target, tally.left_out, status),
            f"{prefix}.owed": Told(owed),
        }

    def whole(
        self, prefix: str, target: Fraction | None, tally: Tally, days: list[date], version: Version | None
    ) -> Numbers:
        """Those three, and gap, pace, what is required a day."""
        found, done = self.core(prefix, target, tally, days, version), tally.done
        owed, status = found[f"{prefix}.owed"].value, found[f"{prefix}.done"].status
        left = len(self.days.worked(days)) - self.days.days_gone(days, self.as_of)
        missing = None if target is None else max(target - done, Fraction(0))
        required = Fraction(0) if missing == 0 else divided(missing, left)
        return found | {
            f"{prefix}.gap": Told(None if owed is None else done - owed, status=status),
            f"{prefix}.pace": Told(divided(done, owed), done, owed, status=status),
            f"{prefix}.required_a_day": Told(required, missing, left, status="met" if required == 0 else None),
        }

    def projection(
        self, target: Fraction | None, done: Fraction, days: list[date], past: list[tuple[Fraction, Fraction]]
    ) -> Told:
        """Done, and what comparable periods still added from this point on: (by then, in the end) of each."""
        if len(past) < 6:
            value = divided(done, self.days.share(days, self.as_of))
            return Told(value, spread=(None, None, None, len(past)) if value is not None else ())
        ends = [done + end - then for then, end in past]
        low, middle, high = (percentile(ends, Fraction(n, 10)) for n in (1, 5, 9))
        reached = None if target is None else sum(end >= target for end in ends)
        return Told(middle, spread=(low, high, reached, len(ends)))

    def until_now(self, days: list[date]) -> tuple[datetime, datetime]:
        return self.days.start(days), min(self.days.end(days), self.as_of)

    def past_months(self) -> list[list[date]]:
        found = [self.month]
        while len(found) < 13:
            found.append(self.days.month(found[-1][0] - DAY))
        return found[1:]

    def past_weeks(self) -> list[list[date]]:
        return [[day - n * 7 * DAY for day in self.week] for n in range(1, 13)]

    def won_in_the_past(self, days: list[date], past: list[list[date]], unit: str) -> list[tuple[Fraction, Fraction]]:
        """What past periods had won by the same point and in the end; from the week of the first win on."""
        oldest = self.rows.oldest("deals", "won_at", self.as_of)
        found = []
        for others in past:
            start, end = self.days.start(others), self.days.end(others)
            if oldest is not None and oldest < start + 7 * DAY:
                point = self.days.same_point(days, self.as_of, others)
                found.append(tuple(self.rows.booked(start, to, self.as_of, unit).done for to in (point, end)))
        return found
