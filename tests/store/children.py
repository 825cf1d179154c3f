"""What the tests have other processes do to a store: write until they are killed, and be killed where it hurts."""

import hashlib
import os
import signal
from contextlib import closing
from datetime import date
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random

from sqlalchemy import Engine, event, make_url

from dashboard.store.backup import backed_up, restored
from dashboard.store.door import Store, opened
from dashboard.store.faults import Outdated
from tests.store.meeting import MONDAY


def write_on(url: str, seed: int, told: Connection) -> None:
    """Write one thing after the other until killed; say before each what is begun, and after each what is kept."""
    store, chance = opened(make_url(url)), Random(seed)
    for number in count():
        kind = chance.choice(["action", "action", "done", "pack", "note", "word"])
        told.send((False, kind, number))
        KINDS[kind](store, seed, number)
        told.send((True, kind, number))


def write_action(store: Store, seed: int, number: int) -> None:
    identity = f"{seed:08}-a-{number}"
    store.actions.add(
        identity, week_of(seed, number), "sales", f"{number} of {seed}", "Ann", date(2026, 11, 20), MONDAY
    )


def write_done(store: Store, seed: int, number: int) -> None:
    write_action(store, seed, number)
    store.actions.done(f"{seed:08}-a-{number}", MONDAY, f"{number} worked")


def write_pack(store: Store, seed: int, number: int) -> None:
    body = body_of(seed, number)
    store.packs.keep(week_of(seed, number), MONDAY, MONDAY, body, hashlib.sha256(body).hexdigest())


def write_note(store: Store, seed: int, number: int) -> None:
    store.notes.write(week_of(seed, number), f"step {number}", f"first {number}")
    store.notes.write(week_of(seed, number), f"step {number}", f"then {number}", was=1)


def write_word(store: Store, seed: int, number: int) -> None:
    identity, week = f"{seed:08}-w-{number}", week_of(seed, number)
    store.promises.say(identity, week, "sales", None, "7", f"{number} of {seed}", MONDAY, "Bo")


KINDS = {"action": write_action, "done": write_done, "pack": write_pack, "note": write_note, "word": write_word}


def week_of(seed: int, number: int) -> str:
    """Return a week of this seed's and this number's own."""
    return f"{1000 + seed + 200 * (number // 53)}-W{number % 53 + 1:02}"


def body_of(seed: int, number: int) -> bytes:
    """Return bytes that take many pages, and cannot be told beforehand."""
    return Random(f"{seed} {number}").randbytes(60_000)


def holds(store: Store, seed: int, kind: str, number: int) -> bool:
    """Return whether what was confirmed is there, whole."""
    week = week_of(seed, number)
    if kind == "pack":
        pack = store.packs.of(week)
        return pack is not None and (pack.body, pack.digest) == (
            body_of(seed, number),
            hashlib.sha256(body_of(seed, number)).hexdigest(),
        )
    if kind == "note":
        return store.notes.of(week).get(f"step {number}") == (f"then {number}", 2)
    if kind == "word":
        return f"{number} of {seed}" in [one.text for one in store.promises.of(week)]
    (action,) = [one for one in store.actions.of(week) if one.text == f"{number} of {seed}"]
    return kind == "action" or action.outcome == f"{number} worked"


def add_many(url: str, who: str, many: int, together: Barrier) -> None:
    """Add many actions to one week as fast as it goes, at the same time as others."""
    with closing(opened(make_url(url), waits=60)) as store:
        together.wait(60)
        for number in range(many):
            store.actions.add(f"{who}-{number:04}", "2026-W46", "sales", who, who, date(2026, 11, 20), MONDAY)


def change_all(url: str, who: str, many: int, together: Barrier, told: Connection) -> None:
    """Change every action on the version that was first there, and freeze weeks; say what was kept of it."""
    with closing(opened(make_url(url), waits=60)) as store:
        together.wait(60)
        for number in range(many):
            kept = store.packs.keep(f"2026-W{number + 1:02}", MONDAY, MONDAY, who.encode(), who)
            try:
                store.actions.changed(f"action-{number:04}", was=1, owner=who)
                told.send((number, True, kept))
            except Outdated as late:
                told.send((number, late.there.owner, kept))


def open_at_once(url: str, together: Barrier) -> None:
    """Open a store that is not there yet, at the same moment as others."""
    together.wait(60)
    opened(make_url(url), waits=60).close()


def open_until(url: str, migrations: Path, statement: int) -> None:
    """Bring a store to the newest version; end by the strongest signal right before one of its changes."""
    end_before(statement)
    opened(make_url(url), migrations=migrations).close()


def restore_until(file: Path, url: str, statement: int) -> None:
    """Put a backup in the place of what is kept; end by the strongest signal right before one of its changes."""
    end_before(statement)
    restored(file, make_url(url), replace=True)


def back_up_until(file: Path, url: str, statement: int) -> None:
    """Write a backup; end by the strongest signal right before one of its changes."""
    end_before(statement)
    backed_up(make_url(url), file, replace=True)


def end_before(statement: int) -> None:
    """Have this process killed right before its change number so many (a commit is one), of whatever connection."""
    numbers = count(1)

    def _counted(*_: object) -> None:
        if next(numbers) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def _executed(_connection: object, _cursor: object, text: str, *_: object) -> None:
        if not text.lstrip().upper().startswith(("SELECT", "PRAGMA", "SHOW", "BEGIN")):
            _counted()

    event.listen(Engine, "before_cursor_execute", _executed)
    event.listen(Engine, "commit", _counted)
