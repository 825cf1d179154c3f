"""Processes that are killed while they write, and that write at once: what was confirmed is there, whole, and once."""

import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy.engine import URL

from dashboard.store.backup import backed_up, restored
from dashboard.store.connections import reading
from dashboard.store.door import Store, opened
from dashboard.store.schema import newest
from tests.store import children
from tests.store.meeting import MONDAY, action, everything, filled
from tests.store.processes import CONTEXT, KILLED, begun, ended, killed_before_each
from tests.store.versions import LAST, lies_there, to_come


def words(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def killed_while_writing(url: URL, seed: int, chance: Random) -> list[tuple[bool, str, int]]:
    """Start a process that writes, kill it at a moment nobody chose, and return what it had said by then."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = begun(children.write_on, words(url), seed, theirs)
    theirs.close()
    said = [ours.recv() for _ in range(chance.randint(1, 8))]
    ours.poll(chance.random() / 500)
    process.kill()
    assert ended(process) == KILLED
    try:
        while True:
            said.append(ours.recv())
    except EOFError:
        return said
    finally:
        ours.close()


@pytest.mark.parametrize(("engine", "times"), [("sqlite", 100), ("postgresql", 25)])
def test_a_writer_killed_a_hundred_times_loses_nothing_that_was_confirmed(
    engine: str, times: int, request: pytest.FixtureRequest
) -> None:
    url, chance = request.getfixturevalue(f"{engine}_url"), Random(6)
    store = opened(url)
    confirmed, in_the_middle = [], 0
    for seed in range(times):
        said = killed_while_writing(url, seed, chance)
        kept = [(seed, kind, number) for is_kept, kind, number in said if is_kept]
        assert [one for one in kept if not children.holds(store, *one)] == []
        confirmed += kept
        in_the_middle += not said[-1][0]
    assert [one for one in confirmed if not children.holds(store, *one)] == []
    assert len(confirmed) > times
    assert in_the_middle > times / 2
    assert engine != "sqlite" or integrity(store) == "ok"
    store.close()


def integrity(store: Store) -> Any:
    with reading(store.engine) as connection:
        return connection.exec_driver_sql("PRAGMA integrity_check").scalar()


def test_two_who_add_at_once_are_both_there(warehouse_url: URL) -> None:
    together = CONTEXT.Barrier(2)
    both = [begun(children.add_many, words(warehouse_url), who, 50, together) for who in ("first-one", "other-one")]
    assert [ended(one) for one in both] == [0, 0]
    store = opened(warehouse_url)
    owners = [one.owner for one in store.actions.of("2026-W46")]
    assert (owners.count("first-one"), owners.count("other-one")) == (50, 50)
    store.close()


def test_of_two_who_change_the_same_at_once_one_is_told_what_the_other_wrote(store: Store, warehouse_url: URL) -> None:
    many, together = 30, CONTEXT.Barrier(2)
    for number in range(many):
        action(store, action_id=f"action-{number:04}")
    pipes = {who: CONTEXT.Pipe(duplex=False) for who in ("Bo", "Cid")}
    both = [
        begun(children.change_all, words(warehouse_url), who, many, together, theirs)
        for who, (_, theirs) in pipes.items()
    ]
    for _, theirs in pipes.values():
        theirs.close()  # so that one that ends too early is noticed
    told = {who: [ours.recv() for _ in range(many)] for who, (ours, _) in pipes.items()}
    assert [ended(one) for one in both] == [0, 0]
    for number, kept in enumerate(sorted(store.actions.all(), key=lambda one: one.action_id)):
        other = "Bo" if kept.owner == "Cid" else "Cid"
        assert told[kept.owner][number][:2] == (number, True)
        assert told[other][number][:2] == (number, kept.owner)
        pack = store.packs.of(f"2026-W{number + 1:02}")
        assert pack is not None
        assert [who for who in pipes if told[who][number][2]] == [pack.digest]


def test_many_who_open_a_store_that_is_not_there_make_one(warehouse_url: URL) -> None:
    together = CONTEXT.Barrier(4)
    all_of_them = [begun(children.open_at_once, words(warehouse_url), together) for _ in range(4)]
    assert [ended(one) for one in all_of_them] == [0] * 4
    assert lies_there(warehouse_url)[0] == newest()


def test_a_migration_killed_anywhere_leaves_the_old_store_or_the_new_one(warehouse_url: URL, tmp_path: Path) -> None:
    store = opened(warehouse_url)
    filled(store)
    before = everything(store)
    store.close()
    old, new = (newest(), False, False, True), (LAST, True, True, False)
    work = (children.open_until, words(warehouse_url), to_come(tmp_path, newest()))
    left = [lies_there(warehouse_url) for _ in killed_before_each(*work)]
    assert set(left) <= {old, new}
    assert left.count(old) > 5
    assert lies_there(warehouse_url) == new
    again = opened(warehouse_url, migrations=tmp_path / "migrations")
    assert everything(again) == before
    again.close()


def test_the_first_opening_killed_anywhere_leaves_no_half_of_a_store(warehouse_url: URL, tmp_path: Path) -> None:
    work = (children.open_until, words(warehouse_url), to_come(tmp_path, newest()))
    left = [lies_there(warehouse_url) for _ in killed_before_each(*work)]
    assert set(left) <= {(None, False, False, False), (LAST, True, True, False)}
    assert len(left) > 9


def test_a_restore_killed_anywhere_leaves_all_of_the_old_or_all_of_the_new(
    store: Store, warehouse_url: URL, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    filled(store)
    backed_up(warehouse_url, backup)
    new = everything(store)
    action(store, "after the backup")
    store.notes.write("2026-W46", "facts", "other words", was=1)
    old = everything(store)
    left = [everything(store) for _ in killed_before_each(children.restore_until, backup, words(warehouse_url))]
    assert all(one in (old, new) for one in left)
    assert sum(one == old for one in left) > 6
    assert everything(store) == new


def test_a_backup_killed_anywhere_leaves_the_file_before_or_the_whole_one(
    store: Store, warehouse_url: URL, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    filled(store)
    backed_up(warehouse_url, backup)
    first = everything(store)
    action(store, "after the backup")
    copy = URL.create("sqlite", database=str(tmp_path / "copy.db"))
    for statement in killed_before_each(children.back_up_until, backup, words(warehouse_url)):
        if statement % 4 == 0:
            shutil.copy(backup, tmp_path / "looked.db")
            restored(tmp_path / "looked.db", copy, replace=True)
            looked = opened(copy)
            assert everything(looked) == first
            looked.close()
    restored(backup, copy, replace=True)
    looked = opened(copy)
    assert everything(looked) == everything(store) != first
    looked.close()


def test_the_confirmed_moment_is_after_the_writing(little: Store) -> None:
    """What the campaign above leans on: a thing that was only begun is not taken for one that is kept."""
    with pytest.raises(ValueError, match="not enough values"):
        children.holds(little, 1, "action", 1)
    assert not children.holds(little, 1, "pack", 1)
    children.write_pack(little, 1, 1)
    assert children.holds(little, 1, "pack", 1)
    little.packs.keep(children.week_of(1, 2), MONDAY, MONDAY, b"half", "of it")
    assert not children.holds(little, 1, "pack", 2)
