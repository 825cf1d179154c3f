"""What sales owes marketing, and how clean the leads are."""

from datetime import datetime
from fractions import Fraction

from tests.twin.days import ticks
from tests.twin.follow import HOUR_TICKS, follow
from tests.twin.moment import DAY, Moment
from tests.twin.plain import Version
from tests.twin.rows import YEAR, Row
from tests.twin.told import Numbers, Told, divided, percentile, shared, some


class Owing(Moment):
    """Follow-up of the leads of the last days, sales' yes or no, and the quality of the month's new leads."""

    def followup(self) -> Numbers:
        told = self.attempts() | self.acceptance() | self.handover()
        return {f"followup.{name}": one for name, one in told.items()}

    def handover(self) -> Numbers:
        """How long leads lay before a rep had them, and how long sales took to say yes or no."""
        version, rows = self.by_month, self.rows
        names = [f"{what}.{which}_hours" for what in ("system_delay", "decision") for which in ("median", "p90")]
        if version is None:
            return dict.fromkeys(names, Told(None))
        handed = rows.within("leads", "ready_at", self.judged_from(version), self.as_of)
        handed = [lead for lead in handed if rows.seen(lead, self.as_of) and lead["duplicate_of"] is None]
        given, said = [], []
        for lead in handed:
            given.append(self.until(lead["ready_at"], lead["assigned_at"], version["sales"]["first_attempt_clock"]))
            words = [lead[event] for event, _ in DECISIONS if lead[event]]
            said.append(self.until(lead["ready_at"], min(words, default=None), "wall"))
        known = [
            rows.any_by("leads", "assigned_at", self.as_of),
            any(rows.any_by("leads", event, self.as_of) for event, _ in DECISIONS),
        ]
        shares = (Fraction(1, 2), Fraction(9, 10))
        found = [
            waited(hours, share, {}) if there else Told(None)
            for hours, there in zip((given, said), known, strict=True)
            for share in shares
        ]
        return dict(zip(names, found, strict=True))

    def until(self, start: datetime, end: datetime | None, clock: str) -> Fraction:
        """The hours from an instant to another, or to now where that has not come, by one of the clocks."""
        end = max(end if end is not None and end < self.as_of else self.as_of, start)
        span = end - start if clock == "wall" else self.days.time_worked(start, end)
        return Fraction(ticks(span), HOUR_TICKS)

    def judged_from(self, version: Version) -> datetime:
        """The start of the days over which follow-up is judged, today being the last of them."""
        return self.days.midnight(self.today - (int(version["sales"]["judged_over_days"]) - 1) * DAY)

    def attempts(self) -> Numbers:
        version, rows = self.by_month, self.rows
        other = "wall" if not version or version["sales"]["first_attempt_clock"] == "working" else "working"
        waits = ["median_hours", "p90_hours", f"median_{other}_hours"]
        names = [f"first_attempt.{name}" for name in ("in_time", "overdue", "due_next", *waits)]
        names += ["attempts.kept", "attempts.short", "attempts.open", "attempts.due_again"]
        known = rows.any_by("leads", "assigned_at", self.as_of) and rows.any_by("activities", "happened_at", self.as_of)
        if version is None or not known:
            return dict.fromkeys(names, Told(None))
        given = rows.within("leads", "assigned_at", self.judged_from(version), self.as_of)
        seen_by_then = [lead for lead in given if rows.seen(lead, self.as_of)]
        own = [lead for lead in seen_by_then if lead["duplicate_of"] is None]
        out = some("duplicate", len(seen_by_then) - len(own)) | some("loaded later", len(given) - len(seen_by_then))
        seen = [follow(lead, rows, self.days, version["sales"], self.as_of) for lead in own]
        firsts, states = [one.first for one in seen], [one.attempts for one in seen]
        inside = some("still inside its time", firsts.count("due"))
        inside |= some("settled inside its time", firsts.count("settled"))
        clocks = {"wall": [one.wall for one in seen], "working": [one.working for one in seen]}
        promised = clocks["working" if other == "wall" else "wall"]
        found = [
            shared(firsts.count("in time"), len(seen) - sum(inside.values()), out | inside),
            alone(firsts.count("overdue"), out),
            alone(firsts.count("due"), out),
            waited(promised, Fraction(1, 2), out),
            waited(promised, Fraction(9, 10), out),
            waited(clocks[other], Fraction(1, 2), out),
            shared(
                states.count("kept"),
                len(seen) - states.count("open"),
                out | some("days not over", states.count("open")),
            ),
            alone(states.count("short"), out),
            alone(states.count("open"), out),
            alone(sum(one.again for one in seen), out),
        ]
        return dict(zip(names, found, strict=True))

    def acceptance(self) -> Numbers:
        version, rows = self.by_month, self.rows
        names = [f"acceptance.{name}" for name in ("of_decided", "of_handed_over", "undecided", "waiting_too_long")]
        known = any(rows.any_by("leads", event, self.as_of) for event in ("accepted_at", "rejected_at"))
        if version is None or not known:
            return dict.fromkeys(names, Told(None))
        handed = rows.within("leads", "ready_at", self.judged_from(version), self.as_of)
        unseen = [lead for lead in handed if not rows.seen(lead, self.as_of)]
        handed = [lead for lead in handed if rows.seen(lead, self.as_of)]
        since = self.days.same_clock(self.as_of, -int(version["sales"]["decide_within_days"]))
        out = some("duplicate", sum(lead["duplicate_of"] is not None for lead in handed))
        out |= some("loaded later", len(unseen))
        repeats = [lead for lead in handed if lead["duplicate_of"] is not None and lead["ready_at"] < since]
        handed = [lead for lead in handed if lead["duplicate_of"] is None]
        said = [decision(lead, self.as_of) for lead in handed]
        yes, no, open_ = (said.count(word) for word in ("accepted", "rejected", "undecided"))
        late = [lead for lead in handed if decision(lead, self.as_of) == "undecided" and lead["ready_at"] < since]
        found = [
            shared(yes, yes + no, out | some("undecided", open_)),
            shared(yes, len(handed), out),
            alone(open_, out),
            alone(
                len(late),
                some("duplicate", len(repeats))
                | some("loaded later", sum(lead["ready_at"] < since for lead in unseen)),
            ),
        ]
        return dict(zip(names, found, strict=True))

    def quality(self) -> Numbers:
        new = self.rows.created(self.days.start(self.month), self.as_of)
        year = self.rows.created(self.as_of - YEAR, self.as_of)
        later = len(self.rows.within("leads", "created_at", self.days.start(self.month), self.as_of)) - len(new)
        found = {}
        for name, column in (("duplicates", "duplicate_of"), ("incomplete", "missing")):
            count, whole = Fraction(sum(lead[column] is not None for lead in new)), Fraction(len(new))
            known = any(lead[column] is not None for lead in year)
            found[f"quality.{name}"] = Told(None)
            if known:
                found[f"quality.{name}"] = Told(divided(count, whole), count, whole, some("loaded later", later))
        return found


def alone(count: int, out: dict[str, int]) -> Told:
    """A count of leads that is a number by itself."""
    return Told(Fraction(count), Fraction(count), left_out=out)


def waited(hours: list[Fraction], share: Fraction, out: dict[str, int]) -> Told:
    """How long the leads waited, at a share of the way through them."""
    return Told(percentile(hours, share), left_out=out) if hours else Told(None)


def decision(lead: Row, as_of: datetime) -> str:
    """What sales had said by then; the earlier word stands, of two at once the yes."""
    said = [(lead[event], order, word) for order, (event, word) in enumerate(DECISIONS) if lead[event]]
    return min((one for one in said if one[0] < as_of), default=(None, 0, "undecided"))[2]


DECISIONS = [("accepted_at", "accepted"), ("rejected_at", "rejected")]
