"""``/meeting``: the weekly walkthrough, on the week that just ended; ``/meeting/2026-W46`` any other week.

The page is a frame of seven steps, of which one is seen at a time. What stands in them is told by
``/api/meeting/picture`` and drawn by ``assets/board.js``; ``assets/meeting.js`` goes from step to step and keeps two
windows in step, and what is decided is written to ``/api/meeting/…`` by the other files of that name.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from dash import html

from dashboard.drawing.marks import marks
from dashboard.drawing.meeting import figures, step
from dashboard.drawing.opening import ages, openings
from dashboard.drawing.tree import tree
from dashboard.meeting.steps import Walk
from dashboard.pages.board import content_id

PATH = "/meeting"
TITLE = "The weekly meeting"
NAV = "Meeting"
LIVE = DRAWS = True
PICTURE = "/api/meeting/picture"
STEPS = (
    "The goal",
    "Marketing’s week",
    "Sales’ week",
    "What each owes the other",
    "Lead review",
    "Campaigns",
    "Actions",
)
SHORT = ("Goal", "Marketing", "Sales", "Owing", "Leads", "Campaigns", "Actions")
KEYS = (
    ("→ · Space · Page Down", "the next step"),
    ("← · Page Up", "the step before"),
    ("1 – 7 · Home · End", "that step, the first, the last"),
    ("F", "full screen, and back"),
    ("P", "the presenter’s window: notes, time, what is next"),
    ("N", "a note on this step"),
    ("A", "an action; from the number that is in focus or open, if one is"),
    ("L", "what has moved since the week was kept, row by row"),
    ("W", "any other week"),
    ("B", "the screen goes dark, and comes back"),
    ("?", "these keys"),
    ("Esc", "closes what stands open"),
)


def layout() -> html.Main:
    """Return the frame of the week that just ended."""
    return _frame("")


def part(week: str) -> html.Main:
    """Return the frame of one week, by its name."""
    return _frame(f"?week={quote(week, safe='')}")


def picture(walk: Walk, header: Any, state: Mapping[str, str], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return the whole walk as JSON; ``about`` is what the page's own scripts must know of the week.

    Its moment is that at which the week was known so: a link to it shows the same for good.
    """
    told = {
        "state": dict(state),
        "company": walk.company,
        "blocks": {"week": tree(header), **{f"step-{one.place}": tree(step(walk, one.place)) for one in walk.steps}},
        "figures": figures(walk),
        "numbers": openings(walk),
        "ages": ages(walk, walk.frozen.board.polled_at),
        "meeting": dict(about),
    }
    return {"id": content_id(told), "as_of": walk.frozen_at.isoformat(), **told}


def _frame(asked: str) -> html.Main:
    places = [
        html.Section(id=f"step-{number}", className="block scene", hidden=number > 1, **marks(aria_label=title))
        for number, title in enumerate(STEPS, 1)
    ]
    return html.Main(
        [
            html.Header(
                [
                    html.Div(html.H1(TITLE), id="week", className="block week"),
                    html.P(className="freshness", **marks(data_opaque="freshness")),
                ],
                className="meeting-header",
            ),
            html.Div(className="bar-line"),
            html.Div(places, className="stage"),
            html.P(html.A("To the week that just ended", href=PATH), className="elsewhere"),
            _way(),
            html.P(id="step-said", className="unseen", role="status"),
            _help(),
        ],
        id="board",
        className="meeting",
        tabIndex=-1,
        **marks(data_picture=PICTURE + asked),
    )


def _way() -> html.Nav:
    """Return the way through the steps, which stays at the foot of the screen."""
    steps = [
        html.Li(
            html.Button(
                [html.B(str(number)), html.Span(short, className="short")],
                type="button",
                title=title,
                **marks(data_step=str(number), aria_label=f"{number} {short}. Step {number}: {title}"),
            )
        )
        for number, (title, short) in enumerate(zip(STEPS, SHORT, strict=True), 1)
    ]
    return html.Nav(
        [
            _turn("before", "‹", "The step before"),
            html.Ol(steps),
            _turn("next", "›", "The next step"),
            html.Button("Action", type="button", className="do", **marks(data_do="action", aria_keyshortcuts="a")),
            html.Button("Note", type="button", className="do", **marks(data_do="note", aria_keyshortcuts="n")),
            html.Button("?", type="button", className="do keys-button", **marks(data_do="help", aria_label="All keys")),
        ],
        className="way",
        **marks(aria_label="Steps"),
    )


def _turn(name: str, sign: str, words: str) -> html.Button:
    return html.Button(sign, type="button", className="turn", **marks(data_turn=name, aria_label=words))


def _help() -> html.Dialog:
    rows: list[Any] = [html.Div([html.Dt(keys), html.Dd(words)]) for keys, words in KEYS]
    close = html.Button("×", type="button", className="close", **marks(data_close="help", aria_label="Close"))
    return html.Dialog(
        [html.Header([html.H2("Keys", id="help-title"), close]), html.Dl(rows)],
        id="help",
        className="sheet help",
        **marks(aria_labelledby="help-title"),
    )
