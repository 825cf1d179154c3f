"""Which screens stand on which column of the contract, so that a fault can be told by what it breaks."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column

SCREENS = ("/", "/today", "/meeting", "/funnel", "/campaigns", "/sources", "/month", "/activity", "/data")
"""Every screen that reads the warehouse, in the order in which they are named."""

_REPORTS = "/meeting /funnel /campaigns /sources /month"
_OF_TABLE = {
    "reps": "/ /today /meeting /month /activity /data",
    "campaigns": f"{_REPORTS} /data",
    "leads": f"/ /today {_REPORTS} /activity /data",
    "activities": "/ /today /meeting /month /activity /data",
    "deals": f"/ /today {_REPORTS} /activity /data",
    "campaign_days": "/funnel /campaigns /sources /month /data",
    "touches": "/funnel /campaigns /data",
    "loads": "/ /data",
}
_OF_COLUMN = {
    "reps.team": "/ /activity",
    "reps.email": "/today",
    "reps.active_from": "/ /today /activity",
    "reps.active_to": "/ /today /activity",
    "campaigns.starts_on": "/meeting /campaigns",
    "campaigns.ends_on": "/meeting /campaigns",
    "campaigns.brief": "/meeting /campaigns",
    "leads.source": f"/ /today {_REPORTS}",
    "leads.campaign_id": _REPORTS,
    "leads.persona": "/today",
    "leads.fit": "/ /today /funnel /month",
    "leads.interest": "/ /today /funnel /month",
    "leads.ready_at": f"/ /today {_REPORTS}",
    "leads.owner_id": "/ /today /activity",
    "leads.assigned_at": "/ /today /meeting /activity",
    "leads.accepted_at": f"/ {_REPORTS} /activity",
    "leads.rejected_at": "/ /meeting /funnel /sources /activity",
    "leads.rejection_reason": "/ /meeting /sources",
    "leads.rating": "/meeting /sources",
    "leads.missing": "/data",
    "leads.label": "/today /meeting",
    "leads.url": "/today /meeting",
    "leads.email": "/today",
    "leads.phone": "/today",
    "leads.loaded_at": "/ /meeting /data",
    "activities.rep_id": "/today /activity",
    "activities.outcome": "/today /activity",
    "activities.automated": "/ /today /meeting /activity",
    "activities.loaded_at": "/ /meeting /data",
    "deals.rep_id": "/ /today /meeting /activity",
    "deals.lead_id": f"/ {_REPORTS}",
    "deals.customer_id": f"/ {_REPORTS}",
    "deals.stage": "/today",
    "deals.margin": "/campaigns /sources",
    "deals.recurring_monthly": "/campaigns /sources",
    "deals.expected_close_on": "/ /today",
    "deals.lost_at": "/ /meeting /funnel",
    "deals.lost_reason": "/meeting",
    "deals.label": "/today /meeting",
    "deals.url": "/today /meeting",
    "deals.loaded_at": "/ /meeting /data",
    "campaign_days.cost": "/funnel /campaigns /sources /month",
    "campaign_days.impressions": "/campaigns",
    "campaign_days.visits": "/funnel /campaigns /sources",
    "touches.campaign_id": "/funnel /campaigns",
    "touches.kind": "/funnel",
}


def of_table(name: str) -> tuple[str, ...]:
    """Return the screens that cannot be whole without the table ``name``.

    >>> of_table("loads")
    ('/', '/data')
    """
    return tuple(_OF_TABLE[name].split())


def of_columns(columns: Iterable[Column[Any]]) -> tuple[str, ...]:
    """Return the screens that show something wrong when one of ``columns`` is wrong, each once.

    >>> from queries.tables import leads
    >>> of_columns([leads.c.missing, leads.c.rating])
    ('/meeting', '/sources', '/data')
    """
    touched = {screen for one in columns for screen in _OF_COLUMN.get(str(one), _OF_TABLE[one.table.name]).split()}
    return tuple(screen for screen in SCREENS if screen in touched)
