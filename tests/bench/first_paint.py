"""How long the board takes to be drawn, and how much goes over the wire: ``python -m tests.bench.first_paint``.

Before the Procfile's own server, over the demo's company, in a Chromium of its own; cold with nothing kept, warm when
the board is opened once more. Drawn is: every block filled, every figure there, the typeface loaded.
"""

import os
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from sqlalchemy.engine import URL

from queries.demo.make import make, write_papers
from queries.demo.plan import Plan
from queries.warehouse import writer
from tests import browsers
from tests.dashboard.live import Live, living

TIMES, LEADS = 5, 20_000
COLD, WARM, WIRE = 1.5, 0.5, 800_000
"""The goals: seconds to the board drawn with nothing kept and once more, and bytes of the first load."""
ONCE = ("week_kept", "examined")
"""What the log says when the week that is over is kept and the data examined: both want a processor."""
DRAWN = """(() => {
  const places = () => [...document.querySelectorAll(".figure")];
  const there = () => places().length > 0 && places().every((one) => one.querySelector("svg.main-svg"))
    && [...document.querySelectorAll("section.block")].every((one) => one.childElementCount);
  const look = () => {
    if (there() && document.fonts.status === "loaded") window.drawn = performance.now();
    else requestAnimationFrame(look);
  };
  document.addEventListener("DOMContentLoaded", () => requestAnimationFrame(look));
})()"""


def opened(context: BrowserContext, url: str) -> tuple[float, Counter[str]]:
    """Return the seconds until the board at ``url`` is drawn, and the bytes on the wire by address."""
    page = context.new_page()
    session, names, wire = context.new_cdp_session(page), dict[str, str](), Counter[str]()
    session.on("Network.requestWillBeSent", lambda told: names.update({told["requestId"]: told["request"]["url"]}))
    session.on("Network.responseReceived", lambda told: _add(wire, names, told, told["response"]["encodedDataLength"]))
    session.on("Network.dataReceived", lambda told: _add(wire, names, told, told["encodedDataLength"]))
    session.send("Network.enable")
    page.goto(url)
    while not page.evaluate("window.drawn"):
        page.wait_for_timeout(200)  # whoever asks more often takes from what is measured
    took = page.evaluate("window.drawn") / 1000
    page.close()
    return took, wire


def _add(wire: Counter[str], names: dict[str, str], told: Any, size: int) -> None:
    wire[urlsplit(names.get(told["requestId"], "?")).path] += size


def measured(browser: Browser, url: str) -> tuple[list[float], list[float], Counter[str]]:
    """Return the times cold and warm, and the bytes of one first load."""
    cold, warm, wire = [], [], Counter[str]()
    for _ in range(TIMES):
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        context.add_init_script(DRAWN)
        took, wire = opened(context, url)
        cold.append(took)
        warm.append(opened(context, url)[0])
        context.close()
    return cold, warm, wire


def served(one: Live) -> None:
    """Fill the demo's company and serve it, until a server that begins has done what it does once."""
    url = URL.create("sqlite", database=str(one.folder / "demo.db"))
    engine = writer(url)
    made = make(engine, Plan(1, datetime.now(UTC).replace(microsecond=0), LEADS), lambda *_: None)
    engine.dispose()
    write_papers(one.folder, made)
    one.start(WAREHOUSE_URL=url.render_as_string())
    ends = time.monotonic() + 60
    while not all(word in one.log() for word in ONCE) and time.monotonic() < ends:
        time.sleep(0.2)


def main() -> int:
    """Measure, say it, and return 0 when all goals are met."""
    with tempfile.TemporaryDirectory() as folder, living(Path(folder), 10) as one, sync_playwright() as playwright:
        served(one)
        browser = playwright.chromium.launch(executable_path=browsers.chromium(), args=["--disable-dev-shm-usage"])
        version = browser.version
        cold, warm, wire = measured(browser, one.url)
        browser.close()
    say = sys.stdout.write
    say(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, ")
    say(f"Chromium {version}, load {os.getloadavg()[0]:.1f}, demo of {LEADS:,} leads, seed 1\n")
    for name, times, goal in (("cold", cold, COLD), ("warm", warm, WARM)):
        told = ", ".join(f"{took:.2f}" for took in sorted(times))
        say(f"{name}: median {statistics.median(times):.2f} s of {told} (goal {goal} s)\n")
    say(f"on the wire, first load: {wire.total():,} bytes (goal {WIRE:,})\n")
    for path, size in wire.most_common():
        say(f"{size:>10,}  {path}\n")
    good = statistics.median(cold) <= COLD and statistics.median(warm) <= WARM and wire.total() <= WIRE
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
