"""``smarketing serve``: the board in the browser, started exactly as the Procfile says."""

import os
from pathlib import Path
from typing import Annotated

import typer

from dashboard.serving import command as served
from dashboard.settings import environment, settings, way


def command(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port on this machine.")] = 8050,
    warehouse: Annotated[
        str | None, typer.Option(help="The warehouse's address or SQLite file; else WAREHOUSE_URL.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="The company file; else ./smarketing.toml.")] = None,
    agreement: Annotated[Path | None, typer.Option(help="The agreement; else ./agreement.toml.")] = None,
    is_open: Annotated[
        bool, typer.Option("--open", help="Show it to everybody at this machine, without a sign-in.")
    ] = False,
) -> None:
    """Serve the board on this machine, at http://127.0.0.1:PORT, until Ctrl-C."""
    found = settings(warehouse, config, agreement)
    if is_open:
        os.environ["SMARKETING_ACCESS"] = "open"
    way(found.company.access)
    told = environment()
    os.environ["WAREHOUSE_URL"] = found.warehouse.render_as_string(hide_password=False)
    os.environ["SMARKETING_CONFIG"] = str((config or told.config).absolute())
    os.environ["SMARKETING_AGREEMENT"] = str((agreement or told.agreement).absolute())
    typer.echo(f"Smarketing serves {found.company.name} on http://127.0.0.1:{port}")
    words = served(port)
    os.execv(words[0], words)  # noqa: S606 - the words come from the Procfile, and no shell reads them
