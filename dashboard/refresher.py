"""The one refresher of a machine: looks when the data or the clock has moved, checks, and publishes for everybody.

Every worker starts one; they share a lock, and only its holder refreshes. ``python -m dashboard.refresher FOLDER``
reads settings from the environment and ends with whoever started it.
"""

import gc
import math
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from dashboard.board import Board, State, as_json
from dashboard.examiner import Examiner
from dashboard.keeper import AGAIN, OUT_OF_MEMORY
from dashboard.leader import Leadership
from dashboard.logs import log
from dashboard.look import Looked, Looker, kept
from dashboard.meeting.freezer import Freezer
from dashboard.packing.mailer import Mailer
from dashboard.pages import board as page
from dashboard.parts import publish as publish_parts
from dashboard.pulse import Pulse
from dashboard.reps.reckon import Days
from dashboard.reps_told import part, people, shown_day
from dashboard.settings import Settings, now, settings
from dashboard.snapshot import Snapshot, latest, publish
from dashboard.specified import as_told
from dashboard.steady import steady
from queries import clocks
from queries.faults import ClockDoubted, Refused, StillLoading, WarehouseSilent
from queries.watermark import watermark

T = TypeVar("T")

TICK = 0.1
"""Seconds between two looks at the watermark."""
LEAST = 0.5
"""Seconds from one reading of the whole board to the next, however often the data moves."""
GRACE = 3.0
"""Seconds a reading may take beyond its own deadline before it is cut off."""
MARKED = 2.0
"""Seconds that a look at the watermark may take, which is a matter of milliseconds."""
SIGN, HUNG = 0.5, 8.0
"""Seconds between two signs of life while a reading is waited for, and after which a leader without one is hung."""
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""A clock that says an earlier time was never set: some machines wake up in 1970."""
SELDOM = (100_000, 20, 100)
"""How much is made before garbage is looked for, and how many rounds before the older is."""
COULD_WRITE = "could_write"
"""The file that notes for which server it was said that its role could write."""
READ_ONLY = "let the board sign in as a role of its own that may only SELECT: the README has the statements"
MOST_SAID = 10
"""So many different words about one fault are logged, and no more until it has ended."""


class DaysOf(NamedTuple):
    """The reps' days, the board they belong to, and the steady clock when that was begun."""

    days: Days
    board: Board
    beat: float


class Refresher:
    """Keeps the snapshot of one folder fresh, for as long as it is told to turn."""

    def __init__(
        self,
        told: Settings,
        folder: Path,
        now: Callable[[], datetime] = now,
        monotonic: Callable[[], float] = steady,
        alive: Callable[[], None] = lambda: None,
        steady: Callable[[], float] | None = None,
    ) -> None:
        """Refresh what ``folder`` holds; with ``steady``, seconds that nobody sets, the time of day is doubted."""
        self.settings = told
        self.looker = Looker(told)
        self._folder, self._now, self._monotonic, self._alive = folder, now, monotonic, alive
        self._steady, self._steady_then = steady, 0.0
        self._watermark = watermark(told.warehouse, self.looker.engine)
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="reading")
        self._before = latest(folder)
        self._number = self._before.number if self._before else 0
        self._mark: object = None
        self._read_at = float("-inf")
        self._last: Looked | None = None
        self._days: DaysOf | None = None
        self._days_fault: Refused | None = None
        self._beat = float("-inf")
        self._fault: Refused | None = None
        self._said = self._said_before()
        self._undisked: set[str] = set()
        self.told = {"refreshes": 0, "refusals": 0, "last_ms": 0.0, "days_ms": 0.0}
        """What monitoring is told: good readings, failed ones, how long the last good one and its reps' days took."""

    def turn(self) -> bool:
        """Look if there is reason to, publish what came of it, and return whether anything was published."""
        mark = self._marked()
        since = self._monotonic() - self._read_at
        if since < self.settings.refresh_seconds and (mark == self._mark or since < LEAST):
            return False
        self._read_at, self._mark = self._monotonic(), mark
        self._look()
        published = self._publish()
        self._look_at_days()
        return published

    def say_if_it_could_write(self, server: str = "") -> None:
        """Say in the log where this board's role may change the warehouse, which it never does, and what to do.

        Once for each ``server``, however often its refreshers are started again.
        """
        with suppress(Refused):
            found = self._in_time(self._reader.submit(self.looker.access), self._deadline)
            if found and found.changes and self._is_news(f"{server}: {found.role} may change {found.changes}"):
                log.warning("warehouse_can_write", role=found.role, tables=found.changes, remedy=READ_ONLY)

    def _is_news(self, words: str) -> bool:
        """Return whether no refresher of this folder noted these words before, and note them."""
        file = self._folder / COULD_WRITE
        with suppress(OSError):
            if file.exists() and file.read_text(encoding="utf-8") == words:
                return False
            file.write_text(words, encoding="utf-8")
        return True

    @property
    def mark(self) -> object:
        """The watermark of the last look; None before the first."""
        return self._mark

    def close(self) -> None:
        """Let go of the warehouse."""
        # SQLite's connections belong to the thread that made them
        self._reader.submit(self._watermark.close)
        self._reader.submit(self.looker.close)
        self._reader.shutdown()

    def _marked(self) -> object:
        """Return the watermark; where the warehouse does not answer, the last one: the clock will have it looked at."""
        try:
            return self._in_time(self._reader.submit(self._watermark.mark), MARKED)
        except Refused:
            self._reader.submit(self._watermark.close)
            return self._mark

    def _look(self) -> None:
        began, now, steady = self._monotonic(), self._now(), self._steady() if self._steady else None
        if now < EARLIEST:
            self._failed(ClockDoubted(f"the server's clock says {now:%d %b %Y}: it has to be set right"))
            return
        before = None if self._went_back(now) else self._last
        try:
            asked = self._reader.submit(self.looker.fresh, now, before, self._watermark.mark, self._doubt(steady))
            found = self._in_time(asked, self._deadline)
        except Refused as fault:
            self._failed(fault)
            return
        if self._last and before is None:
            log.warning("clock_went_back", now=now.isoformat(), shown=self._last.board.as_of.isoformat())
        if self._said:
            log.info("fresh_again", after=self._said[-1])
        self._last, self._beat, self._fault, self._said, self._steady_then = found, began, None, [], steady or 0.0
        self.told["refreshes"] += 1
        self.told["last_ms"] = round(1000 * (self._monotonic() - began), 1)
        log.debug("refreshed", number=self._number + 1, ms=round(1000 * (self._monotonic() - began)), rows=found.rows)

    def _went_back(self, now: datetime) -> bool:
        """Return whether this machine's clock was set back behind the last look: then nothing can be compared."""
        return self._last is not None and now < self._last.board.as_of and self._monotonic() > self._beat

    def _doubt(self, steady: float | None) -> Callable[..., None] | None:
        """Return what refuses a moment that cannot be the one at which the steady clock says ``steady``."""
        if steady is None:
            return None
        gone = timedelta(seconds=steady - self._steady_then)
        return partial(clocks.refuse, believed=self._last and self._last.board.as_of.astimezone(UTC) + gone)

    @property
    def is_well(self) -> bool:
        """Whether the last look at the warehouse went well."""
        return self._last is not None and self._fault is None

    @property
    def clock_is_doubted(self) -> bool:
        """Whether this machine's clock cannot be right, so that nothing may be done for good by the hour it says."""
        return isinstance(self._fault, ClockDoubted)

    @property
    def _deadline(self) -> float:
        return self.settings.read_seconds + GRACE

    def _in_time(self, asked: "Future[T]", seconds: float) -> T:
        """Return what was asked for; cut it off beyond its deadline, and end this process if that does not help."""
        if self._is_done(asked, seconds):
            return asked.result()
        self.looker.let_go()
        if not self._is_done(asked, self._deadline):
            self._hangs()
        raise WarehouseSilent("the warehouse took too long to answer")

    def _is_done(self, asked: "Future[T]", seconds: float) -> bool:
        """Return whether it was done within ``seconds``, saying all the while that this process is alive."""
        for _ in range(math.ceil(seconds / SIGN)):
            if wait([asked], SIGN).done:
                return True
            self._alive()
        return False

    def _hangs(self) -> None:
        """Say that the warehouse hangs, and end: a thread that no deadline reaches can only be left behind."""
        log.error("reading_hangs")
        self._failed(WarehouseSilent("the warehouse took too long to answer"))
        self._publish()
        os._exit(1)  # a kinder end would wait for that thread

    def _failed(self, fault: Refused) -> None:
        """Note a fault, and log it once; a load in its time is none."""
        self._fault = fault
        self.told["refusals"] += 1
        words = str(fault)
        if words not in self._said and len(self._said) < MOST_SAID and not self._loads_in_time():
            log.warning("not_refreshed", why=words, kind=type(fault).__name__)
            self._said.append(words)

    def _said_before(self) -> list[str]:
        """Return what a refresher before this one said of a fault that has not ended."""
        if self._before is None or self._before.kind not in ("stale", "refused"):
            return []
        return [str(self._before.numbers.get("state_words", "")).partition(": ")[2]]

    def _loads_in_time(self) -> bool:
        """Return whether all that is the matter is a load that has not taken long."""
        patient = self._monotonic() - self._beat < 2 * self.settings.refresh_seconds
        return isinstance(self._fault, StillLoading) and patient

    def _look_at_days(self) -> None:
        """Publish the reps' days of the board that was just published: nobody who looks at that waits for them."""
        began = self._monotonic()
        if self._fault is None and self._last is not None:
            try:
                found = self._in_time(self._reader.submit(self.looker.days), self._deadline)
                self._days = DaysOf(found, self._last.board, self._beat)
                self._days_fault = None
            except Refused as fault:
                if self._days_fault is None:
                    log.warning("days_not_read", why=str(fault), kind=type(fault).__name__)
                self._days_fault = fault
        self._on_disk("days", self._publish_days)
        self.told["days_ms"] = round(1000 * (self._monotonic() - began), 1)

    def _publish(self) -> bool:
        """Publish what there is to show; say once when the disk refuses."""
        self._number += 1
        done = self._on_disk("board", lambda: publish(self._folder, self._snapshot()))
        self._number -= not done
        return done

    def _on_disk(self, what: str, put: Callable[[], None]) -> bool:
        """Return whether something could be put on the disk; log once when one refuses, once when all are there."""
        try:
            put()
        except OSError as refused:
            if not self._undisked:
                log.error("not_published", why=refused.strerror or str(refused))
            self._undisked.add(what)
            return False
        if self._undisked == {what}:
            log.info("published_again")
        self._undisked.discard(what)
        return True

    def _publish_days(self) -> None:
        """Publish the reps' days, for those who look at their own."""
        if self._days is None:
            return
        found, board, beat = self._days
        shown = kept(board, self._days_fault) if self._days_fault else self._shown(board)
        days = {rep_id: shown_day(day, shown.state, shown is not board) for rep_id, day in found.reps.items()}
        told = {rep_id: part(day, self._number) for rep_id, day in days.items()}
        publish_parts(self._folder, self._number, board.as_of, beat, shown.state.kind, people(found), told)

    def _snapshot(self) -> Snapshot:
        if self._last is None and self._before is not None and self._before.is_of(self.settings.company.name):
            return self._before.still(self._number, str(self._fault))
        if self._last is None:
            state = State("waiting", f"waiting for first data: {self._fault}")
            told = {"state": "waiting", "error": state.words}
            return Snapshot(self._number, None, self._monotonic(), "waiting", told, page.waiting(state))
        shown = self._shown(self._last.board)
        told, behind = as_json(shown), as_told(shown.numbers)
        return Snapshot(self._number, shown.as_of, self._beat, shown.state.kind, told, page.picture(shown), behind)

    def _shown(self, board: Board) -> Board:
        """Return the last good board; without its verdicts while a fault lasts, a load in its time being none."""
        if self._fault is None or self._loads_in_time():
            return board
        return kept(board, self._fault)


def main(folder: Path, server: str = "") -> None:
    """Refresh the snapshot of ``folder`` as long as the process that started this one holds the other end of stdin.

    ``server`` names the server whose worker that is.
    """
    gone = threading.Event()
    threading.Thread(target=_until_alone, args=(gone,), daemon=True).start()
    try:
        told = _settings(gone)
        if told:
            _refresh(told, folder, gone, server)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # a kinder end would want more of it


def _settings(gone: threading.Event) -> Settings | None:
    """Return what this process is told, waiting while that is wrong and saying so once; None when nobody waits."""
    said = ""
    while not gone.is_set():
        try:
            return settings()
        except Refused as refused:
            if str(refused) != said:
                log.error("settings_refused", why=str(refused))
            said = str(refused)
        gone.wait(AGAIN)
    return None


def _refresh(told: Settings, folder: Path, gone: threading.Event, server: str) -> None:
    """Wait to lead, then refresh until nobody is left to do it for."""
    lead = Leadership(folder, hung_after=HUNG)
    if not lead.wait(gone.is_set):
        return
    refresher = Refresher(told, folder, alive=lead.beat, steady=steady)
    examiner, pulse = Examiner(told, folder), Pulse(folder)
    freezer, mailer = Freezer(told), Mailer(told)
    leads = settled = False
    while not gone.wait(TICK):
        published = refresher.turn()
        if published and not leads:
            leads = True
            log.info("leads", folder=str(folder))
        if refresher.told["refreshes"] and not settled:
            settled = True
            refresher.say_if_it_could_write(server)
            settle()
        pulse.say(refresher=refresher.told)
        # a warehouse that refuses this process is not asked by others besides: it may count who signs in in vain
        examiner.turn(refresher.mark if refresher.is_well else None)
        freezer.turn(refresher.is_well)
        if not refresher.clock_is_doubted:
            mailer.turn()
        lead.beat()
    mailer.close()
    freezer.close()
    examiner.close()
    refresher.close()
    pulse.end()


def settle() -> None:
    """Have what the first reading keeps looked through for garbage no more: it took up to half of a refresh."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def _until_alone(gone: threading.Event) -> None:
    """Wait until nobody holds the other end of stdin, then say so."""
    sys.stdin.buffer.read()
    gone.set()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
