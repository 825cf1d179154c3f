"""A small warehouse in which all is well, to plant one fault at a time in."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL

from queries.contract import Finding, findings
from queries.warehouse import prepare, reader, reading, writer

AS_OF = datetime(2024, 6, 1, 12, tzinfo=UTC)
ROWS = """
INSERT INTO reps (rep_id, name, active_from, active_to)
    VALUES ('R1', 'Ann', '2024-01-01', '2024-12-31'), ('R2', 'Null', NULL, NULL);
INSERT INTO campaigns (campaign_id, name, source, starts_on, ends_on)
    VALUES ('C1', 'Spring', 'web', '2024-03-01', '2024-03-31');
INSERT INTO leads (lead_id, created_at, source, campaign_id, fit, interest, ready_at, owner_id, assigned_at,
                   accepted_at, rating)
    VALUES ('L1', '2024-03-01 09:00:00.000000', 'web', 'C1', 'high', 'low', '2024-03-01 10:00:00.250000', 'R1',
            '2024-03-01 11:00:00.000000', '2024-03-01 12:00:00.000000', 5);
INSERT INTO leads (lead_id, created_at, source, ready_at, owner_id, assigned_at, rejected_at, rejection_reason,
                   loaded_at)
    VALUES ('L2', '2024-02-29 09:00:00.000000', 'unknown', '2024-02-29 10:00:00.000000', 'R2',
            '2024-02-29 11:00:00.000000', '2024-03-01 12:00:00.000000', 'no budget', '2024-02-29 09:05:00.000000');
INSERT INTO leads (lead_id, created_at, source, duplicate_of, label)
    VALUES ('L3', '2024-03-02 09:00:00.000000', 'web', 'L1', 'None Ltd');
INSERT INTO activities (activity_id, lead_id, happened_at, kind, rep_id, outcome, automated)
    VALUES ('A1', 'L1', '2024-03-01 11:30:00.000000', 'call', 'R1', 'connected', false),
           ('A2', 'L2', '2024-02-29 11:30:00.000000', 'email', NULL, NULL, true);
INSERT INTO deals (deal_id, created_at, rep_id, lead_id, amount, margin, won_at, lost_at)
    VALUES ('D1', '2024-03-02 09:00:00.000000', 'R1', 'L1', 1000.50, 0, '2024-03-03 09:00:00.000000', NULL),
           ('D2', '2024-03-02 09:00:00.000000', 'R2', NULL, NULL, NULL, NULL, '2024-03-03 09:00:00.000000');
INSERT INTO campaign_days (day, source, campaign_id, cost, impressions, visits)
    VALUES ('2024-03-01', 'web', 'C1', 12.5, 100, 0), ('2024-03-01', 'web', NULL, NULL, NULL, NULL);
INSERT INTO touches (touch_id, lead_id, happened_at, campaign_id, kind)
    VALUES ('T1', 'L1', '2024-02-01 09:00:00.000000', 'C1', 'visit');
INSERT INTO loads (load_id, table_name, loaded_at, status, first_day, last_day, rows)
    VALUES (1, 'leads', '2024-03-02 09:00:00.000000', 'ok', '2024-03-01', '2024-03-02', 3);
"""


def run(engine: Engine, statements: str) -> None:
    """Run SQL statements, divided by semicolons, in one transaction."""
    with engine.begin() as connection:
        for one in (part for part in statements.split(";") if part.strip()):
            connection.execute(text(one))


def bare(*tables: str) -> str:
    """Return the statements that rebuild ``tables`` without keys and constraints, so that anything can be planted."""
    each = "CREATE TABLE bare AS SELECT * FROM {0}; DROP TABLE {0}; ALTER TABLE bare RENAME TO {0};"
    return "".join(each.format(name) for name in tables)


def check(url: URL, as_of: datetime = AS_OF) -> list[Finding]:
    """Return what the check finds, but that whoever runs the tests may write."""
    engine = reader(url, 60)
    with reading(engine) as connection:
        found = findings(connection, as_of)
    engine.dispose()
    return [one for one in found if one.rule != "may-write"]


def briefly(found: list[Finding]) -> list[tuple[str, str, str, str, int]]:
    """Return findings by what tells them apart."""
    return [(one.rule, one.level.value, one.table, one.column, one.rows) for one in found]


def planted(url: URL, *statements: str) -> URL:
    """Fill an empty warehouse with clean rows, run statements in it, and return its address."""
    engine = writer(url)
    prepare(engine)
    for each in (ROWS, *statements):
        run(engine, each)
    engine.dispose()
    return url


@pytest.fixture
def plant(warehouse_url: URL) -> Callable[..., URL]:
    """``planted`` on the engine of this test."""
    return partial(planted, warehouse_url)
