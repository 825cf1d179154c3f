"""What the time of day may do: the server's clock is wrong (F24), nights of 23 and 25 hours (F26), turns (F27, C4)."""

import json
import os
import re
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.faults.campaign import Fault
from tests.faults.scene import Scene
from tests.faults.served import R
from tests.faults.stage import Stage

BERLIN = ZoneInfo("Europe/Berlin")
LITE, PG = ("sqlite",), ("postgresql",)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EARLY = timedelta(seconds=90)
"""A scene begins so long before what happens in it."""
SHORTLY = timedelta(seconds=6)
RATE = 60
"""A night is gone through so many times as fast."""
OWN_CLOCK = Stage(clock=True)


def off_by(by: timedelta) -> Callable[[Scene], Any]:
    """F24: the server's clock is set to another time, and later set right."""

    @contextmanager
    def doing(scene: Scene) -> Iterator[None]:
        scene.clock.move(by)
        yield
        assert not negative_ages(scene), negative_ages(scene)
        scene.clock.right()

    return doing


@contextmanager
def at_1970(scene: Scene) -> Iterator[None]:
    """F24: the server's clock begins anew, as that of a board without a battery."""
    scene.clock.show(datetime(1970, 1, 1, tzinfo=UTC))
    yield
    assert not negative_ages(scene), negative_ages(scene)
    scene.clock.right()


@contextmanager
def back_and_silent(scene: Scene) -> Iterator[None]:
    """F24: nobody reads any more, and the clock goes back, so that all there is seems to be of a moment ago."""
    refreshers = [one for one in scene.server.family() if "dashboard.refresher" in " ".join(one.cmdline())]
    for one in refreshers:
        os.kill(one.pid, signal.SIGSTOP)
    scene.clock.move(-HOUR)
    yield
    scene.clock.right()
    for one in refreshers:
        os.kill(one.pid, signal.SIGCONT)


def negative_ages(scene: Scene) -> list[str]:
    """What the server says is younger than nothing, of all that it tells of ages."""
    ready = json.loads(answer(scene, "/readyz"))["age_seconds"]
    told = re.findall(r"^(smarketing_\w*age\w*) (-\S+)$", answer(scene, "/metrics"), re.MULTILINE)
    return [f"/readyz {ready}"] * (ready < 0) + [" ".join(one) for one in told]


def answer(scene: Scene, path: str) -> str:
    """What the server answers, whether it is ready or not."""
    asked = urllib.request.Request(f"http://127.0.0.1:{scene.server.port}{path}")
    try:
        with urllib.request.urlopen(asked, timeout=5) as said:
            return str(said.read().decode())
    except urllib.error.HTTPError as refused:
        with refused:
            return str(refused.read().decode())


def turn(name: str, title: str, local: datetime, before: str, after: str, *, quiet: bool = False) -> Fault:
    """C4, F27: a turn of the company's day; the moment on the screen, before and after it.

    With ``quiet`` nothing happens meanwhile, so that what has just begun holds a zero that is true.
    """
    at = local.replace(tzinfo=BERLIN).astimezone(UTC)

    @contextmanager
    def doing(scene: Scene) -> Iterator[None]:
        opened = scene.witness.opened
        scene.clock.show(at - SHORTLY)
        turned_at = time.monotonic() + SHORTLY.total_seconds()
        assert scene.settle(5) is not None, "the board did not keep up before the turn"
        assert before in moment(scene), moment(scene)
        took = turned(scene, at, turned_at)
        assert took < R + 1.5, f"the screen turned {took:.1f} s after the company's clock"
        assert after in moment(scene), moment(scene)
        assert not quiet or text(scene, "marketing.today.done") == "0", text(scene, "marketing.today.done")
        yield
        assert scene.witness.opened == opened, "the page was loaded anew"

    @contextmanager
    def in_quiet(scene: Scene) -> Iterator[None]:
        with scene.company.paused(), doing(scene):
            yield

    return Fault(name, title, in_quiet if quiet else doing, stage=Stage(clock=True, begins=at - EARLY))


def turned(scene: Scene, at: datetime, turned_at: float) -> float:
    """Seconds from a moment on the monotonic clock until the screen shows, live, what is as of ``at`` or later."""
    assert scene.until(lambda one: one.state == "live" and one.as_of is not None and one.as_of >= at, 30) is not None
    return time.monotonic() - turned_at


def moment(scene: Scene) -> str:
    """The week, the day and the time that stand on the screen."""
    return str(scene.witness.page.text_content(".moment"))


def text(scene: Scene, name: str) -> str:
    """A number as it stands on the screen."""
    last = scene.witness.last
    return next((tile.text for tile in last.tiles if tile.name == name), "") if last else ""


def night(title: str, first: datetime, hours: list[str]) -> Fault:
    """F26: three hours around a change of the company's clocks; ``hours`` are those that the screen must bear."""
    begins = first.replace(tzinfo=BERLIN).astimezone(UTC)

    @contextmanager
    def doing(scene: Scene) -> Iterator[None]:
        scene.clock.show(begins, RATE)
        place = len(scene.witness.samples)
        scene.witness.watch(3 * 3600 / RATE)
        seen = [f"{one.as_of:%H%z}" for one in scene.witness.samples[place:] if one.as_of and one.as_of >= begins]
        found = list(dict.fromkeys(seen))[: len(hours)]
        assert found == hours, f"hours on the screen: {found}"
        scene.clock.show(scene.clock.now())
        yield

    return Fault("F26", title, doing, stage=Stage(clock=True, begins=begins - EARLY), lasts=3)


FAULTS = [
    Fault("F24", "clock +1 h", off_by(HOUR), "put forward 60 minutes", ("refused",), LITE, stage=OWN_CLOCK),
    Fault("F24", "clock +1 day", off_by(DAY), "put forward 24 hours", ("refused",), LITE, stage=OWN_CLOCK),
    Fault("F24", "clock −1 h", off_by(-HOUR), "went back 60 minutes", ("refused",), LITE, stage=OWN_CLOCK),
    Fault("F24", "clock +1 h", off_by(HOUR), "60 minutes ahead of the warehouse", ("refused",), PG, stage=OWN_CLOCK),
    Fault("F24", "clock +1 day", off_by(DAY), "24 hours ahead of the warehouse", ("refused",), PG, stage=OWN_CLOCK),
    Fault("F24", "clock −1 h", off_by(-HOUR), "60 minutes behind the warehouse", ("refused",), PG, stage=OWN_CLOCK),
    Fault("F24", "clock to 1970", at_1970, "clock says 01 Jan 1970", ("refused",), stage=OWN_CLOCK),
    Fault(
        "F24",
        "clock −1 h while nothing is read",
        back_and_silent,
        "no new data",
        ("stale",),
        logged=None,
        stage=OWN_CLOCK,
    ),
    night("spring night", datetime(2026, 3, 29, 1), ["01+0100", "03+0200", "04+0200"]),
    night("autumn night", datetime(2026, 10, 25, 1), ["01+0200", "02+0200", "02+0100"]),
    turn("F27", "week 53 begins", datetime(2026, 12, 28), "Week 52 · Sunday", "Week 53 · Monday 28 December 2026"),
    turn("F27", "year end", datetime(2027, 1, 1), "Week 53 · Thursday", "Week 53 · Friday 1 January 2027"),
    turn("F27", "week 53 ends", datetime(2027, 1, 4), "Week 53 · Sunday", "Week 1 · Monday 4 January 2027"),
    turn("F27", "leap day begins", datetime(2028, 2, 29), "Monday 28 February", "Tuesday 29 February 2028"),
    turn("F27", "leap day ends", datetime(2028, 3, 1), "Tuesday 29 February", "Wednesday 1 March 2028"),
    turn("C4", "midnight", datetime(2026, 12, 2), "Tuesday 1", "Wednesday 2 December", quiet=True),
    turn("C4", "Monday 00:00", datetime(2026, 12, 7), "Week 49 · Sunday 6", "Week 50 · Monday 7", quiet=True),
]
