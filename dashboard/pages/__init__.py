"""The pages, one a file: each module has ``PATH``, ``TITLE`` and ``layout()``, and is found by being here."""

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple


class Page(NamedTuple):
    """A page: its address, its title, and what it shows."""

    path: str
    title: str
    layout: Callable[[], Any]
    live: bool = False
    """Whether its frame stands in the page itself and our own scripts fill it, without Dash's."""


def pages() -> dict[str, Page]:
    """Return every page by its address."""
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {one.PATH: Page(one.PATH, one.TITLE, one.layout, getattr(one, "LIVE", False)) for one in modules}
