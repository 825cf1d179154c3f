"""Every address there is, and who may ask it: an address without a row is not served, and fails a test."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, RequestRedirect, Rule

from dashboard.access.identity import Identity

Audience: TypeAlias = Literal["all", "seen", "people", "operators", "probe", "nobody"]
Cost: TypeAlias = Literal["memory", "made", "write", "sign-in", "code", "log"]

KINDS: dict[Audience, frozenset[str]] = {
    "all": frozenset({"nobody", "local", "person", "screen", "probe"}),
    "seen": frozenset({"local", "person", "screen"}),
    "people": frozenset({"local", "person"}),
    "operators": frozenset({"local", "person"}),
    "probe": frozenset({"local", "person", "probe"}),
    "nobody": frozenset(),
}
"""Who is meant: everybody at all; whoever may see the board, screens too; people; those who look after the screens;
monitoring, and people; nobody."""


class Row(NamedTuple):
    """One address: who may ask it by which method, what an answer costs, and whether it is a page to look at."""

    audience: Mapping[str, Audience]
    cost: Cost = "memory"
    page: bool = False


def _read(audience: Audience, cost: Cost = "memory", page: bool = False) -> Row:
    return Row({"GET": audience, "HEAD": audience}, cost, page)


def _both(read: Audience, write: Audience, *methods: str, cost: Cost = "write") -> Row:
    return Row({"GET": read, "HEAD": read} | dict.fromkeys(methods, write), cost)


ROUTES: dict[str, Row] = {
    # the pages
    "/": _read("seen", page=True),
    "/today": _read("people", page=True),
    "/today/<path:part>": _read("people", page=True),
    "/meeting": _read("seen", page=True),
    "/meeting/<path:part>": _read("seen", page=True),
    "/data": _read("seen", page=True),
    "/terms": _read("seen", page=True),
    "/screens": _read("people", page=True),
    # what they draw
    "/stream": _read("seen"),
    "/stream/today": _read("people"),
    "/api/board": _read("seen"),
    "/api/board/picture": _read("seen"),
    "/api/today/picture": _read("people"),
    "/api/today/reps": _read("people"),
    "/api/meeting/picture": _read("seen", "made"),
    "/api/meeting/weeks": _read("seen"),
    "/api/meeting/ledger": _read("people", "made"),
    "/api/meeting/actions": _both("seen", "people", "POST", "PATCH"),
    "/api/meeting/notes": _both("people", "people", "POST"),
    "/api/meeting/promises": _both("seen", "people", "POST"),
    "/api/meeting/pack": _read("people", "made"),
    "/api/data/picture": _read("seen", "made"),
    # the rows themselves
    "/api/rows": _read("people", "made"),
    "/api/rows.csv": _read("people", "made"),
    "/api/rows.xlsx": _read("people", "made"),
    "/api/data/rows": _read("people", "made"),
    "/api/data/rows.csv": _read("people", "made"),
    # who somebody is
    "/sign-in": _read("all", "sign-in"),
    "/sign-in/back": _read("all", "sign-in"),
    "/sign-out": Row({"POST": "all"}, "sign-in"),
    "/signed-out": _read("all"),
    "/api/me": _read("people"),
    "/api/qr.svg": _read("seen"),
    # the screens
    "/screen": _read("all", page=True),
    "/api/screen": Row({"GET": "all", "HEAD": "all", "POST": "all"}, "code"),
    "/api/screens": _both("people", "operators", "POST", "PATCH", "DELETE"),
    "/api/painted": Row({"POST": "seen"}),
    # whoever looks after the server
    "/healthz": _read("all"),
    "/readyz": _read("all"),
    "/metrics": _read("probe"),
    # styles, scripts and pictures, which say nothing of the company
    "/assets/<path:filename>": _read("all"),
    "/static/<path:filename>": _read("nobody"),
    # Dash's own
    "/_favicon.ico": _read("all"),
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": _read("people"),
    "/_dash-layout": _read("people"),
    "/_dash-dependencies": _read("people"),
    "/_dash-update-component": Row({"POST": "people"}),
    "/_reload-hash": _read("nobody"),
    # whatever else: there is nothing there, for anybody, and it goes no further: behind, //api/board is /api/board
    "/<path:path>": _read("nobody"),
}


REMEMBERED = 4096
"""Of so many paths it is remembered to which rule they belong: every screen asks for the same few."""


class Routes:
    """Finds the row of an address."""

    def __init__(self, rows: Mapping[str, Row] = ROUTES) -> None:
        self._rows = rows
        patterns: Iterable[Rule] = [Rule(rule, endpoint=rule) for rule in rows if "<" in rule]
        made = Map(patterns, strict_slashes=False, merge_slashes=False)
        self._adapter: MapAdapter = made.bind("")
        self._known = lru_cache(REMEMBERED)(self._matched)

    def of(self, path: str) -> Row | None:
        """Return the row of a path; None where there is none.

        >>> routes = Routes()
        >>> routes.of("/api/rows.csv").audience["GET"], routes.of("/today/r-01").page, routes.of("/no/such").page
        ('people', True, False)
        """
        rule = self.rule(path)
        return self._rows[rule] if rule else None

    def rule(self, path: str) -> str:
        """Return the rule of a path; nothing where there is none, as for slashes that Flask would take for one.

        >>> routes = Routes()
        >>> routes.rule("/today/r-01"), routes.rule("//api/rows")
        ('/today/<path:part>', '')
        """
        return self._known(path)

    def _matched(self, path: str) -> str:
        if "//" in path:
            return ""
        if "<" not in path and path in self._rows:
            return path
        try:
            rule, _ = self._adapter.match(path, "GET")
        except (HTTPException, RequestRedirect):
            return ""
        return str(rule)


def may(identity: Identity, audience: Audience) -> bool:
    """Return whether somebody belongs to those who may.

    >>> may(Identity("screen"), "seen"), may(Identity("screen"), "people"), may(Identity("person"), "operators")
    (True, False, False)
    """
    return identity.kind in KINDS[audience] and (audience != "operators" or identity.operator)
