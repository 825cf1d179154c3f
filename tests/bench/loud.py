"""One loud client among others (L6): ``python -m tests.bench.loud``.

The Procfile's own server over a PostgreSQL of its own, behind a trusted proxy's header: each client is somebody;
some look at the board and at rows now and then, and one asks for rows a hundred times a second, each time with a filter
that nobody asked for before. What the others notice, what the loud one is told, and what the warehouse was sent.
"""

import argparse
import asyncio
import json
import random
import re
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from rich.console import Console
from sqlalchemy import create_engine, text

from tests import postgres
from tests.bench.load import percentiles
from tests.bench.machine import as_words, machine, note
from tests.dashboard.company import filled
from tests.dashboard.live import Live, living

SECRET = "bench-2f9c61d0e8b74a53a1c6e7d84b90f3ab"
PROXY = {
    "SMARKETING_ACCESS": "proxy",
    "SMARKETING_PROXY_SECRET": SECRET,
    "SMARKETING_PROXIES": "127.0.0.1/32",
    "SMARKETING_URL": "https://board.example.com",
}
OTHERS, A_SECOND, LEADS = 10, 100, 2000
ROWS = "/api/rows?number=marketing.month.done&count=50"
LOOKED_AT = ("/api/board/picture", "/", ROWS, "/api/today/reps")


class Client:
    """Somebody who asks on one connection after the other, as a proxy says who."""

    def __init__(self, port: int, email: str) -> None:
        self._port, self._email = port, email
        self.took: list[float] = []
        self.words: Counter[int] = Counter()

    async def ask(self, path: str) -> None:
        """Ask once, and note how long it took and how it was answered."""
        said = f"GET {path} HTTP/1.1\r\nHost: board.example.com\r\nConnection: close\r\n"
        said += f"X-Smarketing-Proxy: {SECRET}\r\nX-Forwarded-Email: {self._email}\r\n\r\n"
        begun, status = time.perf_counter(), 0
        try:
            async with asyncio.timeout(10):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                writer.write(said.encode())
                told = await reader.read()
                writer.close()
                status = int(told[9:12] or b"0")
        except (OSError, ValueError):
            pass
        self.took.append(time.perf_counter() - begun)
        self.words[status] += 1


async def others(port: int, seconds: float) -> list[Client]:
    """Return some who have looked, each about three times a second, at one thing after the other."""
    clients = [Client(port, f"p{number}@example.com") for number in range(OTHERS)]
    ends = time.monotonic() + seconds

    async def looks(one: Client, number: int) -> None:
        dice = random.Random(number)
        while time.monotonic() < ends:
            await asyncio.sleep(dice.uniform(0.2, 0.5))
            await one.ask(LOOKED_AT[number % len(LOOKED_AT)])
            number += 1

    await asyncio.gather(*(looks(one, number) for number, one in enumerate(clients)))
    return clients


async def loud(port: int, seconds: float) -> Client:
    """Return one who has asked a hundred times a second, each time with another filter."""
    one, begun, asking = Client(port, "loud@example.com"), time.monotonic(), set[asyncio.Task[None]]()
    for number in range(int(seconds * A_SECOND)):
        await asyncio.sleep(max(0.0, begun + number / A_SECOND - time.monotonic()))
        wanted = json.dumps([["source", "contains", f"loud{number}x"]])
        asking.add(asyncio.create_task(one.ask(f"{ROWS}&filter={quote(wanted)}")))
    await asyncio.gather(*asking)
    return one


async def both(port: int, seconds: float) -> dict[str, Any]:
    """Return what others notice alone, and beside a loud one."""
    await others(port, 3.0)
    alone = await others(port, seconds)
    one, beside = await asyncio.gather(loud(port, seconds), others(port, seconds))
    quiet, noisy = noticed(alone), noticed(beside)
    return {
        "others alone": quiet,
        "others beside": noisy,
        "p95 rose by, percent": round(100 * (noisy["p95"] / quiet["p95"] - 1), 1),
        "the loud one": {"requests": len(one.took), **percentiles(one.took), "answers": dict(one.words)},
    }


def noticed(clients: list[Client]) -> dict[str, Any]:
    """Return how quickly some were answered, and how."""
    words = sum((one.words for one in clients), Counter[int]())
    took = [seconds for one in clients for seconds in one.took]
    return {"requests": len(took), **percentiles(took), "answers": dict(words)}


def sent(log: Path) -> dict[str, int]:
    """Return how many filters of the loud one's the warehouse met, and how often one of them at most."""
    met = Counter(re.findall(r"%loud(\d+)x%", log.read_text(errors="replace")))
    return {"filters met": len(met), "statements a filter, at most": max(met.values(), default=0)}


def measure(seconds: float) -> dict[str, Any]:
    """Return all that was measured."""
    with TemporaryDirectory() as scratch, postgres.running() as server, server.empty() as url:
        engine = create_engine(url)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ALTER SYSTEM SET log_statement = 'all'"))
            connection.execute(text("SELECT pg_reload_conf()"))
            log = Path(connection.execute(text("SHOW data_directory")).scalar_one()) / "log"
        filled(url, ready=LEADS).dispose()
        with living(Path(scratch), refresh_seconds=10) as live:
            _start(live, url.render_as_string(hide_password=False))
            found = asyncio.run(both(live.port, seconds))
        engine.dispose()
        return found | sent(log)


def _start(live: Live, warehouse: str) -> None:
    live.start(WAREHOUSE_URL=warehouse, **PROXY)


def main(told: argparse.Namespace) -> None:
    """Measure it, and write it down."""
    found = {"machine": machine(), **measure(told.seconds)}
    lines = [f"- **{name}** {value}" for name, value in found.items() if name != "machine"]
    words = "`python -m tests.bench.loud`; milliseconds. " + as_words(found["machine"])
    Console().print(found, note("loud", "\n".join(["# One loud client (L6)", "", words, "", *lines, ""]), found))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="One loud client among others.")
    parser.add_argument("--seconds", type=float, default=40, help="how long they ask")
    main(parser.parse_args())
