"""A table's age against what is allowed, and what a late one takes with it, in words."""

from datetime import timedelta
from fractions import Fraction

from dashboard.company import Ages
from dashboard.examined_ages import Line, TableAge, judged
from tests.dashboard.company import WEDNESDAY

BUDGET = Ages(last_load_minutes=60, newest_event_hours=96)
HOUR = timedelta(hours=1)
FIRST = [
    Line("followup.first_attempt.in_time", "First attempt in time", ("leads", "activities"), "no verdict"),
    Line("followup.first_attempt.overdue", "Overdue", ("leads", "activities"), None),
    Line("marketing.month.done", "Sales-ready leads", ("leads",), "behind"),
    Line("marketing.source.web.done", "web: done", ("leads",), None),
]


def table(name: str, load: timedelta | None, event: timedelta | None = HOUR, status: str | None = "ok") -> TableAge:
    at = None if load is None else WEDNESDAY - load
    return TableAge(name, None if event is None else WEDNESDAY - event, at, at, status if load is not None else None)


def test_a_late_table_names_the_numbers_that_give_no_verdict() -> None:
    (one,) = judged([table("activities", 5 * HOUR)], BUDGET, WEDNESDAY, FIRST)
    assert (one.standing, one.share, one.words) == ("late", Fraction(5), "5 h of 60 min allowed")
    assert one.says == "activities is 5 h old: first attempt in time and overdue give no verdict"
    assert one.taken == ["followup.first_attempt.in_time", "followup.first_attempt.overdue"]
    assert one.last_load == "08:30 · 5 h ago"


def test_where_verdicts_are_still_given_it_says_that_they_stand_on_old_data() -> None:
    (one,) = judged([table("leads", 2 * HOUR)], BUDGET, WEDNESDAY, FIRST)
    assert one.says == "leads is 2 h old: first attempt in time, sales-ready leads and overdue stand on old data"


def test_a_table_is_in_time_to_the_last_minute_of_its_budget() -> None:
    at_last, over = judged(
        [table("leads", HOUR), table("activities", HOUR + timedelta(seconds=1))], BUDGET, WEDNESDAY, FIRST
    )
    assert (at_last.standing, at_last.says) == ("in time", "")
    assert over.standing == "late"


def test_where_no_load_is_recorded_the_newest_event_is_judged_by_its_own_budget() -> None:
    young, old = judged(
        [table("leads", None, 95 * HOUR), table("activities", None, 97 * HOUR)], BUDGET, WEDNESDAY, FIRST
    )
    assert (young.standing, young.last_load, young.words) == ("in time", "no load recorded", "3 days of 4 days allowed")
    assert old.standing == "late"


def test_a_table_that_no_number_stands_on_is_not_judged() -> None:
    touches, reps = judged([table("touches", 50 * HOUR), table("reps", None, None)], BUDGET, WEDNESDAY, FIRST)
    assert (touches.standing, touches.words) == ("not judged", "no number of the board stands on it")
    assert (reps.standing, reps.newest_event) == ("not judged", "no event of its own")


def test_before_the_board_is_read_the_tables_it_is_known_to_stand_on_are_judged() -> None:
    leads, touches = judged([table("leads", 2 * HOUR), table("touches", 2 * HOUR)], BUDGET, WEDNESDAY, [])
    assert leads.says == "leads is 2 h old: the board, which stands on it, has not been read yet"
    assert touches.standing == "not judged"


def test_a_failed_or_running_load_is_said_with_its_time() -> None:
    good = WEDNESDAY - timedelta(minutes=30)
    failed = TableAge("leads", None, good, WEDNESDAY - timedelta(minutes=10), "failed")
    runs = failed._replace(status="running")
    one, other = judged([failed, runs], BUDGET, WEDNESDAY, FIRST)
    assert (one.standing, one.last_load) == ("failed", "13:00 · 30 min ago; the load of 13:20 failed")
    assert (other.standing, other.last_load) == ("loading", "13:00 · 30 min ago; one runs since 13:20")
