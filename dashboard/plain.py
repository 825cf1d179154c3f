"""What the front does itself, for a server without ASGI: monitoring's numbers, and what walls say."""

import atexit
import threading
import time
from pathlib import Path

from flask import Flask, Response, request

from dashboard.access.identity import of
from dashboard.access.screens_api import for_screen
from dashboard.answers import JSON, Counter
from dashboard.answers import told as as_json
from dashboard.pulse import METRICS, TEXT, Health, Pulse, metrics
from dashboard.walls import LONGEST_WORD, PAINTED, Walls


def register(server: Flask, shared: Path, counter: Counter) -> None:
    """Add the addresses to ``server``, and say from now on, among the processes of ``shared``, how this one is."""
    walls, health = Walls(), Health(shared, counter.age, counter.is_fresh)

    def told() -> Response:
        return Response(metrics(health), content_type=TEXT)

    def painted() -> Response:
        screen = of(request.environ).screen
        said = request.stream.read(LONGEST_WORD)
        walls.note(said, time.monotonic(), (screen.screen_id, screen.name) if screen else None)
        return Response(as_json(for_screen(screen)), 200, content_type=JSON) if screen else Response(status=204)

    server.add_url_rule(METRICS, METRICS, told, methods=["GET"])
    server.add_url_rule(PAINTED, PAINTED, painted, methods=["POST"])
    pulse = Pulse(shared)
    threading.Thread(target=_beat, args=(pulse, walls), name="pulse", daemon=True).start()
    atexit.register(pulse.end)


def _beat(pulse: Pulse, walls: Walls) -> None:
    while True:
        # no viewer is counted here: without a stream each of them only asks from time to time
        pulse.say(viewers=0, walls=dict(walls.told))
        time.sleep(1.0)
