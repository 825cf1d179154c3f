"""Values that the contract's own words and numbers do not allow."""

from collections.abc import Iterator

from sqlalchemy import and_, func, not_, null, or_, type_coerce

from queries.columns import MOST_MONEY, Money
from queries.contract.finding import Level
from queries.contract.question import Question
from queries.contract.ruling import Stage, rule
from queries.contract.shape import Warehouse
from queries.tables import activities, campaign_days, deals, leads, loads, metadata

WORDS = (
    (leads.c.fit, ("high", "medium", "low")),
    (leads.c.interest, ("high", "medium", "low")),
    (activities.c.kind, ("call", "email", "meeting", "message")),
    (loads.c.status, ("ok", "failed", "running")),
    (loads.c.table_name, tuple(metadata.tables)),
)
"""The columns whose words the contract fixes; reasons, stages and outcomes are the company's own."""
LEFT_OUT = "they are left out of every sum"
CREDIT = "if it is a credit note it may stay; if a sign was lost on the way, correct it"
COUNTS = (campaign_days.c.impressions, campaign_days.c.visits, loads.c.rows)


@rule(Stage.VALUES)
def word_the_contract_does_not_know(here: Warehouse) -> Iterator[Question]:
    """A word stands in a column whose words the contract fixes, and is none of them, so it is counted in no group."""
    for one, words in WORDS:
        if here.sound(one):
            says = f"{one} holds other words than {', '.join(words)}: they are counted in no group"
            remedy = f"map them to {' or '.join(words)}; the spelling counts, capitals too"
            # a blank is reported as a blank, once
            said = and_(one.not_in(words), func.trim(one) != "")
            yield Question(Level.REMARK, (one,), said, says, remedy)


@rule(Stage.VALUES)
def rating_off_the_scale(here: Warehouse) -> Iterator[Question]:
    """A rating is not between 1 and 5."""
    one = leads.c.rating
    if here.sound(one):
        remedy = "map sales' own scale to 1 (poor) to 5 (excellent), NULL when not rated"
        yield Question(Level.REMARK, (one,), or_(one < 1, one > 5), "ratings lie outside 1 to 5", remedy)


@rule(Stage.VALUES)
def money_without_end(here: Warehouse) -> Iterator[Question]:
    """An amount is infinite, no number at all or too large to be meant, and is left out of every sum."""
    for one in here.columns(Money):
        endless = not_(one.between(-MOST_MONEY, MOST_MONEY))
        says = f"{one} holds amounts that cannot be meant (infinite, no number, or more than 10^12): {LEFT_OUT}"
        yield Question(Level.FAULT, (one,), endless, says, "write the amount, NULL when unknown")


@rule(Stage.VALUES)
def negative_money(here: Warehouse) -> Iterator[Question]:
    """An amount is below zero: a deal's is left out of every sum, another lowers every sum it is in."""
    for one in here.columns(Money):
        # infinity below zero is reported as endless, once
        below = and_(one < 0, one >= -MOST_MONEY)
        counts = one is not deals.c.amount
        remedy = CREDIT if counts else "lower the amount of the deal that is credited; if a sign was lost, correct it"
        says = f"{one} holds amounts below zero: {'they lower every sum' if counts else LEFT_OUT}"
        yield Question(Level.REMARK, (one,), below, says, remedy)


@rule(Stage.VALUES)
def negative_count(here: Warehouse) -> Iterator[Question]:
    """A count is below zero."""
    for one in COUNTS:
        if here.sound(one):
            yield Question(Level.REMARK, (one,), one < 0, f"{one} holds counts below zero", "write 0 or NULL")


@rule(Stage.VALUES)
def won_deal_without_amount(here: Warehouse) -> Iterator[Question]:
    """A deal was won and has no amount: it counts as a customer and adds no money."""
    lacks = here.held(deals.c.amount) is None
    if not here.sound(deals.c.won_at) or not (lacks or here.sound(deals.c.amount)):
        return
    # without the column, no deal has an amount
    amount = type_coerce(null(), Money) if lacks else deals.c.amount
    yield Question(
        Level.REMARK,
        (deals.c.amount,),
        and_(deals.c.won_at.is_not(None), amount.is_(None)),
        "won deals have no amount: each counts as a customer and adds no money",
        "fill in the amount, or agree on a quota in customers",
        values=(deals.c.won_at,),
    )
