"""Addresses, parameters, headers and methods: each route asked in the ways that are meant, and in many that are not."""

import random
import re
from collections.abc import Callable, Sequence
from urllib.parse import quote, quote_from_bytes

from tests.fuzz.board import Asked, unquoted

HOST = b"127.0.0.1:8050"
PAGES = (
    "/",
    "/today",
    "/today/r1",
    "/meeting",
    "/meeting/2026-W46",
    "/data",
    "/terms",
    "/screens",
    "/screen",
    "/signed-out",
)
API = (
    "/api/board", "/api/board/picture", "/api/today/picture", "/api/today/reps", "/api/meeting/picture", "/api/me",
    "/api/meeting/weeks", "/api/meeting/ledger", "/api/meeting/actions", "/api/meeting/notes", "/api/meeting/promises",
    "/api/meeting/pack", "/api/data/picture", "/api/rows", "/api/rows.csv", "/api/rows.xlsx", "/api/data/rows",
    "/api/data/rows.csv", "/api/qr.svg", "/api/screen", "/api/screens", "/api/painted", "/stream", "/stream/today",
    "/sign-in", "/sign-in/back", "/sign-out", "/healthz", "/readyz", "/metrics",
)  # fmt: skip
FILES = (
    "/assets/board.css", "/assets/board.js", "/assets/favicon.svg", "/assets/nothing.js", "/_favicon.ico",
    "/_dash-layout", "/_dash-dependencies", "/_reload-hash", "/static/x", "/_dash-update-component",
    "/_dash-component-suites/dash/dash-renderer/build/dash_renderer.min.js", "/_dash-component-suites/dash/nothing.js",
    "/_dash-component-suites/nobody/nothing.js", "/_dash-component-suites/dash/../../x.py", "/_dash-component-suites/x",
)  # fmt: skip
NOWHERE = (
    "/nowhere", "/api", "/api/", "/api/rows.xml", "/admin", "/.git/config", "/.env", "/wp-login.php", "/console",
    "/metrics/x", "/healthz/", "/api/board/picture/x", "/_dash", "/_dash-", "/favicon.ico", "/robots.txt", "/server",
    "/assets", "/assets/", "/assets/../dashboard/app.py", "/assets/..%2f..%2fpyproject.toml", "/assets/.hidden",
)  # fmt: skip
LISTED = ("/api/rows", "/api/rows.csv", "/api/rows.xlsx")
WORDS: dict[str, Sequence[str]] = {
    "as_of": (
        "2026-11-20T14:32",
        "2026-11-20T14:32+01:00",
        "2018-02-30T10:00",
        "1994-12-31T23:59",
        "2059-12-31T23:59-12:00",
        "2060-01-01",
        "0001-01-01T00:00+23:59",
        "9999-12-31T23:59:59.999999-23:59",
        "2026-W46-3",
        "2026-03-29T02:30",
        "20261120T143200Z",
        "2026-11-20T14:32:10.123456789",
        "now",
        "T",
        "2026-11-20T24:00",
        "-1",
        "1e9",
    ),
    "number": (
        "marketing.month.done",
        "sales.week.done",
        "followup.first_attempt.in_time",
        "goal.month.done",
        "rep.r1.week.done",
        "rep..x",
        "rep.r1.",
        "2026-W46/marketing.week.done",
        "2026-W99/marketing.week.done",
        "２０２６-W４６/x",
        "x" * 300,
        "9999-W53/sales.week.done",
        "marketing.source.web.done",
        "__class__",
        "marketing.month",
        ".",
        "2026-W46/",
    ),
    "week": ("2026-W46", "2026-W53", "2027-W53", "1995-W01", "2060-W52", "0000-W00", "2026-W46 ", "w", "2099-W01"),
    "rep": ("r1", "R1", "nobody", "r1/..", "r1?x=1", "--somebody--", "r" * 500),
    "start": ("0", "1", "10000000", "10000001", "-1", "1.5", "٣", "0x1", "9" * 40, "1e3"),
    "count": ("0", "1", "500", "501", "-5", "²", "", "None"),
    "sort": ("source", "-ready_at,source", "nothing", ",,,", "-", "--source", ",".join(["source"] * 30), "source;drop"),
    "filter": (
        '[["source", "contains", "web"]]',
        '[["source", "is", 1]]',
        '[["ready_at", "from", "2026-11-20"]]',
        "[[]]",
        "{}",
        '[["ready_at", "is", "9999-12-31"]]',
        '[["working_hours", "from", "1e400"]]',
        "[" * 3000,
        "null",
        '["abc"]',
        "[1]",
        '[["source", "contains", null]]',
        '[["source", "is", "\\ud800"]]',
        '[["source","blank",0]]',
        '"abc"',
        "NaN",
        "[[[[",
        '[["attempts", "is", NaN]]',
        '[[{"a": 1}, "is", 1]]',
        '[["source", ["is"], "x"]]',
        '[["reason", "is", "counted"]]',
        '[["amount", "from", "0.00001"]]',
        '[["amount", "from", "Infinity"]]',
        '[["amount", "is", "sNaN"]]',
    ),
    "side": ("counted", "whole", "left out", "Counted", "x"),
    "reason": ("counted", "", "a duplicate", "x"),
    "finding": ("leads.source.blank", "reps.email.blank", "nothing", "leads", "__init__", "deals.amount.negative"),
    "past": ("1", "", "0"),
    "to": (
        "/",
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example/",
        "/today?x=1#y",
        "/sign-out",
        "/%0d%0aX: y",
    ),
    "choose": ("1",),
    "code": ("ABCD 2345", ""),
    "state": ("x", "é"),
    "error": ("access_denied", "x"),
    "m": ("1700000000",),
    "wall": ("Hall", "<script>"),
    "open": ("goal.month.done",),
    "theme": ("dark",),
}
STRANGE = (
    "",
    "\x00",
    "\u202e",
    "é",
    "\U0001f600",
    "\r\nSet-Cookie: a=b",
    "'\"><script>",
    "../../etc/passwd",
    "%s%n",
    "{{7*7}}",
    "a" * 3000,
    "null",
    "-0",
    "1;2",
    "\ufeff",
    "\x7f",
    "\u2028",
    "' OR 1=1 --",
    "true",
    "[]",
    "{}",
    "\\",
    "%00",
    "\x1b[31m",
)
METHODS = (
    "GET",
    "GET",
    "GET",
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "X",
)
HEADERS: tuple[tuple[bytes, tuple[bytes, ...]], ...] = (
    (b"accept", (b"text/html", b"*/*", b"application/json", b"a" * 5000, b"\xff")),
    (b"accept-encoding", (b"gzip", b"br", b"gzip;q=0", b"*", b",,,", b"\x80")),
    (b"if-none-match", (b'"1"', b"*", b'W/"x"', b'"' * 3000, b"\xff")),
    (b"if-modified-since", (b"Thu, 01 Jan 1970 00:00:00 GMT", b"yesterday", b"Thu, 99 Foo 9999 99:99:99 GMT")),
    (b"range", (b"bytes=0-10", b"bytes=-1", b"bytes=9-1,2-3", b"x=1", b"bytes=" + b"0-," * 1000)),
    (b"origin", (b"http://127.0.0.1:8050", b"https://evil.example", b"null", b"http://[", b"")),
    (b"referer", (b"https://evil.example/", b"\xff")),
    (b"sec-fetch-site", (b"same-origin", b"cross-site", b"none", b"x")),
    (b"sec-fetch-mode", (b"navigate", b"cors", b"")),
    (
        b"cookie",
        (
            b"smarketing=x",
            b"smarketing-screen=" + b"a" * 90,
            b"a=b; " * 1500,
            b'x="\\',
            b"\xff=\xff",
            b"=",
            b"smarketing=\x00",
        ),
    ),
    (b"authorization", (b"Bearer x", b"Basic eDp5", b"Bearer " + b"\xe9" * 10, b"Bearer")),
    (b"x-forwarded-for", (b"127.0.0.1", b"6.6.6.6", b"::1", b"," * 500, b"unknown")),
    (b"x-forwarded-host", (b"evil.example",)),
    (b"x-forwarded-proto", (b"https", b"javascript")),
    (b"x-forwarded-email", (b"boss@example.com",)),
    (b"x-smarketing-proxy", (b"x", b"\xe9")),
    (b"x-http-method-override", (b"DELETE",)),
    (b"x-original-url", (b"/api/screens",)),
    (b"content-length", (b"0", b"5", b"-1", b"9" * 30, b"\xb2", b"5, 5", b"100000000")),
    (b"content-type", (b"application/json", b"text/html; charset=\xff", b"multipart/form-data")),
    (b"transfer-encoding", (b"chunked", b"gzip")),
    (b"expect", (b"100-continue", b"x")),
    (b"connection", (b"close", b"upgrade", b"keep-alive")),
    (b"upgrade", (b"websocket", b"h2c")),
    (b"forwarded", (b"for=6.6.6.6;host=evil.example",)),
    (b"user-agent", (b"", b"\xff" * 100, b"() { :;}; echo")),
    (b"accept-language", (b"de", b"\xff", b"x" * 3000)),
)
HOSTS = (
    b"localhost",
    b"localhost:1",
    b"127.0.0.1",
    b"[::1]:8050",
    b"127.9.9.9",
    b"evil.example",
    b"evil@127.0.0.1",
    b"",
    b"[::1",
    b"127.0.0.1:8050@evil.example",
    b"127.0.0.1#evil",
    b"localhost/evil.example",
    b"127.0.0.1:99999999",
    b"LOCALHOST",
    b"\xff",
    b"localhost.evil.example",
    b"127.0.0.1:x",
    b"a" * 2000,
    b"127.0.0.1:8050, evil.example",
    b"localhost?x",
    b"0",
    b"2130706433",
    b"localhost\\evil.example",
    b"[::ffff:127.0.0.1]",
    b"localhost.",
    b" ",
    b"127.0.0.1 evil.example",
)


def case(seed: int, number: int) -> Asked:
    """Return the request of this number."""
    dice = random.Random(f"addresses/{seed}/{number}")
    return Asked(_method(dice), _target(dice), _headers(dice), (b"",) if dice.random() < 0.95 else (b"{}", b"x" * 100))


def _method(dice: random.Random) -> str:
    return "GET" if dice.random() < 0.7 else dice.choice(METHODS)


def _target(dice: random.Random) -> bytes:
    path = dice.choice(dice.choice((PAGES, API, API, API, FILES, NOWHERE, LISTED)))
    for _ in range(dice.choice((0, 0, 0, 0, 1, 1, 2))):
        path = dice.choice(TURNS)(dice, path)
    words = _words(dice, path)
    written = path.encode("utf-8", "surrogatepass")
    whole = quote_from_bytes(written, safe="/%._-:~@!$&'()*+,;=") if dice.random() < 0.97 else quote(written)
    return (whole + (f"?{words}" if words else "")).encode("ascii", "replace")


def _words(dice: random.Random, path: str) -> str:
    names = ["number", *dice.sample(sorted(WORDS), 2)] if path in LISTED else dice.sample(sorted(WORDS), 3)
    said = [f"{name}={quote(_value(dice, name), safe='')}" for name in names[: dice.choice((0, 1, 1, 2, 3))]]
    if dice.random() < 0.05:
        said.append(
            dice.choice(("&&&", "=", "a" * 9000, "as_of=1&as_of=2", "%", "%zz=%", "number[]=x", ";", "x" + "&x" * 2000))
        )
    return "&".join(said)


def _value(dice: random.Random, name: str) -> str:
    if dice.random() < 0.15:
        return dice.choice(STRANGE)
    found = dice.choice(WORDS[name])
    if dice.random() < 0.12 and found:
        place = dice.randrange(len(found))
        return found[:place] + dice.choice(STRANGE) + found[place + 1 :]
    return found


def _headers(dice: random.Random) -> tuple[tuple[bytes, bytes], ...]:
    host = HOST if dice.random() < 0.85 else dice.choice(HOSTS)
    some = [(name, dice.choice(values)) for name, values in dice.sample(HEADERS, dice.choice((0, 0, 1, 2, 5)))]
    twice = some[:1] if dice.random() < 0.1 else []
    return ((b"host", host), *some, *twice)


# turns that an address may take


def _doubled(dice: random.Random, path: str) -> str:
    """Double a slash."""
    return path.replace("/", "//", dice.choice((1, 2)))


def _escaped(dice: random.Random, path: str) -> str:
    """Write a sign as it need not be written."""
    place = dice.randrange(len(path))
    return f"{path[:place]}%{ord(path[place]) & 255:02x}{path[place + 1 :]}"


def _ended(dice: random.Random, path: str) -> str:
    """End it otherwise."""
    more = (
        "/",
        "//evil.example",
        "%00",
        "%0d%0aX:y",
        ";a=b",
        "/..",
        "/.",
        "%2e%2e/",
        ".json",
        "%ff",
        "/%2f",
        "\\x",
        "%20",
        "@x",
        "/" * 900,
    )
    return path + dice.choice(more) if dice.random() < 0.95 else path + "/" + "a" * 3000


def _begun(dice: random.Random, path: str) -> str:
    """Begin it otherwise."""
    return (
        dice.choice(
            ("//evil.example", "/..", "/.", "/%2e%2e", "/\\evil.example", "http://evil.example", "", "*", "/%2f")
        )
        + path
    )


def _cased(dice: random.Random, path: str) -> str:
    """Write it in capitals, or with a strange sign in it."""
    place = dice.randrange(len(path))
    return path.upper() if dice.random() < 0.5 else path[:place] + dice.choice(STRANGE)[:50] + path[place:]


TURNS: tuple[Callable[[random.Random, str], str], ...] = (_doubled, _escaped, _ended, _ended, _begun, _cased)

# what may be answered

STATUSES = frozenset({200, 201, 204, 303, 304, 400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 421, 429, 503})
"""Every answer that is declared."""
READ = re.compile(r"(/today/.+|/meeting/.+|/assets/.+|/_dash-component-suites/.+)", re.DOTALL)
REFUSED = frozenset({400, 403, 404, 405, 413, 414, 421})


def fault(asked: Asked, status: int, headers: dict[str, str]) -> str:
    """Return what is wrong with an answer to a request; nothing where it is one of those declared."""
    path = unquoted(asked.target.partition(b"?")[0]).decode("utf-8", "replace")
    to = headers.get("location", "/")
    if status not in STATUSES:
        return "is not declared"
    if not to.startswith("/") or to.startswith(("//", "/\\")):
        return f"leads elsewhere: {to[:100]}"
    known = path in PAGES or path in API or path in FILES or READ.fullmatch(path)
    if not known and status not in REFUSED:
        return "is there, where nothing should be"
    if any(name in headers.get("set-cookie", "") for name in ("evil", "a=b")):
        return "sets a cookie that was asked for"
    return (
        "" if headers.get("x-content-type-options") == "nosniff" and "content-security-policy" in headers else "is bare"
    )
