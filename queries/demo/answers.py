"""The known answers: what a board must say of the made-up company at the plan's instant.

Reckoned from the plan's own arrays, never through SQL and never through the board's code.
"""

from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from queries.demo import facts
from queries.demo.clock import HOUR, NEVER, Ints, day_number, day_of
from queries.demo.deals import Deals
from queries.demo.followup import Attempts, Decisions
from queries.demo.leads import Leads
from queries.demo.plan import Plan, instant, month_start

LATE_SHOWN = 50
"""How many of the late rows are named; the others are only counted."""


class Answers:
    """Adds up the answers, one stretch of leads and one batch of deals at a time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.count: Counter[str] = Counter()
        self.late: list[int] = []
        start = plan.clock.start
        today = day_number(plan.today)
        self._month = start(day_number(month_start(plan.today)))
        self._week = start(today - plan.today.weekday())
        self._today = start(today)
        self._judged = start(today - facts.JUDGED_DAYS + 1)
        self._money = {name: Decimal(0) for name in ("week", "today", *(rep_id(n) for n in range(len(facts.REPS))))}

    def add_leads(self, leads: Leads, decided: Decisions, attempts: Attempts, deal_from: Ints) -> None:
        """Add a stretch of leads; ``deal_from`` is when a loaded deal was opened from each of them."""
        known = leads.loaded < NEVER
        self.count["rows.leads"] += int(known.sum())
        self.count["late"] += int((leads.late & known).sum())
        self.late += leads.number[leads.late & known].tolist()[-LATE_SHOWN:]
        self._quality(leads, known)
        once = known & (leads.duplicate_of < 0)
        self._marketing(leads, once)
        self._acceptance(leads, decided, once)
        self._follow_up(leads, decided, attempts, deal_from, once)

    def _quality(self, leads: Leads, known: NDArray[np.bool_]) -> None:
        new = known & (leads.created >= self._month)
        self.count["quality.new"] += int(new.sum())
        self.count["quality.duplicates"] += int((new & (leads.duplicate_of >= 0)).sum())
        self.count["quality.incomplete"] += int((new & (leads.missing >= 0)).sum())

    def _marketing(self, leads: Leads, once: NDArray[np.bool_]) -> None:
        ready = once & (leads.ready < self.plan.now)
        self.count["marketing.today"] += int((ready & (leads.ready >= self._today)).sum())
        this_month = ready & (leads.ready >= self._month)
        for place, source in enumerate(facts.SOURCES):
            self.count[f"marketing.source.{source.name}"] += int((this_month & (leads.source == place)).sum())

    def _acceptance(self, leads: Leads, decided: Decisions, once: NDArray[np.bool_]) -> None:
        handed = once & (leads.ready >= self._judged) & (leads.ready < self.plan.now)
        yes_or_no = handed & (np.minimum(decided.accepted, decided.rejected) < self.plan.now)
        self.count["handed_over"] += int(handed.sum())
        self.count["decided"] += int(yes_or_no.sum())
        self.count["accepted"] += int((yes_or_no & (decided.accepted < decided.rejected)).sum())

    def _follow_up(
        self, leads: Leads, decided: Decisions, attempts: Attempts, deal_from: Ints, once: NDArray[np.bool_]
    ) -> None:
        now, clock = self.plan.now, self.plan.clock
        mine = once & (leads.assigned >= self._judged) & (leads.assigned < now)
        settled = np.minimum(decided.rejected, deal_from)
        by_hand = ~attempts.automated & (attempts.happened >= leads.assigned[attempts.lead])
        lead, happened = attempts.lead[by_hand], attempts.happened[by_hand]
        first = np.full(len(leads), NEVER)
        np.minimum.at(first, lead, happened)
        due = clock.later(leads.assigned, np.full(len(leads), facts.FIRST_ATTEMPT_HOURS * HOUR))
        tried, up, open_still = first < now, due <= now, settled >= now
        self.count["first.judged"] += int((mine & (tried | up)).sum())
        self.count["first.in_time"] += int((mine & tried & (first < due)).sum())
        self.count["first.overdue"] += int((mine & ~tried & open_still & up).sum())
        self.count["first.due_next"] += int((mine & ~tried & open_still & ~up).sum())
        ends = clock.same_clock(np.where(mine, leads.assigned, 0), facts.ATTEMPT_DAYS)
        made = _separate(lead, happened, ends, len(leads))
        judged = mine & ((ends <= now) | (settled < now))
        kept = (made >= facts.ATTEMPTS) | ((settled < ends) & (settled < now))
        self.count["attempts.judged"] += int(judged.sum())
        self.count["attempts.kept"] += int((judged & kept).sum())

    def add_deals(self, deals: Deals) -> None:
        """Add a batch of deals whose amounts are final."""
        self.count["rows.deals"] += len(deals)
        self.count["planted.deals without amount"] += int((deals.amount < 0).sum())
        won = (deals.won < NEVER) & (deals.won >= self._week)
        for place in np.nonzero(won & (deals.amount >= 0))[0].tolist():
            amount = Decimal(int(deals.amount[place])) / 100
            self._money["week"] += amount
            self._money[rep_id(int(deals.rep[place]))] += amount
            if deals.won[place] >= self._today:
                self._money["today"] += amount

    def as_written(self) -> dict[str, Any]:
        """Return the answers as they stand in ``answers.json``."""
        return {
            "as_of": self.plan.as_of.isoformat(),
            "seed": self.plan.seed,
            "leads": self.plan.leads,
            "numbers": {**self._values(), **self._shares()},
            "planted": self._planted(),
        }

    def _values(self) -> dict[str, dict[str, Any]]:
        count = self.count
        sources = {f"marketing.source.{one.name}": count[f"marketing.source.{one.name}"] for one in facts.SOURCES}
        reps = {f"sales.rep.{rep_id(n)}.done": _money(self._money[rep_id(n)]) for n in range(len(facts.REPS))}
        values = {
            "marketing.month.done": sum(sources.values()),
            "marketing.today.done": count["marketing.today"],
            **{f"{name}.done": value for name, value in sources.items()},
            "sales.week.done": _money(self._money["week"]),
            "sales.today.done": _money(self._money["today"]),
            **reps,
            "followup.first_attempt.overdue": count["first.overdue"],
            "followup.first_attempt.due_next": count["first.due_next"],
            "followup.acceptance.handed_over": count["handed_over"],
            "followup.acceptance.decided": count["decided"],
            "followup.acceptance.accepted": count["accepted"],
            "followup.acceptance.undecided": count["handed_over"] - count["decided"],
        }
        return {name: {"value": value} for name, value in values.items()}

    def _shares(self) -> dict[str, dict[str, Any]]:
        count = self.count
        pairs = {
            "followup.first_attempt.in_time": ("first.in_time", "first.judged"),
            "followup.attempts.kept": ("attempts.kept", "attempts.judged"),
            "followup.acceptance.of_decided": ("accepted", "decided"),
            "followup.acceptance.of_handed_over": ("accepted", "handed_over"),
            "quality.duplicates": ("quality.duplicates", "quality.new"),
            "quality.incomplete": ("quality.incomplete", "quality.new"),
        }
        return {name: {"numerator": count[top], "denominator": count[below]} for name, (top, below) in pairs.items()}

    def _planted(self) -> dict[str, Any]:
        plan, (broke, mended) = self.plan, self.plan.broken
        return {
            "rows": {name: self.count[f"rows.{name}"] for name in ("leads", "activities", "deals", "touches")},
            "late_rows": {"count": self.count["late"], "latest": [lead_id(n) for n in self.late[-LATE_SHOWN:]]},
            "deals_without_amount": self.count["planted.deals without amount"],
            "broken": {
                "source": facts.SOURCES[facts.BROKEN].name,
                "first_day": broke.isoformat(),
                "first_day_after": mended.isoformat(),
            },
            "joined": {"rep_id": rep_id(facts.JOINED), "on": plan.joined.isoformat()},
            "left": {"rep_id": rep_id(facts.LEFT), "on": plan.left.isoformat()},
            "clocks_jump_at": [instant(one).isoformat() for one in plan.clock.jumps(plan.days)],
            "holidays": [day_of(n).isoformat() for n in plan.days if day_of(n) in plan.clock.off],
        }


def _separate(lead: Ints, happened: Ints, ends: Ints, leads: int) -> Ints:
    """Return how many attempts each lead had within its window, those within ten minutes of the one before as one."""
    order = np.lexsort((happened, lead))
    lead, happened = lead[order], happened[order]
    same = (np.diff(lead, prepend=-1) == 0) & (np.diff(happened, prepend=0) < facts.SAME_ATTEMPT_SECONDS)
    return np.bincount(lead[~same & (happened < ends[lead])], minlength=leads).astype(np.int64)


def _money(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01")))


def rep_id(place: int) -> str:
    """Return the id of a rep.

    >>> rep_id(0)
    'r01'
    """
    return f"r{place + 1:02}"


def lead_id(number: int) -> str:
    """Return the id of a lead.

    >>> lead_id(1234)
    'L00001234'
    """
    return f"L{number:08}"
