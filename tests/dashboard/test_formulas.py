"""Whoever reckons a formula over again with the figures that stand in it comes to the number that stands behind it."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from math import prod
from typing import NamedTuple

import pytest
from sqlalchemy import update

from dashboard.agreement import Agreement
from dashboard.meeting import numbers as weekly
from dashboard.number import Number
from dashboard.reckon import board_of, reading_of
from dashboard.reps.numbers import MEASURES, RepNumbers
from dashboard.reps.reading import RepReading
from dashboard.settings import Settings
from queries import tables, warehouse
from tests.dashboard.whole import AS_OF, whole

MORNING = datetime.fromisoformat("2026-11-16T09:20:00+01:00")
Promised = dict[str, int | str]
PROMISES: dict[str, Promised] = {
    "so many for everybody": {"leads_per_month": 2500},
    "worked backwards from the goal": {"leads_per_month": "from the goal"},
    "so many for each rep": {"leads_per_rep_per_month": 33},
}
INNER, FIGURE = re.compile(r"\(([^()]*)\)"), re.compile(r"−?[\d,]*\d(?:\.\d+)?(?:/\d+)?")


class Seen(NamedTuple):
    """The numbers of the board, of the week and of every rep, under some agreement."""

    numbers: list[Number]
    judged: dict[str, int]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The made-up company; one rep came in the middle of the month."""
    found = whole(tmp_path_factory.mktemp("whole")).settings
    writer = warehouse.writer(found.warehouse)
    with writer.begin() as connection:
        second = tables.reps.c.rep_id == "r02"
        connection.execute(update(tables.reps).where(second).values(active_from=date(2026, 11, 11)))
    writer.dispose()
    return found


def agreed(one: Agreement, leads: Promised) -> Agreement:
    """The agreement with shares that are no whole per cents, and leads promised in this way."""
    told = one.model_dump(mode="python", by_alias=True)
    for version in told["versions"]:
        promise = version["marketing"]
        shares = dict.fromkeys(promise["shares"], Fraction(1, 8))
        first = next(iter(shares))
        shares[first] = 1 - sum(shares.values()) + shares[first]
        version["marketing"] = {"shares": shares, **leads}
        version["goal"]["lead_to_customer"] = "measured"
    return Agreement.model_validate(told)


def seen(settings: Settings, leads: Promised, as_of: datetime) -> Seen:
    reader = warehouse.reader(settings.warehouse, 60)
    with warehouse.reading(reader) as connection:
        reading = reading_of(connection, settings.company, agreed(settings.agreement, leads), as_of)
        field = RepReading(reading, {})
        numbers = [*board_of(reading, as_of).numbers.values(), *weekly.numbers(weekly.Weekly(reading))]
        judged = {}
        for rep in field.reps:
            mine = RepNumbers(field, rep)
            numbers += mine.all()
            judged |= {f"{mine.prefix}.follow.{one.name}": one.judged(field, mine.places) for one in MEASURES}
    reader.dispose()
    return Seen(numbers, judged)


def sides(formula: str) -> Iterator[tuple[str, str]]:
    """What is reckoned and what it comes to, where a formula says so."""
    left, equals, right = formula.split(";")[0].rpartition(" = ")
    if equals:
        yield left.rpartition(": ")[2], right


def reckoned(text: str) -> Fraction:
    """What the figures of a text come to; its words are left out."""
    while inner := INNER.search(text):
        text = text[: inner.start()] + str(reckoned(inner[1])) + text[inner.end() :]
    if " + " in text:
        return sum(map(reckoned, text.split(" + ")), Fraction(0))
    first, *less = text.split(" − ")
    if less:
        return reckoned(first) - sum(map(reckoned, less), Fraction(0))
    first, *times = text.split(" × ")
    if times:
        return reckoned(first) * prod(map(reckoned, times))
    first, *over = re.split(" ÷ | of (?=[0-9])", text)
    if over:
        return reckoned(first) / prod(map(reckoned, over))
    figure = FIGURE.search(text)
    assert figure, text
    return Fraction(figure[0].replace(",", "").replace("−", "-")) / (100 if "%" in text else 1)


def last_digit(text: str) -> Fraction:
    """How much half a unit of the last digit of a figure is worth."""
    figure = FIGURE.search(text)
    assert figure, text
    places = len(figure[0].partition(".")[2]) if "." in figure[0] else 0
    return Fraction(1, 2 * 10 ** max(places, 0 if "%" in text else 2)) / (100 if "%" in text else 1)


@pytest.mark.parametrize("as_of", [AS_OF, MORNING], ids=["on a Wednesday", "as the week begins"])
@pytest.mark.parametrize("leads", PROMISES.values(), ids=PROMISES.keys())
def test_the_figures_in_a_formula_come_to_the_number(settings: Settings, leads: Promised, as_of: datetime) -> None:
    wrong, reckonings = [], 0
    for one in seen(settings, leads, as_of).numbers:
        for left, right in sides(one.formula):
            reckonings += 1
            found, said = reckoned(left), reckoned(right)
            if abs(found - said) > max(abs(said) / 1000, last_digit(right)):
                wrong.append(f"{one.name}: {one.formula}, and they come to {float(found):.6g}")
    assert wrong == []
    assert reckonings > 100


def test_a_reps_follow_up_says_over_how_many_leads_it_is_judged(settings: Settings) -> None:
    found = seen(settings, PROMISES["so many for everybody"], AS_OF)
    said = {one.name: one.formula for one in found.numbers if one.name in found.judged and one.formula}
    assert said
    assert {name: int(formula.split(" over ")[1].split()[0]) for name, formula in said.items()} == {
        name: found.judged[name] for name in said
    }


def test_what_marketing_promised_a_rep_says_what_its_figures_come_to(settings: Settings) -> None:
    promised = [
        one
        for one in seen(settings, PROMISES["so many for everybody"], AS_OF).numbers
        if one.name.startswith("rep.") and "given" in one.name
    ]
    told = [one.formula for one in promised if one.name.endswith(".target") and one.formula]
    assert told and all(" of the reps' working days = " in one for one in told)


def test_leads_undecided_too_long_are_said_to_be_those_of_the_judged_days(settings: Settings) -> None:
    told = {one.name: one.formula for one in seen(settings, PROMISES["so many for everybody"], AS_OF).numbers}
    said = "handed over in the last 28 days, more than 3 days ago, and still undecided"
    assert told["followup.acceptance.waiting_too_long"] == said
