"""The arrays as rows of the contract's tables."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from queries import tables
from queries.demo import facts
from queries.demo.answers import lead_id, rep_id
from queries.demo.campaigns import Days
from queries.demo.clock import NEVER, Ints, day_number
from queries.demo.deals import Deals
from queries.demo.followup import Attempts, Decisions
from queries.demo.leads import Leads, campaign_days_of
from queries.demo.loads import Entry
from queries.demo.plan import Plan
from queries.demo.pour import Batch

CRM = "https://crm.example"


def campaign_id(place: int) -> str:
    """Return the id of a campaign.

    >>> campaign_id(0)
    'c01'
    """
    return f"c{place + 1:02}"


SOURCE_NAMES = [one.name for one in facts.SOURCES]
REP_IDS = [rep_id(place) for place in range(len(facts.REPS))]
CAMPAIGN_IDS = [campaign_id(place) for place in range(len(facts.CAMPAIGNS))]
COMPANY_NAMES = facts.company_names()


def words(choices: Sequence[str | None], places: Ints) -> list[str | None]:
    """Return the chosen words; -1 chooses none."""
    known = [*choices, None]
    return [known[place] for place in places.tolist()]


def ids(form: Callable[[int], str], numbers: Ints) -> list[str | None]:
    """Return the numbers as ids; -1 is none."""
    return [form(number) if number >= 0 else None for number in numbers.tolist()]


def activity_id(number: int) -> str:
    """Return the id of an activity."""
    return f"A{number:09}"


def deal_id(number: int) -> str:
    """Return the id of a deal."""
    return f"D{number:08}"


def touch_id(number: int) -> str:
    """Return the id of a touch."""
    return f"T{number:09}"


def customer_id(number: int) -> str:
    """Return the id of a customer, who was a lead once."""
    return f"K{number:08}"


def reps(plan: Plan) -> Batch:
    """Return everybody in sales."""
    first = [day_number(plan.joined) if n == facts.JOINED else -1 for n in range(len(facts.REPS))]
    last = [day_number(plan.left) if n == facts.LEFT else -1 for n in range(len(facts.REPS))]
    mail = [f"{one.name.split()[0].lower()}@northwind.example" for one in facts.REPS]
    columns = {
        "rep_id": REP_IDS,
        "name": [one.name for one in facts.REPS],
        "team": [one.team for one in facts.REPS],
        "email": mail,
        "active_from": np.array(first, dtype=np.int64),
        "active_to": np.array(last, dtype=np.int64),
    }
    return Batch(tables.reps, columns)


def campaigns(plan: Plan) -> Batch:
    """Return every campaign, with what sales should know."""
    days = np.array([campaign_days_of(plan, place) for place in range(len(facts.CAMPAIGNS))], dtype=np.int64)
    open_end = [one.ended is None and one.lasts is None for one in facts.CAMPAIGNS]
    columns = {
        "campaign_id": CAMPAIGN_IDS,
        "name": [one.name for one in facts.CAMPAIGNS],
        "source": [SOURCE_NAMES[one.source] for one in facts.CAMPAIGNS],
        "starts_on": days[:, 0],
        "ends_on": np.where(open_end, -1, days[:, 1]),
        "brief": [one.brief for one in facts.CAMPAIGNS],
    }
    return Batch(tables.campaigns, columns)


def leads(plan: Plan, some: Leads, decided: Decisions) -> Batch:
    """Return the leads that are loaded; what has not happened yet is empty."""
    at = np.nonzero(some.loaded < NEVER)[0]
    assigned = _by_now(plan, some.assigned[at])
    rejected = _by_now(plan, decided.rejected[at])
    number = some.number[at]
    lead_ids = ids(lead_id, number)
    columns: dict[str, Any] = {
        "lead_id": lead_ids,
        "created_at": some.created[at],
        "source": words(SOURCE_NAMES, some.source[at]),
        "campaign_id": words(CAMPAIGN_IDS, some.campaign[at]),
        "persona": words(facts.PERSONAS, some.persona[at]),
        "fit": words(facts.LEVELS, some.fit[at]),
        "interest": words(facts.LEVELS, some.interest[at]),
        "ready_at": _by_now(plan, some.ready[at]),
        "owner_id": words(REP_IDS, np.where(assigned < NEVER, some.owner[at], -1)),
        "assigned_at": assigned,
        "accepted_at": _by_now(plan, decided.accepted[at]),
        "rejected_at": rejected,
        "rejection_reason": words(facts.REASONS, np.where(rejected < NEVER, decided.reason[at], -1)),
        "rating": decided.rating[at],
        "missing": words(facts.MISSING, some.missing[at]),
        "duplicate_of": ids(lead_id, some.duplicate_of[at]),
        "label": words(COMPANY_NAMES, some.name[at]),
        "url": [f"{CRM}/leads/{one}" for one in lead_ids],
        "loaded_at": some.loaded[at],
    }
    return Batch(tables.leads, columns)


def _by_now(plan: Plan, instants: Ints) -> Ints:
    return np.where(instants < plan.now, instants, NEVER)


def activities(some: Attempts, lead_numbers: Ints, first: int) -> Batch:
    """Return activities with ids from ``first`` on; ``lead_numbers`` are the numbers of the stretch's leads."""
    columns = {
        "activity_id": ids(activity_id, first + np.arange(len(some))),
        "lead_id": ids(lead_id, lead_numbers[some.lead]),
        "happened_at": some.happened,
        "kind": words(facts.KINDS, some.kind),
        "rep_id": words(REP_IDS, some.rep),
        "outcome": words(facts.OUTCOMES, some.outcome),
        "automated": some.automated,
        "loaded_at": some.loaded,
    }
    return Batch(tables.activities, columns)


def deals(plan: Plan, some: Deals, first: int) -> Batch:
    """Return deals with ids from ``first`` on, named after who buys."""
    number = first + np.arange(len(some))
    deal_ids = ids(deal_id, number)
    lost = some.lost < NEVER
    open_stage = np.minimum((plan.now - some.created) // (12 * 86_400), len(facts.STAGES) - 1)
    stage = np.where(some.won < NEVER, 3, np.where(lost, 4, open_stage))
    columns = {
        "deal_id": deal_ids,
        "created_at": some.created,
        "rep_id": words(REP_IDS, some.rep),
        "lead_id": ids(lead_id, some.lead),
        "customer_id": ids(customer_id, some.customer),
        "stage": words((*facts.STAGES, "won", "lost"), stage),
        "amount": some.amount,
        "margin": some.margin,
        "recurring_monthly": some.monthly,
        "expected_close_on": some.closes,
        "won_at": some.won,
        "lost_at": some.lost,
        "lost_reason": words(facts.LOST_REASONS, np.where(lost, some.reason, -1)),
        "label": words(COMPANY_NAMES, some.name),
        "url": [f"{CRM}/deals/{one}" for one in deal_ids],
        "loaded_at": some.loaded,
    }
    return Batch(tables.deals, columns)


def touches(lead: Ints, happened: Ints, campaign: Ints, kind: Ints, first: int) -> Batch:
    """Return marketing touches with ids from ``first`` on; ``lead`` are numbers of leads."""
    columns = {
        "touch_id": ids(touch_id, first + np.arange(len(lead))),
        "lead_id": ids(lead_id, lead),
        "happened_at": happened,
        "campaign_id": words(CAMPAIGN_IDS, campaign),
        "kind": words(facts.TOUCHES, kind),
    }
    return Batch(tables.touches, columns)


def campaign_days(days: Days) -> Batch:
    """Return what each campaign cost and brought on each of its days."""
    columns = {
        "day": days.day,
        "source": words(SOURCE_NAMES, days.source),
        "campaign_id": words(CAMPAIGN_IDS, days.campaign),
        "cost": days.cost,
        "impressions": days.impressions,
        "visits": days.visits,
    }
    return Batch(tables.campaign_days, columns)


def loads(entries: list[Entry]) -> Batch:
    """Return the log of the loads."""
    number, table, loaded, first, last, through, rows = zip(*entries, strict=True)
    columns = {
        "load_id": list(number),
        "table_name": list(table),
        "loaded_at": np.array(loaded, dtype=np.int64),
        "status": ["ok"] * len(entries),
        "first_day": np.array(first, dtype=np.int64),
        "last_day": np.array(last, dtype=np.int64),
        "complete_through": np.array(through, dtype=np.int64),
        "rows": list(rows),
    }
    return Batch(tables.loads, columns)
