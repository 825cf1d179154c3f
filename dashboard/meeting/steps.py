"""The seven steps of the meeting as one value: what stands in each, and the one sentence it comes to. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, Protocol

from dashboard.board import Age, Part
from dashboard.meeting import sentences
from dashboard.meeting.campaigns import Campaigns
from dashboard.meeting.frozen import Frozen
from dashboard.meeting.review import Review
from dashboard.number import Number
from dashboard.words import many

Name = Literal["goal", "marketing", "sales", "owing", "review", "campaigns", "actions"]
TITLES: Mapping[Name, str] = {
    "goal": "The goal",
    "marketing": "Marketing’s week",
    "sales": "Sales’ week",
    "owing": "What each owes the other",
    "review": "Lead review",
    "campaigns": "Campaigns",
    "actions": "Actions",
}
MARKETING, SALES = "marketing.week", "sales.week"


class Moved(Protocol):
    """One entry of the ledger: a number that has moved since the week was kept, and how, in words."""

    @property
    def number(self) -> str:
        """The name of the number."""

    @property
    def words(self) -> str:
        """``412 → 418: 6 late web leads, loaded Tue 02:10``"""


class Step(NamedTuple):
    """One step: its place from 1 to 7, its name and title, and its takeaway in a sentence or two."""

    place: int
    name: Name
    title: str
    takeaway: str


class Decided(NamedTuple):
    """What meetings decided, as ``dashboard.meeting.decided`` tells it."""

    carried: Sequence[Mapping[str, Any]] = ()
    """The actions of earlier meetings that are read in this one."""
    actions: Sequence[Mapping[str, Any]] = ()
    """The actions of this meeting."""
    sides: Sequence[Mapping[str, Any]] = ()
    """Each side's word: for the week to come, for this one, and how it held."""
    untold: str = ""
    """Why nothing of it can be told; empty where it can, also where nothing was decided."""


class Walk(NamedTuple):
    """One week as the meeting walks through it."""

    frozen: Frozen
    title: str
    """``Week 46 · 9 to 15 November 2026``"""
    state: str
    """How the week stands, in words: since when it is kept, and how much has moved since."""
    steps: Sequence[Step]
    changes: Mapping[str, str]
    """In words, what has moved since the week was kept, by the name of the number."""
    decided: Decided
    numbers: Mapping[str, Number]
    """Every number that stands in a step."""

    @property
    def week(self) -> str:
        """The name of the week: 2026-W46."""
        return self.frozen.week.name

    @property
    def review(self) -> Review:
        """The sample of leads that is looked at."""
        return self.frozen.review

    @property
    def campaigns(self) -> Campaigns:
        """What the campaigns brought, and what is planned."""
        return self.frozen.campaigns

    @property
    def company(self) -> str:
        """The company's name."""
        return self.frozen.board.company

    @property
    def currency(self) -> str:
        """What money is counted in."""
        return self.frozen.board.currency

    @property
    def as_of(self) -> datetime:
        """The last instant of the week, in the company's time zone."""
        return self.frozen.board.as_of

    @property
    def frozen_at(self) -> datetime:
        """When the week was kept, in the company's time zone."""
        return self.frozen.known_at.astimezone(self.as_of.tzinfo)

    @property
    def ages(self) -> Sequence[Age]:
        """How recent each table was."""
        return self.frozen.board.ages

    @property
    def teams(self) -> list[Part]:
        """The teams with a quota or bookings: never the people in them."""
        return teams(self.numbers)


def walk(frozen: Frozen, ledger: Sequence[Moved], decided: Decided, is_kept: bool = True) -> Walk:
    """Return the walk through a week; ``is_kept`` says whether the week is kept for good already."""
    found = {**frozen.numbers, **{one.name: one for one in frozen.review.numbers}}
    takeaways = told(frozen, found, decided)
    steps = [Step(place, name, TITLES[name], takeaways[name]) for place, name in enumerate(TITLES, 1)]
    changes = {one.number: one.words for one in ledger}
    return Walk(frozen, title(frozen), state(frozen, ledger, is_kept), steps, changes, decided, found)


def title(frozen: Frozen) -> str:
    """Return the week as people say it, with its days: across months and years both are named."""
    first, last = frozen.week.period.first, frozen.week.period.after - timedelta(days=1)
    begins = f"{first.day}"
    if first.month != last.month:
        begins += f" {first:%B}"
    if first.year != last.year:
        begins += f" {first.year}"
    number = frozen.week.name.partition("-W")[2].lstrip("0")
    return f"Week {number} · {begins} to {last.day} {last:%B %Y}"


def state(frozen: Frozen, ledger: Sequence[Moved], is_kept: bool) -> str:
    """Return how the week stands: as it was kept and how many numbers have moved since, or not kept yet."""
    at = frozen.known_at.astimezone(frozen.board.as_of.tzinfo)
    when = f"{at:%a} {at.day} {at:%b %Y %H:%M}"
    if not is_kept:
        return f"not kept yet: as it is known on {when}"
    moved = f"{many(len(ledger), 'number')} {'has' if len(ledger) == 1 else 'have'} moved since"
    return f"as it stood on {when}; {moved if ledger else 'nothing has moved since'}"


def teams(numbers: Mapping[str, Number]) -> list[Part]:
    """Return the teams that have numbers, by name, so that none is first or last."""
    begins, ends = "sales.team.", ".done"
    names = sorted(one.removeprefix(begins).removesuffix(ends) for one in numbers if _frames(one, begins, ends))
    return [Part(f"{begins}{name}", name) for name in names]


def _frames(name: str, begins: str, ends: str) -> bool:
    return name.startswith(begins) and name.endswith(ends)


def told(frozen: Frozen, numbers: Mapping[str, Number], decided: Decided) -> dict[Name, str]:
    """Return the takeaway of every step."""
    currency = frozen.board.currency
    return {
        "goal": sentences.goal(numbers, currency),
        "marketing": sentences.marketing(numbers, MARKETING, frozen.sources),
        "sales": sentences.sales(numbers, SALES, currency),
        "owing": sentences.owing(numbers),
        "review": sentences.review(numbers, len(frozen.review.cards)),
        "campaigns": of_campaigns(frozen.campaigns),
        "actions": of_actions(decided, currency),
    }


def of_campaigns(campaigns: Campaigns) -> str:
    """Return which campaigns brought the most."""
    some = campaigns.results
    return sentences.campaigns(
        [sentences.Bringer(one.campaign.name, one.ready) for one in some],
        [sentences.Bringer(one.campaign.name, one.won) for one in some],
        [sentences.Bringer(one.campaign.name, one.visits) for one in some if one.visits is not None],
        campaigns.lacking,
    )


def of_actions(decided: Decided, currency: str) -> str:
    """Return how many actions are done, and how each side's word for the week held."""
    if decided.untold:
        return sentences.sentence_of(f"what was decided cannot be told: {decided.untold}")
    done = sum(bool(one["done"]) for one in decided.carried)
    return sentences.actions(done, len(decided.carried), list(_words(decided.sides, currency)))


def _words(sides: Sequence[Mapping[str, Any]], currency: str) -> Iterator[sentences.Word]:
    nouns = {"leads": "sales-ready leads", "customers": "new customers", "money": currency}
    for one in sides:
        past = one.get("past")
        if past is not None:
            came = one.get("came") or ""
            promised = f"{past['shown']} {nouns.get(one.get('unit', ''), '')}".strip()
            yield sentences.Word(one["name"], promised, "" if came == "—" else came, past.get("reached"))
