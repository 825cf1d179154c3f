"""The console script ``smarketing``: every module of ``dashboard.commands`` is one command."""

import pkgutil
import sys
from importlib import import_module

import typer
from rich.console import Console
from rich.markup import escape

from dashboard import commands
from queries.faults import Refused

SENTENCE = "One screen on which marketing and sales see what each promised the other, and where both stand."


def made(words: list[str]) -> typer.Typer:
    """Return the command line for ``words``: with the one command that they name, or with all where they name none.

    A command brings its libraries along, and most commands need few of them.
    """
    app = typer.Typer(
        name="smarketing", help=SENTENCE, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )
    app.callback()(_together)
    names = [found.name for found in pkgutil.iter_modules(commands.__path__)]
    for name in [one for one in names if one == next(iter(words), "")] or names:
        app.command(name=name)(import_module(f"{commands.__name__}.{name}").command)
    return app


def _together() -> None:
    """One screen on which marketing and sales see what each promised the other, and where both stand."""


def main() -> None:
    """Run the command line; what it refuses is said in words on standard error, with exit status 2."""
    try:
        made(sys.argv[1:])()
    except Refused as refused:
        Console(stderr=True).print(f"[bold red]smarketing:[/] {escape(str(refused))}", highlight=False, soft_wrap=True)
        sys.exit(2)
