"""After a week was kept, whatever happens to its rows and papers: the ledger explains every difference, exactly."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import Connection, Engine, delete, insert
from sqlalchemy.engine import URL

from dashboard.meeting.again import again
from dashboard.meeting.changes import Change
from dashboard.meeting.form import opened, pressed
from dashboard.meeting.freeze import Papers, frozen
from dashboard.meeting.frozen import Frozen
from queries import absent, knowledge, warehouse
from queries.tables import metadata
from tests.dashboard.company import agreement, company
from tests.meeting import histories
from tests.meeting.histories import KEYS, Base, History, Tables
from tests.meeting.oracle import WeekTwin, booked_money, counted_leads, recounted, twin_of
from tests.twin.told import Numbers

BASES, EACH, CAMPAIGN = 25, 12, 84
SECOND = Fraction(1, 3600)
NOTHING = Fraction(0)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A warehouse that is written to and read from over one connection, so that a history can be taken back."""
    url = URL.create("sqlite", database=str(tmp_path_factory.mktemp("ledger") / "warehouse.db"))
    made = knowledge.two_cuts(absent.forgive(warehouse.writer(url)))
    warehouse.prepare(made)
    yield made
    made.dispose()


def fill(connection: Connection, rows: Tables) -> None:
    """Replace all rows."""
    for table in reversed(metadata.sorted_tables):
        connection.execute(delete(table))
    for name, some in rows.items():
        if some:
            connection.execute(insert(metadata.tables[name]), some)


def freeze(connection: Connection, of: Base) -> Frozen:
    """Keep the week, and take it from its bytes again, as everybody does later."""
    found = frozen(connection, Papers(of.company, of.agreement), of.week, of.week.frozen_at)
    return opened(pressed(found).body)


@pytest.mark.parametrize("seed", range(BASES))
def test_the_ledger_explains_each_difference_and_nothing_is_left(engine: Engine, seed: int) -> None:
    assert explained(engine, seed, EACH) == []


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(1000, 1000 + BASES))
def test_two_thousand_more_histories_are_explained(engine: Engine, seed: int) -> None:
    assert explained(engine, seed, CAMPAIGN) == []


def explained(engine: Engine, seed: int, most: int) -> list[str]:
    """Return what the ledgers of so many histories of one week do not explain, in words."""
    random = Random(seed)  # the same histories with every commit
    of = histories.base(random)
    with engine.connect() as connection:
        fill(connection, of.tables)
        then = freeze(connection, of)
        told = recounted(of.tables, of.papers, of.week, of.week.frozen_at)
        wrong = [f"{seed}: when kept, {one}" for one in _otherwise(told, then)]
        for number in range(most):
            history = histories.history(random, of)
            wrong += [f"{seed}/{number}: {one}" for one in _unexplained(connection, of, then, told, history)]
        connection.rollback()
    return wrong


def _otherwise(told: Numbers, then: Frozen) -> Iterator[str]:
    numbers = {**then.numbers, **{one.name: one for one in then.review.numbers}}
    for name, one in told.items():
        number = numbers[name]
        if not _same(name, number.value, one.value):
            yield f"{name} is {number.value}, recounted {one.value}"


def _same(name: str, one: Fraction | None, other: Fraction | None) -> bool:
    if one is None or other is None:
        return one == other
    return abs(one - other) < SECOND if name.endswith("_hours") else one == other


def _unexplained(connection: Connection, of: Base, then: Frozen, told: Numbers, history: History) -> Iterator[str]:
    save = connection.begin_nested()
    change(connection, of.tables, history.tables)
    found = {one.number: one for one in again(connection, then, *history.papers.read, history.now)}
    save.rollback()
    yield from (f"{one.number} has a rest of {one.residual}" for one in found.values() if one.residual)
    yield from _amounts(of, told, history, found)
    yield from _rows(of, history, found)


def change(connection: Connection, was: Tables, now: Tables) -> None:
    """Make the rows those of now, touching only what differs."""
    for name, key in KEYS.items():
        table, old, new = (
            metadata.tables[name],
            {one[key]: one for one in was[name]},
            {one[key]: one for one in now[name]},
        )
        moved = [one for one in old.keys() | new.keys() if old.get(one) != new.get(one)]
        if moved:
            connection.execute(delete(table).where(table.c[key].in_(moved)))
        if fresh := [new[one] for one in moved if one in new]:
            connection.execute(insert(table), fresh)


def _amounts(of: Base, told: Numbers, history: History, found: Mapping[str, Change]) -> Iterator[str]:
    """Yield where the ledger's amounts are not those of recounts that take one thing after the other as it is now."""
    reps_then = {**history.tables, "reps": of.tables["reps"]}
    readings = [told, recounted(reps_then, of.papers, of.week, history.now)]
    readings.append(recounted(history.tables, of.papers, of.week, history.now))
    readings.append(recounted(history.tables, history.papers, of.week, history.now))
    for name in {*readings[0], *readings[-1]}:
        values = [one[name].value if name in one else None for one in readings]
        moved = [(after or NOTHING) - (before or NOTHING) for before, after in pairwise(values)]
        if name not in found:
            if not _same(name, values[0], values[-1]) or any(not _same(name, one, NOTHING) for one in moved):
                yield f"{name} went from {values[0]} to {values[-1]}, and the ledger does not have it"
            continue
        yield from _against(name, found[name], values[0], values[-1], moved)


def _against(
    name: str, one: Change, was: Fraction | None, now: Fraction | None, moved: list[Fraction]
) -> Iterator[str]:
    if not (_same(name, one.was, was) and _same(name, one.now, now)):
        yield f"{name} went from {was} to {now}, the ledger says from {one.was} to {one.now}"
    data = one.by_rows + sum((cause.amount for cause in one.causes if cause.kind == "follows"), NOTHING)
    papers = [sum((two.amount for two in one.causes if two.kind == kind), NOTHING) for kind in ("reps", "agreement")]
    for what, mine, other in zip(("rows", "reps", "agreement"), [data, *papers], moved, strict=True):
        if not _same(name, mine, other):
            yield f"{name}: {what} moved it by {other}, the ledger says by {mine}"


def _rows(of: Base, history: History, found: Mapping[str, Change]) -> Iterator[str]:
    """Yield where the rows of the ledger are not those of a recount, under the papers of then."""
    now = {**history.tables, "reps": of.tables["reps"]}
    was, one = (
        twin_of(rows, of.papers, of.week, at) for rows, at in ((of.tables, of.week.frozen_at), (now, history.now))
    )
    for name, start in (("marketing.month.done", one.month[0]), ("marketing.week.done", one.week[0])):
        before, after = (counted_leads(twin, one.days.midnight(start)) for twin in (was, one))
        wanted = dict.fromkeys(after - before, Fraction(1)) | dict.fromkeys(before - after, Fraction(-1))
        yield from _row_by_row(name, wanted, history, found)
    if one.unit == "money":
        yield from _row_by_row("sales.week.done", _differences(was, one), history, found)


def _differences(was: WeekTwin, one: WeekTwin) -> dict[str, Fraction]:
    start = one.days.midnight(one.week[0])
    before, after = booked_money(was, start), booked_money(one, start)
    moved = {name: after.get(name, NOTHING) - before.get(name, NOTHING) for name in before.keys() | after.keys()}
    return {name: amount for name, amount in moved.items() if amount}


def _row_by_row(
    name: str, wanted: Mapping[str, Fraction], history: History, found: Mapping[str, Change]
) -> Iterator[str]:
    rows = found[name].rows if name in found else []
    mine = {one.id: one.adds for one in rows if one.adds}
    if mine != wanted:
        yield f"{name}: the rows that moved it are {wanted}, the ledger says {mine}"
    for one in rows:
        kinds = {"late": one.id in history.late, "gone": one.id in history.gone}
        if any((one.kind == kind) != is_so for kind, is_so in kinds.items()):
            yield f"{name}: {one.id} is called {one.kind}, and it is {kinds}"


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(f"{text}+00:00")


def web(name: str) -> dict[str, object]:
    """One lead of the week, known at once."""
    when = at("2026-11-11T10:00")
    return {"lead_id": name, "created_at": when, "ready_at": when, "source": "web", "loaded_at": None, "fit": None}


COMPANY, AGREEMENT = company(), agreement()
WEB: Tables = {"leads": [web("L1"), web("L2")]}


def test_a_late_lead_is_told_with_its_source_and_when_it_was_loaded(engine: Engine) -> None:
    then, found = little(engine, {"lead_id": "X1", "source": "web", "loaded_at": at("2026-11-17T02:10")})
    assert found["marketing.week.done"].words == "2 → 3: 1 late web lead, loaded Tue 02:10"
    (row,) = found["marketing.week.done"].rows
    assert (row.id, row.kind, row.was, row.now, row.adds) == ("X1", "late", "not known", "counted", 1)
    assert found["marketing.week.gap"].causes[0].from_ == ("marketing.week.done",)
    assert then.numbers["marketing.week.done"].value == 2


def test_a_row_learned_at_the_very_hour_is_late_and_one_a_moment_before_is_not(engine: Engine) -> None:
    hour = at("2026-11-16T07:00")
    _, late = little(engine, {"lead_id": "X1", "loaded_at": hour})
    assert late["marketing.week.done"].rows[0].kind == "late"
    _, early = little(engine, {"lead_id": "L1", "fit": "high", "loaded_at": hour - histories.SECOND})
    assert "marketing.week.done" not in early


def test_the_leads_that_sales_decided_on_are_in_the_ledger_one_by_one(engine: Engine) -> None:
    said, loaded = at("2026-11-12T10:00"), at("2026-11-17T02:10")
    _, late = little(engine, {"lead_id": "X1", "source": "web", "accepted_at": said, "loaded_at": loaded})
    assert late["review.accepted"].words == "— → 1: 1 late web lead, loaded Tue 02:10"
    then, found = little(engine, {"lead_id": "L1", "rejected_at": said}, {"lead_id": "L1", "accepted_at": said})
    assert [int(one.value or 0) for one in then.review.numbers[:2]] == [1, 0]
    assert found["review.accepted"].words == "1 → 0: 1 web lead left out now (not accepted in the week)"
    assert found["review.rejected"].words == "0 → 1: 1 web lead counted now"
    assert [found[f"review.{name}"].residual for name in ("accepted", "rejected")] == [0, 0]
    ((one,), (other,)) = (found[f"review.{name}"].rows for name in ("accepted", "rejected"))
    assert [(row.id, row.kind, row.was, row.now, row.adds) for row in (one, other)] == [
        ("L1", "left out", "counted", "not accepted in the week", -1),
        ("L1", "let in", "not rejected in the week", "counted", 1),
    ]


def test_another_definition_is_in_the_ledger_as_what_it_is(engine: Engine) -> None:
    then, _ = little(engine, {"lead_id": "L1"})
    name = "marketing.week.done"
    old = then.numbers[name]._replace(value=Fraction(5), numerator=Fraction(5), definition="What counted once.")
    board = then.board._replace(numbers={**then.numbers, name: old})
    then = then._replace(board=board, definitions={**then.definitions, name: "another"})
    with engine.connect() as connection:
        fill(connection, WEB)
        found = {one.number: one for one in again(connection, then, COMPANY, AGREEMENT, at("2026-12-01T00:00"))}
        connection.rollback()
    (cause,) = found[name].causes
    assert (cause.kind, cause.amount, cause.was, found[name].residual) == ("definition", -3, "What counted once.", 0)


def test_what_nothing_explains_is_said_to_be_that_and_is_no_explanation(engine: Engine) -> None:
    then, _ = little(engine, {"lead_id": "L1"})
    name = "marketing.week.done"
    other = then.numbers[name]._replace(value=Fraction(5), numerator=Fraction(5))
    then = then._replace(board=then.board._replace(numbers={**then.numbers, name: other}))
    with engine.connect() as connection:
        fill(connection, WEB)
        found = {one.number: one for one in again(connection, then, COMPANY, AGREEMENT, at("2026-12-01T00:00"))}
        connection.rollback()
    (cause,) = found[name].causes
    assert (cause.kind, cause.amount, found[name].residual) == ("unexplained", -3, -3)
    assert cause.words in found[name].words


def little(
    engine: Engine, row: dict[str, object], first: dict[str, object] | None = None
) -> tuple[Frozen, dict[str, Change]]:
    """Keep a week of two leads (or as in ``first``), put in another row, and return the week and its ledger."""
    blank: dict[str, object] = {"accepted_at": None, "rejected_at": None}
    kept = {one["lead_id"]: blank | one for one in [*WEB["leads"], *([web("") | first] if first else [])]}
    week = histories.weeks.week("2026-W46", COMPANY.calendar, COMPANY.meeting.freeze)
    with engine.connect() as connection:
        fill(connection, {"leads": list(kept.values())})
        then = frozen(connection, Papers(COMPANY, AGREEMENT), week, week.frozen_at)
        rows = kept | {row["lead_id"]: web("") | blank | row}
        fill(connection, {"leads": list(rows.values())})
        found = again(connection, then, COMPANY, AGREEMENT, at("2026-12-01T00:00"))
        connection.rollback()
    return then, {one.number: one for one in found}
