"""What a browser does at a sign-in: it keeps cookies, goes where it is led, and asks the provider over HTTP."""

import http.client
from typing import Any
from urllib.parse import urlsplit

from tests.access.asking import Said
from tests.access.boards import URL_OF_BOARD, House

LOOKS = {"accept": "text/html", "sec-fetch-mode": "navigate"}


class Browser:
    """One browser at one board in this process."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.jar: dict[str, str] = {}

    def looks(self, target: str, method: str = "GET", **more: Any) -> Said:
        """Ask for something to show, with the cookies that are kept here, and keep those that come."""
        headers = {**LOOKS, **({"cookie": "; ".join(f"{n}={v}" for n, v in self.jar.items())} if self.jar else {})}
        said = self.house.ask(method, target, headers | more)
        for name, value in said.cookies.items():
            self.jar[name] = value
            if not value:
                del self.jar[name]
        return said

    def begins(self, target: str = "/sign-in") -> str:
        """Begin a sign-in; return the provider's address to which it leads."""
        said = self.looks(target)
        if said.header("location").startswith("/sign-in"):
            said = self.looks(said.header("location"))
        assert said.status == 303, said
        return said.header("location")

    def comes_back(self, led: str) -> str:
        """Go to the provider; return the address of this board to which it leads back."""
        address = urlsplit(led)
        asked = http.client.HTTPConnection(str(address.hostname), int(str(address.port)), timeout=10)
        asked.request("GET", f"{address.path}?{address.query}")
        back = str(asked.getresponse().headers["Location"])
        asked.close()
        assert back.startswith(f"{URL_OF_BOARD}/sign-in/back")
        return back.removeprefix(URL_OF_BOARD)

    def signs_in(self, target: str = "/sign-in") -> Said:
        """Go all the way; return what the board answers in the end."""
        return self.looks(self.comes_back(self.begins(target)))
