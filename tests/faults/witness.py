"""The wall witness: what a browser showed, sample by sample."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page

SCRIPT = (Path(__file__).parent / "witness.js").read_text(encoding="utf-8")


class Tile(NamedTuple):
    """One number as it stood on the screen."""

    name: str
    text: str
    snapshot: str | None


class Sample(NamedTuple):
    """Everything that stood on the screen at one moment."""

    at: float
    """By the wall clock, in seconds since 1970."""
    elapsed: float
    """Seconds since the page was opened, by the clock that nobody sets."""
    state: str | None
    words: str
    waiting: str
    as_of: datetime | None
    tiles: tuple[Tile, ...]


def sample(told: dict[str, Any]) -> Sample:
    """A sample from what the script in the page told."""
    shown = told["shown"]
    as_of = datetime.fromisoformat(shown["as_of"]) if shown else None
    tiles = tuple(Tile(*one) for one in told["tiles"])
    return Sample(told["at"], told["elapsed"], told["state"], told["words"], told["waiting"], as_of, tiles)


class Witness:
    """A browser that watches one screen."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.samples: list[Sample] = []
        self.opened = 0
        context.expose_binding("witnessed", lambda _source, told: self.samples.append(sample(told)))
        context.add_init_script(SCRIPT)
        self.page: Page = context.new_page()
        self.page.on("framenavigated", lambda _frame: setattr(self, "opened", self.opened + 1))

    def watch(self, seconds: float = 0.1) -> None:
        """Go on watching for some seconds."""
        self.page.wait_for_timeout(1000 * seconds)

    @property
    def last(self) -> Sample | None:
        """What was seen last."""
        return self.samples[-1] if self.samples else None


@contextmanager
def witness(browser: Browser, url: str) -> Iterator[Witness]:
    """A witness before the screen at ``url``."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    try:
        found = Witness(context)
        found.page.goto(url, wait_until="domcontentloaded")
        yield found
    finally:
        context.close()
