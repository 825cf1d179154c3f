"""The bugs: where each is planted, and which tests of the test command must see it."""

from typing import NamedTuple

LITTLE = "tests/twin/test_little_warehouses.py::test_board_and_twin_agree_on_any_little_warehouse"
REFRESHER = "tests/dashboard/test_refresher.py"
API = "tests/dashboard/test_api.py"
WAREHOUSE = "tests/queries/test_warehouse.py"
STEADY = "tests/dashboard/test_steady.py"
KEPT = "tests/dashboard/test_kept.py"
SCREEN = "tests/browser"
OPENINGS, HISTORIES = "tests/openings", "tests/reps/test_histories.py"


class Bug(NamedTuple):
    """One planted bug: what is wrong, in which file, what stands there, what replaces it, and who must see it."""

    name: str
    file: str
    right: str
    wrong: str
    tests: str


BUGS = (
    Bug(
        "duplicates are counted",
        "queries/leads.py",
        '(leads.c.duplicate_of.is_not(None), "duplicate"),\n        *below',
        "*below",
        LITTLE,
    ),
    Bug(
        "rows loaded later are counted",
        "queries/leads.py",
        '(learned_at(leads, "leads") >= known_by(as_of), LOADED_LATER),\n'
        '        (leads.c.duplicate_of.is_not(None), "duplicate"),\n        *below',
        '(leads.c.duplicate_of.is_not(None), "duplicate"),\n        *below',
        LITTLE,
    ),
    Bug(
        "deals loaded later are counted",
        "queries/deals.py",
        '(learned_at(deals, "deals") >= known_by(as_of), "loaded later"),\n        *by_unit',
        "*by_unit",
        LITTLE,
    ),
    Bug(
        "an event at the very moment counts",
        "queries/leads.py",
        '(leads.c.ready_at >= as_of, "not yet happened")',
        '(leads.c.ready_at < as_of, "not yet happened")',
        LITTLE,
    ),
    Bug(
        "the measured rate has leads below what was agreed",
        "queries/rates.py",
        "*(~short for short, _ in below(lowest)),",
        "",
        "tests/dashboard/test_measured.py",
    ),
    Bug(
        "what was kept under one agreement is said under another",
        "dashboard/reading.py",
        '("ripe", lowest)',
        '"ripe"',
        "tests/dashboard/test_measured.py",
    ),
    Bug(
        "a day is one of UTC",
        "dashboard/calendar.py",
        "return datetime.combine(day, time(), self.zone).astimezone(UTC)",
        "return datetime.combine(day, time(), UTC)",
        "tests/calendar",
    ),
    Bug("every week begins on Monday", "dashboard/calendar.py", "- self.week_starts) % 7", ") % 7", "tests/calendar"),
    Bug("machines' attempts count", "queries/followup.py", " < known_by(as_of), human)", " < known_by(as_of))", LITTLE),
    Bug(
        "ten minutes are one too many",
        "dashboard/followed.py",
        ">= SAME_ATTEMPT",
        "> SAME_ATTEMPT",
        "tests/dashboard/test_followed.py",
    ),
    Bug(
        "the spread is narrower",
        "dashboard/pace.py",
        "percentile(ends, Fraction(9, 10))",
        "percentile(ends, Fraction(8, 10))",
        LITTLE,
    ),
    Bug(
        "a month's quota is quartered",
        "dashboard/quota.py",
        'month(day) if quota.period == "month" else calendar.week(day))',
        'month(day) if quota.period == "month" else calendar.week(day)) if quota.period == "week" else 20',
        "tests/dashboard/test_quota.py",
    ),
    Bug(
        "amounts below zero are added",
        "queries/deals.py",
        "deals.c.amount.between(Decimal(0), MOST_MONEY)",
        "deals.c.amount <= MOST_MONEY",
        LITTLE,
    ),
    Bug(
        "who rejects first may accept later",
        "queries/leads.py",
        '(and_(accepted, first), "accepted")',
        '(accepted, "accepted")',
        LITTLE,
    ),
    Bug(
        "nothing divided by nothing is zero",
        "dashboard/number.py",
        "if denominator else None",
        "if denominator else Fraction(0)",
        LITTLE,
    ),
    Bug(
        "a customer is won again and again",
        "queries/deals.py",
        '[(_won_before(as_of), "customer already won")]',
        "[]",
        LITTLE,
    ),
    Bug(
        "the oldest agreement judges",
        "dashboard/agreement.py",
        "return max((one for",
        "return min((one for",
        "tests/dashboard/test_signed.py",
    ),
    Bug(
        "the badge is removed",
        "dashboard/look.py",
        "return board._replace(state=state, numbers=numbers)",
        "return board",
        REFRESHER,
    ),
    Bug(
        "an old number keeps its verdict",
        "dashboard/look.py",
        "return board._replace(state=state, numbers=numbers)",
        "return board._replace(state=state)",
        REFRESHER,
    ),
    Bug(
        "the age is faked",
        "dashboard/refresher.py",
        "shown.as_of, self._beat, shown",
        "shown.as_of, self._monotonic(), shown",
        REFRESHER,
    ),
    Bug(
        "a sudden loss is believed",
        "dashboard/gate.py",
        "was - now > was * MOST_LOST",
        "was - now > was * 2",
        REFRESHER,
    ),
    Bug(
        "a half-done load is read",
        "queries/ages.py",
        'row.status == "running"',
        'row.status == "never"',
        REFRESHER,
    ),
    Bug(
        "a torn snapshot forgets the last",
        "dashboard/snapshot.py",
        "            if read is not None:\n                self._seen, self._kept = identity, read",
        "            self._seen, self._kept = identity, read",
        REFRESHER,
    ),
    Bug("what is to come is forgotten", "dashboard/kept.py", "piece.stretch.end <= one for one", "True for one", KEPT),
    Bug("a table without a log is kept", "dashboard/kept.py", "set(TABLES) - logged", "()", KEPT),
    Bug(
        "a load touches its first day alone",
        "dashboard/kept.py",
        "touched[name] < stretch.end",
        "stretch.start <= touched[name] < stretch.end",
        KEPT,
    ),
    Bug("a board from before a sleep is fresh", "dashboard/steady.py", "CLOCK_BOOTTIME", "CLOCK_MONOTONIC", STEADY),
    Bug("every snapshot has one tag", "dashboard/answers.py", "f'\"{snapshot.number}\"'", "'\"1\"'", API),
    Bug("readiness ignores age", "dashboard/answers.py", " and self.age() <= self._limit\n", "\n", API),
    Bug(
        "a hung leader stays",
        "dashboard/leader.py",
        "os.kill(pid, signal.SIGKILL)",
        "os.kill(pid, 0)",
        "tests/dashboard/test_leader.py",
    ),
    Bug("the warehouse may be written", "queries/warehouse.py", "-c default_transaction_read_only=on ", "", WAREHOUSE),
    Bug(
        "two queries see two moments", "queries/warehouse.py", 'connection.exec_driver_sql("BEGIN")', "pass", WAREHOUSE
    ),
    Bug("a query may take for ever", "queries/warehouse.py", "1 if time.monotonic() > ends else 0", "0", WAREHOUSE),
    Bug(
        "a missing column is a quiet zero",
        "queries/absent.py",
        "    if broken:",
        "    if broken and False:",
        "tests/queries/test_absent.py",
    ),
    Bug(
        "a load writes what is equal",
        "queries/load/merge.py",
        "where(self.same, self.here, self.differs())",
        "where(self.same, self.here)",
        "tests/load/test_upsert.py",
    ),
    Bug(
        "a wall clock is a working clock",
        "dashboard/followed.py",
        'promise.clock == "wall"',
        "True",
        "tests/reps/test_histories.py",
    ),
    Bug("rows of every source stand behind one", "dashboard/numbers/marketing.py", "source=(source,)", "", OPENINGS),
    Bug(
        "a lead tried often enough is due again", "dashboard/followed.py", "(self.attempts < wanted)", "True", HISTORIES
    ),
    Bug("silence is never noticed", "assets/freshness.js", "2 * interval + 15000", "2 * interval + 15000000", SCREEN),
)
