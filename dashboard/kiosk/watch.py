"""Watches the page on a screen: what has crashed, hangs, is gone or is not the board comes back, for ever."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

from dashboard.kiosk.devtools import Devtools, Hangs, Lost
from dashboard.logs import log

BEAT = 2.0
"""Seconds between two looks at the page."""
MOST_SILENT = 3
"""A page that has not answered so many times hangs."""
SOON, SELDOM = 1.0, 30.0
"""Seconds before something is tried again, and what they grow to while it does not help."""
ABSENT = 10.0
"""Seconds that a page may take to become the board before it is asked for anew."""
WELL = 60.0
"""Seconds after which a page that shows the board is well again."""
BOARD = "Boolean(document.documentElement.dataset.build) && !document.querySelector('main.notice')"
"""Every page of ours bears the build that serves it; a browser's page of errors and a portal's bear none.

A page in words, such as that there are too many just now, is ours, and does not become the board by itself.
"""


class Watch:
    """Keeps one address on one screen, until ``over``."""

    def __init__(self, url: str, start: Callable[[], AbstractContextManager[Devtools]], over: threading.Event) -> None:
        """``start`` starts a browser before ``url``, for as long as a block lasts."""
        self._url, self._start, self._over = url, start, over
        self._tries = 0
        self._told = ""
        self._well_since: float | None = None
        self._trouble_since = time.monotonic()

    def run(self) -> None:
        """Start a browser, and again whenever it has to be; return when it is over."""
        log.info("kiosk_started", url=self._url)
        while not self._over.is_set():
            try:
                with self._start() as devtools:
                    self._stay(devtools)
            except (Lost, OSError) as gone:
                self._is_in_trouble("browser_gone", str(gone))
            except Hangs as hangs:
                self._is_in_trouble("browser_hangs", str(hangs))
            if not self._over.is_set():
                self._wait()

    def _stay(self, devtools: Devtools) -> None:
        """Look at the page again and again; raise ``Hangs`` or ``Lost`` when only another browser can help."""
        session, silent, since = attached(devtools), 0, time.monotonic()
        while not self._over.wait(BEAT):
            try:
                shows = _shows_the_board(devtools, session)
                silent = 0
            except Hangs:
                shows, silent = False, silent + 1
            if devtools.crashed:
                devtools.crashed, silent, since = False, 0, self._load("page_crashed", devtools, session)
            elif silent >= MOST_SILENT:
                raise Hangs("the page")
            elif shows:
                since = self._is_well()
            elif not silent and time.monotonic() - since > ABSENT:
                since = self._load("not_the_board", devtools, session)

    def _load(self, event: str, devtools: Devtools, session: str) -> float:
        """Ask for the page anew, after a while, and return when that was."""
        self._is_in_trouble(event)
        self._wait()
        with suppress(Hangs):  # a server that is slow to answer is no browser that hangs
            devtools.ask("Page.navigate", session, url=self._url)
        return time.monotonic()

    def _is_in_trouble(self, event: str, why: str = "") -> None:
        """Say what has happened, once while it goes on happening."""
        if self._well_since is not None:
            self._trouble_since, self._told, self._well_since = time.monotonic(), "", None
        if event != self._told:
            log.warning(event, **{"why": why} if why else {})
            self._told = event

    def _is_well(self) -> float:
        """Note that the board is shown, say so once, and return when that was."""
        now = time.monotonic()
        if self._well_since is None:
            self._well_since = now
            log.info("board_shown", after=round(now - self._trouble_since, 1))
        elif now - self._well_since > WELL:
            self._tries = 0
        return now

    def _wait(self) -> None:
        """Wait, each time longer, and not all screens of a house equally long."""
        self._over.wait(min(SELDOM, SOON * 2**self._tries) * random.uniform(0.5, 1))  # noqa: S311 - no secret
        self._tries = min(self._tries + 1, 10)


def attached(devtools: Devtools) -> str:
    """Return the session of the browser's one page, of which it tells from now on when it crashes."""
    devtools.ask("Target.setDiscoverTargets", discover=True)
    ends = time.monotonic() + ABSENT
    while time.monotonic() < ends:
        found = devtools.ask("Target.getTargets")["targetInfos"]
        pages = [one["targetId"] for one in found if one["type"] == "page"]
        if pages:
            return str(devtools.ask("Target.attachToTarget", targetId=pages[0], flatten=True)["sessionId"])
        time.sleep(0.2)
    raise Hangs("the browser opens no page")


def _shows_the_board(devtools: Devtools, session: str) -> bool:
    answer = devtools.ask("Runtime.evaluate", session, expression=BOARD, returnByValue=True)
    return answer["result"].get("value") is True
