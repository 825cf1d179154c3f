"""``smarketing demo``: a believable company to look at, made up here and now, and living as long as you watch."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from time import monotonic
from typing import IO, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.engine import URL

from dashboard import signed
from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.demo_meeting import remember, weeks_for
from dashboard.serving import command as served
from dashboard.settings import Settings
from dashboard.store.address import address
from queries import warehouse
from queries.demo.make import FILES, make, write_papers
from queries.demo.plan import MOST_LEADS, Plan
from queries.faults import Refused

HOST = "127.0.0.1"
PORTS_TRIED = 20
STARTS_WITHIN = 60.0
"""Seconds that the server has to answer for the first time; it takes three where nothing else is going on."""
STOPS_WITHIN = 8.0
LOCK = "demo.lock"
DATABASE = "demo.db"
STORE = "demo-store.db"
"""What the demo's meetings keep: of this made-up company, and never in the store that the user has."""
LOG = "server.log"


def command(
    still: Annotated[bool, typer.Option("--still", help="Nothing new arrives: the company stands still.")] = False,
    leads: Annotated[int, typer.Option(help=f"How many leads it has had in 14 months, up to {MOST_LEADS:,}.")] = 40_000,
    seed: Annotated[int, typer.Option(min=0, help="Another number makes another company.")] = 1,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="The port on this machine; the next free one if taken.")
    ] = 8050,
    folder: Annotated[
        Path, typer.Option("--dir", help="Where it is kept; what an earlier demo left there is replaced.")
    ] = Path("smarketing-demo"),
) -> None:
    """Make up a company with known answers, show its board in the browser, and let it live until Ctrl-C."""
    say = Console(highlight=False, soft_wrap=True).print
    plan = Plan(seed, datetime.now(UTC).replace(microsecond=0), leads)
    with ExitStack() as running:
        running.enter_context(alone_in(folder))
        free = free_port(port)
        if free != port:
            say(f"Port {port} is taken by another program; the demo uses {free} instead (--port names another).")
        begun = monotonic()
        url = filled(folder, plan)
        say(f"Made a company of {leads:,} leads in {monotonic() - begun:.1f} s; it is kept in {folder}/")
        stop = running.enter_context(stopping())
        looked_back(folder, url, plan, stop)
        server = running.enter_context(serving(folder, url, free))
        wait_until_it_answers(server, free, folder / LOG, stop)
        children = [server]
        if not still and not stop.is_set():
            children.append(running.enter_context(playing(url, plan)))
        say(f"\n  The board: [bold]http://{HOST}:{free}[/]\n")
        say(f"  Known answers: {folder}/answers.json, as of {plan.as_of.isoformat()}")
        say("  Ctrl-C stops the demo.")
        watch(children, stop, folder / LOG)
    say("Stopped.")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Make ``folder`` ready for a demo of its own; refuse one that holds something else, or a demo that runs."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / LOCK).exists():
            raise Refused(f"{folder} holds files that are no demo's: name a new or an empty directory with --dir")
        lock = (folder / LOCK).open("w")
    except OSError as failed:
        raise Refused(
            f"{folder}: cannot be used for the demo ({failed.strerror}); name another directory with --dir"
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(f"a demo is already running in {folder}: stop it, or name another with --dir") from None
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        kept = (f"{name}{part}" for name in (DATABASE, STORE) for part in ("", "-wal", "-shm"))
        for name in (*FILES, *kept, LOG):
            (folder / name).unlink(missing_ok=True)
        yield


def free_port(port: int) -> int:
    """Return ``port``, or the first one after it on which nobody listens on this machine."""
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((HOST, candidate))
            except OSError:
                continue
            return candidate
    raise Refused(f"port {port} and the {PORTS_TRIED - 1} after it are taken or not allowed: name another with --port")


def filled(folder: Path, plan: Plan) -> URL:
    """Make the company of ``plan`` in ``folder``, with a progress bar; return its warehouse's address."""
    url = URL.create("sqlite", database=str((folder / DATABASE).absolute()))
    engine = warehouse.writer(url)
    try:
        with progress() as bar:
            task = bar.add_task("leads", total=plan.leads)
            made = make(
                engine, plan, lambda doing, done, of: bar.update(task, completed=done, total=of, description=doing)
            )
    finally:
        engine.dispose()
    write_papers(folder, made)
    return url


def progress() -> Progress:
    """Return a bar that tells what is being made and how much of it is there, and that leaves nothing behind."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def looked_back(folder: Path, url: URL, plan: Plan, stop: Event) -> None:
    """Keep the last weeks and what was decided in them, before the server starts and wants the processor too."""
    company = signed.read(Company, folder / "smarketing.toml")
    agreement = signed.read(Agreement, folder / "agreement.toml")
    told = Settings(url, company, agreement, 10, 10, store_named=address(str((folder / STORE).absolute())))
    weeks = weeks_for(plan.leads)
    with progress() as bar:
        task = bar.add_task("weeks of meetings", total=weeks)
        remember(told, plan.as_of, weeks, lambda done, _: bar.update(task, completed=done), stop.is_set)


@contextmanager
def stopping() -> Iterator[Event]:
    """Yield an event that is set by Ctrl-C, by a request to end, or when the terminal is closed."""
    stop = Event()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(one, lambda *_: stop.set()) for one in signals]
    try:
        yield stop
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


@contextmanager
def serving(folder: Path, url: URL, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start the board's server as the Procfile does, and stop it at the end; what it says goes into a file."""
    told = {
        **os.environ,
        "WAREHOUSE_URL": url.render_as_string(hide_password=False),
        "SMARKETING_STORE": str((folder / STORE).absolute()),
        "SMARKETING_CONFIG": str((folder / "smarketing.toml").absolute()),
        "SMARKETING_AGREEMENT": str((folder / "agreement.toml").absolute()),
        "SMARKETING_ACCESS": "open",
    }
    with (folder / LOG).open("wb") as log, child(served(port, HOST), log, told) as process:
        yield process


@contextmanager
def playing(url: URL, plan: Plan) -> Iterator[subprocess.Popen[bytes]]:
    """Start the process that plays the company's CRM, and stop it at the end."""
    address = url.render_as_string(hide_password=False)
    words = [sys.executable, "-m", "queries.demo", address, "--leads", str(plan.leads), "--seed", str(plan.seed)]
    with child([*words, "--parent", str(os.getpid())], None, dict(os.environ)) as process:
        yield process


@contextmanager
def child(words: list[str], log: IO[bytes] | None, told: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process that is gone afterwards: asked to end first, made to end when it does not listen."""
    # a group of its own, so that Ctrl-C reaches this program alone and the children end in order
    process = subprocess.Popen(words, stdout=log, stderr=log, env=told, process_group=0)  # noqa: S603 - words of our own
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_it_answers(server: subprocess.Popen[bytes], port: int, log: Path, stop: Event) -> None:
    """Return when the server's page answers; raise ``Refused`` with its last words when it ends or stays silent."""
    until = monotonic() + STARTS_WITHIN
    while not stop.is_set() and not answers(port):
        if server.poll() is not None:
            raise Refused(f"the board's server did not start; its last words ({log}):\n{last_words(log)}")
        if monotonic() > until:
            raise Refused(f"the board's server does not answer after {STARTS_WITHIN:.0f} s; what it said is in {log}")
        stop.wait(0.1)


def answers(port: int) -> bool:
    """Return whether the page answers."""
    # asked without a library that would look for a proxy in the environment
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def last_words(log: Path) -> str:
    """Return the last lines of a log that are words, and not where in the program they were said."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join([one for one in lines if one.strip() and not one.startswith(NO_WORDS)][-12:])


NO_WORDS = (" ", "Traceback ", "During handling ", "gunicorn.")
"""How lines begin that say where something happened, and not what."""


def watch(children: list[subprocess.Popen[bytes]], stop: Event, log: Path) -> None:
    """Return when asked to stop; raise ``Refused`` when one of the processes ends by itself."""
    server, *players = children
    while not stop.wait(0.5):
        if server.poll() is not None:
            raise Refused(f"the board's server ended by itself; its last words ({log}):\n{last_words(log)}")
        if any(one.poll() is not None for one in players):
            raise Refused("the process that plays the company ended by itself; start the demo again, or with --still")
