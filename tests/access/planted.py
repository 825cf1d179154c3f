"""A small warehouse in which every text and every amount is a canary: words and figures that stand nowhere else."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.engine import URL

from queries.tables import activities, campaign_days, campaigns, deals, leads, reps, touches
from queries.warehouse import prepare, writer

REPS, CAMPAIGNS, LEADS, DEALS = 8, 8, 24, 12
ADA = "canary-rep-mail-0@example.com"
"""The address by which the first rep is known when she signs in."""


class Planted:
    """The canaries that were planted: what must stand in no refused answer, and what in no answer at all."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.contacts: list[str] = []

    def word(self, kind: str, number: int, end: str = "") -> str:
        """Return a canary, and remember it."""
        self.all.append(f"canary-{kind}-{number}{end}")
        return self.all[-1]

    def contact(self, kind: str, number: int, end: str = "") -> str:
        """Return a way to reach a lead, and remember it."""
        self.contacts.append(self.word(kind, number, end))
        return self.contacts[-1]

    def phone(self, number: int) -> str:
        """Return a telephone number that is nobody's, and remember it."""
        self.all.append(f"+49 7719 88{number:03}41")
        self.contacts.append(self.all[-1])
        return self.all[-1]

    def amount(self, number: int) -> Decimal:
        """Return an amount whose digits stand nowhere else, and remember it."""
        found = Decimal(f"{7_130_013 + 7919 * number}.{number + 11}")
        self.all += [str(found), f"{found:,.0f}", f"{found:.0f}"]
        return found


def planted(url: URL, now: datetime | None = None) -> Planted:
    """Fill a new warehouse at ``url`` with canaries, and return them."""
    found, engine, until = Planted(), writer(url), now or datetime.now(UTC)
    prepare(engine)
    rows = (
        (reps, [_rep(found, number) for number in range(REPS)]),
        (campaigns, [_campaign(found, number, until) for number in range(CAMPAIGNS)]),
        (leads, [_lead(found, number, until) for number in range(LEADS)]),
        (deals, [_deal(found, number, until) for number in range(DEALS)]),
        (activities, [_activity(found, number, until) for number in range(LEADS)]),
        (touches, [_touch(found, number, until) for number in range(CAMPAIGNS)]),
        (campaign_days, [_spent(found, number, until) for number in range(CAMPAIGNS)]),
    )
    with engine.begin() as connection:
        for table, some in rows:
            connection.execute(table.insert(), some)
    engine.dispose()
    return found


def _rep(found: Planted, number: int) -> dict[str, Any]:
    return {
        "rep_id": f"r{number}",
        "name": found.word("rep", number),
        "team": found.word("team", number),
        "email": found.word("rep-mail", number, "@example.com"),
    }


def _campaign(found: Planted, number: int, until: datetime) -> dict[str, Any]:
    return {
        "campaign_id": f"c{number}",
        "name": found.word("campaign", number),
        "source": f"canary-source-{number}",
        "starts_on": until.date() - timedelta(days=20),
        "brief": found.word("brief", number),
    }


def _lead(found: Planted, number: int, until: datetime) -> dict[str, Any]:
    at = until - timedelta(minutes=7 * number + 3)
    rejected = number % 3 == 2
    return {
        "lead_id": f"l{number}",
        "created_at": at,
        "ready_at": at,
        "source": found.word("source", number) if number < CAMPAIGNS else f"canary-source-{number % CAMPAIGNS}",
        "campaign_id": f"c{number % CAMPAIGNS}",
        "persona": found.word("persona", number),
        "fit": "high",
        "interest": "low",
        "owner_id": f"r{number % REPS}",
        "assigned_at": at,
        "accepted_at": at if number % 3 == 1 else None,
        "rejected_at": at if rejected else None,
        "rejection_reason": found.word("reason", number) if rejected else None,
        "missing": "persona" if number % 5 == 4 else None,
        "label": found.word("lead", number),
        "url": found.word("record", number),
        "email": found.contact("lead-mail", number, "@customer.example"),
        "phone": found.phone(number),
    }


def _deal(found: Planted, number: int, until: datetime) -> dict[str, Any]:
    at, lost = until - timedelta(hours=number + 1), number % 3 == 2
    return {
        "deal_id": f"d{number}",
        "created_at": at - timedelta(hours=2),
        "rep_id": f"r{number % REPS}",
        "lead_id": f"l{number}",
        "customer_id": found.word("customer", number),
        "stage": found.word("stage", number),
        "amount": found.amount(number),
        "won_at": None if lost else at,
        "lost_at": at if lost else None,
        "lost_reason": found.word("lost", number) if lost else None,
        "label": found.word("deal", number),
        "url": found.word("deal-record", number),
    }


def _activity(found: Planted, number: int, until: datetime) -> dict[str, Any]:
    return {
        "activity_id": f"a{number}",
        "lead_id": f"l{number}",
        "happened_at": until - timedelta(minutes=2 + number),
        "kind": "call",
        "rep_id": f"r{number % REPS}",
        "outcome": found.word("outcome", number),
    }


def _touch(found: Planted, number: int, until: datetime) -> dict[str, Any]:
    at = until - timedelta(hours=3 + number)
    return {
        "touch_id": f"t{number}",
        "lead_id": f"l{number}",
        "happened_at": at,
        "campaign_id": f"c{number}",
        "kind": found.word("touch", number),
    }


def _spent(found: Planted, number: int, until: datetime) -> dict[str, Any]:
    return {
        "day": until.date(),
        "source": f"canary-source-{number}",
        "campaign_id": f"c{number}",
        "cost": found.amount(100 + number),
    }
