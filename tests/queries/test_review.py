"""Lead review and campaigns: on each engine the same as a slow, plain reading of every row; nothing of the future."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.engine import URL

from queries import ages, campaigns, review
from queries.demo.plan import Plan
from queries.leads import Lowest
from queries.moments import Range
from queries.warehouse import reader, reading
from tests.demo.companies import Rows, made, rows_at
from tests.postgres import Server

NOW = datetime(2026, 11, 18, 12, 32, 10, tzinfo=UTC)
WEEK = Range(datetime(2026, 11, 1, 23, tzinfo=UTC), datetime(2026, 11, 8, 23, tzinfo=UTC))
DAYS = date(2026, 11, 2), date(2026, 11, 9)
LATER = timedelta(days=7)


class Company:
    """A made-up company: a connection to its warehouse, and all of its rows."""

    def __init__(self, connection: Connection, rows: Rows) -> None:
        self.connection, self.rows = connection, rows
        self.leads = {row["lead_id"]: row for row in rows["leads"]}
        self.there = ages.present(connection)


def opened(url: URL) -> Iterator[Company]:
    made(url, Plan(3, NOW, 1200))
    engine = reader(url, 60)
    with reading(engine) as connection:
        yield Company(connection, rows_at(url))
    engine.dispose()


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    yield from opened(URL.create("sqlite", database=str(tmp_path_factory.mktemp("review") / "demo.db")))


@pytest.fixture(scope="module")
def on_postgresql(postgres: Server) -> Iterator[Company]:
    with postgres.empty() as url:
        yield from opened(url)


@pytest.fixture(params=["on_sqlite", "on_postgresql"])
def company(request: pytest.FixtureRequest) -> Any:
    """A made-up company on each engine."""
    return request.getfixturevalue(request.param)


def known(row: dict[str, Any], born: str, as_of: datetime) -> bool:
    return bool((row["loaded_at"] or row[born]) < as_of)


def within(at: datetime | None, as_of: datetime) -> bool:
    return at is not None and WEEK.start <= at < WEEK.end and at < as_of


def decided(row: dict[str, Any], as_of: datetime) -> tuple[str, datetime] | None:
    found = [(row[f"{one}_at"], one) for one in ("accepted", "rejected")]
    first = min((one for one in found if one[0] is not None and one[0] < as_of), default=None)
    return (first[1], first[0]) if first else None


def plainly(company: Company, as_of: datetime) -> Counter[tuple[str, str]]:
    """Return what was settled in the week, row by row."""
    found: Counter[tuple[str, str]] = Counter()
    for row in company.rows["leads"]:
        told = decided(row, as_of)
        ready = row["ready_at"] is not None and row["ready_at"] < as_of
        if told and ready and within(told[1], as_of) and known(row, "created_at", as_of) and not row["duplicate_of"]:
            found[row["lead_id"], told[0]] += 1
    for row in company.rows["deals"]:
        lead = company.leads.get(row["lead_id"])
        if lead is None or lead["duplicate_of"] or not known(row, "created_at", as_of):
            continue
        if within(row["won_at"], as_of) and first_of(company, row, as_of):
            found[row["lead_id"], "won"] += 1
        if within(row["lost_at"], as_of) and not (row["won_at"] and row["won_at"] <= row["lost_at"]):
            found[row["lead_id"], "lost"] += 1
    return found


def first_of(company: Company, deal: dict[str, Any], as_of: datetime) -> bool:
    mine = [
        one
        for one in company.rows["deals"]
        if one["won_at"] and one["customer_id"] is not None and one["customer_id"] == deal["customer_id"]
    ]
    return all((deal["won_at"], deal["deal_id"]) <= (one["won_at"], one["deal_id"]) for one in mine)


@pytest.mark.parametrize("as_of", [WEEK.end, WEEK.start + timedelta(days=3, hours=11)])
def test_what_was_settled_is_what_the_rows_say(company: Company, as_of: datetime) -> None:
    found = review.settled(company.connection, WEEK, as_of)
    assert Counter((one.lead_id, one.outcome) for one in found) == plainly(company, as_of)
    assert {one.outcome for one in found} >= {"accepted", "rejected"}
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert all(one.at < as_of for one in found)


def test_a_story_holds_both_sides_rows_and_nothing_of_the_future(company: Company) -> None:
    as_of = WEEK.end
    ids = [one.lead_id for one in review.settled(company.connection, WEEK, as_of)]
    stories = review.stories(company.connection, ids, as_of, company.there)
    assert [one.lead.lead_id for one in stories] == ids
    for one in stories:
        mine = {
            name: [row["happened_at"] for row in company.rows[name] if row["lead_id"] == one.lead.lead_id]
            for name in ("touches", "activities")
        }
        assert [touch.at for touch in one.touches] == sorted(at for at in mine["touches"] if at < as_of)
        assert {attempt.at for attempt in one.attempts} <= {*mine["activities"]}
        assert all(attempt.at < as_of for attempt in one.attempts)
        assert all(at is None or at < as_of for at in (one.lead.accepted_at, one.lead.rejected_at))
    assert any(one.attempts for one in stories)
    assert any(one.touches for one in stories)


def test_a_decision_of_later_takes_its_reason_and_its_rating_with_it(company: Company) -> None:
    late = [row for row in company.rows["leads"] if row["rejected_at"] and row["rejection_reason"]][:20]
    for row in late:
        before = row["rejected_at"] - timedelta(seconds=1)
        for story in review.stories(company.connection, [row["lead_id"]], before, company.there):
            assert (story.lead.rejected_at, story.lead.rejection_reason, story.lead.rating) == (None, None, None)
    assert len(late) == 20


def test_without_touches_a_story_has_none_and_nobody_asks(company: Company) -> None:
    ids = [one.lead_id for one in review.settled(company.connection, WEEK, WEEK.end)][:3]
    assert all(
        not one.touches for one in review.stories(company.connection, ids, WEEK.end, company.there - {"touches"})
    )
    assert review.stories(company.connection, [], WEEK.end, company.there) == []


# campaigns


def test_a_campaign_brought_the_ready_leads_that_bear_it(company: Company) -> None:
    found = campaigns.ready(company.connection, WEEK, WEEK.end, Lowest())
    counted = Counter[str | None]()
    for one in found:
        counted[one.campaign_id] += 0 if one.reason else one.leads
    plain = Counter(
        row["campaign_id"]
        for row in company.rows["leads"]
        if within(row["ready_at"], WEEK.end) and not row["duplicate_of"] and known(row, "created_at", WEEK.end)
    )
    assert +counted == +plain


def test_a_campaign_won_the_new_customers_whose_lead_bears_it(company: Company) -> None:
    longer = Range(WEEK.start - 8 * LATER, WEEK.end)
    found = Counter(one.campaign_id for one in campaigns.won(company.connection, longer, WEEK.end))
    plain = Counter(
        lead["campaign_id"]
        for row in company.rows["deals"]
        if row["won_at"] and longer.start <= row["won_at"] < longer.end and known(row, "created_at", WEEK.end)
        if (lead := company.leads.get(row["lead_id"])) and lead["campaign_id"] and not lead["duplicate_of"]
        if first_of(company, row, WEEK.end)
    )
    assert found == plain
    assert found.total() > 0


def test_visits_are_those_of_the_days_of_the_week(company: Company) -> None:
    found = {one.campaign_id: one.visits for one in campaigns.traffic(company.connection, *DAYS)}
    plain: Counter[str] = Counter()
    for row in company.rows["campaign_days"]:
        if DAYS[0] <= row["day"] < DAYS[1] and row["campaign_id"]:
            plain[row["campaign_id"]] += row["visits"]
    assert found == dict(plain)


def test_what_runs_began_and_has_not_ended_and_what_comes_begins_later(company: Company) -> None:
    day = DAYS[1]
    runs = {one.campaign_id for one in campaigns.running(company.connection, day)}
    plain = {
        row["campaign_id"]
        for row in company.rows["campaigns"]
        if row["starts_on"] <= day and (row["ends_on"] is None or row["ends_on"] >= day)
    }
    assert runs == plain
    begun = min(row["starts_on"] for row in company.rows["campaigns"])
    coming = campaigns.coming(company.connection, begun - timedelta(days=1))
    assert [one.starts_on for one in coming] == sorted(one.starts_on for one in coming if one.starts_on)
    assert begun in {one.starts_on for one in coming}
    assert all(one.starts_on and one.starts_on > begun for one in campaigns.coming(company.connection, begun))
