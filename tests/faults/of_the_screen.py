"""What lies between the server and the eyes goes wrong: F34, F35, F39, F40."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.campaign import Fault
from tests.faults.proxy import PORTAL, http
from tests.faults.scene import Scene

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
    """F34: minutes, which are told."""
    scene.witness.context.set_offline(True)
    yield
    scene.witness.context.set_offline(False)


@contextmanager
def no_route(scene: Scene) -> Iterator[None]:
    """F34: the network swallows everything, and the browser believes it is online."""
    scene.network.change(lost=True)
    yield
    scene.network.change()
    scene.network.cut()


FAULTS = [
    Fault("F34", "screen offline for 5 s", offline_for_a_moment, lasts=1, grace=2),
    Fault("F34", "screen offline", offline, "no connection since", ("lost",), logged=None, lasts=40, grace=2),
    Fault("F34", "network swallows everything", no_route, "no connection since", ("lost",), logged=None, grace=3),
    *(answered(name) for name in ANSWERS),
]
