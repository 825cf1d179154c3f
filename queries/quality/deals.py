"""Deals that no lead or no amount stands behind."""

from collections.abc import Iterator

from sqlalchemy import and_

from queries.contract.finding import Level
from queries.contract.question import Question
from queries.contract.shape import Warehouse
from queries.quality.measure import Gap, measure
from queries.tables import deals


@measure
def deal_without_lead(here: Warehouse) -> Iterator[Gap]:
    """Deals that name no lead, so that no source and no campaign is given credit for them."""
    one = deals.c.lead_id
    if here.sound(one, deals.c.created_at):
        says = "deals name no lead, so no source and no campaign is given credit for them"
        remedy = "link the deal to its lead when it is opened"
        yield Gap(Question(Level.REMARK, (one,), one.is_(None), says, remedy, values=(deals.c.created_at,)), "deals")


@measure
def open_deal_without_amount(here: Warehouse) -> Iterator[Gap]:
    """Deals that are open and have no amount, so that the pipeline shows less than there is."""
    if here.sound(deals.c.amount, deals.c.won_at, deals.c.lost_at):
        still = and_(deals.c.won_at.is_(None), deals.c.lost_at.is_(None))
        says = "open deals have no amount, so the pipeline shows less than there is"
        question = Question(
            Level.REMARK,
            (deals.c.amount,),
            and_(still, deals.c.amount.is_(None)),
            says,
            "estimate the amount when the deal is opened",
            values=(deals.c.created_at,) if here.sound(deals.c.created_at) else None,
        )
        yield Gap(question, "open deals", still)
