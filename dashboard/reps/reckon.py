"""The reps' days from one reading: each rep's numbers, what is due and how the week goes, and what nobody has."""

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboard.agreement import SalesPromise
from dashboard.board import Age, Course, State
from dashboard.followed import NEVER, moment
from dashboard.number import Number
from dashboard.reading import booked
from dashboard.reckon import as_old, course, late, too_old
from dashboard.reps.day import Day, Due, Source
from dashboard.reps.numbers import RepNumbers
from dashboard.reps.reading import RepReading
from dashboard.reps.stake import KINDS
from queries.handover import Detail, Received
from queries.reps import Rep

SHOWN = 40
"""So many leads that are due are shown to a rep; the rest is counted."""


class Orphans(NamedTuple):
    """Leads that are due and that nobody works on: nobody has them, or somebody who has left."""

    late: int
    first: int
    again: int


class Days(NamedTuple):
    """The day of every rep, by id, and what is due of nobody's."""

    reps: dict[str, Day]
    orphans: Orphans


def days(field: RepReading, state: State) -> Days:
    """Return the day of every rep; ``state`` is that of the board they belong to."""
    ages, company, as_of = [Age(*one) for one in field.reading.ages], field.reading.company, field.reading.as_of
    old = partial(as_old, stale=too_old(ages, company, as_of), behind=late(ages, company, as_of))
    urgent = {one.rep_id: _urgent(field, one) for one in field.reps}
    shown = [lead for places in urgent.values() for lead in field.reading.followed.lead[places[:SHOWN]].tolist()]
    field.learn([field.reading.before.names[lead] for lead in shown])
    found = {one.rep_id: _day(field, one, urgent[one.rep_id], state, old) for one in field.reps}
    return Days(found, orphans(field))


def is_active(field: RepReading, rep: Rep) -> bool:
    """Return whether somebody is a rep today; a stranger, whom no row of ``reps`` names, is none."""
    return rep.active_on(field.reading.today.first) and rep.rep_id in field.known


def _urgent(field: RepReading, rep: Rep) -> NDArray[np.int64]:
    """Return the places of what is due of a rep, the most urgent first; of one who has left, none."""
    owner = field.numbers.get(rep.rep_id)
    if owner is None or not is_active(field, rep):
        return np.empty(0, dtype=np.int64)
    return field.stakes.of(field.places[owner])


def orphans(field: RepReading) -> Orphans:
    """Return how many leads are due that no active rep has."""
    active = [field.numbers[one.rep_id] for one in field.reps if one.rep_id in field.numbers and is_active(field, one)]
    mine = np.isin(field.reading.followed.owner, active)
    kinds = field.stakes.kind[~mine]
    return Orphans(*(int(np.count_nonzero(kinds == place)) for place in range(len(KINDS))))


def _day(field: RepReading, rep: Rep, places: NDArray[np.int64], state: State, old: Callable[[Number], Number]) -> Day:
    reading, numbers = field.reading, RepNumbers(field, rep)
    found = [old(one) for one in numbers.all()]
    rows = field.received.get(rep.rep_id, [])
    promise = reading.judged_by.sales if reading.judged_by else None
    due = sorted((_due(field, place, promise) for place in places[:SHOWN].tolist() if promise), key=_urgency)
    return Day(
        reading.as_of,
        state,
        [Age(*one) for one in reading.ages],
        reading.company.name,
        reading.company.currency,
        reading.week.name,
        reading.month_version.name if reading.month_version else None,
        rep.rep_id,
        rep.name,
        rep.team,
        is_active(field, rep),
        {one.name.removeprefix(f"{numbers.prefix}."): one for one in found},
        due,
        max(len(places) - SHOWN, 0),
        _week(field, rep, numbers),
        [_source(numbers, source, rows, field.became.get((rep.rep_id, source), 0)) for source in _sources(field, rows)],
        rejections(rows),
    )


def _urgency(one: Due) -> tuple[bool, int, Fraction, str]:
    """Return the order of what is due: late first, then by the hours left, then by what is at risk."""
    hours = 0 if one.kind == "late" else int(one.wall_hours)
    return one.kind != "late", hours, -(one.worth or Fraction(0)), one.lead_id


def _due(field: RepReading, place: int, promise: SalesPromise) -> Due:
    reading, found = field.reading, field.reading.followed
    names = reading.before.names
    lead_id = names[int(found.lead[place])]
    known = field.details.get(lead_id) or Detail(lead_id, None, None, "", None, None, None)
    deadline, assigned = int(field.stakes.deadline[place]), int(found.assigned_at[place])
    now = field.now
    begun = moment(assigned).astimezone(reading.calendar.zone)
    kind = KINDS[field.stakes.kind[place]]
    worths, average = field.worth
    ends = moment(min(deadline, now + FARTHEST)).astimezone(reading.calendar.zone)
    return Due(
        lead_id,
        known.label or lead_id,
        known.url,
        " · ".join(_about(known)),
        kind,
        ends,
        (deadline - now) / HOUR if deadline != NEVER else FARTHEST / HOUR,
        float(field.working_hours_left[place]),
        min(max((now - assigned) / max(deadline - assigned, 1), 0.0), 9.0),
        int(found.attempts[place]),
        promise.attempts,
        (reading.today.first - reading.calendar.day(begun)).days + 1,
        promise.attempts_within_days,
        field.word(int(found.outcome[place])),
        None if found.last_at[place] == NEVER else moment(int(found.last_at[place])).astimezone(reading.calendar.zone),
        worths.get((known.source, known.fit, known.interest), average),
        known.email,
        known.phone,
    )


HOUR = 3_600_000_000
FARTHEST = 366 * 24 * HOUR


def _about(known: Detail) -> list[str]:
    quadrant = [f"{word} {what}" for word, what in ((known.fit, "fit"), (known.interest, "interest")) if word]
    return [one for one in (known.source, known.persona, ", ".join(quadrant)) if one]


def _week(field: RepReading, rep: Rep, numbers: RepNumbers) -> Course:
    """Return how the rep's week went, day by day."""
    reading = field.reading
    daily = [Fraction(0)] * len(field.week_days)
    for row in field.won.get(rep.rep_id, []):
        if not row.reason:
            daily[row.stretch] += booked(row, reading.unit)
    before = field.days_before.get(rep.rep_id) or [Fraction(0)] * len(field.week_days_before)
    return course(reading, reading.week, numbers.promise, daily, list(before))


def _sources(field: RepReading, rows: Sequence[Received]) -> list[str]:
    version = field.reading.month_version
    shares = version.marketing.shares if version else {}
    return [*{**dict.fromkeys(shares), **dict.fromkeys(row.source for row in rows)}]


def _source(numbers: RepNumbers, source: str, rows: Sequence[Received], won: int) -> Source:
    found: Counter[str] = Counter()
    for row in rows:
        if row.source == source:
            found[row.decision] += row.leads
    prefix = f"{numbers.prefix}.given.source.{source}"
    return Source(prefix, source, found["accepted"], found["rejected"], found["undecided"], won)


def rejections(rows: Sequence[Received]) -> dict[str, int]:
    """Return why leads were rejected, most frequent first."""
    found: Counter[str] = Counter()
    for row in rows:
        if row.decision == "rejected":
            found[row.reason or "no reason given"] += row.leads
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))
