"""A small company for tests: its facts, its agreement, and a warehouse with a few rows."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.settings import Settings
from queries.tables import deals, leads, reps
from queries.warehouse import prepare, writer

WEDNESDAY = datetime(2026, 11, 18, 13, 30, tzinfo=UTC)
HOURS = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-18:00")


def company(**changes: object) -> Company:
    """Return a company in UTC, Monday to Friday from nine to six, without holidays."""
    facts = {
        "name": "Acme",
        "currency": "EUR",
        "time_zone": "UTC",
        "week_starts": "monday",
        "names_on_wall": False,
        "hours": HOURS,
        "holidays": {},
        "ages": {"last_load_minutes": 60, "newest_event_hours": 96},
    }
    return Company.model_validate(facts | changes)


def version(**changes: object) -> dict[str, object]:
    """Return one version of an agreement: 210 leads a month, 1,000 a week."""
    signed = [{"side": side, "name": side.title(), "on": "2025-12-20"} for side in ("marketing", "sales")]
    promise = {
        "name": "v1",
        "from": "2026-01-01",
        "signed": signed,
        "goal": {"unit": "money", "per_month": 4200, "deal_size": 100, "lead_to_customer": 0.2},
        "marketing": {"leads_per_month": 210},
        "sales": {
            "first_attempt_hours": 4,
            "first_attempt_clock": "working",
            "attempts": 6,
            "attempts_within_days": 14,
            "decide_within_days": 3,
            "judged_over_days": 28,
        },
        "quotas": [{"period": "week", "unit": "money", "amount": 1000}],
        "bands": {"ahead_from": 1.05, "on_pace_from": 0.97, "behind_below": 0.9, "too_early_until": 0.1},
    }
    return promise | changes


def agreement(*versions: dict[str, object]) -> Agreement:
    """Return an agreement of these versions, or of the one above."""
    return Agreement.model_validate({"versions": versions or (version(),)})


def settings(url: URL, **changes: object) -> Settings:
    """Return the settings of this company over the warehouse at ``url``."""
    return Settings(url, company(), agreement(), 10, 60)._replace(**changes)


def filled(url: URL, ready: int = 3, until: datetime = WEDNESDAY) -> Engine:
    """Return a writer on a new warehouse with ``ready`` sales-ready leads of this hour, and one deal of 500 won."""
    engine = writer(url)
    prepare(engine)
    with engine.begin() as connection:
        connection.execute(reps.insert(), [{"rep_id": "r1", "name": "Ada", "team": "north"}])
        connection.execute(leads.insert(), [lead(number, until) for number in range(ready)])
        connection.execute(deals.insert(), [deal("d1", until - timedelta(hours=1), Decimal(500))])
    return engine


def lead(number: int, until: datetime = WEDNESDAY) -> dict[str, object]:
    """Return one sales-ready lead, created and handed over some seconds before ``until``."""
    at = until - timedelta(seconds=number + 1)
    return {"lead_id": f"l{number}", "created_at": at, "ready_at": at, "source": "web"}


def deal(name: str, won_at: datetime, amount: Decimal | None) -> dict[str, object]:
    """Return one deal, opened the day before it was won."""
    opened = won_at - timedelta(days=1)
    return {"deal_id": name, "created_at": opened, "rep_id": "r1", "amount": amount, "won_at": won_at}
