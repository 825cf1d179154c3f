"""Every number of the board a second time, one after the other, from the words of its definition."""

from datetime import datetime

from tests.twin.marketing import Marketing
from tests.twin.owing import Owing
from tests.twin.plain import Facts, Version
from tests.twin.rows import Rows
from tests.twin.sales import Sales
from tests.twin.told import Numbers

STANDS_ON = {
    "goal": {"deals"}, "sales": {"deals"}, "marketing": {"leads"}, "quality": {"leads"},
    "followup": {"leads", "activities"},
}  # fmt: skip
"""The tables whose age is that of a verdict, by what its number is about."""


class Twin(Marketing, Sales, Owing):
    """The board of one moment, worked out slowly."""

    def numbers(self) -> Numbers:
        """Every number; over old data without verdicts."""
        found = self.goal() | self.marketing() | self.sales() | self.followup() | self.quality()
        stale, late = self.stale(), self.late()
        old = {name for name in found if stale or late & STANDS_ON[name.split(".")[0]]}
        return {
            name: one._replace(status="no verdict") if name in old and one.status else one
            for name, one in found.items()
        }


def numbers(rows: Rows, facts: Facts, versions: list[Version], as_of: datetime) -> Numbers:
    """Every number of the board as of one moment."""
    return Twin(rows, facts, versions, as_of).numbers()
