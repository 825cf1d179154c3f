"""The seven steps of the meeting, each as one screen: its takeaway, its figure, and beside it a few large numbers."""

from collections.abc import Callable, Mapping
from typing import Any

from dash import html

from dashboard.drawing.course import told
from dashboard.drawing.header import caption
from dashboard.drawing.meeting_campaigns import campaigns
from dashboard.drawing.meeting_decided import decided
from dashboard.drawing.meeting_figures import FIGURES, ended, figures, said_of_goal
from dashboard.drawing.meeting_numbers import figure, gap, key, measure, parts
from dashboard.drawing.meeting_owing import owing
from dashboard.drawing.meeting_review import review
from dashboard.meeting.steps import MARKETING, SALES, Name, Walk

__all__ = ["FIGURES", "figures", "step"]


def step(walk: Walk, place: int) -> list[Any]:
    """Return one step, from 1 to 7: its title, its takeaway, and what stands in it."""
    one = walk.steps[place - 1]
    slide = html.Div(STEPS[one.name](walk), className=f"slide {one.name}-slide")
    return [html.H2(one.title), html.P(one.takeaway, className="takeaway"), slide]


def _goal(walk: Walk) -> list[Any]:
    done = walk.numbers.get("goal.month.done")
    beside = [
        key(walk, "goal.month", caption(done, walk.frozen.board)),
        gap(walk, "goal.month"),
        measure(walk, "goal.month.required_a_day", "needed on each working day left"),
        measure(walk, "goal.backwards.leads", "sales-ready leads a month that the goal needs"),
    ]
    return [figure("goal", said_of_goal(walk)), _beside(beside)]


def _marketing(walk: Walk) -> list[Any]:
    done = walk.numbers.get(f"{MARKETING}.done")
    beside = [key(walk, MARKETING, caption(done, walk.frozen.board)), *_promise(walk, MARKETING)]
    some = [(one.prefix, one.label) for one in walk.frozen.sources]
    by = parts(walk, some, "By source, each against its share", "No source has a share or leads in this week.")
    return [figure("marketing", told(ended(walk.frozen.marketing_week), "marketing")), _beside(beside), by]


def _sales(walk: Walk) -> list[Any]:
    done = walk.numbers.get(f"{SALES}.done")
    beside = [key(walk, SALES, caption(done, walk.frozen.board)), *_promise(walk, SALES)]
    some = [(one.prefix, one.label) for one in walk.teams]
    by = parts(walk, some, "By team, each against its quota", "No team has a quota or bookings in this week.")
    return [figure("sales", told(ended(walk.frozen.board.sales), "sales")), _beside(beside), by]


def _promise(walk: Walk, prefix: str) -> list[Any]:
    """Return what stands under the key figure of a side, for both alike."""
    whose = "of the promise" if prefix == MARKETING else "of the quota"
    return [
        gap(walk, prefix),
        measure(walk, f"{prefix}.attainment", whose),
        measure(walk, f"{prefix}.previous", "in the week before"),
    ]


def _beside(some: list[Any]) -> html.Div:
    return html.Div([one for one in some if one is not None], className="measures-beside")


STEPS: Mapping[Name, Callable[[Walk], list[Any]]] = {
    "goal": _goal,
    "marketing": _marketing,
    "sales": _sales,
    "owing": owing,
    "review": review,
    "campaigns": campaigns,
    "actions": decided,
}
