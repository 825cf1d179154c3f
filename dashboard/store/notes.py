"""What was noted in a meeting, one note a step."""

from typing import NamedTuple

from sqlalchemy import Connection, Engine, insert, select, update

from dashboard.store import allowed, tables
from dashboard.store.connections import reading, writing
from dashboard.store.faults import Outdated

NOTES = tables.notes


class Note(NamedTuple):
    """The note at one step of a meeting; ``version`` 0 is one that nobody has written yet."""

    text: str
    version: int


class Notes:
    """The notes of a store."""

    def __init__(self, made: Engine) -> None:
        self._engine = made

    def of(self, week: str) -> dict[str, Note]:
        """Return the notes of a week's meeting by step; a step without one is not there."""
        asked = select(NOTES.c.step, NOTES.c.text, NOTES.c.version).where(NOTES.c.week == week)
        with reading(self._engine) as connection:
            return {step: Note(text, version) for step, text, version in connection.execute(asked.order_by("step"))}

    def write(self, week: str, step: str, text: str, was: int = 0) -> Note:
        """Return the note as it is written; an empty text strikes it out.

        ``was`` is the version that the writer saw (0: none); raises ``Outdated`` with the note that is there when
        somebody was faster, unless it says the same.
        """
        key = {"week": allowed.week(week), "step": allowed.words(step, "step")}
        note = Note(allowed.words(text, "text", blank=True), was + 1)
        with writing(self._engine) as connection:
            there = _found(connection, **key)
            if there.version and there.text == note.text:
                return there
            if there.version != was:
                said = f"somebody wrote this note meanwhile; now it says: “{there.text[:500]}”. Write again"
                raise Outdated(said, there)
            _write(connection, key, note)
        return note


def _found(connection: Connection, week: str, step: str) -> Note:
    asked = select(NOTES.c.text, NOTES.c.version).where(NOTES.c.week == week, NOTES.c.step == step)
    row = connection.execute(asked).first()
    return Note(*row) if row else Note("", 0)


def _write(connection: Connection, key: dict[str, str], note: Note) -> None:
    if note.version == 1:
        connection.execute(insert(NOTES).values(**key, **note._asdict()))
    else:
        here = (NOTES.c.week == key["week"], NOTES.c.step == key["step"])
        connection.execute(update(NOTES).where(*here).values(**note._asdict()))
