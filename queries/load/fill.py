"""A row of a file becomes a row of the contract: one function a column, put together once a file."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from queries.load.faults import MappingWrong, Unfit
from queries.load.files import Rows
from queries.load.joins import Joins, Row, all_hold, blanks, cell
from queries.load.mapping import TABLES, Feed, Filling, template_fields
from queries.load.values import Reading, value_of
from queries.tables import required

Values = tuple[Any, ...]


def rows_of(feed: Feed, file: Rows, joins: Joins) -> Callable[[Row], Values | None]:
    """Return the function from a file's row to the contract's values, in the order of ``feed.columns``.

    It returns None for a row the feed leaves out, and raises ``Unfit`` for one that cannot be read.
    """
    table = TABLES[feed.table]
    fillings = [(feed, name, filling) for name, filling in feed.columns.items()]
    cells = [_filled(*one, file, joins) for one in fillings]
    musts = [place for place, name in enumerate(feed.columns) if required(table.columns[name])]
    holds, width = all_hold(feed.where, file, joins), len(file.header)

    def row(cells_of_file: Row) -> Values | None:
        if len(cells_of_file) != width:
            _squared(cells_of_file, width, file.file.delimiter)
        if not holds(cells_of_file):
            return None
        values = tuple([one(cells_of_file) for one in cells])
        for place in musts:
            if values[place] is None:
                raise _empty(*fillings[place])
        return values

    return row


def _squared(cells: Row, width: int, delimiter: str) -> None:
    """Refuse a row that has another number of cells than the header; empty ones at its end do no harm."""
    if len(cells) < width or any(one.strip() for one in cells[width:]):
        raise Unfit(
            "",
            delimiter.join(cells),
            f"has {len(cells)} cells, the header has {width}",
            f"look for a '{delimiter}' or a line break that needs quotation marks, correct the row",
        )


def _empty(feed: Feed, name: str, filling: Filling) -> Unfit:
    """Return what is said when a required value is missing."""
    where = f'where = [{{ column = "{filling.column}", blank = false }}]' if filling.column else "where"
    return Unfit(
        named(filling),
        "",
        f"is empty, and {feed.table}.{name} must not be",
        f"give it if_blank in the mapping, leave such rows out with {where}",
    )


def named(filling: Filling) -> str:
    """Return what errors call the source of a value: its column, or the columns it is made of.

    >>> named(Filling(template="{First} {Last}"))
    'First, Last'
    """
    if filling.template:
        return ", ".join(name for _, name, _ in template_fields(filling.template) if name)
    if filling.join:
        return f"{filling.column} of {filling.join.file}"
    return filling.column or ", ".join(filling.id_from or [])


def _filled(feed: Feed, name: str, filling: Filling, file: Rows, joins: Joins) -> Callable[[Row], Any]:
    """Return the function from a row to the value of the contract's column ``name``."""
    if filling.constant is not None:
        found = _constant(feed, name, filling, joins)
        value: Callable[[Row], Any] = lambda _: found  # noqa: E731 - one of several functions to choose from
    else:
        text, tidy = _text(filling, file, joins), _tidy(filling, file, joins)
        read = value_of(TABLES[feed.table].columns[name], _reading(feed, filling, joins), named(filling))

        def value(row: Row) -> Any:
            tidied = tidy(text(row))
            return None if tidied is None else read(tidied)

    if not filling.when:
        return value
    holds = all_hold(filling.when, file, joins)
    return lambda row: value(row) if holds(row) else None


def _constant(feed: Feed, name: str, filling: Filling, joins: Joins) -> Any:
    """Return the value of a constant, read as the mapping writes it: with a decimal point."""
    company = ZoneInfo(joins.mapping.time_zone)
    zone = ZoneInfo(filling.time_zone) if filling.time_zone else None
    read = value_of(TABLES[feed.table].columns[name], Reading(tuple(filling.formats), zone, company), name)
    try:
        return read(filling.constant or "") if filling.constant else None
    except Unfit as bad:
        raise MappingWrong(
            f"{feed.table} from {feed.file}, columns → {name} → constant: '{bad.value}' {bad.reason}; correct it"
        ) from None


def _reading(feed: Feed, filling: Filling, joins: Joins) -> Reading:
    """Return how the cells of a filling are written: as it says itself, else as its file does."""
    file = joins.mapping.files[filling.join.file if filling.join else feed.file]
    zone = filling.time_zone or file.time_zone
    return Reading(
        tuple(filling.formats),
        ZoneInfo(zone) if zone else None,
        ZoneInfo(joins.mapping.time_zone),
        filling.decimal or file.decimal or ".",
        filling.thousands or file.thousands or "",
    )


def _text(filling: Filling, file: Rows, joins: Joins) -> Callable[[Row], str]:
    """Return the function from a row to the text a value is made from."""
    if filling.template is not None:
        return _template(filling.template, file)
    if filling.id_from is not None:
        return _made_id([file.place(one) for one in filling.id_from])
    return cell(filling, file, joins)


def _template(template: str, file: Rows) -> Callable[[Row], str]:
    """Return the function from a row to a template's text; '' when all its columns are empty."""
    parts = [(text, None if name is None else file.place(name), most) for text, name, most in template_fields(template)]

    def text(row: Row) -> str:
        cells = ["" if place is None else row[place].strip()[:most] for _, place, most in parts]
        if not any(cells):
            return ""
        return " ".join("".join(before + one for (before, _, _), one in zip(parts, cells, strict=True)).split())

    return text


def _made_id(places: Sequence[int]) -> Callable[[Row], str]:
    """Return the function from a row to an id made of its cells; '' when all are empty."""

    def text(row: Row) -> str:
        cells = [row[place].strip() for place in places]
        return sha256("\x1f".join(cells).encode()).hexdigest()[:32] if any(cells) else ""

    return text


def _tidy(filling: Filling, file: Rows, joins: Joins) -> Callable[[str], str | None]:
    """Return the function that takes off units, finds what means 'unknown', and translates the rest."""
    words, instead = blanks(file, joins.mapping, filling.blank), filling.if_blank
    translate = _translate(filling)
    lengths = max(map(len, words))

    def tidy(text: str) -> str | None:
        for unit in filling.drop:
            text = text.replace(unit, "").strip()
        if not text or (len(text) <= lengths and text.casefold() in words):
            return instead
        return translate(text) or instead if translate else text

    return tidy


def _translate(filling: Filling) -> Callable[[str], str] | None:
    """Return the function that translates by ``map``, if there is one; it raises ``Unfit`` where map lacks a value."""
    if filling.map is None:
        return None
    known = {key.strip().casefold(): value for key, value in filling.map.items()}

    def translate(text: str) -> str:
        found = known.get(text.casefold())
        if found is not None:
            return found
        if filling.not_in_map == "refuse":
            raise Unfit(named(filling), text, "is not in its map", 'add it, or set not_in_map = "keep" or "blank"')
        return text if filling.not_in_map == "keep" else ""

    return translate
