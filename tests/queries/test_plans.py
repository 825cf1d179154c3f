"""No question of a refresh reads a table from end to end: an index answers it, on SQLite without any statistics."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL

from dashboard import signed
from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.look import Looker
from dashboard.settings import Settings
from queries.demo.make import make, write_papers
from queries.demo.plan import Plan
from queries.moments import Range
from queries.review import lost
from queries.tables import metadata
from queries.warehouse import writer

AS_OF = datetime(2026, 11, 18, 13, 30, tzinfo=UTC)
LONG = ("leads", "activities", "deals", "loads", "touches")


def test_every_question_of_a_refresh_is_answered_by_an_index(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "warehouse.db"))
    engine = writer(url)
    write_papers(tmp_path, make(engine, Plan(5, AS_OF, 3000), lambda *_: None))
    papers = (signed.read(Company, tmp_path / "smarketing.toml"), signed.read(Agreement, tmp_path / "agreement.toml"))
    looker, asked = Looker(Settings(url, *papers, 10, 60)), dict[str, Any]()
    event.listen(looker.engine, "before_cursor_execute", lambda *said: asked.setdefault(said[2], said[3]))
    looker.fresh(AS_OF, looker.fresh(AS_OF, None))
    looker.close()
    # SELECT * asks for no row, only for the columns there are
    questions = {text: words for text, words in asked.items() if text.startswith("SELECT ") and "*" not in text[:9]}
    assert len(questions) > 30
    with engine.connect() as connection:
        plans = {
            text: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", words)]
            for text, words in questions.items()
        }
    engine.dispose()
    scans = {
        text: step
        for text, plan in plans.items()
        for step in plan
        for table in LONG
        if step.startswith(f"SCAN {table}")
    }
    assert scans == {}


def test_the_deals_that_were_lost_in_a_week_are_found_by_an_index(tmp_path: Path) -> None:
    engine, asked = writer(URL.create("sqlite", database=str(tmp_path / "warehouse.db"))), dict[str, Any]()
    metadata.create_all(engine)
    event.listen(engine, "before_cursor_execute", lambda *said: asked.setdefault(said[2], said[3]))
    with engine.connect() as connection:
        assert lost(connection, Range(AS_OF - timedelta(days=7), AS_OF), AS_OF) == []
        [(text, words)] = [*asked.items()]
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", words)]
    engine.dispose()
    assert [step for step in plan if step.startswith("SCAN")] == []
    assert any("deals_lost" in step for step in plan)
