"""How the board signs in: seldom where it is refused, and as a role of which it is known what it could change."""

from typing import Any

import pytest
from psycopg import OperationalError
from sqlalchemy import text
from sqlalchemy.engine import URL

from queries import warehouse
from queries.access import access
from queries.faults import WarehouseSilent
from queries.warehouse import reader, reading
from tests.dashboard.company import filled

MAKE = "CREATE ROLE looks LOGIN; GRANT SELECT ON reps, campaigns, leads, activities, deals TO looks"
"""As the README says it."""


def test_a_role_that_may_only_read_can_change_nothing_and_reads_everything(postgresql_url: URL) -> None:
    pen = filled(postgresql_url)
    with pen.begin() as connection:
        connection.execute(text(MAKE))
    engine = reader(postgresql_url.set(username="looks"))
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM leads")).scalar() == 3
        assert access(connection) == ("looks", [])
    with pen.begin() as connection:
        connection.execute(text("GRANT DELETE ON leads TO looks"))
    with reading(engine) as connection:
        assert access(connection) == ("looks", ["leads"])
    engine.dispose()
    with pen.begin() as connection:
        connection.execute(text("DROP OWNED BY looks; DROP ROLE looks"))
    pen.dispose()


def test_a_file_knows_no_roles(sqlite_url: URL) -> None:
    filled(sqlite_url).dispose()
    engine = reader(sqlite_url)
    with reading(engine) as connection:
        assert access(connection) is None


def test_after_a_refused_sign_in_the_next_is_not_tried_at_once(
    postgresql_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(postgresql_url).dispose()
    engine, now, tries = reader(postgresql_url, apart=10), [100.0], 0
    monkeypatch.setattr(warehouse.time, "monotonic", lambda: now[0])

    def refused(*_words: Any, **_named: Any) -> None:
        nonlocal tries
        tries += 1
        raise OperationalError('FATAL: password authentication failed for user "board"')

    def look() -> str:
        try:
            with reading(engine) as connection:
                return str(connection.execute(text("SELECT 'good'")).scalar())
        except WarehouseSilent as silent:
            return str(silent)

    with monkeypatch.context() as patched:
        patched.setattr(engine.dialect, "connect", refused)
        assert {look() for _ in range(50)} == {"the warehouse refused the sign-in: are name and password right?"}
        assert tries == 1
        now[0] += 10
        look()
        assert tries == 2
    now[0] += 9
    assert look() != "good"
    now[0] += 1
    assert look() == "good"
    engine.dispose()
