"""How a rule comes to be asked: a function under this mark is a rule, and its name is the rule's id."""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any, NamedTuple

from queries.contract.finding import Finding
from queries.contract.question import Question
from queries.contract.shape import Warehouse


class Stage(IntEnum):
    """When a rule is asked; what an earlier stage found unsound, a later one leaves alone."""

    CATALOG = 1
    """What the catalog says: is it there, of what type, who may change it. Such rules return findings."""
    FORM = 2
    """In what form the values stand, where the engine does not see to it."""
    VALUES = 3
    """What the values say."""


Asks = Callable[[Warehouse], Iterable[Question | Finding]]


class Rule(NamedTuple):
    """One rule: its id, its stage, the sentence that defines it, and the function that asks."""

    id: str
    stage: Stage
    sentence: str
    asks: Asks


RULES: dict[str, Rule] = {}
"""Every rule by its id, filled by ``rule`` as the modules of ``queries.contract.rules`` are imported."""


def rule(stage: Stage) -> Callable[[Asks], Asks]:
    """Return a decorator that makes a function a rule of ``stage``; ``two_words`` becomes the rule ``two-words``."""

    def made(asks: Asks) -> Asks:
        name = asks.__name__.replace("_", "-")
        if name in RULES:
            raise ValueError(f"two rules are called {name}")
        RULES[name] = Rule(name, stage, _sentence(asks), asks)
        return asks

    return made


def _sentence(asks: Any) -> str:
    """Return the first sentence of a rule's docstring, which is its definition."""
    return str(asks.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
