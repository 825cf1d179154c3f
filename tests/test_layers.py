"""Who may import what: the table in tests/layers.py holds for every file, and the reading of it misses nothing."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.layers import Row, trespasses


def test_every_module_imports_only_what_its_layer_may() -> None:
    assert trespasses(ROOT) == []


def planted(root: Path, file: str, text: str) -> list[str]:
    """Return what is said of a tree with one file in it (and a few modules to import)."""
    for name in ("queries/leads.py", "queries/faults.py", "dashboard/pace.py", "dashboard/pages/board.py", file):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / file).write_text(text)
    return trespasses(root)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("queries/leads.py", "import dashboard.pace", "queries.leads may not import dashboard.pace"),
        ("queries/leads.py", "from dashboard import pace", "queries.leads may not import dashboard.pace"),
        ("queries/leads.py", "def late():\n    from dash import html", "queries/leads.py:2: "),
        ("queries/leads.py", "import pandas as pd", "may not import pandas"),
        ("queries/load/files.py", "import rich", "may not import rich"),
        ("queries/faults.py", "import sqlalchemy", "may not import sqlalchemy"),
        ("dashboard/pace.py", "import os, plotly.graph_objects", "may not import plotly.graph_objects"),
        ("dashboard/pace.py", "from queries.leads import ready", "may not import queries.leads"),
        ("dashboard/pace.py", "from .pages import board", "may not import dashboard.pages.board"),
        ("dashboard/pace.py", "from pydantic import BaseModel", "may not import pydantic"),
        ("dashboard/pages/board.py", "from sqlalchemy import select", "may not import sqlalchemy"),
        ("dashboard/pages/board.py", "import plotly", "may not import plotly"),
        ("dashboard/drawing/pace.py", "import queries.leads", "may not import queries.leads"),
        ("dashboard/agreement.py", "import holidays", "may not import holidays"),
        ("dashboard/nobody.py", "", "no row of the table"),
    ],
)
def test_a_wrong_import_is_named_with_its_file(tmp_path: Path, file: str, text: str, said: str) -> None:
    (found,) = planted(tmp_path, file, text)
    assert found.startswith(file)
    assert said in found


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("queries/leads.py", "from queries import faults\nfrom sqlalchemy import select\nimport datetime"),
        ("queries/load/files.py", "import pandas as pd"),
        ("dashboard/pace.py", "from queries.faults import Refused\nfrom fractions import Fraction"),
        ("dashboard/pages/board.py", "from dash import html\nfrom dashboard import pace\nfrom queries import leads"),
        ("dashboard/company.py", "import holidays"),
    ],
)
def test_what_the_table_allows_is_left_alone(tmp_path: Path, file: str, text: str) -> None:
    assert planted(tmp_path, file, text) == []


def test_a_name_that_only_begins_like_an_allowed_one_is_not_allowed(tmp_path: Path) -> None:
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "one.py").write_text("import queries.faults_of_others")
    assert len(trespasses(tmp_path, (Row("queries.*", ("queries.faults",)),))) == 1
