"""The look, by role: which colour, size and shape each meaning has. Pure.

Colours are written once, in ``assets/theme.css``, for light and for dark; here they have the names of their roles. A
figure carries the name and the browser puts in the colour, so one picture serves both themes.
"""

from typing import Literal, get_args

from dashboard.pace import Status

Side = Literal["marketing", "sales"]
Shape = Literal["up", "dot", "diamond", "square", "ring", "dash", "check"]


def role(name: str) -> str:
    """Return the colour of a role, as CSS and figures write it.

    >>> role("ink")
    'var(--ink)'
    """
    return f"var(--{name})"


INK = role("ink")
QUIET = role("quiet")
GRID = role("grid")
SHADE = role("shade")
CARD = role("card")
CLEAR = "rgba(0,0,0,0)"

FIGURE_TEXT = 16
"""Size of the words in a figure, of a page whose text is 16 pixels high; the browser scales it with the page."""
FONT = "Inter, system-ui, sans-serif"

SHAPES: dict[Status, Shape] = {
    "ahead": "up",
    "on pace": "dot",
    "met": "check",
    "slightly behind": "diamond",
    "behind": "square",
    "too early": "ring",
    "no verdict": "dash",
}
"""The shape beside each word of judgement: told apart without colour."""

FRESH: dict[str, Shape] = {"live": "dot", "as of": "up", "stale": "square"}
"""The shape beside the words on freshness."""


def accent(side: Side) -> str:
    """Return the colour of one side.

    >>> accent("sales")
    'var(--sales)'
    """
    return role(side)


def tone(status: Status | None) -> str:
    """Return how loud a judgement is: loud (it needs a hand), soft (it may soon), calm, or none at all.

    >>> tone("behind"), tone("slightly behind"), tone("ahead"), tone(None)
    ('loud', 'soft', 'calm', 'calm')
    """
    return {"behind": "loud", "slightly behind": "soft", "no verdict": "none"}.get(status or "", "calm")


SIDES: tuple[Side, ...] = get_args(Side)
