"""The ledger of a frozen week: every number that has moved since, and the rows and papers that moved it. Pure.

The week is read again step by step: first with all that is known now, then with the reps, the company's facts and the
agreement as they are now. What the first step moves is explained row by row; what each further one moves is its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from dashboard.meeting.changes import Cause as Cause
from dashboard.meeting.changes import Change as Change
from dashboard.meeting.changes import Kind as Kind
from dashboard.meeting.changes import RowChange as RowChange
from dashboard.meeting.frozen import TABLES, Frozen
from dashboard.meeting.ledger_review import counts, settled
from dashboard.meeting.ledger_words import arrow, explained
from dashboard.meeting.standing import Between, making, moved
from dashboard.number import Number
from dashboard.words import listed, plain

NOTHING = Fraction(0)
MEASURED = "goal.measured."
"""So begin the names of what is measured before a month and works into what was promised for it."""


class Step(NamedTuple):
    """The numbers of the week as they are once one more thing is taken as it is now."""

    kind: Literal["agreement", "company", "reps"]
    words: str
    """What changed: ``agreement v1: marketing leads per month 210 → 240``."""
    was: str
    now: str
    numbers: Mapping[str, Number]


UNEXPLAINED = "no row or paper that is kept explains this part: the program may reckon otherwise by now"
"""What is said of a rest, so that nothing moves without a word."""


def ledger(then: Frozen, now: Frozen, steps: Sequence[Step]) -> list[Change]:
    """Return every number that has moved since ``then``, in the order of the week's numbers, and what moved it.

    ``now`` is the same week knowing all that is known now, under the papers of then; each step takes one of these as it
    is now, on top of the ones before.
    """
    last = steps[-1].numbers if steps else now.numbers
    reviewed = dict.fromkeys([*counts(then), *counts(now)])
    names = dict.fromkeys(one for one in [*then.numbers, *now.numbers, *last] if one not in reviewed)
    between = Between(then, now)
    found = [_change(between, steps, name) for name in names] + [_settled(then, now, steps, name) for name in reviewed]
    return [one for one in found if one is not None]


def _change(between: Between, steps: Sequence[Step], name: str) -> Change | None:
    then, now = between.then, between.now
    readings = [then.numbers, now.numbers, *(one.numbers for one in steps)]
    rows, by_rows = moved(between, name)
    own = [*_otherwise(then, now, name, by_rows), *_steps(readings[1:], steps, name)]
    behind = [found for numbers in readings if name in numbers and (found := numbers[name].rows)]
    table = TABLES.get(behind[-1].of, "leads") if behind else "leads"
    return _told(then, readings, name, table, Explained(rows, own, by_rows))


def _settled(then: Frozen, now: Frozen, steps: Sequence[Step], name: str) -> Change | None:
    """Return what moved one count of the lead review, whose rows are named lead by lead."""
    readings = [counts(then), counts(now), *(one.numbers for one in steps)]
    rows, by_rows, rest = settled(then, now, name)
    return _told(then, readings, name, "leads", Explained(rows, [*rest, *_steps(readings[1:], steps, name)], by_rows))


class Explained(NamedTuple):
    """What moved a number."""

    rows: Sequence[RowChange]
    causes: Sequence[Cause]
    by_rows: Fraction


def _told(
    then: Frozen, readings: Sequence[Mapping[str, Number]], name: str, table: str, by: Explained
) -> Change | None:
    was, last = _value(readings[0], name), _value(readings[-1], name)
    if was == last and not by.rows and not by.causes:
        return None
    one = next(numbers[name] for numbers in reversed(readings) if name in numbers)
    found = Change(name, one.label, one.unit, was, last, "", by.rows, by.causes, by.by_rows)
    causes = [*by.causes, *([Cause("unexplained", UNEXPLAINED, "", "", found.residual)] if found.residual else [])]
    words = explained(by.rows, causes, table, one.unit, then.board.as_of, then.company.calendar.zone)
    told = f"{arrow(was, last, one.unit)}: {words}" if words else arrow(was, last, one.unit)
    return found._replace(words=told, causes=causes)


def _value(numbers: Mapping[str, Number], name: str) -> Fraction | None:
    return numbers[name].value if name in numbers else None


def _moved(before: Mapping[str, Number], after: Mapping[str, Number], name: str) -> Fraction:
    return (_value(after, name) or NOTHING) - (_value(before, name) or NOTHING)


def _steps(readings: Sequence[Mapping[str, Number]], steps: Sequence[Step], name: str) -> Iterator[Cause]:
    """Yield what each of the papers moved."""
    for before, step in zip(readings, steps, strict=False):
        amount = _moved(before, step.numbers, name)
        if amount:
            yield Cause(step.kind, step.words, step.was, step.now, amount)


def _otherwise(then: Frozen, now: Frozen, name: str, by_rows: Fraction) -> Iterator[Cause]:
    """Yield what moved a number that its own rows did not move: another definition, or numbers it follows from."""
    amount = _moved(then.numbers, now.numbers, name) - by_rows
    if not amount:
        return
    if then.definitions.get(name, "") != now.definitions.get(name, "") and name in then.numbers and name in now.numbers:
        was, one = then.numbers[name].definition, now.numbers[name].definition
        yield Cause("definition", "the number is defined otherwise", was, one, amount)
        return
    parts = [one for one in _parts(then, now, name) if _moved(then.numbers, now.numbers, one)]
    past = list(_past(then, now, name))
    if parts or past:
        labels = [(now.numbers.get(one) or then.numbers[one]).label for one in parts]
        words = f"follows from {listed([*labels, *past])}"
        yield Cause("follows", words, "", "", amount, tuple(parts))


def _parts(then: Frozen, now: Frozen, name: str) -> Sequence[str]:
    """Return the numbers that one is worked out from; what was promised follows from what was measured."""
    one = now.numbers.get(name) or then.numbers[name]
    if one.parts:
        return one.parts
    measured = [other for other in dict.fromkeys([*then.numbers, *now.numbers]) if other.startswith(MEASURED)]
    return measured if making(one) == "worked out" else ()


def _past(then: Frozen, now: Frozen, name: str) -> Iterator[str]:
    """Yield the past periods that a likely end is compared with and that count otherwise, in words."""
    prefix, _, last = name.rpartition(".")
    if last != "projection":
        return
    was, one = then.past.get(prefix, {}), now.past.get(prefix, {})
    for period in sorted(was.keys() | one.keys()):
        if was.get(period) != one.get(period):
            ends = [plain(found[period].in_the_end) if period in found else "nothing" for found in (was, one)]
            yield f"{period}, which came to {' and now to '.join(ends)}"
