"""Leads: sales-ready ones by stretch of time and source, their quadrants, and how clean the new ones are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from queries import knowledge, moments
from queries.candidates import COUNTED, Candidates, counted
from queries.knowledge import known_by
from queries.moments import Range, bounds, learned_at, ranges
from queries.tables import leads

LOADED_LATER = knowledge.LOADED_LATER
LEVELS = ("low", "medium", "high")


class Lowest(NamedTuple):
    """The lowest fit and interest that both sides call sales-ready; None where they agreed on none."""

    fit: str | None = None
    interest: str | None = None


class Ready(NamedTuple):
    """How many leads of one stretch, source and cell became sales-ready, counted or left out for one reason."""

    stretch: int
    source: str
    fit: str | None
    interest: str | None
    reason: str
    """Empty when counted, else why they were left out."""
    leads: int


def ready(connection: Connection, stretches: Sequence[Range], as_of: datetime, lowest: Lowest) -> list[Ready]:
    """Leads that became sales-ready in the period, each once, duplicates left out.

    Where the agreement names a lowest fit or interest, leads below it, or without it, are left out too.
    Rows by stretch, source, cell and reason.

    Term: sales-ready leads (Marketing's promise, leads).
    Variant: by when a lead became sales-ready, not by when it was created; one that was sent back and became ready
    again counts at the instant that the CRM keeps.
    Source: ``leads.ready_at``.
    Since 0.1.0.
    """
    by = (leads.c.source, leads.c.fit, leads.c.interest)
    return [Ready(*row[:-1]) for row in counted(connection, ready_leads(as_of, lowest), stretches, *by)]


def ready_leads(as_of: datetime, lowest: Lowest) -> Candidates:
    """Return the leads that could count as sales-ready: all that are called so, by when they became it."""
    reason = case(
        (leads.c.ready_at >= as_of, "not yet happened"),
        (learned_at(leads, "leads") >= known_by(as_of), LOADED_LATER),
        (leads.c.duplicate_of.is_not(None), "duplicate"),
        *below(lowest),
        else_=COUNTED,
    )
    return Candidates(leads, leads.c.ready_at, reason)


def below(lowest: Lowest) -> list[tuple[ColumnElement[bool], str]]:
    """Return the cases in which a lead falls short of ``lowest``, each with its reason; never unknown."""
    return [*_below(leads.c.fit, lowest.fit, "fit"), *_below(leads.c.interest, lowest.interest, "interest")]


def _below(level: ColumnElement[str | None], lowest: str | None, what: str) -> list[tuple[ColumnElement[bool], str]]:
    """Return the cases in which ``level`` falls short of ``lowest``; none where nothing was agreed."""
    if lowest is None:
        return []
    good = LEVELS[LEVELS.index(lowest) :]
    return [(level.is_(None), f"{what} not recorded"), (level.not_in(good), f"below the agreed {what}")]


class New(NamedTuple):
    """How clean the leads created in one stretch are: all of them, the duplicates, and the incomplete ones."""

    stretch: int
    leads: int
    duplicates: int
    incomplete: int
    later: int
    """Rows the warehouse learned of only afterwards, which are no part of the others."""


def new(connection: Connection, stretches: Sequence[Range], as_of: datetime) -> list[New]:
    """Leads created in the period, with how many repeat another lead and how many lack a required field.

    Source: ``leads.created_at``, ``duplicate_of``, ``missing``.
    """
    stretch = ranges(stretches)
    repeated, lacking = new_leads(as_of, "duplicates"), new_leads(as_of, "incomplete")
    query = (
        select(
            stretch.c.number,
            func.count(),
            func.sum(case((repeated.reason == COUNTED, 1), else_=0)),
            func.sum(case((lacking.reason == COUNTED, 1), else_=0)),
            func.sum(case((repeated.reason == LOADED_LATER, 1), else_=0)),
        )
        .select_from(stretch.join(leads, repeated.between(stretch.c.starts_at, stretch.c.ends_at)))
        .group_by(stretch.c.number)
    )
    rows = (map(int, row) for row in connection.execute(query, bounds(stretches)))
    told = knowledge.known_at(connection) is None
    return [New(day, found - later, repeats, lacks, later * told) for day, found, repeats, lacks, later in rows]


FAULTY = {
    "duplicates": (leads.c.duplicate_of.is_not(None), "no duplicate"),
    "incomplete": (leads.c.missing.is_not(None), "nothing missing"),
}


def new_leads(as_of: datetime, those: Literal["duplicates", "incomplete"]) -> Candidates:
    """Return the leads created, of which the duplicates count, or those that lack a required field."""
    faulty, clean = FAULTY[those]
    reason = case((learned_at(leads, "leads") >= known_by(as_of), LOADED_LATER), (faulty, COUNTED), else_=clean)
    return Candidates(leads, leads.c.created_at, reason)


def known(connection: Connection, column: Literal["missing", "duplicate_of"], since: datetime, as_of: datetime) -> bool:
    """Return whether this warehouse records ``column`` at all: any lead created between the two instants carries it."""
    query = select(leads.c.lead_id).where(
        leads.c.created_at >= since,
        leads.c.created_at < as_of,
        learned_at(leads, "leads") < known_by(as_of),
        leads.c[column].is_not(None),
    )
    return connection.execute(query.limit(1)).first() is not None


def oldest_ready(connection: Connection, as_of: datetime) -> datetime | None:
    """Return the first instant at which any lead was sales-ready, as known at ``as_of``; None when none ever was."""
    query = select(leads.c.ready_at).where(leads.c.ready_at < as_of, learned_at(leads, "leads") < known_by(as_of))
    return connection.execute(query.order_by(leads.c.ready_at).limit(1)).scalar()


class Handed(NamedTuple):
    """What sales decided about leads handed over in one stretch: how many, by decision and reason."""

    stretch: int
    decision: str
    """accepted, rejected or undecided; or duplicate, which nobody has to decide on, or loaded later."""
    reason: str | None
    """Why sales rejected them, in its own words; None otherwise, or when none was given."""
    leads: int


def handed_over(connection: Connection, stretches: Sequence[Range], as_of: datetime) -> list[Handed]:
    """Leads handed over in the period by what sales had decided, the earlier decision standing; duplicates apart.

    Source: ``leads.ready_at``, ``accepted_at``, ``rejected_at``, ``rejection_reason``.
    """
    stretch, decision = ranges(stretches), _decision(as_of).label("decision")
    why = case((decision == "rejected", leads.c.rejection_reason)).label("reason")
    grouped = (stretch.c.number, decision, why)
    within = handed_leads(as_of, "accepted").between(stretch.c.starts_at, stretch.c.ends_at)
    query = select(*grouped, func.count()).select_from(stretch.join(leads, within)).group_by(*grouped)
    found = (Handed(*row) for row in connection.execute(query, bounds(stretches)))
    return knowledge.seen(connection, found, lambda one: one.decision)


def handed_leads(as_of: datetime, those: Literal["accepted", "rejected", "undecided", "all"]) -> Candidates:
    """Return the leads handed over, of which those count on which sales decided so; the others say what it decided."""
    decision = _decision(as_of)
    wanted = decision.in_(("accepted", "rejected", "undecided")) if those == "all" else decision == those
    return Candidates(leads, leads.c.ready_at, case((wanted, COUNTED), else_=decision))


def _decision(as_of: datetime) -> ColumnElement[str]:
    accepted, rejected = leads.c.accepted_at < as_of, leads.c.rejected_at < as_of
    first = or_(leads.c.rejected_at.is_(None), leads.c.rejected_at >= as_of, leads.c.accepted_at <= leads.c.rejected_at)
    return case(
        (learned_at(leads, "leads") >= known_by(as_of), LOADED_LATER),
        (leads.c.duplicate_of.is_not(None), "duplicate"),
        (and_(accepted, first), "accepted"),
        (rejected, "rejected"),
        else_="undecided",
    )


def to_come(connection: Connection, as_of: datetime) -> datetime | None:
    """Return the earliest instant of any lead that the clock alone will change: it, or a decision, is of later.

    None where there is no such lead.
    """
    decided = (leads.c.accepted_at >= as_of, leads.c.rejected_at >= as_of)
    found = (moments.to_come(connection, leads, as_of), moments.earliest(connection, leads, decided))
    return min((one for one in found if one is not None), default=None)


def any_decided(connection: Connection, as_of: datetime) -> bool:
    """Return whether this warehouse records decisions at all: any lead accepted or rejected by ``as_of``."""
    return any(
        connection.execute(
            select(leads.c.lead_id).where(decided < as_of, learned_at(leads, "leads") < known_by(as_of)).limit(1)
        ).first()
        for decided in (leads.c.accepted_at, leads.c.rejected_at)
    )
