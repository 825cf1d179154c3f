"""``smarketing board``: the numbers of the board, as of any moment, for people and for machines."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from dashboard.board import Board, as_json
from dashboard.instants import instant
from dashboard.reckon import board
from dashboard.settings import Settings, settings
from dashboard.words import figure
from queries.warehouse import reader, reading


def command(
    as_of: Annotated[
        str | None, typer.Option(help="The moment, such as 2026-11-20T14:30+01:00; now when left out.")
    ] = None,
    warehouse: Annotated[
        str | None, typer.Option(help="The warehouse's address or SQLite file; else WAREHOUSE_URL.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="The company file; else ./smarketing.toml.")] = None,
    agreement: Annotated[Path | None, typer.Option(help="The agreement; else ./agreement.toml.")] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """Print every number of the board as of a moment."""
    found = settings(warehouse, config, agreement)
    shown = read(found, as_of)
    if as_json_:
        typer.echo(json.dumps(as_json(shown), ensure_ascii=False, indent=2))
    else:
        console = Console()
        console.print(table(shown, wide=console.width >= WIDE))


def read(found: Settings, as_of: str | None) -> Board:
    """Return the board of ``found`` as of the moment in the text ``as_of``, or of now."""
    now = datetime.now(UTC)
    moment = instant(as_of, found.company.calendar.zone) if as_of else now
    with reading(reader(found.warehouse, found.read_seconds)) as connection:
        return board(connection, found.company, found.agreement, moment, now, travelled=as_of is not None)


WIDE = 110
"""Columns of a terminal from which there is room to say how each number came about."""


def table(shown: Board, wide: bool) -> Table:
    """Return the numbers as a table a person can read; a ``wide`` one says how each came about."""
    drawn = Table(title=f"{shown.company} · {shown.week} · {shown.state.words}", title_justify="left", box=SIMPLE)
    drawn.add_column("number", no_wrap=True)
    drawn.add_column("value", justify="right", no_wrap=True)
    drawn.add_column("status", no_wrap=True)
    if wide:
        drawn.add_column("how it came about", overflow="fold")
    for one in shown.numbers.values():
        told = [one.reason or one.formula] if wide else []
        drawn.add_row(one.name, figure(one.value, one.unit), one.status or "", *told)
    return drawn
