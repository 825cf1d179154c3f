"""Campaigns: what each brought in the week, what sales should know of it, and which begin soon."""

from fractions import Fraction
from typing import Any

from dash import html

from dashboard.drawing.bar import per_cent, share
from dashboard.drawing.marks import marks
from dashboard.drawing.meeting_numbers import moved
from dashboard.drawing.numbers import button
from dashboard.meeting.campaigns import Campaigns, Result, since, till
from dashboard.meeting.steps import Walk
from dashboard.words import many
from queries.campaigns import Campaign

MOST, MOST_COMING = 8, 5
LONGEST_BRIEF = 160


def campaigns(walk: Walk) -> list[Any]:
    """Return the campaigns of the week, each with what it brought and what sales should know; and those to come."""
    found = walk.campaigns
    lacking = html.P("; ".join(found.lacking), className="reason") if found.lacking else None
    return [html.Section([one for one in (*_results(walk, found), lacking) if one], className="worked"), _coming(walk)]


def _results(walk: Walk, found: Campaigns) -> list[Any]:
    kept = found.results if len(found.results) <= MOST else found.results[: MOST - 1]
    top = max((one.ready for one in kept), default=0)
    rows = [html.Li(_row(walk, one, top), **marks(data_key=one.campaign.campaign_id)) for one in kept]
    if len(kept) < len(found.results):
        others = many(len(found.results) - len(kept), "other campaign")
        rows.append(html.Li(f"and {others} that ran or brought something", className="quiet more"))
    title = html.H3("What each brought, and what sales should know")
    if not rows:
        return (
            [title] if found.lacking else [title, html.P("No campaign runs or brought anything.", className="reason")]
        )
    return [title, html.Ol(rows, className="campaigns")]


def _row(walk: Walk, one: Result, top: int) -> list[Any]:
    ready, won = (walk.numbers.get(name) for name in one.numbers)
    name = html.Span(one.campaign.name, className="name", dir="auto")
    about = html.Span(f"{one.campaign.source}, {till(one.campaign, walk.as_of.date())}", className="quiet about")
    # a campaign that brought no lead has no number of its own to open
    leads: Any = button(ready, _count(one.ready, "lead"), "told") or html.Span(_count(one.ready, "lead"))
    sold = button(won, _count(one.won, "customer"), "told") or html.Span(_count(one.won, "customer"))
    seen = html.Span(_count(one.visits, "visit")) if one.visits is not None else None
    counts = html.Span([part for part in (leads, sold, seen) if part is not None], className="brought")
    fill = html.Span(className="fill", style={"--share": per_cent(_part(one.ready, top))})
    bar = html.Span(fill, className="bar", **marks(aria_hidden="true"))
    return [html.P([name, about], className="who"), counts, bar, *_brief(one.campaign), *moved(walk, *one.numbers)]


def _count(count: int | None, noun: str) -> str:
    return many(count or 0, noun)


def _part(ready: int, top: int) -> Fraction:
    return share(Fraction(ready), Fraction(top)) or Fraction(0)


def _brief(one: Campaign) -> list[Any]:
    """Return a brief; of a long one its beginning, which opens the rest to whoever has no mouse to rest on it."""
    text = " ".join((one.brief or "").split())
    if not text:
        return [html.P("No brief for sales is written.", className="brief reason")]
    if len(text) <= LONGEST_BRIEF:
        return [html.P(text, className="brief", dir="auto")]
    ends = text.rfind(" ", 0, LONGEST_BRIEF)
    begins = text[: ends if ends > 0 else LONGEST_BRIEF]
    more = html.Span(" …", className="more", **marks(aria_hidden="true"))
    summary = html.Summary([html.Span(begins), more], dir="auto")
    rest = html.P(text[len(begins) :].strip(), dir="auto")
    return [html.Details([summary, rest], className="brief", **marks(data_key=f"brief {one.campaign_id}"))]


def _coming(walk: Walk) -> html.Section:
    some, day = walk.campaigns.coming, walk.as_of.date()
    rows = [
        html.Li(
            [
                html.P([html.B(one.name, dir="auto"), html.Span(f" {one.source}", className="quiet")]),
                html.P(f"{since(one, day)}, {till(one, day)}", className="quiet"),
                *_brief(one),
            ],
            **marks(data_key=one.campaign_id),
        )
        for one in some[:MOST_COMING]
    ]
    if len(some) > MOST_COMING:
        rows.append(html.Li(f"and {len(some) - MOST_COMING:,} more", className="quiet more"))
    nobody = "No campaign is listed that begins in the next four weeks."
    inside: Any = html.Ol(rows, className="coming-list") if rows else html.P(nobody, className="reason")
    return html.Section([html.H3("Coming"), inside], className="coming")
