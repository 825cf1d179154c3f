"""What each side says the week will bring: its word, and every correction of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, insert, select

from dashboard.store import allowed, tables
from dashboard.store.connections import reading, writing
from dashboard.store.faults import Outdated, Unknown

PROMISES = tables.promises


class Word(NamedTuple):
    """What one side said of a week; ``value`` is the text of an exact number, where the word is about a ``number``.

    Each correction is a word of the same id and the next version; one with ``taken_back`` ends it.
    """

    week: str
    side: str
    number: str | None
    value: str | None
    text: str
    said_at: datetime
    said_by: str
    word_id: str
    version: int
    taken_back: bool


COLUMNS = [PROMISES.c[name] for name in Word._fields]


class Promises:
    """The words that both sides gave, in a store."""

    def __init__(self, made: Engine) -> None:
        self._engine = made

    def say(
        self,
        word_id: str,
        week: str,
        side: str,
        number: str | None,
        value: str | None,
        text: str,
        said_at: datetime,
        said_by: str,
        was: int = 0,
    ) -> Word:
        """Return the word as it is kept: a new one (``was`` 0), or the correction of version ``was``.

        Saying the same again keeps nothing new. Raises ``Outdated`` with the word that is there when somebody was
        faster, or when the side has given its word on this number already.
        """
        about = {"week": week, "side": side, "number": number, "value": value}
        row = allowed.row(about | {"text": text, "said_at": said_at, "said_by": said_by, "word_id": word_id})
        return self._kept(Word(**row, version=was + 1, taken_back=False))

    def take_back(self, word_id: str, said_at: datetime, said_by: str, was: int) -> Word:
        """Return the word as taken back; it is kept with all that was said before."""
        with reading(self._engine) as connection:
            there = _newest(connection, word_id)
        if there is None:
            raise Unknown(f"word_id: there is no word {word_id[:80]!r}; look at the list again")
        by = allowed.words(said_by, "said_by")
        return self._kept(there._replace(said_at=said_at, said_by=by, version=was + 1, taken_back=True))

    def of(self, week: str) -> list[Word]:
        """Return the words on a week as they stand, in the order they were first said."""
        return standing(self._listed(PROMISES.c.week == week))

    def all(self, by: datetime | None = None) -> list[Word]:
        """Return the words on every week as they stand, or stood ``by`` an instant, in the order they were first said.

        What was corrected or taken back after it stood as it was said.
        """
        return standing(one for one in self._listed() if by is None or one.said_at <= by)

    def said(self, week: str) -> list[Word]:
        """Return all that was said of a week, corrections and what was taken back too, each after what it corrects."""
        return self._listed(PROMISES.c.week == week)

    def _listed(self, *where: Any) -> list[Word]:
        with reading(self._engine) as connection:
            return _in_order(connection, *where)

    def _kept(self, word: Word) -> Word:
        with writing(self._engine) as connection:
            there = _newest(connection, word.word_id)
            if there and _says(there) == _says(word):
                return there
            _refuse_outdated(there, word)
            if word.number is not None and not word.taken_back:
                _refuse_second(connection, word)
            connection.execute(insert(PROMISES).values(**word._asdict() | {"taken_back": int(word.taken_back)}))
        return word


def standing(words: Iterable[Word]) -> list[Word]:
    """Return of each word what was said last, without those that were taken back."""
    last = {one.word_id: one for one in words}
    return [one for one in last.values() if not one.taken_back]


def _says(word: Word) -> tuple[Any, ...]:
    """Return what a word says, whenever it was said."""
    return word.week, word.side, word.number, word.value, word.text, word.taken_back


def _refuse_outdated(there: Word | None, word: Word) -> None:
    """Raise ``Outdated`` when a word is no correction of what is there."""
    if there is None and word.version > 1:
        raise Unknown(f"word_id: there is no word {word.word_id} to correct; look at the list again")
    if there and (there.version + 1 != word.version or (there.week, there.side) != (word.week, word.side)):
        raise Outdated(f"somebody changed this word meanwhile; now it says: {_told(there)}. Say it again", there)


def _refuse_second(connection: Connection, word: Word) -> None:
    """Raise ``Outdated`` when the side has given another word on the same number of the same week."""
    for one in standing(_in_order(connection, PROMISES.c.week == word.week)):
        if (one.side, one.number) == (word.side, word.number) and one.word_id != word.word_id:
            said = f"{one.side} has given its word on this number already: {_told(one)}. Correct that one instead"
            raise Outdated(said, one)


def _told(there: Word) -> str:
    back = " (taken back)" if there.taken_back else ""
    return f"“{there.text[:200]}”, {there.said_by}{back}"


def _in_order(connection: Connection, *where: Any) -> list[Word]:
    """Return words, each after the one it corrects."""
    found = [_word(row) for row in connection.execute(select(*COLUMNS).where(*where))]
    return sorted(found, key=lambda one: (one.version, one.said_at, one.word_id))


def _newest(connection: Connection, word_id: str) -> Word | None:
    asked = select(*COLUMNS).where(PROMISES.c.word_id == word_id).order_by(PROMISES.c.version.desc())
    row = connection.execute(asked.limit(1)).first()
    return _word(row) if row else None


def _word(row: Any) -> Word:
    return Word(*row)._replace(taken_back=bool(row.taken_back))
