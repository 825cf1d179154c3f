"""What lies between the server and the eyes goes wrong: F34, F35, F39, F40."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests import browsers
from tests.faults.campaign import Fault
from tests.faults.judge import PATIENCE, TICK
from tests.faults.proxy import PORTAL, http
from tests.faults.scene import Scene
from tests.kiosk.kiosk import Kiosk, crash

ANSWERS = {
    "200 with a page": http("200 OK", PORTAL),
    "200 with other JSON": http(
        "200 OK", b'{"status": "ok", "as_of": "1970-01-01T00:00:00+00:00"}', "application/json"
    ),
    "502": http("502 Bad Gateway", b"<h1>502 Bad Gateway</h1>"),
    "401": http("401 Unauthorized", b"<h1>Sign in</h1>"),
    "204": http("204 No Content"),
    "302 to a portal": http("302 Found\r\nLocation: http://127.0.0.1:9/", b""),
}


def answered(name: str) -> Fault:
    """F35: somebody else answers."""

    @contextmanager
    def doing(scene: Scene) -> Iterator[None]:
        scene.network.change(answer=ANSWERS[name])
        scene.network.cut()
        yield
        scene.network.change()

    return Fault("F35", f"somebody else answers: {name}", doing, ".", ("stale", "lost"), logged=None, grace=3)


@contextmanager
def offline_for_a_moment(scene: Scene) -> Iterator[None]:
    """F34: five seconds, which nobody sees."""
    scene.witness.context.set_offline(True)
    scene.witness.watch(5)
    scene.witness.context.set_offline(False)
    yield


@contextmanager
def offline(scene: Scene) -> Iterator[None]:
    """F34: minutes, which are told; what Chromium calls offline leaves a stream that is open as it is, so it is cut."""
    scene.witness.context.set_offline(True)
    scene.network.cut()
    yield
    scene.witness.context.set_offline(False)


@contextmanager
def no_route(scene: Scene) -> Iterator[None]:
    """F34: the network swallows everything, and the browser believes it is online."""
    scene.network.change(lost=True)
    yield
    scene.network.change()
    scene.network.cut()


@contextmanager
def frozen(scene: Scene) -> Iterator[None]:
    """F39: the page stands still, as in a machine that sleeps, and wakes with an old picture."""
    mine = psutil.Process().children(recursive=True)
    pages = [one for one in mine if "--type=renderer" in " ".join(one.cmdline())]
    assert pages
    for one in pages:
        one.suspend()
    time.sleep(1.5 * PATIENCE)
    for one in pages:
        one.resume()
    # the page looks at its clock once a second, and what stands there until then nobody has judged yet
    time.sleep(TICK)
    yield


@contextmanager
def crashed(scene: Scene) -> Iterator[None]:
    """F39: on a machine that `smarketing kiosk` looks after, the page's process crashes, then the browser is killed."""
    url = f"http://127.0.0.1:{scene.network.port}/?wall=TV"
    kiosk = Kiosk(scene.browser.browser_type, str(browsers.chromium()), scene.home, url)
    try:
        shown_again(scene, kiosk, "board_shown", 1)
        kiosk.at_page(crash)
        shown_again(scene, kiosk, "page_crashed", 2)
        os.kill(kiosk.processes()[0].pid, signal.SIGKILL)
        shown_again(scene, kiosk, "browser_gone", 3)
        yield
    finally:
        assert kiosk.end() == 0, "the kiosk did not end cleanly"


def shown_again(scene: Scene, kiosk: Kiosk, event: str, times: int) -> None:
    """Wait, a minute at most, until the kiosk has told of something, and shows the board for the so many-th time."""
    ends = time.monotonic() + 60
    while event not in kiosk.events() or kiosk.events().count("board_shown") < times or kiosk.shows() != "live":
        assert time.monotonic() < ends, f"the board is not back after a minute: {kiosk.events()}"
        scene.witness.watch(0.3)


@contextmanager
def wrong_clock(scene: Scene) -> Iterator[None]:
    """F25: a screen whose clock goes three hours before; its word on freshness is right, and it says so."""
    context = scene.browser.new_context()
    context.add_init_script(AHEAD)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{scene.network.port}/")
    try:
        page.wait_for_function("() => document.documentElement.dataset.state === 'live'", timeout=20_000)
        page.wait_for_function(OFF, timeout=20_000)
        yield
    finally:
        context.close()


AHEAD = "(() => { const told = Date.now; Date.now = () => told() + 3 * 3600 * 1000; })();"
OFF = "() => /clock is 180 min off/.test(document.querySelector('[data-opaque=freshness]').textContent)"

FAULTS = [
    Fault("F34", "screen offline for 5 s", offline_for_a_moment, lasts=1, grace=2),
    Fault("F34", "screen offline", offline, "no connection since", ("lost",), logged=None, lasts=40, grace=2),
    Fault("F34", "network swallows everything", no_route, "no connection since", ("lost",), logged=None, grace=3),
    Fault("F25", "the screen's clock is wrong", wrong_clock, lasts=1),
    Fault(
        "F39",
        "page stands still, and wakes",
        frozen,
        ".*",
        ("live", "stale", "lost"),
        logged=None,
        lasts=1,
        grace=2,
        unwatched=True,
    ),
    Fault("F39", "page crashes, browser is killed", crashed, logged=None, lasts=1),
    *(answered(name) for name in ANSWERS),
]
