"""The mail server: its address as the environment names it, and the handing over of a mail. Nothing of it is logged."""

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from queries.faults import Refused

PORTS = {"smtp": 587, "smtps": 465}
WAITS = 60.0
"""Seconds after which a server that is silent is given up."""
TAKES = 600.0
"""Seconds that a server may take to say that it has taken a whole mail (RFC 5321, 4.5.3.2.6)."""
FAREWELL = 10.0
"""Seconds that the end of a conversation is waited for: nothing hangs on it any more."""
LIKE = (
    "write it like smtp://user:password@host:587?from=board@example.com (smtps:// where TLS is spoken from the start)"
)
UNSURE = "the mail server was handed the whole mail and never said whether it took it: it may have been sent"
SOON = range(400, 500)
"""What a server answers where it may say otherwise a little later."""


class PostWrong(Refused):
    """The environment names no mail server, or in no form that can be read."""


class PostRefused(Refused):
    """The mail server did not take the mail; it may later."""


class PostUnsure(Refused):
    """The mail server was handed the whole mail, and never said whether it took it: it may have been sent."""


class Taken(NamedTuple):
    """Who gets a mail that was handed over, who may be tried again later, and who never will get it there."""

    sent: tuple[str, ...]
    later: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True)
class Post:
    """A mail server, and in whose name it is spoken to; what it prints of itself holds no secret."""

    sender: str
    host: str = field(repr=False)
    port: int = field(repr=False)
    is_private: bool = field(repr=False)
    """Whether TLS is spoken from the start."""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def post(address: str) -> Post:
    """Return the mail server of an address; raise ``PostWrong``, which repeats nothing of the address.

    >>> post("smtp://board%40acme.example:secret@mail.acme.example")
    Post(sender='board@acme.example')
    """
    if not address:
        raise PostWrong(f"no mail server is named: set SMARKETING_SMTP; {LIKE}")
    try:
        told = urlsplit(address)
        host, port = told.hostname or "", told.port
    except ValueError:
        raise PostWrong(f"SMARKETING_SMTP is no address of a mail server: {LIKE}") from None
    if told.scheme not in PORTS or not host or told.path.strip("/"):
        raise PostWrong(f"SMARKETING_SMTP is no address of a mail server: {LIKE}")
    user, password = unquote(told.username or ""), unquote(told.password or "")
    sender = parse_qs(told.query).get("from", [user if "@" in user else f"smarketing@{host}"])[0]
    return Post(sender, host, port or PORTS[told.scheme], told.scheme == "smtps", user, password)


def hand_over(server: Post, mail: EmailMessage, readers: Sequence[str]) -> Taken:
    """Hand a mail over to the server for ``readers``; raise ``PostRefused`` in words when it takes it for nobody now.

    Raises ``PostUnsure`` where it has the whole mail and nobody knows whether it took it. A server that offers TLS is
    spoken to in TLS; a password goes nowhere without, but to this machine itself.
    """
    try:
        speaking = _spoken_to(server)
        try:
            refused = speaking.send_message(mail, server.sender, list(readers))
        finally:
            speaking.farewell()
    except smtplib.SMTPRecipientsRefused as fault:
        refused = fault.recipients
    except (smtplib.SMTPException, OSError) as fault:
        raise PostRefused(_said(fault)) from None
    except UnicodeEncodeError:
        raise PostRefused("the name or the password in SMARKETING_SMTP holds a letter that cannot be sent") from None
    return _taken(readers, {one: code for one, (code, _) in refused.items()})


def _taken(readers: Sequence[str], refused: Mapping[str, int]) -> Taken:
    later = tuple(one for one in readers if refused.get(one) in SOON)
    never = tuple(one for one in readers if one in refused and one not in later)
    return Taken(tuple(one for one in readers if one not in refused), later, never)


class _Speaking(smtplib.SMTP):
    """A conversation that knows whether the other end holds a whole mail of which it has not said what became."""

    is_handed = False

    def send(self, s: Any) -> None:
        super().send(s)
        # commands are sent as text, and a mail, its final dot included, as bytes
        self.is_handed = isinstance(s, bytes)

    def getreply(self) -> tuple[int, bytes]:
        return self._verdict() if self.is_handed else super().getreply()

    def _verdict(self) -> tuple[int, bytes]:
        self._wait(TAKES)
        try:
            code, words = super().getreply()
        except (smtplib.SMTPException, OSError):
            raise PostUnsure(UNSURE) from None
        if code < 0:
            raise PostUnsure(UNSURE)
        self._wait(WAITS)
        return code, words

    def _wait(self, seconds: float) -> None:
        if self.sock is not None:
            self.sock.settimeout(seconds)

    def farewell(self) -> None:
        """End the conversation, whatever the other end says to it."""
        self.is_handed = False
        self._wait(FAREWELL)
        with suppress(smtplib.SMTPException, OSError):
            self.quit()
        self.close()


class _SpeakingTls(_Speaking, smtplib.SMTP_SSL):
    """A conversation in TLS from the start."""


def _spoken_to(server: Post) -> _Speaking:
    trusted = ssl.create_default_context()
    if server.is_private:
        speaking: _Speaking = _SpeakingTls(server.host, server.port, timeout=WAITS, context=trusted)
    else:
        speaking = _Speaking(server.host, server.port, timeout=WAITS)
    try:
        _introduced(speaking, server, trusted)
    except BaseException:
        speaking.close()
        raise
    return speaking


def _introduced(speaking: smtplib.SMTP, server: Post, trusted: ssl.SSLContext) -> None:
    speaking.ehlo_or_helo_if_needed()
    private = server.is_private
    if not private and speaking.has_extn("starttls"):
        speaking.starttls(context=trusted)
        private = True
    if not server.user:
        return
    if not private and not _is_here(server.host):
        raise PostRefused("the mail server offers no TLS, and a password is sent to none in the clear: use smtps://")
    speaking.login(server.user, server.password)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _said(fault: smtplib.SMTPException | OSError) -> str:
    """Return what a fault means; the server's own words, which may repeat a name, are left out."""
    code = f" ({fault.smtp_code})" if isinstance(fault, smtplib.SMTPResponseException) else ""
    for kind, words in SAID:
        if isinstance(fault, kind):
            return f"{words}{code}"
    return f"the mail server cannot be reached ({type(fault).__name__}): is it up, are host and port right?"


SAID: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "the mail server refuses the name and the password in SMARKETING_SMTP"),
    (smtplib.SMTPSenderRefused, "the mail server refuses the sender: name another by ?from= in SMARKETING_SMTP"),
    (smtplib.SMTPDataError, "the mail server took the mail's readers and refused the mail"),
    (smtplib.SMTPNotSupportedError, "the mail server cannot do what the mail needs (sign-in, or such addresses)"),
    (smtplib.SMTPServerDisconnected, "the mail server ended the connection"),
    (smtplib.SMTPException, "the mail server did not take the mail"),
    (ssl.SSLError, "the mail server's certificate is not one this machine trusts, or it speaks no TLS there"),
    (TimeoutError, "the mail server did not answer in time"),
)
"""The first that fits tells what a fault means."""
