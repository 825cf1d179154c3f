"""Boards made by hand, for what is drawn from them: a usual day, a bad one, and the strange ones."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.board import Age, Board, Cell, Course, Hand, Part, State
from dashboard.number import Number, Unit
from dashboard.pace import Bands, Projection, Standing, Status

NOW = datetime(2026, 11, 20, 14, 32, tzinfo=ZoneInfo("Europe/Berlin"))
BANDS = Bands(Fraction(105, 100), Fraction(97, 100), Fraction(90, 100), Fraction(1, 10))
VERSION = "v3"

SOURCES = {
    "paid search": (700, 452),
    "events": (500, 391),
    "content": (600, 470),
    "partners": (400, 259),
    "referral": (300, 162),
}
TEAMS = {"North": (14_000, 11_250), "South": (11_000, 7_150)}
CELLS = ((212, 301, 148), (260, 344, 171), (41, 92, 165))
STEPS = ("high", "medium", "low")
ADVICE = {
    ("high", "high"): "follow up now",
    ("high", "low"): "nurture",
    ("low", "low"): "leave",
    ("low", "high"): "nurture",
}


def number(name: str, value: float | Fraction | None, unit: Unit = "leads", label: str = "", **more: Any) -> Number:
    """Return a number with something to say in every place."""
    exact = None if value is None else Fraction(value).limit_denominator(10_000)
    more = {"agreement": VERSION, "tables": ("leads",), "formula": f"so that it comes to {value}", **more}
    if exact is None:
        more = {"reason": "the warehouse does not say", **more, "formula": ""}
    return Number(name, label or name, unit, exact, f"What {name} means, in one sentence.", **more)


def promise(
    prefix: str, label: str, target: float | None, done: float, gone: Fraction, unit: Unit, reason: str = ""
) -> Iterator[Number]:
    """Yield the numbers of one promise as its standing has them."""
    standing = Standing(Fraction(target or 0), Fraction(done), gone, Fraction(7))
    status: Status = standing.status(BANDS)
    why: dict[str, Any] = {} if target is not None else {"reason": reason or "nothing was promised for this period"}

    def one(name: str, value: Fraction | None, words: str, unit: Unit = unit, **more: Any) -> Number:
        kept = value if target is not None or name == "done" else None
        return number(f"{prefix}.{name}", kept, unit, f"{label}: {words}", **(why | more if kept is None else more))

    left_out = {"left_out": {"duplicate": 14, "fit below the agreed": 203}}
    yield one("target", standing.target, "promised")
    yield one("done", standing.done, "done", status=status, numerator=standing.done, **left_out)
    yield one("owed", standing.owed, "owed by now")
    yield one("gap", standing.gap, "ahead or behind", status=status)
    yield one("pace", standing.pace, "pace", "share", status=status)
    yield one("required_a_day", standing.required_a_day, "required a working day")


def likely(prefix: str, end: float | None, unit: Unit, reached: int = 7) -> Number:
    """Return where a promise is likely to end."""
    spread = {"low": 0.95 * (end or 0), "high": 1.06 * (end or 0), "reached": reached, "of": 10}
    return number(f"{prefix}.projection", end, unit, "Likely end", detail=spread if end is not None else {})


def course(first: date, days: int, target: float | None, done: float, now: float, before: float, end: float) -> Course:
    """Return a course of so many days that has come to ``done`` by now."""
    dates = [first + timedelta(days=n) for n in range(days)]
    worked = [day.weekday() < 5 for day in dates]
    share = [Fraction(sum(worked[: n + 1]), sum(worked) or 1) for n in range(days)]
    today = int(now)
    bumps = [(n * 7 % 5 - 2) * 0.012 for n in range(days)]
    so_far = [Fraction(done * min(1.0, (n + 1) / now) * (1 + bumps[n])).limit_denominator(10) for n in range(today)]
    done_by = [*so_far, Fraction(done)] + [None] * (days - today - 1)
    owed = [None if target is None else Fraction(target) * one for one in share]
    past = [Fraction(before * (n + 1) / (today + 1)).limit_denominator(10) for n in range(today + 1)] if before else []
    exact = Fraction(end)
    projection = Projection(exact, exact * Fraction(95, 100), exact * Fraction(106, 100), 7, 10) if end else None
    return Course(dates, worked, done_by, owed, past, Fraction(now).limit_denominator(100), projection)


def follow_up(in_time: float = 0.92, overdue: int = 3) -> Iterator[Number]:
    """Yield the numbers of what sales owes marketing."""
    yield number("followup.first_attempt.in_time", in_time, "share", "First attempt in time", numerator=Fraction(92))
    yield number("followup.first_attempt.overdue", overdue, "leads", "First attempt overdue")
    yield number("followup.first_attempt.due_next", 9, "leads", "First attempt due next")
    yield number("followup.first_attempt.median_hours", 1.8, "hours", "Median wait, working hours")
    yield number("followup.attempts.kept", 0.81, "share", "Attempts as promised")
    yield number("followup.attempts.short", 48, "leads", "Too few attempts")
    why = {"rejections": {"no fit": 118, "no budget": 71, "wrong person": 40, "no reason given": 12}}
    yield number("followup.acceptance.of_decided", 0.74, "share", "Accepted of decided", detail=why)
    yield number("followup.acceptance.of_handed_over", 0.61, "share", "Accepted of handed over")
    yield number("followup.acceptance.undecided", 288, "leads", "Undecided")


def unknown_follow_up() -> Iterator[Number]:
    """Yield the same numbers of a warehouse that holds neither attempts nor decisions."""
    given = "the warehouse does not say when leads were given to reps (leads.assigned_at)"
    decided = "the warehouse does not say what sales accepted or rejected (leads.accepted_at, rejected_at)"
    for one in follow_up():
        reason = decided if "acceptance" in one.name else given
        yield one._replace(value=None, reason=reason, formula="", detail={})


def extras(unit: Unit, pipeline: float | None = 12_400) -> Iterator[Number]:
    """Yield what else the board shows: today, the same point before, what can still close."""
    what = "Bookings" if unit == "money" else "New customers"
    big = 1 if unit == "money" else Fraction(1, 1000)
    yield number("marketing.today.target", 83, label="Sales-ready leads today: promised")
    yield number("marketing.today.done", 64, label="Sales-ready leads today: done")
    yield number("sales.today.done", 4_200 * big, unit, f"{what} today")
    yield number("sales.today.previous", 3_900 * big, unit, f"{what} last Friday by now")
    yield number("sales.week.previous", 19_900 * big, unit, f"{what} at the same point of last week")
    yield number("sales.week.pipeline", pipeline, unit, "Open deals expected to close this week")
    yield number(
        "sales.week.coverage", 1.88 if pipeline else None, "share", "Pipeline coverage", reason="no open deals"
    )
    yield number("quality.duplicates", 0.02, "share", "Duplicates among new leads")
    yield number("quality.incomplete", 0.11, "share", "New leads that lack a required field")


def cells(counts: Sequence[Sequence[int]] = CELLS) -> list[Cell]:
    """Return the nine cells."""
    return [
        Cell(fit, mood, counts[row][column], ADVICE.get((fit, mood), ""))
        for row, fit in enumerate(STEPS)
        for column, mood in enumerate(STEPS)
    ]


def in_cells() -> Iterator[Number]:
    """Yield the number of each cell, as the board has it."""
    for one in cells():
        yield number(f"marketing.cell.{one.fit}.{one.interest}", one.leads, "leads", f"Fit {one.fit}")


HANDS = (
    Hand("3", "leads are overdue for a first attempt", "followup.first_attempt.overdue"),
    Hand("9", "leads must be tried before 17:00", "followup.first_attempt.due_next"),
    Hand("4", "leads wait more than 3 days for a yes or no", "followup.acceptance.undecided"),
    Hand("41", "leads short from paid search, against its share", "marketing.source.paid search.owed"),
)


def board(
    month: tuple[float | None, float] = (2_500, 1_734),
    week: tuple[float | None, float] = (25_000, 18_400),
    goal: tuple[float | None, float] = (100_000, 61_240),
    sources: Mapping[str, tuple[float | None, float]] = SOURCES,
    sellers: Mapping[str, tuple[float | None, float]] = TEAMS,
    kind: str = "team",
    unit: Unit = "money",
    follow: Iterator[Number] | None = None,
    **more: Any,
) -> Board:
    """Return a board of a usual day; everything about it can be said otherwise."""
    gone, week_gone = Fraction(724, 1000), Fraction(876, 1000)
    what = "Bookings" if unit == "money" else "New customers"
    goal_label = "Revenue this month" if unit == "money" else "New customers this month"
    numbers = [
        *in_cells(),
        *promise("goal.month", goal_label, *goal, Fraction(661, 1000), unit),
        *promise("marketing.month", "Sales-ready leads this month", *month, gone, "leads"),
        *promise("sales.week", f"{what} this week", *week, week_gone, unit, "no quota was promised for this week"),
        likely("goal.month", 97_000, unit, 6),
        likely("marketing.month", month[1] / 0.71, "leads"),
        likely("sales.week", week[1] / 0.86, unit, 4),
        *extras(unit),
        *(follow or follow_up()),
    ]
    for name, (target, done) in sources.items():
        numbers += promise(f"marketing.source.{name}", f"Leads from {name}", target, done, gone, "leads", "no share")
    for name, (target, done) in sellers.items():
        numbers += promise(f"sales.{kind}.{name}", f"{what} of {name}", target, done, week_gone, unit, "no quota")
    at = more.get("as_of", NOW)
    told: dict[str, Any] = {
        "as_of": at,
        "polled_at": at,
        "company": "Acme",
        "currency": "EUR",
        "week": "2026-W47",
        "state": State("live", "live, data to 14:31"),
        "ages": [Age("leads", at.astimezone(UTC), at.astimezone(UTC)), Age("deals", None, None)],
        "agreement": VERSION,
        "unit": "money" if unit == "money" else "customers",
        "numbers": {one.name: one for one in numbers},
        "marketing": course(date(2026, 11, 1), 30, month[0], month[1], 19.55, 1_690, month[1] / 0.71),
        "sales": course(
            date(2026, 11, 16), 7, week[0], week[1], 4.6, 19_900 if unit == "money" else 20, week[1] / 0.86
        ),
        "sources": [Part(f"marketing.source.{name}", name) for name in sources],
        "sellers": [Part(f"sales.{kind}.{name}", name) for name in sellers],
        "cells": cells(),
        "hands": HANDS,
    }
    return Board(**(told | more))


def usual() -> Board:
    """Return a usual day: a little behind."""
    return board()


def good() -> Board:
    """Return a day on which all is well."""
    fine = {name: (target, 0.78 * target) for name, (target, _) in SOURCES.items()}
    teams = {name: (target, 0.93 * target) for name, (target, _) in TEAMS.items()}
    return board((2_500, 1_950), (25_000, 25_900), (100_000, 71_000), fine, teams, hands=())


def bad() -> Board:
    """Return a day on which nothing goes well."""
    poor = {name: (target, 0.4 * target) for name, (target, _) in SOURCES.items()}
    teams = {name: (target, 0.3 * target) for name, (target, _) in TEAMS.items()}
    return board(
        (2_500, 980), (25_000, 6_100), (100_000, 22_000), poor, teams, follow=follow_up(0.31, 214), hands=HANDS * 2
    )


def nothing_known() -> Board:
    """Return a board of a warehouse without attempts, decisions and amounts, whose agreement promises nothing."""
    found = {"social": (None, 141.0), "organic search": (None, 290.0), "unknown": (None, 88.0)}
    empty: dict[str, Any] = {"cells": [], "hands": (), "agreement": None, "company": "Olist"}
    one = board((None, 519), (None, 0), (None, 0), found, {}, unit="customers", follow=unknown_follow_up(), **empty)
    blank = {"sales.week.pipeline": "no open deal has an amount", "sales.week.done": "no deal has an amount"}
    kept = {name: n._replace(value=None, reason=blank[name]) if name in blank else n for name, n in one.numbers.items()}
    bare = one.sales._replace(done=[None] * 7, previous=(), projection=None)
    return one._replace(numbers=kept, sales=bare)


def bare_past() -> Board:
    """Return a moment of the past of a warehouse that says little: ten sources, no pipeline, no follow-up."""
    names = ("organic search", "paid search", "social", "unknown", "direct traffic", "email", "referral", "other")
    sources = {name: (130.0, 90.0 + 9 * n) for n, name in enumerate((*names, "display", "other publicities"))}
    one = board((1_300, 828), (25, 15), (110, 102), sources, {}, unit="customers", follow=unknown_follow_up(), cells=[])
    reason = "the warehouse does not say when deals are expected to close (deals.expected_close_on)"
    blank = ("sales.week.pipeline", "sales.week.coverage")
    kept = {name: n._replace(value=None, reason=reason) if name in blank else n for name, n in one.numbers.items()}
    return one._replace(numbers=kept, state=in_the_past().state)


def long_names() -> Board:
    """Return a board with eight sources of sixty characters, some of them hostile, and figures in the millions."""
    names = [
        "Organic search, brand and product names, Germany, Austria, CH",
        "<b>paid</b> %{x} & <script>alert('search')</script> campaigns",
        "شركة التسويق عبر وسائل التواصل الاجتماعي في الشرق الأوسط",
        "Messen, Kongresse und Fachveranstaltungen im In- und Ausland",
        "Empfehlungsprogramm für Bestandskundinnen und Bestandskunden",
        "2026-11-20",
        "ŁódźWrocławGdańskPoznańSzczecinBydgoszczLublinBiałystokKatow",
        "Partner programme of the association of independent resellers",
    ]
    sources = {name: (3_120.0 + 10 * n, 2_000.0 + 90 * n) for n, name in enumerate(names)}
    teams = {
        f"Enterprise accounts, {name} and neighbours": (1_400_000.0, 900_000.0) for name in ("DACH", "Nordics", "UKI")
    }
    company = "The Very Long Company Name of Smith, Miller, Schneider & Sons International Holding"
    return board((25_000, 17_340), (12_500_000, 10_840_000), (48_000_000, 31_240_000), sources, teams, company=company)


def twelve_reps() -> Board:
    """Return a board that shows twelve reps by name."""
    names = (
        "Ada Berg",
        "Ben Ali",
        "Cem Kaya",
        "Dora Lind",
        "Eva Wolf",
        "Finn Roth",
        "Gül Demir",
        "Hana Sato",
        "Ivo Petrović",
    )
    names += ("Jana Nováková", "Kai Brandt", "Maximiliane von Hohenstein-Sigmaringen")
    sellers = {name: (2_083.0, 900.0 + 110 * n) for n, name in enumerate(names)}
    return board(sellers=sellers, kind="rep")


def stale() -> Board:
    """Return a board whose data is too old for a verdict."""
    one = board(state=State("stale", "stale since 12:10: the warehouse does not answer at db.example.com:5432"))
    kept = {name: n._replace(status="no verdict") if n.status else n for name, n in one.numbers.items()}
    return one._replace(numbers=kept)


def in_the_past() -> Board:
    """Return a board of a moment that somebody asked for."""
    return board(state=State("as of", "as of Fri 20 Nov 2026 14:32"))


BOARDS = {
    one.__name__: one
    for one in (usual, good, bad, nothing_known, bare_past, long_names, twelve_reps, stale, in_the_past)
}
