"""What of the contract holds in a warehouse, and which screens each fault breaks.

A rule is one function in ``queries.contract.rules``; writing it there is all there is to adding one.
"""

import pkgutil
from datetime import datetime
from importlib import import_module

from sqlalchemy import Connection

from queries.contract import rules
from queries.contract.finding import Example, Finding, Level, holds
from queries.contract.question import Asked, Question, answers, offending
from queries.contract.ruling import RULES, Rule, Stage
from queries.contract.shape import Warehouse, observe
from queries.tables import metadata

__all__ = ["RULES", "Example", "Finding", "Level", "Rule", "Warehouse", "findings", "holds", "observe", "offending"]

for _found in pkgutil.iter_modules(rules.__path__):
    import_module(f"{rules.__name__}.{_found.name}")

_TABLES = [table.name for table in metadata.tables.values()]


def findings(connection: Connection, as_of: datetime) -> tuple[Finding, ...]:
    """Return everything in the warehouse that is not as the contract says, faults first; nothing when all is well.

    ``as_of`` is the instant after which an event lies in the future. A column that holds something else than promised
    is reported once, and no rule about its values is asked.
    """
    here = observe(connection, as_of)
    found: list[Finding] = []
    for stage in Stage:
        new = _asked(connection, here, stage)
        found += new
        if stage is not Stage.VALUES:
            here = here.without(frozenset((one.table, one.column) for one in new if one.level is Level.FAULT))
    unique = {(one.rule, one.table, one.column, one.sentence): one for one in found}
    return tuple(sorted(unique.values(), key=_place))


def _asked(connection: Connection, here: Warehouse, stage: Stage) -> list[Finding]:
    said: list[Finding] = []
    asked: list[Asked] = []
    for rule in (one for one in RULES.values() if one.stage is stage):
        for answer in rule.asks(here):
            if isinstance(answer, Question):
                asked.append(Asked(rule.id, answer))
            else:
                said.append(answer._replace(rule=rule.id))
    return said + list(answers(connection, here, asked))


def _place(one: Finding) -> tuple[bool, int, str, str]:
    return one.level is not Level.FAULT, _TABLES.index(one.table) if one.table else -1, one.column, one.rule
