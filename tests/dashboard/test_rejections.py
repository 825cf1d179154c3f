"""The reasons for a no are summed over all days, and a no without a reason says so."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy.engine import URL

from dashboard.look import Looker
from queries.tables import leads
from tests.dashboard.company import WEDNESDAY, filled, lead, settings


def test_reasons_are_summed_over_the_days(warehouse_url: URL, tmp_path: Path) -> None:
    engine = filled(warehouse_url)
    reasons = ["no fit", "no budget", "no fit", None, "no fit", None]
    rows = [
        lead(100 + days, WEDNESDAY - timedelta(days=days))
        | {"rejected_at": WEDNESDAY - timedelta(hours=1), "rejection_reason": reason}
        for days, reason in enumerate(reasons, 1)
    ]
    with engine.begin() as connection:
        connection.execute(leads.insert(), rows)
    engine.dispose()
    looker = Looker(settings(warehouse_url))
    told = looker.at(WEDNESDAY, WEDNESDAY).numbers["followup.acceptance.of_decided"]
    looker.close()
    assert told.detail["rejections"] == {"no fit": 3, "no reason given": 2, "no budget": 1}
