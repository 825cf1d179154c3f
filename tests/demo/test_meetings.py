"""The demo's meetings look back on kept weeks, on actions with owners, and on words that held or did not."""

from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from dashboard import signed
from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.demo_meeting import MEETS_AFTER, WEEKS, remember
from dashboard.meeting import form
from dashboard.meeting.decided import SPOKEN_FOR
from dashboard.meeting.week import newest
from dashboard.settings import Settings
from dashboard.store import door
from dashboard.store.actions import Action
from dashboard.store.door import Store
from dashboard.store.promises import Word
from queries import warehouse
from queries.demo import facts
from queries.demo.make import make, write_papers
from queries.demo.meetings import KEPT
from queries.demo.memory import recalled
from queries.demo.plan import Plan
from queries.demo.rows import campaign_id
from tests.demo.companies import MOMENTS

PLAN = Plan(1, MOMENTS["a Wednesday at noon"], 2500)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A demo's company, and the store in which its meetings are remembered."""
    folder = tmp_path_factory.mktemp("demo")
    url = URL.create("sqlite", database=str(folder / "demo.db"))
    engine = warehouse.writer(url)
    write_papers(folder, make(engine, PLAN, lambda *_: None))
    engine.dispose()
    company, agreement = folder / "smarketing.toml", folder / "agreement.toml"
    found = Settings(url, signed.read(Company, company), signed.read(Agreement, agreement), 10, 10)
    found = found._replace(store_named=URL.create("sqlite", database=str(folder / "demo-store.db")))
    assert remember(found, PLAN.as_of, WEEKS) == WEEKS
    return found


@pytest.fixture
def store(told: Settings) -> Store:
    return door.opened(told.store)


def written(store: Store) -> tuple[list[Action], list[Word]]:
    return store.actions.all(), store.promises.all()


def test_each_week_is_kept_at_its_hour_and_has_two_or_three_actions_from_its_own_numbers(store: Store) -> None:
    weeks = store.packs.weeks()
    assert weeks == ["2026-W43", "2026-W44", "2026-W45", "2026-W46"]
    people = {one.name for one in facts.REPS if one.name != facts.REPS[facts.LEFT].name}
    for name in weeks:
        pack = store.packs.of(name)
        assert pack is not None
        kept = form.opened(pack.body)
        assert pack.frozen_at == kept.week.frozen_at == kept.known_at
        actions = store.actions.of(name)
        assert 2 <= len(actions) <= 3
        for one in actions:
            assert one.number is not None
            value = kept.numbers[one.number].value
            assert one.value == (None if value is None else str(value))
            assert (one.owner in people) == (one.side == "sales")
            assert kept.week.frozen_at < one.written_at <= PLAN.as_of
            assert one.due_on > one.written_at.date()


def test_what_was_done_has_an_outcome_and_one_action_is_carried_over_and_not_late(store: Store) -> None:
    done = [one for one in store.actions.all() if one.done_at]
    assert len(done) >= 4
    assert all(one.outcome and one.done_at and one.written_at < one.done_at <= PLAN.as_of for one in done)
    (carried,) = store.actions.open_before("2026-W46")
    assert carried.due_on > PLAN.today


def test_some_words_held_and_some_did_not_and_the_week_that_runs_has_one_of_each_side(store: Store) -> None:
    weeks = dict(zip(store.packs.weeks(), KEPT, strict=True))
    for word in store.promises.all():
        assert word.value is not None
        pack = store.packs.of(word.week)
        if pack is None:
            assert word.week == "2026-W47"
            continue
        week = form.opened(pack.body)
        came = week.numbers[SPOKEN_FOR[word.side]].value
        assert came is not None
        assert word.said_at < week.week.starts_at + timedelta(days=1)
        if came:
            assert (came >= Fraction(word.value)) == dict(zip(SPOKEN_FOR, weeks[word.week], strict=True))[word.side]
            assert abs(came - Fraction(word.value)) <= max(came / 10, Fraction(1))
    assert {one.week for one in store.promises.all()} == {*weeks, "2026-W47"}
    assert {one.side for one in store.promises.of("2026-W47")} == {"marketing", "sales"}


def test_what_somebody_wrote_meanwhile_stays_as_it_is(told: Settings, store: Store) -> None:
    one = store.actions.of("2026-W46")[0]
    changed = store.actions.changed(one.action_id, one.version, text="Something of our own")
    store.actions.removed(store.actions.of("2026-W45")[0].action_id, PLAN.as_of)
    before = written(store)
    assert remember(told, PLAN.as_of, WEEKS) == WEEKS
    assert written(store) == before
    assert changed in before[0]
    store.actions.changed(one.action_id, changed.version, text=one.text)


def test_before_the_last_weeks_meeting_has_begun_nothing_is_decided_in_it(told: Settings, tmp_path: Path) -> None:
    other = told._replace(store_named=URL.create("sqlite", database=str(tmp_path / "store.db")))
    monday = newest(PLAN.as_of, told.company.calendar, told.company.meeting.freeze).frozen_at
    early: datetime = monday + MEETS_AFTER / 2
    assert remember(other, early, 1) == 1
    store = door.opened(other.store)
    assert store.actions.all() == []
    assert {one.week for one in store.promises.all()} == {"2026-W46"}


def test_no_week_more_is_begun_once_the_demo_is_to_stop(told: Settings, tmp_path: Path) -> None:
    other = told._replace(store_named=URL.create("sqlite", database=str(tmp_path / "store.db")))
    assert remember(other, PLAN.as_of, WEEKS, is_enough=lambda: True) == 0
    assert door.opened(other.store).packs.weeks() == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_two_campaigns_begin_within_four_weeks_of_the_week_that_just_ended(moment: str) -> None:
    plan = Plan(1, MOMENTS[moment], 300)
    monday = plan.today - timedelta(days=plan.today.weekday())
    begins = [plan.coming(one.coming) for one in facts.CAMPAIGNS if one.coming is not None]
    assert len(begins) == 2
    assert all(plan.today < one <= monday - timedelta(days=7) + timedelta(days=28) for one in begins)


def test_a_campaign_that_is_yet_to_begin_has_brought_nothing_and_brings_nothing(told: Settings, store: Store) -> None:
    coming = {campaign_id(place) for place, one in enumerate(facts.CAMPAIGNS) if one.coming is not None}
    pack = store.packs.of("2026-W46")
    assert pack is not None
    shown = form.opened(pack.body).campaigns
    assert {one.campaign_id for one in shown.coming} == coming
    assert all(one.brief for one in shown.coming)
    assert not coming & {one.campaign.campaign_id for one in shown.results}
    with warehouse.reading(warehouse.reader(told.warehouse)) as connection:
        assert not coming & {one for one, _ in recalled(connection, PLAN.as_of).campaigns}
