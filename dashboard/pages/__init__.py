"""The pages, one a file: each module has ``PATH``, ``TITLE`` and ``layout()``, and is found by being here."""

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import quote

SOMEBODY = "--somebody--"
"""Stands for the part in a frame that is made once for all addresses below a page."""


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
    """What makes the picture of a live page from its value."""
    part: Callable[[str], Any] | None = None
    """What it shows at the addresses below its own: ``/today/<rep>``."""


def below(path: str, stems: Iterable[str]) -> tuple[str, str] | None:
    """Return the page above an address and the part below it; None where it lies below none of ``stems``.

    >>> below("/today/r/01", ["/today"]), below("/today/", ["/today"]), below("/todays", ["/today"])
    (('/today', 'r/01'), None, None)
    """
    found = ((stem, path.removeprefix(f"{stem}/")) for stem in stems if path.startswith(f"{stem}/"))
    return next((one for one in found if one[1]), None)


def made_for(frame: str, part: str) -> str:
    """Return a frame that was made for somebody as it is for one: the part stands in it as addresses hold it.

    >>> made_for('<main data-picture="/api?rep=--somebody--">', '"><script>')
    '<main data-picture="/api?rep=%22%3E%3Cscript%3E">'
    """
    return frame.replace(SOMEBODY, quote(part, safe=""))


def pages() -> dict[str, Page]:
    """Return every page by its address, the board first."""
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {one.path: one for one in sorted(map(_page, modules), key=lambda one: one.path)}


def _page(module: Any) -> Page:
    told: dict[str, Any] = {name.lower(): getattr(module, name, False) for name in ("LIVE", "DRAWS")}
    told |= {name: getattr(module, name, None) for name in ("picture", "part")}
    return Page(module.PATH, module.TITLE, module.layout, nav=getattr(module, "NAV", module.TITLE), **told)
