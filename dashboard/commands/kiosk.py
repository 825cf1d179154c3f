"""``smarketing kiosk``: the board on a screen that nobody touches."""

import shutil
import signal
import threading
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from dashboard.kiosk.browser import installed, started
from dashboard.kiosk.watch import Watch
from queries.faults import Refused


def command(
    url: Annotated[str, typer.Argument(help="The board's address, such as http://board:8050/?wall=Hall")],
    browser: Annotated[str | None, typer.Option(help="The browser; else the Chromium or Chrome here.")] = None,
    profile: Annotated[Path | None, typer.Option(help="A folder for what the browser keeps.")] = None,
    flag: Annotated[list[str] | None, typer.Option(help="One more word for the browser; may be repeated.")] = None,
) -> None:
    """Show the board full-screen in the installed Chromium, and bring it back whatever happens, until SIGTERM."""
    program = shutil.which(browser) if browser else installed()
    if program is None:
        raise Refused(f"{browser or 'Chromium or Chrome'} is not installed: install it, or name another by --browser")
    keeps = (profile or Path(typer.get_app_dir("smarketing")) / "kiosk").absolute()
    keeps.mkdir(parents=True, exist_ok=True)
    over = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, lambda _number, _frame: over.set())
    Watch(url, partial(started, program, keeps, flag or [], url), over).run()
