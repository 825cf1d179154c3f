"""What Dash's callback address is asked: known outputs, in the form that Dash's own pages send, and nothing else."""

import json
from typing import Any

OUTPUTS = {"page.children": (("address", "pathname"),)}
"""Every callback there is: its output, and the inputs it takes."""
DEEPEST = 10
KEYS = frozenset({"output", "outputs", "inputs", "changedPropIds", "parsedChangedPropsIds", "state"})


class _Unfit(ValueError):
    """The body is none that a page of ours sends."""


def fault(body: bytes, content_type: str) -> str:
    """Return what is wrong with the body of a callback; nothing where it may go on to Dash.

    >>> asked = b'{"output": "page.children", "inputs": [{"id": "address", "property": "pathname", "value": "/"}]}'
    >>> fault(asked, "application/json"), fault(b'{"output": "no.such"}', "application/json")
    ('', 'there is no such callback')
    """
    if content_type.partition(";")[0].strip().lower() != "application/json":
        return "a callback is asked as JSON (Content-Type: application/json)"
    try:
        _check(json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_none))
    except _Unfit as unfit:
        return str(unfit)
    except (ValueError, RecursionError):
        return "this is no JSON"
    return ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Unfit("a word stands there twice")
    return found


def _none(name: str) -> Any:
    raise _Unfit(f"{name} is no number")


def _check(told: Any) -> None:
    if not isinstance(told, dict) or not set(told) <= KEYS:
        raise _Unfit("this is no callback")
    if _depth(told) > DEEPEST:
        raise _Unfit(f"this is nested more than {DEEPEST} deep")
    output = told.get("output")
    if not isinstance(output, str) or output not in OUTPUTS:
        raise _Unfit("there is no such callback")
    name, _, prop = output.partition(".")
    if told.get("outputs", {"id": name, "property": prop}) != {"id": name, "property": prop}:
        raise _Unfit("there is no such callback")
    _check_inputs(told, OUTPUTS[output])
    if told.get("state", []) != []:
        raise _Unfit("this callback has no state")


def _check_inputs(told: dict[str, Any], wanted: tuple[tuple[str, str], ...]) -> None:
    inputs = told.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != len(wanted):
        raise _Unfit("this callback takes other inputs")
    for one, (name, prop) in zip(inputs, wanted, strict=True):
        fine = isinstance(one, dict) and set(one) <= {"id", "property", "value"}
        if not fine or (one.get("id"), one.get("property")) != (name, prop):
            raise _Unfit("this callback takes other inputs")
        value = one.get("value")
        if value is not None and not (isinstance(value, str) and len(value) <= 2000):
            raise _Unfit(f"{name}.{prop} is no address")
    named = [f"{name}.{prop}" for name, prop in wanted]
    changed = told.get("changedPropIds", [])
    parsed = told.get("parsedChangedPropsIds", [])
    if not isinstance(changed, list) or not all(one in named for one in changed):
        raise _Unfit("what has changed is no input of this callback")
    if not isinstance(parsed, list) or not all(isinstance(one, str) and one in {"", *named} for one in parsed):
        raise _Unfit("what has changed is no input of this callback")


def _depth(value: Any) -> int:
    """Return how deep a value is nested; a text or a number is not.

    >>> _depth({"a": [1, {"b": 2}]})
    3
    """
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)
