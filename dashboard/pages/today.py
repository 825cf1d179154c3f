"""``/today``: choose a name once. ``/today/<rep>``: a rep's own day, what to do next and how the week stands.

The frame is the same for every rep but for whose picture it asks for; the pictures of all are made with each refresh.
"""

from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from dash import dcc, html

from dashboard.drawing import mine, today
from dashboard.drawing.marks import marks
from dashboard.drawing.opening import ages, openings
from dashboard.drawing.page import page
from dashboard.reps.day import Day

PATH = "/today"
TITLE = "Who are you?"
NAV = "Today"
LIVE = True
PICTURE, STREAM, REPS = "/api/today/picture", "/stream/today", "/api/today/reps"
BLOCKS = {"who": "Whose day", "due": "Due now and next", "week": "My week", "follow": "My follow-up", "given": "Given"}


def layout() -> html.Main:
    """Return the frame of the choice: a field to look for a name, and a place for the names by team."""
    intro = (
        "Your own day: what to do next, how your week stands, and what marketing gave you. "
        "Your name is remembered on this device."
    )
    find = html.Form(
        [
            html.Label("Find your name", htmlFor="find", className="unseen"),
            dcc.Input(id="find", type="search", placeholder="Find your name", autoComplete="off"),
            html.P(id="names-found", className="unseen", role="status"),
        ],
        role="search",
    )
    told = html.P(id="orphans", className="orphans", hidden=True)
    names = html.Div(id="names", **marks(data_reps=REPS))
    return page(TITLE, find, told, names, intro=intro, name="choice")


def part(rep_id: str) -> html.Main:
    """Return the frame of one rep's day."""
    asked = f"?rep={quote(rep_id, safe='')}"
    places = [
        html.Section(id=name, className=f"block {name}", **marks(aria_label=label))
        for name, label in BLOCKS.items()
        if name != "who"
    ]
    header = html.Header(
        [
            html.Div(html.H1("My day"), id="who", className="block who"),
            html.A("Not you?", href=f"{PATH}?choose=", className="not-you"),
            html.P(className="freshness", **marks(data_opaque="freshness")),
        ],
        className="page-header",
    )
    return html.Main(
        [header, html.Div(className="bar-line"), html.Div(places, className="content")],
        id="board",
        className="page own-day",
        tabIndex=-1,
        **marks(data_picture=PICTURE + asked, data_stream=STREAM + asked),
    )


def picture(day: Day, polled_at: datetime | None = None) -> dict[str, Any]:
    """Return a rep's whole day as JSON; ``polled_at`` is when the warehouse was read, where not at its moment."""
    return {
        "id": sha256(f"{day.rep_id} {day.as_of.isoformat()} {day.state.words}".encode()).hexdigest()[:16],
        "as_of": day.as_of.isoformat(),
        "state": {"kind": day.state.kind, "words": day.state.words},
        "company": day.company,
        "blocks": {
            "who": today.who(day),
            "due": today.due(day),
            "week": mine.week(day),
            "follow": mine.follow(day),
            "given": mine.given(day),
        },
        "figures": {},
        "numbers": openings(day),
        "ages": ages(day, polled_at or day.as_of),
        "due": today.rows(day),
        "course": mine.course(day),
    }
