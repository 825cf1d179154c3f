"""Questions about rows, as people mistype them and as attackers write them: answered or refused, never a fault."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL

from dashboard.asked import MOST_FILTERS, MOST_SORTS, OPERATIONS, Misasked, asked
from dashboard.calendar import Calendar
from dashboard.opened import Column
from dashboard.rows_api import REASON
from queries.leads import Lowest, ready_leads
from queries.listing import LEADS, Asked, Listing
from queries.warehouse import reader, reading
from tests.attack.corpus import NAMES, cells
from tests.attack.planted import planted, served, told, write
from tests.dashboard.company import WEDNESDAY, company, filled

COLUMNS = [*(Column(one.name, one.label, one.kind) for one in LEADS), REASON]
SIDES = {"counted": [""], "whole": [], "left out": ["duplicate", "loaded later"]}
CALENDAR: Calendar = company().calendar
NUMBERS = ("marketing.month.done", "sales.week.done", "followup.first_attempt.in_time", "quality.duplicates")
INJECTIONS = (
    "' OR '1'='1",
    "'; DROP TABLE leads; --",
    '" OR ""="',
    "\\'; DELETE FROM leads; --",
    "') UNION SELECT email FROM reps --",
    "1 OR 1=1",
    "1; SELECT pg_sleep(10)",
    "' || (SELECT email FROM reps) || '",
    "%' OR lead_id LIKE '%",
    "_%_/%/_",
    "$1 :label %(label)s ? ??",
    'x\' COLLATE "C" --',
    "E'\\x27 OR 1=1'",
    "%27%20OR%201=1",
    "／＇ OR １＝１",
    "/* */ OR /* */ 1=1",
)


def ask(**words: str) -> Asked:
    return asked(words, COLUMNS, SIDES, CALENDAR)


def test_an_address_without_words_asks_for_the_first_hundred_rows() -> None:
    assert ask() == Asked(0, 100, [], [], None)


def test_words_are_taken_as_they_are_meant() -> None:
    filters = json.dumps([["source", "contains", "WEB"], ["created_at", "is", "2026-11-18"], ["rating", "from", 3]])
    found = ask(start="200", count="50", sort="-ready_at,source", filter=filters, side="left out")
    assert (found.start, found.most, found.order) == (200, 50, [("ready_at", True), ("source", False)])
    assert found.reasons == ["duplicate", "loaded later"]
    assert [(one.column, one.operation) for one in found.filters] == [
        ("source", "contains"),
        ("created_at", "from"),
        ("created_at", "before"),
        ("rating", "from"),
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"start": "-1"}, "start must be a whole number"),
        ({"start": "١٢"}, "start must be a whole number"),
        ({"count": "501"}, "count must be a whole number"),
        ({"count": "1e2"}, "count must be a whole number"),
        ({"start": "9" * 5000}, "start must be a whole number"),
        ({"sort": "nothing"}, "not listed"),
        ({"sort": ",".join(["source"] * (MOST_SORTS + 1))}, "more than 10 columns"),
        ({"side": "elsewhere"}, "side must be one of"),
        ({"filter": "{}x"}, "must be a JSON list"),
        ({"filter": "[" * 100_000}, "must be a JSON list"),
        ({"filter": "7"}, "must be a JSON list"),
        ({"filter": '[["source"]]'}, "must be a JSON list"),
        ({"filter": '[["email", "is", "x"]]'}, "not listed"),
        ({"filter": '[["source", "from", "x"]]'}, "what can be asked of it is contains"),
        ({"filter": '[["rating", "contains", "3"]]'}, "what can be asked of it is is,"),
        ({"filter": '[["rating", "is", NaN]]'}, "a number that is none"),
        ({"filter": '[["rating", "is", 1e400]]'}, "a number that is none"),
        ({"filter": '[["rating", "is", 0.00001]]'}, "more than four decimals"),
        ({"filter": '[["rating", "is", null]]'}, "compares a number with"),
        ({"filter": '[["created_at", "is", "0001-01-01"]]'}, "before 1900"),
        ({"filter": '[["created_at", "is", "2026-02-30"]]'}, "a day is written like"),
        ({"filter": '[["created_at", "is not", "2026-02-20"]]'}, "what can be asked of it"),
        ({"filter": '[["source", "is", null]]'}, "a text with something else"),
        ({"filter": json.dumps([["source", "is", "x" * 201]])}, "more than 200 letters"),
        ({"filter": '[["source", "is", "a\\u0000"]]'}, "a text that cannot be"),
        ({"filter": '[["source", "is", "\\ud800"]]'}, "a text that cannot be"),
        ({"filter": json.dumps([["source", "is", "x"]] * (MOST_FILTERS + 1))}, "more than 10 conditions"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_cannot_be_meant_is_refused_in_words(words: dict[str, str], says: str) -> None:
    with pytest.raises(Misasked, match=says) as refused:
        ask(**words)
    assert len(str(refused.value)) < 400


def test_a_reason_that_no_row_has_asks_for_no_row() -> None:
    assert ask(reason="duplicate").reasons == ["duplicate"]
    assert ask(reason="\x00' OR 1=1").reasons == []


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("asked")
    rows, url = planted(2, nul=True, leads=60, huge=False), URL.create("sqlite", database=str(folder / "warehouse.db"))
    write(url, rows).dispose()
    with served(told(url, rows), folder) as found:
        yield found


def odd(dice: random.Random) -> str:
    return dice.choice(ODD)


ODD = [
    *(
        "",
        "0",
        "1",
        "-1",
        "1.5",
        "1e9",
        "٣",
        "NaN",
        "Infinity",
        "0x10",
        " 5",
        "5\n",
        "9" * 300,
        "\x00",
        "\ufffd",
        "null",
    ),
    *("0001-01-01", "9999-12-31T23:59:59", "2026-12-31T23:59:60Z", "2026-11-18T12:00+99:99", "2026-11-18T12:00-23:59"),
    *("2026-02-30", "2026-W47", "20261118", "2026-11-18T25:00", "0000-00-00", "-2026-11-18", "2026-11-18T12:00:00,5Z"),
    *(
        "2060-01-01",
        "1994-12-31T23:59:59.999999",
        "2026-11-18T10:00:00Z",
        "2026-11-18T10:00",
        "[]",
        "{}",
        "[[]]",
        "[" * 500,
    ),
    *INJECTIONS,
    *NAMES[:40],
]


def question(dice: random.Random) -> list[tuple[str, str]]:
    """A question, mostly well meant, in which something is odd."""
    column, kind = dice.choice(
        [(one.name, one.kind) for one in COLUMNS] + [("attempts", "number"), ("due_at", "instant")]
    )
    well = dice.random() < 0.5
    condition = [column, dice.choice([*OPERATIONS["text"], *OPERATIONS["number"]]), odd(dice)]
    operand: Any = dice.choice([odd(dice), 3, -1, 2.5, True, None, [], {}, 10**30, "2026-11-18", "\ud800", {"a": [1]}])
    if well:
        condition = [column, "filled", ""]
    filters = [
        dice.choice([condition, [column, dice.choice(OPERATIONS[kind]), operand]])
        for _ in range(dice.choice([1, 1, 2, 12]))
    ]
    words = {
        "number": dice.choice([*NUMBERS * 8, odd(dice)]),
        "as_of": dice.choice(["", "", "", odd(dice)]),
        "start": dice.choice(["", "0", "10", odd(dice)]),
        "count": dice.choice(["", "5", odd(dice)]),
        "sort": dice.choice(["", column, f"-{column}", "reason,source", f"kept,{column}", odd(dice)]),
        "side": dice.choice(["", "", "counted", "left out", odd(dice)]),
        "filter": dice.choice(["", json.dumps(filters), json.dumps(filters), json.dumps(filters)[:-1], odd(dice)]),
        "reason": dice.choice([None, None, None, odd(dice)]),
    }
    if well:
        words |= {"as_of": "", "start": "0", "count": "20", "side": "", "filter": json.dumps([condition, condition])}
    found = [(name, value) for name, value in words.items() if value is not None]
    return found + ([(dice.choice(found)[0], odd(dice))] if dice.random() < 0.2 else [])


@pytest.mark.parametrize(("path", "count"), [("/api/rows", 1500), ("/api/rows.csv", 350), ("/api/rows.xlsx", 150)])
def test_two_thousand_odd_questions_are_answered_or_refused_and_none_is_a_fault(
    client: FlaskClient, path: str, count: int
) -> None:
    dice, seen = random.Random(path), {200: 0, 400: 0, 404: 0}
    for _ in range(count):
        words = question(dice)
        answer = client.get(path, query_string=words)
        assert answer.status_code in seen, (words, answer.data[:300])
        seen[answer.status_code] += 1
        if answer.status_code == 200 and path == "/api/rows":
            json.loads(answer.data, parse_constant=pytest.fail)
        if answer.status_code != 200:
            assert answer.json
            assert 10 < len(answer.json["error"]) < 500
    assert min(seen.values()) > count / 100, seen
    assert seen[200] > count / 5, seen


class Statements:
    """The texts of the statements that a warehouse is sent."""

    def __init__(self, engine: Engine) -> None:
        self.texts: set[str] = set()
        event.listen(engine, "before_cursor_execute", lambda _c, _d, text, *_: self.texts.add(text))


def test_no_payload_reaches_the_text_of_a_statement_and_no_row_is_shown_that_should_not_be(warehouse_url: URL) -> None:
    filled(warehouse_url, 40).dispose()
    engine = reader(warehouse_url, 60)
    seen = Statements(engine)
    payloads = [*INJECTIONS, *[one for one in cells_of(50) if "\x00" not in one and len(one) <= 200]]
    plain = ("harmless", "hàrmless", "àáâäçèé")
    with reading(engine) as connection:
        listing = Listing(connection, ready_leads(WEDNESDAY, Lowest()), WEDNESDAY.replace(day=1), WEDNESDAY, {})

        def put(words: str) -> int:
            found = 0
            for column in ("source", "reason"):
                for operation in OPERATIONS["text"]:
                    wanted = asked({"filter": json.dumps([[column, operation, words]])}, COLUMNS, SIDES, CALENDAR)
                    found += len(listing.page(wanted)) if operation in ("is", "contains", "begins", "ends") else 0
                    listing.groups(wanted.filters)
            where = Listing(connection, listing.candidates, WEDNESDAY.replace(day=1), WEDNESDAY, {"source": (words,)})
            return found + len(where.page(Asked(reasons=[words])))

        assert [put(words) for words in plain] == [0, 0, 0]
        known = {*seen.texts}
        assert len(known) < 80
        for words in payloads:
            assert put(words) == 0 or words.lower() in "web", words
        assert {one for one in seen.texts - known if "CAST(" not in one} == set()
        assert len(listing.page(Asked())) == 40
    engine.dispose()


def cells_of(count: int) -> list[str]:
    found = cells(4)
    return [next(found) for _ in range(count)]


@pytest.mark.parametrize("words", INJECTIONS)
def test_a_payload_in_any_word_of_an_address_is_a_word(client: FlaskClient, words: str) -> None:
    for name in ("number", "as_of", "start", "count", "sort", "side", "filter"):
        known = {"number": "marketing.month.done"} | {name: words}
        answer = client.get("/api/rows", query_string=known)
        assert answer.status_code in (400, 404), (name, answer.data[:200])
    assert client.get("/api/rows", query_string={"number": "marketing.month.done", "reason": words}).json["rows"] == []  # type: ignore[index]


def test_the_leads_behind_a_follow_up_number_are_filtered_and_sorted_by_their_verdicts(client: FlaskClient) -> None:
    def rows(**words: str) -> list[dict[str, Any]]:
        answer = client.get("/api/rows", query_string={"number": NUMBERS[2], "count": "500", **words})
        assert answer.json
        found: list[dict[str, Any]] = answer.json["rows"]
        assert answer.json["total"] == len(found)
        return found

    every = rows()
    tried = rows(filter='[["attempts", "from", 1]]')
    assert tried == [one for one in every if one["attempts"]]
    assert {one["attempts"] for one in tried} == {1}
    part = rows(filter='[["reason", "filled", ""], ["first", "contains", "IN TIME"]]')
    assert part == [one for one in every if "in time" in (one["first"] or "")]
    ordered = rows(sort="-attempts,lead_id")
    assert ordered == sorted(every, key=most_first)
    assert rows(sort="fit,-attempts") == sorted(sorted(every, key=most_first), key=lambda one: one["fit"])


def most_first(one: dict[str, Any]) -> tuple[bool, int, str]:
    """Most attempts first, leads that are not judged last, ties by id."""
    return one["attempts"] is None, -(one["attempts"] or 0), one["lead_id"]
