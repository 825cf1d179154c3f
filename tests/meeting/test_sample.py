"""The sample of leads is fair: drawn by lot, alike for everybody, and about no single rep or source."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.meeting.sample import CARDS, by_outcome, drawn, rooms, taken
from queries.review import OUTCOMES, Settled

AT = datetime(2026, 11, 10, 9, tzinfo=UTC)
MANY = settings(max_examples=300, deadline=None, derandomize=True, database=None)
WEEKS = st.integers(1, 53).map(lambda number: f"2026-W{number:02}")
LEADS = st.builds(
    lambda number, outcome, minutes, source, rep: Settled(
        f"L{number:03}", outcome, AT + timedelta(minutes=minutes), source, rep
    ),
    st.integers(0, 60),
    st.sampled_from(OUTCOMES),
    st.integers(0, 9000),
    st.sampled_from(["email", "social", "events"]),
    st.sampled_from(["r1", "r2", "r3", None]),
)
SETTLED = st.lists(LEADS, max_size=50)


@MANY
@given(SETTLED, WEEKS, st.randoms(use_true_random=False))
def test_whoever_draws_draws_the_same(settled: list[Settled], week: str, dice: random.Random) -> None:
    mixed = list(settled)
    dice.shuffle(mixed)
    assert drawn(mixed, week) == drawn(settled, week)


@MANY
@given(SETTLED, WEEKS)
def test_each_lead_stands_there_once_and_as_many_as_there_is_room_for(settled: list[Settled], week: str) -> None:
    found = drawn(settled, week)
    ids = [one.lead_id for one in found]
    assert len({*ids}) == len(ids) == min(CARDS, len({one.lead_id for one in settled}))
    assert {*found} <= {*settled}


@MANY
@given(SETTLED, WEEKS)
def test_no_outcome_has_two_more_than_another_that_still_has_leads(settled: list[Settled], week: str) -> None:
    counts = Counter(one.outcome for one in drawn(settled, week))
    there = {outcome: len(found) for outcome, found in by_outcome(settled).items()}
    for one in OUTCOMES:
        if counts[one] < there[one]:
            assert all(counts[other] <= counts[one] + 1 for other in OUTCOMES)


@MANY
@given(SETTLED, SETTLED, st.integers(0, 6), WEEKS)
def test_no_rep_is_drawn_twice_more_than_one_who_was_left_out(
    group: list[Settled], chosen: list[Settled], room: int, week: str
) -> None:
    group = list({one.lead_id: one for one in group}.values())
    found = taken(group, room, week, chosen)
    counts = Counter(one.rep_id for one in (*chosen, *found))
    for rep in {one.rep_id for one in found}:
        for other in {one.rep_id for one in group if one not in found}:
            assert counts[rep] <= counts[other] + 1


def test_a_lead_on_which_two_things_were_settled_is_told_for_the_furthest() -> None:
    twice = [Settled("L1", "accepted", AT, "email", "r1"), Settled("L1", "won", AT, "email", "r1")]
    assert [one.outcome for one in drawn(twice, "2026-W46")] == ["won"]


def test_every_lead_has_about_the_same_chance() -> None:
    alike = [Settled(f"L{n}", "accepted", AT + timedelta(minutes=n), "email", "r1") for n in range(24)]
    counts = Counter(one.lead_id for week in range(2000) for one in drawn(alike, f"week {week}"))
    # 2,000 draws of 6 among 24: 500 each, and five standard deviations are 97
    assert all(403 <= counts[one.lead_id] <= 597 for one in alike)


def test_room_that_one_outcome_does_not_need_goes_to_the_others() -> None:
    assert rooms({"accepted": 100, "rejected": 0, "won": 0, "lost": 1}, 6) == {
        "accepted": 5,
        "rejected": 0,
        "won": 0,
        "lost": 1,
    }
