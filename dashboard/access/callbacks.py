"""What Dash's callback address is asked: known outputs, in the form that Dash's own pages send, and nothing else."""

from typing import Any

from dashboard import strict

OUTPUTS = {"page.children": (("address", "pathname"),)}
"""Every callback there is: its output, and the inputs it takes."""
KEYS = frozenset({"output", "outputs", "inputs", "changedPropIds", "parsedChangedPropsIds", "state"})


class _Unfit(ValueError):
    """The body is none that a page of ours sends."""


def untaken(content_type: str, encoding: str) -> str:
    """Return why a body is not read at all; nothing where it is.

    >>> untaken("application/json; charset=utf-8", ""), untaken("application/json", "gzip")
    ('', 'what is packed is not taken here: send it as it is')
    """
    if content_type.partition(";")[0].strip().lower() != "application/json":
        return "a callback is asked as JSON (Content-Type: application/json)"
    if encoding.strip().lower() not in ("", "identity"):
        return "what is packed is not taken here: send it as it is"
    return ""


def fault(body: bytes) -> str:
    """Return what is wrong with the body of a callback; nothing where it may go on to Dash.

    >>> fault(b'{"output": "no.such"}'), fault(b'{"output": "page.children", "state": NaN}')
    ('there is no such callback', 'NaN is no number')
    """
    try:
        _check(strict.read(body))
    except (strict.Unread, _Unfit) as unfit:
        return str(unfit)
    return ""


def _check(told: Any) -> None:
    if not isinstance(told, dict) or not set(told) <= KEYS:
        raise _Unfit("this is no callback")
    output = told.get("output")
    if not isinstance(output, str) or output not in OUTPUTS:
        raise _Unfit("there is no such callback")
    name, _, prop = output.partition(".")
    # without its outputs Dash takes it for one of several, and fails
    if told.get("outputs") != {"id": name, "property": prop}:
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
