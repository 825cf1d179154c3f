"""What every process says of itself to the others, so that any of them can tell how all of them are."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

METRICS, TEXT = "/metrics", "text/plain; version=0.0.4; charset=utf-8"
"""Where monitoring asks, and what kind of text it reads."""
EVERY, FORGOTTEN = 2.0, 15.0
"""Seconds between two words of a process, and after which a silent one is taken to have gone."""


class Pulse:
    """Writes what one process says of itself."""

    def __init__(self, folder: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._path = folder / f"pulse-{os.getpid()}.json"
        self._monotonic = monotonic
        self._said = float("-inf")

    def say(self, **told: Any) -> None:
        """Say it, unless it was said a moment ago; a disk that refuses silences this and nothing else."""
        if self._monotonic() - self._said < EVERY:
            return
        self._said = self._monotonic()
        with suppress(OSError):
            beside = self._path.with_suffix(".new")
            beside.write_text(json.dumps({"beat": self._said, **told}))
            beside.replace(self._path)

    def end(self) -> None:
        """Take it back."""
        with suppress(OSError):
            self._path.unlink()


def all_pulses(folder: Path, monotonic: Callable[[], float] = time.monotonic) -> list[dict[str, Any]]:
    """Return what the living processes of ``folder`` say of themselves; what the dead said is swept away."""
    found = []
    for path in sorted(folder.glob("pulse-*.json")):
        with suppress(OSError, ValueError, KeyError):
            told = json.loads(path.read_text())
            # asked after the reading: a word said meanwhile is not one of a machine that has started anew since
            if 0 <= monotonic() - told["beat"] < FORGOTTEN:
                found.append(told)
            else:
                path.unlink()
    return found


class Health(Collector):
    """The numbers a monitoring system asks for, gathered from every process of this machine."""

    def __init__(self, folder: Path, age: Callable[[], float], fresh: Callable[[], bool]) -> None:
        self._folder, self._age, self._fresh = folder, age, fresh

    def collect(self) -> Iterator[Any]:
        """Yield each number with its sentence."""
        pulses = all_pulses(self._folder)
        refreshers = [one["refresher"] for one in pulses if "refresher" in one]
        yield _gauge("age_seconds", "Seconds since the warehouse was last read in full.", self._age())
        yield _gauge("ready", "1 while the board is live and within its time.", float(self._fresh()))
        yield _gauge("viewers", "Streams that are open now.", sum(one.get("viewers", 0) for one in pulses))
        last = refreshers[-1]["last_ms"] / 1000 if refreshers else float("nan")
        yield _gauge("refresh_seconds", "Seconds that the last reading of the warehouse took.", last)
        days = refreshers[-1].get("days_ms", float("nan")) / 1000 if refreshers else float("nan")
        yield _gauge("days_seconds", "Seconds that all reps' days took after it.", days)
        for name, sentence in (("refreshes", "Good readings published."), ("refusals", "Readings refused or failed.")):
            family = CounterMetricFamily(f"smarketing_{name}", sentence)
            family.add_metric([], sum(one[name] for one in refreshers))
            yield family
        yield from self._walls(pulses)

    @staticmethod
    def _walls(pulses: list[dict[str, Any]]) -> Iterator[Any]:
        seen = GaugeMetricFamily("smarketing_wall_age_seconds", "Age of what a wall shows.", labels=["wall"])
        now = time.monotonic()
        said = [(told["at"], name, told) for one in pulses for name, told in one.get("walls", {}).items()]
        # a wall speaks to any worker; its last word counts
        walls = {name: told for _, name, told in sorted(said, key=lambda one: one[0])}
        for name, told in sorted(walls.items()):
            seen.add_metric([name], told["age"] + now - told["at"])
        yield seen
        yield _gauge("walls", "Walls that have told lately what they show.", len(walls))


def _gauge(name: str, sentence: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"smarketing_{name}", sentence, value=value)


def metrics(health: Health) -> bytes:
    """Return the numbers in the form that Prometheus reads."""
    registry = CollectorRegistry()
    registry.register(health)
    return generate_latest(registry)
