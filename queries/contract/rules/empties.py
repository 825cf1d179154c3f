"""Values that are not there, and blanks that look like values."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Text, func

from queries.contract.finding import Level
from queries.contract.question import Question
from queries.contract.rules.ids import POINTS_AT
from queries.contract.ruling import Stage, rule
from queries.contract.shape import Warehouse
from queries.tables import campaigns, deals, leads, reps, required

NOTHING = ("n/a", "na", "n.a.", "null", "nil", "none", "nan", "#n/a", "-", "--", "?", "undefined")
UNKNOWN = ("unknown", "not set", "(not set)", "not available")
NAMES = {
    reps.c.name,
    campaigns.c.name,
    campaigns.c.brief,
    leads.c.label,
    leads.c.url,
    deals.c.label,
    deals.c.url,
}
"""Free text, where a word is what it says: somebody may be called Null."""


@rule(Stage.VALUES)
def required_value_empty(here: Warehouse) -> Iterator[Question]:
    """A value that every row needs is NULL."""
    for one in here.columns():
        held = here.held(one)
        if required(one) and held and not held.never_empty:
            remedy = f"fill in {one.name}, or leave these rows out"
            yield Question(Level.FAULT, (one,), one.is_(None), f"{one} is empty, and every row needs it", remedy)


@rule(Stage.VALUES)
def blank_that_looks_like_a_value(here: Warehouse) -> Iterator[Question]:
    """A text is blank or a word for nothing ('N/A', 'null', 'unknown'), and is counted as if it said something."""
    pointing = {one for one, _ in POINTS_AT}
    for one in here.columns(Text):
        # an id that points at another table has a rule of its own ('N/A' is no campaign), and a key that the engine
        # keeps unique is blank once at most
        if one in pointing or (one.primary_key and here.shapes[one.table.name].unique):
            continue
        yield Question(
            Level.REMARK,
            (one,),
            func.trim(one).in_(_blanks(one)),
            f"{one} holds blanks that look like values: they count as if they said something",
            "leave these rows out, or give them a value" if required(one) else "write NULL where nothing is known",
        )


def _blanks(column: Column[Any]) -> list[str]:
    """Return what counts as blank in ``column``, in the three spellings in which systems export it.

    A column that may not be NULL has no other honest word than 'unknown' (a lead's source); there it is a value.
    """
    words = () if column in NAMES else NOTHING if required(column) else NOTHING + UNKNOWN
    spelled = {form for word in words for form in (word, word.upper(), word.title(), word.capitalize())}
    return ["", "\t", "\n", "\r\n", "\u00a0", *sorted(spelled)]
