"""What every signed file has in common: unknown keys are refused, and errors name file, key and remedy."""

import re
import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from queries.faults import Refused

MOST_BYTES = 1_000_000
"""A file longer than this is none that anybody signed; it is refused unread."""
MOST_DOTS = 500
"""A line with more is no key and no sentence; a name of so many parts takes the square of them to read."""
ENDLESS = re.compile(r"e[+-]?[\d_]{4,}", re.IGNORECASE)
"""A number of ten to this power would be written out digit by digit, for hours."""
MOST_PROBLEMS = 20
"""So many of a file's problems are told; who has mended them is told the next."""


class Signed(BaseModel):
    """A value read from a file that people sign or own: unknown keys refused, never changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    option: ClassVar[str] = ""
    """The option by which a command is told of another file."""


def _exact(value: object) -> object:
    """Return a number from the file as an exact fraction of what was written: 0.97 is 97/100."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Fraction):
        raise ValueError("write a number")
    text = str(value)
    if len(text) > 400 or ENDLESS.search(text):
        raise ValueError("write a number of fewer digits")
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"write a number, not {value!r}") from None


Exact = Annotated[Fraction, BeforeValidator(_exact)]

Kind = TypeVar("Kind", bound=Signed)


def read(kind: type[Kind], path: Path) -> Kind:
    """Return the file at ``path`` as a value of ``kind``; raise ``Refused`` with file, line or key, and remedy."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused(f"{path}: is larger than {MOST_BYTES // 1_000_000} MB; is this the right file?")
        return kind.model_validate(tomllib.loads(_readable(path)))
    except FileNotFoundError:
        raise Refused(f"{path}: there is no such file; {_remedy(kind)}") from None
    except OSError as failed:
        raise Refused(f"{str(path)[:200]}: cannot be read ({failed.strerror}); {_remedy(kind)}") from None
    except UnicodeDecodeError as wrong:
        raise Refused(f"{path}: byte {wrong.start} is not UTF-8; save the file as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        raise Refused(f"{path}: this is not TOML: {wrong}") from None
    except ValidationError as wrong:
        raise Refused("\n".join(_problems(path, wrong))) from None


def _readable(path: Path) -> str:
    text = path.read_text(encoding="utf-8-sig")
    for number, line in enumerate(text.splitlines(), 1):
        if line.count(".") > MOST_DOTS:
            raise Refused(f"{path}: line {number} has more than {MOST_DOTS} dots; is this the right file?")
    return text


def _remedy(kind: type[Signed]) -> str:
    first = (kind.__doc__ or "").split(":")[0]
    return f"write one ({first}), or name another with {kind.option}; 'smarketing demo' makes one to start from"


REMEDIES = {
    "extra_forbidden": "unknown key: remove it, or correct its spelling",
    "missing": "is missing: add it",
}


def _problems(path: Path, wrong: ValidationError) -> list[str]:
    """Return a line a problem: file, key, what is wrong."""
    lines = []
    for problem in wrong.errors(include_url=False, include_context=False)[:MOST_PROBLEMS]:
        key = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in problem["loc"])
        said = REMEDIES.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
        given = problem["input"]
        shown = f" (it says {str(given)[:60]!r})" if isinstance(given, str | int | float | date) else ""
        lines.append(f"{path}: {key[:200] or 'the file'}: {said}{shown}")
    more = wrong.error_count() - len(lines)
    return [*lines, f"{path}: and {more:,} more"] if more else lines
