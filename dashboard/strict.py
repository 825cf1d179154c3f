"""JSON that is sent to us, read strictly: each word once, real numbers, whole letters, and not nested without end."""

import json
import re
from math import isfinite
from typing import Any

DEEPEST = 10
HALF = re.compile("[\ud800-\udfff]")
"""Half of a letter that is written in two."""


class Unread(ValueError):
    """This is no JSON that is read here; it says why."""


def read(body: bytes) -> Any:
    """Return what a body says; raise ``Unread`` in words.

    >>> read(b'{"a": [1, null]}')
    {'a': [1, None]}
    >>> read(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    dashboard.strict.Unread: a word stands there twice
    """
    try:
        told = json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_none)
    except Unread:
        raise
    except (ValueError, RecursionError):
        raise Unread("this is no JSON") from None
    _check(told)
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unread("a word stands there twice")
    return found


def _none(name: str) -> Any:
    raise Unread(f"{name} is no number")


def _check(told: Any) -> None:
    """Look at everything, layer by layer: what is nested a hundred thousand deep must not be followed down."""
    layer, depth = [told], 0
    while layer:
        depth += any(isinstance(one, dict | list) for one in layer)
        if depth > DEEPEST:
            raise Unread(f"this is nested more than {DEEPEST} deep")
        for one in layer:
            _sound(one)
        layer = [inner for one in layer for inner in _within(one)]


def _within(one: Any) -> list[Any]:
    if isinstance(one, dict):
        return [*one, *one.values()]
    return one if isinstance(one, list) else []


def _sound(one: Any) -> None:
    # no store, no log and no answer can hold half a letter, or a number without an end
    if isinstance(one, str) and HALF.search(one):
        raise Unread("half a letter stands there")
    if isinstance(one, float) and not isfinite(one):
        raise Unread("a number is too large")
