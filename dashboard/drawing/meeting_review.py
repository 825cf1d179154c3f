"""Lead review: each lead of the sample in one row, what marketing did for it beside what sales did. Nobody is named."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from dash import html

from dashboard.drawing.marks import marks
from dashboard.drawing.numbers import button, shown
from dashboard.drawing.today import span
from dashboard.meeting.review import Card
from dashboard.meeting.steps import Walk
from dashboard.theme import Shape
from queries.review import Attempt, Outcome, Story, Touch

SHAPES: dict[Outcome, Shape] = {"accepted": "dot", "rejected": "ring", "won": "check", "lost": "dash"}
COUNTS = {"accepted": "accepted", "rejected": "rejected", "won": "won", "lost": "lost"}
MOST_TOUCHES, MOST_ATTEMPTS = 3, 4
LONGEST = 60
REACHES = re.compile(r"[^\s@]+@[^\s@]+|(?:\+|\b00)?\d[\d\s()/.-]{6,}\d")
"""An e-mail address or a telephone number: by either a person could be reached."""


def review(walk: Walk) -> list[Any]:
    """Return how much was settled in the week, and the sample row by row; what cannot be told is said under it."""
    counts = [(walk.numbers.get(f"review.{name}"), words) for name, words in COUNTS.items()]
    told = [button(one, [html.B(shown(one)), f" {words}"], "told") for one, words in counts if one is not None]
    lead, marketing, sales = (
        html.Span(words, className=f"of-{words.lower()}") for words in ("Lead", "Marketing", "Sales")
    )
    head = html.Div([lead, marketing, html.Div([sales, html.P(told, className="counts")])], className="review-head")
    rows = [html.Li(_row(walk, one), className=one.outcome, **marks(data_key=_key(one))) for one in walk.review.cards]
    # it scrolls where the stories are long, and a keyboard must get there even when no lead has a record to open
    inside: Any = html.P("No story is there to be told.", className="reason")
    if rows:
        inside = html.Ol(rows, className="cards", tabIndex=0, **marks(aria_label="The stories of the sample"))
    lacking = html.P("; ".join(walk.review.lacking), className="reason") if walk.review.lacking else None
    return [one for one in (head, inside, lacking) if one is not None]


def _key(one: Card) -> str:
    return one.story.lead.lead_id


def _row(walk: Walk, one: Card) -> list[html.Div]:
    return [
        html.Div([_outcome(walk, one), _name(one.story)], className="lead"),
        html.Div([html.P(words) for words in marketing(walk, one.story)], className="of-marketing"),
        html.Div([html.P(words) for words in sales(walk, one)], className="of-sales"),
    ]


def _outcome(walk: Walk, one: Card) -> html.P:
    shape = html.I(className=f"shape {SHAPES[one.outcome]}", **marks(aria_hidden="true"))
    return html.P([shape, html.B(one.outcome.capitalize()), f" {day(walk, one.settled_at)}"], className="outcome")


def _name(story: Story) -> Any:
    """Return what people call a lead, with the way to its record; its id where the name could reach a person."""
    lead = story.lead
    words = lead.label if lead.label and not REACHES.search(lead.label) else lead.lead_id
    look = {"className": "name", "dir": "auto", "title": words, **marks(data_clip="name")}
    if lead.url and lead.url.startswith(("https://", "http://")):
        return html.A(words, href=lead.url, target="_blank", rel="noopener noreferrer", **look)
    return html.Span(words, **look)


# marketing's side


def marketing(walk: Walk, story: Story) -> Iterator[str]:
    """Yield in words where a lead came from, what it is, and what reached it."""
    lead = story.lead
    yield " · ".join(filter(None, [clipped(lead.source), clipped(lead.campaign)]))
    levels = [f"{what} {level}" for what, level in (("fit", lead.fit), ("interest", lead.interest)) if level]
    lacks = f"lacks {clipped(lead.missing.replace(',', ', ').replace('_', ' '))}" if lead.missing else ""
    yield ", ".join(filter(None, [clipped(lead.persona), *levels, lacks])) or "nothing else is recorded of it"
    yield "; ".join(filter(None, [touched(walk, story.touches) or "no touch is recorded", _ready(walk, story)]))


def touched(walk: Walk, touches: tuple[Touch, ...]) -> str:
    """Return what reached a lead, the first few times: ``event 4 Nov, form 10 Nov``."""
    told = [f"{clipped(one.kind) or 'touch'} {day(walk, one.at)}" for one in touches[:MOST_TOUCHES]]
    return ", ".join([*told, *_more(len(touches) - MOST_TOUCHES)])


def _ready(walk: Walk, story: Story) -> str:
    return f"sales-ready {moment(walk, story.lead.ready_at)}" if story.lead.ready_at else ""


def _more(count: int) -> list[str]:
    return [f"and {count:,} more"] if count > 0 else []


# sales' side


def sales(walk: Walk, card: Card) -> Iterator[str]:
    """Yield in words when a lead was given and first tried, each attempt, and what was said in the end."""
    story = card.story
    yield f"{_given(walk, story)}; {_first(walk, story)}" if story.lead.assigned_at else _first(walk, story)
    yield attempts(walk, story.attempts)
    yield "; ".join(filter(None, [decision(walk, story), ended(walk, card), rated(story)]))


def _given(walk: Walk, story: Story) -> str:
    return f"given {moment(walk, story.lead.assigned_at)}" if story.lead.assigned_at else ""


def _first(walk: Walk, story: Story) -> str:
    """Return how long the first attempt took; that there was none, where there was none."""
    given = story.lead.assigned_at
    first = next((one.at for one in story.attempts if given is None or one.at >= given), None)
    if first is None:
        return "not tried"
    return f"first tried after {waited(walk, given, first)}" if given else "tried"


def waited(walk: Walk, given: datetime, first: datetime) -> str:
    """Return how long a lead waited by the clock that was agreed on: by working hours a weekend is no delay."""
    version = walk.frozen.agreement.in_force(walk.as_of.date())
    if version and version.sales.first_attempt_clock == "wall":
        return span((first - given).total_seconds() / 3600)
    calendar = walk.frozen.company.calendar
    clock = calendar.clock(calendar.day(given), calendar.day(first) + timedelta(days=1))
    return f"{span(clock.worked(given, first) / 3600)} of working hours"


def attempts(walk: Walk, some: tuple[Attempt, ...]) -> str:
    """Return the attempts with their times and what came of them: the first few, and how many more."""
    told = [f"{clipped(one.kind)} {moment(walk, one.at)}{_came(one)}" for one in some[:MOST_ATTEMPTS]]
    if not told:
        return "no attempt is recorded"
    return " · ".join([*told, *_more(len(some) - MOST_ATTEMPTS)])


def _came(one: Attempt) -> str:
    return f" ({clipped(one.outcome.replace('_', ' '))})" if one.outcome else ""


def decision(walk: Walk, story: Story) -> str:
    """Return sales' yes or no with its day and its reason; that there is none yet, where there is none."""
    lead = story.lead
    if lead.accepted_at and not (lead.rejected_at and lead.rejected_at < lead.accepted_at):
        return f"accepted {day(walk, lead.accepted_at)}"
    if lead.rejected_at:
        return f"rejected {day(walk, lead.rejected_at)}: {clipped(lead.rejection_reason) or 'no reason given'}"
    return "neither accepted nor rejected"


def ended(walk: Walk, card: Card) -> str:
    """Return how its deal ended, where the story is told for that."""
    if card.outcome == "won":
        return f"won {day(walk, card.settled_at)}"
    if card.outcome != "lost":
        return ""
    reason = next((one.lost_reason for one in card.story.deals if one.lost_at == card.settled_at), None)
    return f"lost {day(walk, card.settled_at)}: {clipped(reason) or 'no reason given'}"


def rated(story: Story) -> str:
    """Return what sales thought of a lead."""
    return f"rated {story.lead.rating} of 5" if story.lead.rating is not None else "not rated"


# words


def day(walk: Walk, at: datetime) -> str:
    """Return the day of an instant as the company has it: ``Tue 10 Nov``."""
    here = at.astimezone(walk.as_of.tzinfo)
    year = "" if here.year == walk.as_of.year else f" {here.year}"
    return f"{here:%a} {here.day} {here:%b}{year}"


def moment(walk: Walk, at: datetime) -> str:
    """Return an instant as the company has it: ``10 Nov 09:24``."""
    here = at.astimezone(walk.as_of.tzinfo)
    return f"{here.day} {here:%b %H:%M}"


def clipped(text: str | None) -> str:
    """Return a text of the warehouse as a row can hold it, without what could reach a person.

    >>> clipped("call me at jo@example.com"), clipped(None), len(clipped("x" * 200))
    ('call me at …', '', 60)
    """
    plain = REACHES.sub("…", " ".join((text or "").split()))
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
