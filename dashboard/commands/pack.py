"""``smarketing pack``: the weekly meeting's week as one HTML file, which opens without the server or the network."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dashboard.packing.page import name, page
from dashboard.packing.week import read
from dashboard.settings import now, settings
from dashboard.store import door
from queries.faults import Refused


def command(
    week: Annotated[
        str | None, typer.Argument(help="The week, such as 2026-W46; else the one that just ended.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write; else smarketing-<week>.html.")
    ] = None,
    as_it_stands: Annotated[
        bool, typer.Option("--as-it-stands", help="Pack a week that is not kept, as it is known now.")
    ] = False,
    warehouse: Annotated[
        str | None, typer.Option(help="The warehouse's address or SQLite file; else WAREHOUSE_URL.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="The company file; else ./smarketing.toml.")] = None,
    agreement: Annotated[Path | None, typer.Option(help="The agreement; else ./agreement.toml.")] = None,
) -> None:
    """Write the walk through a week into one HTML file: it opens without the network, and prints a step a page."""
    told = settings(warehouse, config, agreement)
    store = door.opened(told.store)
    try:
        # said on standard error, and only to somebody who looks: reading a large warehouse takes a while
        with Console(stderr=True).status("Reading the week and all that has moved since …"):
            packed = read(told, store, week, now(), as_it_stands)
            body = page(packed)
    finally:
        store.close()
    file = output or Path(name(packed))
    _written(file, body)
    typer.echo(f"{file} holds {packed.walk.week} {packed.walk.state} ({len(body) / 1000:,.0f} kB)")
    for words in packed.faults.values():
        typer.echo(f"it lacks a part: {words}", err=True)


def _written(file: Path, body: bytes) -> None:
    try:
        file.write_bytes(body)
    except OSError as failed:
        raise Refused(f"{file}: cannot be written there ({failed.strerror}); name another place") from None
