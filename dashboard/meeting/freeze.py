"""A week reckoned from the warehouse: as of its last instant, knowing what was learned by a moment, and its rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import Connection

from dashboard import opened, reckon
from dashboard.agreement import Agreement
from dashboard.board import Board
from dashboard.company import Company
from dashboard.handovers import Handovers, part
from dashboard.meeting import campaigns, numbers, review
from dashboard.meeting.frozen import TABLES, Entry, Facts, Frozen, Group, digest, key, pinned
from dashboard.meeting.numbers import Weekly
from dashboard.meeting.week import Week
from dashboard.number import Number, Rows
from dashboard.pace import Past
from dashboard.reading import Reading
from dashboard.terms import terms
from queries import behind
from queries.behind import Behind
from queries.candidates import COUNTED
from queries.handover import Handed
from queries.knowledge import knowing
from queries.listing import CANDIDATES
from queries.reps import Rep


class Papers(NamedTuple):
    """By what a week is judged: who the company is, what was promised, and who was in sales."""

    company: Company
    agreement: Agreement
    reps: Sequence[Rep] | None = None
    """None: as the warehouse tells them now."""


def frozen(
    connection: Connection, papers: Papers, week: Week, known_at: datetime, then: Frozen | None = None
) -> Frozen:
    """Return the week as it is kept: as of its last instant, with what the warehouse had learned before ``known_at``.

    ``then`` is the same week as it was kept before: what its rows say of themselves now is read too. Raises
    ``ContractBroken`` when something is missing that the board cannot do without.
    """
    knowing(connection, known_at)
    reading = _reading(connection, papers, week)
    weekly, told = Weekly(reading), _campaigns(reading)
    board = _board(reading, known_at, _more(weekly, told))
    gathered, reviewed = _Gathered(reading, board.numbers.values()), _review(reading, week, known_at)
    return Frozen(
        week,
        known_at.astimezone(UTC),
        papers.company,
        papers.agreement,
        reading.reps,
        board,
        numbers.week_course(weekly),
        numbers.parts(weekly),
        told,
        reviewed,
        _definitions(board.numbers.values()),
        gathered.groups,
        _with_others(connection, gathered.facts, then, reviewed),
        gathered.hours(),
        _past(reading),
    )


def values(connection: Connection, papers: Papers, week: Week, known_at: datetime) -> Mapping[str, Number]:
    """Return the numbers of a week alone, those of its review among them, without their rows."""
    knowing(connection, known_at)
    reading = _reading(connection, papers, week)
    counted = review.counted(connection, reading.to_now(reading.week), reading.as_of)
    found = _board(reading, known_at, _more(Weekly(reading), _campaigns(reading))).numbers
    return {**found, **{one.name: one for one in counted}}


def _reading(connection: Connection, papers: Papers, week: Week) -> Reading:
    found = reckon.reading_of(connection, papers.company, papers.agreement, week.as_of)
    return replace(found, sold_then=papers.reps)


def _campaigns(reading: Reading) -> campaigns.Campaigns:
    week = reading.to_now(reading.week)
    days = (reading.week.first, reading.week.after)
    lowest = reading.lowest(reading.week_version)
    return campaigns.campaigns(reading.connection, days, week, reading.as_of, lowest, reading.present)


def _more(weekly: Weekly, told: campaigns.Campaigns) -> Iterator[Number]:
    yield from numbers.numbers(weekly)
    yield from numbers.campaigns(weekly, [one.campaign for one in told.results])
    yield from told.numbers


def _past(reading: Reading) -> dict[str, dict[str, Past]]:
    """Return what the likely ends were compared with; a period without data is not among them."""
    found = {
        "marketing.month": (reading.month, reading.ready_past),
        "goal.month": (reading.month, reading.won_past_months),
        "sales.week": (reading.week, reading.won_past_weeks),
    }
    return {
        prefix: {one.name: past for one, past in zip(reading.past(period), pasts, strict=False)}
        for prefix, (period, pasts) in found.items()
    }


def _review(reading: Reading, week: Week, known_at: datetime) -> review.Review:
    found = review.review(reading.connection, week.name, reading.to_now(reading.week), reading.as_of, reading.present)
    return found._replace(numbers=tuple(_known(one, known_at.astimezone(UTC)) for one in found.numbers))


def _board(reading: Reading, known_at: datetime, more: Iterable[Number]) -> Board:
    """Return the board with the week's own numbers, each of which says by when its rows were known."""
    board = reckon.board_of(reading, known_at.astimezone(reading.calendar.zone), travelled=True)
    found = {**board.numbers, **{one.name: one for one in more}}
    return board._replace(
        numbers={name: _known(_ordered(one), known_at.astimezone(UTC)) for name, one in found.items()}
    )


def _ordered(one: Number) -> Number:
    """Return a number that says what it leaves out in one order, whatever order the warehouse answered in."""
    return one._replace(left_out=dict(sorted(one.left_out.items(), key=lambda two: (-two[1], two[0]))))


def _known(one: Number, known_at: datetime) -> Number:
    if one.rows is None or one.rows.known_at is not None:
        return one
    return one._replace(rows=one.rows._replace(known_at=known_at))


def _definitions(found: Iterable[Number]) -> dict[str, str]:
    said = {one.definition: one.variant for one in terms()}
    return {one.name: digest([one.definition, said.get(one.definition, "")]) for one in found}


def _with_others(
    connection: Connection, facts: Mapping[str, dict[str, Facts]], then: Frozen | None, reviewed: review.Review
) -> dict[str, Mapping[str, Facts]]:
    """Return the facts, and those of rows that were kept before and now stand elsewhere, or stand in a review alone."""
    if then is None:
        return dict(facts)
    alone = {lead for one in (*then.review.numbers, *reviewed.numbers) for lead in review.named(one)}
    wanted = {table: {*then.facts[table], *(alone if table == "leads" else ())} for table in facts}
    return {
        table: known | behind.facts(connection, table, sorted(wanted[table] - known.keys()))
        for table, known in facts.items()
    }


class _Gathered:
    """The rows behind all numbers of one reading, each candidate read once however many numbers it stands in."""

    def __init__(self, reading: Reading, found: Iterable[Number]) -> None:
        self._reading = reading
        self.facts: dict[str, dict[str, Facts]] = {"leads": {}, "deals": {}}
        asked: dict[str, list[Rows]] = {}
        for one in found:
            if one.rows is not None:
                asked.setdefault(key(one.rows, reading.as_of), []).append(one.rows)
        self._verdicts = opened.verdicts(reading)
        self._read: dict[str, tuple[Any, Any]] = {}
        self._stretches = _stretches([one for parts in asked.values() for one in parts], reading.as_of)
        self.groups = {name: self._group(parts) for name, parts in sorted(asked.items())}

    def _group(self, parts: Sequence[Rows]) -> Group:
        rows = parts[0]
        whole = pinned(rows, self._reading.as_of)
        as_of = rows.known_at if whole and rows.known_at else self._reading.as_of
        # what the candidates of one kind say of themselves is read once, with the first of their groups
        stretch = (rows.first, rows.after) if whole else self._stretches[rows.of]
        known = whole or self._read.get(rows.of) == stretch
        found = behind.every(
            self._reading.connection,
            CANDIDATES[rows.of](as_of.astimezone(UTC), rows.told),
            *stretch,
            ids_alone=known,
            of_its_own=whole,
        )
        if not known:
            self._read[rows.of] = stretch
        return Group(rows.of, self._entries(rows, found, known), whole)

    def _entries(self, rows: Rows, found: Iterable[Behind], known: bool) -> dict[str, Entry]:
        judged = opened.reasons(self._verdicts, rows.told) if rows.of == "given" else None
        in_money, facts = rows.told.get("unit") == "money", self.facts[TABLES.get(rows.of, "leads")]
        entries: dict[str, Entry] = {}
        for one in sorted(found, key=lambda two: two.id):
            reason = judged(one.id) if judged and one.reason == COUNTED else one.reason
            entries[one.id] = Entry(reason, Fraction(one.adds or 0) if in_money else Fraction(1))
            if not known:
                facts[one.id] = one.facts
        return entries

    def hours(self) -> dict[str, dict[str, float]]:
        """Return by measure and lead how long each waited for its first attempt, for a rep, and for a yes or no."""
        place, found = dict(sorted(self._verdicts.place.items())), self._verdicts.found
        first = {clock: found.hours(clock).tolist() for clock in ("working", "wall")}
        waits = {f"first.{clock}": {one: hours[at] for one, at in place.items()} for clock, hours in first.items()}
        return waits | self._handed()

    def _handed(self) -> dict[str, dict[str, float]]:
        group = self.groups.get("handed those=all")
        ids = [one for one, entry in group.rows.items() if entry.reason == COUNTED] if group else []
        if not ids or self._reading.judged_by is None:
            return {}
        rows = [_handed(self.facts["leads"][one]) for one in ids]
        delays = Handovers([part(rows)], self._reading.calendar, self._reading.as_of)
        asked = (("assigned", self._reading.judged_by.sales.first_attempt_clock), ("decided", "wall"))
        return {
            f"{until}.{clock}": dict(zip(ids, delays.hours(until, clock)[0].tolist(), strict=True))
            for until, clock in asked
        }


def _stretches(asked: Sequence[Rows], as_of: datetime) -> dict[str, tuple[Any, Any]]:
    """Return by kind of candidates the stretch of time in which all numbers of this moment have theirs."""
    found: dict[str, tuple[Any, Any]] = {}
    for one in asked:
        if not pinned(one, as_of):
            first, after = found.get(one.of, (one.first, one.after))
            found[one.of] = min(first, one.first), max(after, one.after)
    return found


def _handed(facts: Facts) -> Handed:
    names = ("ready_at", "assigned_at", "accepted_at", "rejected_at")
    return Handed(0, *(_plain(facts[name]) for name in names))


def _plain(instant: datetime | None) -> Any:
    return instant.astimezone(UTC).replace(tzinfo=None) if instant else None
