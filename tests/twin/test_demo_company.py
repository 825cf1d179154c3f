"""Board and twin agree on the demo's company at 200 moments, those among them at which calendars go wrong."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy.engine import URL

from queries.demo.make import Made
from queries.demo.plan import Plan
from tests.demo.companies import made, rows_at
from tests.postgres import Server
from tests.twin.beside import Beside, beside, twin
from tests.twin.rows import Row, Rows

UNTIL = datetime(2027, 4, 7, 12, tzinfo=UTC)
LEADS, MOMENTS, PARTS = 3000, 200, 4
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


class Company(NamedTuple):
    """The demo's company on both engines: its two files, its rows, and what each engine's board says."""

    papers: Made
    rows: Rows
    boards: dict[str, Beside]

    def wrong(self, papers: tuple[str, str], asked: list[datetime]) -> dict[tuple[str, str], list[str]]:
        """What either engine's board says otherwise than the twin, which is asked once a moment, for both."""
        found = {}
        for one in asked:
            told = twin(*papers, self.rows, one)
            for engine, board in self.boards.items():
                found[engine, one.isoformat()] = board.differences(*papers, told, one)
        return {which: said for which, said in found.items() if said}


@pytest.fixture(scope="module")
def company(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    file = URL.create("sqlite", database=str(tmp_path_factory.mktemp("demo") / "warehouse.db"))
    with postgres.empty() as server, beside(file) as one, beside(server) as other:
        papers, again = (made(url, Plan(11, UNTIL, LEADS)) for url in (file, server))
        rows = rows_at(file)
        assert again == papers
        assert in_order(rows_at(server)) == in_order(rows)
        yield Company(papers, Rows(rows), {"sqlite": one, "postgresql": other})


def in_order(rows: dict[str, list[Row]]) -> dict[str, list[str]]:
    return {name: sorted(map(repr, some)) for name, some in rows.items()}


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


@pytest.mark.parametrize("part", range(PARTS))
def test_board_and_twin_agree_at_200_moments_on_both_engines(company: Company, part: int) -> None:
    asked = moments(company.rows)
    assert len(asked) == MOMENTS
    assert company.wrong((company.papers.company, company.papers.agreement), asked[part::PARTS]) == {}


def test_board_and_twin_agree_under_another_agreement(company: Company) -> None:
    company_file, agreement = (HERE / name for name in ("other_company.toml", "other_agreement.toml"))
    papers = company_file.read_text(encoding="utf-8"), agreement.read_text(encoding="utf-8")
    assert company.wrong(papers, moments(company.rows)[::5]) == {}
