"""The data itself goes wrong, or looks as if it did: F9 to F20."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, text

from queries.tables import metadata
from tests.faults.campaign import Fault
from tests.faults.company import Row, now, row
from tests.faults.scene import Scene

REFUSED = ("refused",)
PG = ("postgresql",)


def altered(there: str, back: str) -> Callable[[Scene], Any]:
    """A warehouse altered by one statement, and put right by another."""

    @contextmanager
    def doing(scene: Scene) -> Iterator[None]:
        with scene.company.paused():
            _run(scene, there)
            yield
            _run(scene, back)

    return doing


def _run(scene: Scene, words: str) -> None:
    with scene.company.writer.begin() as connection:
        for one in words.split(";"):
            connection.execute(text(one))


def renamed(table: str, column: str) -> Fault:
    """F9: a column has another name."""
    there = f"ALTER TABLE {table} RENAME COLUMN {column} TO {column}_old"
    back = f"ALTER TABLE {table} RENAME COLUMN {column}_old TO {column}"
    says = rf"{table}\.{column} is missing"
    return Fault("F9", f"{table}.{column} renamed", altered(there, back), says, REFUSED, lasts=3)


def retyped(table: str, column: str) -> Fault:
    """F9: a column is of another kind; SQLite has none to change."""
    there = f"ALTER TABLE {table} ALTER COLUMN {column} TYPE text USING {column}::text"
    kind = str(metadata.tables[table].c[column].type.compile(_postgresql()))
    back = f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} USING {column}::{kind}"
    return Fault("F9", f"{table}.{column} retyped", altered(there, back), "of another kind", REFUSED, PG, lasts=3)


def _postgresql() -> Any:
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect()


def required() -> list[tuple[str, str]]:
    """Every column that the contract demands, of the tables that it demands."""
    return [
        (table.name, column.name)
        for table in metadata.sorted_tables
        if not table.info.get("optional")
        for column in table.columns
        if not column.nullable
    ]


@contextmanager
def emptied(scene: Scene) -> Iterator[None]:
    """F11: all leads are gone, and no load says so."""
    with scene.company.paused():
        before = scene.company.tables

        def gone(connection: Connection) -> None:
            connection.execute(metadata.tables["leads"].delete())

        def back_again(connection: Connection) -> None:
            connection.execute(metadata.tables["leads"].insert(), before["leads"])

        scene.company.commit(gone, before | {"leads": []}, whole=False)
        yield
        scene.company.commit(back_again, before)


@contextmanager
def true_zero(scene: Scene) -> Iterator[None]:
    """F12: all leads are gone, and a complete load vouches for it: a zero that is true."""
    company = scene.company
    with company.paused():
        before = company.tables
        mark = load(scene, "leads", "ok", complete_through=now())

        def gone(connection: Connection) -> None:
            connection.execute(metadata.tables["leads"].delete())
            connection.execute(metadata.tables["loads"].insert(), [mark])

        company.commit(gone, before | {"leads": [], "loads": [*before["loads"], mark]})
        assert scene.settle(30) is not None, "the change was not shown"
        yield
        company.commit(
            lambda connection: connection.execute(metadata.tables["leads"].insert(), before["leads"]),
            company.tables | {"leads": before["leads"]},
        )


def load(scene: Scene, table: str, status: str, **more: Any) -> Row:
    """A new row of the log of loads."""
    number = 1 + max((one["load_id"] for one in scene.company.tables["loads"]), default=0)
    return row("loads", load_id=number, table_name=table, loaded_at=now(), status=status) | more


def half_loaded(scene: Scene, tables: tuple[str, ...], pause: float) -> Iterator[None]:
    """A load that is written in two transactions, and says so."""
    company = scene.company
    with company.paused():
        parts: list[dict[str, list[Row]]] = [{"leads": [], "deals": []}, {"leads": [], "deals": []}]
        for part in parts:
            for _ in range(5):
                part["leads"].append(company.lead(now()))
                part["deals"].append(company.deal(now(), 1000))
        first = {name: parts[0][name] if name in tables else [] for name in ("leads", "deals")}
        rest = {name: parts[1][name] + ([] if name in tables else parts[0][name]) for name in ("leads", "deals")}
        for name in ("leads", "deals"):
            company.add({"loads": [load(scene, name, "running")]})
        company.add(first, whole=False)
        scene.witness.watch(pause)
        yield
        company.add(rest, whole=False)
        for place, name in enumerate(("leads", "deals")):
            company.add({"loads": [load(scene, name, "ok")]}, whole=place == 1)


@contextmanager
def half(scene: Scene) -> Iterator[None]:
    """F13."""
    yield from half_loaded(scene, ("leads", "deals"), 0)


@contextmanager
def half_of_the_tables(scene: Scene) -> Iterator[None]:
    """F14: the deals are in, their leads are not."""
    yield from half_loaded(scene, ("deals",), 0)


@contextmanager
def quick_loads(scene: Scene) -> Iterator[None]:
    """F13 at twenty points: half a load that is whole again a moment later is never seen, and nothing is said."""
    for part in range(20):
        for _ in half_loaded(scene, ("leads", "deals"), 0.1 + 0.07 * part):
            pass
        scene.witness.watch(0.4)
    yield


def twice(table: str, key: str) -> Fault:
    """F15: a load ran twice into a table without a key, so that some rows are there twice."""
    columns = ", ".join(metadata.tables[table].columns.keys())
    there = (
        f"ALTER TABLE {table} RENAME TO {table}_once;"
        f"CREATE VIEW {table} AS SELECT {columns} FROM {table}_once UNION ALL "
        f"SELECT {columns} FROM (SELECT * FROM {table}_once ORDER BY created_at DESC LIMIT 9) newest"
    )
    back = f"DROP VIEW {table}; ALTER TABLE {table}_once RENAME TO {table}"
    return Fault("F15", f"{table} loaded twice", altered(there, back), f"{table}.*{key}", REFUSED, lasts=3)


@contextmanager
def late(scene: Scene) -> Iterator[None]:
    """F16: rows of three days ago arrive now."""
    with scene.company.paused():
        days_ago = now() - timedelta(days=3)
        rows = [scene.company.lead(days_ago, loaded_at=now()) for _ in range(7)]
        scene.company.add({"leads": rows, "deals": [scene.company.deal(days_ago, 4321, loaded_at=now())]})
        assert scene.settle(30) is not None, "the change was not shown"
        yield


@contextmanager
def merged(scene: Scene) -> Iterator[None]:
    """F17: some leads are deleted, some are found to be duplicates, and one of those is none after all."""
    company, leads = scene.company, metadata.tables["leads"]
    with company.paused():
        before = company.tables["leads"]
        gone, twins = before[-3:], before[-9:-3]
        flagged = [one | {"duplicate_of": before[0]["lead_id"]} for one in twins]

        def write(connection: Connection) -> None:
            connection.execute(leads.delete().where(leads.c.lead_id.in_([one["lead_id"] for one in gone])))
            found = leads.c.lead_id.in_([one["lead_id"] for one in twins])
            connection.execute(leads.update().where(found).values(duplicate_of=before[0]["lead_id"]))

        company.commit(write, company.tables | {"leads": before[:-9] + flagged})
        assert scene.settle(30) is not None, "the change was not shown"
        first = leads.c.lead_id == twins[0]["lead_id"]
        company.commit(
            lambda connection: connection.execute(leads.update().where(first).values(duplicate_of=None)),
            company.tables | {"leads": [*before[:-9], twins[0], *flagged[1:]]},
        )
        assert scene.settle(30) is not None, "the change was not shown"
        yield


@contextmanager
def future(scene: Scene) -> Iterator[None]:
    """F19: rows that say they happen in two hours, and in two years."""
    with scene.company.paused():
        for ahead in (timedelta(hours=2), timedelta(days=730)):
            when = now() + ahead
            scene.company.add({"leads": [scene.company.lead(when)], "deals": [scene.company.deal(when, 99_999)]})
        assert scene.settle(30) is not None, "the change was not shown"
        yield


TOO_LARGE = ("1e30", "9e307", "9e15")


def odd_amounts(kinds: tuple[str, ...]) -> Callable[[Scene], Any]:
    """F20: amounts that are none."""

    @contextmanager
    def doing(scene: Scene) -> Iterator[None]:
        company, deals = scene.company, metadata.tables["deals"]
        with company.paused():
            before = company.tables
            rows = [company.deal(now() - timedelta(seconds=1), None) for _ in kinds]

            def write(connection: Connection) -> None:
                connection.execute(deals.insert(), rows)
                for one, kind in zip(rows, kinds, strict=True):
                    words = f"UPDATE deals SET amount = {kind} WHERE deal_id = '{one['deal_id']}'"
                    connection.execute(text(words))

            # none of them is an amount: to the oracle they are rows too large or below zero, left out with a word
            told = [
                one | {"amount": 10**13 if kind in TOO_LARGE else -1} for one, kind in zip(rows, kinds, strict=True)
            ]
            company.commit(write, before | {"deals": before["deals"] + told})
            assert scene.settle(30) is not None, "the change was not shown"
            yield
            ours = deals.c.deal_id.in_([one["deal_id"] for one in rows])
            company.commit(lambda connection: connection.execute(deals.delete().where(ours)), before)

    return doing


FAULTS = [
    *(renamed(*one) for one in required()),
    Fault(
        "F9",
        "deals.expected_close_on renamed, optional, but there before",
        altered(
            "ALTER TABLE deals RENAME COLUMN expected_close_on TO somewhere_else",
            "ALTER TABLE deals RENAME COLUMN somewhere_else TO expected_close_on",
        ),
        "expected_close_on is missing, and was there before",
        REFUSED,
        lasts=3,
    ),
    *(retyped(*one) for one in (("leads", "created_at"), ("activities", "happened_at"), ("deals", "created_at"))),
    retyped("deals", "amount"),
    Fault(
        "F10",
        "column added",
        altered("ALTER TABLE leads ADD COLUMN colour TEXT", "ALTER TABLE leads DROP COLUMN colour"),
    ),
    Fault("F11", "leads emptied", emptied, "leads 0, was [0-9,]+", REFUSED),
    Fault("F12", "a true zero", true_zero, grace=2),
    Fault("F13", "half a load", half, "load of (leads|deals) has been running", ("stale",)),
    Fault("F13", "half a load, twenty times for a moment", quick_loads, lasts=1),
    Fault("F14", "half a load: deals in, leads not", half_of_the_tables, "load of .* running", ("stale",)),
    twice("leads", "lead_id"),
    twice("deals", "deal_id"),
    Fault("F16", "late rows", late),
    Fault("F17", "rows deleted, merged, parted", merged),
    Fault("F19", "rows of the future", future),
    Fault("F20", "amounts that are none", odd_amounts(("1e30", "-5000", "9e307")), engines=("sqlite",)),
    Fault("F20", "amounts that are none", odd_amounts(("'NaN'", "-5000", "9e15")), engines=PG),
    Fault("F20", "infinity in a file", odd_amounts(("9e999", "'NaN'", "'n/a'")), engines=("sqlite",)),
]
