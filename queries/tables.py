"""The contract: the tables the board expects in a warehouse, each column with its sentence.

Each name may be a table or a view. ``optional`` tables and columns may be missing: the screens that need them say so.
"""

from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, SmallInteger, Table
from sqlalchemy.types import TypeEngine

from queries.columns import Instant, Money, Words

metadata = MetaData()


def column(name: str, kind: type[TypeEngine[Any]], sentence: str, need: str = "") -> Column[Any]:
    """Return a column with its sentence; ``need`` is ``key`` (the id), ``must`` (never empty) or nothing."""
    return Column(name, kind, primary_key=need == "key", nullable=need == "", comment=sentence)


reps = Table(
    "reps",
    metadata,
    column("rep_id", Words, "Id of one person in sales.", "key"),
    column("name", Words, "What colleagues call this person.", "must"),
    column("team", Words, "The team this person belongs to."),
    column("email", Words, "Work e-mail, by which a signed-in person is recognised."),
    column("active_from", Date, "First day this person carries a quota and receives leads; empty: always did."),
    column("active_to", Date, "First day this person no longer does; empty: still does."),
    comment="One person in sales.",
)

campaigns = Table(
    "campaigns",
    metadata,
    column("campaign_id", Words, "Id of one campaign.", "key"),
    column("name", Words, "What the campaign is called.", "must"),
    column("source", Words, "The source it belongs to.", "must"),
    column("starts_on", Date, "First day it runs."),
    column("ends_on", Date, "Last day it runs; empty: open end."),
    column("brief", Words, "What sales should know and do."),
    comment="One campaign.",
)

leads = Table(
    "leads",
    metadata,
    column("lead_id", Words, "Id of one lead.", "key"),
    column("created_at", Instant, "When the lead came into being.", "must"),
    column("source", Words, "Where it came from.", "must"),
    column("campaign_id", Words, "The campaign it came from."),
    column("persona", Words, "What kind of buyer it is."),
    column("fit", Words, "How well it fits the ideal customer: high, medium or low."),
    column("interest", Words, "How interested it is: high, medium or low."),
    column("ready_at", Instant, "When it became sales-ready and was handed over."),
    column("owner_id", Words, "The rep who has it now."),
    column("assigned_at", Instant, "When it was first given to a rep: its clock starts."),
    column("accepted_at", Instant, "When sales accepted it."),
    column("rejected_at", Instant, "When sales rejected it."),
    column("rejection_reason", Words, "Why sales rejected it."),
    column("rating", SmallInteger, "What sales thought of it, 1 (poor) to 5 (excellent)."),
    column("missing", Words, "Required fields that are empty, comma-separated."),
    column("duplicate_of", Words, "The lead it repeats; then it is counted nowhere but in data quality."),
    column("label", Words, "What people call it."),
    column("url", Words, "The record in the CRM."),
    column("email", Words, "Where to write; a rep sees it only where the company allows it."),
    column("phone", Words, "Where to call; a rep sees it only where the company allows it."),
    column("loaded_at", Instant, "When the warehouse learned of it; empty: when it was created."),
    # the longer ones answer a question by themselves, without a look at the rows
    Index("leads_created", "created_at", "loaded_at", "duplicate_of", "missing"),
    Index("leads_ready", "ready_at", "source", "fit", "interest", "duplicate_of", "loaded_at", "created_at"),
    Index(
        "leads_assigned", "assigned_at", "lead_id", "rejected_at", "duplicate_of", "loaded_at", "created_at", "owner_id"
    ),
    Index("leads_accepted", "accepted_at"),
    Index("leads_rejected", "rejected_at"),
    Index("leads_loaded", "loaded_at"),
    comment="One lead, once.",
)

activities = Table(
    "activities",
    metadata,
    column("activity_id", Words, "Id of one attempt.", "key"),
    column("lead_id", Words, "The lead somebody tried to reach.", "must"),
    column("happened_at", Instant, "When.", "must"),
    column("kind", Words, "How: call, email, meeting or message.", "must"),
    column("rep_id", Words, "Who tried."),
    column("outcome", Words, "What came of it: connected, no_answer, bounced, …"),
    column("automated", Boolean, "True when a machine sent it: it counts for nothing."),
    column("loaded_at", Instant, "When the warehouse learned of it; empty: when it happened."),
    Index("activities_lead", "lead_id", "happened_at"),
    Index("activities_when", "happened_at", "loaded_at", "automated", "lead_id", "outcome"),
    Index("activities_loaded", "loaded_at"),
    comment="One attempt to reach a lead.",
)

deals = Table(
    "deals",
    metadata,
    column("deal_id", Words, "Id of one deal.", "key"),
    column("created_at", Instant, "When the deal was opened.", "must"),
    column("rep_id", Words, "The rep whose deal it is.", "must"),
    column("lead_id", Words, "The lead it grew from."),
    column("customer_id", Words, "The customer who buys."),
    column("stage", Words, "Where it stands, in the company's own words."),
    column("amount", Money, "What it is worth, in the company's currency."),
    column("margin", Money, "What is left of the amount after direct cost."),
    column("recurring_monthly", Money, "What it brings every month."),
    column("expected_close_on", Date, "The day it is expected to close."),
    column("won_at", Instant, "When it was won."),
    column("lost_at", Instant, "When it was lost."),
    column("lost_reason", Words, "Why it was lost."),
    column("label", Words, "What people call it."),
    column("url", Words, "The record in the CRM."),
    column("loaded_at", Instant, "When the warehouse learned of it; empty: when it was opened."),
    Index("deals_created", "created_at"),
    Index("deals_won", "won_at", "amount", "rep_id", "loaded_at", "created_at", "lead_id"),
    Index("deals_loaded", "loaded_at"),
    Index("deals_lead", "lead_id"),
    Index("deals_customer", "customer_id"),
    Index("deals_close", "expected_close_on"),
    Index("deals_lost", "lost_at"),
    comment="One deal.",
)

campaign_days = Table(
    "campaign_days",
    metadata,
    column("day", Date, "A day of the company.", "must"),
    column("source", Words, "The source.", "must"),
    column("campaign_id", Words, "The campaign; empty: the source as a whole."),
    column("cost", Money, "What was spent that day."),
    column("impressions", Integer, "How often it was shown."),
    column("visits", Integer, "How many visits it brought."),
    Index("campaign_days_day", "day"),
    comment="One campaign, one day.",
    info={"optional": True, "key": ("day", "source", "campaign_id")},
)

touches = Table(
    "touches",
    metadata,
    column("touch_id", Words, "Id of one marketing touch.", "key"),
    column("lead_id", Words, "The lead that was touched.", "must"),
    column("happened_at", Instant, "When.", "must"),
    column("campaign_id", Words, "The campaign it belongs to."),
    column("kind", Words, "How: visit, form, email, event, …"),
    Index("touches_lead", "lead_id", "happened_at"),
    comment="One marketing touch of a lead.",
    info={"optional": True},
)

loads = Table(
    "loads",
    metadata,
    column("load_id", Integer, "Id of one load of one table; it grows.", "key"),
    column("table_name", Words, "The table that was loaded.", "must"),
    column("loaded_at", Instant, "When.", "must"),
    column("status", Words, "How it ended: ok, failed or running.", "must"),
    column("first_day", Date, "First day whose rows it touched."),
    column("last_day", Date, "Last day whose rows it touched."),
    column("complete_through", Instant, "No later event can be missing up to here."),
    column("rows", Integer, "How many rows it wrote."),
    Index("loads_table", "table_name", "loaded_at"),
    Index("loads_newest", "table_name", "load_id"),
    comment="One load of one table, written in the same transaction as its rows.",
    info={"optional": True},
)


def key(table: Table) -> tuple[str, ...]:
    """Return the names of the columns that tell one row of ``table`` from another.

    >>> key(leads), key(campaign_days)
    (('lead_id',), ('day', 'source', 'campaign_id'))
    """
    return table.info.get("key") or tuple(one.name for one in table.primary_key)


def required(one: Column[Any]) -> bool:
    """Return whether the contract demands this column, and that it is never empty."""
    return not one.nullable
