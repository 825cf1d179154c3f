"""``smarketing signout``: end all sign-ins of somebody, or of everybody, wherever they are."""

from typing import Annotated

import typer

from dashboard import settings
from dashboard.store.door import opened
from queries.faults import Refused


def command(
    emails: Annotated[
        list[str] | None, typer.Argument(help="Whose sign-ins end: one or more e-mail addresses.")
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="End the sign-ins of everybody.")] = False,
    store: Annotated[
        str | None,
        typer.Option(help="The store's address or SQLite file; else SMARKETING_STORE, or beside the warehouse."),
    ] = None,
    warehouse: Annotated[
        str | None, typer.Option(help="The warehouse's address or SQLite file; else WAREHOUSE_URL.")
    ] = None,
) -> None:
    """End every sign-in of these people, or of everybody, in every browser, within seconds.

    They can sign in again, unless the provider or ``never`` in [access] of smarketing.toml says otherwise.
    """
    if bool(emails) == everybody:
        raise Refused("say whose sign-ins end: e-mail addresses, or --all")
    found = opened(settings.store_beside(store, warehouse))
    try:
        ended = found.sessions.end_all(None if everybody else emails)
    finally:
        found.close()
    typer.echo(f"{ended} sign-in{'' if ended == 1 else 's'} ended.")
