"""The kiosk's command as it runs on a TV's machine, and a look at what its browser shows."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserType, Error, Page

from tests.dashboard.live import free_port

MAIN = "from dashboard.cli import main; main()"
HEADLESS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage")


class Kiosk:
    """The command as it runs on a TV's machine, and a look at what it shows through a port of its browser's own."""

    def __init__(self, browser_type: BrowserType, browser: str, folder: Path, url: str) -> None:
        self._browser_type, self._port, self.profile = browser_type, free_port(), folder / "profile"
        flags = [f"--flag={one}" for one in (*HEADLESS, f"--remote-debugging-port={self._port}")]
        words = ["kiosk", url, "--browser", browser, "--profile", str(self.profile), *flags]
        self._log = folder / "kiosk.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen([sys.executable, "-c", MAIN, *words], stderr=log)

    def events(self) -> list[str]:
        """What it has said."""
        return [json.loads(line)["event"] for line in self._log.read_text().splitlines() if line.startswith("{")]

    def at_page(self, use: Callable[[Page], Any]) -> Any:
        """What ``use`` makes of the page that the browser shows now; None where there is none."""
        with suppress(Error):
            browser = self._browser_type.connect_over_cdp(f"http://127.0.0.1:{self._port}", timeout=5000)
            try:
                return use(browser.contexts[0].pages[0])
            finally:
                browser.close()
        return None

    def shows(self) -> str | None:
        """The state of the board on the screen."""
        found = self.at_page(lambda page: page.evaluate("document.documentElement.dataset.state"))
        return str(found) if found else None

    def processes(self) -> list[psutil.Process]:
        """The processes of its browser."""
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []

    def end(self) -> int:
        """End it kindly, and return its status."""
        self.process.terminate()
        return self.process.wait(20)


def crash(page: Page) -> None:
    # the answer never comes: who would send it has crashed
    page.context.new_cdp_session(page).send("Page.crash")
