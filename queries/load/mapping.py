"""The mapping file: which files there are, how they are written, and which column of the contract each cell becomes.

Every key is listed here with its sentence; a key that is not listed is refused.
"""

import codecs
import re
import tomllib
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from datetime import date, datetime
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from queries.columns import Money
from queries.load.faults import MappingWrong, nearest
from queries.tables import metadata, required

TABLES = {name: table for name, table in metadata.tables.items() if name != "loads"}


class Part(BaseModel):
    """A part of the mapping; it takes no keys but its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _zone(name: str | None) -> str | None:
    """Return a time zone's name if there is such a zone."""
    if name is None:
        return None
    try:
        return ZoneInfo(name).key
    except (LookupError, ValueError, OSError):
        raise ValueError(f"there is no time zone '{name}'; write a name like Europe/Berlin or UTC") from None


ZoneName = Annotated[str, BeforeValidator(_zone)]


class File(Part):
    """One kind of file: ``[files.<name>]``."""

    path: str = Field(description="Name of the file, or a pattern such as 'leads-*.csv' when several have this form.")
    delimiter: str = Field(",", min_length=1, max_length=1, description="What stands between two cells.")
    quote: str = Field('"', min_length=1, max_length=1, description="What stands around a cell that needs it.")
    encoding: str = Field(
        "utf-8",
        validate_default=True,
        description="How letters are written: utf-8, cp1252 (Excel in the west), utf-16, …",
    )
    decimal: Literal[".", ","] | None = Field(
        None, description="The decimal mark. Needed where the file fills a column of money: 1.234 means two things."
    )
    thousands: Literal[".", ",", " ", "'"] | None = Field(
        None, description="The mark between thousands, if there is one."
    )
    time_zone: ZoneName | None = Field(
        None, description="Zone of times that name none. Needed where there are such times; a bare day needs none."
    )
    blank: list[str] = Field([], description="Words of this file that mean 'unknown', whatever their case.")
    skip_lines: int = Field(0, ge=0, description="Lines above the header, as reports often have.")
    may_be_empty: bool = Field(False, description="True: no rows under the header is no fault.")

    @field_validator("path")
    @classmethod
    def _relative(cls, path: str) -> str:
        if not path.strip() or path.startswith("/"):
            raise ValueError(
                "a path is a name or a pattern inside the folder of the files; name the folder with --from"
            )
        return path

    @field_validator("encoding")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            found = codecs.lookup(name).name
        except LookupError:
            raise ValueError(f"there is no encoding '{name}'; write one like utf-8, cp1252 or utf-16") from None
        return "utf-8-sig" if found == "utf-8" else found

    @model_validator(mode="after")
    def _two_marks(self) -> "File":
        if self.thousands is not None and self.thousands == (self.decimal or "."):
            raise ValueError(f"decimal and thousands are both '{self.thousands}'; state the decimal mark")
        return self


class Condition(Part):
    """One thing that must hold for a row (``where``), or for one value (``when``)."""

    column: str = Field(description="The column that is looked at.")
    join: "Join | None" = Field(None, description="Look at this column of another file instead.")
    is_: str | list[str] | None = Field(None, alias="is", description="Holds for these values, whatever their case.")
    is_not: str | list[str] | None = Field(None, description="Holds for all values but these.")
    blank: bool | None = Field(None, description="true: holds for an empty cell; false: for one that is not empty.")

    @model_validator(mode="after")
    def _one_test(self) -> "Condition":
        if sum(one is not None for one in (self.is_, self.is_not, self.blank)) != 1:
            raise ValueError("a condition needs exactly one of is, is_not, blank")
        return self


class Join(Part):
    """A value from another file: the row whose ``theirs`` equals ``ours`` here. The other file is held in memory."""

    file: str = Field(description="The other file's name under [files].")
    ours: str = Field(description="The column of this file that holds the other's id.")
    theirs: str = Field(description="The column of the other file that it must equal.")
    where: tuple[Condition, ...] = Field((), description="Only rows of the other file for which all of these hold.")
    repeats: Literal["refuse", "first", "last"] = Field(
        "refuse", description="Which row counts when several of the other file fit with different values."
    )


class Filling(Part):
    """What fills one column of the contract: a column, a constant, a template or an id, and what is done to it.

    In this order: the cell is stripped, units are taken off (``drop``), words for 'unknown' become NULL (``blank``),
    the rest is translated (``map``), NULL is replaced (``if_blank``), and the text is read as the column's type.
    """

    column: str | None = Field(None, description='The source column. "Name" alone is short for { column = "Name" }.')
    constant: str | None = Field(None, description="One and the same value for all rows.")
    template: str | None = Field(
        None, description='A text with columns in it: "{First} {Last}"; {Id:.8} takes the first 8 characters.'
    )
    id_from: list[str] | None = Field(
        None, min_length=1, description="An id made from these columns; the same values make the same id for ever."
    )
    join: Join | None = Field(None, description="Take ``column`` from another file.")
    when: list[Condition] = Field([], description="Fill it only where all of these hold; elsewhere it is unknown.")
    blank: list[str] = Field([], description="More words that mean 'unknown'.")
    drop: list[str] = Field([], description="Texts taken off before reading, such as '€' or 'EUR'.")
    map: dict[str, str] | None = Field(None, description="Translation of values, whatever their case.")
    not_in_map: Literal["refuse", "keep", "blank"] = Field("refuse", description="What happens to a value map lacks.")
    if_blank: str | None = Field(None, description="The value where there is none.")
    formats: list[str] = Field(
        ["iso"],
        min_length=1,
        description="Date formats, tried in order: iso, 'unix seconds', 'unix milliseconds', or signs like %d.%m.%Y.",
    )
    time_zone: ZoneName | None = Field(None, description="Zone of this column's times, where it is not the file's.")
    decimal: Literal[".", ","] | None = Field(None, description="Decimal mark of this column alone.")
    thousands: Literal[".", ",", " ", "'"] | None = Field(None, description="Thousands mark of this column alone.")

    @field_validator("constant", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, int | float | date | datetime) else value

    @field_validator("template")
    @classmethod
    def _fields(cls, template: str | None) -> str | None:
        if template is not None and not any(name for _, name, _ in template_fields(template)):
            raise ValueError("a template names columns like {First}; for a fixed text use constant")
        return template

    @field_validator("formats")
    @classmethod
    def _signs(cls, formats: list[str]) -> list[str]:
        for form in formats:
            if form not in ("iso", "unix seconds", "unix milliseconds") and "%" not in form:
                raise ValueError(f"'{form}' is no date format; write iso, unix seconds, unix milliseconds or %d.%m.%Y")
        return formats

    @model_validator(mode="after")
    def _one_origin(self) -> "Filling":
        if sum(one is not None for one in (self.column, self.constant, self.template, self.id_from)) != 1:
            raise ValueError("needs exactly one of column, constant, template, id_from")
        if self.join and self.column is None:
            raise ValueError("join needs column: the column of the other file")
        return self


def _short(value: Any) -> Any:
    """Return the long form of a filling that is only a column's name."""
    if isinstance(value, str):
        return {"column": value}
    if not isinstance(value, dict):
        raise ValueError('must be the name of a column, or like { constant = "…" }')
    return value


class Feed(Part):
    """What one kind of file brings to one table: ``[[feeds]]``. One file may feed several tables, several files one."""

    table: str = Field(description="The table of the contract.")
    file: str = Field(description="The file's name under [files].")
    where: list[Condition] = Field([], description="Only rows for which all of these hold.")
    repeats: Literal["refuse", "equal", "first", "last", "most"] = Field(
        "refuse",
        description="Which row counts when several have one id: none (the load stops), those that are equal in all "
        "mapped columns taken as one, the first, the last, or the one whose values occur most often.",
    )
    columns: dict[str, Annotated[Filling, BeforeValidator(_short)]] = Field(description="What fills each column.")

    @model_validator(mode="after")
    def _contract(self) -> "Feed":
        if self.table not in TABLES:
            raise ValueError(f"the contract has no table '{self.table}'; {nearest(self.table, list(TABLES))}")
        known = TABLES[self.table].columns
        for name in self.columns:
            if name not in known:
                raise ValueError(f"{self.table} has no column '{name}'; {nearest(name, list(known.keys()))}")
        for one in known:
            if required(one) and one.name not in self.columns:
                raise ValueError(f"nothing fills {self.table}.{one.name}, which must never be empty; add it to columns")
        return self


class Mapping(Part):
    """A whole mapping file."""

    time_zone: ZoneName = Field(description="The company's zone: a bare day is its first instant there.")
    stamp_loaded_at: bool = Field(
        False,
        description="true: a new row's loaded_at is the moment of the load, and a page as of an earlier moment does "
        "not show it. false: loaded_at stays empty, and the event's own instant counts, which suits a history.",
    )
    blank: list[str] = Field([], description="Words that mean 'unknown' in every file, whatever their case.")
    files: dict[str, File] = Field(min_length=1, description="The files, each under a name of your choice.")
    feeds: list[Feed] = Field(min_length=1, description="What they bring to which table.")

    @model_validator(mode="after")
    def _fits_together(self) -> "Mapping":
        for number, feed in enumerate(self.feeds, 1):
            here = f"feed {number} ({feed.table} from {feed.file})"
            for name in (feed.file, *(join.file for join, _ in looks_elsewhere(feed))):
                if name not in self.files:
                    raise ValueError(
                        f"{here}: there is no file '{name}' under [files]; {nearest(name, list(self.files))}"
                    )
            if self.stamp_loaded_at and "loaded_at" in feed.columns:
                raise ValueError(f"{here}: fills loaded_at, and stamp_loaded_at = true fills it too; drop one")
            if any(other.table == feed.table and other.repeats != feed.repeats for other in self.feeds):
                raise ValueError(f"{here}: all feeds of one table need the same repeats; state it in each")
            self._marks(feed, here)
        return self

    def _marks(self, feed: Feed, here: str) -> None:
        """Raise ValueError for a column of money whose decimal mark nobody stated."""
        for name, filling in feed.columns.items():
            file = self.files[filling.join.file if filling.join else feed.file]
            is_money = isinstance(TABLES[feed.table].columns[name].type, Money)
            if is_money and filling.constant is None and not (filling.decimal or file.decimal):
                raise ValueError(
                    f"{here}: {name} is money, and its decimal mark is not stated; add decimal to the file"
                )


def looks_elsewhere(feed: Feed) -> Iterator[tuple[Join, str]]:
    """Yield every join that a feed makes, with the column it wants; those inside conditions too."""
    parts: list[Condition | Filling] = [*feed.where, *feed.columns.values()]
    parts += [one for filling in feed.columns.values() for one in filling.when]
    for part in parts:
        yield from _looks(part.join, part.column)


def _looks(join: Join | None, column: str | None) -> Iterator[tuple[Join, str]]:
    """Yield a join and those its own conditions make."""
    if join and column is not None:
        yield join, column
        for condition in join.where:
            yield from _looks(condition.join, condition.column)


def template_fields(template: str) -> Iterator[tuple[str, str | None, int | None]]:
    """Yield the parts of a template: the text before a column, the column, and how many of its characters.

    Raises ``ValueError`` when it is not one.

    >>> list(template_fields("Rep {id:.6}"))
    [('Rep ', 'id', 6)]
    """
    for text, name, spec, conversion in Formatter().parse(template):
        if name == "" or conversion or (spec and not re.fullmatch(r"\.[0-9]{1,3}", spec)):
            raise ValueError("a template holds columns like {Name} or {Name:.8} and nothing else in braces")
        yield text, name, int(spec[1:]) if spec else None


def read_mapping(path: Path) -> Mapping:
    """Return the mapping in a TOML file. Raises ``MappingWrong`` with file, line or key, and remedy."""
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise MappingWrong(f"{path}: there is no such file; name the mapping, a TOML file") from None
    except OSError as failed:
        raise MappingWrong(f"{path}: cannot be read ({failed.strerror}); correct its path or its rights") from None
    except UnicodeDecodeError:
        raise MappingWrong(f"{path}: is not written in UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as wrong:
        raise MappingWrong(f"{path}: is no TOML: {wrong}; correct that line") from None
    return _checked(path, found)


def _checked(path: Path, found: MappingOf[str, Any]) -> Mapping:
    """Return the mapping that ``found`` holds."""
    try:
        return Mapping.model_validate(found)
    except ValidationError as wrong:
        faults = "\n".join(f"{path}: {_in_words(dict(one))}" for one in wrong.errors(include_url=False))
        raise MappingWrong(faults) from None


def _in_words(fault: dict[str, Any]) -> str:
    """Return one of pydantic's findings as a sentence: key, what is wrong, what to do."""
    steps = [f"[{one + 1}]" if isinstance(one, int) else str(one) for one in fault["loc"]]
    key = " → ".join(steps).replace(" → [", "[")
    if fault["type"] == "extra_forbidden":
        return f"{key}: this key is not known; {nearest(steps[-1], _keys(steps))}"
    if fault["type"] == "missing":
        return f"{key}: is missing; add it ({_sentence(steps)})"
    said = str(fault["msg"]).removeprefix("Value error, ")
    said = said[:1].lower() + said[1:]
    given = "" if fault["type"] == "value_error" else f", not {fault['input']!r}; correct it"
    return f"{key + ': ' if key else ''}{said}{given}"


def _part(steps: list[str]) -> type[Part]:
    """Return the part of the mapping in which the last of ``steps`` stands."""
    parts: dict[str, type[Part]] = {"join": Join, "when": Condition, "where": Condition}
    for step in reversed(steps[:-1]):
        if step.split("[")[0] in parts:
            return parts[step.split("[")[0]]
    if steps[0] == "files" and len(steps) > 2:
        return File
    return Mapping if steps[0] != "feeds" or len(steps) < 3 else Filling if steps[2] == "columns" else Feed


def _keys(steps: list[str]) -> list[str]:
    """Return the keys that may stand where the last of ``steps`` stands."""
    return [field.alias or name for name, field in _part(steps).model_fields.items()]


def _sentence(steps: list[str]) -> str:
    """Return the sentence of the key that is missing."""
    field = _part(steps).model_fields.get(steps[-1])
    return (field.description or "").rstrip(".") if field else ""
