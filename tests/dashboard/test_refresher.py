"""The refresher: publishes what is right, keeps what was right, says why, and heals by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

from dashboard import parts, refresher
from dashboard.refresher import Refresher
from dashboard.reps.reckon import Days
from dashboard.snapshot import Shelf, Snapshot, latest, publish
from queries.faults import WarehouseSilent
from queries.tables import leads, loads
from tests.dashboard.company import WEDNESDAY, company, filled, lead, settings


class Time:
    """The time of day and the machine's own seconds, both moved by a test."""

    def __init__(self) -> None:
        self.now, self.seconds = WEDNESDAY, 1000.0

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds

    def told(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def warehouse(warehouse_url: URL) -> Iterator[Engine]:
    engine = filled(warehouse_url, ready=40)
    yield engine
    engine.dispose()


@pytest.fixture
def one(warehouse: Engine, tmp_path: Path, time: Time) -> Iterator[Refresher]:
    found = Refresher(settings(warehouse.url), tmp_path, time.told, time.monotonic)
    yield found
    found.close()


def published(folder: Path) -> Snapshot:
    found = latest(folder)
    assert found
    return found


def done(folder: Path) -> int:
    return published(folder).numbers["numbers"]["marketing.month.done"]["value"]


def statuses(snapshot: Snapshot) -> set[str]:
    return {one["status"] for one in snapshot.numbers["numbers"].values() if one["status"]}


def test_a_change_is_published_at_the_next_turn_and_an_unchanged_warehouse_is_left_alone(
    one: Refresher, warehouse: Engine, tmp_path: Path, time: Time
) -> None:
    assert one.turn()
    assert (done(tmp_path), published(tmp_path).number) == (40, 1)
    time.passes(1)
    assert not one.turn()
    with warehouse.begin() as connection:
        connection.execute(leads.insert(), [lead(99)])
    assert one.turn()
    assert (done(tmp_path), published(tmp_path).number) == (41, 2)


def test_the_clock_alone_moves_what_is_owed(one: Refresher, tmp_path: Path, time: Time) -> None:
    one.turn()
    before = published(tmp_path).numbers["numbers"]["marketing.month.owed"]["value"]
    time.passes(10)
    assert one.turn()
    assert published(tmp_path).numbers["numbers"]["marketing.month.owed"]["value"] > before


def test_a_storm_of_changes_is_read_at_most_every_half_second(one: Refresher, warehouse: Engine, time: Time) -> None:
    one.turn()
    time.passes(0.3)
    with warehouse.begin() as connection:
        connection.execute(leads.insert(), [lead(99)])
    assert not one.turn()
    time.passes(0.3)
    assert one.turn()


def test_a_sudden_loss_of_rows_is_refused_by_name_and_count_and_heals(
    one: Refresher, warehouse: Engine, tmp_path: Path, time: Time
) -> None:
    assert not one.is_well
    one.turn()
    assert one.is_well
    assert "behind" in statuses(published(tmp_path))
    time.passes(1)
    with warehouse.begin() as connection:
        connection.execute(leads.delete())
    one.turn()
    assert not one.is_well
    snapshot = published(tmp_path)
    assert snapshot.kind == "refused"
    assert snapshot.picture["state"]["words"] == ("new data refused since 13:30: leads 0, was 40, and no load says why")
    assert done(tmp_path) == 40
    assert statuses(snapshot) == {"no verdict"}
    time.passes(1)
    with warehouse.begin() as connection:
        connection.execute(leads.insert(), [lead(number) for number in range(40)])
    one.turn()
    assert published(tmp_path).kind == "live"


def test_a_true_zero_that_a_complete_load_vouches_for_is_fresh(
    one: Refresher, warehouse: Engine, tmp_path: Path, time: Time
) -> None:
    one.turn()
    time.passes(1)
    with warehouse.begin() as connection:
        connection.execute(leads.delete())
        connection.execute(loads.insert(), [load(1, "ok", time, complete_through=time.now)])
    time.passes(1)
    one.turn()
    assert (published(tmp_path).kind, done(tmp_path)) == ("live", 0)


def load(number: int, status: str, time: Time, **more: object) -> dict[str, object]:
    return {"load_id": number, "table_name": "leads", "loaded_at": time.now, "status": status, **more}


def test_a_load_that_is_half_done_is_not_read(one: Refresher, warehouse: Engine, tmp_path: Path, time: Time) -> None:
    one.turn()
    time.passes(1)
    with warehouse.begin() as connection:
        connection.execute(loads.insert(), [load(1, "running", time)])
        connection.execute(leads.insert(), [lead(50)])
    time.passes(1)
    one.turn()
    assert (published(tmp_path).kind, done(tmp_path)) == ("live", 40)
    time.passes(60)
    one.turn()
    assert published(tmp_path).kind == "stale"
    assert "a load of leads has been running since 13:30" in published(tmp_path).picture["state"]["words"]
    with warehouse.begin() as connection:
        connection.execute(leads.insert(), [lead(51)])
        connection.execute(loads.insert(), [load(2, "ok", time)])
    time.passes(1)
    one.turn()
    assert (published(tmp_path).kind, done(tmp_path)) == ("live", 42)


def test_a_renamed_column_keeps_the_last_picture_and_names_the_column(
    one: Refresher, warehouse: Engine, tmp_path: Path, time: Time
) -> None:
    one.turn()
    with warehouse.begin() as connection:
        connection.execute(text("ALTER TABLE leads RENAME COLUMN ready_at TO readied_at"))
    time.passes(10)
    one.turn()
    snapshot = published(tmp_path)
    assert snapshot.kind == "refused"
    assert "ready_at" in snapshot.picture["state"]["words"]
    assert done(tmp_path) == 40


def test_a_clock_set_back_is_logged_and_does_not_stop_the_board(one: Refresher, tmp_path: Path, time: Time) -> None:
    one.turn()
    time.now -= timedelta(hours=1)
    time.seconds += 10
    one.turn()
    snapshot = published(tmp_path)
    assert snapshot.number == 2
    assert snapshot.age(time.seconds) == 0
    assert snapshot.as_of == time.now


def test_the_hour_that_comes_twice_in_autumn_is_no_step_back(sqlite_url: URL, tmp_path: Path, time: Time) -> None:
    time.now = datetime(2026, 10, 25, 0, 59, 55, tzinfo=UTC)
    filled(sqlite_url, ready=40, until=time.now).dispose()
    one = Refresher(
        settings(sqlite_url, company=company(time_zone="Europe/Berlin")), tmp_path, time.told, time.monotonic
    )
    one.turn()
    time.passes(10)
    one.turn()
    found = published(tmp_path)
    assert (found.kind, found.as_of and found.as_of.isoformat()) == ("live", "2026-10-25T02:00:05+01:00")
    one.close()


def test_a_clock_that_went_back_behind_the_rows_is_told_and_the_last_picture_stays(
    sqlite_url: URL, tmp_path: Path, time: Time
) -> None:
    filled(sqlite_url, ready=40).dispose()
    one = Refresher(settings(sqlite_url), tmp_path, time.told, time.monotonic, steady=time.monotonic)
    one.turn()
    time.now -= timedelta(hours=1)
    with capture_logs() as logged:
        for _ in range(3):
            time.passes(10)
            one.turn()
    assert one.clock_is_doubted
    assert [line["event"] for line in logged] == ["not_refreshed"]
    assert "the server's clock went back 60 minutes" in published(tmp_path).picture["state"]["words"]
    assert published(tmp_path).as_of == WEDNESDAY
    time.now += timedelta(hours=1)
    time.passes(10)
    one.turn()
    assert not one.clock_is_doubted
    assert published(tmp_path).kind == "live"
    one.close()


def test_before_the_first_data_it_says_what_it_waits_for(sqlite_url: URL, tmp_path: Path, time: Time) -> None:
    one = Refresher(settings(sqlite_url), tmp_path, time.told, time.monotonic)
    one.turn()
    assert published(tmp_path).kind == "waiting"
    assert "the warehouse's file cannot be opened" in published(tmp_path).picture["state"]["words"]
    filled(sqlite_url).dispose()
    time.passes(10)
    one.turn()
    assert published(tmp_path).kind == "live"
    one.close()


def test_a_new_refresher_goes_on_counting_where_the_last_one_ended(
    one: Refresher, warehouse: Engine, tmp_path: Path, time: Time
) -> None:
    one.turn()
    next_one = Refresher(settings(warehouse.url), tmp_path, time.told, time.monotonic)
    next_one.turn()
    assert published(tmp_path).number == 2
    next_one.close()


def test_a_disk_that_refuses_leaves_the_last_snapshot_whole(
    one: Refresher, tmp_path: Path, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.turn()

    def full(folder: Path, snapshot: Snapshot) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(refresher, "publish", full)
    time.passes(10)
    assert not one.turn()
    assert published(tmp_path).number == 1
    monkeypatch.undo()
    time.passes(10)
    assert one.turn()
    assert published(tmp_path).number == 2


def test_a_shelf_keeps_the_last_good_snapshot_when_the_file_is_torn_or_gone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, lambda: 50.0)
    assert shelf.newest() is None
    assert shelf.age() == float("inf")
    snapshot = Snapshot(7, WEDNESDAY, 40.0, "live", {"a": 1}, {"b": 2})
    publish(tmp_path, snapshot)
    assert shelf.newest() == snapshot
    assert shelf.age() == 10.0
    (tmp_path / "snapshot.json").write_text('{"number": 8, "as')
    assert shelf.newest() == snapshot
    (tmp_path / "snapshot.json").unlink()
    assert shelf.newest() == snapshot
    publish(tmp_path, snapshot._replace(number=9))
    newest = shelf.newest()
    assert newest
    assert newest.number == 9
    assert [one.name for one in tmp_path.iterdir()] == ["snapshot.json"]


def test_while_the_warehouse_is_silent_the_shown_moment_stays_and_its_age_grows(
    sqlite_url: URL, tmp_path: Path, time: Time
) -> None:
    filled(sqlite_url).dispose()
    one = Refresher(settings(sqlite_url), tmp_path, time.told, time.monotonic)
    one.turn()
    file = Path(str(sqlite_url.database))
    file.rename(file.with_suffix(".away"))
    for seconds in (10.0, 20.0, 30.0):
        time.passes(10)
        one.turn()
        snapshot = published(tmp_path)
        assert (snapshot.as_of, snapshot.age(time.seconds), snapshot.kind) == (WEDNESDAY, seconds, "stale")
    one.close()


def test_a_new_refresher_before_a_silent_warehouse_keeps_the_last_picture_as_old(
    one: Refresher, sqlite_url: URL, tmp_path: Path, time: Time
) -> None:
    one.turn()
    shown = published(tmp_path)
    time.passes(5)
    next_one = Refresher(settings(sqlite_url.set(database="/nowhere/at/all.db")), tmp_path, time.told, time.monotonic)
    next_one.turn()
    next_one.close()
    kept = published(tmp_path)
    assert (kept.kind, kept.as_of, kept.picture["blocks"]) == ("stale", shown.as_of, shown.picture["blocks"])
    assert kept.picture["state"]["words"].startswith("stale since 13:30: the warehouse's file cannot be opened")
    assert kept.age(time.seconds) == 5


def test_a_picture_of_another_company_is_never_kept(sqlite_url: URL, tmp_path: Path, time: Time) -> None:
    publish(tmp_path, Snapshot(3, WEDNESDAY, 900.0, "live", {"company": "Another"}, {"id": "x", "blocks": {"a": 1}}))
    one = Refresher(settings(sqlite_url), tmp_path, time.told, time.monotonic)
    one.turn()
    one.close()
    assert (published(tmp_path).kind, published(tmp_path).picture["blocks"]) == ("waiting", {})


def test_a_fault_is_said_once_when_it_begins_and_once_when_it_ends_and_a_short_load_is_none(
    one: Refresher, warehouse: Engine, time: Time
) -> None:
    one.turn()
    with capture_logs() as told:
        for status, seconds in (("running", 1), ("ok", 1), ("running", 1), ("running", 30), ("running", 10), ("ok", 1)):
            with warehouse.begin() as connection:
                number = 1 + connection.execute(text("SELECT count(*) FROM loads")).scalar_one()
                connection.execute(loads.insert(), [load(number, status, time)])
            time.passes(seconds)
            one.turn()
    assert [line["event"] for line in told] == ["not_refreshed", "fresh_again"]


def test_a_clock_that_was_never_set_is_told_and_the_last_picture_stays(
    one: Refresher, tmp_path: Path, time: Time
) -> None:
    one.turn()
    time.passes(10)
    right, time.now = time.now, datetime(1970, 1, 2, tzinfo=UTC)
    one.turn()
    assert published(tmp_path).kind == "refused"
    assert "the server's clock says 02 Jan 1970" in published(tmp_path).picture["state"]["words"]
    assert done(tmp_path) == 40
    time.passes(10)
    time.now = right
    one.turn()
    assert published(tmp_path).kind == "live"


def test_reps_days_that_cannot_be_read_leave_the_board_as_it_is_and_heal(
    one: Refresher, tmp_path: Path, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.turn()
    time.passes(10)
    with monkeypatch.context() as broken, capture_logs() as said:
        broken.setattr(one.looker, "days", silent)
        one.turn()
        time.passes(10)
        one.turn()
    board, days = published(tmp_path), parts.latest(tmp_path)
    assert (board.kind, board.as_of) == ("live", WEDNESDAY + timedelta(seconds=20))
    assert days is not None
    assert (days.kind, days.as_of, days.number) == ("stale", WEDNESDAY, board.number)
    assert [one["event"] for one in said if one["log_level"] == "warning"] == ["days_not_read"]
    time.passes(10)
    one.turn()
    healed = parts.latest(tmp_path)
    assert healed is not None
    assert (healed.kind, healed.as_of) == ("live", WEDNESDAY + timedelta(seconds=30))


def test_a_board_is_there_before_the_reps_days_are_read(one: Refresher, tmp_path: Path) -> None:
    there: list[int] = []
    days = one.looker.days

    def looking() -> Days:
        there.append(published(tmp_path).number)
        return days()

    one.looker.days = looking  # type: ignore[method-assign]
    one.turn()
    assert there == [1]


def silent() -> Days:
    raise WarehouseSilent("the warehouse took too long to answer")
