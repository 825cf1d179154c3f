"""What was decided in the meetings: who does what by when, what number it came from, and what came of it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, insert, select, update

from dashboard.store import allowed, tables
from dashboard.store.connections import reading, writing
from dashboard.store.faults import Outdated, Unknown
from queries.faults import Refused

ACTIONS = tables.actions


class Action(NamedTuple):
    """One thing that was decided; ``value`` is what its number was then, as the text of an exact number.

    ``removed_at`` is when it was taken off the list; ``version`` grows by one with every change.
    """

    action_id: str
    week: str
    side: str
    text: str
    owner: str
    due_on: date
    number: str | None
    value: str | None
    written_at: datetime
    done_at: datetime | None
    outcome: str | None
    removed_at: datetime | None
    version: int


CHANGEABLE = frozenset({"side", "text", "owner", "due_on", "number", "value", "outcome"})
"""What may be corrected; when it was written and in which meeting may not."""


class Actions:
    """The actions of a store."""

    def __init__(self, made: Engine) -> None:
        self._engine = made

    def add(
        self,
        action_id: str,
        week: str,
        side: str,
        text: str,
        owner: str,
        due_on: date,
        written_at: datetime,
        number: str | None = None,
        value: str | None = None,
    ) -> Action:
        """Return the action that was added; adding it again, by its id, adds nothing and returns what is there."""
        given = {"action_id": action_id, "week": week, "side": side, "text": text, "owner": owner}
        row = allowed.row(given | {"due_on": due_on, "number": number, "value": value, "written_at": written_at})
        with writing(self._engine) as connection:
            there = _found(connection, action_id)
            if there is None:
                connection.execute(insert(ACTIONS).values(version=1, **row))
            elif there.week != row["week"]:
                raise Outdated(f"action_id: {action_id} is another action already ({_told(there)})", there)
            return _there(connection, action_id)

    def of(self, week: str) -> list[Action]:
        """Return what the meeting of a week decided, in the order it was written, without what was removed."""
        return self._listed(ACTIONS.c.week == week, ACTIONS.c.removed_at.is_(None))

    def open_before(self, week: str, at: datetime | None = None) -> list[Action]:
        """Return what earlier meetings decided and nobody has done: now, or as it was at the instant ``at``."""
        earlier = self._listed(ACTIONS.c.week < week)
        return [one for one in earlier if is_open(one, at)]

    def done_between(self, since: datetime, until: datetime) -> list[Action]:
        """Return what was done from ``since`` on and before ``until``, whichever meeting decided it."""
        return self._listed(ACTIONS.c.done_at >= since, ACTIONS.c.done_at < until, ACTIONS.c.removed_at.is_(None))

    def all(self) -> list[Action]:
        """Return every action there has been, the removed ones too, in the order they were written."""
        return self._listed()

    def one(self, action_id: str) -> Action:
        """Return one action, also a removed one; raise ``Unknown`` when there is none of that id."""
        with reading(self._engine) as connection:
            return _there(connection, action_id)

    def done(self, action_id: str, at: datetime, outcome: str | None = None, was: int | None = None) -> Action:
        """Return the action as done at an instant, with what came of it; one that is done already keeps its instant."""
        told = {} if outcome is None else {"outcome": outcome}
        return self._changed(action_id, was, lambda there: {"done_at": there.done_at or at, **told})

    def reopened(self, action_id: str, was: int | None = None) -> Action:
        """Return the action as open again; what was written of its outcome stays."""
        return self._changed(action_id, was, lambda _: {"done_at": None})

    def changed(self, action_id: str, was: int, **wanted: Any) -> Action:
        """Return the action with what was corrected (side, text, owner, due_on, number, value, outcome).

        ``was`` is the version that the corrector saw; raises ``Outdated`` with what is there now when somebody was
        faster, unless what is wanted stands there already.
        """
        strange = sorted(set(wanted) - CHANGEABLE)
        if strange:
            raise Refused(f"{', '.join(strange)}: cannot be changed; what can is {', '.join(sorted(CHANGEABLE))}")
        return self._changed(action_id, was, lambda _: wanted)

    def removed(self, action_id: str, at: datetime, was: int | None = None) -> Action:
        """Return the action as taken off the list at an instant; it is kept, and ``put_back`` brings it back."""
        return self._changed(action_id, was, lambda there: {"removed_at": there.removed_at or at}, gone=True)

    def put_back(self, action_id: str, was: int | None = None) -> Action:
        """Return the action as on the list again."""
        return self._changed(action_id, was, lambda _: {"removed_at": None}, gone=True)

    def _listed(self, *where: Any) -> list[Action]:
        with reading(self._engine) as connection:
            found = connection.execute(select(ACTIONS).where(*where))
            return sorted((Action(*row) for row in found), key=lambda one: (one.written_at, one.action_id))

    def _changed(
        self,
        action_id: str,
        was: int | None,
        wanted: Callable[[Action], Mapping[str, Any]],
        gone: bool = False,
    ) -> Action:
        """Return the action with what is ``wanted`` of it; nothing is written when it stands there already."""
        with writing(self._engine) as connection:
            there = _there(connection, action_id)
            row = allowed.row(wanted(there))
            if all(getattr(there, column) == value for column, value in row.items()):
                return there
            _refuse_outdated(there, was, gone)
            changed = update(ACTIONS).where(ACTIONS.c.action_id == action_id)
            connection.execute(changed.values(version=there.version + 1, **row))
            return _there(connection, action_id)


def is_open(one: Action, at: datetime | None = None) -> bool:
    """Return whether an action is on the list and not done: now, or as it was at the instant ``at``."""
    if at is None:
        return one.done_at is None and one.removed_at is None
    return one.written_at <= at and not any(end and end <= at for end in (one.done_at, one.removed_at))


def _refuse_outdated(there: Action, was: int | None, gone: bool) -> None:
    """Raise ``Outdated`` when the action was changed since version ``was``, or was removed."""
    if was is not None and was != there.version:
        raise Outdated(f"somebody changed this action meanwhile; now it says: {_told(there)}. Write again", there)
    if there.removed_at is not None and not gone:
        raise Outdated(f"this action was removed meanwhile ({_told(there)}); put it back first", there)


def _told(there: Action) -> str:
    return f"“{there.text[:200]}”, {there.owner}, by {there.due_on}{', done' if there.done_at else ''}"


def _there(connection: Connection, action_id: str) -> Action:
    found = _found(connection, action_id)
    if found is None:
        raise Unknown(f"action_id: there is no action {action_id[:80]!r}; look at the list again")
    return found


def _found(connection: Connection, action_id: str) -> Action | None:
    row = connection.execute(select(ACTIONS).where(ACTIONS.c.action_id == action_id)).first()
    return Action(*row) if row else None
