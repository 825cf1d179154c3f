"""``smarketing freeze``: keep a week for good, as the server does by itself at the company's hour."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard.meeting.freezer import Kept, keep
from dashboard.meeting.week import newest
from dashboard.settings import now, settings
from dashboard.store import door
from dashboard.words import many


def command(
    week: Annotated[
        str | None, typer.Argument(help="The week, such as 2026-W46; else the last whose hour came.")
    ] = None,
    warehouse: Annotated[
        str | None, typer.Option(help="The warehouse's address or SQLite file; else WAREHOUSE_URL.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="The company file; else ./smarketing.toml.")] = None,
    agreement: Annotated[Path | None, typer.Option(help="The agreement; else ./agreement.toml.")] = None,
) -> None:
    """Keep a week for good: its numbers and every row behind them, as they were known at the company's hour."""
    told, at = settings(warehouse, config, agreement), now()
    name = week or newest(at, told.company.calendar, told.company.meeting.freeze).name
    store = door.opened(told.store)
    try:
        typer.echo(said(keep(told, store, name, at)))
    finally:
        store.close()


def said(kept: Kept) -> str:
    """Return in a sentence what is kept."""
    one = kept.frozen
    known = one.known_at.astimezone(one.company.calendar.zone)
    hour = f"{known:%a} {known.day} {known:%b %Y %H:%M}"
    rows = many(sum(len(some) for some in one.facts.values()), "row")
    begun = f"{one.week.name} is kept" if kept.fresh else f"{one.week.name} was kept before, and stays"
    return f"{begun} as it was known on {hour}: {many(len(one.numbers), 'number')}, {rows}, {kept.size / 1000:,.0f} kB"
