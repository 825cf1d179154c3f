"""The rows behind a number: in the same order and by the same filters on every engine, and page by page all of them."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cmp_to_key
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from queries.deals import open_deals, won_deals
from queries.leads import Lowest, ready_leads
from queries.listing import DEALS, LEADS, Asked, Filter, Listing
from queries.tables import deals, leads, reps
from queries.warehouse import prepare, reader, reading, writer
from tests.attack.corpus import NO_TEXT, cells
from tests.postgres import Server

AS_OF = datetime(2026, 11, 18, 13, 30, tzinfo=UTC)
FIRST = datetime(2026, 10, 1, tzinfo=UTC)
WORDS = (
    "Web",
    "web",
    "WEB ",
    "Müller",
    "MÜLLER",
    "straße",
    "ÉTÉ",
    "été",
    "Ωmega",
    "ωMEGA",
    "Привет",
    "100%",
    "a_b",
    "a/b",
)
Row = dict[str, Any]


def filled(url: URL, count: int) -> tuple[list[Row], list[Row], dict[str, str]]:
    """Plant leads and deals; return them, and the names of the reps."""
    dice = random.Random(5)
    # SQLite takes the two signs that are none for any other; text behind a NUL it does not search at all
    strange = [one for one in islice(cells(8), 400) if not {*one} & {"\x00", "\ufffe", "\uffff"}]
    words = [*WORDS, *strange]
    people = {f"r{n}": dice.choice(words) for n in range(20)}
    some: Callable[[Any], Any] = lambda value: value if dice.random() < 0.8 else None  # noqa: E731

    def at() -> datetime:
        return FIRST + timedelta(minutes=dice.randrange(60_000))

    ids = [f"{one}{n}" for n, one in enumerate(dice.choices(words, k=count))]
    made = [
        {
            **{name: some(dice.choice(words)) for name in ("persona", "label", "missing", "campaign_id", "url")},
            **{name: some(dice.choice(("high", "medium", "low", "LOW"))) for name in ("fit", "interest")},
            **{name: some(at()) for name in ("assigned_at", "accepted_at", "rejected_at", "loaded_at")},
            "lead_id": one,
            "source": dice.choice(words),
            "created_at": at(),
            "ready_at": at(),
            "owner_id": some(dice.choice([*people, "nobody"])),
            "rating": some(dice.randrange(1, 6)),
            "duplicate_of": "x" if dice.random() < 0.1 else None,
            "rejection_reason": some(dice.choice(words)),
        }
        for one in ids
    ]
    sold = [
        {
            **{name: some(dice.choice(words)) for name in ("label", "stage", "customer_id", "lead_id", "url")},
            "deal_id": f"d{n}",
            "rep_id": dice.choice([*people, "nobody"]),
            "amount": some(Decimal(dice.randrange(-(10**6), 10**8)) / 10_000),
            "created_at": at(),
            "won_at": at(),
            "lost_at": None,
            "loaded_at": None,
            "expected_close_on": some(date(2026, 10, 1) + timedelta(days=dice.randrange(60))),
        }
        for n in range(count // 2)
    ]
    engine = writer(url)
    prepare(engine)
    with engine.begin() as connection:
        connection.execute(reps.insert(), [{"rep_id": one, "name": name} for one, name in people.items()])
        connection.execute(leads.insert(), made)
        connection.execute(deals.insert(), sold)
    engine.dispose()
    return made, sold, people


class Planted:
    """A warehouse on one engine, and the rows as they were planted."""

    def __init__(self, url: URL) -> None:
        made, sold, people = filled(url, 1000)
        self.rows = {
            "leads": [row | {"rep": people.get(row["owner_id"], row["owner_id"])} for row in made],
            "deals": [row | {"rep": people.get(row["rep_id"], row["rep_id"])} for row in sold],
        }
        self.engine = reader(url, 60)

    def listing(self, connection: Connection, name: str) -> Listing:
        candidates = ready_leads(AS_OF, Lowest()) if name == "leads" else won_deals(AS_OF, "money")
        return Listing(connection, candidates, FIRST, AS_OF + timedelta(days=60), {})


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def planted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres: Server
) -> Iterator[Planted]:
    if request.param == "sqlite":
        one = Planted(URL.create("sqlite", database=str(tmp_path_factory.mktemp("listing") / "warehouse.db")))
        yield one
        one.engine.dispose()
    else:
        with postgres.empty() as url:
            one = Planted(url)
            yield one
            one.engine.dispose()


COLUMNS = [("leads", one) for one in LEADS] + [("deals", one) for one in DEALS]
KEY = {"leads": "lead_id", "deals": "deal_id"}


def in_order(rows: list[Row], order: list[tuple[str, bool]], key: str) -> list[Row]:
    """The slow, plain way: empty ones last, whichever way; ties by id."""

    def compared(one: Row, other: Row) -> int:
        for name, downwards in order:
            a, b = one[name], other[name]
            if a != b:
                if a is None or b is None:
                    return 1 if a is None else -1
                return (1 if a > b else -1) * (-1 if downwards else 1)
        return -1 if one[key] < other[key] else 1

    return sorted(rows, key=cmp_to_key(compared))


@pytest.mark.parametrize("downwards", [False, True], ids=["up", "down"])
@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table}.{one.name}" for table, one in COLUMNS])
def test_rows_are_sorted_by_any_column_as_plain_python_sorts_them(
    planted: Planted, table: str, column: Any, downwards: bool
) -> None:
    order = [(column.name, downwards)]
    with reading(planted.engine) as connection:
        found = planted.listing(connection, table).ids(Asked(order=order))
    expected = in_order(planted.rows[table], order, KEY[table])
    assert [one for one, _ in found] == [row[KEY[table]] for row in expected]


def test_a_second_column_orders_what_the_first_leaves_equal_and_without_one_the_newest_come_first(
    planted: Planted,
) -> None:
    order = [("source", True), ("rating", False)]
    with reading(planted.engine) as connection:
        listing = planted.listing(connection, "leads")
        by_two, newest = listing.page(Asked(0, 2000, order)), listing.page(Asked(0, 2000))
    assert [one["lead_id"] for one in by_two] == [
        one["lead_id"] for one in in_order(planted.rows["leads"], order, "lead_id")
    ]
    assert [one["lead_id"] for one in newest] == [
        one["lead_id"] for one in in_order(planted.rows["leads"], [("ready_at", True)], "lead_id")
    ]


def plainly(value: Any, asked: Filter) -> bool:
    """What a filter means, in plain Python."""
    operation, one = asked.operation, asked.operand
    if operation in ("blank", "filled"):
        return (value is None) == (operation == "blank")
    if value is None:
        return operation in ("lacks", "is not")
    if operation in ("is", "is not"):
        return (value == one) == (operation == "is")
    if operation in ("from", "before"):
        return (value >= one) == (operation == "from")
    value, one = small(value), small(one)
    return bool(
        {"contains": one in value, "lacks": one not in value, "begins": value[: len(one)] == one}.get(
            operation, value[len(value) - len(one) :] == one
        )
    )


def small(text: str) -> str:
    """Small letters, where one capital stands for one small letter and back."""
    alone = (one.lower() if len(one.lower()) == 1 and one.lower().upper() == one else one for one in text)
    return "".join(alone)


def operands(rows: list[Row], name: str, kind: str) -> list[Any]:
    dice = random.Random(name)
    held = [row[name] for row in rows if row[name] is not None]
    if kind in ("number", "money"):
        return [Decimal(held[0]), Decimal("3"), Decimal("2.5"), Decimal(-1), Decimal(10**15), Decimal("0.1")]
    if kind != "text":
        return [*dice.sample(held, 3), min(held), max(held)]
    parts = [one[: dice.randrange(1, 5)] for one in dice.sample(held, 2)] + [one[-2:] for one in dice.sample(held, 1)]
    whole = [one.upper() for one in dice.sample(held, 2)] + dice.sample(held, 2)
    return [
        "",
        "%",
        "_",
        "/",
        "mÜL",
        "ÉT",
        "ß",
        "ωm",
        "ПРИ",
        "eb ",
        "абвгдежзийклмн",
        *parts,
        *[one[:200] for one in whole],
    ]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table}.{one.name}" for table, one in COLUMNS])
def test_every_filter_says_what_plain_python_says(planted: Planted, table: str, column: Any) -> None:
    rows, key = planted.rows[table], KEY[table]
    parts = ("contains", "lacks", "begins", "ends") if column.kind == "text" else ("from", "before")
    asked = [Filter(column.name, "blank"), Filter(column.name, "filled")]
    if any(row[column.name] is not None for row in rows):
        found = operands(rows, column.name, column.kind)
        asked += [Filter(column.name, how, one) for how in (*parts, "is", "is not") for one in found]  # type: ignore[arg-type]
    with reading(planted.engine) as connection:
        listing = planted.listing(connection, table)
        for one in asked:
            passed = {found for found, _ in listing.ids(Asked(filters=[one]))}
            assert passed == {row[key] for row in rows if plainly(row[column.name], one)}, one


def test_page_by_page_no_row_is_lost_and_none_comes_twice(planted: Planted) -> None:
    with reading(planted.engine) as connection:
        listing = planted.listing(connection, "leads")
        for order in ([], [("source", False)], [("fit", True)], [("reason", False)], [("rep", True)]):
            pages = [listing.page(Asked(start, 90, order)) for start in range(0, 1100, 90)]
            ids = [row["lead_id"] for page in pages for row in page]
            assert len(ids) == 1000
            assert {*ids} == {row["lead_id"] for row in planted.rows["leads"]}
            assert ids == [row["lead_id"] for row in listing.every(Asked(order=order))]


def test_the_groups_are_the_rows_counted_by_reason_also_of_those_that_pass_a_filter(planted: Planted) -> None:
    with reading(planted.engine) as connection:
        for name in ("leads", "deals"):
            listing = planted.listing(connection, name)
            for filters in ([], [Filter("rep", "contains", "e")], [Filter("label", "filled")]):
                groups, rows = listing.groups(filters), list(listing.every(Asked(filters=filters)))
                assert len(groups) > 1
                for group in groups:
                    mine = [row for row in rows if row["reason"] == group.reason]
                    chosen = listing.page(Asked(0, 2000, (), filters, [group.reason]))
                    assert len(mine) == group.rows == len(chosen)
                    if name == "deals" and not group.reason:
                        assert sum(row["amount"] for row in mine) == group.amount
                assert sum(group.rows for group in groups) == len(rows)


def test_a_filter_on_the_reason_is_a_filter_like_any_other(planted: Planted) -> None:
    with reading(planted.engine) as connection:
        listing = planted.listing(connection, "leads")
        counted = {group.reason: group.rows for group in listing.groups()}
        found = listing.page(Asked(0, 2000, (), [Filter("reason", "contains", "DUPL")]))
        assert len(found) == counted["duplicate"] > 50


def test_deals_are_placed_by_day_too(planted: Planted) -> None:
    with reading(planted.engine) as connection:
        days = (date(2026, 10, 5), date(2026, 11, 5))
        found = Listing(connection, open_deals(AS_OF, "customers"), *days, {}).page(Asked(0, 2000))
    held = [row for row in planted.rows["deals"] if row["expected_close_on"]]
    assert len(found) == sum(days[0] <= row["expected_close_on"] < days[1] for row in held) > 50


def test_rows_under_a_name_that_is_no_utf_8_are_found_by_it(sqlite_url: URL) -> None:
    filled(sqlite_url, 10)
    engine = writer(sqlite_url)
    with engine.begin() as connection:
        for place, raw in enumerate(NO_TEXT, 1):
            named = {"raw": raw, "place": place}
            connection.execute(text("UPDATE leads SET source = CAST(:raw AS TEXT) WHERE rowid = :place"), named)
            connection.execute(text("UPDATE leads SET lead_id = CAST(:raw AS TEXT) WHERE rowid = :place"), named)
    engine.dispose()
    with reading(reader(sqlite_url, 60)) as connection:
        candidates, until = ready_leads(AS_OF, Lowest()), AS_OF + timedelta(days=60)
        every = Listing(connection, candidates, FIRST, until, {}).page(Asked(0, 100))
        strange = [row for row in every if "\\x" in row["source"]]
        assert len({row["source"] for row in strange}) == len({row["lead_id"] for row in strange}) == len(NO_TEXT)
        for row in strange:
            mine = Listing(connection, candidates, FIRST, until, {"source": (row["source"],)})
            assert [one["lead_id"] for one in mine.page(Asked())] == [row["lead_id"]]
            assert mine.those([row["lead_id"]]) == {row["lead_id"]: row}
