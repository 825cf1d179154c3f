"""A fair sample of the leads on which something was settled in a week: the same for everybody who draws it.

Accepted, rejected, won and lost get the same room, so that neither side's failures nor its successes fill the page; in
each, sources and reps take turns, so that the sample is about no single one of them. Pure.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256

from queries.review import OUTCOMES, Outcome, Settled

CARDS = 6
"""So many stories are told: six stand on one screen."""
FURTHEST: Mapping[Outcome, int] = {"won": 0, "lost": 1, "rejected": 2, "accepted": 3}
"""Which of several things that were settled on one lead its story is told for."""


def drawn(settled: Sequence[Settled], week: str, cards: int = CARDS) -> list[Settled]:
    """Return the leads whose stories are told: ``cards`` of them at most, by outcome, in an order drawn by lot.

    The lot is the lead's id and the name of the week, so it falls alike for everybody, whatever order the rows come
    in, and nobody can wish for a lead.
    """
    groups = by_outcome(settled)
    room = rooms({outcome: len(found) for outcome, found in groups.items()}, cards)
    chosen: list[Settled] = []
    for outcome in sorted(OUTCOMES, key=lambda one: (len(groups[one]), OUTCOMES.index(one))):
        chosen += taken(groups[outcome], room[outcome], week, chosen)
    return sorted(chosen, key=lambda one: (OUTCOMES.index(one.outcome), lot(one, week)))


def by_outcome(settled: Sequence[Settled]) -> dict[Outcome, list[Settled]]:
    """Return the leads by what was settled, each once: for the furthest it came to."""
    once: dict[str, Settled] = {}
    for one in settled:
        before = once.get(one.lead_id)
        if before is None or _place(one) < _place(before):
            once[one.lead_id] = one
    return {outcome: [one for one in once.values() if one.outcome == outcome] for outcome in OUTCOMES}


def _place(one: Settled) -> tuple[object, ...]:
    return (FURTHEST[one.outcome], one.at, one.source, one.rep_id or "")


def rooms(there: Mapping[Outcome, int], cards: int) -> dict[Outcome, int]:
    """Return how many stories of each outcome are told: as evenly as there are leads, room that is left going round.

    >>> rooms({"accepted": 40, "rejected": 9, "won": 1, "lost": 0}, 6)
    {'accepted': 3, 'rejected': 2, 'won': 1, 'lost': 0}
    """
    room: dict[Outcome, int] = dict.fromkeys(OUTCOMES, 0)
    for _ in range(cards):
        open_ones = [one for one in OUTCOMES if room[one] < there[one]]
        if not open_ones:
            break
        room[min(open_ones, key=lambda one: room[one])] += 1
    return room


def taken(group: Sequence[Settled], room: int, week: str, chosen: Sequence[Settled]) -> list[Settled]:
    """Return so many of one outcome's leads, each time of the rep and the source that were drawn least so far."""
    reps, sources = Counter(one.rep_id for one in chosen), Counter(one.source for one in chosen)
    left, found = sorted(group, key=lambda one: lot(one, week)), list[Settled]()
    while left and len(found) < room:
        place = min(range(len(left)), key=lambda n: (reps[left[n].rep_id], sources[left[n].source], n))
        one = left.pop(place)
        found.append(one)
        reps[one.rep_id] += 1
        sources[one.source] += 1
    return found


def lot(one: Settled, week: str) -> str:
    """Return a lead's lot in a week."""
    return sha256(f"{week}\n{one.lead_id}".encode("utf-8", "surrogatepass")).hexdigest()
