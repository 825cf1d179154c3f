"""OWASP ASVS 5.0.0, levels 1 and 2: nothing is left out, and nothing is called met without what meets it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOLD = tomllib.loads((ROOT / "tests" / "access" / "asvs.toml").read_text("utf-8"))
REQUIREMENTS = TOLD["requirements"]
WAYS = ("met", "no", "lacking")
HOW_MANY = {"1": 70, "2": 183}
"""So many requirements the standard has at each of these levels."""


def numbers(text: str) -> list[str]:
    """Return the numbers that a line of the table stands for.

    >>> numbers("1.2.1-3 4.4.1")
    ['1.2.1', '1.2.2', '1.2.3', '4.4.1']
    """
    found = []
    for word in text.split():
        first, _, last = word.partition("-")
        section, _, number = first.rpartition(".")
        found += [f"{section}.{one}" for one in range(int(number), int(last or number) + 1)]
    return found


@cache
def defined(path: Path) -> frozenset[str]:
    """Return the names that a Python file defines, those in a class as ``Class.name``."""
    return frozenset(_names(ast.parse(path.read_text("utf-8")).body))


def _names(body: list[ast.stmt], before: str = "") -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{before}{node.name}"
        elif isinstance(node, ast.ClassDef):
            yield f"{before}{node.name}"
            yield from _names(node.body, f"{before}{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (f"{before}{one.id}" for one in targets if isinstance(one, ast.Name))


def is_there(named: str) -> bool:
    """Return whether there is what a line names: a test, a definition, a function of a script, a heading, a word."""
    test = "::" in named
    file, _, name = named.partition("::" if test else ": ")
    path = ROOT / file
    if not path.is_file():
        return False
    if path.suffix == ".py":
        return name in defined(path) and (not test or name.startswith("test_"))
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        return re.search(rf"^#+ {re.escape(name)}$", text, re.MULTILINE) is not None
    return bool(name) and (f"function {name}(" if path.suffix == ".js" else name) in text


def test_every_requirement_of_both_levels_is_there_once() -> None:
    told = {level: numbers(text) for level, text in TOLD["levels"].items()}
    assert {level: len(set(some)) for level, some in told.items()} == HOW_MANY
    every = [one for some in told.values() for one in some]
    assert len(every) == len(set(every))
    assert sorted(REQUIREMENTS) == sorted(every)


def test_each_is_met_or_does_not_apply_or_is_said_to_be_lacking() -> None:
    unfit = {
        number: one
        for number, one in REQUIREMENTS.items()
        if set(one) - {"name", *WAYS} or len(set(one) & set(WAYS)) != 1 or not all(one.values())
    }
    assert unfit == {}
    assert {number for number, one in REQUIREMENTS.items() if not 2 < len(one["name"]) < 90} == set()


@pytest.mark.parametrize("number", [number for number, one in REQUIREMENTS.items() if "met" in one])
def test_what_meets_it_is_there(number: str) -> None:
    assert [named for named in REQUIREMENTS[number]["met"] if not is_there(named)] == []


def test_what_is_lacking_is_said_in_a_sentence() -> None:
    assert [
        one for one in REQUIREMENTS.values() if len(one.get("lacking", "a sentence, as long as it takes.")) < 30
    ] == []


@pytest.mark.parametrize(
    "named",
    [
        "tests/access/test_asvs.py::test_that_nobody_wrote",
        "tests/access/test_asvs.py::numbers",
        "tests/access/test_asvs.py: Nothing",
        "dashboard/no_such.py: anything",
        "assets/dom.js: nothing",
        ".github/SECURITY.md: Nothing",
        "tests/access/test_asvs.py",
        "pyproject.toml: no such word",
        "pyproject.toml",
    ],
)
def test_what_is_not_there_is_seen(named: str) -> None:
    assert not is_there(named)


BROKEN = re.compile(r"\b(md5|sha1|MD5|SHA1|random\.(random|choice|randint|getrandbits))\b")


def test_no_digest_that_is_broken_is_used() -> None:
    files = [path for leaf in ("dashboard", "queries") for path in (ROOT / leaf).rglob("*.py")]
    used = {str(path.relative_to(ROOT)) for path in files if BROKEN.search(path.read_text("utf-8"))}
    assert {one for one in used if not one.startswith("queries/demo/")} == set()
