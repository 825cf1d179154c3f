"""Ids: one row each, and each pointing at a row that is there."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, and_, func, select

from queries.contract.finding import Level
from queries.contract.known import rows_known
from queries.contract.question import Question
from queries.contract.ruling import Stage, rule
from queries.contract.shape import Warehouse
from queries.tables import activities, campaign_days, campaigns, deals, key, leads, reps, touches

POINTS_AT = (
    (leads.c.campaign_id, campaigns.c.campaign_id),
    (leads.c.owner_id, reps.c.rep_id),
    (leads.c.duplicate_of, leads.c.lead_id),
    (activities.c.lead_id, leads.c.lead_id),
    (activities.c.rep_id, reps.c.rep_id),
    (deals.c.rep_id, reps.c.rep_id),
    (deals.c.lead_id, leads.c.lead_id),
    (campaign_days.c.campaign_id, campaigns.c.campaign_id),
    (touches.c.lead_id, leads.c.lead_id),
    (touches.c.campaign_id, campaigns.c.campaign_id),
)


@rule(Stage.VALUES)
def id_more_than_once(here: Warehouse) -> Iterator[Question]:
    """An id stands on more than one row, so what it names is counted more than once."""
    for table in here.tables():
        ids = [table.c[name] for name in key(table)]
        # a view has no primary key, and a table of the company's own may have another
        if here.shapes[table.name].unique or not here.sound(*ids):
            continue
        rows = func.count().label("rows_of_it")
        twice = select(*ids, rows).group_by(*ids).having(func.count() > 1).subquery()
        yield Question(
            Level.FAULT,
            tuple(ids),
            twice.c.rows_of_it > 1,
            f"one {' / '.join(key(table))} stands on more than one row of {table.name} (the example says on how many)",
            f"keep one row per {', '.join(key(table))}: in a view, the newest",
            source=twice,
            ids=tuple(twice.c[name] for name in key(table)),
            values=(twice.c.rows_of_it,),
        )


@rule(Stage.VALUES)
def points_at_nothing(here: Warehouse) -> Iterator[Question]:
    """An id points at a row that is not there, so what hangs on it is shown without it or not at all."""
    for one, target in POINTS_AT:
        if here.sound(one, target):
            yield _orphans(here, one, target)


def _orphans(here: Warehouse, one: Column[Any], target: Column[Any]) -> Question:
    there = target.table.alias("there")
    found = there.c[target.name]
    return Question(
        Level.REMARK,
        (one,),
        and_(one.is_not(None), found.is_(None)),
        f"{one} names a {target.name} that {target.table.name} does not have",
        f"load the missing {target.table.name}, or write NULL where nothing is known"
        if one.nullable
        else f"load the missing {target.table.name}",
        source=one.table.outerjoin(there, and_(one == found, rows_known(target.table, here, there))),
    )


@rule(Stage.VALUES)
def duplicate_of_itself(here: Warehouse) -> Iterator[Question]:
    """A lead is called a duplicate of itself, and so is counted nowhere."""
    if here.sound(leads.c.duplicate_of, leads.c.lead_id):
        yield Question(
            Level.REMARK,
            (leads.c.duplicate_of,),
            leads.c.duplicate_of == leads.c.lead_id,
            "leads are called duplicates of themselves, and so are counted nowhere",
            "write NULL on the lead that is kept",
        )
