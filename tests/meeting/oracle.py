"""A week recounted slowly, from its rows as plain dictionaries: no SQL, and nothing of the ledger's own."""

from datetime import datetime, timedelta
from fractions import Fraction

from dashboard.meeting.week import Week
from tests.meeting.histories import KnownRows, Papers, Tables
from tests.twin import plain
from tests.twin.rows import Row, usable
from tests.twin.told import Numbers, Told, active, in_force
from tests.twin.twin import Twin

DAY = timedelta(days=1)


class WeekTwin(Twin):
    """The board of a week's last instant, and what marketing owed in that week."""

    def week_numbers(self) -> Numbers:
        """What marketing promised for the week, and what came."""
        target, lowest = self.promised_in_week(), self.lowest(self.by_week)
        tally = self.rows.ready(*self.until_now(self.week), self.as_of, lowest)
        return {"marketing.week.target": Told(target), "marketing.week.done": Told(tally.done, tally.done, target)}

    def review_numbers(self) -> Numbers:
        """What was settled on leads in the week; not known where nothing of the kind was ever recorded."""
        said = [self._said(lead) for lead in self.rows.leads if self._seen(lead)]
        decided = any(self._happened(lead, what) for lead in self.rows.leads for what in ("accepted_at", "rejected_at"))
        deals = [deal for deal in self.rows.deals if self._grew(deal)]
        found = {
            "accepted": said.count("accepted") if decided else None,
            "rejected": said.count("rejected") if decided else None,
            "won": sum(self._in_week(one["won_at"]) and self._is_first(one) for one in deals),
            "lost": sum(self._in_week(one["lost_at"]) and not self._won_before(one) for one in deals),
        }
        if not any(self._happened(deal, "lost_at") for deal in self.rows.deals):
            found["lost"] = None
        return {f"review.{name}": Told(None if one is None else Fraction(one)) for name, one in found.items()}

    def _seen(self, row: Row) -> bool:
        return self.rows.seen(row, self.as_of)

    def _happened(self, row: Row, what: str) -> bool:
        return self._seen(row) and row[what] is not None and row[what] < self.as_of

    def _in_week(self, at: datetime | None) -> bool:
        start, end = self.until_now(self.week)
        return at is not None and start <= at < end

    def _said(self, lead: Row) -> str:
        """What sales said to a lead first, where it said it in the week."""
        told = [(at, name) for name in ("accepted", "rejected") if (at := lead[f"{name}_at"]) and at < self.as_of]
        at, name = min(told, default=(None, ""))
        is_handed = lead["ready_at"] is not None and lead["ready_at"] < self.as_of
        return name if self._in_week(at) and is_handed and lead["duplicate_of"] is None else ""

    def _grew(self, deal: Row) -> bool:
        """Whether a deal grew from a lead that is known and repeats none."""
        of = [lead for lead in self.rows.leads if lead["lead_id"] == deal["lead_id"]]
        return self._seen(deal) and any(self._seen(lead) and lead["duplicate_of"] is None for lead in of)

    def _is_first(self, deal: Row) -> bool:
        """Whether its customer had bought nothing before."""
        mine = (deal["won_at"], deal["deal_id"])
        return not any(
            self._seen(other) and (other["won_at"], other["deal_id"]) < mine
            for other in self.rows.wins_of.get(deal["customer_id"], [])
        )

    def _won_before(self, deal: Row) -> bool:
        won = deal["won_at"]
        return won is not None and won < self.as_of and won <= deal["lost_at"]

    def promised_in_week(self) -> Fraction | None:
        """Each working day's share of the promise of its own month."""
        if self.by_week is None:
            return None
        told = self.by_week["marketing"]
        worked = [(day, len(self.days.worked(self.days.month(day)))) for day in self.days.worked(self.week)]
        if "leads_per_rep_per_month" in told:
            shares = [Fraction(sum(active(rep, day) for rep in self.rows.reps), all_days) for day, all_days in worked]
            return told["leads_per_rep_per_month"] * sum(shares, Fraction(0))
        monthly = self._monthly(told)
        return None if monthly is None else sum((monthly / all_days for _, all_days in worked), Fraction(0))

    def _monthly(self, told: Row) -> Fraction | None:
        if told["leads_per_month"] != "from the goal":
            return Fraction(told["leads_per_month"])
        begun = WeekTwin(self.rows, self.facts, self.versions, self.days.midnight(self.week[0]))
        return begun.needed(self.by_week, *begun.typed(self.by_week))


def twin_of(tables: Tables, papers: Papers, week: Week, known_at: datetime) -> WeekTwin:
    """Return the twin of a week, knowing what was known by a moment."""
    rows = KnownRows(tables, week.as_of, known_at)
    return WeekTwin(rows, plain.facts(papers.company), plain.versions(papers.agreement), week.as_of)


def recounted(tables: Tables, papers: Papers, week: Week, known_at: datetime) -> Numbers:
    """Return every number of a week."""
    found = twin_of(tables, papers, week, known_at)
    return found.numbers() | found.week_numbers() | found.review_numbers()


def counted_leads(twin: WeekTwin, start: datetime) -> set[str]:
    """Return the ids of the leads that count as sales-ready since ``start``, as the week's version has it."""
    lowest = twin.lowest(in_force(twin.versions, twin.days.day(start)))
    return {
        lead["lead_id"]
        for lead in twin.rows.leads
        if lead["ready_at"] and start <= lead["ready_at"] < twin.as_of and _counts(twin, lead, lowest)
    }


def _counts(twin: WeekTwin, lead: Row, lowest: Row) -> bool:
    if not twin.rows.seen(lead, twin.as_of) or lead["duplicate_of"] is not None:
        return False
    ranks = ["low", "medium", "high"]
    wanted = [(lead[what], lowest.get(f"lowest_{what}")) for what in ("fit", "interest")]
    return all(least is None or (has is not None and ranks.index(has) >= ranks.index(least)) for has, least in wanted)


def booked_money(twin: WeekTwin, start: datetime) -> dict[str, Fraction]:
    """Return the deals won since ``start`` that count in money, and what each adds."""
    return {
        deal["deal_id"]: Fraction(deal["amount"])
        for deal in twin.rows.deals
        if deal["won_at"] and start <= deal["won_at"] < twin.as_of
        if twin.rows.seen(deal, twin.as_of) and usable(deal)
    }
