"""How a number is made of its rows, and which of them stand otherwise than when the week was kept. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Literal, NamedTuple

from dashboard.meeting.changes import Kind, RowChange
from dashboard.meeting.frozen import TABLES, Entry, Facts, Frozen, entries, key, pinned, within
from dashboard.meeting.ledger_words import columns_in_words, in_words
from dashboard.number import Number, Rows
from dashboard.pace import percentile

Making = Literal["sum", "share", "mean", "wait", "worked out"]
NOTHING = Fraction(0)
GONE, ELSEWHERE, UNKNOWN = "no longer there", "elsewhere", "not known"


def making(one: Number) -> Making:
    """Return how a number is made: of its rows, in one of four ways, or of other numbers."""
    if one.parts or one.rows is None:
        return "worked out"
    if one.unit == "hours":
        return "wait"
    if one.name == "goal.measured.deal_size":
        return "mean"
    return "share" if one.unit == "share" else "sum"


class Stand(NamedTuple):
    """How one row stands in a number."""

    entry: Entry
    whole: int
    """1 where it is part of a share's or an average's denominator."""
    hours: float | None
    """How long it waited, where that is what counts."""


class Standings(NamedTuple):
    """How all rows stand in one number, at one reading of the week."""

    making: Making
    share: Fraction
    """Of waits: how many of them lie below the number."""
    rows: Mapping[str, Stand]

    def value(self) -> Fraction:
        """Return the number as these rows make it; zero where they make none."""
        if self.making == "wait":
            return _percentile([one.hours for one in self.rows.values() if one.hours is not None], self.share)
        counted = sum((one.entry.counted for one in self.rows.values()), NOTHING)
        whole = sum(one.whole for one in self.rows.values())
        if self.making == "sum":
            return counted
        return counted / whole if whole else NOTHING


def _percentile(hours: list[float], share: Fraction) -> Fraction:
    return Fraction(percentile(sorted(hours), share)).limit_denominator(3600) if hours else NOTHING


def standings(frozen: Frozen, one: Number | None, other: Number) -> Standings:
    """Return how the rows of a number stand; one that is not there has none.

    ``other`` is the same number at any reading where it has rows: it says how the number is made.
    """
    made = making(other)
    share = Fraction(9, 10) if ".p90_" in other.name else Fraction(1, 2)
    if one is None or one.rows is None:
        return Standings(made, share, {})
    hours = frozen.hours.get(_measure(one), {}) if made == "wait" else {}
    found = entries(frozen, one.rows).items()
    return Standings(made, share, {name: _stand(made, one.rows, entry, hours.get(name)) for name, entry in found})


def _stand(made: Making, rows: Rows, entry: Entry, hours: float | None) -> Stand:
    counted = not entry.reason
    whole = counted or (made == "share" and entry.reason in rows.whole)
    return Stand(entry, int(whole and made in ("share", "mean")), hours if counted else None)


def _measure(one: Number) -> str:
    """Return the measure by which the rows of a number wait, as ``Frozen.hours`` has it."""
    subject = one.name.split(".")[1]
    until = {"first_attempt": "first", "system_delay": "assigned", "decision": "decided"}[subject]
    return f"{until}.{one.detail.get('clock', 'working')}"


class Between:
    """The same week at two readings: which rows stand otherwise, found once for all numbers of the same candidates."""

    def __init__(self, then: Frozen, now: Frozen) -> None:
        self.then, self.now = then, now
        self._others: dict[str, list[str]] = {}

    def untouched(self, was: Number | None, one: Number | None) -> bool:
        """Return whether no row of a number can stand otherwise: then they need not be compared one by one."""
        if was is None or one is None or was.rows is None or one.rows is None:
            return False
        if was.rows._replace(known_at=None) != one.rows._replace(known_at=None):
            return False
        if pinned(was.rows, self.then.week.as_of):
            return not self._differing(key(was.rows, self.then.week.as_of), was)
        return not any(
            self._concerns(other, was.rows) for other in self._differing(key(was.rows, self.then.week.as_of), was)
        )

    def _concerns(self, name: str, rows: Rows) -> bool:
        table = TABLES.get(rows.of, "leads")
        told = (self.then.facts[table].get(name), self.now.facts[table].get(name))
        return any(facts is not None and within(facts, rows) for facts in told)

    def _differing(self, name: str, one: Number) -> list[str]:
        """Return the ids of the candidates that stand or say of themselves anything else."""
        measure = _measure(one) if one.unit == "hours" else ""
        if name + measure not in self._others:
            of = one.rows.of if one.rows else ""
            self._others[name + measure] = list(self._found(name, TABLES.get(of, "leads"), measure))
        return self._others[name + measure]

    def _found(self, name: str, table: str, measure: str) -> Iterator[str]:
        groups = [found.groups[name].rows if name in found.groups else {} for found in (self.then, self.now)]
        facts = [found.facts[table] for found in (self.then, self.now)]
        hours = [found.hours.get(measure, {}) for found in (self.then, self.now)]
        for one in groups[0].keys() | groups[1].keys():
            if any(some[0].get(one) != some[1].get(one) for some in (groups, facts, hours)):
                yield one


def moved(between: Between, name: str) -> tuple[list[RowChange], Fraction]:
    """Return the rows that stand otherwise in a number, and by how much they, and nothing else, move it."""
    then, now = between.then, between.now
    was, one = then.numbers.get(name), now.numbers.get(name)
    known = was if was is not None and was.rows is not None else one
    if known is None or known.rows is None or making(known) == "worked out" or between.untouched(was, one):
        return [], NOTHING
    before, after = standings(then, was, known), standings(now, one, known)
    found = list(_changes(then, now, known, before, after))
    return found, _applied(before, after, found).value() - before.value()


def _applied(before: Standings, after: Standings, found: list[RowChange]) -> Standings:
    """Return the rows as they stood, with these changes made to them, and no others."""
    rows = dict(before.rows)
    for one in found:
        if one.id in after.rows:
            rows[one.id] = after.rows[one.id]
        else:
            rows.pop(one.id, None)
    return before._replace(rows=rows)


def _changes(then: Frozen, now: Frozen, one: Number, before: Standings, after: Standings) -> Iterator[RowChange]:
    of = one.rows.of if one.rows else ""
    table = TABLES.get(of, "leads")
    facts = then.facts[table], now.facts[table]
    redefined = then.definitions.get(one.name) != now.definitions.get(one.name)
    for name in sorted(before.rows.keys() | after.rows.keys()):
        pair = before.rows.get(name), after.rows.get(name)
        told = facts[0].get(name), facts[1].get(name)
        # what stands otherwise though it says the same of itself is the new definition's doing, where there is one
        if pair[0] != pair[1] and not (redefined and told[0] is not None and told[0] == told[1]):
            yield _change(then, one, name, pair, told)


def _change(
    then: Frozen,
    one: Number,
    name: str,
    pair: tuple[Stand | None, Stand | None],
    told: tuple[Facts | None, Facts | None],
) -> RowChange:
    was, now = pair
    known = told[1] or told[0] or {}
    at = learned(told[1])
    kind = _kind(one, pair, told, at is not None and at >= then.known_at)
    zone = then.company.calendar.zone
    return RowChange(
        name,
        str(known.get("label") or name),
        known.get("url"),
        str(known.get("source") or known.get("rep_id") or ""),
        kind,
        in_words(was.entry, one.unit, was.hours) if was else UNKNOWN if kind == "late" else ELSEWHERE,
        in_words(now.entry, one.unit, now.hours) if now else GONE if kind == "gone" else ELSEWHERE,
        at,
        (now.entry.counted if now else NOTHING) - (was.entry.counted if was else NOTHING),
        (now.whole if now else 0) - (was.whole if was else 0),
        columns_in_words(told[0], told[1], zone),
    )


def learned(facts: Facts | None) -> datetime | None:
    """Return when the warehouse learned of a row, as far as it says so."""
    return (facts.get("loaded_at") or facts.get("created_at")) if facts else None


def _kind(
    one: Number, pair: tuple[Stand | None, Stand | None], told: tuple[Facts | None, Facts | None], late: bool
) -> Kind:
    was, now = pair
    if was is None:
        return "late" if late and told[0] is None else "moved"
    if now is None:
        return "moved" if told[1] is not None or _ids_alone(one) else "gone"
    if one.rows is not None and one.rows.of == "given" and "duplicate" not in (was.entry.reason, now.entry.reason):
        return "verdict"
    if was.entry.reason and not now.entry.reason:
        return "let in"
    return "left out" if now.entry.reason and not was.entry.reason else "changed"


def _ids_alone(one: Number) -> bool:
    return one.name.startswith("goal.measured.")
