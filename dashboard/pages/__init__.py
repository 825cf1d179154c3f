"""The pages, one a file: each module has ``PATH``, ``TITLE`` and ``layout()``, and is found by being here."""

import pkgutil
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple


class Page(NamedTuple):
    """A page: its address, its title, and what it shows."""

    path: str
    title: str
    layout: Callable[[], Any]
    live: bool = False
    """Whether its frame stands in the page itself and our own scripts fill it, without Dash's."""
    nav: str = ""
    """The word that leads to it from every page."""
    draws: bool = False
    """Whether it draws figures, so that what draws them is fetched ahead."""
    picture: Callable[..., Mapping[str, Any]] | None = None
    """What makes the picture of a live page from a board."""


def pages() -> dict[str, Page]:
    """Return every page by its address, the board first."""
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {one.path: one for one in sorted(map(_page, modules), key=lambda one: one.path)}


def _page(module: Any) -> Page:
    told = {name.lower(): getattr(module, name, False) for name in ("LIVE", "DRAWS")}
    nav = getattr(module, "NAV", module.TITLE)
    return Page(module.PATH, module.TITLE, module.layout, nav=nav, picture=getattr(module, "picture", None), **told)
