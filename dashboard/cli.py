"""The console script ``smarketing``: every module of ``dashboard.commands`` is one command."""

import pkgutil
import sys
from importlib import import_module

import typer
from rich.console import Console
from rich.markup import escape

from dashboard import commands
from queries.faults import Refused

app = typer.Typer(
    name="smarketing",
    help="One screen on which marketing and sales see what each promised the other, and where both stand.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for _found in pkgutil.iter_modules(commands.__path__):
    app.command(name=_found.name)(import_module(f"{commands.__name__}.{_found.name}").command)


@app.callback()
def _together() -> None:
    """One screen on which marketing and sales see what each promised the other, and where both stand."""


def main() -> None:
    """Run the command line; what it refuses is said in words on standard error, with exit status 2."""
    try:
        app()
    except Refused as refused:
        Console(stderr=True).print(f"[bold red]smarketing:[/] {escape(str(refused))}", highlight=False, soft_wrap=True)
        sys.exit(2)
