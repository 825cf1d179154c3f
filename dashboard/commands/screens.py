"""``smarketing screens``: the paired screens; and shutting one out where no browser is at hand."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dashboard import settings
from dashboard.store.door import opened
from dashboard.store.screens import Screen
from queries.faults import Refused


def command(
    revoke: Annotated[str | None, typer.Option(help="Shut the screen of this name out, for good.")] = None,
    store: Annotated[
        str | None,
        typer.Option(help="The store's address or SQLite file; else SMARKETING_STORE, or beside the warehouse."),
    ] = None,
    warehouse: Annotated[
        str | None, typer.Option(help="The warehouse's address or SQLite file; else WAREHOUSE_URL.")
    ] = None,
) -> None:
    """List the paired screens, or shut one out."""
    found = opened(settings.store_beside(store, warehouse))
    try:
        screens = found.screens.all()
        if revoke is None:
            Console().print(listed(screens) if screens else "No screen is paired.")
            return
        one = next((one for one in screens if one.name.lower() == revoke.strip().lower()), None)
        if one is None:
            names = ", ".join(one.name for one in screens) or "none"
            raise Refused(f"no screen is called {revoke[:60]!r}; there are: {names}")
        found.screens.revoke(one.screen_id, settings.now())
        typer.echo(f"{one.name} is shut out; what it shows is gone within seconds.")
    finally:
        found.close()


def listed(screens: list[Screen]) -> Table:
    """Return the screens as a table: what each shows, who paired it, and when it was last heard of."""
    table = Table("name", "shows", "paired by", "paired", "last heard of")
    for one in screens:
        heard = f"{one.seen_at:%Y-%m-%d %H:%M} UTC" if one.seen_at else "never"
        table.add_row(one.name, ", ".join(one.pages), one.paired_by, f"{one.paired_at:%Y-%m-%d}", heard)
    return table
