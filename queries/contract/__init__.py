"""What of the contract holds in a warehouse, and which screens each fault breaks.

A rule is one function in ``queries.contract.rules``; writing it there is all there is to adding one.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import import_module
from typing import NamedTuple

from sqlalchemy import Connection

from queries.contract import rules
from queries.contract.finding import Example, Finding, Level, holds
from queries.contract.question import Asked, Question, answers, offending
from queries.contract.ruling import RULES, Rule, Stage
from queries.contract.shape import Warehouse, observe
from queries.tables import metadata
from queries.warehouse import strictly

__all__ = [
    "RULES",
    "Asked",
    "Checked",
    "Example",
    "Finding",
    "Level",
    "Question",
    "Rule",
    "Warehouse",
    "asked_of_all",
    "checked",
    "findings",
    "holds",
    "observe",
    "offending",
]

for _found in pkgutil.iter_modules(rules.__path__):
    import_module(f"{rules.__name__}.{_found.name}")

_TABLES = [table.name for table in metadata.tables.values()]


class Checked(NamedTuple):
    """What a check found, the question behind each finding that has rows, and the warehouse as it then was known."""

    findings: tuple[Finding, ...]
    questions: Mapping[str, Question]
    """By the name of their finding."""
    here: Warehouse


def findings(connection: Connection, as_of: datetime, known_by: datetime | None = None) -> tuple[Finding, ...]:
    """Return everything in the warehouse that is not as the contract says, faults first; nothing when all is well.

    ``as_of`` is the instant after which an event lies in the future. A column that holds something else than promised
    is reported once, and no rule about its values is asked. ``known_by`` asks about a moment of the past: what the
    warehouse learned of, or what happened, at or after it is not looked at.
    """
    return checked(connection, as_of, known_by).findings


def checked(connection: Connection, as_of: datetime, known_by: datetime | None = None) -> Checked:
    """Return what ``findings`` returns, with the questions whose answers they are."""
    strictly(connection)
    here = observe(connection, as_of, known_by)
    found: list[Finding] = []
    questions: dict[str, Question] = {}
    for stage in Stage:
        new = _asked(connection, here, stage, questions)
        found += new
        if stage is not Stage.VALUES:
            here = here.without(frozenset((one.table, one.column) for one in new if one.level is Level.FAULT))
    unique = {(one.rule, one.table, one.column, one.sentence): one for one in found}
    return Checked(tuple(sorted(unique.values(), key=_place)), questions, here)


def asked_of_all(here: Warehouse) -> Iterator[Asked]:
    """Yield every question that the rules put to the rows of a warehouse."""
    for rule in RULES.values():
        yield from (Asked(rule.id, answer) for answer in rule.asks(here) if isinstance(answer, Question))


def _asked(connection: Connection, here: Warehouse, stage: Stage, questions: dict[str, Question]) -> list[Finding]:
    said: list[Finding] = []
    asked: list[Asked] = []
    for rule in (one for one in RULES.values() if one.stage is stage):
        for answer in rule.asks(here):
            if isinstance(answer, Question):
                asked.append(Asked(rule.id, answer))
            else:
                said.append(answer._replace(rule=rule.id))
    questions |= {one.name: one.question for one in asked}
    return [_named(one) for one in (*said, *answers(connection, here, asked))]


def _named(one: Finding) -> Finding:
    """Return a finding with a name; one about a column or a table as a whole has that of its rule and its place."""
    return one if one.name else one._replace(name=f"{one.rule}:{one.table}.{one.column}".rstrip(".:"))


def _place(one: Finding) -> tuple[bool, int, str, str]:
    return one.level is not Level.FAULT, _TABLES.index(one.table) if one.table else -1, one.column, one.rule
