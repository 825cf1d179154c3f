"""From a commit in the warehouse to the screen: ``python -m tests.bench.freshness``.

Before the Procfile's own server; with 1, 200 and 2,000 viewers on the stream. A lead is committed; measured is when
each viewer has the new picture whole, and when a Chromium beside them shows the new number. Also the processor time
that the two workers spend for one viewer and one refresh. The limit of open files is raised for the viewers' sockets.
"""

import argparse
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright
from rich.console import Console

from tests import browsers
from tests.bench.machine import as_words, machine, note
from tests.bench.viewers import Crowd, Listener, crowd, many_files
from tests.dashboard.live import Live, living

CROWDS = (1, 200, 2000)
GOAL_SECONDS, GOAL_MS = 1.5, 0.15
SHOWN = """() => {
  const painted = () => document.documentElement.dataset.painted;
  let was = painted();
  window.shown = [];
  const look = () => {
    if (painted() !== was) { was = painted(); window.shown.push(Date.now() / 1000); }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def workers(live: Live) -> list[psutil.Process]:
    """Return the processes that serve viewers."""
    return [psutil.Process(one) for one in live.workers()]


def spent(some: list[psutil.Process]) -> float:
    """Return the processor seconds they have used."""
    return sum(sum(one.cpu_times()[:2]) for one in some)


def commits(live: Live, listeners: list[Listener], times: int, page: Page | None) -> dict[str, Any]:
    """Commit so many leads one after the other; return the seconds until each viewer, and the screen, had each."""
    received, painted = [], []
    serving = workers(live)
    before = spent(serving)
    for _ in range(times):
        time.sleep(1.5)
        live.one_more_lead()
        at, clock = time.monotonic(), time.time()
        ends = at + 15
        while time.monotonic() < ends and not all(one.got_at > at for one in listeners):
            time.sleep(0.02)
        time.sleep(0.3)
        received += [one.got_at - at if one.got_at > at else 15.0 for one in listeners]
        if page:
            shown = [one for one in page.evaluate("() => window.shown") if one > clock]
            painted += [shown[0] - clock] if shown else [15.0]
    used = 1000 * (spent(serving) - before) / times
    return {"received": received, "painted": painted, "ms_a_refresh": used}


def of_crowd(live: Live, beside: Crowd, count: int, times: int, page: Page) -> dict[str, Any]:
    """Return what ``count`` viewers and the screen saw of so many commits."""
    listeners = beside.listeners(count)
    found = commits(live, listeners, times, page)
    lost = sum(one.lost for one in listeners)
    beside.leave(listeners)
    return {
        "viewers": count,
        "commits": times,
        "lost": lost,
        "received": _spread(found["received"]),
        "painted": _spread(found["painted"]),
        "cpu_ms_a_refresh": round(found["ms_a_refresh"], 1),
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {"median": round(statistics.median(ordered), 3), "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 3)}


def main(told: argparse.Namespace) -> None:
    """Measure every crowd, and write it down."""
    many_files(max(told.crowds))
    with TemporaryDirectory() as scratch, living(Path(scratch), refresh_seconds=60) as live:
        live.start()
        with sync_playwright() as play, crowd(live.port) as beside:
            browser = play.chromium.launch(executable_path=browsers.chromium(), args=["--disable-dev-shm-usage"])
            page = browser.new_page()
            page.goto(live.url)
            page.wait_for_selector('[data-number="marketing.month.done"]', timeout=30_000)
            page.evaluate(SHOWN)
            found = [of_crowd(live, beside, one, told.commits, page) for one in told.crowds]
            browser.close()
    least, most = found[0], found[-1]
    each = (most["cpu_ms_a_refresh"] - least["cpu_ms_a_refresh"]) / max(1, most["viewers"] - least["viewers"])
    result = {"machine": machine(), "found": found, "cpu_ms_a_viewer_refresh": round(each, 4)}
    words = _words(result)
    Console().print(words)
    Console().print(f"written to {note('freshness', words, result)}")


def _words(result: dict[str, Any]) -> str:
    rows = [
        [
            f"{one['viewers']:,}",
            *(one["commits"], one["lost"]),
            *(*one["received"].values(), *one["painted"].values()),
            one["cpu_ms_a_refresh"],
        ]
        for one in result["found"]
    ]
    titles = ("viewers", "commits", "streams lost", "received, median", "p95", "on the screen, median", "p95")
    heads = (*titles, "workers' CPU ms a refresh")
    return "\n".join(
        [
            "# From a commit to the screen",
            "",
            f"`python -m tests.bench.freshness`; seconds. {as_words(result['machine'])}. The server looks whether the "
            f"warehouse moved ten times a second, and reads it at most twice. Goal: p95 under {GOAL_SECONDS} s; under "
            f"{GOAL_MS} ms of processor time a viewer and refresh.",
            "",
            *(f"| {' | '.join(map(str, cells))} |" for cells in (heads, ["---"] * len(heads), *rows)),
            "",
            f"One viewer costs {result['cpu_ms_a_viewer_refresh']} ms of the workers' processor time a refresh.",
            "",
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="From a commit to the screen, beside how many viewers.")
    parser.add_argument("crowds", nargs="*", type=int, default=list(CROWDS), help="how many viewers")
    parser.add_argument("--commits", type=int, default=12)
    main(parser.parse_args())
