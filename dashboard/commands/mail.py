"""``smarketing mail``: send a kept week by e-mail, as the server does by itself once it is kept."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard.meeting.week import newest, week
from dashboard.packing.mailing import said, send
from dashboard.packing.post import post
from dashboard.settings import now, settings, smtp
from dashboard.store import door


def command(
    name: Annotated[
        str | None, typer.Argument(metavar="[WEEK]", help="The week, such as 2026-W46; else the last whose hour came.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Send it to all, whoever has had it.")] = False,
    warehouse: Annotated[
        str | None, typer.Option(help="The warehouse's address or SQLite file; else WAREHOUSE_URL.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="The company file; else ./smarketing.toml.")] = None,
    agreement: Annotated[Path | None, typer.Option(help="The agreement; else ./agreement.toml.")] = None,
) -> None:
    """Send a kept week to those of [meeting] mail_to who have not had it, through the server in SMARKETING_SMTP."""
    told, at = settings(warehouse, config, agreement), now()
    hours = told.company.calendar, told.company.meeting.freeze
    found = week(name, *hours) if name else newest(at, *hours)
    store = door.opened(told.store)
    try:
        typer.echo(said(send(told, store, post(smtp()), found.name, at, again)))
    finally:
        store.close()
