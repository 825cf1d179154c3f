"""What is drawn of a rep's own day: each lead in words, the week, follow-up beside the team's; never a rank."""

import asyncio
import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware

from dashboard import app, frame
from dashboard.bundles import Bundles, Scope
from dashboard.drawing import mine, today
from dashboard.pages import SOMEBODY, pages
from dashboard.pages.today import BLOCKS, picture
from dashboard.reps.spread import spread
from dashboard.stream import Receive, Send
from tests.dashboard import days
from tests.dashboard.boards import NOW, number
from tests.dashboard.days import DAYS, again, due, usual
from tests.dashboard.test_drawing import components, words


def said(day: Any, name: str) -> str:
    return " ".join(words(picture(day)["blocks"][name]).replace("\u00a0", " ").split())


@pytest.mark.parametrize("name", DAYS)
def test_a_day_is_json_and_every_button_opens_a_number_it_carries(name: str) -> None:
    told = json.loads(json.dumps(picture(DAYS[name]())))
    buttons = [one["props"] for one in components(list(told["blocks"].values())) if one["type"] == "Button"]
    assert len(buttons) > 5
    assert {one["data-number"] for one in buttons if "data-open" not in one} <= set(told["numbers"])
    assert all(one.startswith(days.REP) for one in told["numbers"])


@pytest.mark.parametrize("name", DAYS)
def test_the_frame_has_a_place_for_every_block_of_a_day(name: str) -> None:
    assert set(picture(DAYS[name]())["blocks"]) == set(BLOCKS)
    text = frame.Frames([pages()["/today"]], 1).at("/today/r1")
    assert text is not None
    assert all(f'id="{one}" class="block' in text for one in BLOCKS)


def test_what_is_due_is_told_late_first_then_by_its_hour_its_day_and_the_rest() -> None:
    rows = [again("later", 90.0), due("hour", 0.75), due("today", 3.0), again("tomorrow", 24.0), due("late", -0.5)]
    told = today.rows(usual(due=rows))
    assert [(one["group"], one["id"]) for one in told] == [
        ("Late", "late"),
        ("Within the hour", "hour"),
        ("Today", "today"),
        ("Tomorrow", "tomorrow"),
        ("Later", "later"),
    ]


def test_within_a_group_the_order_of_urgency_stays() -> None:
    rows = [due("b", 2.5), due("a", 2.9), due("c", 2.1)]
    assert [one["id"] for one in today.rows(usual(due=rows))] == ["b", "a", "c"]


def test_a_first_attempt_tells_its_time_by_both_clocks() -> None:
    friday = due(hours=66.0, working_hours=1 + 20 / 60)
    assert today.remaining(usual(), friday) == ("1 h 20 min left", "until Mon 08:32")
    assert today.remaining(usual(), due(hours=2.0)) == ("2 h left", "until 16:32")


def test_what_is_late_says_since_when_and_by_how_many_working_hours() -> None:
    assert today.remaining(usual(), due(hours=-28.0, working_hours=-12.9)) == ("12 h late", "since Thu 10:32")
    assert today.remaining(usual(), due(hours=-268.0, working_hours=-85.05)) == ("85 h late", "since 9 Nov")


def test_where_no_working_hour_is_left_the_wall_tells_and_says_so() -> None:
    assert today.remaining(usual(), due(hours=3.0, working_hours=0.0)) == ("3 h left by the wall", "until 17:32")
    assert today.remaining(usual(), due(hours=-0.5, working_hours=0.0)) == ("30 min late by the wall", "since 14:02")


def test_a_lead_whose_time_never_ends_has_no_date() -> None:
    assert today.remaining(usual(), due(hours=366 * 24.0)) == ("no end", "")


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (due(), "first attempt"),
        (due(day=3), "first attempt, day 3"),
        (again(), "attempt 4 of 6, day 5 of 14, last: no answer, Tue 14:10"),
        (again(day=15), "attempt 4 of 6, day 14 of 14, last: no answer, Tue 14:10"),
        (again(last_at=None), "attempt 4 of 6, day 5 of 14"),
        (again(outcome=None, last_at=NOW - timedelta(hours=2)), "attempt 4 of 6, day 5 of 14, last: tried, 12:32"),
        (again(last_at=NOW - timedelta(days=9)), "attempt 4 of 6, day 5 of 14, last: no answer, 11 Nov"),
        (due(hours=-3.0, attempts=7), "attempt 6 of 6, day 1 of 14"),
    ],
)
def test_what_is_to_be_done_is_said_in_words(one: Any, told: str) -> None:
    assert today.what(usual(), one) == told


def test_a_row_bears_what_is_at_stake_and_ways_to_reach_only_where_they_are_given() -> None:
    told = today.row(usual(), due(phone="+49 30 1"))
    assert (told["worth"], told["phone"], told["email"]) == ("239 EUR", "+49 30 1", None)
    assert today.row(usual(), due(worth=None))["worth"] is None


def test_the_share_of_time_gone_is_never_more_than_all_of_it() -> None:
    assert today.row(usual(), due(gone=5.0))["gone"] == 1.0
    assert today.row(usual(), due(gone=0.25))["gone"] == 0.25


def test_rows_that_are_not_here_are_counted_by_kind_and_open() -> None:
    told = picture(usual())["blocks"]["due"]
    more = [one["props"] for one in components(told) if one["props"].get("className") == "number more"]
    assert [(one["data-number"], one["children"]) for one in more] == [
        (f"{days.REP}.due.again", "and 62 more to try again")
    ]


def test_nothing_due_is_a_quiet_success() -> None:
    assert "Nothing is due." in said(days.quiet(), "due")
    assert "loud" not in json.dumps(picture(days.quiet())["blocks"]["due"])


def test_whoever_has_left_has_nothing_due_and_keeps_what_was() -> None:
    assert "has left: nothing is due" in said(days.left(), "due")
    assert "422 of 520 promised leads" in said(days.left(), "given")


def test_what_cannot_be_known_says_why_and_is_no_zero() -> None:
    assert said(days.knows_nothing(), "due") == "Due now and next the warehouse does not say"
    for name in ("week", "follow", "given"):
        assert "the warehouse does not say" in said(days.knows_nothing(), name)


def test_the_week_tells_what_is_done_owed_behind_and_required() -> None:
    told = said(usual(), "week")
    for part in ("week 47", "18,480 of 23,050 EUR", "20,745 owed by now", "2,265 behind", "required a day now"):
        assert part in told
    assert "26,516 same point of last week" in told
    assert "3,260 can still close this week" in told


def test_nothing_is_required_a_day_of_a_week_that_is_met() -> None:
    found = dict(usual().numbers) | {"week.required_a_day": number(f"{days.REP}.week.required_a_day", 0, "money")}
    assert "required" not in said(usual(numbers=found), "week")


def test_the_course_is_plain_data_of_the_week() -> None:
    told = mine.course(usual())
    assert told["days"] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    assert told["done"][4] == 18_480
    assert told["done"][5:] == [None, None]
    assert (told["now"], told["worked"][5]) == (4.6, False)


def test_follow_up_stands_beside_the_team_and_never_in_a_rank() -> None:
    told = said(usual(), "follow")
    assert "beside team North" in told
    assert "below most : middle 91 % , most 86 % to 92 %" in told
    assert "as most do : middle 83 % , most 80 % to 84 %" in told
    assert "rank" not in told


def test_a_team_of_three_has_no_middle_that_would_tell_who_is_where() -> None:
    found = {name: one._replace(detail={**one.detail, "of": 3}) for name, one in usual().numbers.items()}
    told = said(usual(numbers=found), "follow")
    assert "Fewer than four of us can be judged" in told
    assert "middle 91" not in told
    assert "strip" not in json.dumps(picture(usual(numbers=found))["blocks"]["follow"])


def test_the_strip_shows_where_one_lies_in_the_spread() -> None:
    strips = [
        one["props"]["children"]
        for one in components(picture(usual())["blocks"]["follow"])
        if one["props"].get("className") == "strip"
    ]
    assert len(strips) == 2
    band, middle, dot = (one["props"]["style"] for one in strips[0])
    places = [float(one.rstrip("%")) for one in (dot["--share"], band["--from"], middle["--share"], band["--to"])]
    assert places == sorted(places)
    assert places[0] > 0
    assert places[-1] < 100


@pytest.mark.parametrize("share", [Fraction(2, 3), Fraction(1, 3), Fraction(3, 7)])
def test_who_stands_right_at_an_end_of_the_spread_is_as_most_are(share: Fraction) -> None:
    found = dict(usual().numbers)
    team = spread([share] * 6, "all reps")
    found["follow.in_time"] = found["follow.in_time"]._replace(value=share)
    ends = {"low": team.low, "high": team.high, "of": team.of}
    found["team.in_time"] = found["team.in_time"]._replace(value=team.median, detail=ends)
    assert "as most do" in said(usual(numbers=found), "follow").split("middle")[0]
    assert json.dumps(picture(usual(numbers=found)))


def test_a_spread_of_nothing_still_has_a_place() -> None:
    found = dict(usual().numbers)
    for name in ("follow.in_time", "team.in_time"):
        found[name] = found[name]._replace(value=Fraction(1, 2), detail={"low": 0.5, "high": 0.5, "of": 4})
    assert '"--share": "50.00%"' in json.dumps(picture(usual(numbers=found))["blocks"]["follow"])


def test_what_became_of_leads_is_told_by_source_and_in_all() -> None:
    told = said(usual(), "given")
    assert "101 accepted · 19 rejected · 78 undecided · 3 won" in told
    assert "web 137 nothing promised 101 accepted · 19 rejected · 17 undecided · 3 won" in told
    assert "events 61 of 60 61 undecided" in told


def test_the_most_frequent_reasons_are_named_and_the_rest_counted() -> None:
    assert said(usual(), "given").endswith("Why I said no no fit 22 no budget 13 a 5 b 4 c 3 other 3")


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/today/r01", "rep=r01"),
        ('/today/"><script>alert(1)</script>', "rep=%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E"),
        ("/today/a&b=c/d", "rep=a%26b%3Dc%2Fd"),
        ("/today/ü 1", "rep=%C3%BC%201"),
    ],
)
def test_the_frame_of_a_rep_asks_for_her_picture_whatever_her_id(path: str, asked: str) -> None:
    answer = app.shell(1).server.test_client().get(path)
    assert answer.status_code == 200
    assert f'data-picture="/api/today/picture?{asked}"' in answer.text
    assert f'data-stream="/stream/today?{asked}"' in answer.text
    assert "<script>alert" not in answer.text


def test_there_is_no_page_below_a_page_that_has_none() -> None:
    asks = app.shell(1).server.test_client()
    assert [asks.get(path).status_code for path in ("/today/", "/terms/r01", "/todays")] == [404, 404, 404]


def test_all_reps_are_sent_one_frame_each_with_her_own_id_in_it() -> None:
    made: list[str] = []
    shell = WSGIMiddleware(app.shell(1).server)

    async def source(scope: Scope, receive: Receive, send: Send) -> None:
        made.append(scope["path"])
        await shell(scope, receive, send)  # type: ignore[arg-type]

    bundles = Bundles(source, frozenset({"/today"}), frozenset({"/today"}))
    assert 'data-picture="/api/today/picture?rep=r01"' in sent(bundles, "/today/r01")
    assert 'data-picture="/api/today/picture?rep=%22%3E"' in sent(bundles, '/today/">')
    assert made == [f"/today/{SOMEBODY}"]
    assert [bundles.has(path) for path in ("/today", "/today/r", "/today/", "/terms/r")] == [True, True, False, False]


def sent(bundles: Bundles, path: str) -> str:
    """Return the body that is sent of an address, as a browser unpacks it."""
    told: list[dict[str, Any]] = []

    async def keep(message: dict[str, Any]) -> None:
        told.append(message)

    async def nothing() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: dict[str, Any] = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path}
    scope |= {"raw_path": path.encode(), "root_path": "", "query_string": b"as_of=2026-11-18", "client": ("::1", 1)}
    scope |= {"server": ("::1", 80), "headers": [(b"host", b"here"), (b"accept-encoding", b"gzip")]}
    # a loop of its own: a browser that was driven before has left one in this thread
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, bundles.answer(scope, nothing, keep)).result()
    assert told[0]["status"] == 200
    assert dict(told[0]["headers"])[b"content-encoding"] == b"gzip"
    return gzip.decompress(told[1]["body"]).decode()


def test_the_app_can_be_put_on_the_first_screen_of_a_phone() -> None:
    told = json.loads((frame.assets() / "manifest.webmanifest").read_text())
    assert (told["start_url"], told["display"], told["name"]) == ("/today", "standalone", "Smarketing")
    kinds = {(one["sizes"], one.get("purpose", "any")) for one in told["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= kinds
    asks = app.shell(1).server.test_client()
    for one in told["icons"]:
        answer = asks.get(one["src"], buffered=True)
        assert (answer.status_code, answer.mimetype) == (200, one["type"])
    answer = asks.get("/assets/manifest.webmanifest", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "application/manifest+json")
    assert '<link rel="manifest" href="/assets/manifest.webmanifest">' in asks.get("/today").text
