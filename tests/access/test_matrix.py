"""The matrix: every address × eight methods × the fourteen who may ask, under both servers; each answer is declared."""

import json
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from structlog.testing import capture_logs

from dashboard import front
from dashboard.access.guard import WsgiGuard
from dashboard.access.routes import ROUTES
from dashboard.frame import assets
from dashboard.pages import pages
from tests.access.asking import Said, answered, of_wsgi
from tests.access.boards import House, question, sign_in_way, standing
from tests.access.declared import METHODS, WHO, WITHOUT_STREAM, Line, lines, status
from tests.access.everybody import EVERYBODY, Asker, everybody
from tests.access.provider import providing

BROWSER = {"accept": "text/html", "sec-fetch-mode": "navigate"}
SUITE = "/_dash-component-suites/dash/dcc/async-markdown.js"
FINDING = "finding=incomplete-lead:leads.missing"
FORM = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A board full of canaries behind a sign-in, at which everybody may ask as often as they like."""
    with providing() as provider, standing(tmp_path_factory.mktemp("matrix"), sign_in_way(provider.issuer)) as one:
        one.unlimited()
        yield one


@pytest.fixture(scope="module")
def wsgi(house: House) -> WsgiGuard:
    """The same board as a server without ASGI has it."""
    return house.without_asgi()


def rules(server: Flask) -> dict[str, set[str]]:
    """Return every address there is with its methods: Flask's, the front's own, and the pages'."""
    found: dict[str, set[str]] = {}
    for one in server.url_map.iter_rules():
        found.setdefault(one.rule, set()).update((one.methods or set()) - {"OPTIONS"})
    named = {name: value for name, value in vars(front).items() if name.isupper() and isinstance(value, str)}
    own = [value for value in named.values() if value.startswith("/")]
    for path in (*own, *front.LOOKS, *pages()):
        found.setdefault(path, {"POST"} if path == front.PAINTED else {"GET"})
    return found


def undeclared(found: dict[str, set[str]], table: dict[str, Line]) -> list[str]:
    """Return every address and every method of which the table says nothing."""
    lacking = [f"{rule}: has no line" for rule in found if rule not in table]
    return lacking + [
        f"{rule}: {method} is not declared"
        for rule, methods in found.items()
        for method in sorted(methods)
        if rule in table and method not in table[rule].answers
    ]


def test_every_address_and_method_that_there_is_is_declared_here_and_has_a_row_in_the_program(house: House) -> None:
    found = rules(house.front._dash.app)
    assert len(found) > 40
    assert undeclared(found, lines()) == []
    assert [rule for rule in found if rule not in ROUTES] == []
    assert set(ROUTES) == set(lines())


def test_an_address_without_a_line_fails_with_its_name() -> None:
    server = Flask("one more", static_folder=None)
    server.add_url_rule("/api/secret", "secret", lambda: "", methods=["GET"])
    server.add_url_rule("/healthz", "healthz", lambda: "", methods=["GET", "PUT"])
    assert undeclared(rules(server), lines()) == ["/api/secret: has no line", "/healthz: PUT is not declared"]


def test_a_page_without_a_row_is_answered_to_nobody(house: House) -> None:
    """What somebody adds and forgets to declare is not served, rather than served to everybody."""
    server = house.front._dash.app
    assert "/api/nowhere" not in rules(server)
    for who in everybody(house).values():
        assert house.ask("GET", "/api/nowhere", who.headers, peer=who.peer).status == 404


class Cell:
    """One question of the matrix and its answer."""

    def __init__(self, line: Line, method: str, who: str, browses: bool, said: Said, wsgi: bool) -> None:
        self.line, self.method, self.who, self.said = line, method, who, said
        self.wanted = status(line, method, who, browses)
        if wsgi and method in ("GET", "HEAD") and self.wanted == 200:
            self.wanted = WITHOUT_STREAM.get(line.rule, 200)
        self.name = f"{'wsgi' if wsgi else 'asgi'} {method} {line.rule} by {who}{' in a browser' if browses else ''}"

    @property
    def is_wrong(self) -> bool:
        return self.said.status != self.wanted

    @property
    def sees(self) -> bool:
        """Whether this one may see something of the company here."""
        group = self.line.answers.get(self.method, ("", ""))[0]
        return group not in ("", "all") and self.who in WHO[group]


def target(house: House, line: Line) -> str:
    """Return what is really asked."""
    newest = house.front._counter.newest()
    assert newest
    as_of = str(newest.snapshot.picture["as_of"]).replace("+", "%2B")
    number = f"number=marketing.month.done&as_of={as_of}"
    return line.target.format(number=number, finding=FINDING, suite=SUITE) if "{" in line.target else line.target


def every_question(house: House) -> Iterator[tuple[Line, str, str, bool, Asker]]:
    askers = everybody(house)
    for line in lines().values():
        for method in METHODS:
            # who signs out is somebody else afterwards
            askers = everybody(house) if line.rule in ("/sign-out", "/api/screen") else askers
            for who in EVERYBODY:
                for browses in (False, True) if method == "GET" else (False,):
                    yield line, method, who, browses, askers[who]


async def asked_of_all(house: House) -> list[Cell]:
    found = []
    for line, method, who, browses, asker in every_question(house):
        headers = {**asker.headers, **(BROWSER if browses else {}), **(FORM if method not in ("GET", "HEAD") else {})}
        said = await answered(house.app, question(method, target(house, line), headers, peer=asker.peer))
        found.append(Cell(line, method, who, browses, said, wsgi=False))
    return found


@pytest.fixture(scope="module")
def asgi_cells(house: House) -> tuple[list[Cell], list[Any]]:
    """Every answer of the ASGI app, and all that was logged meanwhile."""
    with capture_logs() as logged:
        return house.runner.run(asked_of_all(house)), logged


@pytest.fixture(scope="module")
def wsgi_cells(house: House, wsgi: WsgiGuard) -> tuple[list[Cell], list[Any]]:
    """Every answer of the WSGI app, and all that was logged meanwhile."""
    found = []
    with capture_logs() as logged:
        for line, method, who, browses, asker in every_question(house):
            more = {**(BROWSER if browses else {}), **(FORM if method not in ("GET", "HEAD") else {})}
            asked = question(method, target(house, line), {**asker.headers, **more}, peer=asker.peer)
            found.append(Cell(line, method, who, browses, of_wsgi(wsgi, asked), wsgi=True))
    return found, logged


@pytest.fixture(scope="module", params=["asgi", "wsgi"])
def cells(request: pytest.FixtureRequest) -> tuple[list[Cell], list[Any]]:
    """Every answer of each app."""
    found: tuple[list[Cell], list[Any]] = request.getfixturevalue(f"{request.param}_cells")
    return found


def test_every_cell_of_the_matrix_is_answered_as_declared(cells: tuple[list[Cell], list[Any]]) -> None:
    asked = [one for one in cells[0] if "browser" not in one.name]
    assert len(asked) == len(lines()) * len(METHODS) * len(EVERYBODY)
    wrong = [
        f"{one.name}: {one.said.status}, not {one.wanted}: {one.said.body[:80]!r}" for one in cells[0] if one.is_wrong
    ]
    print(f"{len(cells[0])} cells, {len(wrong)} wrong")  # noqa: T201 - shown by pytest -s
    assert wrong == []


def test_nothing_of_the_company_is_in_any_answer_to_who_may_not_see_it_or_in_the_log(
    house: House, cells: tuple[list[Cell], list[Any]]
) -> None:
    canaries = [one.encode() for one in house.planted.all]
    assert len(set(canaries)) >= 200
    refused = {one.said.whole: one.name for one in cells[0] if not one.sees}
    assert len(refused) > 100
    assert [f"{name}: {one!r}" for whole, name in refused.items() for one in canaries if one in whole] == []
    # people are named in the log by the address by which they signed in, and nothing else of the warehouse is
    text = json.dumps(cells[1]).replace("canary-rep-mail-0@example.com", "").encode()
    assert cells[1] and [c for c in canaries if c in text] == []


def test_the_canaries_are_there_for_who_may_see_them(house: House, cells: tuple[list[Cell], list[Any]]) -> None:
    """Else the search would prove nothing."""
    seen = b"".join(plainly(one.said) for one in cells[0] if one.sees)
    there = [one for one in house.planted.all if one not in house.planted.contacts and one.encode() in seen]
    assert len(there) > 100


def test_how_to_reach_a_lead_is_told_to_nobody(house: House, cells: tuple[list[Cell], list[Any]]) -> None:
    contacts = [one.encode() for one in house.planted.contacts]
    assert len(contacts) == 48
    bodies = {plainly(one.said): one.name for one in cells[0]}
    assert [f"{name}: {one!r}" for body, name in bodies.items() for one in contacts if one in body] == []


def plainly(said: Said) -> bytes:
    """Return all of an answer, unpacked where it came packed."""
    if "event-stream" in said.header("content-type"):
        return said.whole + zlib.decompressobj(-15).decompress(said.body[10:])
    if "spreadsheet" in said.header("content-type") and said.body:
        with ZipFile(BytesIO(said.body)) as sheets:
            return said.whole + b"".join(sheets.read(name) for name in sheets.namelist())
    return said.whole


def test_every_answer_bears_the_headers_and_none_that_tells_of_the_server(cells: tuple[list[Cell], list[Any]]) -> None:
    wanted = (
        *("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options"),
        *("cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy"),
        "strict-transport-security",
    )
    lacking = {f"{one.line.rule}: {name}" for one in cells[0] for name in wanted if not one.said.header(name)}
    assert lacking == set()
    assert {one.line.rule for one in cells[0] if one.said.header("server") or one.said.header("x-powered-by")} == set()
    policies = {one.said.header("content-security-policy").split("style-src")[0] for one in cells[0]}
    assert not any("unsafe" in one or "*" in one or "http" in one for one in policies)


def test_what_only_some_may_see_is_kept_by_no_shared_cache(cells: tuple[list[Cell], list[Any]]) -> None:
    shared = {
        one.name
        for one in cells[0]
        if one.line.answers.get("GET", ("all",))[0] != "all"
        and not any(word in one.said.header("cache-control") for word in ("private", "no-store"))
    }
    assert shared == set()


def test_no_browser_keeps_the_numbers_of_the_company(cells: tuple[list[Cell], list[Any]]) -> None:
    kept = {
        one.name
        for one in cells[0]
        if one.said.header("content-type").startswith(("application/json", "text/csv", "application/vnd"))
        and one.line.answers.get("GET", ("all",))[0] != "all"
        and one.said.header("cache-control") != "no-store"
    }
    assert kept == set()


def test_every_body_says_what_it_is_and_no_other_site_may_read_it(cells: tuple[list[Cell], list[Any]]) -> None:
    told = {one.name: one.said.header("content-type") for one in cells[0] if one.said.body}
    assert {name for name, kind in told.items() if not kind} == set()
    assert {name: kind for name, kind in told.items() if kind.startswith("text/") and "charset" not in kind} == {}
    foreign = {name for one in cells[0] for name, _ in one.said.headers if name.lower().startswith("access-control")}
    assert foreign == set()


def test_no_asset_holds_anything_of_the_company(house: House) -> None:
    canaries = [one.encode() for one in house.planted.all]
    paths = [f"/assets/{path.relative_to(assets())}" for path in assets().rglob("*") if path.is_file()]
    found = [house.ask("GET", path) for path in paths]
    assert len(found) > 30 and {one.status for one in found} <= {200, 404}
    assert [path for path, one in zip(paths, found, strict=True) for c in canaries if c in one.body] == []


@pytest.mark.parametrize("path", ["/api/today/picture?rep=r0", "/stream/today?rep=r0"])
def test_a_rep_sees_how_to_reach_a_lead_where_the_company_allows_it_and_a_screen_does_not(
    tmp_path_factory: pytest.TempPathFactory, path: str
) -> None:
    with standing(tmp_path_factory.mktemp("contacts"), sign_in_way(), contacts=True) as one:
        asked = {name: question("GET", path, asker.headers, peer=asker.peer) for name, asker in everybody(one).items()}
        found = {name: one.runner.run(answered(one.app, two, parts=2)) for name, two in asked.items()}
        seen = {name for name, said in found.items() if any(c.encode() in _read(said) for c in one.planted.contacts)}
    assert seen == {"rep", "manager", "operator"}


def _read(said: Said) -> bytes:
    """Return the whole of an answer, a stream as far as it came."""
    packed = said.header("content-encoding") == "gzip" and said.status == 200
    return said.whole + (zlib.decompressobj(31).decompress(said.body) if packed else b"")
