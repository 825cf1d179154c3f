"""What an examination found, as values: how bad, whose it is to mend, what it touches, how it goes. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple

from dashboard.words import figure, listed, many

LATELY = 4
"""The weeks that are called lately, against those before them."""
MORE, LESS = Fraction(5, 4), Fraction(4, 5)
"""From and below which ratio of the two shares the course is called growing, or shrinking."""

KINDS = {
    "contract": "What the contract forbids",
    "duplicates": "Duplicates",
    "incomplete": "Incomplete records",
    "orphans": "Rows that point at nothing",
    "late": "Rows that came late",
    "deals": "Deals without a lead or an amount",
    "owners": "Leads that nobody has",
}
"""The kinds of findings, and what they are called."""
KIND_OF = {
    "duplicate-lead": "duplicates",
    "duplicate-of-itself": "duplicates",
    "id-more-than-once": "duplicates",
    "incomplete-lead": "incomplete",
    "rejected-without-reason": "incomplete",
    "required-value-empty": "incomplete",
    "blank-that-looks-like-a-value": "incomplete",
    "points-at-nothing": "orphans",
    "late-row": "late",
    "deal-without-lead": "deals",
    "open-deal-without-amount": "deals",
    "won-deal-without-amount": "deals",
    "lead-without-owner": "owners",
}
"""The kind of a rule or measure; of every other one it is the contract."""
QUIETLY = {
    "contract": "Nothing that the contract forbids.",
    "duplicates": "No lead is known to repeat another.",
    "incomplete": "No record is known to lack a required field.",
    "orphans": "Every id points at a row that is there.",
    "late": "No row came later than the day after its own.",
    "deals": "Every deal has its lead and its amount.",
    "owners": "Every sales-ready lead has an owner.",
}
"""What is said where nothing of a kind was found."""

LOADER, MARKETING, SALES = "whoever loads the data", "marketing", "sales"
OWNER_OF = {
    "duplicate-lead": MARKETING,
    "incomplete-lead": MARKETING,
    "rejected-without-reason": SALES,
    "rating-off-the-scale": SALES,
    "deal-without-lead": SALES,
    "open-deal-without-amount": SALES,
    "won-deal-without-amount": SALES,
    "lead-without-owner": SALES,
}
"""Who can mend what a rule or measure finds; all else is for whoever loads the data."""

TOUCHES = {
    "leads.created_at": ("quality.",),
    "leads.source": ("marketing.source.",),
    "leads.ready_at": ("marketing.month.done", "marketing.today.done", "followup."),
    "leads.loaded_at": ("marketing.month.done", "marketing.today.done", "quality."),
    "leads.missing": ("quality.incomplete",),
    "leads.duplicate_of": ("quality.duplicates", "marketing.month.done", "marketing.today.done", "followup."),
    "leads.fit": ("marketing.month.done", "marketing.today.done"),
    "leads.interest": ("marketing.month.done", "marketing.today.done"),
    "leads.owner_id": ("followup.first_attempt.", "followup.attempts."),
    "leads.assigned_at": ("followup.first_attempt.", "followup.attempts."),
    "leads.accepted_at": ("followup.acceptance.",),
    "leads.rejected_at": ("followup.acceptance.",),
    "leads.rejection_reason": ("followup.acceptance.of_decided",),
    "activities.": ("followup.first_attempt.", "followup.attempts."),
    "deals.rep_id": ("sales.rep.", "sales.team."),
    "deals.won_at": ("sales.week.done", "sales.today.done", "goal.month.done"),
    "deals.amount": ("sales.week.done", "sales.today.done", "goal.month.done"),
    "deals.loaded_at": ("sales.week.done", "sales.today.done", "goal.month.done"),
    "deals.lead_id": ("goal.month.target",),
    "reps.": ("sales.rep.", "sales.team."),
}
"""By column (or by table), how the names of the numbers begin that come out otherwise when it is wrong."""


class Found(NamedTuple):
    """One thing that an examination found or counted."""

    name: str
    """By which its rows are asked for."""
    rule: str
    level: str
    """``fault`` or ``remark``."""
    is_contract: bool
    table: str
    column: str
    rows: int
    whole: int
    of: str
    sentence: str
    remedy: str
    screens: Sequence[str]
    parts: Sequence[tuple[str, int]]
    by_week: Sequence[int]

    @property
    def is_fault(self) -> bool:
        """Whether the board cannot work with it."""
        return self.level == "fault"

    @property
    def is_there(self) -> bool:
        """Whether there is anything to say: a measure that counted nothing is good news."""
        return self.is_contract or self.rows > 0

    @property
    def kind(self) -> str:
        """The kind of finding, one of ``KINDS``."""
        return KIND_OF.get(self.rule, "contract")

    @property
    def owner(self) -> str:
        """Who can mend it."""
        return OWNER_OF.get(self.rule, LOADER)

    @property
    def share(self) -> Fraction | None:
        """Its rows as a share of the whole; None where there is no whole."""
        return Fraction(self.rows, self.whole) if self.whole and self.rows <= self.whole else None

    def touches(self, numbers: Sequence[str]) -> list[str]:
        """Return those of the names of numbers that come out otherwise because of it."""
        begins = TOUCHES.get(f"{self.table}.{self.column}") or TOUCHES.get(f"{self.table}.") or ()
        return [one for one in numbers if one.startswith(begins)] if begins else []


class Report(NamedTuple):
    """One whole examination."""

    company: str
    as_of: datetime
    """In the company's time zone."""
    seconds: float
    """How long it took."""
    weeks: Sequence[str]
    """The names of the weeks of every course, the last one still running."""
    found: Sequence[Found]
    rows: Mapping[str, int]
    """The rows of each table."""
    by_week: Mapping[str, Sequence[int]]
    """The rows of each table that came to be in each week."""

    @property
    def there(self) -> list[Found]:
        """What there is to say, the worst first: faults, then what concerns the largest share."""
        return sorted((one for one in self.found if one.is_there), key=severity)


def severity(one: Found) -> tuple[bool, Fraction, int, str]:
    """Return by what findings are ordered: faults first, then the larger share, then more rows."""
    return not one.is_fault, -(one.share or Fraction(0)), -one.rows, one.name


def verdict(found: Sequence[Found], late: Sequence[str] = ()) -> str:
    """Return in one sentence whether the data can be trusted; ``late`` are the tables that are older than is allowed.

    >>> verdict([]), verdict([], ["leads", "deals"])
    ('The data can be trusted', 'Late: leads and deals; else the data can be trusted')
    """
    there = [one for one in found if one.is_there]
    faults = [one for one in there if one.is_fault]
    remarks = sum(one.is_contract for one in there) - len(faults)
    short = len(there) - len(faults) - remarks
    lesser = [many(count, word) for count, word in ((remarks, "remark"), (short, "shortcoming")) if count]
    if faults:
        named = "; ".join(one.sentence.partition(":")[0] for one in faults[:2])
        return f"{many(len(faults), 'fault')}: {named}{' …' if len(faults) > 2 else ''}"
    said = f"Late: {listed(list(late))}; else the data" if late else "The data"
    return f"{said} can be trusted{', with ' if lesser else ''}{' and '.join(lesser)}"


def course(by_week: Sequence[int], of: Sequence[int]) -> str:
    """Return in words how a finding went: the share of the rows of lately against that of the weeks before.

    >>> course([1, 1, 1, 1, 0, 0, 0, 0], [10] * 8), course([0] * 8, [10] * 8), course([], [])
    ('none in the last 4 weeks', 'none in these 8 weeks: all of it is older', '')
    >>> course([1, 1, 1, 1, 2, 2, 2, 2], [10] * 8)
    'growing: 20 % of what came in the last 4 weeks, 10 % before'
    """
    if not by_week:
        return ""
    if not sum(by_week):
        return f"none in these {len(by_week)} weeks: all of it is older"
    lately, before = _share(by_week[-LATELY:], of[-LATELY:]), _share(by_week[:-LATELY], of[:-LATELY])
    if not lately:
        return f"none in the last {LATELY} weeks"
    if before is None:
        return f"{figure(lately, 'share')} of what came in the last {LATELY} weeks"
    word = "growing" if lately >= before * MORE else "shrinking" if lately <= before * LESS else "steady"
    shown = f"{figure(lately, 'share')} of what came in the last {LATELY} weeks, {figure(before, 'share')} before"
    return f"{word}: {shown}"


def _share(part: Sequence[int], whole: Sequence[int]) -> Fraction | None:
    return Fraction(sum(part), sum(whole)) if sum(whole) else None


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as it is kept in a file."""
    return report._asdict() | {"as_of": report.as_of.isoformat(), "found": [one._asdict() for one in report.found]}


def from_json(told: Mapping[str, Any]) -> Report:
    """Return the report that ``as_json`` told; raise ``KeyError``, ``TypeError`` or ``ValueError`` for what is none."""
    found = [Found(**one | {"parts": [(str(name), rows) for name, rows in one["parts"]]}) for one in told["found"]]
    return Report(**{**told, "as_of": datetime.fromisoformat(told["as_of"]), "found": found})
