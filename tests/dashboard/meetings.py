"""What the tests of a meeting's addresses have in common: a clock, kept weeks, and what a page asks and sends."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import Engine

from dashboard.meeting.form import pressed
from dashboard.meeting.freeze import Papers, frozen
from dashboard.meeting.week import week
from dashboard.settings import Settings
from dashboard.store.door import opened
from queries.tables import leads
from queries.warehouse import reader, reading
from tests.dashboard.company import lead

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DONE = "marketing.week.done"


class Clock:
    """The moment of the server, moved by a test, and the seconds that it counts."""

    def __init__(self) -> None:
        self.moment = MONDAY

    def now(self) -> datetime:
        """Return this moment."""
        return self.moment

    def monotonic(self) -> float:
        """Return its seconds."""
        return self.moment.timestamp()


def keep(told: Settings, name: str = "2026-W47") -> None:
    """Keep a week, as it is known at its hour."""
    one = week(name, told.company.calendar, told.company.meeting.freeze)
    engine = reader(told.warehouse, 60)
    with reading(engine) as connection:
        found = pressed(frozen(connection, Papers(told.company, told.agreement), one, one.frozen_at))
    engine.dispose()
    store = opened(told.store)
    assert store.packs.keep(name, one.frozen_at, one.frozen_at, found.body, found.digest)
    store.close()


def asked(client: FlaskClient, path: str, status: int = 200, **words: str) -> Any:
    """Return what an address of the meeting answers."""
    answer = client.get(f"/api/meeting/{path}", query_string=words)
    assert answer.status_code == status, answer.text
    return answer.json


def sent(client: FlaskClient, path: str, told: Any, status: int = 201, method: str = "POST", **headers: str) -> Any:
    """Return what is answered to something that is written."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.open(f"/api/meeting/{path}", method=method, json=told, headers=named)
    assert answer.status_code == status, answer.text
    return answer.json


def an_action(**more: Any) -> dict[str, Any]:
    """Return an action as a page sends it."""
    told = {"id": str(uuid4()), "week": "2026-W47", "side": "sales", "text": "Call them all", "owner": "Ada"}
    return {**told, "due_on": "2026-11-27", "number": DONE, **more}


def late(warehouse: Engine, how_many: int) -> None:
    """Load so many more leads of the week, a day after it was kept."""
    at = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
    rows = [{**lead(n), "lead_id": f"late{n}", "loaded_at": at} for n in range(how_many)]
    with warehouse.begin() as connection:
        connection.execute(leads.insert(), rows)


def text_of(tree: Any) -> str:
    """Return all words of what is drawn."""
    if isinstance(tree, list):
        return " ".join(text_of(one) for one in tree)
    if isinstance(tree, dict):
        return text_of(tree["props"].get("children"))
    return "" if tree is None else str(tree)
