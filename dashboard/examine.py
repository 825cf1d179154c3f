"""One examination of a company's data, and where its report lies for everybody: a file that is replaced whole."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

from dashboard.calendar import Calendar, Period
from dashboard.examined import Found, Report, as_json, from_json
from dashboard.settings import Settings
from queries.moments import Range
from queries.quality.examination import Examination, Examined, examine
from queries.warehouse import reader, reading

REPORT, STATE = "data.json", "examining.json"
WEEKS = 12


class Examining(NamedTuple):
    """How the examination of this moment stands: it runs, it failed (and why), or nothing is to be said."""

    state: Literal["running", "failed", "done"]
    since: datetime
    why: str = ""


def report(told: Settings, as_of: datetime, seconds: float, known_by: datetime | None = None) -> Report:
    """Return the report on a company's data; ``seconds`` is how long the warehouse may take to answer one question.

    ``known_by`` asks for a moment of the past. Raises ``WarehouseSilent`` or ``ContractBroken``.
    """
    calendar = told.company.calendar
    local = as_of.astimezone(calendar.zone)
    engine = reader(told.warehouse, seconds)
    weeks = weeks_to(calendar, local)
    try:
        with reading(engine) as connection:
            found = examine(connection, as_of, [_range(calendar, one) for one in weeks], known_by)
    finally:
        engine.dispose()
    return _report(told.company.name, local, [one.name for one in weeks], found)


def weeks_to(calendar: Calendar, as_of: datetime) -> list[Period]:
    """Return the last twelve weeks of the company, the running one among them."""
    this = calendar.week(calendar.day(as_of)).first
    return [calendar.week(this - timedelta(weeks=WEEKS - 1 - one)) for one in range(WEEKS)]


def _range(calendar: Calendar, week: Period) -> Range:
    # in the company's zone, so that a table of days is asked for the company's days
    start, end = calendar.bounds(week)
    return Range(start.astimezone(calendar.zone), end.astimezone(calendar.zone))


def _report(company: str, as_of: datetime, weeks: list[str], found: Examination) -> Report:
    return Report(company, as_of, 0.0, weeks, [_found(one) for one in found.examined], found.rows, found.by_week)


def _found(one: Examined) -> Found:
    said = one.finding
    return Found(
        said.name, said.rule, said.level.value, one.is_contract, said.table, said.column, said.rows, one.whole, one.of,
        said.sentence, said.remedy, said.screens, one.parts, one.by_week,
    )  # fmt: skip


def put(folder: Path, name: str, told: Mapping[str, Any]) -> None:
    """Put a file in the place of the last one of its name, whole; ``OSError`` when the disk refuses."""
    beside = folder / f"{name}.{os.getpid()}"
    try:
        beside.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        beside.replace(folder / name)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def publish(folder: Path, found: Report, name: str = REPORT) -> None:
    """Put a report where every worker finds it; ``OSError`` when the disk refuses."""
    put(folder, name, as_json(found))


def latest(folder: Path, company: str, name: str = REPORT) -> Report | None:
    """Return the report that was published last; None where there is none of this company, or none that can be read."""
    try:
        found = from_json(json.loads((folder / name).read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return found if found.company == company else None


def say(folder: Path, how: Examining) -> None:
    """Say how the examination stands; a disk that refuses is no reason to end."""
    with suppress(OSError):
        put(folder, STATE, how._asdict() | {"since": how.since.isoformat()})


def said(folder: Path) -> Examining | None:
    """Return how the examination stands; None where nobody has said."""
    try:
        told = json.loads((folder / STATE).read_bytes())
        return Examining(told["state"], datetime.fromisoformat(told["since"]), str(told["why"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
