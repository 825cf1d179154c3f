"""``smarketing signout``: end all sign-ins of somebody, wherever they are."""

from typing import Annotated

import typer

from dashboard import settings
from dashboard.store.door import opened


def command(
    emails: Annotated[list[str], typer.Argument(help="Whose sign-ins end: one or more e-mail addresses.")],
    store: Annotated[
        str | None,
        typer.Option(help="The store's address or SQLite file; else SMARKETING_STORE, or beside the warehouse."),
    ] = None,
    warehouse: Annotated[
        str | None, typer.Option(help="The warehouse's address or SQLite file; else WAREHOUSE_URL.")
    ] = None,
) -> None:
    """End every sign-in of these people, in every browser, within seconds.

    They can sign in again, unless the provider or ``never`` in [access] of smarketing.toml says otherwise.
    """
    found = opened(settings.store_beside(store, warehouse))
    try:
        ended = found.sessions.end_all(emails)
    finally:
        found.close()
    typer.echo(f"{ended} sign-in{'' if ended == 1 else 's'} ended.")
