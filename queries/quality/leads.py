"""Leads that repeat one another, lack something, or belong to nobody."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, and_, func

from queries.contract.finding import Level
from queries.contract.question import Question
from queries.contract.shape import Warehouse
from queries.quality.measure import Gap, Parts, measure
from queries.tables import leads

MOST_LISTS = 2000
"""So many different lists of missing fields are taken apart, the most frequent first."""


@measure
def duplicate_lead(here: Warehouse) -> Iterator[Gap]:
    """Leads that repeat another lead: they are counted nowhere but here."""
    one = leads.c.duplicate_of
    if here.sound(one):
        remedy = "find out which form or import writes them twice, and merge them in the CRM"
        says = "leads repeat another lead, and so are counted nowhere but here"
        yield Gap(Question(Level.REMARK, (one,), one.is_not(None), says, remedy), "leads")


@measure
def incomplete_lead(here: Warehouse) -> Iterator[Gap]:
    """Leads that lack a required field, by the field that is missing."""
    one = leads.c.missing
    if here.sound(one):
        lacks = and_(one.is_not(None), func.trim(one) != "")
        remedy = "ask for the field where the lead is made, or fill it in before the lead is handed over"
        yield Gap(
            Question(Level.REMARK, (one,), lacks, "leads lack a required field", remedy), "leads", parts=_by_field
        )


def _by_field(connection: Connection, rows: Select[Any], question: Question) -> Parts:
    """Return how many leads lack each field; a lead that lacks two counts for both."""
    (one,) = question.columns
    query = rows.add_columns(one).group_by(one).order_by(func.count().desc()).limit(MOST_LISTS)
    found: Counter[str] = Counter()
    for count, fields in connection.execute(query):
        found.update({field: count for field in {part.strip() for part in fields.split(",")} if field})
    return found.most_common()


@measure
def lead_without_owner(here: Warehouse) -> Iterator[Gap]:
    """Sales-ready leads that no rep has: nobody's clock runs, and nobody will try them."""
    if here.sound(leads.c.owner_id, leads.c.ready_at, leads.c.duplicate_of):
        ready = and_(leads.c.ready_at.is_not(None), leads.c.duplicate_of.is_(None))
        says = "sales-ready leads have no owner: nobody will try them"
        remedy = "give each to a rep, and see to it that handing over gives an owner"
        question = Question(
            Level.REMARK,
            (leads.c.owner_id,),
            and_(ready, leads.c.owner_id.is_(None)),
            says,
            remedy,
            values=(leads.c.ready_at,),
        )
        yield Gap(question, "sales-ready leads", ready)


@measure
def rejected_without_reason(here: Warehouse) -> Iterator[Gap]:
    """Rejected leads that say no reason, so that nothing can be learned from them."""
    if here.sound(leads.c.rejected_at, leads.c.rejection_reason):
        rejected = leads.c.rejected_at.is_not(None)
        silent = and_(rejected, leads.c.rejection_reason.is_(None))
        question = Question(
            Level.REMARK,
            (leads.c.rejection_reason,),
            silent,
            "rejected leads say no reason, so marketing cannot learn from them",
            "make the reason a required choice where a lead is rejected",
            values=(leads.c.rejected_at,),
        )
        yield Gap(question, "rejected leads", rejected)
