"""The wall through thousands of refreshes: its heap, nodes, listeners and memory, after a forced collection."""

from collections.abc import Callable
from typing import Any, NamedTuple

import psutil
from playwright.sync_api import CDPSession, Page

from tests.soak.heap import held_kb
from tests.soak.scene import Scene
from tests.soak.slope import slope

# resolves when the page has painted at least this snapshot
PAINTED = """number => new Promise(done => {
  const root = document.documentElement;
  const seen = () => Number(root.dataset.painted || 0) >= number;
  if (seen()) return done();
  const watch = new MutationObserver(() => { if (seen()) { watch.disconnect(); done(); } });
  watch.observe(root, { attributes: true, attributeFilter: ["data-painted"] });
})"""


class Measure(NamedTuple):
    """What the page held after so many refreshes."""

    refreshes: int
    heap_kb: float
    nodes: int
    listeners: int
    renderer_mb: float
    held_kb: float | None
    """Of the heap, what scripts hold; the rest is compiled code. It takes a second, and is not always asked."""


class Soaked(NamedTuple):
    """What came of a soak."""

    measures: list[Measure]
    slope_bytes: float
    """Bytes of heap a refresh, from the first thousand on."""
    upper_bytes: float
    """The upper end of its 95 % interval."""


def soak(
    page: Page, scene: Scene, refreshes: int, every: int, told: Callable[[int], None], looks_inside: bool = False
) -> Soaked:
    """Return what ``page`` holds, measured each so many refreshes, the next published when the last is painted."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(f"{scene.url}/?wall=soak")
    page.evaluate(PAINTED, 1)
    measures = []
    for number in range(2, refreshes + 2):
        scene.publish(number)
        page.evaluate(PAINTED, number)
        if (number - 1) % every == 0:
            measures.append(measured(session, number - 1, looks_inside))
            told(number - 1)
    settled = [one for one in measures if one.refreshes >= min(1000, refreshes // 3)]
    rise, upper = slope([one.refreshes for one in settled], [one.heap_kb * 1024 for one in settled])
    return Soaked(measures, rise, upper)


def measured(session: CDPSession, refreshes: int, looks_inside: bool) -> Measure:
    """Return what the page holds now, after a forced collection."""
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    told: dict[str, Any] = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    used = told["JSHeapUsedSize"] / 1024
    nodes, listeners = int(told["Nodes"]), int(told["JSEventListeners"])
    held = held_kb(session) if looks_inside else None
    return Measure(refreshes, used, nodes, listeners, renderer_mb(), held)


def renderer_mb() -> float:
    """Return the memory of this process's largest page renderer, in megabytes."""
    sizes = [0.0]
    for process in psutil.Process().children(recursive=True):
        try:
            if "--type=renderer" in process.cmdline():
                sizes.append(process.memory_info().rss / 1e6)
        except psutil.Error:
            continue
    return max(sizes)
