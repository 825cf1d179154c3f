"""``/data``: can we trust it. Ages, what the check finds, what the records lack, each with its rows.

The page is a frame; what stands in it is told by ``/api/data/picture`` and drawn by ``assets/board.js``. No viewer has
the data examined: that is done by a process of its own (``dashboard.examiner``), once for everybody.
"""

from typing import Any

from dash import html

from dashboard.drawing.marks import marks
from dashboard.drawing.page import page

PATH = "/data"
TITLE = "Can we trust the data?"
NAV = "Data"
LIVE = True
PICTURE = "/api/data/picture"
BLOCKS = {"verdict": "Verdict", "ages": "Ages", "found": "Findings"}


def layout() -> Any:
    """Return the frame: a place for the verdict, one for the ages, one for what was found."""
    places = [
        html.Section(id=name, className=f"block data-{name}", **marks(aria_label=label))
        for name, label in BLOCKS.items()
    ]
    intro = (
        "How old each table is, what is wrong or lacking in it, who can mend it, and which numbers it touches. "
        "“smarketing check” says the same."
    )
    return page(TITLE, *places, intro=intro, picture=PICTURE, name="data")
