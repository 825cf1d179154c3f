"""``smarketing check``: what of the contract holds in a warehouse, and which screen each fault breaks."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text
from sqlalchemy.engine import URL

from dashboard import settings
from dashboard.instants import instant
from dashboard.words import many
from queries.contract import Checked, Example, Finding, Level, checked, holds
from queries.faults import WarehouseSilent
from queries.quality import Shortcoming, shortcomings
from queries.warehouse import reader, reading

CHECK_SECONDS = 600.0
"""How long a check may take: a million leads and four million attempts cost SQLite 26 s of one shared core."""
TITLES = {Level.FAULT: "Faults: the board cannot work with these", Level.REMARK: "Remarks: worth knowing"}
SHORT = "Shortcomings of the records: worth mending"


def command(
    warehouse: Annotated[
        str | None, typer.Option(help="The warehouse's address or SQLite file; else WAREHOUSE_URL.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="The moment after which an event lies in the future (UTC); now when left out.")
    ] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Say what of the contract holds in a warehouse and which screen each fault breaks; exit status 1 when one does."""
    url = settings.warehouse(warehouse)
    moment = instant(as_of, ZoneInfo("UTC")) if as_of else datetime.now(UTC)
    found, short = _found(url, moment)
    if as_json_:
        typer.echo(json.dumps(as_json(shown(url), moment, found, short), ensure_ascii=False, indent=2))
    else:
        console = Console()
        console.print(as_tables(found, short))
        # never broken in two, so that the address can be copied
        console.print(closing(shown(url), found, short), soft_wrap=True)
    if not holds(found):
        raise typer.Exit(1)


Short = tuple[Shortcoming, ...]


def _found(url: URL, moment: datetime) -> tuple[tuple[Finding, ...], Short]:
    """Return what the check finds, and what the records lack; a warehouse that cannot be opened is refused by name."""
    engine = reader(url, CHECK_SECONDS)
    try:
        with reading(engine) as connection:
            found: Checked = checked(connection, moment)
            return found.findings, tuple(one for one in shortcomings(connection, found.here) if one.finding.rows)
    except WarehouseSilent as silent:
        raise WarehouseSilent(f"{shown(url)}: {silent}") from silent
    finally:
        engine.dispose()


def shown(url: URL) -> str:
    """Return the warehouse's address as it may be shown: without a password, and without options that may hold one.

    >>> from sqlalchemy import make_url
    >>> shown(make_url("postgresql+psycopg://board:secret@db/crm?sslpassword=secret"))
    'postgresql+psycopg://board@db/crm'
    """
    return url.set(query={})._replace(password=None).render_as_string()


def as_json(address: str, moment: datetime, found: tuple[Finding, ...], short: Short = ()) -> dict[str, Any]:
    """Return the check as one object for machines: ``holds`` says whether the board can work with the warehouse."""
    said = [_said(one) for one in found]
    return {
        "warehouse": address,
        "as_of": moment.isoformat(),
        "holds": holds(found),
        "findings": said,
        "counts": {f"{level}s": count for level, count in _counts(found).items()},
        "shortcomings": [_said(one.finding) | {"whole": one.whole, "of": one.of, "parts": one.parts} for one in short],
    }


def _said(one: Finding) -> dict[str, Any]:
    return one._asdict() | {"examples": [example._asdict() for example in one.examples]}


def as_tables(found: tuple[Finding, ...], short: Short = ()) -> Group:
    """Return what was found as a person reads it: faults, remarks, shortcomings, each where there are any."""
    tables = [_table(level, TITLES[level], [one for one in found if one.level is level]) for level in Level]
    tables.append(_table(Level.REMARK, SHORT, [_in_words(one) for one in short]))
    return Group(*(table for table in tables if table.row_count))


def _in_words(one: Shortcoming) -> Finding:
    """Return a shortcoming with its whole and its kinds in its sentence."""
    kinds = ": " + ", ".join(f"{name} {rows:,}" for name, rows in one.parts) if one.parts else ""
    said = one.finding
    return said._replace(sentence=f"{said.sentence} ({said.rows:,} of {one.whole:,} {one.of}{kinds})")


def _table(level: Level, title: str, found: list[Finding]) -> Table:
    """Return findings of one kind; values from the warehouse are never read as markup."""
    drawn = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    drawn.add_column("where", overflow="fold")
    drawn.add_column("rows", justify="right", no_wrap=True)
    drawn.add_column("what, and what to do", ratio=1)
    for one in found:
        where = Text(f"{one.table}.{one.column}".strip(".") or "warehouse", "red" if level is Level.FAULT else "yellow")
        drawn.add_row(where, Text(f"{one.rows:,}" if one.rows else ""), _what(one))
    return drawn


def _what(one: Finding) -> Text:
    """Return what was found, up to three of its rows, what it breaks and what to do, one under the other."""
    said = Text(one.sentence)
    if one.examples:
        said.append("\nsuch as " + ", ".join(_example(example) for example in one.examples), "dim")
    if one.screens:
        said.append(f"\n{'breaks' if one.level is Level.FAULT else 'touches'} {'  '.join(one.screens)}")
    return said.append(f"\n→ {one.remedy}", "cyan")


def _example(one: Example) -> str:
    """Return one offending row; its value quoted, so that blanks, controls and writing from right to left are seen.

    >>> _example(Example("L7", "N/A\\t")), _example(Example("leads", None))
    ("L7 'N/A\\\\t'", 'leads')
    """
    name = one.id if one.id.isprintable() else repr(one.id)
    return name if one.value is None else f"{name} {one.value!r}"


def closing(address: str, found: tuple[Finding, ...], short: Short = ()) -> Text:
    """Return the line that says whether the contract holds, where, and how many findings there are."""
    counts = _counts(found)
    verdict = ("The contract holds", "bold green") if holds(found) else ("The contract does not hold", "bold red")
    rest = ", ".join(f"{count:,} {level if count == 1 else f'{level}s'}" for level, count in counts.items())
    besides = f" Besides, the records have {many(len(short), 'shortcoming')}." if short else ""
    return Text.assemble(verdict, f" in {address}: {rest}.{besides}")


def _counts(found: tuple[Finding, ...]) -> dict[Level, int]:
    counted = Counter(one.level for one in found)
    return {level: counted[level] for level in Level}
