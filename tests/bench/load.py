"""Two thousand viewers, the breaking point, and a power cut's return: ``python -m tests.bench.load``.

Against the Procfile's own server on this machine alone. Polling (L1): so many viewers that each ask every ten
seconds. Breaking point (L3): wrk asks as fast as it can over more and more connections, for polls, for a page that has
to be made, and for a board of the past; what there is no room for is refused at once, polls meanwhile are answered,
and those afterwards are as quick as before. Power cut (L4): page, scripts and styles a thousand times in five seconds,
on a server that has just begun. Queries (L5): what a PostgreSQL server of its own logs for a refresh with one viewer,
and with all of them. The limit of open files is raised for the viewers' sockets.
"""

import argparse
import asyncio
import re
import shutil
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from sqlalchemy import create_engine, text

from dashboard.snapshot import latest
from tests import postgres
from tests.bench.machine import as_words, machine, note
from tests.bench.viewers import Crowd, Loader, Poller, crowd, many_files
from tests.dashboard.company import filled
from tests.dashboard.live import Live, living

SNAPSHOT = "/api/board/picture"
EVERY = 10.0
STEPS = (16, 64, 256, 1024)
CROWDED = {
    "what Dash makes": "/_dash-layout",
    "boards of the past": f"{SNAPSHOT}?as_of={datetime.now(UTC):%Y-%m-%d}T00:00:00Z",
}
LOADS, WITHIN = 1000, 5.0


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Return the middle, the 95th and the 99th of a hundred, in milliseconds."""
    ordered = sorted(seconds) or [0.0]
    places = {"median": 0.5, "p95": 0.95, "p99": 0.99}
    return {name: round(1000 * ordered[int(share * (len(ordered) - 1))], 1) for name, share in places.items()}


def polled(beside: Crowd, viewers: int, seconds: float) -> dict[str, Any]:
    """Return how quickly polls were answered, and how."""
    some: list[Poller] = beside.pollers(viewers, SNAPSHOT.encode())
    beside.poll(some, EVERY, seconds)
    took = [one for poller in some for one in poller.took]
    words = Counter(word for poller in some for word in poller.words)
    lost = sum(one.lost for one in some) + sum(bool(one.asked) for one in some)
    beside.leave(some)
    good = {200, 304}
    return {
        "viewers": viewers,
        "requests": len(took),
        "a_second": round(len(took) / seconds),
        **percentiles(took),
        "errors": lost + sum(count for word, count in words.items() if word not in good),
        "answers": dict(words),
    }


def driven(live: Live, connections: int, seconds: int, path: str = SNAPSHOT) -> dict[str, Any]:
    """Return what wrk says of as many requests as the server answers over so many connections."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s", live.url + path]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    return {
        "connections": connections,
        "a_second": round(float(_found(r"Requests/sec:\s+([\d.]+)", said))),
        "median": _found(r"50%\s+(\S+)", said),
        "p99": _found(r"99%\s+(\S+)", said),
        "refused": int(refused[1]) if refused else 0,
        "timeouts": int(broken[4]) if broken else 0,
        "socket_errors": sum(map(int, broken.groups()[:3])) if broken else 0,
    }


def crowded(live: Live, beside: Crowd, path: str, viewers: int, seconds: int) -> dict[str, Any]:
    """Return what a crowd is answered that asks for what has to be made, and how quick polls are meanwhile."""
    with ThreadPoolExecutor(1) as apart:
        asking = apart.submit(driven, live, STEPS[-2], seconds + 2, path)
        return {"polls": polled(beside, viewers, seconds), "crowd": asking.result()}


def _found(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    return found[1] if found else "0"


def pages(live: Live, loads: int, within: float) -> dict[str, Any]:
    """Return how long whole page loads took, and how many snapshots were made meanwhile."""
    paths = ["/", *_named(live)]
    begun = _number(live)
    live.kill()
    live.start()
    cold = _number(live)
    took, words = asyncio.run(_load_all(live.port, paths, loads, within))
    return {
        "loads": loads,
        "files_each": len(paths),
        **percentiles(took),
        "answers": dict(words),
        "snapshots_before_the_cut": begun,
        "refreshes_meanwhile": _number(live) - cold,
    }


def _named(live: Live) -> list[str]:
    """Return the scripts and styles that the page names."""
    page = live.answer("/")[2].decode()
    return sorted(set(re.findall(r"(?:src|href)=\"(/[^\"]+\.(?:js|css)[^\"]*)\"", page)))


def _number(live: Live) -> int:
    found = latest(live.folder / "state")
    return found.number if found else 0


async def _load_all(port: int, paths: list[str], loads: int, within: float) -> tuple[list[float], Counter[int]]:
    loop, words = asyncio.get_running_loop(), Counter[int]()

    async def one(number: int) -> float:
        await asyncio.sleep(number * within / loads)
        done: asyncio.Future[float] = loop.create_future()
        _, loader = await loop.create_connection(lambda: Loader(port, paths, done), "127.0.0.1", port)
        took = await done
        words.update(loader.words)
        words[0] += took < 0
        return took

    found = await asyncio.gather(*(one(number) for number in range(loads)))
    return [one for one in found if one >= 0], words


def queries(viewers: int, seconds: float) -> dict[str, Any]:
    """Return how many statements a refresh sends, nobody looking at first, then one, then all; and its connections."""
    found: dict[str, Any] = {}
    with TemporaryDirectory() as scratch, postgres.running() as server, server.empty() as url:
        engine = create_engine(url)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ALTER SYSTEM SET log_statement = 'all'"))
            connection.execute(text("SELECT pg_reload_conf()"))
            log = Path(connection.execute(text("SHOW data_directory")).scalar_one()) / "log"
        filled(url, ready=40).dispose()
        with living(Path(scratch), refresh_seconds=2) as live:
            live.start(WAREHOUSE_URL=url.render_as_string(hide_password=False))
            with crowd(live.port) as beside:
                # the first stretch holds what a server does once: the week that is over is kept, the data examined
                for count in (0, 1, viewers):
                    some = beside.listeners(count)
                    found[str(count)] = _logged(live, log, seconds) | {"connections": _connections(engine)}
                    beside.leave(some)
        engine.dispose()
    return found


def _logged(live: Live, log: Path, seconds: float) -> dict[str, Any]:
    begun, number = log.stat().st_size, _number(live)
    time.sleep(seconds)
    with log.open("rb") as told:
        told.seek(begun)
        said = told.read().decode(errors="replace")
    asked = len(re.findall(r"LOG:  (?:execute|statement)[^:]*: (?!SELECT pg_current_snapshot)", said))
    refreshes = _number(live) - number
    return {"refreshes": refreshes, "statements_a_refresh": round(asked / max(1, refreshes), 1)}


def _connections(engine: Any) -> int:
    with engine.connect() as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return int(connection.execute(text(asked)).scalar_one())


def main(told: argparse.Namespace) -> None:
    """Measure all of it, and write it down."""
    many_files(max(told.viewers, max(STEPS)))
    found: dict[str, Any] = {"machine": machine()}
    with TemporaryDirectory() as scratch, living(Path(scratch), refresh_seconds=10) as live, crowd(live.port) as beside:
        live.start()
        say(found, "L1", polled(beside, told.viewers, told.seconds))
        if shutil.which("wrk"):
            say(found, "L3", [driven(live, one, 5) for one in STEPS])
            for name, path in CROWDED.items():
                say(found, f"L3 {name}", crowded(live, beside, path, told.viewers // 4, 10))
            say(found, "L3 afterwards", polled(beside, told.viewers, 10))
    with TemporaryDirectory() as scratch, living(Path(scratch), refresh_seconds=600) as live:
        live.start()
        say(found, "L4", pages(live, LOADS, WITHIN))
    say(found, "L5", queries(told.viewers, 20))
    words = _words(found)
    Console().print(f"written to {note('load', words, found)}")


def say(found: dict[str, Any], name: str, value: Any) -> None:
    """Add a result to those found, and show it."""
    found[name] = value
    Console().print(name, value)


def _words(found: dict[str, Any]) -> str:
    lines = [f"- **{name}** {value}" for name, value in found.items() if name != "machine"]
    told = "`python -m tests.bench.load`; milliseconds. " + as_words(found["machine"])
    return "\n".join(["# The server under load", "", told, "", *lines, ""])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Two thousand viewers, the breaking point, and a power cut's return.")
    parser.add_argument("--viewers", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=60, help="how long they poll")
    main(parser.parse_args())
