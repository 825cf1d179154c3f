"""The seven steps as one value: in order, each with its sentence, and everything in it is a number that opens."""

from datetime import date

from dashboard.meeting.frozen import Frozen
from dashboard.meeting.steps import TITLES, Decided, state, title
from queries.demo.facts import REPS
from tests.meeting.walks import moved, walked


def test_there_are_seven_steps_in_order_each_with_a_sentence(kept_week: Frozen) -> None:
    steps = walked(kept_week).steps
    assert [one.place for one in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert [one.name for one in steps] == [*TITLES]
    assert all(one.takeaway.endswith(".") for one in steps)
    assert steps[6].takeaway.startswith("1 of 2 actions from the weeks before is done. Sales said 18,000; 18,400 came")


def test_the_week_is_called_by_its_days_across_months_and_years(kept_week: Frozen) -> None:
    def called(first: date) -> str:
        period = kept_week.week.period._replace(first=first, after=date.fromordinal(first.toordinal() + 7))
        return title(kept_week._replace(week=kept_week.week._replace(name=period.name, period=period)))

    assert called(date(2026, 11, 9)) == "Week 46 · 9 to 15 November 2026"
    assert called(date(2026, 11, 30)) == "Week 49 · 30 November to 6 December 2026"
    assert called(date(2026, 12, 28)) == "Week 53 · 28 December 2026 to 3 January 2027"


def test_the_week_says_how_it_stands(kept_week: Frozen) -> None:
    when = "Mon 16 Nov 2026 07:00"
    assert state(kept_week, [], True) == f"as it stood on {when}; nothing has moved since"
    assert state(kept_week, moved(a="1 → 2"), True) == f"as it stood on {when}; 1 number has moved since"
    assert state(kept_week, [], False) == f"not kept yet: as it is known on {when}"


def test_teams_stand_by_name_and_people_not_at_all(kept_week: Frozen) -> None:
    teams = [one.label for one in walked(kept_week).teams]
    assert teams == sorted({one.team for one in REPS})


def test_what_has_moved_is_known_by_its_number(kept_week: Frozen) -> None:
    told = walked(kept_week, marketing__week__done="33 → 34: 1 late lead")
    assert told.changes == {"marketing.week.done": "33 → 34: 1 late lead"}


def test_a_week_without_decisions_says_so(kept_week: Frozen) -> None:
    assert walked(kept_week, Decided()).steps[6].takeaway == "No action came over from the weeks before."
