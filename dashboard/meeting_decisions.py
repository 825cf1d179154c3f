"""The addresses of what a meeting decides: ``/api/meeting/actions``, ``/notes`` and ``/promises``.

Whoever writes makes the id, so that a write that is sent twice adds nothing twice; whoever corrects says which version
they saw, and is told what is there now when somebody was faster (409, ``now``).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask import Flask, Response, make_response, request

from dashboard.answers import JSON, told
from dashboard.meeting import decided
from dashboard.meeting.week import Week
from dashboard.meeting_asked import Body, Foreign, TooLong, Unfit, body
from dashboard.number import Number
from dashboard.store.actions import Action, is_open
from dashboard.store.door import Store
from dashboard.store.faults import Outdated, StoreSilent, Unknown
from dashboard.store.notes import Note
from dashboard.store.promises import Word
from queries.faults import Refused

ACTIONS, NOTES, PROMISES = (f"/api/meeting/{name}" for name in ("actions", "notes", "promises"))
STEPS = tuple(str(number) for number in range(1, 8))


class Around(NamedTuple):
    """What the decisions of one meeting are read beside."""

    week: Week
    coming: Week
    at: datetime
    """The moment at which it is looked at."""
    past: bool
    """Whether somebody asked for that moment."""
    numbers: Callable[[], Mapping[str, Number]]
    """The numbers of the week; raises what reading them raises."""
    came: Callable[[str, str], Number | None]
    """What a number came to in a week: its name, the number's."""


class Decisions:
    """Answers for what is decided; ``around`` tells of the week that the request names."""

    def __init__(
        self,
        store: Callable[[], Store],
        around: Callable[[str | None], Around],
        day: Callable[[datetime], Any],
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._around, self._day, self._now = store, around, day, now

    def register(self, server: Flask) -> None:
        """Add the addresses to ``server``, and what they answer when they refuse."""
        views: dict[str, dict[str, Callable[[], Response]]] = {
            ACTIONS: {"GET": self.actions, "POST": self.add, "PATCH": self.change},
            NOTES: {"GET": self.notes, "POST": self.note},
            PROMISES: {"GET": self.promises, "POST": self.say},
        }
        for path, methods in views.items():
            for method, view in methods.items():
                server.add_url_rule(path, f"{method} {path}", view, methods=[method])
        server.register_error_handler(Outdated, outdated)
        for kind, status in ((Foreign, 403), (TooLong, 413), (Unfit, 400), (Unknown, 404), (StoreSilent, 503)):
            server.register_error_handler(kind, _refusing(status))

    # actions

    def actions(self) -> Response:
        """Answer with what was decided in this meeting, and with what earlier ones decided and is not done."""
        return _json(self._actions(self._around(request.args.get("week"))))

    def all(self, week: str | None) -> dict[str, Any]:
        """Return all that is decided and said around a week."""
        around = self._around(week)
        return self._actions(around) | self._words(around)

    def _actions(self, around: Around) -> dict[str, Any]:
        every = self._store().actions.all()
        if around.past:
            every = decided.by_then(every, around.at)
        kept = [one for one in every if one.removed_at is None]
        earlier = [one for one in kept if one.week < around.week.name and self._stands(one, around)]
        mine = [one for one in kept if one.week == around.week.name]
        return {"week": around.week.name, "carried": self._told(earlier, around), "actions": self._told(mine, around)}

    def _stands(self, one: Action, around: Around) -> bool:
        """Return whether an earlier meeting’s action is read in this one: it is open, or done since its week began."""
        return is_open(one) or (one.done_at is not None and one.done_at >= around.week.starts_at)

    def _told(self, actions: list[Action], around: Around) -> list[dict[str, Any]]:
        today = self._day(around.at)
        numbers = around.numbers() if any(one.number for one in actions) else {}
        return [decided.action(one, around.week, numbers, today) for one in actions]

    def add(self) -> Response:
        """Add an action; one that is there already, by its id, is answered with as if it were added now."""
        asked = body(request)
        around = self._around(asked.text("week"))
        found = self._added(asked, around)
        return _json({"action": self._told([found], around)[0]}, 201)

    def _added(self, asked: Body, around: Around) -> Action:
        actions, name, number = self._store().actions, asked.text("id"), asked.maybe("number")
        wanted: dict[str, Any] = {word: asked.text(word).strip() for word in ("side", "text", "owner")}
        wanted |= {"due_on": asked.day("due_on"), "number": number, "value": _value(around.numbers, number)}
        found = actions.add(name, around.week.name, written_at=self._now(), **wanted)
        if all(getattr(found, word) == value for word, value in wanted.items() if word != "value"):
            return found
        # the first answer was lost on its way, and what was sent again was corrected before
        return actions.changed(name, 1, **wanted)

    def change(self) -> Response:
        """Change an action: correct it, mark it done or open again, or take it off the list."""
        asked = body(request)
        around = self._around(asked.text("seen_in"))
        return _json({"action": self._told([self._changed(asked, around)], around)[0]})

    def _changed(self, asked: Body, around: Around) -> Action:
        actions, name, was = self._store().actions, asked.text("id"), asked.whole("was")
        if "done" in asked:
            return self._ended(asked, name, was) if asked.said("done") else actions.reopened(name, was)
        if "removed" in asked:
            return actions.removed(name, self._now(), was) if asked.said("removed") else actions.put_back(name, was)
        wanted: dict[str, Any] = {word: asked.text(word) for word in ("side", "text", "owner") if word in asked}
        if "due_on" in asked:
            wanted["due_on"] = asked.day("due_on")
        if "number" in asked and asked.maybe("number") != actions.one(name).number:
            wanted |= {"number": asked.maybe("number"), "value": _value(around.numbers, asked.maybe("number"))}
        return actions.changed(name, was, **wanted)

    def _ended(self, asked: Body, name: str, was: int) -> Action:
        actions, outcome = self._store().actions, asked.text("outcome", "")
        if actions.one(name).done_at is None:
            return actions.done(name, self._now(), outcome, was)
        # an outcome that is corrected ends nothing a second time
        return actions.changed(name, was, outcome=outcome)

    # notes

    def notes(self) -> Response:
        """Answer with the notes of a meeting, by step."""
        around = self._around(request.args.get("week"))
        found = self._store().notes.of(around.week.name)
        return _json({"week": around.week.name, "notes": {step: one._asdict() for step, one in found.items()}})

    def note(self) -> Response:
        """Write the note on a step, over the version that the writer saw."""
        asked = body(request)
        step = str(asked.whole("step"))
        if step not in STEPS:
            raise Unfit("step: is none of the seven")
        # a week that nobody can look at takes no note; but no note waits for the numbers of its week
        week = self._around(asked.text("week")).week.name
        found = self._store().notes.write(week, step, asked.text("text"), asked.whole("was", 0))
        return _json(found._asdict())

    # each side's word

    def promises(self) -> Response:
        """Answer with what each side says of the week to come, and how its word on this week and earlier ones held."""
        return _json(self._words(self._around(request.args.get("week"))))

    def _words(self, around: Around) -> dict[str, Any]:
        said = self._store().promises.all(around.at if around.past else None)
        coming = [one for one in said if one.week == around.coming.name]
        sides = [decided.side(name, coming, said, around.week.name, around.came) for name in decided.SIDES]
        return {"week": around.week.name, "coming": around.coming.name, "sides": sides}

    def say(self) -> Response:
        """Keep what a side says of the week after the one that is looked at."""
        asked = body(request)
        around = self._around(asked.text("week"))
        side, name = asked.text("side"), asked.text("id")
        number = decided.SPOKEN_FOR.get(side)
        value = decided.amount(asked.text("value"))
        text = asked.text("text", "").strip() or f"{value} in {around.coming.name}"
        by = asked.text("by")
        was = asked.whole("was", 0)
        self._store().promises.say(name, around.coming.name, side, number, value, text, self._now(), by, was)
        return _json(self._words(around), 201)


def _value(numbers: Callable[[], Mapping[str, Number]], name: str | None) -> str | None:
    """Return what a number comes to as the text of an exact number; raise ``Unfit`` where there is no such number."""
    if name is None:
        return None
    found = numbers().get(name)
    if found is None:
        raise Unfit(f"number: this week has no number {name[:80]!r}; leave it out, or choose one that it has")
    return str(found.value) if found.value is not None else None


def outdated(fault: Outdated) -> Response:
    """Return a refusal with what is there now."""
    there = fault.there
    now: Any = there._asdict() if isinstance(there, Note | Action | Word) else None
    return _json({"state": "refused", "error": str(fault), "now": _plain(now)}, 409)


def _plain(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if found is None:
        return None
    plain = (str, int, type(None))
    return {name: one if isinstance(one, plain) else one.isoformat() for name, one in found.items()}


def _refusing(status: int) -> Callable[[Refused], Response]:
    def refused(fault: Refused) -> Response:
        answer = _json({"state": "refused", "error": str(fault)}, status)
        if status == 503:
            answer.headers["Retry-After"] = "1"
        return answer

    return refused


def _json(what: Any, status: int = 200) -> Response:
    return make_response(told(what), status, {"Content-Type": JSON, "Cache-Control": "no-store"})
