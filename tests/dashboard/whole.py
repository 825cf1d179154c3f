"""A whole company for the tests of pages: a warehouse made up to a Wednesday afternoon, and its board."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from dashboard import agreement, company
from dashboard.board import Board
from dashboard.look import Looker
from dashboard.settings import Settings
from dashboard.signed import read
from queries import warehouse
from queries.demo.make import make, write_papers
from queries.demo.plan import Plan

AS_OF = datetime.fromisoformat("2026-11-18T14:32:10+01:00")


class Whole(NamedTuple):
    """A company's board, and what it takes to open its numbers."""

    board: Board
    settings: Settings


def whole(folder: Path, leads: int = 1500) -> Whole:
    """Return a company made up in ``folder``: with all sources, teams, quotas, attempts and rejections."""
    url = warehouse.address(str(folder / "demo.db"))
    writer = warehouse.writer(url)
    write_papers(folder, make(writer, Plan(1, AS_OF, leads), lambda *_: None))
    writer.dispose()
    ours = read(company.Company, folder / "smarketing.toml")
    promised = read(agreement.Agreement, folder / "agreement.toml")
    told = Settings(url, ours, promised, 10, 60)
    looker = Looker(told)
    found = Whole(looker.at(AS_OF, AS_OF), told)
    looker.close()
    return found
