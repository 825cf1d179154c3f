"""The terms: every metric as the function that counts it defines it, and every reason for which a row is left out.

A metric is a term by its docstring alone. Its first paragraph is the definition that the screen shows; then lines say
``Term:`` what people call it (where it belongs, what it is counted in), ``Variant:`` which of the meanings in use is
meant where people disagree, ``Source:`` the columns it comes from, and ``Since`` which version it has been so.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from inspect import cleandoc, isclass, isfunction, ismodule
from pathlib import Path
from types import FunctionType, ModuleType
from typing import NamedTuple

from dashboard.number import sentence

HERE = Path(__file__).parent
ASKS = re.compile(r"^from dashboard\.number import (?:[^(\n]*|\([^)]*)\bsentence\b", re.MULTILINE)
OURS = ("dashboard.", "queries.")
GROUPS = ("Pace", "Marketing's promise", "Sales' promise", "What sales owes", "Shared goal", "Quality")
"""The groups in the order of the screens; one that is not named here comes after them."""
MARKED = re.compile(
    r"^(Term|Variant|Source): (.+?)(?=^(?:Term|Variant|Source|Since)\b|^$|\Z)", re.MULTILINE | re.DOTALL
)
SINCE = re.compile(r"^Since (\d+\.\d+\.\d+)\.$", re.MULTILINE)
CALLED = re.compile(r"(.+) \((.+), (.+)\)\.")


class Term(NamedTuple):
    """A metric as it is defined: what people call it, and all that its function says of it."""

    anchor: str
    """Its place on the page of terms: ``sales-ready-leads``."""
    name: str
    group: str
    unit: str
    definition: str
    variant: str
    """Which of the meanings in use is meant; empty where nobody disagrees."""
    source: str
    """The columns it is counted from; empty where it is worked out from other numbers."""
    since: str
    counted_by: str
    """The function, as programmers call it."""


@cache
def terms() -> tuple[Term, ...]:
    """Return every term, by group and by name."""
    found = [term(one) for module in modules() for one in _functions(module) if SINCE.search(_doc(one))]
    return tuple(sorted(found, key=lambda one: (_place(one.group), one.group, one.name)))


def _place(group: str) -> int:
    return GROUPS.index(group) if group in GROUPS else len(GROUPS)


def term(one: FunctionType) -> Term:
    """Return the term that a function defines; raise ``ValueError`` where its docstring does not say enough.

    >>> def answer():
    ...     '''What it all comes to.
    ...
    ...     Term: the answer (Everything, leads).
    ...     Source: ``leads.created_at``.
    ...     Since 0.1.0.
    ...     '''
    >>> found = term(answer)
    >>> found.name, found.group, found.unit, found.source, found.since
    ('The answer', 'Everything', 'leads', 'leads.created_at', '0.1.0')
    """
    definition, text = sentence(one), _doc(one)
    marked = {name: " ".join(said.split()) for name, said in MARKED.findall(text)}
    called, since = CALLED.fullmatch(marked.get("Term", "")), SINCE.search(text)
    if called is None or since is None:
        raise ValueError(f"{one.__module__}.{one.__qualname__}: its docstring needs a line 'Term: name (group, unit).'")
    name, group, unit = called.groups()
    return Term(
        slug(name),
        _capital(name),
        group,
        unit,
        definition,
        _capital(marked.get("Variant", "")),
        marked.get("Source", "").replace("`", "").removesuffix("."),
        since[1],
        f"{one.__module__}.{one.__qualname__}",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def slug(name: str) -> str:
    """Return a name as an address can hold it.

    >>> slug("Lead-to-customer rate, measured"), slug("Team's median")
    ('lead-to-customer-rate-measured', 'teams-median')
    """
    return "-".join(re.findall(r"[a-z0-9]+", name.lower().replace("'", "")))


def anchor(definition: str) -> str | None:
    """Return where on the page of terms a number is explained, by the sentence that defines it."""
    return _anchors().get(definition)


@cache
def _anchors() -> Mapping[str, str]:
    return {one.definition: one.anchor for one in terms()}


def modules() -> list[ModuleType]:
    """Return every module of ours that those can reach that tell numbers: all that could define one of them."""
    waiting = [import_module(name) for name in _telling()]
    found: dict[str, ModuleType] = {}
    while waiting:
        module = waiting.pop()
        if module.__name__ not in found:
            found[module.__name__] = module
            waiting += _reached(module)
    return [found[name] for name in sorted(found)]


def _telling() -> Iterator[str]:
    """Yield the names of the modules that tell numbers: a number has a sentence, so they ask for it."""
    for path in sorted(HERE.rglob("*.py")):
        if ASKS.search(path.read_text(encoding="utf-8")):
            parts = path.relative_to(HERE.parent).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _reached(module: ModuleType) -> Iterator[ModuleType]:
    for one in vars(module).values():
        name = one.__name__ if ismodule(one) else getattr(one, "__module__", None)
        if isinstance(name, str) and name.startswith(OURS):
            yield sys.modules[name]


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """Yield the functions of a module, and those of its classes."""
    own = [one for one in vars(module).values() if getattr(one, "__module__", None) == module.__name__]
    within = [one for kind in own if isclass(kind) for one in vars(kind).values()]
    for one in (*own, *within):
        plain = one.fget if isinstance(one, property) else one
        if isfunction(plain):
            yield plain


def _doc(one: FunctionType) -> str:
    return cleandoc(one.__doc__ or "")


REASONS: Mapping[str, str] = {
    "not yet happened": "It is recorded for a moment after the one that is looked at.",
    "loaded later": "The warehouse learned of it only after the moment that is looked at.",
    "duplicate": "It repeats another lead, which is counted in its place.",
    "fit not recorded": "The agreement names a lowest fit, and this lead has none recorded.",
    "interest not recorded": "The agreement names a lowest interest, and this lead has none recorded.",
    "below the agreed fit": "It fits less than the lowest fit that both sides call sales-ready.",
    "below the agreed interest": "It is less interested than the lowest that both sides call sales-ready.",
    "no amount": "The deal has no amount, so it adds no money.",
    "amount too large": "The deal's amount cannot be meant: no single deal is worth more than 10^12.",
    "amount below zero or no number": "The deal's amount cannot be meant: it is below zero, or no number.",
    "customer already won": "The customer has bought before; a further deal wins no new customer.",
    "won before": "The deal was won before it was called lost; it is not counted as lost.",
    "already won": "The deal is won, so it is open no longer.",
    "lost": "The deal is lost, so it is open no longer.",
    "no customer": "The lead has not become a customer; it is part of the whole of which a share is taken.",
    "no duplicate": "The lead repeats no other; it is part of the whole of which a share is taken.",
    "nothing missing": "The lead has every required field; it is part of the whole of which a share is taken.",
    "accepted": "Sales accepted the lead.",
    "rejected": "Sales rejected the lead.",
    "undecided": "Sales has neither accepted nor rejected the lead.",
    "no reason given": "Sales rejected the lead and did not say why.",
    "tried in time": "A person tried to reach the lead within the promised time.",
    "tried late": "A person tried to reach the lead, after the promised time.",
    "not tried, its time is up": "Nobody has tried to reach the lead, and the promised time is over.",
    "settled untried, its time was up": "It was rejected or became a deal without an attempt, after the promised time.",
    "settled inside its time": "It was rejected or became a deal without an attempt while there still was time.",
    "still inside its time": "Nobody has tried to reach the lead yet, and there still is time.",
    "tried often enough or settled": "It got the promised attempts, or was settled, within the promised days.",
    "tried often enough so far": "It got the promised attempts before its promised days were over.",
    "too few attempts": "The promised days are over, without the promised attempts.",
    "days not over": "The promised days are not over, so it is not judged yet.",
}
"""Why a row does not count, or on which side of a number it stands: each with its sentence."""
