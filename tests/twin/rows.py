"""What of the rows can be seen at one moment, and what of it counts: by walking through the rows."""

from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

Row = dict[str, Any]
LEVELS = ["low", "medium", "high"]
BORN = {"leads": "created_at", "activities": "happened_at", "deals": "created_at"}
MOST = 10**12
YEAR = timedelta(days=365)


class Tally(NamedTuple):
    """What was counted, and how many rows were left out, by reason."""

    done: Fraction
    left_out: dict[str, int]


class Rows:
    """A warehouse's rows, ordered once so that a stretch of time is found without walking through all of them."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self.reps, self.loads = tables["reps"], tables["loads"]
        self.leads, self.activities, self.deals = tables["leads"], tables["activities"], tables["deals"]
        self.learned = {id(row): row["loaded_at"] or row[born] for name, born in BORN.items() for row in tables[name]}
        self.by_id = {lead["lead_id"]: lead for lead in self.leads}
        self.attempts: defaultdict[str, list[Row]] = defaultdict(list)
        for attempt in sorted(self.activities, key=lambda one: one["happened_at"]):
            self.attempts[attempt["lead_id"]].append(attempt)
        self.deals_of: defaultdict[str, list[Row]] = defaultdict(list)
        self.wins_of: defaultdict[str, list[Row]] = defaultdict(list)
        for deal in self.deals:
            self.deals_of[deal["lead_id"]].append(deal)
            if deal["won_at"] and deal["customer_id"]:
                self.wins_of[deal["customer_id"]].append(deal)
        self._ordered: dict[tuple[str, str], tuple[list[datetime], list[Row]]] = {}

    def within(self, table: str, event: str, start: datetime, end: datetime) -> list[Row]:
        """The rows of a table whose ``event`` lies in [start, end)."""
        if (table, event) not in self._ordered:
            rows = sorted((row for row in getattr(self, table) if row[event]), key=lambda row: row[event])
            self._ordered[table, event] = [row[event] for row in rows], rows
        instants, rows = self._ordered[table, event]
        return rows[bisect_left(instants, start) : bisect_left(instants, end)]

    def seen(self, row: Row, as_of: datetime) -> bool:
        """Whether the warehouse had learned of a row by then."""
        return bool(self.learned[id(row)] < as_of)

    # what counts

    def ready(self, start: datetime, end: datetime, as_of: datetime, lowest: Row, **narrow: str | None) -> Tally:
        """Sales-ready leads of a stretch of time, as seen at ``as_of``, of those that are as said."""
        left_out: Counter[str] = Counter()
        done = 0
        for lead in self.within("leads", "ready_at", start, min(end, as_of)):
            if all(lead[column] == value for column, value in narrow.items()):
                reason = self._why_not_ready(lead, as_of, lowest)
                left_out[reason] += bool(reason)
                done += not reason
        return Tally(Fraction(done), dict(+left_out))

    def _why_not_ready(self, lead: Row, as_of: datetime, lowest: Row) -> str:
        if not self.seen(lead, as_of):
            return "loaded later"
        if lead["duplicate_of"] is not None:
            return "duplicate"
        for what in ("fit", "interest"):
            agreed = lowest.get(f"lowest_{what}")
            if agreed and lead[what] is None:
                return f"{what} not recorded"
            if agreed and (lead[what] not in LEVELS or LEVELS.index(lead[what]) < LEVELS.index(agreed)):
                return f"below the agreed {what}"
        return ""

    def booked(self, start: datetime, end: datetime, as_of: datetime, unit: str, reps: set[str] | None = None) -> Tally:
        """Bookings of a stretch of time, in money or in customers, as seen at ``as_of``; of some reps or of all."""
        left_out: Counter[str] = Counter()
        done = Fraction(0)
        for deal in self.within("deals", "won_at", start, min(end, as_of)):
            if reps is None or deal["rep_id"] in reps:
                reason = self._why_not_booked(deal, as_of, unit)
                left_out[reason] += bool(reason)
                done += 0 if reason else Fraction(deal["amount"]) if unit == "money" else 1
        return Tally(done, dict(+left_out))

    def _why_not_booked(self, deal: Row, as_of: datetime, unit: str) -> str:
        if not self.seen(deal, as_of):
            return "loaded later"
        if unit == "money" and not usable(deal):
            return why_unusable(deal)
        earlier = [
            one
            for one in self.wins_of.get(deal["customer_id"], [])
            if (one["won_at"], one["deal_id"]) < (deal["won_at"], deal["deal_id"]) and self.seen(one, as_of)
        ]
        return "customer already won" if unit == "customers" and earlier else ""

    # the rates by which leads are worked backwards

    def deal_size(self, until: datetime) -> tuple[Fraction, int]:
        """The sum of the usable amounts won in the year before, and how many they were."""
        won = [one for one in self.within("deals", "won_at", until - YEAR, until) if self.seen(one, until)]
        amounts = [Fraction(one["amount"]) for one in won if usable(one)]
        return sum(amounts, Fraction(0)), len(amounts)

    def cohort(self, until: datetime, lowest: Row) -> tuple[int, int] | None:
        """Of the leads of the last ripe year that count as sales-ready: how many became customers, and how many all."""
        waits = sorted(
            max(deal["won_at"] - self.by_id[deal["lead_id"]]["ready_at"], timedelta())
            for deal in self.within("deals", "won_at", until - YEAR, until)
            if self.seen(deal, until) and self.by_id.get(deal["lead_id"], {}).get("ready_at")
        )
        if not waits:
            return None
        ripe = next(wait for n, wait in enumerate(waits, 1) if 10 * n >= 9 * len(waits))
        handed = self.within("leads", "ready_at", until - ripe - YEAR, until - ripe)
        leads = [lead for lead in handed if not self._why_not_ready(lead, until, lowest)]
        return sum(self._became_customer(lead, until) for lead in leads), len(leads)

    def _became_customer(self, lead: Row, until: datetime) -> bool:
        deals = self.deals_of[lead["lead_id"]]
        return any(deal["won_at"] and deal["won_at"] < until and self.seen(deal, until) for deal in deals)

    # open deals, new leads, ages

    def pipeline(self, first: date, after: date, as_of: datetime, unit: str) -> Tally:
        """Open deals expected to close on some days, and why others expected on these do not count."""
        left_out: Counter[str] = Counter()
        done = Fraction(0)
        for deal in self.deals:
            if deal["expected_close_on"] is not None and first <= deal["expected_close_on"] < after:
                reason = self._why_not_open(deal, as_of, unit)
                left_out[reason] += bool(reason)
                done += 0 if reason else Fraction(deal["amount"]) if unit == "money" else 1
        return Tally(done, dict(+left_out))

    def _why_not_open(self, deal: Row, as_of: datetime, unit: str) -> str:
        if deal["created_at"] >= as_of:
            return "not yet happened"
        if not self.seen(deal, as_of):
            return "loaded later"
        for event, reason in (("won_at", "already won"), ("lost_at", "lost")):
            if deal[event] and deal[event] < as_of:
                return reason
        if unit == "money" and not usable(deal):
            return why_unusable(deal)
        return ""

    def created(self, start: datetime, as_of: datetime) -> list[Row]:
        """Leads created since ``start``, as seen at ``as_of``."""
        return [lead for lead in self.within("leads", "created_at", start, as_of) if self.seen(lead, as_of)]

    def any_by(self, table: str, event: str, as_of: datetime) -> bool:
        """Whether any row of a table, as seen at ``as_of``, has this event behind it."""
        return any(row[event] and row[event] < as_of and self.seen(row, as_of) for row in getattr(self, table))

    def oldest(self, table: str, event: str, as_of: datetime) -> datetime | None:
        """The first event of its kind that can be seen at ``as_of``."""
        return min((row[event] for row in getattr(self, table) if row[event] and self.seen(row, as_of)), default=None)

    def newest(self, as_of: datetime) -> datetime | None:
        """The newest event of all."""
        events = [("leads", "created_at"), ("leads", "ready_at"), ("activities", "happened_at")]
        found = [
            row[event]
            for table, event in [*events, ("deals", "won_at"), ("deals", "created_at")]
            for row in getattr(self, table)
            if row[event] and row[event] < as_of and self.seen(row, as_of)
        ]
        return max(found, default=None)

    def last_load(self, as_of: datetime, *tables: str) -> datetime | None:
        """The last good load of a table with events, or of one of these."""
        good = [one for one in self.loads if one["status"] == "ok" and one["table_name"] in (tables or BORN)]
        return max((one["loaded_at"] for one in good if one["loaded_at"] < as_of), default=None)


def usable(deal: Row) -> bool:
    return deal["amount"] is not None and 0 <= deal["amount"] <= MOST


def why_unusable(deal: Row) -> str:
    if deal["amount"] is None:
        return "no amount"
    return "amount too large" if deal["amount"] > MOST else "amount below zero or no number"
