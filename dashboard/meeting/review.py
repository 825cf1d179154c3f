"""Lead review: how much was settled in the week, and the stories of a fair sample of it, told without blame."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import Connection

from dashboard.meeting.sample import drawn
from dashboard.number import Number, Rows, Unit, sentence
from dashboard.numbers.acceptance import NO_DECISIONS
from dashboard.words import many
from queries import leads
from queries import review as queries
from queries.moments import Range
from queries.review import Outcome, Settled, Story

MOST_IDS = 500
"""So many rows at most are named one by one behind a number."""
COUNTED_BY = {
    "accepted": queries.accepted,
    "rejected": queries.rejected,
    "won": queries.won,
    "lost": queries.lost,
}
LABELS: dict[Outcome, str] = {
    "accepted": "Leads accepted in the week",
    "rejected": "Leads rejected in the week",
    "won": "Leads' deals won in the week",
    "lost": "Leads' deals lost in the week",
}

NO_LOSSES = "the warehouse does not say which deals were lost (deals.lost_at)"


class Card(NamedTuple):
    """One lead of the sample: what was settled, and its story."""

    outcome: Outcome
    settled_at: datetime
    story: Story


class Review(NamedTuple):
    """What the step shows of a week: the counts as numbers, the cards, and what the warehouse cannot tell."""

    numbers: tuple[Number, ...]
    cards: tuple[Card, ...]
    lacking: tuple[str, ...]
    """In words, what no card can say because the warehouse does not hold it."""


def review(connection: Connection, name: str, week: Range, as_of: datetime, there: frozenset[str]) -> Review:
    """Return the review of the week called ``name``, as it was known at ``as_of``; ``there`` are the tables it has."""
    settled = queries.settled(connection, week, as_of)
    sample = drawn(settled, name)
    stories = queries.stories(connection, [one.lead_id for one in sample], as_of, there)
    known = {one.lead.lead_id: one for one in stories}
    cards = [Card(one.outcome, one.at, known[one.lead_id]) for one in sample if one.lead_id in known]
    unknown = _unknown(connection, as_of)
    lacking = [*dict.fromkeys(unknown.values()), *_lacking(connection, week, as_of, there)]
    return Review(tuple(numbers(settled, week, unknown)), tuple(cards), tuple(lacking))


def counted(connection: Connection, week: Range, as_of: datetime) -> Iterator[Number]:
    """Yield the numbers of a review alone, without any story."""
    yield from numbers(queries.settled(connection, week, as_of), week, _unknown(connection, as_of))


def named(one: Number | None) -> set[str]:
    """Return the ids of the leads that stand behind a count; none where they are too many to be named."""
    return {lead for lead in one.rows.where["lead_id"] if lead} if one and one.rows else set()


def _unknown(connection: Connection, as_of: datetime) -> Mapping[Outcome, str]:
    """Return what this warehouse does not record, and that it does not: nothing recorded is not nothing settled."""
    found: dict[Outcome, str] = {}
    if not leads.any_decided(connection, as_of):
        found |= {"accepted": NO_DECISIONS, "rejected": NO_DECISIONS}
    if not queries.any_lost(connection, as_of):
        found["lost"] = NO_LOSSES
    return found


def _lacking(connection: Connection, week: Range, as_of: datetime, there: frozenset[str]) -> Iterator[str]:
    if "touches" not in there:
        yield "the warehouse holds no touches of marketing (touches)"
    if not queries.knows_ratings(connection, week, as_of):
        yield "sales has rated no lead (leads.rating)"


def numbers(settled: Sequence[Settled], week: Range, unknown: Mapping[Outcome, str]) -> Iterator[Number]:
    """Yield how many leads were accepted and rejected in the week, and how many deals from leads won and lost.

    One of which the warehouse records nothing, by ``unknown``, is not known, for the reason that stands there.
    """
    for outcome in LABELS:
        if outcome in unknown:
            yield _named(outcome)._replace(reason=unknown[outcome])
        else:
            yield _counted(outcome, [one for one in settled if one.outcome == outcome], week)


def _named(outcome: Outcome) -> Number:
    of_leads = outcome in ("accepted", "rejected")
    unit: Unit = "leads" if of_leads else "deals"
    tables = ("leads",) if of_leads else ("leads", "deals")
    return Number(f"review.{outcome}", LABELS[outcome], unit, None, sentence(COUNTED_BY[outcome]), tables=tables)


def _counted(outcome: Outcome, found: Sequence[Settled], week: Range) -> Number:
    counted, words = Fraction(len(found)), f"{many(len(found), 'row')} counted"
    rows = _rows(outcome, found, week)
    return _named(outcome)._replace(value=counted, formula=words, numerator=counted, rows=rows)


def _rows(outcome: Outcome, found: Sequence[Settled], week: Range) -> Rows | None:
    """Return the rows behind a count, named one by one; None where there are too many."""
    ids = tuple(sorted({one.lead_id for one in found}))
    if not ids or len(ids) > MOST_IDS:
        return None
    if outcome == "lost":
        return Rows("lost", *week, {"lead_id": ids}, {})
    if outcome == "won":
        return Rows("won", *week, {"lead_id": ids}, {"unit": "customers"})
    # leads are placed in time by when they were handed over, which may lie long before the week
    return Rows("handed", week.start - timedelta(days=3650), week.end, {"lead_id": ids}, {"those": outcome})
