"""The board from one reading: every number of every subject, the courses, the parts, and what needs a hand."""

import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from importlib import import_module
from itertools import accumulate

from sqlalchemy import Connection

from dashboard import numbers
from dashboard.agreement import Agreement
from dashboard.board import Age, Board, Cell, Course, Hand, Part, State
from dashboard.calendar import Period
from dashboard.company import Company
from dashboard.kept import Kept
from dashboard.number import Number
from dashboard.numbers import marketing, sales
from dashboard.promised import Promise, likely_end
from dashboard.reading import Reading, booked, by_stretch
from dashboard.words import age, listed, many, moment, named, rounded

SUBJECTS = [import_module(f"{numbers.__name__}.{one.name}") for one in pkgutil.iter_modules(numbers.__path__)]


def board(
    connection: Connection,
    company: Company,
    agreement: Agreement,
    as_of: datetime,
    polled_at: datetime,
    travelled: bool = False,
    before: Kept | None = None,
) -> Board:
    """Return the whole board as of ``as_of``; ``travelled`` says that somebody asked for that moment.

    ``before`` is what earlier readings kept, and takes in what this one reads.

    Raises ``ContractBroken`` when a required table is missing.
    """
    return board_of(reading_of(connection, company, agreement, as_of, before), polled_at, travelled)


def reading_of(
    connection: Connection, company: Company, agreement: Agreement, as_of: datetime, before: Kept | None = None
) -> Reading:
    """Return the reading from which a board is reckoned; raise ``ContractBroken`` when a required table is missing."""
    found = Reading(as_of.astimezone(company.calendar.zone), company, agreement, connection, before or Kept())
    found.demanded()
    return found


def board_of(reading: Reading, polled_at: datetime, travelled: bool = False) -> Board:
    """Return the whole board from one reading."""
    company, as_of = reading.company, reading.as_of
    ages = [Age(*one) for one in reading.ages]
    stale, behind = too_old(ages, company, as_of), late(ages, company, as_of)
    found = {one.name: as_old(one, stale, behind) for subject in SUBJECTS for one in subject.numbers(reading)}
    return Board(
        as_of,
        polled_at,
        company.name,
        company.currency,
        reading.week.name,
        _state(stale, travelled, as_of, behind),
        ages,
        reading.month_version.name if reading.month_version else None,
        reading.unit,
        found,
        marketing_course(reading),
        sales_course(reading),
        [Part(f"marketing.source.{named(name)}", named(name)) for name in marketing.sources(reading)],
        sellers(reading),
        cells(reading),
        [Hand("—", f"not known for now: {stale}", "")] if stale else list(hands(reading, found, behind)),
    )


def too_old(ages: Sequence[Age], company: Company, as_of: datetime) -> str:
    """Return in words why the data is too old to give a verdict on, or nothing."""
    loads = [one.last_load for one in ages if one.last_load]
    events = [one.newest_event for one in ages if one.newest_event]
    if not events:
        return "the warehouse holds no data by then"
    if loads and len(late(ages, company, as_of)) == len(loads):
        told = moment(max(loads).astimezone(as_of.tzinfo), as_of)
        return f"no data loaded since {told}, {age(as_of - max(loads))} ago"
    if not loads and as_of - max(events) > timedelta(hours=company.ages.newest_event_hours):
        told = moment(max(events).astimezone(as_of.tzinfo), as_of)
        return f"nothing has happened since {told}, {age(as_of - max(events))} ago"
    return ""


def late(ages: Sequence[Age], company: Company, as_of: datetime) -> dict[str, datetime]:
    """Return the tables that were loaded longer ago than a verdict allows, each with when; others may be in time."""
    return {
        one.table: one.last_load
        for one in ages
        if one.last_load and as_of - one.last_load > company.ages.since_load(one.table)
    }


def as_old(one: Number, stale: str, behind: Mapping[str, datetime]) -> Number:
    """Return a number with its verdict, or without where all data is too old for one, or a table that it stands on."""
    return without_verdict(one) if stale or not behind.keys().isdisjoint(one.tables) else one


def without_verdict(one: Number) -> Number:
    """Return a number as it is shown over old data: the value stays, the verdict goes."""
    return one._replace(status="no verdict") if one.status else one


def _state(stale: str, travelled: bool, as_of: datetime, behind: Mapping[str, datetime]) -> State:
    """Return the state of a board in words; what is late of a board that is not is named with them."""
    if stale:
        return State("stale", stale)
    lacks = f", but {_lacking(behind, as_of)}" if behind else ""
    if travelled:
        return State("as of", f"as of {as_of:%a} {as_of.day} {as_of:%b %Y %H:%M}{lacks}")
    return State("live", f"live, data to {as_of:%H:%M}{lacks}")


def _lacking(behind: Mapping[str, datetime], as_of: datetime) -> str:
    since = moment(min(behind.values()).astimezone(as_of.tzinfo), as_of)
    return f"no {listed(sorted(behind))} since {since}"


def marketing_course(reading: Reading) -> Course:
    """Return how marketing's month went, day by day."""
    promise = marketing.promise(reading)
    rows = ((row.stretch, row.reason, row.leads) for row in reading.ready)
    daily = [Fraction(one) for one in by_stretch(len(reading.days_to_now(reading.month)), rows, 0)]
    end = likely_end(promise, reading.ready_past)[1]
    return course(reading, reading.month, promise, daily, reading.ready_before)._replace(projection=end)


def sales_course(reading: Reading) -> Course:
    """Return how sales' week went, day by day."""
    promise = sales.promise(reading)
    rows = [(row.stretch, row.reason, booked(row, reading.unit)) for row in reading.won_days]
    daily = by_stretch(len(reading.days_to_now(reading.week)), rows, Fraction(0))
    end = likely_end(promise, reading.won_past_weeks)[1]
    return course(reading, reading.week, promise, daily, reading.won_before)._replace(projection=end)


def course(
    reading: Reading, period: Period, promise: Promise, daily: Sequence[Fraction], before: Sequence[Fraction]
) -> Course:
    """Return how a promise went day by day, from what each day so far brought and each day of the period before."""
    worked = [reading.calendar.is_working(day) for day in period.days]
    gone = [Fraction(count, sum(worked) or 1) for count in accumulate(map(int, worked))]
    to_come = [None] * (len(worked) - len(daily))
    today = (reading.today.first - period.first).days
    return Course(
        period.days,
        worked,
        [*accumulate(daily), *to_come],
        [promise.of(promise.standing.target * share) for share in gone],
        list(accumulate(before)),
        today + reading.calendar.share_of_day(reading.today.first, reading.as_of),
        None,
    )


def sellers(reading: Reading) -> list[Part]:
    """Return the teams, or the reps where the company shows names, that have a quota or bookings this week."""
    carried = reading.quotas.reps.keys() | reading.selling
    active = [one for one in reading.sellers if one.rep_id in carried]
    if reading.company.names_on_wall and active:
        return [Part(f"sales.rep.{named(one.rep_id)}", named(one.name)) for one in active]
    teams = sales.teams(reading)
    shown = [team for team in teams if team != sales.NO_TEAM or len(teams) > 1]
    return [Part(f"sales.team.{named(team)}", named(team)) for team in shown]


LEVELS = ("high", "medium", "low")


def cells(reading: Reading) -> list[Cell]:
    """Return the nine cells of fit × interest with the month's sales-ready leads, and one for those not rated in both.

    None where neither is recorded.
    """
    counted: dict[tuple[str | None, str | None], int] = {}
    for row in reading.ready:
        if not row.reason:
            counted[row.fit, row.interest] = counted.get((row.fit, row.interest), 0) + row.leads
    if not any(fit and interest for fit, interest in counted):
        return []
    nine = [
        Cell(fit, mood, counted.get((fit, mood), 0), advice(reading, fit, mood)) for fit in LEVELS for mood in LEVELS
    ]
    rest = sum(counted.values()) - sum(one.leads for one in nine)
    return [*nine, *([Cell("", "", rest, "")] if rest else [])]


def advice(reading: Reading, fit: str, interest: str) -> str:
    """Return what both sides agreed to do with leads of a cell; nothing for the cells in between."""
    agreed = reading.month_version.sales_ready.low_fit_high_interest if reading.month_version else ""
    corners = {
        ("high", "high"): "follow up now",
        ("high", "low"): "nurture",
        ("low", "low"): "leave",
        ("low", "high"): agreed,
    }
    return corners.get((fit, interest), "")


def hands(reading: Reading, found: Mapping[str, Number], behind: Mapping[str, datetime]) -> Iterator[Hand]:
    """Yield what needs a hand now, most urgent first: leads to try, decisions that wait, sources that fall short.

    What stands on a table that is too old for a verdict is not known, and that is said in its place.
    """
    known = {name: one for name, one in found.items() if behind.keys().isdisjoint(one.tables)}
    if over := _count(known, _OVERDUE):
        yield Hand(f"{over:,}", f"{'lead is' if over == 1 else 'leads are'} overdue for a first attempt", _OVERDUE)
    soon, until = due_today(reading)
    if soon and _is_known(known, _NEXT):
        yield Hand(f"{soon:,}", f"{'lead' if soon == 1 else 'leads'} must be tried before {until:%H:%M}", _NEXT)
    if waiting := _count(known, _WAITING):
        days = reading.judged_by.sales.decide_within_days if reading.judged_by else 0
        words = f"{'lead waits' if waiting == 1 else 'leads wait'} more than {many(days, 'day')} for a yes or no"
        yield Hand(f"{waiting:,}", words, _WAITING)
    if "leads" not in behind:
        yield from short_sources(reading)
    if not behind.keys().isdisjoint(found[_OVERDUE].tables):
        yield Hand("—", f"not known for now: {_lacking(behind, reading.as_of)}", _OVERDUE)


_OVERDUE, _NEXT = "followup.first_attempt.overdue", "followup.first_attempt.due_next"
_WAITING = "followup.acceptance.waiting_too_long"


def _is_known(found: Mapping[str, Number], name: str) -> bool:
    return name in found and found[name].value is not None


def _count(found: Mapping[str, Number], name: str) -> int:
    one = found.get(name)
    return int(one.value) if one is not None and one.value is not None else 0


def due_today(reading: Reading) -> tuple[int, datetime]:
    """Return how many untried leads come due before today's work ends, and when that is."""
    spans = reading.calendar.spans(reading.today.first)
    ends = (spans[-1][1] if spans else reading.as_of).astimezone(reading.calendar.zone)
    return reading.followed.due_by(ends), ends


def short_sources(reading: Reading) -> Iterator[Hand]:
    """Yield the sources that stand behind their own share of the promise, the furthest behind first."""
    month = marketing.promise(reading)
    parts = [(name, marketing.of_source(reading, month, name)) for name in marketing.sources(reading)]
    behind = [(part.standing.gap, name, part) for name, part in parts if part.status == "behind"]
    for gap, name, part in sorted(behind, key=lambda one: one[:2]):
        short = rounded(-gap)
        if short == "0":
            continue
        unit = "lead" if short == "1" else "leads"
        yield Hand(short, f"{unit} short from {named(name)}, against its share", f"{part.prefix}.owed")
