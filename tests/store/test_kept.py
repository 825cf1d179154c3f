"""What the meeting keeps: written once, found again, changed only by who saw what is there."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from dashboard.store import tables
from dashboard.store.actions import Action
from dashboard.store.door import Store
from dashboard.store.faults import Outdated, Unknown
from dashboard.store.notes import Note
from queries.faults import Refused
from tests.store.meeting import AFTER, BEFORE, HOUR, MONDAY, WEEK, action, word


def test_a_frozen_week_is_found_again_to_the_byte(store: Store) -> None:
    body = bytes(range(256)) * 5000
    assert store.packs.keep(WEEK, MONDAY, MONDAY + HOUR, body, "abc")
    assert store.packs.of(WEEK) == (WEEK, MONDAY, MONDAY + HOUR, body, "abc")
    assert store.packs.of(BEFORE) is None


def test_a_frozen_week_is_never_written_over(store: Store) -> None:
    store.packs.keep(WEEK, MONDAY, MONDAY, b"first", "1")
    assert not store.packs.keep(WEEK, MONDAY + HOUR, MONDAY + HOUR, b"second", "2")
    kept = store.packs.of(WEEK)
    assert kept is not None
    assert (kept.body, kept.frozen_at) == (b"first", MONDAY)


def test_the_frozen_weeks_are_in_order_across_the_new_year(little: Store) -> None:
    for week in ("2027-W01", "2026-W53", "2026-W09", "2026-W52"):
        little.packs.keep(week, MONDAY, MONDAY, b"x", "d")
    assert little.packs.weeks() == ["2026-W09", "2026-W52", "2026-W53", "2027-W01"]


def test_an_action_is_found_again_as_it_was_written(store: Store) -> None:
    one = action(store, " call ‘em — 電話 \n", value="25/2", number="sales.week.done")
    assert one.text == "call ‘em — 電話"
    assert (one.value, one.number, one.due_on) == ("25/2", "sales.week.done", date(2026, 11, 20))
    assert (one.written_at, one.done_at, one.removed_at, one.version) == (MONDAY, None, None, 1)
    assert store.actions.of(WEEK) == [one]
    assert store.actions.of(BEFORE) == []


def test_adding_twice_adds_once_whatever_became_of_it_meanwhile(store: Store) -> None:
    one = action(store)
    changed = store.actions.changed(one.action_id, was=1, owner="Bo")
    again = action(store, action_id=one.action_id, written_at=MONDAY + HOUR)
    assert again == changed
    assert store.actions.all() == [changed]


def test_an_id_of_another_weeks_action_is_refused(little: Store) -> None:
    one = action(little)
    with pytest.raises(Outdated, match="another action already") as refused:
        action(little, action_id=one.action_id, week=AFTER)
    assert refused.value.there == one


def test_an_instant_of_any_zone_is_one_instant(store: Store) -> None:
    there = MONDAY.astimezone(timezone(timedelta(hours=9)))
    assert action(store, written_at=there).written_at == MONDAY
    assert store.actions.all()[0].written_at.tzinfo == UTC


def test_what_nobody_has_done_comes_back_next_week(store: Store) -> None:
    late, done, gone = (
        action(store, text, week=BEFORE, written_at=MONDAY + hours * HOUR)
        for hours, text in enumerate(("late", "done", "gone"))
    )
    store.actions.done(done.action_id, MONDAY, "it worked")
    store.actions.removed(gone.action_id, MONDAY)
    this = action(store, "of this week", written_at=MONDAY + 9 * HOUR)
    assert store.actions.open_before(WEEK) == [late]
    assert store.actions.open_before(AFTER) == [late, this]
    assert [one.text for one in store.actions.of(BEFORE)] == ["late", "done"]


def test_a_meeting_of_the_past_sees_what_was_open_then(little: Store) -> None:
    one = action(little, week=BEFORE)
    little.actions.done(one.action_id, MONDAY + 2 * HOUR)
    assert little.actions.open_before(WEEK) == []
    assert [open_.action_id for open_ in little.actions.open_before(WEEK, MONDAY + HOUR)] == [one.action_id]
    assert little.actions.open_before(WEEK, MONDAY + 2 * HOUR) == []
    assert little.actions.open_before(WEEK, MONDAY - HOUR) == []


def test_what_was_done_between_two_meetings_is_listed(store: Store) -> None:
    for hours in (0, 1, 2):
        store.actions.done(action(store, f"{hours}").action_id, MONDAY + hours * HOUR)
    assert {one.text for one in store.actions.done_between(MONDAY, MONDAY + 2 * HOUR)} == {"0", "1"}


def test_an_action_is_done_once_and_can_be_opened_again(store: Store) -> None:
    one = action(store)
    done = store.actions.done(one.action_id, MONDAY + HOUR, "three answered")
    assert (done.done_at, done.outcome, done.version) == (MONDAY + HOUR, "three answered", 2)
    assert store.actions.done(one.action_id, MONDAY + 2 * HOUR, "three answered") == done
    assert store.actions.done(one.action_id, MONDAY + 2 * HOUR, "four")[9:11] == (MONDAY + HOUR, "four")
    again = store.actions.reopened(one.action_id)
    assert (again.done_at, again.outcome, again.version) == (None, "four", 4)


def test_a_change_on_an_old_version_is_refused_with_what_is_there_now(store: Store) -> None:
    one = action(store)
    now = store.actions.changed(one.action_id, was=1, text="call them today", owner="Bo")
    for late in (
        lambda: store.actions.changed(one.action_id, was=1, text="write to them"),
        lambda: store.actions.done(one.action_id, MONDAY, "all", was=1),
        lambda: store.actions.removed(one.action_id, MONDAY, was=1),
    ):
        with pytest.raises(Outdated, match="“call them today”, Bo, by 2026-11-20") as refused:
            late()
        assert refused.value.there == now
    assert store.actions.all() == [now]


def test_a_change_that_was_made_and_is_asked_for_again_changes_nothing(store: Store) -> None:
    one = action(store)
    changed = store.actions.changed(one.action_id, was=1, text="call them today")
    assert store.actions.changed(one.action_id, was=1, text="call them today") == changed
    assert changed.version == 2


def test_a_removed_action_is_kept_and_can_be_put_back(store: Store) -> None:
    one = action(store)
    gone = store.actions.removed(one.action_id, MONDAY + HOUR)
    assert store.actions.removed(one.action_id, MONDAY + 2 * HOUR) == gone
    assert store.actions.of(WEEK) == []
    assert store.actions.all() == [gone]
    with pytest.raises(Outdated, match="was removed meanwhile"):
        store.actions.changed(one.action_id, was=2, text="anything")
    assert store.actions.put_back(one.action_id).removed_at is None
    assert len(store.actions.of(WEEK)) == 1


def test_an_action_that_is_not_there_is_refused(little: Store) -> None:
    with pytest.raises(Unknown, match="there is no action 'no-such-one'"):
        little.actions.done("no-such-one", MONDAY)
    with pytest.raises(Unknown):
        little.actions.one("no-such-one")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"week": "2026-W54"}, "week: '2026-W54' is no week"),
        ({"week": "2026-W7"}, "write it like 2026-W46"),
        ({"side": "finance"}, "neither marketing nor sales"),
        ({"text": " \n"}, "text: is empty"),
        ({"text": "x" * 4001}, "4,001 characters"),
        ({"text": "a\0b"}, "holds a character that is none"),
        ({"owner": "\ud800"}, "owner: holds a character that is none"),
        ({"owner": None}, "owner: 'None' is no text"),
        ({"value": "1/0"}, "is no exact number"),
        ({"value": "NaN"}, "is no exact number"),
        ({"value": "4" * 100}, "is no exact number"),
        ({"action_id": "x'; drop"}, "is no id"),
        ({"due_on": "2026-11-20"}, "is no day"),
        ({"written_at": datetime(2026, 11, 16)}, "has no time zone"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name_and_nothing_is(
    little: Store, wrong: dict[str, object], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        action(little, **wrong)
    assert little.actions.all() == []


def test_when_an_action_was_written_cannot_be_changed(little: Store) -> None:
    one = action(little)
    with pytest.raises(Refused, match="written_at: cannot be changed"):
        little.actions.changed(one.action_id, was=1, written_at=MONDAY)


def test_a_note_is_written_and_written_again(store: Store) -> None:
    assert store.notes.of(WEEK) == {}
    assert store.notes.write(WEEK, "facts", "six were late") == Note("six were late", 1)
    assert store.notes.write(WEEK, "facts", "seven were late", was=1) == Note("seven were late", 2)
    store.notes.write(WEEK, "acts", "x")
    store.notes.write(AFTER, "facts", "y")
    assert store.notes.of(WEEK) == {"acts": Note("x", 1), "facts": Note("seven were late", 2)}


def test_a_note_on_an_old_version_is_refused_with_what_is_there(store: Store) -> None:
    store.notes.write(WEEK, "facts", "six were late")
    with pytest.raises(Outdated, match="now it says: “six were late”") as refused:
        store.notes.write(WEEK, "facts", "seven were late")
    assert refused.value.there == Note("six were late", 1)


def test_a_note_that_says_the_same_again_is_no_change(little: Store) -> None:
    little.notes.write(WEEK, "facts", "six")
    assert little.notes.write(WEEK, "facts", " six ") == Note("six", 1)


def test_a_struck_note_keeps_its_version(little: Store) -> None:
    little.notes.write(WEEK, "facts", "six")
    assert little.notes.write(WEEK, "facts", "", was=1) == Note("", 2)
    with pytest.raises(Outdated):
        little.notes.write(WEEK, "facts", "six", was=1)


def test_a_word_is_found_again_as_it_was_said(store: Store) -> None:
    said = word(store)
    assert store.promises.of(AFTER) == [said]
    assert store.promises.all() == [said]
    assert store.promises.of(WEEK) == []


def test_a_correction_keeps_what_was_said_first(store: Store) -> None:
    first = word(store)
    second = word(store, "35", word_id=first.word_id, said_at=MONDAY + HOUR, was=1)
    assert store.promises.of(AFTER) == [second]
    assert store.promises.said(AFTER) == [first, second]


def test_saying_the_same_twice_says_it_once(store: Store) -> None:
    first = word(store)
    assert word(store, word_id=first.word_id, said_at=MONDAY + HOUR) == first
    assert store.promises.said(AFTER) == [first]


def test_a_side_gives_one_word_on_one_number(store: Store) -> None:
    first = word(store)
    with pytest.raises(Outdated, match="already: “we bring 40”, Bo") as refused:
        word(store, "50")
    assert refused.value.there == first
    others = [word(store, side="sales"), word(store, number="sales.week.done"), word(store, week="2026-W48")]
    free = [word(store, number=None, value=None, text=text) for text in ("a", "b")]
    assert len({one.word_id for one in [first, *others, *free]}) == 6


def test_a_correction_of_an_old_word_is_refused(store: Store) -> None:
    first = word(store)
    word(store, "35", word_id=first.word_id, was=1)
    with pytest.raises(Outdated, match="now it says: “we bring 35”"):
        word(store, "45", word_id=first.word_id, was=1)
    with pytest.raises(Unknown):
        word(store, was=3)


def test_a_word_that_is_taken_back_is_kept_and_makes_room_for_another(store: Store) -> None:
    first = word(store)
    back = store.promises.take_back(first.word_id, MONDAY + HOUR, "Bo", was=1)
    assert store.promises.take_back(first.word_id, MONDAY + HOUR, "Bo", was=1) == back
    second = word(store, "50")
    assert store.promises.of(AFTER) == [second]
    assert len(store.promises.said(AFTER)) == 3
    with pytest.raises(Unknown):
        store.promises.take_back("no-such-word", MONDAY, "Bo", was=1)


def test_an_action_names_all_its_columns() -> None:
    assert Action._fields == tuple(tables.actions.c.keys())
