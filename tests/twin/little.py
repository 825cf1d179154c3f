"""Little companies that Hypothesis makes up: few rows, and every oddity that a warehouse may hold."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.twin import plain
from tests.twin.days import Days
from tests.twin.papers import agreements, companies
from tests.twin.rows import Row

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
Strategy = st.SearchStrategy[Any]

NIGHTS = {
    "Europe/Berlin": ["2026-03-29T00:30", "2026-10-25T00:30", "2027-03-28T01:00"],
    "America/Sao_Paulo": ["2017-10-15T02:30", "2018-02-18T01:30", "2018-11-04T03:00"],
    "Australia/Lord_Howe": ["2026-04-04T14:45", "2026-10-03T15:15"],
    "Pacific/Apia": ["2020-04-04T13:30", "2020-09-26T14:00"],
    "Asia/Kolkata": ["2026-02-28T18:30"],
    "America/New_York": ["2026-03-08T06:30", "2026-11-01T05:30"],
}
"""Moments (UTC) in or next to the nights in which the clocks of a zone change."""
TURNS = ["2026-12-31T12:00", "2027-01-03T17:00", "2021-01-01T03:00", "2026-05-01T12:30", "2024-02-29T23:00"]
"""Moments at the turn of a year or a month, in a week 53, on a holiday and on a leap day."""


class Little(NamedTuple):
    """A little company at one moment: its two files, and its rows."""

    company: str
    agreement: str
    as_of: datetime
    tables: dict[str, list[Row]]


@st.composite
def littles(draw: Callable[[Strategy], Any]) -> Little:
    """A little company at one moment."""
    zone = draw(st.sampled_from(sorted(NIGHTS)))
    company = draw(companies(zone))
    days: Days = plain.facts(company)["days"]
    as_of = draw(moments(zone, days))
    agreement = draw(agreements(days.day(as_of)))
    whens = instants(edges(days, as_of))
    return Little(company, agreement, as_of, draw(tables(days.day(as_of), whens)))


def moments(zone: str, days: Days) -> Strategy:
    """Moments near those at which clocks, months and years turn: a day's first instant, too, and odd seconds."""
    near = st.sampled_from([datetime.fromisoformat(one).replace(tzinfo=UTC) for one in NIGHTS[zone] + TURNS])
    far = st.integers(-30 * 24 * 60, 30 * 24 * 60).map(lambda minutes: minutes * MINUTE)
    seconds = st.integers(-7200, 7200).map(lambda one: timedelta(seconds=one))
    any_moment = st.builds(lambda one, off: one + off, near, far | seconds | st.just(timedelta()))
    return any_moment | any_moment.map(lambda one: days.midnight(days.day(one)))


def edges(days: Days, as_of: datetime) -> list[datetime]:
    """The instants at which counting begins or ends, as seen from ``as_of``."""
    today = days.day(as_of)
    week, month = days.week(today), days.month(today)
    last_week, last_month = [day - 7 * DAY for day in week], days.month(month[0] - DAY)
    points = [days.same_point(week, as_of, last_week), days.same_point(month, as_of, last_month)]
    starts = [days.midnight(day) for day in (today, week[0], last_week[0], month[0], last_month[0], today - 27 * DAY)]
    clocks = [days.same_clock(as_of, -back) for back in (2, 7, 14)]
    year = [days.midnight(month[0]) - timedelta(days=365), days.midnight(last_month[0] - 60 * DAY)]
    return [as_of, *starts, *points, *clocks, *year]


def instants(at: list[datetime]) -> Strategy:
    """Instants exactly at an edge, one tick or some time from one; or of the last days before the first of them."""
    off = st.sampled_from([timedelta(), -timedelta(microseconds=1), -10 * MINUTE, 3 * 60 * MINUTE])
    some = st.integers(-40 * 24 * 3600, 3600).map(lambda seconds: timedelta(seconds=seconds))
    edge = st.builds(lambda edge, away: edge + away, st.sampled_from(at), off | some)
    now, lately = at[0], st.integers(1, 6 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
    return edge | lately.map(lambda ago: now - ago)


def often(some: Strategy) -> Strategy:
    """Mostly a value, sometimes none."""
    return st.one_of(some, some, some, st.none())


def seldom(some: Strategy) -> Strategy:
    return st.one_of(st.none(), st.none(), st.none(), some)


IDS = [f"L{n:02}" for n in range(12)]
LEVEL = st.sampled_from(["high", "medium", "low"])


@st.composite
def tables(draw: Callable[[Strategy], Any], today: date, whens: Strategy) -> dict[str, list[Row]]:
    """All rows of a warehouse."""
    leads = draw(st.lists(lead(whens), max_size=12))
    for number, row in enumerate(leads):
        row["lead_id"] = f"L{number:02}"
    return {
        "reps": [row for one in ("r1", "r2", "r3") if (row := draw(rep(one, today)))],
        "leads": leads,
        "activities": numbered("activity_id", draw(attempts(leads, whens))),
        "deals": numbered("deal_id", draw(st.lists(deal(today, whens), max_size=10))),
        "loads": numbered("load_id", draw(st.lists(load(whens), max_size=2))),
    }


def numbered(key: str, rows: list[Row]) -> list[Row]:
    return [row | {key: number if key == "load_id" else f"{key[0]}{number:02}"} for number, row in enumerate(rows)]


def rep(name: str, today: date) -> Strategy:
    days = st.integers(-40, 40).map(lambda off: today + off * DAY)
    known = st.fixed_dictionaries(
        {
            "rep_id": st.just(name),
            "name": st.just(f"Rep {name}"),
            "team": st.sampled_from(["North", "South", None]),
            "active_from": seldom(days),
            "active_to": seldom(days),
        }
    )
    return often(known)


def lead(whens: Strategy) -> Strategy:
    return st.fixed_dictionaries(
        {
            "created_at": whens,
            "source": st.sampled_from(["ads", "fairs", "unknown"]),
            "fit": often(LEVEL),
            "interest": often(LEVEL),
            "ready_at": often(whens),
            "assigned_at": often(whens),
            "accepted_at": seldom(whens),
            "rejected_at": seldom(whens),
            "rejection_reason": seldom(st.just("no budget")),
            "missing": seldom(st.just("phone")),
            "duplicate_of": seldom(st.sampled_from(IDS)),
            "loaded_at": seldom(whens),
        }
    )


GAPS = [0, 9 * 60 + 59, 10 * 60, 9 * 60, 10 * 60, 11 * 60, 3600, 2 * 3600, 4 * 3600, 30 * 3600, 14 * 86400]
"""Seconds from a lead's assignment to a first attempt, or from one to the next: around what was promised."""


@st.composite
def attempts(draw: Callable[[Strategy], Any], leads: list[Row], whens: Strategy) -> list[Row]:
    """Some attempts at each lead that was given to a rep, one after the other, and a few at any time."""
    rows = draw(st.lists(stray(whens), max_size=3))
    for one in leads:
        at = one["assigned_at"]
        for gap in draw(st.lists(st.sampled_from(GAPS), max_size=4)) if at else []:
            at += timedelta(seconds=gap)
            rows.append(attempt(one["lead_id"], at, draw(st.sampled_from([None, False, False, True])), None))
    return rows


def stray(whens: Strategy) -> Strategy:
    return st.builds(attempt, st.sampled_from(IDS), whens, st.sampled_from([None, False, True]), seldom(whens))


def attempt(lead_id: str, at: datetime, automated: bool | None, loaded_at: datetime | None) -> Row:
    return {"lead_id": lead_id, "happened_at": at, "kind": "call", "automated": automated, "loaded_at": loaded_at}


# SQLite sums doubles: exact to four places only up to 10^11 in all
AMOUNTS = ["0", "0.01", "1000", "999.9999", "-5", "9000000000", "1000000000000.01", "123456.78"]


@st.composite
def deal(draw: Callable[[Strategy], Any], today: date, whens: Strategy) -> Row:
    """A deal, won at or after it was opened."""
    row = draw(
        st.fixed_dictionaries(
            {
                "created_at": whens,
                "rep_id": st.sampled_from(["r1", "r2", "r3", "gone"]),
                "lead_id": often(st.sampled_from(IDS)),
                "customer_id": often(st.sampled_from(["c1", "c2", "c3"])),
                "amount": often(st.sampled_from(AMOUNTS).map(Decimal)),
                "expected_close_on": often(st.integers(-9, 9).map(lambda off: today + off * DAY)),
                "won_at": often(whens),
                "lost_at": seldom(whens),
                "loaded_at": seldom(whens),
            }
        )
    )
    if row["won_at"]:
        row["created_at"] = min(row["won_at"], row["created_at"])
    return row


def load(whens: Strategy) -> Strategy:
    return st.fixed_dictionaries(
        {
            "table_name": st.sampled_from(["leads", "activities", "deals", "touches"]),
            "loaded_at": whens,
            "status": st.sampled_from(["ok", "ok", "failed", "running"]),
        }
    )
