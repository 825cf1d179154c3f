"""The names beside a component that scripts and screen readers go by."""

from typing import Any


def marks(**named: str) -> dict[str, Any]:
    """Return ``data-`` and ``aria-`` attributes for a component.

    >>> marks(data_number="goal.month.done", aria_hidden="true")
    {'data-number': 'goal.month.done', 'aria-hidden': 'true'}
    """
    return {name.replace("_", "-"): value for name, value in named.items()}
