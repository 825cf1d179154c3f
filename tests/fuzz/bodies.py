"""Bodies for Dash's callback address: what its own pages send, and what grows out of that by grammar and mutation."""

import gzip
import json
import random
import re
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.fuzz.board import Asked

TARGET = b"/_dash-update-component"
MOST, DEEPEST, LONGEST = 64 * 1024, 10, 2000
OUTPUT, INPUT = "page.children", "address.pathname"
NAMED = [["('id', 'page')", "('property', 'children')"], ["('property', 'children')", "('id', 'page')"]]
KEYS = {"output", "outputs", "inputs", "changedPropIds", "parsedChangedPropsIds", "state"}
PATHS = ("/", "/terms", "/data", "/today", "/meeting", "/nowhere", None, "", "/terms/", "/\u202e", "/\u0000", "//", "?")
STRANGE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1e308,
    10**40,
    -(2**63),
    0.1,
    "",
    " ",
    "null",
    "\u0000",
    "\u202e",
    "\ud800",
    "\udfff\ud800",
    "é" * 30,
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"id": {"type": "a", "index": 1}},
    OUTPUT,
    "..page.children...",
    "__proto__",
    "constructor",
    "page.children@1a2b",
    '{"index":["ALL"]}.value',
    "_dash-config.x",
    "/../etc/passwd",
)
HALF = re.compile("[\ud800-\udfff]")
TYPES = (
    b"application/json; charset=utf-8", b"application/json;charset=utf-16", b"text/plain", b"", b"application/json, a",
    b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b"application/json5", b"APPLICATION/JSON",
    b"application/problem+json", b"\xff\xfe", b"application/json; charset=\xff",
)  # fmt: skip
PAGE = ((b"host", b"127.0.0.1:8050"), (b"content-type", b"application/json"))


class Case(NamedTuple):
    """One request, and by which ways it came about."""

    asked: Asked
    ways: tuple[str, ...]


def case(seed: int, number: int) -> Case:
    """Return the case of this number; one in six is whole, the others have been through one to three mutations."""
    dice = random.Random(f"{seed}/{number}")
    told, ways = plain(dice), list[str]()
    for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
        # a thousand times a thousand would be nothing but heavy
        way = dice.choice([one for one in TREES if one is not many or "many" not in ways])
        told = way(dice, told)
        ways.append(way.__name__)
    body = json.dumps(told, ensure_ascii=dice.random() < 0.8).encode("utf-8", "surrogatepass")
    if dice.random() < 0.4:
        text = dice.choice(TEXTS)
        body = text(dice, body)
        ways.append(text.__name__)
    headers, chunks = PAGE, pieces(dice, body)
    if dice.random() < 0.15:
        headers, chunks = dice.choice(HEADS)(dice, body)
        ways.append("heads")
    return Case(Asked("POST", TARGET, headers, chunks), tuple(ways))


def plain(dice: random.Random) -> Any:
    """Return a callback as a page of ours sends it, with or without what it may leave out."""
    value = dice.choice(PATHS) if dice.random() < 0.8 else "/" + "x" * dice.choice((1, 100, 1999, 2000, 3000))
    told: dict[str, Any] = {
        "output": OUTPUT,
        "outputs": {"id": "page", "property": "children"},
        "inputs": [{"id": "address", "property": "pathname", "value": value}],
        "changedPropIds": [INPUT] if dice.random() < 0.5 else [],
        "parsedChangedPropsIds": [INPUT] if dice.random() < 0.5 else [],
    }
    left_out = dice.choice((None, None, None, "changedPropIds", "parsedChangedPropsIds"))
    return {name: one for name, one in told.items() if name != left_out}


def pieces(dice: random.Random, body: bytes) -> list[bytes]:
    """Return a body in one piece, or in some, or byte by byte."""
    if dice.random() < 0.8 or not body:
        return [body]
    size = dice.choice((1, 7, 100, 4096)) if len(body) < 4000 else 4096
    return [body[at : at + size] for at in range(0, len(body), size)]


# mutations of what is said


def strange(dice: random.Random, told: Any) -> Any:
    """Put something strange in the place of some value, however deep."""
    return _at(dice, told, lambda _: dice.choice(STRANGE))


def renamed(dice: random.Random, told: Any) -> Any:
    """Call a word something else, or add one that nobody knows."""
    if not isinstance(told, dict) or not told:
        return {"output": told}
    name, other = dice.choice(sorted(told)), dice.choice(("Output", "outputs", "state", "cancelJob", "job", "x" * 200))
    return {**{key: one for key, one in told.items() if key != name or dice.random() < 0.3}, other: told[name]}


def lost(dice: random.Random, told: Any) -> Any:
    """Leave something out."""
    if isinstance(told, dict) and told:
        name = dice.choice(sorted(told))
        return {key: one for key, one in told.items() if key != name}
    return told[:-1] if isinstance(told, list | str) else None


def many(dice: random.Random, told: Any) -> Any:
    """Say something many times over."""
    return _at(dice, told, lambda one: [one] * dice.choice((2, 10, 1000)))


def deep(dice: random.Random, told: Any) -> Any:
    """Wrap something in many layers."""

    def wrapped(one: Any) -> Any:
        for _ in range(dice.choice((3, 9, 12, 90))):
            one = [one] if dice.random() < 0.5 else {"id": one}
        return one

    return _at(dice, told, wrapped)


def _at(dice: random.Random, told: Any, change: Callable[[Any], Any]) -> Any:
    """Return what is said with a change at some place in it."""
    if dice.random() < 0.25 or not told:
        return change(told)
    if isinstance(told, dict):
        name = dice.choice(sorted(told))
        return {**told, name: _at(dice, told[name], change)}
    if isinstance(told, list):
        place = dice.randrange(len(told))
        return [*told[:place], _at(dice, told[place], change), *told[place + 1 :]]
    return change(told)


# mutations of how it is written


def bitten(dice: random.Random, body: bytes) -> bytes:
    """Change, take away or add some bytes."""
    found = bytearray(body)
    for _ in range(dice.choice((1, 2, 20))):
        place = dice.randrange(len(found) + 1)
        found[place : place + dice.choice((0, 1, 5))] = dice.randbytes(dice.choice((0, 1, 3)))
    return bytes(found)


def cut(dice: random.Random, body: bytes) -> bytes:
    """Stop somewhere."""
    return body[: dice.randrange(len(body) + 1)]


def twice(dice: random.Random, body: bytes) -> bytes:
    """Say a word twice, with the same value or another."""
    return body.replace(b"{", b'{"output": "page.children", ' if dice.random() < 0.5 else b'{"id": "x", ', 1)


def no_number(dice: random.Random, body: bytes) -> bytes:
    """Put in what only some take for a number."""
    word = dice.choice(
        (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 5000, b"-0", b"0x10", b"1_000", b"01", b".5")
    )
    return body.replace(b"null", word) if b"null" in body else body.replace(b"[", b"[" + word + b", ", 1)


def layers(dice: random.Random, body: bytes) -> bytes:
    """Nest as deep as ten to the fifth."""
    depth = dice.choice((11, 900, 1100, 20_000, 100_000))
    opened, closed = dice.choice(((b"[", b"]"), (b'{"a":', b"}")))
    whole = opened * depth + b"1" + closed * depth
    return whole if dice.random() < 0.5 else body.replace(b"[]", whole, 1)


def padded(dice: random.Random, body: bytes) -> bytes:
    """Make it long, just short of what is taken, or beyond it."""
    size = dice.choice((MOST - len(body) - 2, MOST - len(body) + 1, 70_000, 300_000))
    blank = b" " * max(0, size)
    return body + blank if dice.random() < 0.5 else body.replace(b'"/', b'"/' + b"a" * max(0, size), 1)


def otherwise(dice: random.Random, body: bytes) -> bytes:
    """Write it in another way: other letters, a mark before it, packed."""
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: body.decode("utf-8", "replace").encode("utf-16"),
        lambda: body.decode("utf-8", "replace").encode("utf-32-le"),
        lambda: b"\xef\xbb\xbf" + body,
        lambda: gzip.compress(body, mtime=0),
        lambda: zlib.compress(body),
        lambda: body + b"\x00",
        lambda: body + body,
        lambda: b")]}'\n" + body,
        lambda: b"",
        lambda: dice.randbytes(dice.choice((1, 50, 5000))),
    )
    return dice.choice(ways)()


# mutations of what stands before it


def typed(dice: random.Random, body: bytes) -> tuple[tuple[tuple[bytes, bytes], ...], list[bytes]]:
    """Call it something else, or something twice, or nothing."""
    named = dice.choice(((), ((b"content-type", dice.choice(TYPES)),), (*PAGE[1:], (b"content-type", b"text/html"))))
    return (*PAGE[:1], *named), [body]


def packed(dice: random.Random, body: bytes) -> tuple[tuple[tuple[bytes, bytes], ...], list[bytes]]:
    """Say that it is packed, and pack it, or do not."""
    how = dice.choice((b"gzip", b"deflate", b"br", b"identity", b"gzip, gzip", b"\xff"))
    return (*PAGE, (b"content-encoding", how)), [gzip.compress(body, mtime=0) if dice.random() < 0.5 else body]


def measured(dice: random.Random, body: bytes) -> tuple[tuple[tuple[bytes, bytes], ...], list[bytes]]:
    """Say a length that is no length, or not its own: up to 64 MB, and beyond."""
    said = dice.choice((b"-1", b"+5", b"5 ", b"0x5", b"1e3", b"\xb2", b"67108864", b"9" * 30, b"0" * 30, b"5, 5", b""))
    return (*PAGE, (b"content-length", said)), [body]


def endless(dice: random.Random, body: bytes) -> tuple[tuple[tuple[bytes, bytes], ...], list[bytes]]:
    """Send more and more in pieces, up to 64 MB, and say no length."""
    piece = b"[" * 65_536
    return (*PAGE, (b"transfer-encoding", b"chunked")), [body, *[piece] * dice.choice((1, 2, 16, 1024))]


TREES: tuple[Callable[[random.Random, Any], Any], ...] = (strange, strange, renamed, lost, many, deep)
TEXTS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    bitten, bitten, cut, twice, no_number, layers, padded, otherwise
)  # fmt: skip
HEADS: tuple[Callable[[random.Random, bytes], tuple[tuple[tuple[bytes, bytes], ...], list[bytes]]], ...] = (
    typed, packed, measured, endless
)  # fmt: skip


# what may be answered


def is_one_of_ours(asked: Asked) -> bool:
    """Return whether a page of ours could have sent this: the slow, obvious twin of the check before Dash."""
    headers, long = dict(asked.headers), sum(map(len, asked.body)) > MOST
    kinds = [value for name, value in asked.headers if name == b"content-type"]
    encoding = headers.get(b"content-encoding", b"identity")
    length = headers.get(b"content-length") or b"0"
    written = kinds[:1] and kinds[0].split(b";")[0].strip().lower() == b"application/json" and len(kinds) == 1
    if not written or encoding != b"identity" or long or not length.isdigit() or int(length) > MOST:
        return False
    try:
        told = json.loads(b"".join(asked.body).decode("utf-8"), object_pairs_hook=tuple, parse_constant=lambda _: 1 / 0)
        return _fits(told)
    # what is too deep to be read, or to be looked at, no page sends
    except (ValueError, RecursionError, ZeroDivisionError):
        return False


def _fits(told: Any) -> bool:
    """Return whether pairs of words and values are those of the one callback that there is."""
    if not _pairs(told) or len({key for key, _ in told}) < len(told):
        return False
    said = dict(told)
    if (
        not {"output", "outputs", "inputs"} <= set(said) <= KEYS
        or said["output"] != OUTPUT
        or said.get("state", []) != []
    ):
        return False
    if not _pairs(said["outputs"]) or [*map(str, said["outputs"])] not in NAMED:
        return False
    changed, parsed = said.get("changedPropIds", []), said.get("parsedChangedPropsIds", [])
    fine = isinstance(changed, list) and all(one == INPUT for one in changed) and isinstance(parsed, list)
    return fine and all(one in ("", INPUT) for one in parsed) and _takes(said["inputs"])


def _takes(inputs: Any) -> bool:
    if not isinstance(inputs, list) or len(inputs) != 1 or not _pairs(inputs[0]):
        return False
    one = dict(inputs[0])
    named = one.get("id") == "address" and one.get("property") == "pathname"
    value = one.get("value")
    fine = value is None or (
        isinstance(value, str) and len(value) <= LONGEST and not re.search("[\ud800-\udfff]", value)
    )
    return named and fine and len(one) == len(inputs[0]) and set(one) <= {"id", "property", "value"}


def _pairs(told: Any) -> bool:
    return isinstance(told, tuple) and bool(told)
