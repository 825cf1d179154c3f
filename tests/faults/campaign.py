"""One fault after the other: done, seen, ended, healed, and judged."""

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

from dashboard.keeper import SELDOM
from tests.faults.judge import PATIENCE
from tests.faults.scene import Scene
from tests.faults.served import R, Weight
from tests.faults.stage import PLAIN, Stage
from tests.faults.witness import Sample

Doing = Callable[[Scene], AbstractContextManager[None]]


class Fault(NamedTuple):
    """Something that goes wrong, and what must be seen of it."""

    name: str
    title: str
    doing: Doing
    """Does it on entering, and undoes it on leaving."""
    says: str = ""
    """What the screen's word on freshness must match; empty: it must stay live all the while."""
    kinds: tuple[str, ...] = ("stale", "refused", "lost")
    engines: tuple[str, ...] = ("sqlite", "postgresql")
    lasts: float = 6
    """Seconds for which it lasts at least."""
    grace: float = 4
    """Seconds that healing may take beyond two refreshes, for what has to start again on a shared machine."""
    slack: float = 1
    logged: tuple[str, ...] | None = ("not_refreshed", "fresh_again")
    """The events in the log that say it begins and, unless that is told much later, ends.

    None where the server cannot know of it.
    """
    stage: Stage = PLAIN
    """What its scene must have that others do not."""
    rest: float = 0
    """Seconds of nothing before it: what ended in the fault before is well by then, and its end is told anew."""
    unwatched: bool = False
    """Whether the browser cannot look all the while, so that few samples are no fault."""


class Result(NamedTuple):
    """What came of one fault on one engine."""

    fault: Fault
    engine: str
    seen: str
    words: str
    shown_after: float | None
    healed_after: float | None
    samples: int
    broken: list[str]


def inflict(scene: Scene, fault: Fault, patience: float = 1) -> Result:
    """Do a fault to a scene, and judge what was seen of it; on a busy machine, healing may take longer."""
    scene.settle()
    _whole(scene)
    if fault.rest:
        scene.witness.watch(fault.rest)
    place, log, before = len(scene.witness.samples), scene.server.end_of_log(), scene.server.weight()
    scene.judge.slack(fault.slack)
    with fault.doing(scene):
        shown = _watched(scene, fault)
        told = scene.witness.last
    since = scene.clock.now()
    limit = patience * (2 * R + fault.grace)
    healed = scene.until(lambda one: one.state == "live" and one.as_of is not None and one.as_of > since, limit + 30)
    scene.witness.watch(1)
    samples = scene.witness.samples[place:]
    broken = scene.judge.faults(samples)
    broken += _said(fault, shown, healed, limit, samples)
    broken += _bounded(before, scene, fault) + _logged(scene, log, fault)
    seen, words = (told.state or "", told.words) if told else ("", "")
    return Result(fault, scene.engine, seen, words, shown, healed, len(samples), broken)


def _whole(scene: Scene) -> None:
    """Watch until all is there again that the faults before have ended."""
    ends = time.monotonic() + 2 * SELDOM
    while not scene.server.is_whole and time.monotonic() < ends:
        scene.witness.watch(0.5)


def _watched(scene: Scene, fault: Fault) -> float | None:
    """Watch until the screen says what it must; seconds it took, or None."""
    begun = time.monotonic()
    found = scene.until(lambda one: _says(fault, one), PATIENCE + 2) if fault.says else None
    scene.witness.watch(max(0.1, fault.lasts - (time.monotonic() - begun)))
    return found


def _says(fault: Fault, one: Sample) -> bool:
    return one.state in fault.kinds and re.search(fault.says, one.words) is not None


def _said(fault: Fault, shown: float | None, healed: float | None, limit: float, samples: list[Sample]) -> list[str]:
    found = []
    if fault.says and shown is None:
        seen = dict.fromkeys(f"{one.state}: {one.words}" for one in samples)
        found.append(f"within {PATIENCE:.0f} s nothing said {fault.says!r}; seen: {' | '.join(seen)}")
    if not fault.says:
        found += [f"not live: {one.words}" for one in samples if one.state != "live"][:1]
    if healed is None or healed > limit:
        found.append(f"I4: healed after {healed and round(healed, 1)} s, not within {limit:g} s")
    if len(samples) < 4 and not fault.unwatched:
        found.append(f"only {len(samples)} samples")
    return found


def _bounded(before: Weight, scene: Scene, fault: Fault) -> list[str]:
    """What the server holds more of than before (I5); a start takes its time to settle."""
    ends = time.monotonic() + 8
    while (found := _more(before, scene)) and time.monotonic() < ends:
        scene.witness.watch(0.5)
    return found


MOST_CONNECTIONS = 3


def _more(before: Weight, scene: Scene) -> list[str]:
    after, found = scene.server.weight(), []
    if scene.wire and scene.wire.open > MOST_CONNECTIONS:
        found.append(f"I5: {scene.wire.open} connections to the warehouse")
    if after.processes > before.processes or after.zombies:
        found.append(f"I5: {after}, was {before}")
    if after.threads > before.threads + 4 or after.files > before.files + 12:
        found.append(f"I5: {after}, was {before}")
    if after.megabytes > before.megabytes * 1.25 + 40:
        found.append(f"I5: {after}, was {before}")
    return found[:1]


def _logged(scene: Scene, since: int, fault: Fault) -> list[str]:
    """What the log says too often, or not at all (I6)."""
    said = [one["event"] for one in scene.server.said(since)]
    found = [f"I6: {len(said)} lines of log: {sorted(set(said))}"] if len(said) > 12 else []
    if not fault.says or fault.logged is None:
        return found
    begins, *ends = fault.logged
    if said.count(begins) not in (1, 2):
        found.append(f"I6: {begins} was said {said.count(begins)} times")
    return found + [f"I6: {one} was said {said.count(one)} times" for one in ends if said.count(one) != 1]
