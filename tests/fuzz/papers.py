"""Papers that nobody signs, and environments that nobody sets: each is refused in words, or a board can be reckoned."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.dashboard.live import AGREEMENT, COMPANY

ACCESS = """\
[access]
domains = ["example.com"]
emails = ["ann@example.com"]
operators = ["ann@example.com"]
screens_from = ["10.0.0.0/8"]
hours = 24
[meeting]
freeze = "Mon 07:00"
mail_to = ["ann@example.com"]
"""
SECOND = AGREEMENT.replace("v1", "v2").replace("2024-01-01", "2025-01-01")
VALUES = (
    "0",
    "-1",
    "1",
    "0.5",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "9" * 400,
    "true",
    '""',
    '" "',
    '"x"',
    "[]",
    "{}",
    "[[1]]",
    "[1, 2]",
    '"nan"',
    '"1/0"',
    '"1/3"',
    '"1e999999999"',
    '"9e9999"',
    "2024-01-01",
    "2024-02-30",
    "9999-12-31",
    "0001-01-01",
    "12:00:00",
    "2024-01-01T00:00:00Z",
    '"\\u0000"',
    '"\\u202e"',
    '"é"',
    '"' + "a" * 5000 + '"',
    '"Europe/Berlin"',
    '"Mars/Base"',
    '"../../etc/passwd"',
    '"monday"',
    '"25:00-26:00"',
    '"00:00-00:00"',
    '"09:00-18:00"',
    '"0.0.0.0/0"',
    '["10.0.0.0/33"]',
    '["::/129"]',
    '["x@y", "x@y"]',
    "0x10",
    "0b1",
    '"DE"',
    '"ZZ"',
    '["2024-01-01"]',
    "1_000",
    "+5",
    '"measured"',
    '"from the goal"',
    '"eur"',
    '"money"',
    '"customers"',
    "-0.0",
)
NAMES = (
    "SMARKETING_REFRESH_SECONDS",
    "SMARKETING_READ_SECONDS",
    "SMARKETING_EXAMINE_MINUTES",
    "SMARKETING_ACCESS",
    "SMARKETING_URL",
    "SMARKETING_SECRET_KEY",
    "SMARKETING_OIDC_ISSUER",
    "SMARKETING_OIDC_CLIENT",
    "SMARKETING_OIDC_SECRET",
    "SMARKETING_PROXY_SECRET",
    "SMARKETING_PROXIES",
    "SMARKETING_PROXY_USER_HEADER",
    "SMARKETING_PROBE_TOKEN",
    "SMARKETING_STORE",
    "SMARKETING_SMTP",
    "HOST",
    "FLASK_DEBUG",
    "DASH_DEBUG",
    "WAREHOUSE_URL",
    "SMARKETING_STATE",
    "SMARKETING_CONFIG",
)
SAID = (
    "",
    " ",
    "0",
    "-1",
    "nan",
    "inf",
    "1e400",
    "x",
    "é",
    "open",
    "sign-in",
    "proxy",
    "OPEN",
    "1",
    "true",
    "false",
    "https://board.example.com",
    "http://board.example.com",
    "https://board.example.com/x?y",
    "https://[::1",
    "https://u:p@board.example.com",
    "http://127.0.0.1:8050",
    "javascript:x",
    "https://accounts.example.com",
    "s" * 64,
    "changeme" * 5,
    "J4k2-93jdkLsmf_20dkfjwL3mdk39dk20fkLw93",
    "10.0.0.7",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/40",
    "10.0.0.7, x",
    "sqlite:///x.db",
    "postgresql://u:p@nowhere.invalid/db",
    "mysql://x",
    "sqlite://",
    "://",
    "a" * 10_000,
    "0.0.0.0",
    "::",
    "127.0.0.1",
    "smtp://u:p@host:99999",
    "/etc/passwd",
    "/nowhere/at/all.toml",
    "x-forwarded-email",
    "host: x",
    "\x1b[31m",
    "5",
    "10",
    "postgresql://[",
    "sqlite:////",
)


class Papers(NamedTuple):
    """The two files and what else the environment says, and by which way they came about."""

    company: bytes | None
    agreement: bytes | None
    environment: dict[str, str]
    ways: tuple[str, ...]


def case(seed: int, number: int) -> Papers:
    """Return the papers of this number: one of the two files, or the environment, is not as it should be."""
    dice = random.Random(f"papers/{seed}/{number}")
    company, agreement = COMPANY + (ACCESS if dice.random() < 0.5 else ""), AGREEMENT
    if dice.random() < 0.25:
        said = {name: dice.choice(SAID) for name in dice.sample(NAMES, dice.choice((1, 2, 3, 6)))}
        return Papers(company.encode(), agreement.encode(), said, tuple(sorted(said)))
    first, ways = dice.random() < 0.5, []
    text: bytes | None = (company if first else agreement).encode()
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        # a megabyte takes a second to read, whatever stands in it
        way = huge if dice.random() < 0.004 else dice.choice(WAYS)
        # what has become a megabyte is changed no further: that would take longer than to read it
        text = way(dice, text) if text is not None and len(text) < 100_000 else text
        ways.append(way.__name__)
    return Papers(text if first else company.encode(), agreement.encode() if first else text, {}, tuple(ways))


def revalued(dice: random.Random, text: bytes) -> bytes:
    """Give some word another value."""
    found = list(re.finditer(rb"(?m)^([\w]+ = )(.*)$", text))
    if not found:
        return text
    one = dice.choice(found)
    return text[: one.start(2)] + dice.choice(VALUES).encode() + text[one.end(2) :]


def within(dice: random.Random, text: bytes) -> bytes:
    """Give some word within a line another value."""
    found = list(re.finditer(rb"(\w+ = )([\w\".-]+)(?=[,} ])", text))
    if not found:
        return revalued(dice, text)
    one = dice.choice(found)
    return text[: one.start(2)] + dice.choice(VALUES).encode() + text[one.end(2) :]


def lost(dice: random.Random, text: bytes) -> bytes:
    """Leave a line out."""
    lines = text.split(b"\n")
    del lines[dice.randrange(len(lines))]
    return b"\n".join(lines)


def added(dice: random.Random, text: bytes) -> bytes:
    """Add a line that nobody knows, or one that is there already."""
    lines = text.split(b"\n")
    more = (
        b"unknown = 1",
        b"[unknown]",
        b"[[versions]]",
        b"a.b.c.d = 1",
        b"= 1",
        b'"" = 2',
        b"\x00",
        b"\xff\xfe",
        b"name = 'x'",
        b"[access]",
        b"__class__ = 1",
        b'"key with space" = 1',
        b"[hours]",
        dice.choice(lines),
    )
    lines.insert(dice.randrange(len(lines) + 1), dice.choice(more))
    return b"\n".join(lines)


def renamed(dice: random.Random, text: bytes) -> bytes:
    """Spell a word otherwise."""
    found = list(re.finditer(rb"(?m)^(\w+)(?= = )", text))
    if not found:
        return text
    one = dice.choice(found)
    return (
        text[: one.start()] + dice.choice((one[0].upper(), one[0] + b"s", b"x" + one[0], b"from")) + text[one.end() :]
    )


def overlapping(dice: random.Random, text: bytes) -> bytes:
    """Say a version, a quota or a signature once more."""
    again = (
        SECOND.encode(),
        text,
        b"[[versions.quotas]]\nperiod = 'week'\nunit = 'money'\namount = 1\n",
        SECOND.replace("v2", "v1").encode(),
        SECOND.replace("2025-01-01", "2024-01-01").encode(),
    )
    return text + b"\n" + dice.choice(again)


def bitten(dice: random.Random, text: bytes) -> bytes:
    """Change some bytes."""
    found = bytearray(text)
    for _ in range(dice.choice((1, 2, 10))):
        place = dice.randrange(len(found) + 1)
        found[place : place + dice.choice((0, 1, 4))] = dice.randbytes(dice.choice((0, 1, 2)))
    return bytes(found)


def deep(dice: random.Random, text: bytes) -> bytes:
    """Nest deeply."""
    depth = dice.choice((50, 500, 5000, 100_000))
    name = b".".join([b"a"] * depth)
    whole = (
        b"x = " + b"[" * depth + b"]" * depth,
        b"x = " + b"{a=" * depth + b"1" + b"}" * depth,
        name + b" = 1",
        b"[" + name + b"]",
    )
    return dice.choice(whole) + b"\n" + text


def huge(dice: random.Random, text: bytes) -> bytes:
    """Go on for ten megabytes, or just short of what is read."""
    size = dice.choice((10_000_000, 900_000))
    more = (
        b"# " + b"x" * size,
        b"\n" * size,
        b"x = '" + b"y" * size + b"'\n",
        b"".join(b"k%d = 1\n" % number for number in range(20_000)),
    )
    return dice.choice(more) + b"\n" + text


def gone(dice: random.Random, text: bytes) -> bytes | None:
    """Be not there, be empty, be written otherwise."""
    return dice.choice(
        (
            None,
            b"",
            b"\xef\xbb\xbf" + text,
            text.decode("latin-1").encode("utf-16"),
            text.replace(b"\n", b"\r\n"),
            b"{}",
            text[: dice.randrange(len(text) + 1)],
        )
    )


WAYS: tuple[Callable[[random.Random, Any], bytes | None], ...] = (
    revalued,
    revalued,
    revalued,
    revalued,
    within,
    within,
    lost,
    lost,
    added,
    added,
    renamed,
    renamed,
    overlapping,
    bitten,
    bitten,
    deep,
    gone,
    *((revalued,) * 8),
)


def write(papers: Papers, folder: Path) -> dict[str, str]:
    """Write the files into a folder, and return an environment that names them and says the rest."""
    for name, body in (("smarketing.toml", papers.company), ("agreement.toml", papers.agreement)):
        path = folder / name
        path.unlink(missing_ok=True)
        if body is not None:
            path.write_bytes(body)
    named = {
        "WAREHOUSE_URL": f"sqlite:///{folder / 'crm.db'}",
        "SMARKETING_CONFIG": str(folder / "smarketing.toml"),
        "SMARKETING_AGREEMENT": str(folder / "agreement.toml"),
        "SMARKETING_ACCESS": "open",
    }
    said = {name: one for name, one in papers.environment.items() if "\x00" not in one}
    return named | said
