"""Five hundred payloads, each in some of all filters: the warehouse is sent known texts, and parameters."""

from pathlib import Path

from sqlalchemy.engine import URL

from tests.fuzz.injection import PAYLOADS, run

SHARE = 24


def test_what_the_warehouse_is_sent_are_known_texts_whatever_is_asked(tmp_path: Path) -> None:
    assert len({*PAYLOADS}) == 500
    known, sent, faults = run(URL.create("sqlite", database=str(tmp_path / "crm.db")), tmp_path, SHARE)
    assert faults == []
    assert sent.marked == []
    assert 20 < len(known.texts) < 150
    assert len(sent.texts) > 20
    assert sent.texts - known.texts == set()
    assert sent.asked > 500
    assert sent.answers[200] > sent.asked // 3
    assert set(sent.answers) <= {200, 400, 404}
