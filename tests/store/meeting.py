"""What a meeting keeps, as a test writes it: says only what the test is about."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from dashboard.store import tables
from dashboard.store.actions import Action
from dashboard.store.connections import reading
from dashboard.store.door import Store
from dashboard.store.promises import Word

MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK, BEFORE, AFTER = "2026-W46", "2026-W45", "2026-W47"


def action(store: Store, text: str = "call the late leads", **changes: Any) -> Action:
    given = {"action_id": str(uuid4()), "week": WEEK, "side": "sales", "owner": "Ann", "due_on": date(2026, 11, 20)}
    return store.actions.add(**{**given, "text": text, "written_at": MONDAY} | changes)


def word(store: Store, value: str = "40", **changes: Any) -> Word:
    given = {"word_id": str(uuid4()), "week": AFTER, "side": "marketing", "number": "marketing.week.done"}
    told = {"value": value, "text": f"we bring {value}", "said_at": MONDAY, "said_by": "Bo"}
    return store.promises.say(**given | told | changes)


def filled(store: Store) -> None:
    """Keep a little of everything, with what engines are known to write differently."""
    store.packs.keep(BEFORE, MONDAY, MONDAY + timedelta(microseconds=1), bytes(range(256)) * 4000, "digest")
    store.packs.keep(WEEK, MONDAY, MONDAY, b"", "of nothing")
    first = action(store, "“Grüße” 🦔 'ok' \\x41\n\tline", owner="Åsa", value="25/2", number="marketing.week.done")
    store.actions.done(first.action_id, MONDAY + HOUR, "worked")
    store.actions.removed(action(store, "by mistake").action_id, MONDAY + HOUR)
    store.notes.write(WEEK, "facts", "six were late")
    said = word(store, said_at=MONDAY)
    word(store, "41", word_id=said.word_id, was=1)
    store.promises.take_back(said.word_id, MONDAY + HOUR, "Bo", was=2)


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, in an order that no engine decides."""
    with reading(store.engine) as connection:
        return {
            name: sorted(map(tuple, connection.execute(select(table))), key=str)
            for name, table in tables.metadata.tables.items()
        }
