"""Board and twin agree on the demo's company at 200 moments, those among them at which calendars go wrong."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from queries.demo.make import Made
from queries.demo.plan import Plan
from tests.demo.companies import made, rows_at
from tests.twin.beside import Beside, beside
from tests.twin.rows import Rows

UNTIL = datetime(2027, 4, 7, 12, tzinfo=UTC)
MOMENTS = 200
HERE = Path(__file__).parent

EVENTS = [("leads", "ready_at"), ("leads", "assigned_at"), ("deals", "won_at"), ("leads", "loaded_at")]
TURNS = [
    "2026-03-29T00:59:59+00:00",  # the clocks go forward in Berlin
    "2026-03-29T01:00:00+00:00",
    "2026-10-25T00:30:00+00:00",  # the hour that comes twice, first and second
    "2026-10-25T01:30:00+00:00",
    "2027-03-28T01:00:01+00:00",
    "2026-05-31T21:59:59+00:00",  # the end of a month
    "2026-05-31T22:00:00+00:00",
    "2026-12-31T22:59:59+00:00",  # the end of the year, in a week that belongs to both: 2026-W53
    "2026-12-31T23:00:00+00:00",
    "2027-01-02T12:00:00+00:00",
    "2027-01-03T22:59:59+00:00",
    "2027-01-03T23:00:00+00:00",  # a Monday's first instant
    "2026-11-15T23:00:00+00:00",
    "2026-12-25T10:00:00+00:00",  # a holiday
    "2026-10-03T13:00:00+00:00",  # a holiday on a Saturday
    "2026-06-20T08:00:00+00:00",  # a weekend
    "2026-06-17T07:00:00+00:00",  # work begins, and ends
    "2026-06-17T16:00:00+00:00",
    "2026-01-20T12:00:00+00:00",  # before any data, and before any agreement
    "2027-06-01T12:00:00+00:00",  # long after the last
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Beside, Made, Rows]]:
    """The demo's company on one engine, and its rows as that engine gives them."""
    if request.param == "sqlite":
        url = URL.create("sqlite", database=str(tmp_path_factory.mktemp("demo") / "warehouse.db"))
        yield from _made(url, 3000)
    else:
        with request.getfixturevalue("postgres").empty() as url:
            yield from _made(url, 3000)


def _made(url: URL, leads: int) -> Iterator[tuple[Beside, Made, Rows]]:
    papers = made(url, Plan(11, UNTIL, leads))
    with beside(url) as found:
        yield found, papers, Rows(rows_at(url))


def moments(rows: Rows) -> list[datetime]:
    """Those turns, the very instants of events, and as many random moments as it takes."""
    chance = random.Random(2026)
    events = [
        row[event]
        for table, event in (
            ("leads", "ready_at"),
            ("leads", "assigned_at"),
            ("deals", "won_at"),
            ("leads", "loaded_at"),
        )
        for row in chance.sample([row for row in getattr(rows, table) if row[event]], 10)
    ]
    exact = [datetime.fromisoformat(one) for one in TURNS] + events
    length = int((UNTIL - datetime(2026, 3, 1, tzinfo=UTC)).total_seconds())
    return exact + [UNTIL - timedelta(seconds=chance.randrange(length)) for _ in range(MOMENTS - len(exact))]


def test_board_and_twin_agree_at_200_moments(company: tuple[Beside, Made, Rows]) -> None:
    found, papers, rows = company
    asked = moments(rows)
    assert len(asked) == MOMENTS
    wrong = {
        one.isoformat(): told
        for one in asked
        if (told := found.differences(papers.company, papers.agreement, rows, one))
    }
    assert wrong == {}


def test_board_and_twin_agree_under_another_agreement(company: tuple[Beside, Made, Rows]) -> None:
    found, _, rows = company
    texts = [(HERE / name).read_text(encoding="utf-8") for name in ("other_company.toml", "other_agreement.toml")]
    wrong = {one.isoformat(): told for one in moments(rows)[::5] if (told := found.differences(*texts, rows, one))}
    assert wrong == {}
