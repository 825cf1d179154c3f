"""``smarketing load``: CSV files into the warehouse, by a mapping, with a progress bar."""

from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from queries import warehouse
from queries.faults import Refused
from queries.load import Loaded, load, read_mapping
from queries.load import Progress as HowFar

COUNTS = ("rows", "new", "changed", "unchanged", "repeated", "left_out", "set_aside")
"""What the report says of each table; the last three only where there are any."""


def command(
    mapping: Annotated[Path, typer.Argument(help="The mapping, a TOML file.")],
    folder: Annotated[
        Path | None, typer.Option("--from", help="Folder of the files; without it, the mapping's own folder.")
    ] = None,
    address: Annotated[
        str,
        typer.Option(
            "--warehouse", envvar="WAREHOUSE_URL", help="The warehouse: a URL, or the path of an SQLite file."
        ),
    ] = "",
    set_aside: Annotated[
        Path | None, typer.Option(help="Write bad rows here and load the others; without it, a bad row stops the load.")
    ] = None,
    complete_through: Annotated[
        str | None, typer.Option(help="No event before this instant is missing from the files (with its zone).")
    ] = None,
) -> None:
    """Load CSV files into the warehouse by a mapping. Running it twice changes nothing."""
    plan, url = read_mapping(mapping), warehouse.address(address)
    through = _instant(complete_through) if complete_through else None
    begun, bar = monotonic(), _bar()
    with bar:
        task = bar.add_task("reading", total=None)

        def told(far: HowFar) -> None:
            bar.update(task, completed=far.read, total=far.size, description=far.doing)

        loaded = load(
            plan,
            folder or mapping.parent,
            url,
            datetime.now(UTC),
            set_aside=set_aside,
            complete_through=through,
            told=told,
        )
    _report(loaded, monotonic() - begun, set_aside)


def _instant(text: str) -> datetime:
    """Return an instant given on the command line."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Refused(f"--complete-through: '{text}' is no instant; write it like 2018-04-18T13:30-03:00")
    return found


def _bar() -> Progress:
    """Return an empty progress bar on standard error, which goes when it is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _report(loaded: list[Loaded], seconds: float, set_aside: Path | None) -> None:
    """Print what became of each table."""
    counts = [word for word in COUNTS if word not in COUNTS[-3:] or any(getattr(one, word) for one in loaded)]
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("table", no_wrap=True)
    for word in counts:
        table.add_column(word.replace("_", " "), justify="right", no_wrap=True)
    table.add_column("first day", no_wrap=True)
    table.add_column("last day", no_wrap=True)
    for one in loaded:
        days = (str(day) if day else "" for day in (one.first_day, one.last_day))
        table.add_row(one.table, *(f"{getattr(one, word):,}" for word in counts), *days)
    console = Console()
    console.print(table)
    console.print(f"{sum(one.rows for one in loaded):,} rows in {seconds:.1f} s", highlight=False)
    if set_aside and any(one.set_aside for one in loaded):
        console.print(f"Rows set aside are in {set_aside}", highlight=False)
