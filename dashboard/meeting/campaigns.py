"""Campaigns in the meeting: what each brought in the week, what runs and is coming, and what sales should know."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import Connection

from dashboard.number import Number, Rows, sentence
from dashboard.words import many, named
from queries import campaigns as queries
from queries import leads
from queries.campaigns import Campaign
from queries.moments import Range

NO_TABLE = "the warehouse lists no campaigns (campaigns)"
NO_DAYS = "the warehouse holds no visits by campaign (campaign_days)"


class Result(NamedTuple):
    """One campaign and what it brought in the week."""

    campaign: Campaign
    ready: int
    """Sales-ready leads; its number is ``marketing.week.campaign.<id>``."""
    won: int
    """New customers; its number is ``campaign.<id>.won``."""
    visits: int | None
    """None where nobody recorded them."""

    @property
    def numbers(self) -> tuple[str, str]:
        """The names of its numbers: of its leads, and of its customers."""
        return f"marketing.week.campaign.{named(self.campaign.campaign_id)}", won_name(self.campaign)

    @property
    def brought(self) -> tuple[int, int, int]:
        """What it brought, by which campaigns are ordered."""
        return self.ready, self.won, self.visits or 0


def won_name(one: Campaign) -> str:
    """Return the name of the number of customers that a campaign brought."""
    return f"campaign.{named(one.campaign_id)}.won"


class Campaigns(NamedTuple):
    """What the step shows: what each campaign brought, and what sales should know of those that run or will."""

    numbers: tuple[Number, ...]
    results: tuple[Result, ...]
    """Those that brought something or run on the first day after the week; the most sales-ready leads first."""
    coming: tuple[Campaign, ...]
    """Beginning in the four weeks after that day."""
    lacking: tuple[str, ...]
    """In words, what the warehouse cannot tell of campaigns."""


def campaigns(
    connection: Connection,
    days: tuple[date, date],
    week: Range,
    as_of: datetime,
    lowest: leads.Lowest,
    there: frozenset[str],
) -> Campaigns:
    """Return the campaigns of the week: ``days`` are its first day and the first after it, ``week`` their instants.

    ``lowest`` is what the agreement calls sales-ready; ``there`` are the tables that this warehouse has.
    """
    if not queries.any_listed(connection):
        return Campaigns((), (), (), (NO_TABLE,))
    traffic = queries.traffic(connection, *days) if "campaign_days" in there else []
    brought = Brought(queries.ready(connection, week, as_of, lowest), queries.won(connection, week, as_of), traffic)
    known = [*brought.campaigns(connection), *queries.running(connection, days[1])]
    results = [brought.of(one) for one in dict.fromkeys(known)]
    return Campaigns(
        tuple(won_number(one.campaign, brought.won, week) for one in results),
        tuple(sorted(results, key=_most_first)),
        tuple(queries.coming(connection, days[1])),
        () if "campaign_days" in there else (NO_DAYS,),
    )


def _most_first(one: Result) -> tuple[object, ...]:
    return (*(-part for part in one.brought), one.campaign.name, one.campaign.campaign_id)


class Brought(NamedTuple):
    """What all campaigns brought in a week."""

    ready: Sequence[queries.Brought]
    won: Sequence[queries.Won]
    traffic: Sequence[queries.Traffic]

    def campaigns(self, connection: Connection) -> list[Campaign]:
        """Return the campaigns that brought something; one that is not listed goes by its id."""
        ids = {one.campaign_id for some in self for one in some if one.campaign_id is not None}
        found = queries.listed(connection, sorted(ids))
        strangers = sorted(ids - {one.campaign_id for one in found})
        return [*found, *(Campaign(one, one, "not listed", None, None, None) for one in strangers)]

    def of(self, one: Campaign) -> Result:
        """Return what one campaign brought."""
        ready = sum(row.leads for row in self.ready if row.campaign_id == one.campaign_id and not row.reason)
        won = sum(row.campaign_id == one.campaign_id for row in self.won)
        visits = next((row.visits for row in self.traffic if row.campaign_id == one.campaign_id), None)
        return Result(one, ready, won, visits)


def won_number(one: Campaign, won: Sequence[queries.Won], week: Range) -> Number:
    """Return the customers that one campaign brought as a number that opens to their deals."""
    mine = [row for row in won if row.campaign_id == one.campaign_id]
    ids, count = tuple(sorted({row.lead_id for row in mine})), Fraction(len(mine))
    return Number(
        won_name(one),
        f"New customers from {named(one.name)} in the week",
        "customers",
        count,
        sentence(queries.won),
        formula=f"{many(len(mine), 'customer')} counted",
        numerator=count,
        tables=("leads", "deals"),
        rows=Rows("won", *week, {"lead_id": ids}, {"unit": "customers"}) if ids else None,
    )


def till(one: Campaign, day: date) -> str:
    """Return until when a campaign runs, in words.

    >>> till(Campaign("c1", "Spring", "email", None, date(2026, 11, 20), None), date(2026, 11, 16))
    'until Fri 20 Nov'
    >>> till(Campaign("c1", "Spring", "email", None, None, None), date(2026, 11, 16))
    'no end set'
    """
    return f"until {said(one.ends_on, day)}" if one.ends_on else "no end set"


def since(one: Campaign, day: date) -> str:
    """Return from when a campaign runs, in words."""
    return f"from {said(one.starts_on, day)}" if one.starts_on else "begun"


def said(one: date, day: date) -> str:
    """Return a day in words, with its year where that is another."""
    near = abs(one - day) < timedelta(days=60)
    return f"{one:%a} {one.day} {one:%b}" if near else f"{one.day} {one:%b %Y}"
