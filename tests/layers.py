"""Who may import what: the table, and the reading of a tree of files against it."""

import ast
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

LEAVES = ("queries", "dashboard")


class Row(NamedTuple):
    """Modules of one kind (a pattern), and what they may import: of ours (names and all below them), and of others'."""

    modules: str
    ours: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def names(*words: str) -> tuple[str, ...]:
    """Return the full names of modules of the dashboard."""
    return tuple(f"dashboard.{word}" for word in words)


FAULTS = ("queries.faults",)
MATHS = names("calendar", "pace", "followup", "goal", "words", "theme", "number", "quota", "promised", "instants")
PROMISE = names("agreement", "company", "signed")
VALUES = (*MATHS, *PROMISE, *names("board"))
PROVING = ("authlib", "joserfc", "requests")
PAINT = ("plotly", "dash", "dash_bootstrap_components")

# the first row that fits a module is its row; a module that fits none is a fault of its own
TABLE = (
    # leaf 1: the warehouse; nothing here draws, and only what moves tables in bulk may use pandas
    Row("queries.faults"),
    Row("queries.columns", FAULTS, ("sqlalchemy",)),
    Row("queries.load", ("queries",), ("sqlalchemy", "pandas", "numpy", "pydantic")),
    Row("queries.load.*", ("queries",), ("sqlalchemy", "pandas", "numpy", "pydantic")),
    Row("queries.demo", ("queries",), ("sqlalchemy", "pandas", "numpy", "holidays")),
    Row("queries.demo.*", ("queries",), ("sqlalchemy", "pandas", "numpy", "holidays")),
    Row("queries.export*", ("queries",), ("sqlalchemy", "pandas", "numpy")),
    Row("queries.warehouse", ("queries",), ("sqlalchemy", "psycopg")),
    Row("queries", ("queries",), ()),
    Row("queries.*", ("queries",), ("sqlalchemy",)),
    # leaf 2: the maths, of the standard library alone
    *(Row(name, (*MATHS, *FAULTS)) for name in MATHS),
    # what was promised: read from files, checked by pydantic; the company alone knows holidays
    Row("dashboard.company", (*VALUES, *names("access.rules"), *FAULTS), ("pydantic", "holidays")),
    Row("dashboard.agreement", (*VALUES, *FAULTS), ("pydantic",)),
    Row("dashboard.signed", (*VALUES, *FAULTS), ("pydantic",)),
    # the board as one value, for the screen and for machines
    Row("dashboard.board", (*VALUES, *FAULTS)),
    # reckoning: the rows of the queries and the promise become numbers, without SQL of their own
    Row("dashboard.numbers", (*VALUES, *names("reading", "numbers"), "queries")),
    Row("dashboard.numbers.*", (*VALUES, *names("followed", "reading", "numbers"), "queries")),
    Row("dashboard.reckon", (*VALUES, *names("kept", "reading", "numbers"), "queries"), ("sqlalchemy",)),
    # drawing: values in, figures and components out
    Row("dashboard.drawing.data", (*VALUES, *names("examined", "examined_ages", "drawing")), PAINT),
    Row(
        "dashboard.drawing.meeting*",
        (*VALUES, *names("drawing", "meeting"), "queries.campaigns", "queries.review"),
        PAINT,
    ),
    Row("dashboard.drawing", (*VALUES, *names("drawing", "reps.day", "terms")), PAINT),
    Row("dashboard.drawing.*", (*VALUES, *names("drawing", "reps.day", "terms")), PAINT),
    # the edge: a page reads, reckons and draws, and does neither SQL nor plotly itself
    Row("dashboard.pages", ("dashboard", "queries"), ("dash", "dash_bootstrap_components")),
    Row("dashboard.pages.*", ("dashboard", "queries"), ("dash", "dash_bootstrap_components")),
    Row("dashboard.moment", (*VALUES, "queries.moments")),
    Row(
        "dashboard.reading",
        (*names("moment"), *VALUES, *names("followed", "given", "handovers", "kept", "stretches"), "queries"),
        ("sqlalchemy",),
    ),
    # what is kept of one reading for the next, in columns where rows are many
    Row("dashboard.kept", (*MATHS, "queries"), ("sqlalchemy",)),
    Row("dashboard.stretches", (*MATHS, *names("kept"), "queries")),
    Row("dashboard.followed", MATHS, ("numpy",)),
    Row("dashboard.handovers", (*MATHS, *names("followed"), "queries.handover"), ("numpy",)),
    Row("dashboard.given", (*MATHS, *names("followed", "kept", "stretches"), "queries"), ("numpy", "sqlalchemy")),
    # the reps' days, for all reps at once
    Row("dashboard.reps"),
    Row("dashboard.reps.worth", MATHS),
    Row("dashboard.reps.spread", MATHS),
    Row("dashboard.reps.day", VALUES),
    Row("dashboard.reps.stake", (*MATHS, *names("followed", "reps.day")), ("numpy",)),
    Row(
        "dashboard.reps.reading",
        (*VALUES, *names("followed", "given", "reading", "numbers", "reps"), "queries"),
        ("numpy",),
    ),
    Row("dashboard.reps.numbers", (*VALUES, *names("followed", "numbers", "reps"), "queries"), ("numpy",)),
    Row(
        "dashboard.reps.reckon",
        (*VALUES, *names("followed", "reading", "reckon", "reps"), "queries"),
        ("numpy",),
    ),
    # the live board: looked at by one, checked, published, served by all
    Row("dashboard.gate", (*VALUES, *FAULTS)),
    Row("dashboard.logs", (), ("structlog",)),
    Row("dashboard.leader"),
    Row("dashboard.steady"),
    Row("dashboard.snapshot", names("steady")),
    Row("dashboard.parts", names("snapshot", "steady"), ("orjson",)),
    Row("dashboard.part_stream", names("parts", "stream")),
    Row("dashboard.reps_told", ("dashboard",)),
    Row("dashboard.reps_api", ("dashboard", *FAULTS), ("flask",)),
    Row("dashboard.specified", names("number")),
    Row("dashboard.terms", names("number")),
    Row("dashboard.opened", ("dashboard", "queries"), ("sqlalchemy",)),
    Row("dashboard.asked", (*MATHS, *names("opened"), "queries.listing", *FAULTS)),
    Row("dashboard.exports", (), ("xlsxwriter",)),
    Row("dashboard.rows_api", ("dashboard", "queries"), ("flask",)),
    # the meeting's addresses: the weeks it looks at, what is asked, what is decided
    Row("dashboard.strict"),
    Row("dashboard.meeting_asked", (*names("strict"), *FAULTS), ("flask", "werkzeug")),
    Row("dashboard.meeting_told", (*MATHS, *names("drawing", "meeting")), ("dash",)),
    Row("dashboard.meeting_weeks", ("dashboard", "queries"), ("sqlalchemy",)),
    Row("dashboard.meeting_decisions", ("dashboard", *FAULTS), ("flask",)),
    Row("dashboard.meeting_api", ("dashboard", *FAULTS), ("flask",)),
    # the examination of the data: its values, the one that is made for everybody, those of the past, and its addresses
    Row("dashboard.examined", MATHS),
    Row("dashboard.examined_ages", (*MATHS, *names("company"))),
    Row("dashboard.examine", ("dashboard", "queries")),
    Row("dashboard.child"),
    Row("dashboard.examiner", ("dashboard", "queries")),
    Row("dashboard.examine_past", (*names("examine", "examined", "logs", "settings"), *FAULTS)),
    Row("dashboard.data_rows", (*names("exports"), "queries"), ("sqlalchemy",)),
    Row("dashboard.data_api", ("dashboard", "queries"), ("flask", "sqlalchemy")),
    Row(
        "dashboard.look",
        (*VALUES, *names("gate", "kept", "reading", "reckon", "reps", "settings"), "queries"),
        ("sqlalchemy",),
    ),
    Row("dashboard.refresher", ("dashboard", "queries")),
    Row("dashboard.answers", (*names("parts", "settings", "snapshot"), *FAULTS), ("orjson",)),
    Row("dashboard.stream", names("answers")),
    Row("dashboard.keeper", names("logs")),
    Row("dashboard.pulse", (), ("prometheus_client",)),
    Row("dashboard.walls", names("strict")),
    Row("dashboard.doors"),
    Row("dashboard.bundles", names("doors", "pages", "stream")),
    Row("dashboard.plain", names("access", "answers", "pulse", "walls"), ("flask",)),
    Row("dashboard.worker", (*names("access.way", "logs"), *FAULTS), ("gunicorn",)),
    Row("dashboard.deploy", (*names("front", "logs"), *FAULTS)),
    # the weekly meeting: its week, the week as it is kept, and what moved since
    Row("dashboard.meeting"),
    Row("dashboard.meeting.week", (*MATHS, *FAULTS)),
    # what stands in its seven steps
    Row("dashboard.meeting.sample", ("queries.review",)),
    Row(
        "dashboard.meeting.review", (*MATHS, *names("meeting.sample", "numbers.acceptance"), "queries"), ("sqlalchemy",)
    ),
    Row("dashboard.meeting.campaigns", (*MATHS, "queries"), ("sqlalchemy",)),
    Row("dashboard.meeting.sentences", VALUES),
    Row("dashboard.meeting.steps", (*VALUES, *names("meeting"))),
    Row("dashboard.meeting.frozen", (*VALUES, *names("meeting"), "queries")),
    *(Row(f"dashboard.meeting.{one}", (*VALUES, *names("meeting"))) for one in ("changes", "standing", "ledger*")),
    Row("dashboard.meeting.numbers", (*VALUES, *names("meeting", "numbers", "reading", "reckon"), "queries")),
    Row("dashboard.meeting.form", (*VALUES, *names("meeting"), "queries.behind")),
    Row("dashboard.meeting.freeze", ("dashboard", "queries"), ("sqlalchemy",)),
    Row("dashboard.meeting.again", ("dashboard", "queries"), ("sqlalchemy",)),
    Row("dashboard.meeting.decided", (*MATHS, *names("meeting.week", "store"), *FAULTS)),
    Row("dashboard.meeting.freezer", ("dashboard", "queries"), ("sqlalchemy",)),
    Row("dashboard.demo_meeting", ("dashboard", "queries")),
    # the pack: a week of the meeting as one file, and as a mail
    Row("dashboard.packing.post", FAULTS),
    Row("dashboard.packing.parts", (*VALUES, *names("drawing", "meeting", "meeting_told", "packing")), ("dash",)),
    Row("dashboard.packing.page", (*names("drawing", "frame", "packing"),), ("dash",)),
    Row("dashboard.packing.letter", (*VALUES, *names("drawing", "meeting_told", "packing"))),
    Row("dashboard.packing.api", ("dashboard",), ("flask",)),
    Row("dashboard.packing", ("dashboard", "queries")),
    Row("dashboard.packing.*", ("dashboard", "queries")),
    Row(
        "dashboard.travel",
        (*VALUES, *names("steady", "look", "reps", "settings"), "queries.warehouse"),
        ("sqlalchemy",),
    ),
    Row("dashboard.front", ("dashboard",), ("a2wsgi",)),
    Row("dashboard.api", ("dashboard", "queries"), ("flask", "werkzeug")),
    # who may see it: values and rules, what stands before everything, sign-in and screens
    Row("dashboard.access.addresses"),
    Row("dashboard.access.request"),
    Row("dashboard.access.callbacks", names("strict")),
    Row("dashboard.access.heads"),
    Row("dashboard.access.identity", names("store.screens", "store.sessions")),
    Row("dashboard.access.rules", names("access.addresses", "signed", "store.sessions"), ("pydantic",)),
    Row("dashboard.access.way", (*names("access.addresses", "access.rules"), *FAULTS)),
    Row("dashboard.access.cookies", names("access.way"), ("itsdangerous", "werkzeug")),
    Row("dashboard.access.routes", names("access.identity"), ("werkzeug",)),
    Row("dashboard.access.limits", names("access.routes"), ("limits",)),
    Row("dashboard.access.judge", names("access", "logs", "store")),
    Row("dashboard.access.doorman", names("access", "answers", "logs")),
    Row("dashboard.access.notices", names("answers", "drawing", "frame", "pages"), ("dash",)),
    Row("dashboard.access.guard", (*names("access", "answers", "logs"), *FAULTS)),
    Row("dashboard.access.provider", (*names("access.way", "store.sessions"), *FAULTS), PROVING),
    Row("dashboard.access.reps", ("queries",), ("sqlalchemy",)),
    Row("dashboard.access.qr", names("access"), ("flask", "segno")),
    Row("dashboard.access.sign_in", (*names("access", "answers", "logs", "store"), *FAULTS), ("flask",)),
    Row("dashboard.access.screens_api", ("dashboard", *FAULTS), ("flask",)),
    Row("dashboard.access.house", ("dashboard",), ("flask", "werkzeug")),
    Row("dashboard.access"),
    # the app's own store: a leaf that knows nothing of the board
    Row("dashboard.store.migrations", (), ()),
    Row("dashboard.store.migrations.*", (), ("alembic", "sqlalchemy")),
    Row("dashboard.store.schema", (*names("store"), *FAULTS), ("alembic", "sqlalchemy")),
    Row("dashboard.store", (), ()),
    Row("dashboard.store.*", (*names("store"), "queries.columns", *FAULTS), ("sqlalchemy",)),
    Row(
        "dashboard.settings",
        (*PROMISE, *names("access.rules", "access.way", "store.address"), "queries"),
        ("pydantic", "pydantic_settings", "sqlalchemy"),
    ),
    Row("dashboard.serving"),
    Row("dashboard.frame", names("pages", "drawing"), ("dash",)),
    Row("dashboard.app", ("dashboard", "queries"), ("dash", "dash_bootstrap_components", "flask", "werkzeug")),
    # a screen that nobody touches
    Row("dashboard.kiosk"),
    Row("dashboard.kiosk.devtools"),
    Row("dashboard.kiosk.browser", names("kiosk.devtools")),
    Row("dashboard.kiosk.watch", names("kiosk.devtools", "logs")),
    Row("dashboard.cli", (*names("commands"), *FAULTS), ("typer", "rich")),
    Row("dashboard.commands", (), ()),
    Row("dashboard.commands.*", ("dashboard", "queries"), ("typer", "rich", "sqlalchemy")),
    Row("dashboard"),
)


def trespasses(root: Path, table: tuple[Row, ...] = TABLE) -> list[str]:
    """Return a sentence for every import in the two leaves under ``root`` that the table does not allow."""
    return [
        said for leaf in LEAVES for path in sorted((root / leaf).rglob("*.py")) for said in _said(root, path, table)
    ]


def _said(root: Path, path: Path, table: tuple[Row, ...]) -> Iterator[str]:
    module, where = module_name(root, path), path.relative_to(root)
    row = next((row for row in table if fnmatchcase(module, row.modules)), None)
    if row is None:
        yield f"{where}: no row of the table in tests/layers.py says what {module} may import"
        return
    for line, name in imports(root, path):
        if not allowed(name, row):
            yield f"{where}:{line}: {module} may not import {name} (row {row.modules!r})"


def module_name(root: Path, path: Path) -> str:
    """Return the dotted name of a file."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def allowed(name: str, row: Row) -> bool:
    """Return whether a row lets its modules import ``name``."""
    top = name.partition(".")[0]
    if top in LEAVES:
        return any(name == ours or name.startswith(f"{ours}.") for ours in row.ours)
    return top in sys.stdlib_module_names or top in row.others


def imports(root: Path, path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of everything a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(root, path, node)
            yield from ((node.lineno, _target(root, base, alias.name)) for alias in node.names)


def _base(root: Path, path: Path, node: ast.ImportFrom) -> str:
    """Return the module an import is from, with leading dots worked out."""
    if node.level == 0:
        return node.module or ""
    folder = path.relative_to(root).parts[: -node.level]
    return ".".join([*folder, *([node.module] if node.module else [])])


def _target(root: Path, base: str, name: str) -> str:
    """Return ``base.name`` when that is a module of ours, else ``base``: a name taken from it."""
    inside = root.joinpath(*base.split("."), name)
    return f"{base}.{name}" if inside.is_dir() or inside.with_suffix(".py").exists() else base
