"""``smarketing backup``: what the meeting keeps, as of now, in one file."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard import settings
from dashboard.store.backup import backed_up, in_words_of


def command(
    file: Annotated[Path, typer.Argument(help="The file to write: an SQLite file, whatever the store is kept in.")],
    store: Annotated[
        str | None,
        typer.Option(help="The store's address or SQLite file; else SMARKETING_STORE, or beside the warehouse."),
    ] = None,
    warehouse: Annotated[
        str | None, typer.Option(help="The warehouse's address or SQLite file; else WAREHOUSE_URL.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write over a file that is there.")] = False,
) -> None:
    """Write the frozen weeks, actions, notes and promises into one file, while the board goes on."""
    kept = backed_up(settings.store_beside(store, warehouse), file, replace=yes)
    typer.echo(f"{file} holds {in_words_of(kept)}.")
