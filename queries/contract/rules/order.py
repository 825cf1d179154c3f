"""Events in time: none lies in the future, none comes before its cause, none excludes another that is there too."""

from collections.abc import Iterator

from sqlalchemy import and_, bindparam

from queries.columns import Instant
from queries.contract.finding import Level
from queries.contract.question import Question
from queries.contract.ruling import Stage, rule
from queries.contract.shape import Warehouse
from queries.tables import activities, campaigns, deals, leads, reps

AFTER = (
    (leads.c.ready_at, leads.c.created_at, "leads became sales-ready before they were created"),
    (leads.c.assigned_at, leads.c.created_at, "leads were given to a rep before they were created"),
    (leads.c.assigned_at, leads.c.ready_at, "leads were given to a rep before they were sales-ready"),
    (leads.c.accepted_at, leads.c.ready_at, "leads were accepted before they were handed over"),
    (leads.c.accepted_at, leads.c.assigned_at, "leads were accepted before they were given to a rep"),
    (leads.c.rejected_at, leads.c.ready_at, "leads were rejected before they were handed over"),
    (leads.c.rejected_at, leads.c.assigned_at, "leads were rejected before they were given to a rep"),
    (deals.c.won_at, deals.c.created_at, "deals were won before they were opened"),
    (deals.c.lost_at, deals.c.created_at, "deals were lost before they were opened"),
    (campaigns.c.ends_on, campaigns.c.starts_on, "campaigns end before they start"),
    (reps.c.active_to, reps.c.active_from, "reps stop before they start"),
)
"""An event, its cause in the same row, and what is said when the first comes before the second."""
AFTER_THE_LEAD = (
    (activities.c.happened_at, "leads were tried before they were created"),
    (deals.c.won_at, "deals were won before their lead was created"),
)
EITHER = (
    (deals.c.won_at, deals.c.lost_at, "deals are both won and lost"),
    (leads.c.accepted_at, leads.c.rejected_at, "leads are both accepted and rejected"),
)
ORDER_REMEDY = "correct the dates where they come from; often one is a day, the other an instant, or a zone is wrong"


@rule(Stage.VALUES)
def instant_in_the_future(here: Warehouse) -> Iterator[Question]:
    """An instant lies after the moment of the check, so no screen shows it until then."""
    now = bindparam("as_of", here.as_of, Instant(), unique=True)
    for one in here.columns(Instant):
        yield Question(
            Level.REMARK,
            (one,),
            one > now,
            f"{one} lies in the future: no screen shows it until then",
            "is it a plan, or written in local time instead of UTC? write when it happened, in UTC",
        )


@rule(Stage.VALUES)
def before_its_cause(here: Warehouse) -> Iterator[Question]:
    """An event comes before the event of the same row that must have come first."""
    for event, cause, says in AFTER:
        if here.sound(event, cause):
            yield Question(Level.REMARK, (event,), event < cause, says, ORDER_REMEDY, values=(event, cause))


@rule(Stage.VALUES)
def before_its_lead(here: Warehouse) -> Iterator[Question]:
    """An attempt or a win comes before its lead was created."""
    for event, says in AFTER_THE_LEAD:
        lead_id = event.table.c.lead_id
        if here.sound(event, lead_id, leads.c.lead_id, leads.c.created_at):
            source = event.table.join(leads, lead_id == leads.c.lead_id)
            yield Question(
                Level.REMARK,
                (event,),
                event < leads.c.created_at,
                says,
                ORDER_REMEDY,
                source=source,
                values=(event, leads.c.created_at),
            )


@rule(Stage.VALUES)
def one_or_the_other(here: Warehouse) -> Iterator[Question]:
    """Of two ends that exclude each other, a row has both."""
    for one, other, says in EITHER:
        if here.sound(one, other):
            both = and_(one.is_not(None), other.is_not(None))
            remedy = f"empty {one.name} or {other.name}, whichever no longer holds"
            yield Question(Level.REMARK, (one,), both, says, remedy, values=(one, other))
