"""``/api/meeting/pack?week=``: the week that is looked at, as one file to be saved."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, make_response, request

from dashboard.meeting_told import PACK
from dashboard.meeting_weeks import Looked, Weeks
from dashboard.packing.page import name, page
from dashboard.packing.week import packed
from dashboard.settings import Settings
from dashboard.store.door import Store

Look = Callable[[str | None], tuple[Looked, datetime]]
"""Looks at the week of a name, or at the one that just ended, and says from which moment."""


class PackApi:
    """Answers with packs."""

    def __init__(self, told: Settings, store: Callable[[], Store], weeks: Weeks, look: Look) -> None:
        self._told, self._store, self._weeks, self._look = told, store, weeks, look

    def register(self, server: Flask) -> None:
        """Add the address to ``server``."""
        server.add_url_rule(PACK, PACK, self.pack, methods=["GET"])

    def pack(self) -> Response:
        """Answer with the week as a file; one that is not kept says so on every page of it."""
        looked, at = self._look(request.args.get("week"))
        found = packed(self._told, self._store(), self._weeks, looked, at)
        headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
        headers |= {"Content-Disposition": f'attachment; filename="{name(found)}"', "X-Content-Type-Options": "nosniff"}
        return make_response(page(found), 200, headers)
