"""What is drawn in each step: every number opens, what is missing says why, nobody is named, and words stay words."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.drawing.markup import markup
from dashboard.drawing.meeting import figures, step
from dashboard.drawing.opening import openings
from dashboard.drawing.tree import tree
from dashboard.meeting.campaigns import Campaigns
from dashboard.meeting.frozen import Frozen
from dashboard.meeting.review import Card
from dashboard.meeting.steps import Decided, Walk
from queries.demo.facts import REPS
from queries.review import Attempt, Lead, Story
from tests.dashboard.test_drawing import components, words
from tests.meeting.walks import walked

PLACES = range(1, 8)
AT = datetime(2026, 11, 10, 9, 24, tzinfo=UTC)


def said(walk: Walk, place: int) -> str:
    return " ".join(words(tree(step(walk, place))).split())


@pytest.mark.parametrize("place", PLACES)
def test_a_step_is_json_and_every_button_in_it_opens_a_number_it_carries(place: int, kept_week: Frozen) -> None:
    walk = walked(kept_week)
    told = json.loads(json.dumps(tree(step(walk, place))))
    asked = [one["props"]["data-number"] for one in components(told) if one["type"] == "Button"]
    assert len(asked) >= (0 if place == 7 else 4)
    assert {*asked} <= {*openings(walk)}


def test_every_figure_is_json_and_every_place_has_its_figure(kept_week: Frozen) -> None:
    walk = walked(kept_week)
    drawn = json.loads(json.dumps(figures(walk)))
    trees = [one for place in PLACES for one in components(tree(step(walk, place)))]
    places = {one["props"]["data-figure"] for one in trees if "data-figure" in one["props"]}
    assert places == {*drawn}
    for figure in drawn.values():
        # what the browser that fits a figure to its place relies on
        assert {"margin", "font", "xaxis", "yaxis"} <= {*figure["layout"]}
        assert "width" not in {name for trace in figure["data"] for name in trace}
        assert {*(figure["layout"].get("meta") or {}).get("days", [])} <= {*walk.numbers}


def test_the_figure_of_the_goal_says_each_value_it_marks(kept_week: Frozen) -> None:
    marked = [one["text"] for one in figures(walked(kept_week))["meeting-goal"]["layout"]["annotations"]]
    assert [one.rpartition(" ")[0] for one in marked] == ["goal", "owed", "done", "likely"]


@pytest.mark.parametrize("name", ["meeting-marketing", "meeting-sales"])
def test_a_week_above_its_target_does_not_hide_the_target(name: str, kept_week: Frozen) -> None:
    drawn = figures(walked(kept_week))[name]["data"]
    washed = [at for at, one in enumerate(drawn) if one.get("fill")]
    lines = [at for at, one in enumerate(drawn) if one["name"] in ("owed", "before")]
    assert washed and lines
    assert max(washed) < min(lines)


def test_under_a_number_that_moved_stands_how_it_moved(kept_week: Frozen) -> None:
    line = "33 → 34: 1 late lead, loaded Tue 02:10"
    walk = walked(kept_week, marketing__week__done=line, followup__attempts__kept="80 % → 81 %")
    assert line in said(walk, 2)
    assert "80 % → 81 %" in said(walk, 4)
    assert line not in said(walk, 3)
    assert "→" not in said(walked(kept_week), 2)


@pytest.mark.parametrize("place", [3, 4, 5])
def test_no_rep_is_named(place: int, kept_week: Frozen) -> None:
    text = markup(step(walked(kept_week), place))
    assert [one.name for one in REPS if one.name in text] == []


def test_both_sides_have_as_many_duties_in_as_large_numbers(kept_week: Frozen) -> None:
    found = {
        one["props"]["className"]: len(
            [part for part in components(one) if part["props"].get("className") == "duty-of"]
        )
        for one in components(tree(step(walked(kept_week), 4)))
        if "duties-of" in one["props"].get("className", "")
    }
    assert found == {"duties-of of-marketing": 3, "duties-of of-sales": 3}


def lead(**more: Any) -> Lead:
    """Return a lead of which nearly nothing is recorded."""
    usual: dict[str, Any] = dict.fromkeys(Lead._fields)
    return Lead(**(usual | {"lead_id": "L1", "source": "email", "created_at": AT} | more))


def reviewed(kept_week: Frozen, one: Lead, attempts: tuple[Attempt, ...] = (), lacking: tuple[str, ...] = ()) -> str:
    card = Card("rejected", AT, Story(one, (), attempts, ()))
    told = kept_week.review._replace(cards=(card,), lacking=lacking)
    return markup(step(walked(kept_week._replace(review=told)), 5))


@pytest.mark.parametrize("reach", ["jo@example.com", "+49 30 1234567", "0030 555-123-44", "Jo <jo.b@x.example>"])
def test_nothing_by_which_a_person_is_reached_stands_in_a_story(reach: str, kept_week: Frozen) -> None:
    attempt = Attempt("L1", AT, "call", f"wrote to {reach}")
    one = lead(label=reach, rejected_at=AT, rejection_reason=f"call {reach}", persona=reach, campaign=reach)
    text = reviewed(kept_week, one, (attempt,))
    assert not re.search(r"@|1234567|555-123", text)
    assert ">L1<" in text


def test_a_story_of_which_nothing_is_recorded_says_so_in_words(kept_week: Frozen) -> None:
    text = reviewed(kept_week, lead(), lacking=("the warehouse holds no touches of marketing (touches)",))
    for words_ in ("not tried", "no attempt is recorded", "neither accepted nor rejected", "not rated", "no touches"):
        assert words_ in text


@pytest.mark.parametrize(("clock", "waited"), [("working", "under a minute of working hours"), ("wall", "30 h")])
def test_a_weekend_is_no_delay_where_working_hours_were_agreed_on(clock: str, waited: str, kept_week: Frozen) -> None:
    saturday, sunday = AT - timedelta(days=3), AT - timedelta(days=1, hours=18)
    papers = kept_week.agreement
    versions = [
        one.model_copy(update={"sales": one.sales.model_copy(update={"first_attempt_clock": clock})})
        for one in papers.versions
    ]
    agreed = kept_week._replace(agreement=papers.model_copy(update={"versions": versions}))
    text = reviewed(agreed, lead(assigned_at=saturday), (Attempt("L1", sunday, "call", None),))
    assert f"first tried after {waited}<" in text


def test_a_record_that_is_no_address_of_the_web_is_no_link(kept_week: Frozen) -> None:
    assert "javascript" not in reviewed(kept_week, lead(url="javascript:alert(1)"))
    assert 'href="https://crm.example/1"' in reviewed(kept_week, lead(url="https://crm.example/1"))


def test_hostile_names_stay_words(kept_week: Frozen) -> None:
    assert "<script>" not in reviewed(kept_week, lead(label="<script>alert(1)</script>"))
    assert "<b>form</b>" not in markup(step(walked(kept_week), 7))


def test_a_warehouse_without_campaigns_says_so(kept_week: Frozen) -> None:
    nothing = Campaigns((), (), (), ("the warehouse lists no campaigns (campaigns)",))
    walk = walked(kept_week._replace(campaigns=nothing))
    assert walk.steps[5].takeaway == "The warehouse lists no campaigns (campaigns)."
    assert "No campaign is listed that begins" in said(walk, 6)


def test_what_is_unknown_shows_a_dash_and_its_reason(kept_week: Frozen) -> None:
    one = kept_week.numbers["marketing.week.done"]
    bare = one._replace(value=None, reason="the warehouse has no column leads.ready_at", status=None)
    board = kept_week.board._replace(numbers={**kept_week.numbers, one.name: bare})
    walk = walked(kept_week._replace(board=board))
    assert "— of" in said(walk, 2)
    assert "the warehouse has no column leads.ready_at" in said(walk, 2)
    assert walk.steps[1].takeaway.startswith("What marketing delivered is not known")


def test_the_last_step_tells_actions_and_words_without_a_browser(kept_week: Frozen) -> None:
    text = said(walked(kept_week), 7)
    for words_ in (
        "From earlier weeks",
        "1 open",
        "late:",
        "mended on Tuesday",
        "Sales’ word",
        "Reached in 1 of 2 weeks",
    ):
        assert words_ in text
    assert "Nothing is decided yet." in text
    assert "Nothing is open from earlier weeks." in said(walked(kept_week, Decided()), 7)
