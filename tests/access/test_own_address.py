"""Nobody is led to another site: whatever is asked for, one lands on an address of this board."""

from urllib.parse import quote, urljoin, urlsplit

import pytest

from dashboard.access.doorman import _here
from dashboard.access.request import Request
from dashboard.access.sign_in import own_address
from tests.access.boards import URL_OF_BOARD

FINE = (
    *("/", "/?open=goal.month.done", "/today/r1", "/meeting/2026-W46#step-3", "/data?as_of=2026-11-20T14:32%2B01:00"),
    *("/today/a%2Fb", "/terms?q=//evil.example", "/today/%E2%82%AC", "/a:b", "/?to=https://evil.example/"),
)
NASTY = (
    *("", "evil.example", "https://evil.example", "HTTPS://evil.example/", "http:evil.example", "http:/evil.example"),
    *("//evil.example", "///evil.example", "////evil.example", "//evil.example/%2f..", "//", "//@evil.example"),
    *("/\\evil.example", "\\/evil.example", "\\\\evil.example", "/\\/evil.example", "/a\\b", "\\evil.example"),
    *("\t//evil.example", "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", " //evil.example", "/ /evil"),
    *("\x00//evil.example", "/\x00/evil.example", "/\x7f/evil.example", "/a\r\nSet-Cookie: x=1", "/a\r\n\r\n<script>"),
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x"),
    *("mailto:a@b", "file:///etc/passwd", "blob:x", "ftp://evil.example", "ws://evil.example", "://evil.example"),
    *("@evil.example", ":@evil.example", "?//evil.example", "#//evil.example", ".", "..", "./", "../", "./evil"),
    *(
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "https:\\\\evil.example",
        "//evil%2eexample",
    ),
    *("//[::1]/", "//[evil", "//127.0.0.1", "//2130706433", "//evil.example:80", "//user:pw@evil.example"),
    *("/" + "a" * 2001, "/sign-in", "/sign-in?to=/", "/sign-in/back?code=x&state=y", "/sign-out", "/signed-out"),
)
"""What leads elsewhere, into a circle, or nowhere: all of it becomes the board."""
MORE = tuple(
    f"{first}{second}evil.example{last}"
    for first in ("", "/", "\\", ".", "/.", "/..", "%2f", "/%09", "\u2028", "\u00a0", "/;", "/?", "/#", "/:")
    for second in ("/", "//", "\\", "/\\", "///", "@", "/@", "%5c", "/%2f", "\t/", "/\u200b/", "／")
    for last in ("", "/", "/..", "?x", "#x", "%00")
)


@pytest.mark.parametrize("to", FINE)
def test_an_address_of_this_board_stays_as_it_is(to: str) -> None:
    assert own_address(to) == to


@pytest.mark.parametrize("to", NASTY)
def test_every_other_becomes_the_board(to: str) -> None:
    assert own_address(to) == "/"


def test_a_browser_stays_at_this_board_whatever_it_is_led_to() -> None:
    """As browsers read an address: blanks around it and tabs within are dropped, a backslash is a slash."""
    assert len(MORE) > 1000
    for to in (*MORE, *NASTY, *FINE):
        found = own_address(to)
        as_read = found.strip().replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/")
        landed = urlsplit(urljoin(f"{URL_OF_BOARD}/sign-in/back", as_read))
        assert f"{landed.scheme}://{landed.netloc}" == URL_OF_BOARD, (to, found)


def test_what_was_asked_for_survives_the_way_there_and_back() -> None:
    """The door writes an address into another one; what stands for itself in it does so afterwards, too."""
    for path, query in (("/today/a b", ""), ("/today/ä?ö#ü%", ""), ("/data", "as_of=2026-11-20T14:32%2B01:00")):
        here = _here(Request("GET", path, query, {}, ""))
        assert own_address(here) == here == quote(path) + (f"?{query}" if query else "")
