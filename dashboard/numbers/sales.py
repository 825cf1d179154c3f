"""Sales' promise: bookings this week, today, and by team and rep, against quota."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from dashboard import quota
from dashboard.number import Number, Rows, ratio, sentence
from dashboard.promised import Promise, Target, balance, core, likely_end, tallied
from dashboard.reading import Reading, booked
from dashboard.words import figure, many, named, plain
from queries import deals
from queries.moments import Range
from queries.reps import Rep

TABLES = ("deals",)
NO_EXPECTED_CLOSE = "the warehouse does not say when deals are expected to close (deals.expected_close_on)"
LABEL = {"money": "Bookings", "customers": "New customers"}


def numbers(reading: Reading) -> Iterator[Number]:
    """Yield every number of sales' promise."""
    week = promise(reading)
    yield from core(week)
    yield from balance(week)
    yield attainment(week)
    yield likely_end(week, reading.won_past_weeks)[0]
    yield previous(reading, week)
    yield from today(reading, week.unknown)
    yield from coverage(reading, week)
    yield from days(reading, week.unknown)
    for team in teams(reading):
        yield from core(of_team(reading, team))
    for rep in reading.sellers:
        if rep.rep_id in reading.quotas.reps or rep.rep_id in reading.selling:
            yield from core(of_rep(reading, rep))


def promise(reading: Reading) -> Promise:
    """Return sales' promise of the week as it stands."""
    label = f"{LABEL[reading.unit]} this week"
    target, rows = _target(reading, reading.quotas.total, "quota"), won_rows(reading, reading.to_now(reading.week))
    return _promise(reading, "sales.week", label, target, reading.won_days, rows)


def won_rows(reading: Reading, stretch: Range, *rep_ids: str) -> Rows:
    """Return the deals that could count as bookings in a stretch of time: of all reps, or of some."""
    return Rows("won", *stretch, {"rep_id": rep_ids} if rep_ids else {}, {"unit": reading.unit})


def _promise(
    reading: Reading, prefix: str, label: str, target: Target, found: Sequence[deals.Won], rows: Rows
) -> Promise:
    version = reading.week_version
    tally = tallied([(row.reason, booked(row, reading.unit), row.deals) for row in found])
    standing = reading.standing(reading.week, target.amount or Fraction(0), tally.done)
    bands = version.bands.lines if version else None
    lacking = reading.lacks("deals.won_at", *(["deals.amount"] if reading.unit == "money" else []))
    return Promise(
        prefix, label, reading.unit, target, tally, standing, bands, deals.bookings, quota.target, TABLES, rows, lacking
    )


def _target(reading: Reading, amount: Fraction | None, whose: str) -> Target:
    version = reading.week_version
    if version is None:
        return Target(None, reason=f"no agreement was in force on {reading.week.first:%d %b %Y}")
    if amount is None:
        return Target(None, agreement=version.name, reason=f"the agreement states no {whose}")
    days = many(reading.calendar.working_days(reading.week), "working day")
    return Target(amount, f"{plain(amount)} in {reading.week.name}, a week of {days}", version.name)


def attainment(week: Promise) -> Number:
    """Done as a share of the whole quota of the period, however much of it has gone by.

    Term: attainment (Sales' promise, share).
    Variant: of the whole quota; early in the week it is small by nature, so it is never judged: pace is.
    Since 0.1.0.
    """
    value = ratio(week.standing.done, week.target.amount) if week.target.amount else None
    formula = f"{plain(week.standing.done)} ÷ {plain(week.target.amount)} = {figure(value, 'share')}"
    return week.number(
        "attainment",
        "attainment",
        value,
        sentence(attainment),
        unit="share",
        formula=formula if value is not None else "",
        numerator=week.standing.done,
        denominator=week.target.amount,
        **week.worked_out("done", "target"),
        **({"reason": "the quota of this week is nothing"} if week.target.amount == 0 else {}),
    )


def previous(reading: Reading, week: Promise) -> Number:
    """Bookings of the week before, up to the same share of its working time; never the whole of it.

    Term: same point of last week (Sales' promise, money or customers).
    Variant: cut where as much working time of that week had gone by as of this one, not at the same weekday and hour.
    Source: ``deals.won_at``, ``amount``.
    Since 0.1.0.
    """
    before = reading.past(reading.week)[0]
    until = reading.calendar.same_point(reading.week, reading.as_of, before).astimezone(reading.calendar.zone)
    done = sum(reading.won_before, Fraction(0))
    formula = f"{plain(done)} in {before.name} up to {until:%a %d %b %H:%M}"
    rows = won_rows(reading, Range(reading.calendar.start(before.first), until))
    label = "same point of last week"
    return week.number("previous", label, done, sentence(previous), formula=formula, numerator=done, rows=rows)


def today(reading: Reading, lacking: str) -> Iterator[Number]:
    """Yield what was booked today, and on the same weekday last week by this time."""
    last = len(reading.days_to_now(reading.week)) - 1
    rows = [row for row in reading.won_days if row.stretch == last]
    behind, label = won_rows(reading, reading.days_to_now(reading.week)[last]), f"{LABEL[reading.unit]} today"
    yield booked_in(reading, "sales.today.done", label, rows, lacking, behind, " since midnight")
    yield same_weekday(reading, lacking)


def days(reading: Reading, lacking: str) -> Iterator[Number]:
    """Yield what was booked on each day of the week so far: the steps of the course."""
    for place, stretch in enumerate(reading.days_to_now(reading.week)):
        day = reading.week.days[place]
        found = [row for row in reading.won_days if row.stretch == place]
        name, label = f"sales.week.day.{day}", f"{LABEL[reading.unit]} on {day:%A} {day.day} {day:%B}"
        yield booked_in(reading, name, label, found, lacking, won_rows(reading, stretch))


def booked_in(
    reading: Reading, name: str, label: str, found: Sequence[deals.Won], lacking: str, rows: Rows, since: str = ""
) -> Number:
    """Return what was booked in a stretch of time that has no quota of its own."""
    tally = tallied([(row.reason, booked(row, reading.unit), row.deals) for row in found])
    return Number(
        name,
        label,
        reading.unit,
        tally.done if not lacking else None,
        sentence(deals.bookings),
        formula=f"{plain(tally.done)} counted{since}" if not lacking else "",
        reason=lacking,
        numerator=tally.done if not lacking else None,
        left_out=tally.left_out,
        tables=TABLES,
        rows=rows,
    )


def same_weekday(reading: Reading, lacking: str) -> Number:
    """Bookings of the same weekday a week ago, up to the same time of day.

    Term: same weekday last week (Sales' promise, money or customers).
    Variant: cut at the same time of day by the company's clocks, also when they were changed in between.
    Source: ``deals.won_at``, ``amount``.
    Since 0.1.0.
    """
    done = reading.won_same_day if not lacking else None
    label, name = f"{LABEL[reading.unit]} last {reading.today.first:%A} by now", "sales.today.previous"
    rows = won_rows(reading, reading.same_day_before)
    definition = sentence(same_weekday)
    formula = plain(done) if done is not None else ""
    return Number(name, label, reading.unit, done, definition, formula, done, reason=lacking, tables=TABLES, rows=rows)


def coverage(reading: Reading, week: Promise) -> Iterator[Number]:
    """Yield the pipeline that can still close this week, and how far it covers what is missing."""
    pipeline, known = reading.pipeline, reading.knows_expected_close
    value = (Fraction(pipeline.amount) if reading.unit == "money" else Fraction(pipeline.deals)) if known else None
    yield Number(
        "sales.week.pipeline",
        "Open deals expected to close this week",
        "money" if reading.unit == "money" else "deals",
        value,
        sentence(deals.pipeline),
        formula=f"{plain(value)} in {many(pipeline.deals, 'open deal')}" if known else "",
        numerator=value,
        left_out=pipeline.left_out if known else {},
        reason="" if known else NO_EXPECTED_CLOSE,
        tables=TABLES,
        rows=Rows("open", reading.today.first, reading.week.after, {}, {"unit": reading.unit}),
    )
    yield covered(week, value)


def covered(week: Promise, pipeline: Fraction | None) -> Number:
    """Open amount expected to close in the rest of the period, as a multiple of what is missing to the quota.

    Term: pipeline coverage (Sales' promise, share).
    Variant: over what is still missing, not over the whole quota, and only with deals expected to close in time.
    Source: ``deals.expected_close_on``, ``amount``, ``won_at``, ``lost_at``.
    Since 0.1.0.
    """
    missing = week.standing.target - week.standing.done
    value = ratio(pipeline, missing) if pipeline is not None and week.target.amount and missing > 0 else None
    reason = week.target.reason or (NO_EXPECTED_CLOSE if pipeline is None else "nothing is missing to the quota")
    return week.number(
        "coverage",
        "pipeline coverage of what is missing",
        value,
        sentence(covered),
        unit="share",
        formula=f"{plain(pipeline)} ÷ {plain(missing)} = {figure(value, 'share')}" if value is not None else "",
        numerator=pipeline,
        denominator=missing if week.target.amount else None,
        parts=("sales.week.pipeline", "sales.week.target", "sales.week.done"),
        **({"reason": reason} if value is None else {}),
    )


NO_TEAM = "no team"
NOBODY = ""
"""The id that no rep has: a team may have a quota before it has people."""


def teams(reading: Reading) -> list[str]:
    """Return the teams with a quota this week, or with bookings, by name; reps without a team come last, as one."""
    active = {one.team or NO_TEAM for one in reading.sellers if one.rep_id in reading.selling}
    return sorted({*_of_teams(reading), *active}, key=lambda name: (name == NO_TEAM, name))


def _of_teams(reading: Reading) -> dict[str, Fraction]:
    """Return what each team is to bring this week, the reps without one together as ``NO_TEAM``."""
    found, teamless = dict(reading.quotas.teams), reading.quotas.teamless
    if teamless is not None:
        found[NO_TEAM] = found.get(NO_TEAM, Fraction(0)) + teamless
    return found


def of_team(reading: Reading, team: str) -> Promise:
    """Return the part of the week's promise that one team carries."""
    members = {one.rep_id for one in reading.sellers if (one.team or NO_TEAM) == team}
    found = [row for row in reading.won_days if row.rep_id in members]
    rows = won_rows(reading, reading.to_now(reading.week), *(sorted(members) or [NOBODY]))
    target = _target(reading, _of_teams(reading).get(team), "quota for this team")
    name, label = f"sales.team.{named(team)}", f"{LABEL[reading.unit]} of {named(team)} this week"
    return _promise(reading, name, label, target, found, rows)


def of_rep(reading: Reading, rep: Rep) -> Promise:
    """Return the part of the week's promise that one rep carries."""
    found = [row for row in reading.won_days if row.rep_id == rep.rep_id]
    rows = won_rows(reading, reading.to_now(reading.week), rep.rep_id)
    target = _target(reading, reading.quotas.reps.get(rep.rep_id), "quota for this rep")
    name, label = f"sales.rep.{named(rep.rep_id)}", f"{LABEL[reading.unit]} of {named(rep.name)} this week"
    return _promise(reading, name, label, target, found, rows)
