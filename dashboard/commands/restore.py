"""``smarketing restore``: what a backup holds becomes what the meeting keeps."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard import settings
from dashboard.store.address import shown
from dashboard.store.backup import in_words_of, restored


def command(
    file: Annotated[Path, typer.Argument(help="The file that 'smarketing backup' wrote, of this or an older version.")],
    store: Annotated[
        str | None,
        typer.Option(help="The store's address or SQLite file; else SMARKETING_STORE, or beside the warehouse."),
    ] = None,
    warehouse: Annotated[
        str | None, typer.Option(help="The warehouse's address or SQLite file; else WAREHOUSE_URL.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Replace what the store keeps now.")] = False,
) -> None:
    """Put a backup into the store, all of it or nothing; what is kept there now is replaced only with --yes."""
    found = settings.store_beside(store, warehouse)
    kept = restored(file, found, replace=yes)
    typer.echo(f"{shown(found)} keeps {in_words_of(kept)}.")
