"""A takeaway never says what its figures do not bear: each claim in it is checked against them, whatever they are."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.board import Part
from dashboard.drawing.numbers import distance as on_the_board
from dashboard.meeting import sentences
from dashboard.meeting.sentences import Bringer, Word, size
from dashboard.number import Number, Unit
from dashboard.pace import Bands, Standing
from dashboard.words import figure
from tests.dashboard.boards import BANDS, number

MANY = settings(max_examples=500, deadline=None, derandomize=True, database=None)
JUDGES = re.compile(r"ahead|behind|short|more than|above|reached|missing|less|just (?:as|what)")
"""Every word by which a sentence compares."""
AMOUNTS = st.one_of(
    st.none(),
    st.just(Fraction(0)),
    st.integers(0, 60).map(Fraction),
    st.integers(0, 10**6).map(lambda n: Fraction(n, 7)),
)
UNITS: list[Unit] = ["money", "customers"]


class Told:
    """The numbers of one promise that were made up, and what they really come to."""

    def __init__(self, prefix: str, draw: Any, unit: Unit, over: bool) -> None:
        self.done, self.target = draw(AMOUNTS), draw(AMOUNTS)
        gone = Fraction(1) if over else draw(st.integers(0, 19).map(lambda n: Fraction(n, 20)))
        self.standing = Standing(self.target or Fraction(0), self.done or Fraction(0), gone, Fraction(3))
        stale = draw(st.sampled_from([False, False, True]))
        status = self.standing.status(Bands(*BANDS)) if self.target and self.done is not None and not stale else None
        self.status = status or "no verdict"
        self.owed = self.standing.owed if self.target is not None else None
        gap = self.standing.gap if self.done is not None and self.target is not None else None
        self.numbers = {
            one.name: one
            for one in (
                _exact(f"{prefix}.done", self.done, unit, label="It: done", status=self.status),
                _exact(f"{prefix}.target", self.target, unit),
                _exact(f"{prefix}.owed", self.owed, unit),
                _exact(f"{prefix}.gap", gap, unit, status=self.status),
            )
        }
        absent = draw(st.sampled_from([None, None, None, *self.numbers]))
        self.numbers.pop(absent, None)
        for name in ("done", "target", "owed"):
            if f"{prefix}.{name}" not in self.numbers:
                setattr(self, name, None)


def _exact(name: str, value: Fraction | None, unit: Unit, **more: Any) -> Number:
    return number(name, None, unit, **more)._replace(value=value, reason="" if value is not None else "nobody says")


@st.composite
def promises(draw: Any, prefix: str, unit: Unit | None = None, over: bool | None = None) -> Told:
    """One promise, with whatever may be missing of it."""
    kind = unit or draw(st.sampled_from(UNITS))
    return Told(prefix, draw, kind, draw(st.booleans()) if over is None else over)


def bears(text: str, told: Told) -> None:
    """Assert that each comparison in a sentence on one promise follows from its figures."""
    done, owed, target = told.done, told.owed, told.target
    if done is None or target is None or told.status in ("no verdict", "too early"):
        assert not JUDGES.search(text), text
        return
    if re.search(r"ahead|more than promised|above the quota", text):
        assert owed is not None
        assert done > owed
    if re.search(r"behind|short|missing", text):
        assert owed is not None
        assert done < owed
    if "reached" in text:
        assert done >= target
    if "just" in text:
        assert owed is not None
        assert abs(done - owed) <= Fraction(1, 2)


def figures(text: str) -> Iterator[str]:
    yield from re.findall(r"\d(?:[\d,]*\d)?(?:\.\d+)?", text)


def allowed(told: Told, unit: Unit, *more: Fraction) -> set[str]:
    known = [one for one in (told.done, told.target, *more) if one is not None]
    gap = told.done - told.owed if told.done is not None and told.owed is not None else None
    return {figure(one, unit) for one in known} | ({size(gap, told.owed, unit)} if gap is not None else set())


@MANY
@given(promises("goal.month"), st.integers(0, 12))
def test_the_goal_is_told_as_its_figures_are(told: Told, reached: int) -> None:
    unit = told.numbers["goal.month.done"].unit if "goal.month.done" in told.numbers else "money"
    likely = number("goal.month.projection", 7, unit, detail={"reached": reached, "of": 12})
    text = sentences.goal(told.numbers | {likely.name: likely}, "EUR")
    ours, _, chance = text.partition(" Going on as past months did, ")
    bears(ours, told)
    assert {*figures(ours)} <= allowed(told, unit)
    assert chance in ("", f"{reached} of 12 reach it.")
    assert text.endswith(".")


@MANY
@given(promises("marketing.week", "leads"), st.data())
def test_marketings_week_is_told_as_its_figures_are(told: Told, data: Any) -> None:
    parts = {name: data.draw(promises(f"s.{name}", "leads")) for name in ("social", "email", "events")}
    numbers = told.numbers | {name: one for part in parts.values() for name, one in part.numbers.items()}
    text = sentences.marketing(numbers, "marketing.week", [Part(f"s.{name}", name) for name in parts])
    for name, side, by in re.findall(r"(\w+) (fell|brought) ([\d.,]+) (?:short|more)", text):
        part = parts[name.lower()]
        assert part.done is not None
        assert part.target
        assert part.owed == part.target
        assert part.status != "no verdict"
        assert (part.done < part.target) == (side == "fell")
        assert by == size(part.done - part.target, part.target, "leads")
    first = text.partition(". ")[0]
    bears(re.sub(r"(?:^|, )\w+ (?:fell|brought) .*", "", first), told)


@MANY
@given(promises("sales.week"), AMOUNTS)
def test_sales_week_is_told_as_its_figures_are_and_compared_with_what_is_known(
    told: Told, before: Fraction | None
) -> None:
    unit = told.numbers["sales.week.done"].unit if "sales.week.done" in told.numbers else "money"
    previous = _exact("sales.week.previous", before, unit)
    text = sentences.sales(told.numbers | {previous.name: previous}, "sales.week", "EUR")
    ours = re.split(r" (?=[\d.,]+ (?:more|less) than in|As much as)", text)
    bears(ours[0], told)
    if len(ours) > 1:
        assert before
        assert told.done is not None
        assert told.status != "no verdict"
        assert ("more" in ours[1]) <= (told.done > before)
        assert ("less" in ours[1]) <= (told.done < before)
        assert ("the same part of" in ours[1]) == (told.owed != told.target or told.target is None)


@pytest.mark.parametrize("done", [0, 1, 9, 19])
def test_a_share_of_few_is_told_as_a_count(done: int) -> None:
    few = number("a", Fraction(done, 19), "share", numerator=Fraction(done), denominator=Fraction(19))
    assert sentences.of_all(few) == f"{done} of 19"
    assert sentences.of_all(few._replace(denominator=Fraction(20))).endswith("%")


@MANY
@given(st.lists(st.booleans(), min_size=3, max_size=3), st.integers(0, 40), st.integers(1, 40))
def test_what_each_owes_is_told_of_both_sides_whatever_is_known(known: list[bool], part: int, whole: int) -> None:
    names = ("quality.incomplete", "followup.first_attempt.in_time", "followup.acceptance.of_decided")
    share = Fraction(min(part, whole), whole)
    more: Any = {"numerator": Fraction(min(part, whole)), "denominator": Fraction(whole)}
    found = {
        name: number(name, share if is_known else None, "share", **more)
        for name, is_known in zip(names, known, strict=True)
    }
    text = sentences.owing(found)
    assert ("% of" in text) <= (whole >= 20)
    assert text.lower().count("marketing") >= 1
    assert "sales" in text
    assert ("what marketing owes cannot be told" in text.lower()) == (not known[0])
    assert ("what sales owes cannot be told" in text) == (not known[1])
    assert ("accepted" in text) == known[2]


@MANY
@given(st.lists(st.none() | st.integers(0, 30), min_size=4, max_size=4), st.integers(0, 6))
def test_the_review_says_the_counts_that_are_known_and_no_other(counts: list[int | None], cards: int) -> None:
    names = ("accepted", "rejected", "won", "lost")
    found = {f"review.{name}": number(f"review.{name}", count) for name, count in zip(names, counts, strict=True)}
    text = sentences.review(found, cards)
    if not any(counts):
        far = ", as far as that is recorded" if None in counts else ""
        assert text == f"Nothing was settled on any lead in this week{far}."
        return
    known = [(verb, one) for verb, one in zip(names, counts, strict=True) if one is not None]
    assert [int(one) for one in figures(text)] == [*(one for _, one in known), *([cards] if cards else [])]
    assert re.findall(r"accepted|rejected|won|lost", text) == [verb for verb, _ in known]


BRINGERS = st.lists(
    st.builds(Bringer, st.sampled_from(["Guides", "the most, of all", "Brand"]), st.integers(0, 5)), max_size=5
)


KINDS = ("sales-ready leads", "new customers", "visits")
CLAUSE = re.compile(rf"(?<=\)), (?!the most (?:{'|'.join(KINDS)}))")
"""Where a sentence goes on to the next campaign: names have commas of their own."""


@MANY
@given(st.tuples(BRINGERS, BRINGERS, BRINGERS))
def test_the_campaign_that_brought_most_did_bring_most_and_is_named_once(
    kinds: tuple[list[Bringer], list[Bringer], list[Bringer]],
) -> None:
    text = sentences.campaigns(*kinds, [])
    tops = [max((one.brought for one in some), default=0) for some in kinds]
    firsts = [sorted(one.name for one in some if one.brought == top) for some, top in zip(kinds, tops, strict=True)]
    if not any(tops):
        assert text == "No campaign brought a lead, a customer or a visit in this week."
        return
    clauses = CLAUSE.split(text)
    assert len(clauses) == len({tuple(first) for first, top in zip(firsts, tops, strict=True) if top})
    for kind, top, first in zip(KINDS, tops, firsts, strict=True):
        told = f"the most {kind} ({top}{' each' if len(first) > 1 else ''})"
        where = [one for one in clauses if f"the most {kind} (" in one]
        assert [told in one for one in where] == [True] * bool(top)
        who = " and ".join(first) if len(first) <= 2 else f"{len(first)} campaigns"
        assert all(one.casefold().startswith(f"{who} ".casefold()) for one in where)


def test_a_campaign_that_brought_the_most_of_two_kinds_is_named_once() -> None:
    guides, sensor, tie = Bringer("Application guides", 93), Bringer("Sensor of the month", 7), Bringer("Brand", 93)
    told = sentences.campaigns(
        [guides, sensor], [guides._replace(brought=8)], [guides, sensor._replace(brought=6083)], []
    )
    assert told == (
        "Application guides brought the most sales-ready leads (93) and the most new customers (8), "
        "Sensor of the month the most visits (6,083)."
    )
    assert sentences.campaigns([guides, tie], [guides], [tie, guides], []) == (
        "Application guides and Brand brought the most sales-ready leads (93 each) and the most visits (93 each), "
        "Application guides the most new customers (93)."
    )


def test_without_campaigns_the_step_says_what_is_missing() -> None:
    assert sentences.campaigns([], [], [], ["the warehouse lists no campaigns (campaigns)"]) == (
        "The warehouse lists no campaigns (campaigns)."
    )


def test_a_word_is_told_as_it_held() -> None:
    words = [
        Word("Marketing", "420", "412", False),
        Word("Sales", "20,000", "21,000", True),
        Word("Both", "3", "", None),
    ]
    assert sentences.actions(1, 3, words) == (
        "1 of 3 actions from the weeks before is done. Marketing said 420; 412 came and its word did not hold. "
        "Sales said 20,000; 21,000 came and its word held. Both said 3; what came is not known."
    )
    assert sentences.actions(0, 0, []) == "No action came over from the weeks before."


@MANY
@given(st.integers(-4000, 4000).map(lambda n: Fraction(n, 3)), st.integers(0, 900).map(Fraction))
def test_a_distance_is_as_fine_as_on_the_board(value: Fraction, beside: Fraction) -> None:
    assert size(value, beside, "leads") == on_the_board(abs(value), number("owed", beside), "leads")


def test_a_sentence_that_lies_would_be_seen() -> None:
    told = Told("sales.week", lambda _: False, "money", True)
    told.done, told.target, told.owed, told.status = Fraction(10), Fraction(20), Fraction(20), "behind"
    with pytest.raises(AssertionError):
        bears("Sales booked 10 of 20, 10 above the quota.", told)
    with pytest.raises(AssertionError):
        bears("Revenue is 10 of 20: the goal is reached.", told)
