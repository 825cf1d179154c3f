"""What somebody is told who looks at a page and may not, or cannot, see it: words, and the one thing to do next."""

from functools import lru_cache

from dash import html

from dashboard import frame
from dashboard.answers import Answer
from dashboard.drawing.page import page
from dashboard.pages import Page

TITLES = {
    200: "Good-bye",
    400: "This address cannot be read",
    401: "Please sign in",
    403: "This board is not open to you",
    404: "There is no page at this address",
    421: "This board goes by another name",
    429: "A moment, please",
    500: "Something went wrong here",
    503: "A moment, please",
}
HTML = "text/html; charset=utf-8"


class Notices:
    """The pages in words of one board."""

    def __init__(self, refresh_seconds: float) -> None:
        self._made = lru_cache(64)(lambda status, words, sign_in: notice(status, words, sign_in, refresh_seconds))

    def of(self, status: int, words: str, sign_in: bool) -> Answer:
        """Return a page that says so in words; ``sign_in`` leads to signing in, as somebody else perhaps."""
        return self._made(status, words, sign_in)


def notice(status: int, words: str, sign_in: bool, refresh_seconds: float) -> Answer:
    """Return one page in words."""
    title = TITLES.get(status, "This cannot be shown")
    words_of, href = ("Sign in", "/sign-in?choose=1") if sign_in else ("To the board", "/")
    lead = html.A(words_of, href=href, className="button")
    text = words[:1].upper() + words[1:]
    body = frame.live(
        Page("", title, lambda: page(title, html.P(f"{text}."), html.P(lead), name="notice")), refresh_seconds
    )
    return Answer(status, {"Content-Type": HTML, "Cache-Control": "no-store"}, body.encode())
